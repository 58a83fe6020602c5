// Closures with continuations and a value stack: each closure knows the one that comes after it and
// ends by a tail call to it, so there is no loop that calls, and no return. Operands go over a
// stack in memory; only its top pointer travels in a register.

#include <deque>
#include <ranges>

#include "engine.h"
#include "operations.h"
#include "tail_call.h"

namespace som::lab {
namespace {

struct Step {
  using Code = const Step* (*)(const Step* step, Frame& frame, Word* top);

  Code code = nullptr;
  const Step* next = nullptr;
  const Step* otherwise = nullptr;  // JumpIfZero
  Word constant = 0;
  std::size_t variable = 0;
};

const Step* PushConstant(const Step* step, Frame& frame, Word* top) {
  *top = step->constant;
  SOM_LAB_CONTINUE(step->next->code(step->next, frame, top + 1));
}

const Step* PushVariable(const Step* step, Frame& frame, Word* top) {
  *top = frame[step->variable];
  SOM_LAB_CONTINUE(step->next->code(step->next, frame, top + 1));
}

template <typename Operation>
const Step* Compute(const Step* step, Frame& frame, Word* top) {
  top[-2] = Operation{}(top[-2], top[-1]);
  SOM_LAB_CONTINUE(step->next->code(step->next, frame, top - 1));
}

const Step* PopVariable(const Step* step, Frame& frame, Word* top) {
  frame[step->variable] = top[-1];
  SOM_LAB_CONTINUE(step->next->code(step->next, frame, top - 1));
}

const Step* JumpIfZero(const Step* step, Frame& frame, Word* top) {
  if (top[-1] == 0) {
    SOM_LAB_CONTINUE(step->otherwise->code(step->otherwise, frame, top - 1));
  }
  SOM_LAB_CONTINUE(step->next->code(step->next, frame, top - 1));
}

// Ends a round; the stack is empty then, as it is in the beginning.
const Step* Repeat(const Step* step, [[maybe_unused]] Frame& frame, [[maybe_unused]] Word* top) {
  SOM_LAB_LOOP(step->next, step->next->code(step->next, frame, top));
}

const Step* Finish(const Step* /*step*/, Frame& /*frame*/, Word* /*top*/) { return nullptr; }

class ClosureStackContinuations final : public Executable {
 public:
  // Compiled from the end to the beginning: what comes after a step exists before it.
  explicit ClosureStackContinuations(const Program& program)
      : first_(Compile(program.body, Compile(program.result, New({.code = Finish})))) {}

  Word Run(Frame& frame) const override {
    std::array<Word, kStackSize> stack;
    const Step* step = first_;
    while (step != nullptr) {
      step = step->code(step, frame, stack.data());
    }
    return stack[0];
  }

 private:
  const Step* Compile(const Expression& expression, const Step* next) {
    if (expression.kind == Expression::Kind::kConstant) {
      return New({.code = PushConstant, .next = next, .constant = expression.constant});
    }
    if (expression.kind == Expression::Kind::kVariable) {
      return New({.code = PushVariable, .next = next, .variable = expression.variable});
    }
    const Step::Code code = WithOperation(
        expression.kind, [](auto operation) -> Step::Code { return Compute<decltype(operation)>; });
    return Compile(*expression.left, Compile(*expression.right, New({.code = code, .next = next})));
  }

  const Step* Compile(const std::vector<Statement>& statements, const Step* next) {
    for (const Statement& statement : std::views::reverse(statements)) {
      if (statement.kind == Statement::Kind::kAssign) {
        next = Compile(statement.value,
                       New({.code = PopVariable, .next = next, .variable = statement.variable}));
        continue;
      }
      Step* repeat = New({.code = Repeat});
      const Step* body = Compile(statement.body, repeat);
      repeat->next =
          Compile(statement.value, New({.code = JumpIfZero, .next = body, .otherwise = next}));
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

std::unique_ptr<Executable> CompileClosureStackContinuations(const Program& program) {
  return std::make_unique<ClosureStackContinuations>(program);
}

}  // namespace som::lab
