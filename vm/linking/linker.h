// From code descriptions to runnable methods: lays out code images and rewrites operands for direct
// access.
//
// An image is one allocation:   [send sites][literals][global cells][block sites][code units]
// Operands that are indexes in the description become byte distances from the instruction to the
// datum, field indexes become word offsets in the object, locals are numbered from the frame's
// base. Code is written to while it runs (quickening).
#pragma once

#include <memory>

#include "compiler/description.h"
#include "vm/code/class_table.h"
#include "vm/code/method.h"

namespace som {

class VM;

// The record of a method of `holder` that has no code yet: the one with the number `index_in_class`
// on its side of `parsed`.
std::unique_ptr<Method> DeclareMethod(ClassInfo& holder, SymbolId selector, uint16_t argument_count,
                                      std::shared_ptr<const ParsedClass> parsed, bool class_side,
                                      size_t index_in_class);

// Gives a declared method its code, and makes the records of its closures. Literals are allocated
// in old space; does not collect. The method cannot be run before it has got its entries
// (InstallEntries of interpreter/entries.h).
void LinkMethod(VM& vm, Method& home, std::shared_ptr<const MethodDescription> description);

// The offset in the unit's description that corresponds to an instruction of the image.
inline uint32_t CodeOffset(const Method& method, const CodeUnit* ip) {
  return static_cast<uint32_t>(ip - method.code);
}

}  // namespace som
