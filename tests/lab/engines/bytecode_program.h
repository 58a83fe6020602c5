// The bytecodes of the two bytecode engines and the compiler to them. The engines differ in
// dispatch only; both are naive on purpose: a stack in memory, no fused operations.

#ifndef SOM_TESTS_LAB_ENGINES_BYTECODE_PROGRAM_H_
#define SOM_TESTS_LAB_ENGINES_BYTECODE_PROGRAM_H_

#include <cstdint>
#include <vector>

#include "engine.h"

namespace som::lab {

enum Bytecode : std::uint16_t {
  kPushVariable,  // variable
  kPushConstant,  // index of a constant
  kPopVariable,   // variable
  kAdd,
  kSubtract,
  kDiffer,
  kJumpIfZero,  // target, from the start of the code
  kJump,        // target
  kReturn,
};

inline constexpr int kBytecodes = kReturn + 1;

struct BytecodeProgram {
  // Bytecodes and their operands.
  std::vector<std::uint16_t> code;
  std::vector<Word> constants;
};

BytecodeProgram CompileToBytecode(const Program& program);

}  // namespace som::lab

#endif  // SOM_TESTS_LAB_ENGINES_BYTECODE_PROGRAM_H_
