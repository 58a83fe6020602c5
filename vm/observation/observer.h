// Watching a program run: execution counts for --stats, the lines of --trace, --max-steps. The
// engines call it from their observed instantiations only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compiler/bytecode.h"
#include "vm/code/listener.h"
#include "vm/code/method.h"
#include "vm/memory/heap.h"
#include "vm/options.h"

namespace som {

class VM;

class Observer final : public Listener, public AllocationListener {
 public:
  explicit Observer(const Options& options);

  void Bytecode(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos) override;
  void Activation(Method* method, Value* /*base*/) override {
    ++activations_;
    ++method->activations;
  }
  void BlockCreated(BlockSite* site) override {
    ++blocks_;
    ++site->created;
  }
  void ContextCreated() override { ++contexts_; }
  void Allocated(const Object* object, size_t bytes) override;
  void Quickened(bool back) override { ++(back ? dequickenings_ : quickenings_); }

  // The report: text for people, or one JSON object.
  std::string Text(VM& vm) const;
  std::string Json(VM& vm) const;
  uint64_t ExecutedCount(Opcode opcode) const { return opcodes_[static_cast<size_t>(opcode)]; }
  uint64_t activations() const { return activations_; }
  uint64_t blocks() const { return blocks_; }
  uint64_t contexts() const { return contexts_; }

  struct Counted {
    std::string name;
    uint64_t count;
  };
  // What was executed, most frequent first: single bytecodes, pairs, runs of three.
  struct Counts {
    std::vector<Counted> opcodes;
    std::vector<Counted> pairs;
    std::vector<Counted> triples;
  };
  Counts CollectCounts() const;

  struct Allocation {
    std::string class_name;  // `context` for heap contexts
    uint64_t count;
    uint64_t bytes;
  };
  // By class, most frequent first.
  std::vector<Allocation> CollectAllocations(VM& vm) const;

 private:
  void Trace(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos);

  bool statistics_;
  uint64_t steps_left_;  // until the program is ended; 0: no limit
  bool trace_bytecodes_;
  bool trace_sends_;
  std::string pattern_;
  std::array<uint64_t, kOpcodeCount> opcodes_{};
  std::vector<uint64_t> pairs_;  // kOpcodeCount squared
  // Runs of three bytecodes, by opcodes packed into one number.
  absl::flat_hash_map<uint64_t, uint64_t> triples_;
  size_t previous_ = kOpcodeCount;
  size_t before_previous_ = kOpcodeCount;
  uint64_t activations_ = 0;
  uint64_t blocks_ = 0;
  uint64_t contexts_ = 0;
  uint64_t quickenings_ = 0;
  uint64_t dequickenings_ = 0;
  struct AllocationCount {
    uint64_t count = 0;
    uint64_t bytes = 0;
  };
  std::vector<AllocationCount> allocations_;  // by class index
};

}  // namespace som
