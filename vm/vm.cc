// See vm.h.
#include "vm/vm.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "vm/code/global_cache.h"
#include "vm/code/primitive_table.h"
#include "vm/interpreter/activations.h"
#include "vm/interpreter/deoptimizer.h"
#include "vm/interpreter/engines.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/jit/jit.h"
#include "vm/loading/class_loader.h"
#include "vm/memory/old_space.h"
#include "vm/observation/hints.h"
#include "vm/observation/observer.h"
#include "vm/observation/stack_trace.h"
#include "vm/support/check.h"
#include "vm/support/output.h"

namespace som {

namespace {

int64_t NowNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// C++ frames that an activation of the slowest engine may need beyond what the entry check accounts
// for.
constexpr size_t kStackReserveWords = 16 << 10;

}  // namespace

VM::VM(const Options& options, const PrimitiveTable* primitives)
    : options_(options),
      heap_(options.heap),
      symbols_(&heap_),
      primitives_(primitives),
      loader_(std::make_unique<ClassLoader>(*this)),
      global_cache_(std::make_unique<GlobalCache>()),
      deoptimizer_(std::make_unique<Deoptimizer>(*this)),
      engine_(&SelectEngine(options_)),
      immediate_doubles_(options.doubles == DoubleEncoding::kImmediate),
      start_nanoseconds_(NowNanoseconds()) {
  if (IsObserved(options) && !options.debug) {
    observer_ = std::make_unique<Observer>(options_);
    listener_ = observer_.get();
    if (options.statistics) heap_.set_allocation_listener(observer_.get());
  }
  classes_.set_class_provider(loader_.get());
  heap_.set_field_counts(classes_.field_counts());
  heap_.AddRoots(&symbols_);
  heap_.AddRoots(&classes_);
  heap_.AddRoots(this);
  heap_.set_out_of_memory_hook(
      [](void* self) {
        auto* vm = static_cast<VM*>(self);
        vm->interrupt_pending = true;
        vm->stack_limit = nullptr;
      },
      this);
  InitializeStack();
  // Traces, limits and counts are about bytecodes; and without inline caches there is nothing to
  // compile from.
  const bool counts = options.debug || options.trace_bytecodes || options.trace_sends ||
                      options.max_steps != 0 ||
                      ((options.statistics || options.recorded) && !options.jit_requested);
  if (options.jit && !counts && options.inline_cache != InlineCachePolicy::kNone &&
      options.inline_cache != InlineCachePolicy::kGlobal)
    tier_ = jit::MakeTier(*this);
  loader_->MakeSystemClasses();
}

CacheEntry* VM::NewCacheEntries() {
  return cache_entries_.emplace_back(new CacheEntry[SendSite::kPolymorphicLimit]).get();
}

VM::~VM() { munmap(stack_begin_, stack_reserved_); }

void VM::InitializeStack() {
  stack_reserved_ = options_.stack_bytes;
  void* memory = mmap(nullptr, stack_reserved_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) FatalSystemMemory(stack_reserved_);
  stack_begin_ = static_cast<Value*>(memory);
  stack_end_ = stack_begin_ + stack_reserved_ / sizeof(Value);
  sp = stack_begin_;
  *sp = Nil();
  base = nullptr;
  ResetStackLimit();
}

const Value* VM::StackLimit() const { return stack_end_ - kStackReserveWords; }

void VM::ResetStackLimit() {
  // A signal that comes in between must not leave a limit of null that nothing pending explains.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  stack_limit = stack_end_ - kStackReserveWords;
}

bool VM::NativeStackExhausted() const {
  return static_cast<const char*>(__builtin_frame_address(0)) < native_stack_limit_;
}

ClassProvider& VM::class_provider() { return *loader_; }

GlobalCell* VM::CellOf(SymbolId name) {
  auto [it, inserted] = globals_.try_emplace(name);
  if (inserted) it->second.name = name;
  return &it->second;
}

Value VM::Invoke(Method* method, Value receiver, absl::Span<const Value> arguments) {
  // Primitives that loop come by here in each round, and what they call may have no safepoint.
  if (interrupt_pending && !ServeInterrupt(this)) [[unlikely]]
    return Value::Unwind();
  if (NativeStackExhausted()) return Fail("Stack overflow: too many nested activations");
  Value* saved_sp = sp;
  Value* saved_base = base;
  Value* top = sp;
  *++top = receiver;
  for (Value argument : arguments) *++top = argument;
  sp = top;
  Value result = method->entry(this, method, top, saved_base);
  sp = saved_sp;
  base = saved_base;
  return result;
}

Value VM::Send(Value receiver, SymbolId selector, absl::Span<const Value> arguments) {
  uint32_t class_index = ClassIndexOf(receiver);
  Method* method = global_cache_->FindOrLookup(classes_, class_index, selector);
  if (method != nullptr) return Invoke(method, receiver, arguments);
  Check(selector != kSymbolDoesNotUnderstand,
        "the core library's Object has no doesNotUnderstand:arguments:");
  NoteNotUnderstood(receiver, selector, arguments);
  HandleScope scope(handles_);
  Handle protected_receiver(scope, receiver);
  Value array = MakeArray(arguments);
  Value dnu_arguments[] = {symbols_.ValueOf(selector), array};
  return Send(protected_receiver.get(), kSymbolDoesNotUnderstand, dnu_arguments);
}

void VM::NoteNotUnderstood(Value receiver, SymbolId selector, absl::Span<const Value> arguments) {
  error_context.receiver_class = ClassIndexOf(receiver);
  error_context.selector = selector;
  error_context.argument_classes = {};
  for (size_t i = 0; i < std::min(arguments.size(), ErrorContext::kArguments); ++i)
    error_context.argument_classes[i] = ClassIndexOf(arguments[i]);
}

Value VM::InvokeInPlace(Method* method, Value* receiver_slot) {
  if (NativeStackExhausted()) return Fail("Stack overflow: too many nested activations");
  Value* saved_sp = sp;
  Value* saved_base = base;
  Value result = method->entry(this, method, receiver_slot + method->argument_count, saved_base);
  sp = saved_sp;
  base = saved_base;
  return result;
}

Value VM::SendDoesNotUnderstand(SymbolId selector, Value* receiver_slot, Value arguments) {
  Method* method =
      global_cache_->FindOrLookup(classes_, ClassIndexOf(*receiver_slot), kSymbolDoesNotUnderstand);
  Check(method != nullptr, "the core library's Object has no doesNotUnderstand:arguments:");
  const auto* passed = As<Array>(arguments);
  NoteNotUnderstood(*receiver_slot, selector,
                    {passed->elements, static_cast<size_t>(passed->Length())});
  receiver_slot[1] = symbols_.ValueOf(selector);
  receiver_slot[2] = arguments;
  return InvokeInPlace(method, receiver_slot);
}

Value VM::CallBlock(Value block, absl::Span<const Value> arguments) {
  uint32_t class_index = ClassIndexOf(block);
  constexpr SymbolId kSelectors[] = {kSymbolValue, kSymbolValueWith, kSymbolValueWithWith};
  Check(arguments.size() <= 2, "closures are called with two arguments at most");
  SymbolId selector = kSelectors[arguments.size()];
  if (class_index == kBlock1Class + arguments.size()) {
    Method* method = global_cache_->FindOrLookup(classes_, class_index, selector);
    if (method != nullptr && method->intrinsic == Intrinsic::kBlockValue) {
      return Invoke(As<Block>(block)->code, block, arguments);
    }
  }
  return Send(block, selector, arguments);
}

Value VM::Fail(std::string_view message) { return FailWithStatus(message, 1); }

Value VM::FailWithStatus(std::string_view message, int status) {
  if (listener_ != nullptr && !listener_->Failure(*this, message)) return Value::Unwind();
  WriteError(StackTraceText(*this, TraceOf::kFailure));
  WriteError(message);
  WriteError(".\n");
  WriteError(ErrorHints(*this));
  return Exit(status);
}

void VM::RequestInterrupt(Interrupt reason) {
  requested_interrupt = reason;
  interrupt_pending = true;
  stack_limit = nullptr;
  loop_budget = -1;
}

void VM::RequestSafepoint() {
  interrupt_pending = true;
  stack_limit = nullptr;
  // With a compiled tier the interpreter's loops come by soon, for their budget is small.
  if (tier_ == nullptr) loop_budget = -1;
}

void VM::Recover() {
  unwind = {};
  requested_interrupt = Interrupt::kNone;
  interrupt_pending = false;
  if (heap_.out_of_memory()) heap_.ClearOutOfMemory();
  ResetStackLimit();
}

Value VM::Exit(int status) {
  unwind = {UnwindState::Kind::kExit, nullptr, Nil(), status, false};
  return Value::Unwind();
}

Value VM::MakeBoxedDouble(double d) {
  auto* boxed =
      static_cast<BoxedDouble*>(heap_.Allocate(kDoubleClass, Kind::kDouble, sizeof(BoxedDouble)));
  boxed->value = d;
  return Value::FromObject(boxed);
}

Value VM::MakeNilArray(size_t length) {
  auto* array = static_cast<Array*>(heap_.Allocate(kArrayClass, Kind::kArray, ArrayBytes(length)));
  array->length = Value::Int(static_cast<int64_t>(length));
  for (size_t i = 0; i < length; ++i) array->elements[i] = Nil();
  return Value::FromObject(array);
}

Value VM::MakeArray(absl::Span<const Value> elements) {
  HandleScope scope(handles_);
  size_t first = handles_.values.size();
  handles_.values.insert(handles_.values.end(), elements.begin(), elements.end());
  auto* array = As<Array>(MakeNilArray(elements.size()));
  for (size_t i = 0; i < elements.size(); ++i) array->elements[i] = handles_.values[first + i];
  heap_.AfterFill(array);
  return Value::FromObject(array);
}

Value VM::MirrorOf(Method* method) {
  Method* home = method->home;
  if (!home->mirror.IsObject()) {
    uint32_t class_index = home->kind == MethodKind::kPrimitive ? kPrimitiveClass : kMethodClass;
    auto* mirror =
        static_cast<Mirror*>(heap_.AllocateOld(class_index, Kind::kMirror, sizeof(Mirror)));
    mirror->method = home;
    home->mirror = Value::FromObject(mirror);
  }
  return home->mirror;
}

int64_t VM::Microseconds() const { return (NowNanoseconds() - start_nanoseconds_) / 1000; }

void VM::VisitRoots(RootVisitor& visitor) {
  for (auto& [name, cell] : globals_) {
    if (cell.IsBound()) visitor.Visit(&cell.value);
  }
  visitor.VisitRange(handles_.values.data(), handles_.values.data() + handles_.values.size());
  visitor.Visit(&unwind.value);
  FrameIterator frame(*this);
  for (; !frame.done(); frame.Next()) frame.VisitLiveSlots(visitor);
  visitor.VisitRange(stack_begin_, frame.top());
}

}  // namespace som
