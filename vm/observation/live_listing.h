// Disassembly through the VM: of a class before it runs, and of what has run with counts, cache
// states and quickened forms.
#pragma once

#include <string>
#include <vector>

namespace som {

class VM;
struct ClassInfo;

// Names of all fields of a class's instances, by index, as listings show them.
std::vector<std::string> FieldNames(VM& vm, const ClassInfo& info);

// Writes the listing of a class on the class path to standard output. Answers the exit status.
int ListClass(VM& vm, const std::string& class_name);
// Writes annotated listings of all methods that were activated.
void ListLoadedClasses(VM& vm);

}  // namespace som
