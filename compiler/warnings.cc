// See warnings.h.
#include "compiler/warnings.h"

#include "compiler/ast.h"
#include "compiler/compile.h"
#include "compiler/concat.h"
#include "compiler/source.h"
#include "compiler/tree_walk.h"

namespace som {

void FindWarnings(const ParsedClass& parsed, Diagnostics* warnings) {
  const auto look = [&](const Expression& expression) {
    if (expression.kind != ExpressionKind::kSend) return false;
    const auto& send = *As<SendExpression>(&expression);
    if (!send.value_unused || send.selector != "=") return false;
    if (send.receiver->kind != ExpressionKind::kVariable) return false;
    warnings->Add(parsed.source(), send.begin, send.end, "Warning: this comparison has no effect",
                  Concat("An assignment is written ", As<VariableExpression>(send.receiver)->name,
                         " := ..."));
    return false;
  };
  for (const ClassSide* side : {&parsed.tree().instance_side, &parsed.tree().class_side}) {
    for (const MethodNode* method : side->methods) FindExpression(*method, look);
  }
}

}  // namespace som
