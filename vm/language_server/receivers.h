// What is known of an expression's value without running it: self, super, literals, classes, new
// instances, and variables of a method that only such values are assigned to.
#pragma once

#include "vm/language_server/workspace.h"

namespace som {
struct Expression;
}  // namespace som

namespace som::lsp {

// Where an expression stands.
struct ExpressionContext {
  const File* file;
  bool class_side;
  // The method whose variables it sees; kNone where only names are known (`variables`).
  uint32_t method = kNone;
  // Names that are variables, whatever class has the same name.
  absl::Span<const std::string_view> variables = {};
};

// The side of the class where a message to the expression is looked up first; none if it is not
// known.
ClassSideReference TypeOf(const Workspace& workspace, const ExpressionContext& context,
                          const Expression& expression);
// For a message of `file`.
ClassSideReference ReceiverOf(const Workspace& workspace, const File& file, const Send& send);

}  // namespace som::lsp
