// What ends a program from outside: Ctrl-C, SIGTERM and a limit of time. Signals only ask for it;
// the program ends where it next enters an activation, jumps backwards, or comes back from a
// primitive. (What the limits on memory and steps ask for takes the same way:
// VM::RequestInterrupt.)
#pragma once

#include <cstdint>

namespace som {

class VM;

// While it lives, SIGINT, SIGTERM and the end of the time are the program's end, with a stack
// trace. There may be one at a time, on the only thread that takes these signals (see
// RunOnLargeStack).
class InterruptGuard {
 public:
  // What becomes of a program that notices nothing, as it waits for input or is in a long
  // primitive.
  enum class Deaf : uint8_t {
    kEnds,   // the process is ended soon
    kWaits,  // it goes on, until the user asks for the third time; reading input is broken off. At
             // SIGTERM it ends soon all the same
  };
  // `seconds`: until the program is ended; 0: no limit.
  InterruptGuard(VM& vm, double seconds, Deaf deaf = Deaf::kEnds);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

}  // namespace som
