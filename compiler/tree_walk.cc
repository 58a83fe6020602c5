// See tree_walk.h.
#include "compiler/tree_walk.h"

#include <ranges>
#include <vector>

namespace som {

const Expression* FindExpression(const MethodNode& method,
                                 const std::function<bool(const Expression&)>& visit) {
  std::vector<const Expression*> left;
  const auto push_body = [&left](const Body& body) {
    for (const Statement& statement : std::ranges::reverse_view(body.statements))
      left.push_back(statement.expression);
  };
  push_body(method.body);
  while (!left.empty()) {
    const Expression* expression = left.back();
    left.pop_back();
    if (visit(*expression)) return expression;
    switch (expression->kind) {
      case ExpressionKind::kAssignment:
        left.push_back(As<AssignmentExpression>(expression)->value);
        break;
      case ExpressionKind::kBlock:
        push_body(As<BlockExpression>(expression)->body);
        break;
      case ExpressionKind::kSend: {
        const auto* send = As<SendExpression>(expression);
        for (const Expression* argument : std::ranges::reverse_view(send->arguments))
          left.push_back(argument);
        left.push_back(send->receiver);
        break;
      }
      default:
        break;
    }
  }
  return nullptr;
}

}  // namespace som
