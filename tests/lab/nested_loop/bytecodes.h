// The nested loop as thirty bytecodes of a stack machine with 32-bit integers that wrap:
//
//     s := 0. i := 0. while i < n { j := 0. while j < n { s := s + (i * j). j := j + 1 }. i := i +
//     1 }
//
// The ways to run them (direct threading, machine code by templates) differ in nothing but that.

#ifndef SOM_TESTS_LAB_NESTED_LOOP_BYTECODES_H_
#define SOM_TESTS_LAB_NESTED_LOOP_BYTECODES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace som::lab {

enum class Bytecode : std::uint8_t {
  kPush,   // constant
  kLoad,   // variable
  kStore,  // variable
  kAdd,
  kMultiply,
  kLess,
  kJumpIfFalse,  // index of an instruction
  kJump,         // index of an instruction
  kHalt,
};

inline constexpr std::size_t kBytecodes = static_cast<std::size_t>(Bytecode::kHalt) + 1;

struct Instruction {
  Bytecode bytecode;
  std::int32_t operand = 0;

  bool HasOperand() const {
    return bytecode <= Bytecode::kStore || bytecode == Bytecode::kJumpIfFalse ||
           bytecode == Bytecode::kJump;
  }
};

// The argument `n` is a variable, too.
enum NestedLoopVariable : std::int32_t { kLimit, kSum, kOuter, kInner, kNestedLoopVariables };

inline constexpr std::size_t kNestedLoopDepth = 3;

// The bytecodes, and a halt behind them.
inline constexpr std::array<Instruction, 31> kNestedLoop = {{
    {Bytecode::kPush, 0},
    {Bytecode::kStore, kSum},
    {Bytecode::kPush, 0},
    {Bytecode::kStore, kOuter},
    {Bytecode::kLoad, kOuter},  // 4: the outer loop
    {Bytecode::kLoad, kLimit},
    {Bytecode::kLess},
    {Bytecode::kJumpIfFalse, 30},
    {Bytecode::kPush, 0},
    {Bytecode::kStore, kInner},
    {Bytecode::kLoad, kInner},  // 10: the inner loop
    {Bytecode::kLoad, kLimit},
    {Bytecode::kLess},
    {Bytecode::kJumpIfFalse, 25},
    {Bytecode::kLoad, kSum},
    {Bytecode::kLoad, kOuter},
    {Bytecode::kLoad, kInner},
    {Bytecode::kMultiply},
    {Bytecode::kAdd},
    {Bytecode::kStore, kSum},
    {Bytecode::kLoad, kInner},
    {Bytecode::kPush, 1},
    {Bytecode::kAdd},
    {Bytecode::kStore, kInner},
    {Bytecode::kJump, 10},
    {Bytecode::kLoad, kOuter},  // 25: behind the inner loop
    {Bytecode::kPush, 1},
    {Bytecode::kAdd},
    {Bytecode::kStore, kOuter},
    {Bytecode::kJump, 4},
    {Bytecode::kHalt},
}};

// Run the bytecodes for a limit and return the sum. Neither fails but by running out of memory,
// which ends the process.
std::uint32_t RunThreaded(std::uint32_t limit);
std::uint32_t RunTemplates(std::uint32_t limit);

}  // namespace som::lab

#endif  // SOM_TESTS_LAB_NESTED_LOOP_BYTECODES_H_
