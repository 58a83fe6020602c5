// Disassembly through the VM: of a class before it runs, and of what has run with counts, cache
// states and quickened forms.
#pragma once

#include <string>

namespace som {

class VM;
struct ClassInfo;
struct Method;

// The bytecodes of a method, and of all methods of a class: of both sides, or of the class side
// alone when it is a metaclass.
std::string ListMethod(VM& vm, const Method& method);
std::string ListMethods(VM& vm, const ClassInfo& info);
// Writes the listing of a class on the class path to standard output. Answers the exit status.
int ListClass(VM& vm, const std::string& class_name);
// Writes annotated listings of all methods that were activated.
void ListLoadedClasses(VM& vm);

}  // namespace som
