// The targets under libFuzzer, which has the main function. SOM_FUZZ_TARGET names the one to run.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/targets.h"

namespace {

const som::fuzz::Target& ChosenTarget() {
  const char* name = std::getenv("SOM_FUZZ_TARGET");
  const som::fuzz::Target* target = name == nullptr ? nullptr : som::fuzz::TargetNamed(name);
  if (target != nullptr) return *target;
  std::fputs("SOM_FUZZ_TARGET is to name one of:", stderr);
  for (const auto& each : som::fuzz::kTargets)
    std::fprintf(stderr, " %.*s", static_cast<int>(each.name.size()), each.name.data());
  std::fputs("\n", stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const som::fuzz::Target& target = ChosenTarget();
  target.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
