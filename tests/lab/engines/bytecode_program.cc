// From the tree to the naive stack bytecode: operands first, then the operation.

#include "bytecode_program.h"

#include <cstddef>
#include <utility>

namespace som::lab {
namespace {

class Compiler {
 public:
  void Compile(const Expression& expression) {
    switch (expression.kind) {
      case Expression::Kind::kConstant:
        Emit(kPushConstant, program_.constants.size());
        program_.constants.push_back(expression.constant);
        break;
      case Expression::Kind::kVariable:
        Emit(kPushVariable, expression.variable);
        break;
      case Expression::Kind::kAdd:
        CompileBinary(expression, kAdd);
        break;
      case Expression::Kind::kSubtract:
        CompileBinary(expression, kSubtract);
        break;
      case Expression::Kind::kDiffer:
        CompileBinary(expression, kDiffer);
        break;
    }
  }

  void Compile(const std::vector<Statement>& statements) {
    for (const Statement& statement : statements) {
      const std::size_t start = program_.code.size();
      Compile(statement.value);
      if (statement.kind == Statement::Kind::kAssign) {
        Emit(kPopVariable, statement.variable);
      } else {
        Emit(kJumpIfZero, 0);
        const std::size_t exit = program_.code.size() - 1;
        Compile(statement.body);
        Emit(kJump, start);
        program_.code[exit] = static_cast<std::uint16_t>(program_.code.size());
      }
    }
  }

  BytecodeProgram Finish() {
    program_.code.push_back(kReturn);
    return std::move(program_);
  }

 private:
  void CompileBinary(const Expression& expression, Bytecode bytecode) {
    Compile(*expression.left);
    Compile(*expression.right);
    program_.code.push_back(bytecode);
  }

  void Emit(Bytecode bytecode, std::size_t operand) {
    program_.code.push_back(bytecode);
    program_.code.push_back(static_cast<std::uint16_t>(operand));
  }

  BytecodeProgram program_;
};

}  // namespace

BytecodeProgram CompileToBytecode(const Program& program) {
  Compiler compiler;
  compiler.Compile(program.body);
  compiler.Compile(program.result);
  return compiler.Finish();
}

}  // namespace som::lab
