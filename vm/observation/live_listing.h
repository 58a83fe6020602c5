// Disassembly through the VM: of a class before it runs, and of what has run with counts, cache
// states and quickened forms.
#pragma once

#include <string>
#include <vector>

namespace som {

class VM;
struct ClassInfo;
struct Method;

// Names of all fields of a class's instances, by index, as listings show them.
std::vector<std::string> FieldNames(VM& vm, const ClassInfo& info);

// The bytecodes of a method, and of all methods of a class: of both sides, or of the class side
// alone when it is a metaclass. Compiles what is only declared, which may allocate in old space but
// does not collect.
std::string ListMethod(VM& vm, Method& method);
std::string ListMethods(VM& vm, const ClassInfo& info);
// Writes the listing of a class on the class path to standard output. Answers the exit status.
int ListClass(VM& vm, const std::string& class_name);
// Writes annotated listings of all methods that were activated.
void ListLoadedClasses(VM& vm);

}  // namespace som
