// Bytecode of closures: the instructions of a stack machine in a row, as in bytecode, but each is a
// closure that holds its operands. A loop calls the one that the machine's instruction pointer
// selects; jumps set the pointer.

#include <functional>
#include <utility>

#include "engine.h"
#include "operations.h"

namespace som::lab {
namespace {

struct Machine {
  Frame& frame;
  std::array<Word, kStackSize> stack;
  std::size_t height = 0;
  std::size_t next = 0;

  void Push(Word value) { stack[height++] = value; }
  Word Pop() { return stack[--height]; }
};

using Instruction = std::function<void(Machine&)>;
using Code = std::vector<Instruction>;

void Compile(const Expression& expression, Code& code) {
  if (expression.kind == Expression::Kind::kConstant) {
    code.emplace_back([value = expression.constant](Machine& machine) { machine.Push(value); });
  } else if (expression.kind == Expression::Kind::kVariable) {
    code.emplace_back([variable = expression.variable](Machine& machine) {
      machine.Push(machine.frame[variable]);
    });
  } else {
    Compile(*expression.left, code);
    Compile(*expression.right, code);
    WithOperation(expression.kind, [&](auto operation) {
      code.emplace_back([operation](Machine& machine) {
        const Word right = machine.Pop();
        machine.Push(operation(machine.Pop(), right));
      });
    });
  }
}

void Compile(const std::vector<Statement>& statements, Code& code) {
  for (const Statement& statement : statements) {
    const std::size_t start = code.size();
    Compile(statement.value, code);
    if (statement.kind == Statement::Kind::kAssign) {
      code.emplace_back([variable = statement.variable](Machine& machine) {
        machine.frame[variable] = machine.Pop();
      });
      continue;
    }
    const std::size_t test = code.size();
    code.emplace_back();
    Compile(statement.body, code);
    code.emplace_back([start](Machine& machine) { machine.next = start; });
    code[test] = [exit = code.size()](Machine& machine) {
      if (machine.Pop() == 0) {
        machine.next = exit;
      }
    };
  }
}

class BytecodeClosures final : public Executable {
 public:
  explicit BytecodeClosures(const Program& program) {
    Compile(program.body, code_);
    Compile(program.result, code_);
  }

  Word Run(Frame& frame) const override {
    Machine machine{frame, {}};
    while (machine.next < code_.size()) {
      code_[machine.next++](machine);
    }
    return machine.Pop();
  }

 private:
  Code code_;
};

}  // namespace

std::unique_ptr<Executable> CompileBytecodeClosures(const Program& program) {
  return std::make_unique<BytecodeClosures>(program);
}

}  // namespace som::lab
