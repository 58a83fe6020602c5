// Direct threading: the code is a row of addresses, one of the piece of the interpreter that does
// the bytecode, each with its operand behind it. A piece ends by a jump through the next address.

#include <vector>

#include "bytecodes.h"

// Labels as values are an extension that both supported compilers have.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace som::lab {
namespace {

union Word {
  const void* address;
  std::int64_t operand;
};

}  // namespace

std::uint32_t RunThreaded(std::uint32_t limit) {
  static const void* const kLabels[kBytecodes] = {
      &&push, &&load, &&store, &&add, &&multiply, &&less, &&jump_if_false, &&jump, &&halt};
  // Where the words of each instruction begin: the targets of jumps.
  std::array<std::int64_t, kNestedLoop.size()> starts{};
  std::int64_t size = 0;
  for (std::size_t i = 0; i < kNestedLoop.size(); ++i) {
    starts[i] = size;
    size += kNestedLoop[i].HasOperand() ? 2 : 1;
  }
  std::vector<Word> words;
  words.reserve(static_cast<std::size_t>(size));
  for (const Instruction& instruction : kNestedLoop) {
    words.push_back({.address = kLabels[static_cast<std::size_t>(instruction.bytecode)]});
    const bool jumps =
        instruction.bytecode == Bytecode::kJump || instruction.bytecode == Bytecode::kJumpIfFalse;
    if (instruction.HasOperand()) {
      words.push_back({.operand = jumps ? starts[static_cast<std::size_t>(instruction.operand)]
                                        : instruction.operand});
    }
  }

  std::array<std::uint32_t, kNestedLoopVariables> variables{limit};
  std::array<std::uint32_t, kNestedLoopDepth> stack;
  std::uint32_t* top = stack.data();
  const Word* const code = words.data();
  const Word* ip = code;
#define SOM_LAB_NEXT goto*(ip++)->address
  SOM_LAB_NEXT;
push:
  *top++ = static_cast<std::uint32_t>((ip++)->operand);
  SOM_LAB_NEXT;
load:
  *top++ = variables[static_cast<std::size_t>((ip++)->operand)];
  SOM_LAB_NEXT;
store:
  variables[static_cast<std::size_t>((ip++)->operand)] = *--top;
  SOM_LAB_NEXT;
add:
  --top;
  top[-1] += top[0];
  SOM_LAB_NEXT;
multiply:
  --top;
  top[-1] *= top[0];
  SOM_LAB_NEXT;
less:
  --top;
  top[-1] = top[-1] < top[0] ? 1 : 0;
  SOM_LAB_NEXT;
jump_if_false:
  // One dispatch in each arm: a branch, not a conditional move into `ip`.
  if (*--top == 0) {
    ip = code + ip->operand;
    SOM_LAB_NEXT;
  }
  ++ip;
  SOM_LAB_NEXT;
jump:
  ip = code + ip->operand;
  SOM_LAB_NEXT;
#undef SOM_LAB_NEXT
halt:
  return variables[kSum];
}

}  // namespace som::lab
