// See receivers.h.
#include "vm/language_server/receivers.h"

#include <algorithm>
#include <variant>

#include "compiler/ast.h"
#include "compiler/concat.h"
#include "compiler/tree_walk.h"

namespace som::lsp {

namespace {

// Variables of variables are followed so far.
constexpr int kMaxSteps = 8;
// The methods of the library that answer an object of the class they are sent to.
constexpr std::string_view kMakesInstance = "new";

struct NameOfLiteral {
  std::string_view operator()(int64_t) const { return "Integer"; }
  std::string_view operator()(const BigIntegerText&) const { return "Integer"; }
  std::string_view operator()(double) const { return "Double"; }
  std::string_view operator()(const StringText&) const { return "String"; }
  std::string_view operator()(const SymbolText&) const { return "Symbol"; }
  std::string_view operator()(const LiteralArray&) const { return "Array"; }
  template <typename Other>
  std::string_view operator()(const Other&) const {
    return "";
  }
};

class Inference {
 public:
  Inference(const Workspace& workspace, const ExpressionContext& context)
      : workspace_(workspace), context_(context) {}

  ClassSideReference TypeOf(const Expression& expression) {
    if (++steps_ > kMaxSteps) return {};
    switch (expression.kind) {
      case ExpressionKind::kSelf:
        return {context_.file, context_.class_side};
      case ExpressionKind::kSuper:
        return OfSuper();
      case ExpressionKind::kNil:
        return Instance("Nil");
      case ExpressionKind::kTrue:
        return Instance("True");
      case ExpressionKind::kFalse:
        return Instance("False");
      case ExpressionKind::kLiteral:
        return Instance(
            std::visit(NameOfLiteral(), As<LiteralExpression>(&expression)->value->value));
      case ExpressionKind::kBlock:
        return Instance(Concat("Block", As<BlockExpression>(&expression)->parameters.size() + 1));
      case ExpressionKind::kAssignment:
        return TypeOf(*As<AssignmentExpression>(&expression)->value);
      case ExpressionKind::kVariable:
        return OfVariable(*As<VariableExpression>(&expression));
      case ExpressionKind::kSend:
        return OfSend(*As<SendExpression>(&expression));
    }
    return {};
  }

 private:
  ClassSideReference Instance(std::string_view name) const {
    return {workspace_.ClassNamed(name, *context_.file), false};
  }

  ClassSideReference OfSuper() const {
    const std::vector<ClassSideReference> order =
        workspace_.LookupOrder(*context_.file, context_.class_side);
    return order.size() > 1 ? order[1] : ClassSideReference{};
  }

  ClassSideReference OfSend(const SendExpression& send) {
    if (send.selector == "yourself") return TypeOf(*send.receiver);
    if (send.selector == "class") {
      const ClassSideReference receiver = TypeOf(*send.receiver);
      return receiver.class_side ? ClassSideReference{} : ClassSideReference{receiver.file, true};
    }
    if (!send.selector.starts_with(kMakesInstance)) return {};
    const ClassSideReference receiver = TypeOf(*send.receiver);
    if (!receiver.class_side) return {};
    // `super new` makes an instance of the class at hand.
    const bool is_super = send.receiver->kind == ExpressionKind::kSuper;
    return {is_super ? context_.file : receiver.file, false};
  }

  ClassSideReference OfVariable(const VariableExpression& variable) {
    if (std::find(context_.variables.begin(), context_.variables.end(), variable.name) !=
        context_.variables.end())
      return {};
    if (context_.method != kNone) {
      const Occurrence* occurrence = context_.file->index->OccurrenceAt(variable.begin);
      if (occurrence != nullptr && occurrence->kind == OccurrenceKind::kVariable)
        return OfLocal(occurrence->target);
    }
    if (workspace_.FieldNamed(variable.name, *context_.file, context_.class_side)) return {};
    if (variable.name == "system") return Instance("System");
    return {workspace_.ClassNamed(variable.name, *context_.file), true};
  }

  // What all assignments have in common.
  ClassSideReference OfLocal(uint32_t declaration) {
    const FileIndex& index = *context_.file->index;
    if (index.declarations()[declaration].kind != VariableKind::kLocal) return {};
    ClassSideReference type;
    bool is_known = true;
    FindExpression(*index.methods()[context_.method].node, [&](const Expression& expression) {
      if (expression.kind != ExpressionKind::kAssignment) return false;
      const auto* assignment = As<AssignmentExpression>(&expression);
      const Occurrence* target = index.OccurrenceAt(assignment->target->begin);
      if (target == nullptr || target->target != declaration ||
          target->kind != OccurrenceKind::kVariable)
        return false;
      const ClassSideReference value = TypeOf(*assignment->value);
      is_known &= static_cast<bool>(value) &&
                  (!type || (type.file == value.file && type.class_side == value.class_side));
      type = value;
      return !is_known;
    });
    return is_known ? type : ClassSideReference{};
  }

  const Workspace& workspace_;
  const ExpressionContext& context_;
  int steps_ = 0;
};

}  // namespace

ClassSideReference TypeOf(const Workspace& workspace, const ExpressionContext& context,
                          const Expression& expression) {
  return Inference(workspace, context).TypeOf(expression);
}

ClassSideReference ReceiverOf(const Workspace& workspace, const File& file, const Send& send) {
  const Method& method = file.index->methods()[send.method];
  const ExpressionContext context{&file, method.class_side, send.method};
  return TypeOf(workspace, context, *send.node->receiver);
}

}  // namespace som::lsp
