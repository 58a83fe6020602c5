// See nesting.h.
#include "compiler/nesting.h"

#include <cstdio>
#include <cstdlib>

#include "compiler/own_stack.h"

namespace som {

namespace {

// An optimised level takes less than 2 KB; unoptimised and instrumented frames are several times
// larger.
#if defined(NDEBUG) && !defined(SOM_SANITIZE)
constexpr size_t kLevelBytes = size_t{6} << 10;
#else
constexpr size_t kLevelBytes = size_t{32} << 10;
#endif
constexpr size_t kDeepStackBytes = kMaxNesting * kLevelBytes / 4096 * 4096;

}  // namespace

bool RunOnDeepStack(absl::FunctionRef<void()> walk) {
  return RunOnOwnStack(kDeepStackBytes, [&](const char*) { walk(); });
}

void WithStackFor(const MethodNode& method, absl::FunctionRef<void()> walk) {
  if (method.nesting <= kShallowNesting) return walk();
  if (RunOnDeepStack(walk)) return;
  std::fprintf(stderr, "som: the system has no memory left (%zu bytes refused)\n", kDeepStackBytes);
  std::fflush(nullptr);
  std::_Exit(EXIT_FAILURE);
}

}  // namespace som
