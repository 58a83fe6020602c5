// The virtual machine: the state that interpreter, primitives and class loader share, and the
// operations C++ code runs SOM code with. One per process in som, one per test in the unit tests.
// The bytecode engines are in dispatch_*.cc, what they cannot do fast in slow_paths.h, start-up in
// universe.h.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/types/span.h"
#include "vm/code/class_table.h"
#include "vm/code/error_context.h"
#include "vm/code/frame.h"
#include "vm/code/method.h"
#include "vm/code/send_site.h"
#include "vm/code/standard_methods.h"
#include "vm/memory/heap.h"
#include "vm/objects/well_known.h"
#include "vm/options.h"
#include "vm/text/characters.h"
#include "vm/text/symbol_table.h"

namespace som {

struct Engine;
class ClassLoader;
class ClassProvider;
class Deoptimizer;
class GlobalCache;
class PrimitiveTable;
class Listener;
class Observer;
class Sampler;

namespace jit {
class Tier;
}

// Why the stack is unwinding: a non-local return on its way to its home activation, a restart by
// the program, one by a debugger, or the end of the program.
struct UnwindState {
  enum class Kind { kNone, kNonLocalReturn, kRestart, kReenter, kExit } kind = Kind::kNone;
  Value* target = nullptr;  // base of the home activation, or of the one to restart
  Value value;
  int exit_status = 0;
  bool is_asked_for = false;  // of kExit: by `system exit:` or SIGTERM, not because of an error
};

// Why a program is to end, apart from the heap's limit.
enum class Interrupt : uint8_t { kNone, kUser, kTermination, kTimeout, kSteps };

// The exit status of a program that ended so.
constexpr int StatusOf(Interrupt reason) {
  if (reason == Interrupt::kUser) return 130;
  return reason == Interrupt::kTermination ? 143 : 124;
}

class VM : public RootProvider {
 public:
  explicit VM(const Options& options, const PrimitiveTable* primitives);
  ~VM() override;
  VM(const VM&) = delete;
  VM& operator=(const VM&) = delete;

  // --- Hot state of the interpreter ---
  // The newest frame and the top of its operand stack, as of the last call out of the engines: what
  // collector and traces start from. The engines store them before they call C++ that may collect,
  // send or fail.
  Value* base = nullptr;
  Value* sp = nullptr;
  // Methods whose frame would end above it are not entered but report "stack overflow" (or another
  // interrupt: set to null to get control at the next activation).
  Value* stack_limit = nullptr;
  UnwindState unwind;
  ErrorContext error_context;  // noted for hints
  uint64_t home_serial = 0;
  int64_t loop_budget = INT64_MAX;  // jumps backwards until the engines look after loops
  bool interrupt_pending = false;   // noticed at the next safepoint, see ServeInterrupt
  Interrupt requested_interrupt = Interrupt::kNone;
  bool nil_protocol_is_custom = false;  // some class defines ifNil: and the like itself

  // --- Parts ---
  const Options& options() const { return options_; }
  Heap& heap() { return heap_; }
  SymbolTable& symbols() { return symbols_; }
  Characters& characters() { return characters_; }
  ClassTable& classes() { return classes_; }
  ClassLoader& loader() { return *loader_; }
  ClassProvider& class_provider();  // the loader, for those below it
  const PrimitiveTable* primitives() const {
    return primitives_;
  }  // null: every primitive is undefined
  GlobalCache& global_cache() { return *global_cache_; }
  StandardMethods& standard_methods() { return standard_methods_; }
  const Engine& engine() const { return *engine_; }
  Deoptimizer& deoptimizer() { return *deoptimizer_; }
  HandleList& handles() { return handles_; }
  jit::Tier* tier() { return tier_.get(); }  // null: everything is interpreted
  // Null unless statistics or tracing are on. The listener is the observer, for those below it.
  Observer* observer() { return observer_.get(); }
  Listener* listener() { return listener_; }
  // Only where Options ask for an observer, to which the new listener passes on what it hears; a
  // debugger's stands alone, and there must be one before anything runs. Not owned.
  void set_listener(Listener* listener) { listener_ = listener; }
  // Room for the classes of a polymorphic send site, for as long as the VM lives.
  CacheEntry* NewCacheEntries();
  // Null unless samples are taken. Not owned.
  Sampler* sampler() { return sampler_; }
  void set_sampler(Sampler* sampler) { sampler_ = sampler; }

  // The traceback of the last error, with all activations; empty if there was none.
  const std::string& last_error_trace() const { return last_error_trace_; }
  void set_last_error_trace(std::string text) { last_error_trace_ = std::move(text); }

