// What was done in each compile, for those who want to look at it: the graph behind every step,
// which bytecode each node comes from, what was inlined and why, places, code, exits. A compile
// fills one CompileRecord when it is asked to; CompileRecords has those of all compiles. Both keep
// data only. What becomes of it is compile_page.h's affair.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "vm/code/method.h"
#include "vm/jit/code.h"
#include "vm/jit/ir.h"
#include "vm/jit/register_allocator.h"

namespace som {

class VM;

namespace jit {

// --- What is kept --------------------------------------------------------------------------------

// An input: the number of a node, or a constant, `x3` for an object that is not allocated, `_` for
// none, as text.
using RecordedOperand = std::variant<uint32_t, std::string>;

struct RecordedActivationState {
  uint32_t method = 0;  // in CompileRecords::methods()
  uint32_t offset = 0;
  bool has_home_id = false;
  std::vector<RecordedOperand> values;  // as FrameState::values
  auto operator<=>(const RecordedActivationState&) const = default;
};

struct RecordedVirtual {
  std::string name;  // `x3`
  IrOp kind = IrOp::kNewInstance;
  std::string detail;  // what it is of
  std::vector<RecordedOperand> fields;
  auto operator<=>(const RecordedVirtual&) const = default;
};

struct RecordedState {
  std::vector<RecordedActivationState> activations;  // outermost first
  std::vector<RecordedVirtual> virtuals;
  auto operator<=>(const RecordedState&) const = default;
};

// A node as it was behind one or more steps.
struct RecordedVersion {
  IrOp op = IrOp::kConstant;
  std::vector<RecordedOperand> inputs;
  std::string detail;  // condition, class, callee, other own operands
  std::string type;    // empty: nothing is known
  std::optional<uint32_t> guard;
  std::optional<uint32_t> state;  // in CompileRecord::states
  bool operator==(const RecordedVersion&) const = default;
};

struct RecordedNode {
  std::optional<uint32_t> activation;  // in CompileRecord::activations; none: of no bytecode
  uint32_t offset = 0;                 // of the bytecode there
  std::vector<RecordedVersion> versions;
  // With registers allocated:
  std::vector<std::string> inputs;
  std::string result;
  std::vector<std::string> moves;  // in front of it
};

struct RecordedBlock {
  uint32_t id = 0;
  bool is_loop_header = false;
  bool is_cold = false;
  uint16_t loop_depth = 0;
  std::vector<uint32_t> predecessors;
  std::vector<uint32_t> successors;
  std::vector<std::pair<uint32_t, uint32_t>> nodes;  // node, its version; phis first
  bool operator==(const RecordedBlock&) const = default;
};

struct RecordedStage {
  std::string name;
  std::vector<RecordedBlock> blocks;
};

struct RecordedActivation {
  uint32_t method = 0;             // in CompileRecords::methods()
  std::optional<uint32_t> caller;  // none: the one entered
  uint32_t offset = 0;             // of the send in the caller
};

// Whether a method or closure is built in place of a send.
struct RecordedDecision {
  uint32_t activation = 0;  // of the send
  uint32_t offset = 0;
  uint32_t method = 0;
  bool is_inlined = false;
  std::string reason;
};

// A bytecode at which earlier code left because a guess had been wrong.
struct RecordedFailure {
  uint32_t method = 0;
  uint32_t offset = 0;
  uint32_t count = 0;
  auto operator<=>(const RecordedFailure&) const = default;
};

// A part of the machine code.
struct RecordedCode {
  ListingPart part{};
  std::vector<std::string> moves;  // the instructions in front of the operation
  std::vector<std::string> lines;
};

struct RecordedExit {
  const ExitState* state = nullptr;                        // has the count
  std::vector<std::pair<uint32_t, uint32_t>> activations;  // method, offset; outermost first
};

struct RecordedInstruction {
  uint32_t offset = 0;
  std::string name;
  std::string operands;
  bool is_target = false;
  SourceSpan span;
};

// A method's or closure's bytecodes and where its source stands.
struct RecordedMethod {
  std::string title;
  std::optional<uint32_t> source;  // in CompileRecords::sources(); none: a primitive
  SourceSpan span;
  bool is_block = false;
  size_t units = 0;
  std::vector<std::string> words;  // names of FrameState::values, operands apart
  std::vector<RecordedInstruction> instructions;
};

// The source of a method, the closures in it included.
struct RecordedSource {
  std::string path;
  uint32_t first_line = 0;
  std::vector<std::string> lines;
};

// --- Who keeps it --------------------------------------------------------------------------------

class CompileRecords;

// One compile, from the first look at the bytecodes to the code or to giving up. The functions are
// called in the order of this list, RoundBegun and what belongs to it as often as the graph is
// built. None of them keeps a pointer to its arguments, but for the code.
class CompileRecord {
 public:
  CompileRecord(CompileRecords& records, Method& method, int64_t loop_entry, uint32_t serial);

