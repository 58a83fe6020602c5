// See machine.h.
#include "tests/fuzz/machine.h"

#include <sys/time.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <new>

#include "primitives/register.h"
#include "vm/vm.h"

namespace som::fuzz {

namespace {

constexpr size_t kNativeStackBytes = size_t{5} << 20;  // of the 8 MB that a process has
constexpr size_t kValueStackBytes = size_t{256} << 10;
constexpr size_t kHeapBytes = size_t{64} << 20;
constexpr size_t kNurseryBytes = size_t{256} << 10;
constexpr uint64_t kSteps = 20000;
constexpr suseconds_t kMicroseconds = 50000;

VM* running_vm = nullptr;

void OnTimer(int) {
  if (running_vm != nullptr && running_vm->unwind.kind != UnwindState::Kind::kExit)
    running_vm->RequestInterrupt(Interrupt::kTimeout);
}

// Of the process's own time: libFuzzer uses the other timer.
void SetTimer(suseconds_t microseconds) {
  const itimerval timer{{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_VIRTUAL, &timer, nullptr);
}

Options LimitedOptions() {
  Options options;
  options.class_path = {"tests/foreign-lib"};
  options.stack_bytes = kValueStackBytes;
  options.heap.limit_bytes = kHeapBytes;
  options.heap.nursery_bytes = kNurseryBytes;
  return options;
}

}  // namespace

Options InterpretedOptions() {
  Options options = LimitedOptions();
  options.max_steps = kSteps;
  return options;
}

Options CompiledOptions() {
  Options options = LimitedOptions();
  options.jit_threshold = 2;
  return options;
}

int WithMachine(const Options& options, const std::function<int(VM& vm)>& body) {
  // Static: compiled code addresses the machine with four bytes.
  alignas(VM) static std::array<std::byte, sizeof(VM)> room;
  struct sigaction action{};
  action.sa_handler = OnTimer;
  action.sa_flags = SA_RESTART;
  sigaction(SIGVTALRM, &action, nullptr);
  VM& vm = *new (room.data()) VM(options, &StandardPrimitives());
  vm.set_native_stack_limit(static_cast<const char*>(__builtin_frame_address(0)) -
                            kNativeStackBytes);
  running_vm = &vm;
  SetTimer(kMicroseconds);
  const int status = body(vm);
  running_vm = nullptr;
  SetTimer(0);
  vm.heap().CollectFull();
  vm.heap().Verify();
  vm.~VM();
  return status;
}

}  // namespace som::fuzz
