// The debugger: looks at a program bytecode by bytecode, stops it at breakpoints, steps and errors,
// and asks whoever talks to the user (a DebuggerFront) how it goes on. In a VM whose options have
// `debug` set. What it shows is frames.h's; how users talk to it, terminal.h's and dap.h's.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/code/listener.h"
#include "vm/debugger/breakpoints.h"
#include "vm/debugger/evaluator.h"
#include "vm/debugger/frames.h"
#include "vm/memory/roots.h"
#include "vm/shell/session.h"

namespace som {

class Debugger;
class VM;

// Why a program has stopped.
struct Stop {
  enum class Reason : uint8_t { kStart, kStep, kBreakpoint, kPause, kError, kRestart };
  Reason reason = Reason::kStep;
  std::vector<int> breakpoints;      // hit; those that are temporary are gone already
  std::string text;                  // of an error, or of a condition that fails
  size_t frame = 0;                  // the one to look at first: behind what only reports an error
  std::optional<std::string> value;  // what the activation that was stepped out of has answered
};

// How it goes on.
struct Resume {
  enum class Kind : uint8_t {
    kContinue,
    kStepInto,
    kStepOver,
    kStepOut,   // of `frame`
    kRestart,   // `frame`
    kTerminate  // the program ends with status 0, as if it had sent `system exit: 0`
  };
  Kind kind = Kind::kContinue;
  size_t frame = 0;
};

// What errors a program stops at, before they are reported and end it.
struct ErrorFilter {
  bool not_understood = true;  // messages without a method
  bool sent = true;            // error: and what the library reports by it
  bool of_vm = true;           // what the VM and its primitives refuse
};

class DebuggerFront {
 public:
  // The program has stopped. While this runs, everything of the debugger may be asked and changed.
  virtual Resume Stopped(Debugger& debugger, const Stop& stop) = 0;
  // Soon after Debugger::RequestAttention, while the program runs. False: it is to end.
  virtual bool Attend(Debugger& debugger) = 0;

 protected:
  ~DebuggerFront() = default;
};

class Debugger final : public Listener {
 public:
  // All must outlive it. Becomes the VM's listener.
  Debugger(VM& vm, Breakpoints& breakpoints, ErrorFilter& errors, DebuggerFront& front,
           std::string program_class);
  ~Debugger();
  Debugger(const Debugger&) = delete;
  Debugger& operator=(const Debugger&) = delete;

  // Loads the system classes; nothing runs before. False: errors are on stderr.
  bool Start();
  // The program stops at its first statement.
  void StopAtStart();
  // Whether steps stop in the library's code, too.
  void set_shows_library(bool shows) { shows_library_ = shows; }
  bool shows_library() const { return shows_library_; }

  // May be called by a signal's handler or another thread: stops at the next statement; calls
  // DebuggerFront::Attend before the next bytecode.
  void RequestPause();
  void RequestAttention();

  // --- Listener ---
  bool Bytecode(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos) override;
  bool Failure(VM& vm, std::string_view message) override;
  void Activation(Method* /*method*/, Value* /*base*/) override { is_fresh_ = true; }
  void BlockCreated(BlockSite* /*site*/) override {}
  void ContextCreated() override {}
  void Quickened(bool /*back*/) override {}

  // --- While the program is stopped ---
  VM& vm() { return vm_; }
  const std::vector<Frame>& frames() const { return frames_; }
  bool IsLibrary(const Method& method) const;
  // The list of breakpoints has changed. May be called while it runs, by Attend.
  void BreakpointsChanged();
  Breakpoints& breakpoints() { return breakpoints_; }

  struct Result {
    std::optional<Value> value;  // lives in the scope of the stop if the caller keeps it there
    std::string error;           // otherwise
  };
  // Evaluates statements in a frame. Nothing stops in them. SAFEPOINT.
  Result Evaluate(size_t frame, const std::string& text);
  // A value as the shell shows it; as ValueText does where asString fails. SAFEPOINT.
  std::string TextOf(Value value);
  // Defines a class or a method, as in the shell. Errors are on stderr. Answers whether it is done.
  bool Define(const std::string& text);
  // Defines the class of a file again. Likewise.
  bool Reload(const std::string& path);
  // Handles made while the program is stopped live as long.
  HandleScope& scope() { return *scope_; }

 private:
  enum Flag : uint8_t { kStatement = 1, kBreakpoint = 2, kError = 4 };
  // What there is to stop at in the code of a method or closure.
  struct Code {
    std::vector<uint8_t> flags;  // by code unit
    bool is_library = false;
  };
  struct Step {
    enum class Kind : uint8_t { kNone, kInto, kOver, kOut } kind = Kind::kNone;
    Stop::Reason reason = Stop::Reason::kStep;
    Value* base = nullptr;  // of the activation that it began in
    const Method* method = nullptr;
    uint32_t offset = 0;
    uint32_t line = 0;  // where it began; 0: any other is right
    bool shows_library = false;
    std::optional<std::string> value;
  };

  const Code& CodeOf(Method& method);
  bool Look(CodeUnit* ip, Value* base, Value tos, bool is_fresh, uint8_t flags);
  // Whether the step ends at this instruction.
  bool StepEnds(const Frame& frame, Value tos, bool is_fresh, uint8_t flags);
  // Counts a hit of those breakpoints that are at this instruction, and whose conditions hold.
  void HitBreakpoints(const Frame& frame, Stop* stop);
  bool StopHere(const Stop& stop);
  // `place`: the frame that the stop was about.
  bool Apply(Resume resume, size_t place);
  bool Terminate();
  void BeginStep(Step::Kind kind, const Frame& frame);

  VM& vm_;
  Breakpoints& breakpoints_;
  ErrorFilter& errors_;
  DebuggerFront& front_;
  std::string program_class_;
  std::string library_;  // the directory of the core library
  Evaluator evaluator_;
  std::unique_ptr<Session> session_;
  absl::flat_hash_map<const Method*, std::unique_ptr<Code>> code_;
  // Of methods that have run lately, each in the place that its address says.
  static constexpr size_t kRecent = 512;
  struct Recent {
    const Method* method = nullptr;
    const Code* code = nullptr;
  };
  std::array<Recent, kRecent> recent_{};
  const Method* method_ = nullptr;  // whose code the last bytecode was of
  const Code* current_ = nullptr;
  bool is_fresh_ = false;  // an activation has begun since the last bytecode
  bool shows_library_ = false;
  Step step_;
  std::atomic<bool> attention_ = false;
  std::atomic<bool> pause_ = false;
  // While an expression runs: where the message of its error goes.
  std::string* evaluation_error_ = nullptr;
  std::vector<Frame> frames_;
  HandleScope* scope_ = nullptr;
};

}  // namespace som
