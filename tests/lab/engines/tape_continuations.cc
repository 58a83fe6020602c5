// Tape with continuations: the closures with continuations, laid out on a tape. What comes after a
// closure is what stands behind it, so only loops need addresses, and the tape is read from one end
// to the other.

#include "operands.h"
#include "tail_call.h"

namespace som::lab {
namespace {

union Cell {
  using Code = const Cell* (*)(const Cell* tape, Frame& frame, Word value);

  Code code;
  Operand operand;
  std::ptrdiff_t distance;  // in cells, from the code that jumps
};

template <typename Place>
const Cell* Load(const Cell* tape, Frame& frame, Word value) {
  value = Place::Get(tape[1].operand, frame, value);
  SOM_LAB_CONTINUE(tape[2].code(tape + 2, frame, value));
}

template <typename Operation, typename Left, typename Right>
const Cell* Compute(const Cell* tape, Frame& frame, Word value) {
  value = Operation{}(Left::Get(tape[1].operand, frame, value),
                      Right::Get(tape[2].operand, frame, value));
  SOM_LAB_CONTINUE(tape[3].code(tape + 3, frame, value));
}

template <typename Operation, typename Left, typename Right>
const Cell* Branch(const Cell* tape, Frame& frame, Word value) {
  if (Operation{}(Left::Get(tape[1].operand, frame, value),
                  Right::Get(tape[2].operand, frame, value)) != 0) {
    SOM_LAB_CONTINUE(tape[4].code(tape + 4, frame, value));
  }
  tape += tape[3].distance;
  SOM_LAB_CONTINUE(tape->code(tape, frame, value));
}

const Cell* Assign(const Cell* tape, Frame& frame, Word value) {
  frame[tape[1].operand.variable] = value;
  SOM_LAB_CONTINUE(tape[2].code(tape + 2, frame, value));
}

const Cell* Jump(const Cell* tape, [[maybe_unused]] Frame& frame, [[maybe_unused]] Word value) {
  tape += tape[1].distance;
  SOM_LAB_LOOP(tape, tape->code(tape, frame, value));
}

// Leaves the result in the frame.
const Cell* Finish(const Cell* /*tape*/, Frame& frame, Word value) {
  frame[0] = value;
  return nullptr;
}

class TapeContinuations final : public Executable {
 public:
  explicit TapeContinuations(const Program& program) {
    Compile(program.body);
    Compile(program.result, kMostVariables);
    tape_.push_back({.code = Finish});
  }

  Word Run(Frame& frame) const override {
    const Cell* tape = tape_.data();
    while (tape != nullptr) {
      tape = tape->code(tape, frame, 0);
    }
    return frame[0];
  }

 private:
  // `free`: the first place of the frame in which a value may be put aside.
  void Compile(const Expression& expression, std::size_t free) {
    if (expression.IsLeaf()) {
      tape_.push_back({.code = WithPlace(expression, [](auto place) -> Cell::Code {
                         return Load<decltype(place)>;
                       })});
      tape_.push_back({.operand = OperandOf(expression)});
      return;
    }
    CompileOperands(expression, free);
    Emit(
        expression, free,
        WithOperationAndPlaces(expression, [](auto operation, auto left, auto right) -> Cell::Code {
          return Compute<decltype(operation), decltype(left), decltype(right)>;
        }));
  }

  // The condition of a loop with its branch, except for where the branch goes: the cell that is
  // returned.
  std::size_t CompileCondition(const Expression& condition) {
    if (condition.IsLeaf()) {
      tape_.push_back({.code = WithPlace(condition, [](auto place) -> Cell::Code {
                         return Branch<Differ, decltype(place), InCode>;
                       })});
      tape_.push_back({.operand = OperandOf(condition)});
      tape_.push_back({.operand = {.constant = 0}});
    } else {
      CompileOperands(condition, kMostVariables);
      Emit(condition, kMostVariables,
           WithOperationAndPlaces(
               condition, [](auto operation, auto left, auto right) -> Cell::Code {
                 return Branch<decltype(operation), decltype(left), decltype(right)>;
               }));
    }
    tape_.push_back({.distance = 0});
    return tape_.size() - 1;
  }

  // What computes the operands that are operations themselves.
  void CompileOperands(const Expression& expression, std::size_t free) {
    const bool both = !expression.left->IsLeaf() && !expression.right->IsLeaf();
    if (!expression.left->IsLeaf()) {
      Compile(*expression.left, free);
    }
    if (both) {
      tape_.push_back({.code = Assign});
      tape_.push_back({.operand = {.variable = free}});
    }
    if (!expression.right->IsLeaf()) {
      Compile(*expression.right, both ? free + 1 : free);
    }
  }

  // The code of a binary expression with its two operands; an operation on the left is in `free` if
  // it is not in the register.
  void Emit(const Expression& expression, std::size_t free, Cell::Code code) {
    tape_.push_back({.code = code});
    tape_.push_back({.operand = expression.left->IsLeaf() ? OperandOf(*expression.left)
                                                          : Operand{.variable = free}});
    tape_.push_back({.operand = expression.right->IsLeaf() ? OperandOf(*expression.right)
                                                           : Operand{.constant = 0}});
  }

  void Compile(const std::vector<Statement>& statements) {
    for (const Statement& statement : statements) {
      const std::size_t start = tape_.size();
      if (statement.kind == Statement::Kind::kAssign) {
        Compile(statement.value, kMostVariables);
        tape_.push_back({.code = Assign});
        tape_.push_back({.operand = {.variable = statement.variable}});
        continue;
      }
      constexpr std::size_t kBranchCells = 4;
      const std::size_t exit = CompileCondition(statement.value);
      Compile(statement.body);
      tape_.push_back({.code = Jump});
      tape_.push_back({.distance = Distance(tape_.size() - 1, start)});
      tape_[exit].distance = Distance(exit + 1 - kBranchCells, tape_.size());
    }
  }

  static std::ptrdiff_t Distance(std::size_t from, std::size_t to) {
    return static_cast<std::ptrdiff_t>(to) - static_cast<std::ptrdiff_t>(from);
  }

  std::vector<Cell> tape_;
};

}  // namespace

std::unique_ptr<Executable> CompileTapeContinuations(const Program& program) {
  return std::make_unique<TapeContinuations>(program);
}

}  // namespace som::lab
