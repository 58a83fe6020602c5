// Tree walking: nothing is compiled. One function looks at each node of the tree, again in each
// round, and calls itself for the node's parts.

#include "engine.h"

namespace som::lab {
namespace {

Word Evaluate(const Expression& expression, const Frame& frame) {
  switch (expression.kind) {
    case Expression::Kind::kConstant:
      return expression.constant;
    case Expression::Kind::kVariable:
      return frame[expression.variable];
    case Expression::Kind::kAdd: {
      const Word left = Evaluate(*expression.left, frame);
      return left + Evaluate(*expression.right, frame);
    }
    case Expression::Kind::kSubtract: {
      const Word left = Evaluate(*expression.left, frame);
      return left - Evaluate(*expression.right, frame);
    }
    case Expression::Kind::kDiffer: {
      const Word left = Evaluate(*expression.left, frame);
      return left != Evaluate(*expression.right, frame) ? 1 : 0;
    }
  }
  return 0;
}

void Execute(const std::vector<Statement>& statements, Frame& frame) {
  for (const Statement& statement : statements) {
    if (statement.kind == Statement::Kind::kAssign) {
      frame[statement.variable] = Evaluate(statement.value, frame);
    } else {
      while (Evaluate(statement.value, frame) != 0) {
        Execute(statement.body, frame);
      }
    }
  }
}

class AstWalker final : public Executable {
 public:
  explicit AstWalker(const Program& program) : program_(program) {}

  Word Run(Frame& frame) const override {
    Execute(program_.body, frame);
    return Evaluate(program_.result, frame);
  }

 private:
  const Program& program_;
};

}  // namespace

std::unique_ptr<Executable> CompileAstWalker(const Program& program) {
  return std::make_unique<AstWalker>(program);
}

}  // namespace som::lab
