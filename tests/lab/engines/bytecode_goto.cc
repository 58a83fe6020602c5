// The same bytecode with computed goto: each operation jumps to the next one itself.

#include "bytecode_program.h"

// Labels as values are an extension that both supported compilers have.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace som::lab {
namespace {

class BytecodeGoto final : public Executable {
 public:
  explicit BytecodeGoto(const Program& program) : program_(CompileToBytecode(program)) {}

  Word Run(Frame& frame) const override {
    static const void* const kLabels[kBytecodes] = {
        &&push_variable, &&push_constant, &&pop_variable, &&add,   &&subtract,
        &&differ,        &&jump_if_zero,  &&jump,         &&finish};
    std::array<Word, kStackSize> stack;
    Word* top = stack.data();
    const Word* const constants = program_.constants.data();
    const std::uint16_t* const code = program_.code.data();
    const std::uint16_t* ip = code;
#define SOM_LAB_NEXT goto* kLabels[*ip++]
    SOM_LAB_NEXT;
  push_variable:
    *top++ = frame[*ip++];
    SOM_LAB_NEXT;
  push_constant:
    *top++ = constants[*ip++];
    SOM_LAB_NEXT;
  pop_variable:
    frame[*ip++] = *--top;
    SOM_LAB_NEXT;
  add:
    --top;
    top[-1] += top[0];
    SOM_LAB_NEXT;
  subtract:
    --top;
    top[-1] -= top[0];
    SOM_LAB_NEXT;
  differ:
    --top;
    top[-1] = top[-1] != top[0] ? 1 : 0;
    SOM_LAB_NEXT;
  jump_if_zero:
    // One dispatch in each arm: a branch, not a conditional move into `ip`.
    if (*--top == 0) {
      ip = code + *ip;
      SOM_LAB_NEXT;
    }
    ++ip;
    SOM_LAB_NEXT;
  jump:
    ip = code + *ip;
    SOM_LAB_NEXT;
#undef SOM_LAB_NEXT
  finish:
    return top[-1];
  }

 private:
  BytecodeProgram program_;
};

}  // namespace

std::unique_ptr<Executable> CompileBytecodeGoto(const Program& program) {
  return std::make_unique<BytecodeGoto>(program);
}

}  // namespace som::lab
