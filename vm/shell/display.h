// Values as the shell shows them: Strings with quotes, collections with their elements, everything
// else by its asString. Programs do not see this form.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vm/objects/value.h"

namespace som {

class VM;

// SOM methods that ask the library's collections for their elements; the class of the shell's
// workspace has them.
std::string_view DisplayMethods();

// For example 42, 'it\'s', #at:put:, #(1 'two' nil), a Vector(1 2), a Dictionary(#a->1), or what
// asString answers. Long collections and deep nesting are cut. `workspace` is old and has the
// methods above. Nothing if SOM code unwinds, which the caller must deal with. SAFEPOINT.
std::optional<std::string> DisplayText(VM& vm, Value workspace, Value value);

}  // namespace som
