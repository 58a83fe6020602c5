// Superinstructions: replaces the opcode of an instruction by that of a fused sequence starting
// there, in place, and takes such replacements back. The sequences are superinstructions.def's.
#pragma once

#include "compiler/bytecode.h"
#include "vm/code/method.h"

namespace som {

// The opcode that a unit stands for when fusing is disregarded: that of the first instruction of a
// fused sequence.
Opcode UnfusedOpcode(CodeUnit unit);

// How many instructions, from that one on, the opcode of one runs: more than 1 if it is that of a fused
// sequence.
size_t InstructionsOf(Opcode opcode);

// Gives every instruction of the method the sequence with which the code from there on takes the
// fewest dispatches.
void FuseMethod(Method& method);

// The same after the opcode at `ip` has changed. Of a large method only the neighbourhood is looked
// at: a change decides what is best a few instructions before it, and a method that quickens its
// sites one by one must not be gone over as many times.
void FuseAround(Method& method, CodeUnit* ip);

// Makes every instruction what the compiler emitted.
void UnquickenMethod(Method& method);

}  // namespace som
