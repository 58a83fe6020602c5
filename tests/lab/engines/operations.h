// The three operations of the language, as function objects that engines instantiate their code
// with.

#ifndef SOM_TESTS_LAB_ENGINES_OPERATIONS_H_
#define SOM_TESTS_LAB_ENGINES_OPERATIONS_H_

#include "program.h"

namespace som::lab {

struct Add {
  Word operator()(Word a, Word b) const { return a + b; }
};
struct Subtract {
  Word operator()(Word a, Word b) const { return a - b; }
};
struct Differ {
  Word operator()(Word a, Word b) const { return a != b ? 1 : 0; }
};

// Calls `use` with the operation of a binary expression; returns what it returns.
template <typename Use>
auto WithOperation(Expression::Kind kind, const Use& use) {
  switch (kind) {
    case Expression::Kind::kAdd:
      return use(Add{});
    case Expression::Kind::kSubtract:
      return use(Subtract{});
    default:
      return use(Differ{});
  }
}

}  // namespace som::lab

#endif  // SOM_TESTS_LAB_ENGINES_OPERATIONS_H_
