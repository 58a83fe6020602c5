// See error_place.h.
#include "vm/observation/error_place.h"

#include <algorithm>
#include <array>

#include "vm/vm.h"

namespace som {

namespace {

constexpr std::array<std::string_view, 7> kReporters = {
    kErrorReporter, kNotUnderstoodReporter, "unknownGlobal:",        "resolve:",
    "outOfBounds:", "escapedBlock:",        "subclassResponsibility"};

}  // namespace

ErrorPlace FindErrorPlace(VM& vm, const std::vector<const Method*>& methods) {
  ErrorPlace place;
  for (size_t i = 0; i < std::min(methods.size(), kMaxReporters); ++i) {
    const Method& method = *methods[i];
    const std::string_view selector = vm.symbols().NameOf(method.home->selector);
    if (std::find(kReporters.begin(), kReporters.end(), selector) == kReporters.end()) continue;
    // Between two of them, the library's control structures may run.
    if (i != place.index && !method.holder->IsSystemClass()) continue;
    place = {i + 1, selector};
  }
  return place;
}

}  // namespace som
