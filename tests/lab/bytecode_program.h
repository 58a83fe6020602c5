// The bytecodes of the two bytecode engines and the program in them. The engines differ in dispatch
// only; both are naive on purpose: a stack in memory, no fused operations.

#ifndef SOM_TESTS_LAB_BYTECODE_PROGRAM_H_
#define SOM_TESTS_LAB_BYTECODE_PROGRAM_H_

#include <array>
#include <cstdint>

#include "engine.h"

namespace som::lab {

enum Bytecode : std::uint8_t {
  kPushVariable,  // variable
  kPushConstant,  // small unsigned constant
  kPopVariable,   // variable
  kAdd,
  kSubtract,
  kDiffer,
  kJumpIfZero,  // absolute target
  kJump,        // absolute target
  kHalt,
};

inline constexpr int kBytecodes = kHalt + 1;
inline constexpr int kStackSize = 4;

inline constexpr std::array<std::uint8_t, 24> kProgram = {
    kPushVariable, kCount, kPushConstant, 0,     kDiffer,   kJumpIfZero,  23,
    kPushVariable, kTotal, kPushVariable, kStep, kAdd,      kPopVariable, kTotal,
    kPushVariable, kCount, kPushConstant, 1,     kSubtract, kPopVariable, kCount,
    kJump,         0,      kHalt};

}  // namespace som::lab

#endif  // SOM_TESTS_LAB_BYTECODE_PROGRAM_H_
