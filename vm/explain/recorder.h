// Records a run for --explain, step by step: a listener of the observed engines, which passes on what
// it hears to the one that was there before. It changes nothing that a program can see; objects that it
// has seen stay alive until the recording ends.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/code/listener.h"
#include "vm/explain/code_watch.h"
#include "vm/explain/name_table.h"
#include "vm/explain/object_watch.h"
#include "vm/explain/recording.h"
#include "vm/explain/start_condition.h"
#include "vm/explain/tier_watch.h"

namespace som {
class VM;
}

namespace som::explain {

struct RecorderOptions {
  size_t most_steps = 0;
  StartCondition start;
  std::string program;  // the name of the program's class
  std::string title;
};

class Recorder final : public Listener {
 public:
  // Becomes the listener of `vm`, which must have Options::recorded, and the listener of the process's
  // output. Must outlive all running of SOM code.
  Recorder(VM& vm, RecorderOptions options);

  // Called once, when as many steps as asked for are recorded: the program may run for ever.
  void set_limit_hook(std::function<void()> hook) { limit_hook_ = std::move(hook); }
  // The program has ended. What it did last is noted.
  void Finish(int status);
  const Recording& recording() const { return recording_; }

  void Bytecode(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos) override;
  void Activation(Method* method, Value* base) override;
  void BlockCreated(BlockSite* site) override;
  void ContextCreated() override;
  void Quickened(bool back) override;

 private:
  enum class State : uint8_t { kWaiting, kRecording, kEnded };

  // An activation that is on the stack, with what was seen of it.
  struct Frame {
    Value* base = nullptr;
    const Method* method = nullptr;
    int32_t activation = 0;
    uint32_t epoch = 0;
    std::vector<uint64_t> bits;
    std::vector<Ref> refs;
    int32_t depth = 0;
  };

  static void Written(void* recorder, std::string_view text, bool is_error);

  // The frame of an activation that the recording is to start with, from `base` down; null for none.
  Value* EnteredAt(Value* base);
  // `newest`: the newest frame there is, `first`: the oldest one of the recording, not older.
  void Start(Value* newest, Value* first);
  void End(Recording::End end);
  // Notes what the last step has done.
  void Settle();
  void NoteMachineCode(const Value* base);
  // Makes frames_ the activations from `base`, which may be null, down.
  void FollowStack(Value* base);
  void Push(Value* base, const Method& method, RecordedActivation::Kind kind);
  void RecordWords(Frame& frame, const Value* sp, Value tos);
  // What the instruction may change, and what it names.
  void Prepare(const Frame& frame, int32_t instruction, Opcode opcode);
  void NameVariables(const Frame& frame, int32_t instruction, Opcode opcode);
  int32_t HomeOf(Value closure) const;

  VM& vm_;
  Listener* next_;
  RecorderOptions options_;
  std::function<void()> limit_hook_;
  Recording recording_;
  NameTable names_;
  CodeWatch code_;
  ObjectWatch objects_;
  TierWatch tier_;
  State state_ = State::kWaiting;
  std::vector<Frame> frames_;
  int32_t first_activation_ = 0;

  // Of the last step, until it is settled:
  bool is_settled_ = true;
  bool has_quickened_ = false;
  bool has_activated_ = false;
  int32_t last_unit_ = 0;
  int32_t last_instruction_ = 0;
  Opcode last_opcode_{};
  Value* last_base_ = nullptr;
  const Method* last_callee_ = nullptr;  // of a send whose target is known
  std::vector<Ref> touched_;
};

}  // namespace som::explain
