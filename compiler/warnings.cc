// See warnings.h.
#include "compiler/warnings.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "compiler/ast.h"
#include "compiler/compile.h"
#include "compiler/concat.h"
#include "compiler/foreign_names.h"
#include "compiler/similar_names.h"
#include "compiler/source.h"
#include "compiler/tree_walk.h"

namespace som {

namespace {

constexpr std::string_view kImproviser = "doesNotUnderstand:arguments:";
// So many unknown messages of a class have hints: each looks at all selectors.
constexpr size_t kMaxHinted = 25;

constexpr std::array<std::string_view, 8> kComparisons = {"=", "==", "~=", "<>",
                                                          "<", ">",  "<=", ">="};
// Operators that compute. What else may be one, such as `,`, also changes collections.
constexpr std::array<std::string_view, 8> kComputations = {"+", "-", "*", "/", "//", "%", "&", "|"};

bool IsOneOf(std::string_view selector, const std::array<std::string_view, 8>& operators) {
  return std::find(operators.begin(), operators.end(), selector) != operators.end();
}

// Whether nothing happens but that the value is there.
bool IsMereValue(const Expression& expression) {
  return expression.kind != ExpressionKind::kSend && expression.kind != ExpressionKind::kAssignment;
}

// Whether every way through the send leaves the method: both branches return.
bool AlwaysReturns(const Expression& expression) {
  if (expression.kind != ExpressionKind::kSend) return false;
  const auto& send = *As<SendExpression>(&expression);
  if (send.inline_form != InlineForm::kIfTrueIfFalse &&
      send.inline_form != InlineForm::kIfFalseIfTrue)
    return false;
  return std::all_of(send.arguments.begin(), send.arguments.end(), [](const Expression* branch) {
    if (branch->kind != ExpressionKind::kBlock) return false;
    const Body& body = As<BlockExpression>(branch)->body;
    return !body.statements.empty() && body.statements.back().is_return;
  });
}

// [ true ] whileTrue: ..., which only a return leaves.
bool IsEndless(const Expression& expression) {
  if (expression.kind != ExpressionKind::kSend) return false;
  const auto& send = *As<SendExpression>(&expression);
  if (!IsWhile(send.inline_form) || send.receiver->kind != ExpressionKind::kBlock) return false;
  const Body& condition = As<BlockExpression>(send.receiver)->body;
  const ExpressionKind endless =
      send.inline_form == InlineForm::kWhileTrue ? ExpressionKind::kTrue : ExpressionKind::kFalse;
  return condition.statements.size() == 1 &&
         condition.statements.front().expression->kind == endless;
}

// Goes through one method, with the variables that are visible.
class MethodWarner {
 public:
  MethodWarner(const SourceFile& source, const absl::flat_hash_set<std::string_view>& fields,
               Diagnostics* warnings)
      : source_(source), fields_(fields), warnings_(*warnings) {}

  void Run(const MethodNode& method) {
    if (method.is_primitive) return;
    Declare(method.parameters, /*is_local=*/false);
    Enter(method.body);
    LookAt(method.body, /*is_method=*/true);
    // Not recursive: trees may be deep.
    while (!left_.empty()) {
      const Step step = left_.back();
      left_.pop_back();
      if (step.is_end) {
        Leave(As<BlockExpression>(step.expression)->body.locals);
        Leave(As<BlockExpression>(step.expression)->parameters);
      } else {
        Visit(*step.expression);
      }
    }
    Leave(method.body.locals);
    Leave(method.parameters);
  }

 private:
  struct Step {
    const Expression* expression;
    bool is_end;  // of a block
  };
  struct Variable {
    Name name;
    bool is_local;
    bool is_read = false;
    bool is_assigned = false;
  };

  void Warn(uint32_t begin, uint32_t end, std::string_view message, std::string hint) {
    warnings_.Add(source_, begin, end, Concat("Warning: ", message), std::move(hint));
  }
  void WarnOf(const Name& name, std::string_view message, std::string hint) {
    Warn(name.begin, name.begin + static_cast<uint32_t>(name.text.size()), message,
         std::move(hint));
  }