  // --- Globals ---
  // The cell of a name, made unbound if there is none. Cells never move.
  GlobalCell* CellOf(SymbolId name);
  const absl::node_hash_map<SymbolId, GlobalCell>& globals() const { return globals_; }

  // --- Running SOM code from C++ (SAFEPOINT) ---
  // All answer the result or Value::Unwind(), which the caller must pass on at once. They push
  // receiver and arguments on the value stack above `sp`, so values held in C++ variables are safe
  // as arguments, but not afterwards.
  Value Send(Value receiver, SymbolId selector, absl::Span<const Value> arguments);
  Value Invoke(Method* method, Value receiver, absl::Span<const Value> arguments);
  // The same for a receiver that stands on the value stack already, its arguments above it.
  Value InvokeInPlace(Method* method, Value* receiver_slot);
  // Sends doesNotUnderstand:arguments: to the receiver in `*receiver_slot`; what stands above it is
  // overwritten. `arguments`: an Array.
  Value SendDoesNotUnderstand(SymbolId selector, Value* receiver_slot, Value arguments);
  // Evaluates a value as a block: a closure of the right arity directly, everything else by sending
  // value, value: or value:with:.
  Value CallBlock(Value block, absl::Span<const Value> arguments);

  // --- Failing ---
  // A run-time error of the VM: prints the traceback and `message` on stderr and unwinds the
  // program with status 1. Answers Value::Unwind().
  Value Fail(std::string_view message);
  // The same, with another exit status than 1.
  Value FailWithStatus(std::string_view message, int status);
  // Ends the program at the next safepoint. May be called by a signal's handler.
  void RequestInterrupt(Interrupt reason);
  // Lets the sampler look at the stack at the next safepoint. May be called by a signal's handler.
  void RequestSafepoint();
  // Forgets why the stack was unwound, and interrupts that came too late: SOM code may run again.
  // Only where nothing is active.
  void Recover();
  // Ends the program: unwinds everything. Answers Value::Unwind().
  Value Exit(int status);

  // --- Values ---
  // Doubles in their canonical form. SAFEPOINT.
  Value MakeDouble(double d) {
    Value v = Value::EncodeDouble(d);
    if (v.IsImmediateDouble() && immediate_doubles_) [[likely]]
      return v;
    return MakeBoxedDouble(d);
  }
  bool immediate_doubles() const { return immediate_doubles_; }
  // SAFEPOINT each.
  Value MakeArray(absl::Span<const Value> elements);  // protects `elements`
  Value MakeNilArray(size_t length);
  // The reflection object of a method; always the same one.
  Value MirrorOf(Method* method);
  bool IsDouble(Value v) const { return v.IsImmediateDouble() || IsKind(v, Kind::kDouble); }
  static double DoubleOf(Value v) {  // v must be a double
    return v.IsImmediateDouble() ? v.AsImmediateDouble() : As<BoxedDouble>(v)->value;
  }

  // Microseconds since the VM started.
  int64_t Microseconds() const;

  // --- Roots ---
  void VisitRoots(RootVisitor& visitor) override;

  // Ends the state of interrupt that a null stack_limit is.
  void ResetStackLimit();
  // What stack_limit is where no interrupt waits.
  const Value* StackLimit() const;
  // Lowest address the C++ stack may reach; checked by every C++ function that re-enters the
  // interpreter.
  void set_native_stack_limit(const char* limit) { native_stack_limit_ = limit; }
  bool NativeStackExhausted() const;

 private:
  void NoteNotUnderstood(Value receiver, SymbolId selector, absl::Span<const Value> arguments);
  Value MakeBoxedDouble(double d);
  void InitializeStack();

  Options options_;
  Heap heap_;
  SymbolTable symbols_;
  Characters characters_{heap_};
  ClassTable classes_;
  absl::node_hash_map<SymbolId, GlobalCell> globals_;
  HandleList handles_;
  const PrimitiveTable* primitives_;
  std::unique_ptr<ClassLoader> loader_;
  std::unique_ptr<GlobalCache> global_cache_;
  std::unique_ptr<Deoptimizer> deoptimizer_;
  StandardMethods standard_methods_;
  const Engine* engine_;
  std::unique_ptr<Observer> observer_;
  std::vector<std::unique_ptr<CacheEntry[]>> cache_entries_;
  Listener* listener_ = nullptr;
  Sampler* sampler_ = nullptr;
  std::string last_error_trace_;
  std::unique_ptr<jit::Tier> tier_;
  bool immediate_doubles_ = true;
  Value* stack_begin_ = nullptr;
  size_t stack_reserved_ = 0;
  Value* stack_end_ = nullptr;
  const char* native_stack_limit_ = nullptr;
  int64_t start_nanoseconds_ = 0;
};

}  // namespace som
