// Naive bytecode: one loop around one `switch`.

#include "bytecode_program.h"
#include "engine.h"

namespace som::lab {
namespace {

class BytecodeSwitch final : public Engine {
 public:
  void Run(Frame& frame) const override {
    std::array<std::int64_t, kStackSize> stack{};
    std::int64_t* top = stack.data();
    const std::uint8_t* const code = kProgram.data();
    const std::uint8_t* ip = code;
    for (;;) {
      switch (*ip++) {
        case kPushVariable:
          *top++ = frame[*ip++];
          break;
        case kPushConstant:
          *top++ = *ip++;
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
          return;
      }
    }
  }
};

}  // namespace

std::unique_ptr<Engine> MakeBytecodeSwitch() { return std::make_unique<BytecodeSwitch>(); }

}  // namespace som::lab
