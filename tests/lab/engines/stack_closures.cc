// Stack closures: nested like plain closures, but no closure returns a value. Each leaves it on a
// stack of values in memory, where the closure around it finds it. What that costs is the
// difference to plain closures.

#include <functional>
#include <ranges>
#include <utility>

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

using Closure = std::function<void(Machine&)>;

Closure CompileValue(const Expression& expression) {
  if (expression.kind == Expression::Kind::kConstant) {
    return [value = expression.constant](Machine& machine) { machine.Push(value); };
  }
  if (expression.kind == Expression::Kind::kVariable) {
    return [variable = expression.variable](Machine& machine) {
      machine.Push(machine.frame[variable]);
    };
  }
  return WithOperation(expression.kind, [&](auto operation) -> Closure {
    return [operation, left = CompileValue(*expression.left),
            right = CompileValue(*expression.right)](Machine& machine) {
      left(machine);
      right(machine);
      const Word value = machine.Pop();
      machine.Push(operation(machine.Pop(), value));
    };
  });
}

Closure CompileAll(const std::vector<Statement>& statements);

Closure CompileStatement(const Statement& statement) {
  Closure value = CompileValue(statement.value);
  if (statement.kind == Statement::Kind::kAssign) {
    return [variable = statement.variable, value = std::move(value)](Machine& machine) {
      value(machine);
      machine.frame[variable] = machine.Pop();
    };
  }
  return [condition = std::move(value), body = CompileAll(statement.body)](Machine& machine) {
    for (condition(machine); machine.Pop() != 0; condition(machine)) {
      body(machine);
    }
  };
}

Closure CompileAll(const std::vector<Statement>& statements) {
  Closure result;
  for (const Statement& statement : std::views::reverse(statements)) {
    Closure first = CompileStatement(statement);
    if (!result) {
      result = std::move(first);
      continue;
    }
    result = [first = std::move(first), rest = std::move(result)](Machine& machine) {
      first(machine);
      rest(machine);
    };
  }
  return result;
}

class StackClosures final : public Executable {
 public:
  explicit StackClosures(const Program& program)
      : body_(CompileAll(program.body)), result_(CompileValue(program.result)) {}

  Word Run(Frame& frame) const override {
    Machine machine{frame, {}};
    body_(machine);
    result_(machine);
    return machine.Pop();
  }

 private:
  Closure body_;
  Closure result_;
};

}  // namespace

std::unique_ptr<Executable> CompileStackClosures(const Program& program) {
  return std::make_unique<StackClosures>(program);
}

}  // namespace som::lab
