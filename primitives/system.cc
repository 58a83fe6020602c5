// Primitives of System: globals, class loading, exit, time, memory. Streams are in
// system_streams.cc.
#include <algorithm>
#include <limits>

#include "primitives/primitive.h"
#include "vm/loading/class_loader.h"
#include "vm/observation/stack_trace.h"

namespace som::primitives {

namespace {

constexpr int64_t kMicrosecondsPerMillisecond = 1000;
constexpr uint64_t kNanosecondsPerMillisecond = 1000000;

// The cell of the global that the argument names, or null after reporting that it is no name.
GlobalCell* CellNamedBy(VM& vm, Value name) {
  if (!IsSymbol(name)) {
    FailInstance(vm, "Symbol", name);
    return nullptr;
  }
  return vm.CellOf(vm.symbols().Pin(name));
}

}  // namespace

// nil if unbound; loads no class.
Value SystemGlobal(VM& vm, Value* arguments) {
  const GlobalCell* cell = CellNamedBy(vm, arguments[1]);
  if (cell == nullptr) return Value::Unwind();
  return cell->IsBound() ? cell->value : Nil();
}

Value SystemGlobalPut(VM& vm, Value* arguments) {
  GlobalCell* cell = CellNamedBy(vm, arguments[1]);
  if (cell == nullptr) return Value::Unwind();
  cell->value = arguments[2];
  return arguments[0];
}

Value SystemHasGlobal(VM& vm, Value* arguments) {
  const GlobalCell* cell = CellNamedBy(vm, arguments[1]);
  if (cell == nullptr) return Value::Unwind();
  return Bool(cell->IsBound());
}

// What the global is bound to, be it a class or not; otherwise the class from the class path, nil
// if there is none.
Value SystemLoad(VM& vm, Value* arguments) {
  const GlobalCell* cell = CellNamedBy(vm, arguments[1]);
  if (cell == nullptr) return Value::Unwind();
  return cell->IsBound() ? cell->value : vm.loader().Load(cell->name);
}

Value SystemExit(VM& vm, Value* arguments) {
  const Value status = arguments[1];
  if (!IsInteger(status)) return FailType(vm, "Int", status);
  using Limits = std::numeric_limits<int>;
  if (!status.IsInt() || status.AsInt() < Limits::min() || status.AsInt() > Limits::max()) {
    return FailDomain(vm);
  }
  vm.Exit(static_cast<int>(status.AsInt()));
  vm.unwind.is_asked_for = !IsInError(vm);
  return Value::Unwind();
}

Value SystemTime(VM& vm, Value*) {
  return Value::Int(vm.Microseconds() / kMicrosecondsPerMillisecond);
}

// Never 0, so that programs may divide by it.
Value SystemTicks(VM& vm, Value*) { return Value::Int(std::max<int64_t>(1, vm.Microseconds())); }

Value SystemFullGc(VM& vm, Value*) {
  vm.heap().CollectFull();
  return True();
}

// Array of the number of collections, the milliseconds they took, the bytes allocated.
Value SystemGcStats(VM& vm, Value*) {
  const Heap::Statistics statistics = vm.heap().statistics();
  const uint64_t collections = statistics.young_collections + statistics.full_collections;
  const uint64_t milliseconds = statistics.collection_nanoseconds / kNanosecondsPerMillisecond;
  const auto int_of = [](uint64_t number) { return Value::Int(static_cast<int64_t>(number)); };
  const Value elements[] = {int_of(collections), int_of(milliseconds),
                            int_of(statistics.allocated_bytes)};
  return vm.MakeArray(elements);
}

// Milliseconds. Code is compiled when its class is loaded, never later.
Value SystemTotalCompilationTime(VM&, Value*) { return Value::Int(0); }

}  // namespace som::primitives
