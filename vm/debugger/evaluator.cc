// See evaluator.h. A text becomes a method whose arguments are the variables of the frame; what it
// assigns is written back when it has ended.
#include "vm/debugger/evaluator.h"

#include <algorithm>

#include "compiler/ast.h"
#include "compiler/tree_walk.h"
#include "vm/code/frame.h"
#include "vm/loading/class_loader.h"
#include "vm/vm.h"

namespace som {

namespace {

// Those of `names` that the only method of a text assigns.
std::vector<std::string> AssignedNames(const Method& method,
                                       const std::vector<std::string>& names) {
  std::vector<std::string> assigned;
  const ClassNode& tree = method.parsed->tree();
  const ClassSide& side = method.class_side ? tree.class_side : tree.instance_side;
  FindExpression(*side.methods.front(), [&](const Expression& expression) {
    if (expression.kind != ExpressionKind::kAssignment) return false;
    const std::string_view name = As<AssignmentExpression>(&expression)->target->name;
    if (std::find(names.begin(), names.end(), name) != names.end()) assigned.emplace_back(name);
    return false;
  });
  return assigned;
}

}  // namespace

const Evaluator::Compiled* Evaluator::CompiledFor(const Frame& frame,
                                                  std::vector<std::string> names,
                                                  const std::string& text, std::string* errors) {
  const auto [found, is_new] = compiled_.try_emplace({frame.method, names, text});
  Compiled& compiled = found->second;
  if (is_new) {
    compiled.method = vm_.loader().DefineEvaluation(*frame.method->home, text, names, errors);
    if (compiled.method == nullptr) {
      compiled_.erase(found);
      return nullptr;
    }
    compiled.assigned = AssignedNames(*compiled.method, names);
    compiled.names = std::move(names);
  }
  return &compiled;
}

Value Evaluator::Evaluate(const Frame& frame, const std::string& text, std::string* errors) {
  const FrameVariables variables(vm_, frame);
  const Compiled* compiled = CompiledFor(frame, variables.names(), text, errors);
  if (compiled == nullptr) return Value::Unwind();
  std::vector<Value> arguments;
  arguments.reserve(compiled->names.size());
  for (const FrameVariable& variable : variables.variables()) arguments.push_back(variable.value);
  // Where the frame of the text will be: it stays there when it has been left, until the next one.
  Value* const base = vm_.sp + arguments.size() + 2;
  const Value result = vm_.Invoke(compiled->method, variables.self(), arguments);
  if (result.IsUnwind() || compiled->assigned.empty()) return result;
  // What it may have been deoptimised to has the same variables in the same places.
  const FrameVariables ended(vm_, {base, FrameMethod(base), FrameMethod(base)->code});
  for (const std::string& name : compiled->assigned) {
    const std::optional<Value> value = ended.Read(name);
    if (value.has_value()) variables.Write(name, *value);
  }
  return result;
}

}  // namespace som
