// Faults of the virtual machine itself: conditions that no program and no input may bring about.
// Errors of SOM programs are VM::Fail, errors in source text are Diagnostics.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace som {

// Aborts with the message if the condition does not hold.
inline void Check(bool condition, const char* message) {
  if (condition) [[likely]]
    return;
  std::fprintf(stderr, "som: internal error: %s\n", message);
  std::abort();
}

}  // namespace som
