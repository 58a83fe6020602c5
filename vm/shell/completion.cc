// See completion.h.
#include "vm/shell/completion.h"

#include <optional>
#include <set>

#include "vm/loading/class_path.h"
#include "vm/objects/object.h"
#include "vm/shell/commands.h"
#include "vm/shell/session.h"
#include "vm/vm.h"

namespace som {

namespace {

constexpr std::string_view kBlanks = " \t";

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == ':';
}

std::string_view LastWord(std::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && IsWordCharacter(text[begin - 1])) --begin;
  return text.substr(begin);
}

class Completer {
 public:
  Completer(Session& session, std::string_view word) : session_(session), word_(word) {}

  void Add(std::string_view candidate) {
    if (!candidate.empty() && candidate.starts_with(word_)) words_.emplace(candidate);
  }

  void AddNames() {
    for (const std::string& variable : session_.variables()) Add(variable);
    for (const auto& [name, cell] : vm().globals()) {
      if (cell.IsBound()) Add(vm().symbols().NameOf(name));
    }
    AddClasses();
    for (const std::string_view word : {"self", "super"}) Add(word);
  }

  void AddClasses() {
    for (uint32_t i = 1; i < vm().classes().size(); ++i) {
      const ClassInfo& info = *vm().classes().At(i);
      if (info.is_loaded && !info.IsMetaclass() && IsBound(info))
        Add(vm().symbols().NameOf(info.name));
    }
    for (const std::string& name : ClassesOnPath(vm().options().class_path)) Add(name);
  }

  // Of the class and its superclasses; of all classes if there is none.
  void AddSelectors(const ClassInfo* info) {
    if (info == nullptr) {
      for (uint32_t i = 1; i < vm().classes().size(); ++i) AddOwnSelectors(*vm().classes().At(i));
    }
    for (; info != nullptr; info = info->superclass) AddOwnSelectors(*info);
  }

  void AddCommands() {
    for (const std::string& name : CommandNames()) Add(name);
  }

  std::vector<std::string> Words() const { return {words_.begin(), words_.end()}; }

 private:
  VM& vm() { return session_.vm(); }

  bool IsBound(const ClassInfo& info) {
    return session_.ValueOf(vm().symbols().NameOf(info.name)).has_value();
  }

  void AddOwnSelectors(const ClassInfo& info) {
    for (const auto& [selector, method] : info.dictionary) Add(vm().symbols().NameOf(selector));
  }

  Session& session_;
  std::string_view word_;
  std::set<std::string> words_;
};

// The class of what stands in front of a selector, where one look tells; otherwise null.
const ClassInfo* ClassOfReceiver(Session& session, std::string_view receiver) {
  VM& vm = session.vm();
  const char last = receiver.back();
  if (last == '\'') return vm.classes().At(kStringClass);
  const std::string_view word = LastWord(receiver);
  if (word.empty()) return nullptr;
  if (word.find_first_not_of("0123456789") == std::string_view::npos)
    return vm.classes().At(kIntegerClass);
  // Behind another word stands a selector, whose answer nobody knows.
  std::string_view before = receiver.substr(0, receiver.size() - word.size());
  before = before.substr(0, before.find_last_not_of(kBlanks) + 1);
  if (!before.empty() && (IsWordCharacter(before.back()) || before.back() == ')') &&
      before.back() != ':') {
    return nullptr;
  }
  const std::optional<Value> value = session.ValueOf(word);
  return value.has_value() ? vm.classes().Of(*value) : nullptr;
}

// Whether an operand, not a selector, comes next behind this.
bool ExpectsOperand(std::string_view before) {
  if (before.empty()) return true;
  const char last = before.back();
  return !IsWordCharacter(last) ? last != ')' && last != ']' && last != '\'' : last == ':';
}

}  // namespace

Completions Complete(Session& session, std::string_view line) {
  const std::string_view word = LastWord(line);
  Completions result;
  result.start = line.size() - word.size();
  std::string_view before = line.substr(0, result.start);
  before = before.substr(0, before.find_last_not_of(kBlanks) + 1);
  Completer completer(session, word);
  if (before.empty() && word.starts_with(':')) {
    completer.AddCommands();
  } else if (before.starts_with(':') && !before.starts_with(":time")) {
    completer.AddClasses();
    if (before.ends_with(">>")) completer.AddSelectors(nullptr);
  } else if (ExpectsOperand(before)) {
    completer.AddNames();
  } else {
    completer.AddSelectors(ClassOfReceiver(session, before));
  }
  result.words = completer.Words();
  return result;
}

}  // namespace som
