// Runs a function on a stack of a size that is known, whatever the limits of the process say. What
// a function needs that walks a deep tree stands with that function.
#pragma once

#include <cstddef>

#include "absl/functional/function_ref.h"

namespace som {

// Calls `body` on a stack of `bytes` that is made for it, and waits for its end. `body` gets the
// lowest address it may use; what lies below ends the process. Memory is taken page by page as the
// stack grows. Signals that the caller blocks are blocked in `body`, too. Answers false, without
// calling `body`, where the system refuses the memory.
bool RunOnOwnStack(size_t bytes, absl::FunctionRef<void(const char* lowest)> body);

}  // namespace som
