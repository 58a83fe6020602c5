// Tape closures: closures of a stack machine laid out in one piece of memory, the tape: the address
// of the code, its operand, the address of the next code, and so on. Nothing is followed to reach a
// closure but the tape itself. Each piece of code returns where on the tape to go on; a loop calls
// it.

#include "engine.h"
#include "operations.h"

namespace som::lab {
namespace {

struct Machine {
  Frame& frame;
  std::array<Word, kStackSize> stack;
  std::size_t height = 0;

  void Push(Word value) { stack[height++] = value; }
  Word Pop() { return stack[--height]; }
};

union Cell {
  using Code = const Cell* (*)(const Cell* tape, Machine& machine);

  Code code;
  Word constant;
  std::size_t variable;
  std::ptrdiff_t distance;  // in cells, from the code that jumps
};

const Cell* PushConstant(const Cell* tape, Machine& machine) {
  machine.Push(tape[1].constant);
  return tape + 2;
}

const Cell* PushVariable(const Cell* tape, Machine& machine) {
  machine.Push(machine.frame[tape[1].variable]);
  return tape + 2;
}

template <typename Operation>
const Cell* Compute(const Cell* tape, Machine& machine) {
  const Word right = machine.Pop();
  machine.Push(Operation{}(machine.Pop(), right));
  return tape + 1;
}

const Cell* PopVariable(const Cell* tape, Machine& machine) {
  machine.frame[tape[1].variable] = machine.Pop();
  return tape + 2;
}

const Cell* JumpIfZero(const Cell* tape, Machine& machine) {
  return machine.Pop() == 0 ? tape + tape[1].distance : tape + 2;
}

const Cell* Jump(const Cell* tape, Machine& /*machine*/) { return tape + tape[1].distance; }

const Cell* Finish(const Cell* /*tape*/, Machine& /*machine*/) { return nullptr; }

class TapeClosures final : public Executable {
 public:
  explicit TapeClosures(const Program& program) {
    Compile(program.body);
    Compile(program.result);
    tape_.push_back({.code = Finish});
  }

  Word Run(Frame& frame) const override {
    Machine machine{frame, {}};
    const Cell* tape = tape_.data();
    while (tape != nullptr) {
      tape = tape->code(tape, machine);
    }
    return machine.Pop();
  }

 private:
  void Compile(const Expression& expression) {
    if (expression.kind == Expression::Kind::kConstant) {
      Emit(PushConstant, {.constant = expression.constant});
    } else if (expression.kind == Expression::Kind::kVariable) {
      Emit(PushVariable, {.variable = expression.variable});
    } else {
      Compile(*expression.left);
      Compile(*expression.right);
      tape_.push_back({.code = WithOperation(expression.kind, [](auto operation) -> Cell::Code {
                         return Compute<decltype(operation)>;
                       })});
    }
  }

  void Compile(const std::vector<Statement>& statements) {
    for (const Statement& statement : statements) {
      const std::size_t start = tape_.size();
      Compile(statement.value);
      if (statement.kind == Statement::Kind::kAssign) {
        Emit(PopVariable, {.variable = statement.variable});
        continue;
      }
      const std::size_t test = tape_.size();
      Emit(JumpIfZero, {.distance = 0});
      Compile(statement.body);
      Emit(Jump, {.distance = Distance(tape_.size(), start)});
      tape_[test + 1].distance = Distance(test, tape_.size());
    }
  }

  void Emit(Cell::Code code, Cell operand) {
    tape_.push_back({.code = code});
    tape_.push_back(operand);
  }

  static std::ptrdiff_t Distance(std::size_t from, std::size_t to) {
    return static_cast<std::ptrdiff_t>(to) - static_cast<std::ptrdiff_t>(from);
  }

  std::vector<Cell> tape_;
};

}  // namespace

std::unique_ptr<Executable> CompileTapeClosures(const Program& program) {
  return std::make_unique<TapeClosures>(program);
}

}  // namespace som::lab