  void Declare(absl::Span<const Name> names, bool is_local) {
    for (const Name& name : names) {
      std::vector<Variable>& outer = visible_[name.text];
      if (!outer.empty()) {
        WarnOf(name, Concat("'", name.text, "' hides a variable of the same name around it"),
               "Give one of them another name.");
      } else if (fields_.contains(name.text)) {
        WarnOf(name, Concat("'", name.text, "' hides the field of the same name"),
               "Give one of them another name.");
      }
      outer.push_back({name, is_local});
    }
  }

  void Leave(absl::Span<const Name> names) {
    for (const Name& name : names) {
      std::vector<Variable>& outer = visible_[name.text];
      const Variable variable = outer.back();
      outer.pop_back();
      if (!variable.is_local || (variable.is_read && variable.is_assigned)) continue;
      if (variable.is_read) {
        WarnOf(name, Concat("'", name.text, "' is never assigned: it is always nil"), "");
      } else if (variable.is_assigned) {
        WarnOf(name, Concat("'", name.text, "' is assigned, and its value is never used"), "");
      } else {
        WarnOf(name, Concat("'", name.text, "' is never used"), "");
      }
    }
  }

  Variable* Find(std::string_view name) {
    const auto entry = visible_.find(name);
    return entry == visible_.end() || entry->second.empty() ? nullptr : &entry->second.back();
  }

  void Enter(const Body& body) {
    Declare(body.locals, /*is_local=*/true);
    for (const Statement& statement : std::ranges::reverse_view(body.statements))
      left_.push_back({statement.expression, false});
  }

  void Visit(const Expression& expression) {
    switch (expression.kind) {
      case ExpressionKind::kVariable:
        if (Variable* read = Find(As<VariableExpression>(&expression)->name)) read->is_read = true;
        break;
      case ExpressionKind::kAssignment: {
        const auto& assignment = *As<AssignmentExpression>(&expression);
        if (Variable* target = Find(assignment.target->name)) target->is_assigned = true;
        left_.push_back({assignment.value, false});
        break;
      }
      case ExpressionKind::kBlock: {
        const auto& block = *As<BlockExpression>(&expression);
        left_.push_back({&block, true});
        Declare(block.parameters, /*is_local=*/false);
        Enter(block.body);
        LookAt(block.body, /*is_method=*/false);
        break;
      }
      case ExpressionKind::kSend: {
        const auto& send = *As<SendExpression>(&expression);
        for (const Expression* argument : std::ranges::reverse_view(send.arguments))
          left_.push_back({argument, false});
        left_.push_back({send.receiver, false});
        break;
      }
      default:
        break;
    }
  }

  // The statements of a body, one after the other.
  void LookAt(const Body& body, bool is_method) {
    const size_t count = body.statements.size();
    for (size_t i = 0; i < count; ++i) {
      const Statement& statement = body.statements[i];
      const Expression& expression = *statement.expression;
      const bool is_last = i + 1 == count;
      if (!is_last && !statement.is_return) {
        if (AlwaysReturns(expression)) {
          WarnOfUnreachable(body.statements[i + 1], "both branches above it return");
          return;
        }
        if (IsEndless(expression)) {
          WarnOfUnreachable(body.statements[i + 1], "the loop above it never ends");
          return;
        }
      }
      // The value of a block's last statement is the block's.
      if (!statement.is_return && (!is_last || is_method)) LookAtUnused(expression, is_last);
    }
  }

  void WarnOfUnreachable(const Statement& statement, std::string_view why) {
    Warn(statement.begin, statement.expression->end,
         Concat("this statement is never reached: ", why), "");
  }

