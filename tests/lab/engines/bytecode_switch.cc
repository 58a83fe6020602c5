// Naive bytecode: the tree is compiled to instructions of a stack machine, which one loop around
// one `switch` executes.

#include "bytecode_program.h"

namespace som::lab {
namespace {

class BytecodeSwitch final : public Executable {
 public:
  explicit BytecodeSwitch(const Program& program) : program_(CompileToBytecode(program)) {}

  Word Run(Frame& frame) const override {
    std::array<Word, kStackSize> stack;
    Word* top = stack.data();
    const Word* const constants = program_.constants.data();
    const std::uint16_t* const code = program_.code.data();
    const std::uint16_t* ip = code;
    for (;;) {
      switch (*ip++) {
        case kPushVariable:
          *top++ = frame[*ip++];
          break;
        case kPushConstant:
          *top++ = constants[*ip++];
          break;
        case kPopVariable:
          frame[*ip++] = *--top;
          break;
        case kAdd:
          --top;
          top[-1] += top[0];
          break;
        case kSubtract:
          --top;
          top[-1] -= top[0];
          break;
        case kDiffer:
          --top;
          top[-1] = top[-1] != top[0] ? 1 : 0;
          break;
        case kJumpIfZero:
          ip = *--top == 0 ? code + *ip : ip + 1;
          break;
        case kJump:
          ip = code + *ip;
          break;
        default:
          return top[-1];
      }
    }
  }

 private:
  BytecodeProgram program_;
};

}  // namespace

std::unique_ptr<Executable> CompileBytecodeSwitch(const Program& program) {
  return std::make_unique<BytecodeSwitch>(program);
}

}  // namespace som::lab
