// Recognition of inlinable sends; see inline_control.h.
#include "compiler/inline_control.h"

#include <algorithm>
#include <limits>
#include <variant>

#include "compiler/ast.h"

namespace som {

namespace {

enum class Group : uint8_t { kControl, kLoops };

struct Row {
  InlineForm form;
  std::string_view selector;
  Group group;
  char receiver;
  std::string_view arguments;
};

constexpr Row kRows[] = {
#define SOM_INLINED(form, selector, group, receiver, arguments) \
  {InlineForm::k##form, selector, Group::k##group, receiver, arguments},
#include "compiler/inlined_sends.def"
};

constexpr bool GroupsFollowForms() {
  for (const Row& row : kRows) {
    if (IsCountingLoop(row.form) != (row.group == Group::kLoops)) return false;
  }
  return true;
}
static_assert(GroupsFollowForms(), "the group of a form decides which option governs it");

bool IsLiteralStep(const Expression* expression) {
  if (expression->kind != ExpressionKind::kLiteral) return false;
  const auto* value = std::get_if<int64_t>(&As<LiteralExpression>(expression)->value->value);
  return value != nullptr && *value >= 1 && *value <= std::numeric_limits<int16_t>::max();
}

bool HasShape(const Expression* expression, char shape) {
  switch (shape) {
    case 'x':
      return true;
    case 'n':
      return IsLiteralStep(expression);
    default:
      return expression->kind == ExpressionKind::kBlock &&
             As<BlockExpression>(expression)->parameters.size() == static_cast<size_t>(shape - '0');
  }
}

}  // namespace

InlineForm ClassifyInlining(std::string_view selector, const Expression* receiver,
                            absl::Span<Expression* const> arguments) {
  // Every form ends in a literal block: rules out nearly all sends before any text is compared.
  if (arguments.empty() || arguments.back()->kind != ExpressionKind::kBlock ||
      receiver->kind == ExpressionKind::kSuper) {
    return InlineForm::kNone;
  }
  for (const Row& row : kRows) {
    if (row.selector != selector) continue;
    if (!HasShape(receiver, row.receiver)) return InlineForm::kNone;
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (!HasShape(arguments[i], row.arguments[i])) return InlineForm::kNone;
    }
    return row.form;
  }
  return InlineForm::kNone;
}

uint32_t InlineKey(uint32_t method_begin, const SendExpression& send) {
  return send.selector_begin - method_begin;
}

bool InliningPolicy::MayInline(const SendExpression& send) const {
  if (send.inline_form == InlineForm::kNone) return false;
  if (!(IsCountingLoop(send.inline_form) ? options_.inline_loops : options_.inline_control)) {
    return false;
  }
  return options_.never_inline.empty() || !options_.never_inline.contains(send.selector);
}

bool InliningPolicy::ShouldInline(const SendExpression& send) const {
  if (!MayInline(send)) return false;
  return real_sends_ == nullptr || !real_sends_->contains(InlineKey(method_begin_, send));
}

}  // namespace som
