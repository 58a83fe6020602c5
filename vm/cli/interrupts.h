// What ends a program from outside: Ctrl-C and a limit of time. Signals only ask for it; the
// program ends where it next enters an activation, jumps backwards, or comes back from a primitive.
// (What the limits on memory and steps ask for takes the same way: VM::RequestInterrupt.)
#pragma once

namespace som {

class VM;

// While it lives, SIGINT and the end of the time are the program's end, with a stack trace. There
// may be one at a time, on the only thread that takes these signals (see RunOnLargeStack).
class InterruptGuard {
 public:
  // `seconds`: until the program is ended; 0: no limit.
  InterruptGuard(VM& vm, double seconds);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

}  // namespace som
