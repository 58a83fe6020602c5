// See error_place.h.
#include "vm/observation/error_place.h"

#include <algorithm>
#include <array>

#include "vm/loading/class_path.h"
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

bool IsOfLibrary(VM& vm, const Method& method) {
  const auto folder_of = [](std::string_view path) {
    const size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  };
  const std::string_view library = folder_of(vm.classes().At(kObjectClass)->parsed->path());
  const std::string_view folder = folder_of(method.home->parsed->path());
  return folder == library ||
         (folder.starts_with(library) && folder.substr(library.size()) == kOptionalClasses);
}

}  // namespace som
