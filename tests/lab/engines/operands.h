// Where an operation of the continuation engines finds an operand: in the register that values
// travel in, in a variable, or in itself. Code is instantiated for each combination; the compilers
// pick the one that fits the tree.

#ifndef SOM_TESTS_LAB_ENGINES_OPERANDS_H_
#define SOM_TESTS_LAB_ENGINES_OPERANDS_H_

#include "engine.h"
#include "operations.h"

namespace som::lab {

union Operand {
  Word constant;
  std::size_t variable;
};

struct InRegister {
  static Word Get(Operand /*operand*/, const Frame& /*frame*/, Word value) { return value; }
};
struct InVariable {
  static Word Get(Operand operand, const Frame& frame, Word /*value*/) {
    return frame[operand.variable];
  }
};
struct InCode {
  static Word Get(Operand operand, const Frame& /*frame*/, Word /*value*/) {
    return operand.constant;
  }
};

// Operand of a leaf.
inline Operand OperandOf(const Expression& leaf) {
  return leaf.kind == Expression::Kind::kConstant ? Operand{.constant = leaf.constant}
                                                  : Operand{.variable = leaf.variable};
}

// Calls `use` with the place in which the operation finds the value of `expression`; returns what
// it returns.
template <typename Use>
auto WithPlace(const Expression& expression, const Use& use) {
  switch (expression.kind) {
    case Expression::Kind::kConstant:
      return use(InCode{});
    case Expression::Kind::kVariable:
      return use(InVariable{});
    default:
      return use(InRegister{});
  }
}

// Calls `use` with the operation of a binary expression and the places of its operands.
template <typename Use>
auto WithOperationAndPlaces(const Expression& expression, const Use& use) {
  return WithOperation(expression.kind, [&](auto operation) {
    // An operation on the left is put aside into a variable when the right one needs the register,
    // too.
    if (!expression.left->IsLeaf() && !expression.right->IsLeaf()) {
      return use(operation, InVariable{}, InRegister{});
    }
    return WithPlace(*expression.left, [&](auto left) {
      return WithPlace(*expression.right, [&](auto right) { return use(operation, left, right); });
    });
  });
}

}  // namespace som::lab

#endif  // SOM_TESTS_LAB_ENGINES_OPERANDS_H_
