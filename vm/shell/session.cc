// See session.h.
#include "vm/shell/session.h"

#include <algorithm>
#include <sstream>

#include "compiler/concat.h"
#include "vm/loading/class_loader.h"
#include "vm/observation/value_text.h"
#include "vm/shell/display.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

namespace {

// What messages and traces call the source of an input.
constexpr std::string_view kPath = "shell";
// Fields of the workspace: so many variables may there be.
constexpr size_t kMaxVariables = 1000;
// The first two variables: the last value and the one before.
constexpr size_t kIt = 0;
constexpr size_t kItBefore = 1;
constexpr std::string_view kClassSide = " class";

}  // namespace

Session::Session(VM& vm, double timeout, InterruptGuard::Deaf deaf)
    : vm_(vm), timeout_(timeout), deaf_(deaf), scope_(vm.handles()), workspace_(scope_, Nil()) {}

bool Session::Start() {
  workspace_class_ =
      vm_.loader().DefineWorkspace(Concat("Shell = (", DisplayMethods(), ")"), kMaxVariables);
  if (workspace_class_ == nullptr) return false;
  Reset();
  return true;
}

void Session::Reset() {
  // A new one: closures made before keep the variables that they have.
  auto* instance = static_cast<Instance*>(vm_.heap().AllocateOld(
      workspace_class_->index, Kind::kInstance, InstanceBytes(kMaxVariables)));
  for (size_t i = 0; i < kMaxVariables; ++i) instance->fields[i] = Nil();
  workspace_.set(Value::FromObject(instance));
  variables_ = {"it", "it2"};
}

void Session::SetVariable(size_t index, Value value) {
  auto* instance = As<Instance>(workspace_.get());
  vm_.heap().Store(instance, &instance->fields[index], value);
}

std::optional<Value> Session::ValueOf(std::string_view name) {
  const auto found = std::find(variables_.begin(), variables_.end(), name);
  if (found != variables_.end())
    return As<Instance>(workspace_.get())->fields[found - variables_.begin()];
  const auto global = vm_.globals().find(vm_.symbols().Intern(name));
  if (global == vm_.globals().end() || !global->second.IsBound()) return std::nullopt;
  return global->second.value;
}

Session::Outcome Session::Recover() {
  const bool leaves = vm_.unwind.is_asked_for;
  exit_status_ = vm_.unwind.exit_status;
  vm_.Recover();
  return leaves ? Outcome::kExit : Outcome::kError;
}

Session::Outcome Session::Run(const std::string& text) {
  const InputSort sort = SortInput(text);
  switch (sort.kind) {
    case InputKind::kClass:
      return DefineClass(text, sort, std::string(kPath));
    case InputKind::kMethod:
      return DefineMethod(text, sort);
    case InputKind::kNothing:
      return Outcome::kNothing;
    default:
      return RunStatements(text);
  }
}

Session::Outcome Session::RunStatements(const std::string& text) {
  std::vector<std::string> declared;
  Method* input =
      vm_.loader().DefineInput(*workspace_class_, text, std::string(kPath), &variables_, &declared);
  if (input == nullptr) return Recover();
  for (const std::string& name : declared) {
    const auto found = std::find(variables_.begin(), variables_.end(), name);
    SetVariable(static_cast<size_t>(found - variables_.begin()), Nil());
  }
  Value result;
  {
    const InterruptGuard guard(vm_, timeout_, deaf_);
    result = vm_.Invoke(input, workspace_.get(), {});
  }
  if (result.IsUnwind()) return Recover();
  SetVariable(kItBefore, As<Instance>(workspace_.get())->fields[kIt]);
  SetVariable(kIt, result);
  vm_.Recover();  // an interrupt may have come too late
  return Outcome::kValue;
}

Session::Outcome Session::RunFile(const std::string& text, const std::string& path) {
  const InputSort sort = SortInput(text);
  if (sort.kind == InputKind::kClass) return DefineClass(text, sort, path);
  InputScanner scanner;
  Outcome outcome = Outcome::kNothing;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    scanner.Add(line);
    if (!scanner.IsComplete()) continue;
    outcome = Run(scanner.text());
    if (outcome == Outcome::kError || outcome == Outcome::kExit) return outcome;
    scanner.Clear();
  }
  return scanner.text().empty() ? outcome : Run(scanner.text());
}

Session::Outcome Session::DefineClass(const std::string& text, const InputSort& sort,
                                      const std::string& path) {
  if (std::find(variables_.begin(), variables_.end(), sort.class_name) != variables_.end()) {
    WriteError(Concat("'", sort.class_name, "' is a variable: the class needs another name.\n"));
    return Outcome::kError;
  }
  ClassLoader::Redefined outcome = ClassLoader::Redefined::kNot;
  const Value defined = vm_.loader().DefineAgain(text, path, &outcome);
  if (defined.IsUnwind()) return Recover();
  if (outcome == ClassLoader::Redefined::kReplaced) {
    WriteError(Concat("Class '", sort.class_name,
                      "' has another superclass or other fields than before: objects and "
                      "subclasses of the earlier class keep it.\n"));
  }
  return Outcome::kNothing;
}

Session::Outcome Session::DefineMethod(const std::string& text, const InputSort& sort) {
  ClassInfo* info = ClassNamed(sort.class_name);
  if (info == nullptr) return Outcome::kError;
  return vm_.loader().DefineMethod(*info, text, std::string(kPath)) ? Outcome::kNothing : Recover();
}

ClassInfo* Session::ClassNamed(const std::string& name) {
  std::string_view class_name = name;
  const bool class_side = class_name.ends_with(kClassSide);
  if (class_side) class_name.remove_suffix(kClassSide.size());
  const Value loaded = vm_.loader().Load(vm_.symbols().Intern(class_name));
  if (loaded.IsUnwind()) {
    Recover();
    return nullptr;
  }
  if (!IsKind(loaded, Kind::kClass)) {
    WriteError(Concat("There is no class '", class_name, "'.\n"));
    return nullptr;
  }
  ClassInfo* info = As<ClassObject>(loaded)->info;
  return class_side ? info->metaclass : info;
}

std::optional<std::string> Session::TextOf(Value value) {
  HandleScope scope(vm_.handles());
  const Handle shown(scope, value);
  std::optional<std::string> text;
  {
    const InterruptGuard guard(vm_, timeout_, deaf_);
    text = DisplayText(vm_, workspace_.get(), value);
  }
  if (text.has_value()) {
    vm_.Recover();  // an interrupt may have come too late
    return text;
  }
  if (Recover() == Outcome::kExit) return std::nullopt;
  return ValueText(vm_, shown.get());
}

std::optional<std::string> Session::TextOfIt() {
  return TextOf(As<Instance>(workspace_.get())->fields[kIt]);
}

}  // namespace som
