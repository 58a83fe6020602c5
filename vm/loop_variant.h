// The loop variant of a closure's code: the same bytecodes rewritten so that a loop primitive runs all iterations in one
// activation. Local returns drop their value and go on with the next iteration, so no iteration has to clean up after the one before.
#pragma once

#include <cstdint>

#include "vm/method.h"

namespace som {

// The offset in the unit's description that an instruction of a method or of a loop variant comes from.
uint32_t DescriptionOffset(const Method& method, const CodeUnit* ip);

}  // namespace som