  // --- Building ---
  // The graph is built anew, and all that was told of it before is void. `method`: the one entered.
  void RoundBegun(const Method& method);
  void NodeMade(uint32_t node, uint32_t activation, uint32_t offset);
  // `against`: the reason why not; empty where it is built in place.
  void SendDecided(uint32_t activation, uint32_t offset, const Method& target,
                   const std::string& against, const std::string& in_favour);
  // The next activation; the one entered is number 0.
  void ActivationInlined(uint32_t caller, uint32_t offset, const Method& target);
  void FailureKnown(const Method& method, uint32_t offset, uint32_t count);

  // --- Behind the steps ---
  void StepDone(std::string_view name, const Graph& graph);
  void RegistersAllocated(const Graph& graph, const Allocation& allocation);
  void CodeEmitted(const CompiledCode& code);
  void GivenUp(const std::string& reason) { given_up_ = reason; }
  void Invalidated(const std::string& reason) { invalidated_ = reason; }

  // --- Reading ---
  uint32_t method() const { return method_; }
  int64_t loop_entry() const { return loop_entry_; }
  uint32_t serial() const { return serial_; }  // among the compiles of its method, from 1
  uint32_t rounds() const { return rounds_; }
  const std::string& given_up() const { return given_up_; }
  const std::string& invalidated() const { return invalidated_; }
  const CompiledCode* code() const { return code_; }  // null: given up
  int32_t slot_words() const { return slot_words_; }
  const std::vector<RecordedActivation>& activations() const { return activations_; }
  const std::vector<RecordedDecision>& decisions() const { return decisions_; }
  const std::vector<RecordedFailure>& failures() const { return failures_; }
  const std::vector<RecordedNode>& nodes() const { return nodes_; }
  const std::vector<RecordedState>& states() const { return states_; }
  const std::vector<RecordedStage>& stages() const { return stages_; }
  const std::vector<RecordedCode>& listing() const { return listing_; }
  const std::vector<RecordedExit>& exits() const { return exits_; }
  // Each step with the nanoseconds that it took; recording does not count.
  const std::vector<std::pair<std::string, uint64_t>>& times() const { return times_; }

 private:
  using Clock = std::chrono::steady_clock;

  RecordedNode& NodeAt(uint32_t id);
  RecordedBlock BlockOf(const Block& block);
  uint32_t VersionOf(const Node& node);
  RecordedOperand OperandOf(const Node* node) const;
  std::string ConstantOperand(const Node& node) const;
  std::string TextOf(const Place& place) const;
  void AppendMoves(const std::vector<Move>& moves, std::vector<std::string>* texts) const;
  std::string DetailOf(const Node& node) const;
  std::string ClassName(uint32_t index) const;
  std::optional<std::string> ClassOperand(IrOp op, int64_t imm) const;
  std::string DataText(IrOp op, const void* data) const;
  uint32_t StateOf(const FrameState& innermost);
  void Lap(std::string_view step);

  CompileRecords& records_;
  uint32_t method_;
  int64_t loop_entry_;
  uint32_t serial_;
  uint32_t rounds_ = 0;
  std::string given_up_;
  std::string invalidated_;
  const CompiledCode* code_ = nullptr;
  int32_t slot_words_ = 0;
  std::vector<RecordedActivation> activations_;
  std::vector<RecordedDecision> decisions_;
  std::vector<RecordedFailure> failures_;
  std::vector<RecordedNode> nodes_;
  std::vector<RecordedState> states_;
  std::map<RecordedState, uint32_t> state_numbers_;
  std::vector<RecordedStage> stages_;
  std::vector<RecordedCode> listing_;
  std::vector<RecordedExit> exits_;
  std::vector<std::pair<std::string, uint64_t>> times_;
  Clock::time_point resumed_;  // when the compile went on
};

// The compiles of methods whose name contains a pattern, with what they share.
class CompileRecords {
 public:
  CompileRecords(VM& vm, std::string pattern) : vm_(vm), pattern_(std::move(pattern)) {}

  // Null when the method's name does not contain the pattern. Records stay where they are.
  CompileRecord* Begin(Method& method, int64_t loop_entry, uint32_t serial);
  void Invalidated(const CompiledCode& code, const std::string& reason);

  VM& vm() const { return vm_; }
  const std::deque<CompileRecord>& compiles() const { return compiles_; }
  const std::vector<RecordedMethod>& methods() const { return methods_; }
  const std::vector<RecordedSource>& sources() const { return sources_; }

  // The number of a method as it is now; it may be compiled to other bytecodes later.
  uint32_t MethodNumber(const Method& method);

 private:
  using Version = std::pair<const Method*, std::shared_ptr<const MethodDescription>>;

  uint32_t SourceNumber(const Method& home);

  VM& vm_;
  std::string pattern_;
  std::deque<CompileRecord> compiles_;
  std::map<Version, uint32_t> method_numbers_;
  std::vector<RecordedMethod> methods_;
  std::map<Version, uint32_t> source_numbers_;
  std::vector<RecordedSource> sources_;
};

}  // namespace jit
}  // namespace som
