// Where an error is: behind the library's methods that report it. The list of those is here only.
// And what counts as the library.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "vm/code/method.h"

namespace som {

class VM;

// Two of the reporters, by selector.
constexpr std::string_view kErrorReporter = "error:";
constexpr std::string_view kNotUnderstoodReporter = "doesNotUnderstand:arguments:";

// So many activations at most lie between an error and its place.
constexpr size_t kMaxReporters = 8;

struct ErrorPlace {
  size_t index = 0;           // of the activation that led to the error
  std::string_view reporter;  // the outermost, a selector; empty if no method reports the error
};

// The place of the error that the newest of the activations report, which are those of `methods`,
// newest first. The index is their number if there is no place. Runs no SOM code, allocates nothing
// in the heap.
ErrorPlace FindErrorPlace(VM& vm, const std::vector<const Method*>& methods);

// Whether the method is one of the class library: of a class that lies where Object does, or in the
// folder of optional classes.
bool IsOfLibrary(VM& vm, const Method& method);

}  // namespace som
