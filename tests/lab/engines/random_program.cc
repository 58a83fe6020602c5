// Random programs on which the engines have to agree. Each `while` counts down a variable of its
// own that nothing else in the loop assigns to, so every program ends.

#include <random>
#include <utility>

#include "engine.h"
#include "program.h"

namespace som::lab {
namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  Program Make() {
    Program program;
    program.arguments = 1 + Below(3);
    program.variables = kVariables;
    constexpr int kDeepestLoop = 3;
    program.body = Statements(kDeepestLoop);
    program.result = Value(kDeepest);
    return program;
  }

 private:
  // Variables from kFirstCounter on count the rounds of loops, one for each depth of nesting.
  static constexpr std::size_t kFirstCounter = 5;
  static constexpr std::size_t kVariables = 8;
  static constexpr int kDeepest = 4;
  static_assert(kVariables <= kMostVariables && kDeepest <= kDeepestExpression);

  std::uint64_t Below(std::uint64_t limit) { return random_() % limit; }

  Expression Value(int depth) {
    if (depth == 0 || Below(3) == 0) {
      return Below(3) == 0 ? Constant(Below(8) == 0 ? random_() : Below(5))
                           : Variable(Below(kVariables));
    }
    constexpr Expression::Kind kKinds[] = {Expression::Kind::kAdd, Expression::Kind::kSubtract,
                                           Expression::Kind::kDiffer};
    const Expression::Kind kind = kKinds[Below(3)];
    Expression left = Value(depth - 1);
    return Binary(kind, std::move(left), Value(depth - 1));
  }

  std::vector<Statement> Statements(int loops) {
    std::vector<Statement> result;
    const std::uint64_t count = 1 + Below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (loops > 0 && Below(3) == 0) {
        AddLoop(result, loops);
      } else {
        result.push_back(Assign(Below(kFirstCounter), Value(kDeepest)));
      }
    }
    return result;
  }

  void AddLoop(std::vector<Statement>& statements, int loops) {
    const std::size_t counter = kFirstCounter + static_cast<std::size_t>(loops) - 1;
    statements.push_back(Assign(counter, Constant(Below(6))));
    std::vector<Statement> body = Statements(loops - 1);
    body.push_back(
        Assign(counter, Binary(Expression::Kind::kSubtract, Variable(counter), Constant(1))));
    // The counter as it is, compared, or within a larger condition that agrees with it.
    Expression condition = Variable(counter);
    const std::uint64_t form = Below(3);
    if (form == 1) {
      condition = Binary(Expression::Kind::kDiffer, std::move(condition), Constant(0));
    } else if (form == 2) {
      Expression sum = Binary(Expression::Kind::kAdd, std::move(condition), Variable(0));
      condition = Binary(Expression::Kind::kDiffer, std::move(sum), Variable(0));
    }
    statements.push_back(While(std::move(condition), std::move(body)));
  }

  std::mt19937_64 random_;
};

}  // namespace

Program RandomProgram(std::uint64_t seed) { return Generator(seed).Make(); }

}  // namespace som::lab
