// Closures with continuations: each closure knows the one that comes after it and ends by a tail
// call to it; the value it computed travels in a register. Operands that are variables or constants
// need no closures of their own: the operation is instantiated for them, and a condition that
// compares is one closure with its branch.

#include <deque>
#include <ranges>

#include "operands.h"
#include "tail_call.h"

namespace som::lab {
namespace {

struct Step {
  using Code = const Step* (*)(const Step* step, Frame& frame, Word value);

  Code code = nullptr;
  const Step* next = nullptr;
  const Step* otherwise = nullptr;  // Branch
  Operand left = {};
  Operand right = {};
  std::size_t variable = 0;  // Assign
};

template <typename Place>
const Step* Load(const Step* step, Frame& frame, Word value) {
  value = Place::Get(step->left, frame, value);
  SOM_LAB_CONTINUE(step->next->code(step->next, frame, value));
}

template <typename Operation, typename Left, typename Right>
const Step* Compute(const Step* step, Frame& frame, Word value) {
  value = Operation{}(Left::Get(step->left, frame, value), Right::Get(step->right, frame, value));
  SOM_LAB_CONTINUE(step->next->code(step->next, frame, value));
}

template <typename Operation, typename Left, typename Right>
const Step* Branch(const Step* step, Frame& frame, Word value) {
  if (Operation{}(Left::Get(step->left, frame, value), Right::Get(step->right, frame, value)) !=
      0) {
    SOM_LAB_CONTINUE(step->next->code(step->next, frame, value));
  }
  SOM_LAB_CONTINUE(step->otherwise->code(step->otherwise, frame, value));
}

const Step* Assign(const Step* step, Frame& frame, Word value) {
  frame[step->variable] = value;
  SOM_LAB_CONTINUE(step->next->code(step->next, frame, value));
}

// Ends a round.
const Step* Repeat(const Step* step, [[maybe_unused]] Frame& frame, [[maybe_unused]] Word value) {
  SOM_LAB_LOOP(step->next, step->next->code(step->next, frame, value));
}

// Leaves the result in the frame.
const Step* Finish(const Step* step, Frame& frame, Word value) {
  frame[step->variable] = value;
  return nullptr;
}

class ClosureContinuations final : public Executable {
 public:
  // Compiled from the end to the beginning: what comes after a step exists before it.
  explicit ClosureContinuations(const Program& program)
      : first_(Compile(program.body, Compile(program.result, New({.code = Finish, .variable = 0}),
                                             kMostVariables))) {}

  Word Run(Frame& frame) const override {
    const Step* step = first_;
    while (step != nullptr) {
      step = step->code(step, frame, 0);
    }
    return frame[0];
  }

 private:
  // `free`: the first place of the frame in which a value may be put aside.
  const Step* Compile(const Expression& expression, const Step* next, std::size_t free) {
    if (expression.IsLeaf()) {
      const Step::Code code =
          WithPlace(expression, [](auto place) -> Step::Code { return Load<decltype(place)>; });
      return New({.code = code, .next = next, .left = OperandOf(expression)});
    }
    Step* compute = New({.next = next});
    compute->code =
        WithOperationAndPlaces(expression, [](auto operation, auto left, auto right) -> Step::Code {
          return Compute<decltype(operation), decltype(left), decltype(right)>;
        });
    return CompileOperands(expression, compute, free);
  }

  // The condition of a loop, as a step that goes on to `body` or `next`.
  const Step* CompileCondition(const Expression& condition, const Step* body, const Step* next) {
    Step* branch = New({.next = body, .otherwise = next});
    if (condition.IsLeaf()) {
      branch->left = OperandOf(condition);
      branch->right = {.constant = 0};
      branch->code = WithPlace(condition, [](auto place) -> Step::Code {
        return Branch<Differ, decltype(place), InCode>;
      });
      return branch;
    }
    branch->code =
        WithOperationAndPlaces(condition, [](auto operation, auto left, auto right) -> Step::Code {
          return Branch<decltype(operation), decltype(left), decltype(right)>;
        });
    return CompileOperands(condition, branch, kMostVariables);
  }

  // Gives `step` its operands; returns the first of the steps that compute them, `step` itself when
  // there are none.
  const Step* CompileOperands(const Expression& expression, Step* step, std::size_t free) {
    const Expression& left = *expression.left;
    const Expression& right = *expression.right;
    if (left.IsLeaf()) {
      step->left = OperandOf(left);
    }
    if (right.IsLeaf()) {
      step->right = OperandOf(right);
      return left.IsLeaf() ? step : Compile(left, step, free);
    }
    if (left.IsLeaf()) {
      return Compile(right, step, free);
    }
    step->left = {.variable = free};
    return Compile(left,
                   New({.code = Assign, .next = Compile(right, step, free + 1), .variable = free}),
                   free);
  }

  const Step* Compile(const std::vector<Statement>& statements, const Step* next) {
    for (const Statement& statement : std::views::reverse(statements)) {
      if (statement.kind == Statement::Kind::kAssign) {
        Step* assign = New({.code = Assign, .next = next, .variable = statement.variable});
        next = Compile(statement.value, assign, kMostVariables);
        continue;
      }
      Step* repeat = New({.code = Repeat});
      repeat->next = CompileCondition(statement.value, Compile(statement.body, repeat), next);
      next = repeat->next;
    }
    return next;
  }

  Step* New(const Step& step) { return &steps_.emplace_back(step); }

  // A deque: steps refer to each other by address.
  std::deque<Step> steps_;
  const Step* first_;
};

}  // namespace

std::unique_ptr<Executable> CompileClosureContinuations(const Program& program) {
  return std::make_unique<ClosureContinuations>(program);
}

}  // namespace som::lab
