// Closures: each node of the tree is compiled once to a closure that holds the closures of its
// parts. No node is looked at while the program runs; a call through a pointer takes the place of
// the question what kind of node it is.

#include <functional>
#include <ranges>
#include <utility>

#include "engine.h"
#include "operations.h"

namespace som::lab {
namespace {

using Value = std::function<Word(Frame&)>;
using Action = std::function<void(Frame&)>;

Value CompileValue(const Expression& expression) {
  if (expression.kind == Expression::Kind::kConstant) {
    return [value = expression.constant](Frame& /*frame*/) { return value; };
  }
  if (expression.kind == Expression::Kind::kVariable) {
    return [variable = expression.variable](Frame& frame) { return frame[variable]; };
  }
  return WithOperation(expression.kind, [&](auto operation) -> Value {
    return [operation, left = CompileValue(*expression.left),
            right = CompileValue(*expression.right)](Frame& frame) {
      const Word value = left(frame);
      return operation(value, right(frame));
    };
  });
}

Action CompileAll(const std::vector<Statement>& statements);

Action CompileAction(const Statement& statement) {
  Value value = CompileValue(statement.value);
  if (statement.kind == Statement::Kind::kAssign) {
    return [variable = statement.variable, value = std::move(value)](Frame& frame) {
      frame[variable] = value(frame);
    };
  }
  return [condition = std::move(value), body = CompileAll(statement.body)](Frame& frame) {
    while (condition(frame) != 0) {
      body(frame);
    }
  };
}

// The statements one after the other, in pairs: the first, and a closure for the rest.
Action CompileAll(const std::vector<Statement>& statements) {
  Action result;
  for (const Statement& statement : std::views::reverse(statements)) {
    Action first = CompileAction(statement);
    if (!result) {
      result = std::move(first);
      continue;
    }
    result = [first = std::move(first), rest = std::move(result)](Frame& frame) {
      first(frame);
      rest(frame);
    };
  }
  return result;
}

class Closures final : public Executable {
 public:
  explicit Closures(const Program& program)
      : body_(CompileAll(program.body)), result_(CompileValue(program.result)) {}

  Word Run(Frame& frame) const override {
    body_(frame);
    return result_(frame);
  }

 private:
  Action body_;
  Value result_;
};

}  // namespace

std::unique_ptr<Executable> CompileClosures(const Program& program) {
  return std::make_unique<Closures>(program);
}

}  // namespace som::lab
