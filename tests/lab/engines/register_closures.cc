// Closures with two values in registers: a stack whose two topmost values never touch memory. Each
// closure gets both as arguments and returns both, in two registers of the machine. Pushing moves
// the first to the second place; an operation finds its operands in the two. Only the value below
// the operands of an operation needs another place: the frame of that operation's closure. The
// closures are records with a code address, because `std::function` hands on its arguments by
// reference, which is in memory.

#include <deque>

#include "engine.h"
#include "operations.h"

namespace som::lab {
namespace {

struct Registers {
  Word top;
  Word below;
};

struct Closure {
  using Code = Registers (*)(const Closure& self, Frame& frame, Word top, Word below);

  Code code = nullptr;
  const Closure* first = nullptr;
  const Closure* second = nullptr;
  Word constant = 0;
  std::size_t variable = 0;

  Registers Call(Frame& frame, Registers registers) const {
    return code(*this, frame, registers.top, registers.below);
  }
};

// Closures of expressions leave their value in `top`, and in `below` the `top` they were given.
Registers PushConstant(const Closure& self, Frame& /*frame*/, Word top, Word /*below*/) {
  return {self.constant, top};
}

Registers PushVariable(const Closure& self, Frame& frame, Word top, Word /*below*/) {
  return {frame[self.variable], top};
}

template <typename Operation>
Registers Compute(const Closure& self, Frame& frame, Word top, Word below) {
  const Registers operands = self.second->Call(frame, self.first->Call(frame, {top, below}));
  return {Operation{}(operands.below, operands.top), top};
}

// Closures of statements take the registers as they are and leave anything in them.
Registers Assign(const Closure& self, Frame& frame, Word top, Word below) {
  const Registers registers = self.first->Call(frame, {top, below});
  frame[self.variable] = registers.top;
  return registers;
}

Registers While(const Closure& self, Frame& frame, Word top, Word below) {
  Registers registers = self.first->Call(frame, {top, below});
  while (registers.top != 0) {
    registers = self.first->Call(frame, self.second->Call(frame, registers));
  }
  return registers;
}

Registers Sequence(const Closure& self, Frame& frame, Word top, Word below) {
  return self.second->Call(frame, self.first->Call(frame, {top, below}));
}

class RegisterClosures final : public Executable {
 public:
  explicit RegisterClosures(const Program& program)
      : program_(New({.code = Sequence,
                      .first = CompileAll(program.body),
                      .second = CompileValue(program.result)})) {}

  Word Run(Frame& frame) const override { return program_->Call(frame, {0, 0}).top; }

 private:
  const Closure* CompileValue(const Expression& expression) {
    if (expression.kind == Expression::Kind::kConstant) {
      return New({.code = PushConstant, .constant = expression.constant});
    }
    if (expression.kind == Expression::Kind::kVariable) {
      return New({.code = PushVariable, .variable = expression.variable});
    }
    const Closure::Code code = WithOperation(expression.kind, [](auto operation) -> Closure::Code {
      return Compute<decltype(operation)>;
    });
    return New({.code = code,
                .first = CompileValue(*expression.left),
                .second = CompileValue(*expression.right)});
  }

  const Closure* CompileStatement(const Statement& statement) {
    const Closure* value = CompileValue(statement.value);
    if (statement.kind == Statement::Kind::kAssign) {
      return New({.code = Assign, .first = value, .variable = statement.variable});
    }
    return New({.code = While, .first = value, .second = CompileAll(statement.body)});
  }

  // The statements one after the other, in pairs: the first, and a closure for the rest. There is
  // at least one.
  const Closure* CompileAll(const std::vector<Statement>& statements) {
    const Closure* result = CompileStatement(statements.back());
    for (auto statement = statements.rbegin() + 1; statement != statements.rend(); ++statement) {
      result = New({.code = Sequence, .first = CompileStatement(*statement), .second = result});
    }
    return result;
  }

  const Closure* New(const Closure& closure) { return &closures_.emplace_back(closure); }

  // A deque: closures refer to each other by address.
  std::deque<Closure> closures_;
  const Closure* program_;
};

}  // namespace

std::unique_ptr<Executable> CompileRegisterClosures(const Program& program) {
  return std::make_unique<RegisterClosures>(program);
}

}  // namespace som::lab