  // A statement whose value nobody asks for; with `may_return`, one that might be the method's
  // answer.
  void LookAtUnused(const Expression& expression, bool may_return) {
    std::string hint =
        may_return ? "Write ^ in front of it if the method is to answer the value." : "";
    // Every method that ends without ^ answers self.
    if (may_return && expression.kind == ExpressionKind::kSelf) return;
    if (IsMereValue(expression)) {
      Warn(expression.begin, expression.end,
           may_return ? "this value is not returned" : "this statement has no effect",
           std::move(hint));
      return;
    }
    if (expression.kind != ExpressionKind::kSend) return;
    const auto& send = *As<SendExpression>(&expression);
    if (IsOneOf(send.selector, kComparisons)) {
      if (send.selector == "=" && send.receiver->kind == ExpressionKind::kVariable) {
        hint = Concat("An assignment is written ", As<VariableExpression>(send.receiver)->name,
                      " := ...");
      }
      Warn(send.begin, send.end, "this comparison has no effect", std::move(hint));
    } else if (IsOneOf(send.selector, kComputations)) {
      Warn(send.begin, send.end,
           may_return ? "this value is computed and not returned"
                      : "this value is computed and not used",
           std::move(hint));
    }
  }

  const SourceFile& source_;
  const absl::flat_hash_set<std::string_view>& fields_;
  Diagnostics& warnings_;
  std::vector<Step> left_;
  absl::flat_hash_map<std::string_view, std::vector<Variable>> visible_;  // innermost last
};

// Whether the class is one, inherits from one or names one that improvises.
bool DealsWithImprovisers(const ClassNode& tree, const KnownSelectors& known) {
  if (known.Improvises(tree.name) || known.Improvises(tree.superclass_name)) return true;
  for (const ClassSide* side : {&tree.instance_side, &tree.class_side}) {
    for (const MethodNode* method : side->methods) {
      const bool names_one = FindExpression(*method, [&](const Expression& expression) {
                               return expression.kind == ExpressionKind::kVariable &&
                                      known.Improvises(As<VariableExpression>(&expression)->name);
                             }) != nullptr;
      if (names_one) return true;
    }
  }
  return false;
}

std::string HintForUnknown(std::string_view selector, const KnownSelectors& known) {
  for (const std::string_view here : SelectorsFor(selector)) {
    if (known.Contains(here)) return Concat("In SOM this is #", here, ".");
  }
  const std::vector<std::string> like =
      NamesLike(selector, {known.selectors().begin(), known.selectors().end()});
  return like.empty() ? "" : Concat("Did you mean #", like.front(), "?");
}

}  // namespace

void KnownSelectors::Add(const ClassNode& tree) {
  for (const ClassSide* side : {&tree.instance_side, &tree.class_side}) {
    for (const MethodNode* method : side->methods) {
      selectors_.emplace(method->selector);
      if (method->selector == kImproviser && tree.name != "Object") improvising_.insert(tree.name);
    }
  }
}

void FindWarnings(const ParsedClass& parsed, const InheritedFields& inherited,
                  Diagnostics* warnings) {
  const auto look_at = [&](const ClassSide& side, const std::vector<std::string>& inherited_names) {
    absl::flat_hash_set<std::string_view> fields(inherited_names.begin(), inherited_names.end());
    for (const Name& field : side.fields) fields.insert(field.text);
    for (const MethodNode* method : side.methods)
      MethodWarner(parsed.source(), fields, warnings).Run(*method);
  };
  look_at(parsed.tree().instance_side, inherited.instance_side);
  look_at(parsed.tree().class_side, inherited.class_side);
}

void FindUnknownSelectors(const ParsedClass& parsed, const KnownSelectors& known,
                          Diagnostics* warnings) {
  if (DealsWithImprovisers(parsed.tree(), known)) return;
  size_t hinted = 0;
  const auto look = [&](const Expression& expression) {
    if (expression.kind != ExpressionKind::kSend) return false;
    const auto& send = *As<SendExpression>(&expression);
    if (known.Contains(send.selector)) return false;
    std::string hint = ++hinted <= kMaxHinted ? HintForUnknown(send.selector, known) : "";
    const std::string_view keyword = send.selector.substr(0, send.selector.find(':') + 1);
    const size_t width = keyword.empty() ? send.selector.size() : keyword.size();
    warnings->Add(parsed.source(), send.selector_begin,
                  send.selector_begin + static_cast<uint32_t>(width),
                  Concat("Warning: no class has a method #", send.selector), std::move(hint));
    return false;
  };
  for (const ClassSide* side : {&parsed.tree().instance_side, &parsed.tree().class_side}) {
    for (const MethodNode* method : side->methods) FindExpression(*method, look);
  }
}

}  // namespace som
