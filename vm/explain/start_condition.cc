// See start_condition.h.
#include "vm/explain/start_condition.h"

#include <charconv>

#include "absl/strings/match.h"
#include "vm/code/class_table.h"
#include "vm/observation/stack_trace.h"
#include "vm/vm.h"

namespace som::explain {

bool StartCondition::Parse(std::string_view text, StartCondition* condition) {
  *condition = StartCondition();
  if (text.empty()) return true;
  condition->name_ = std::string(text);
  const size_t arrow = text.find(">>");
  if (arrow != std::string_view::npos) {
    condition->kind_ = Kind::kMethod;
    return arrow > 0 && arrow + 2 < text.size();
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  condition->kind_ = Kind::kLine;
  condition->name_.resize(colon);
  const std::string_view digits = text.substr(colon + 1);
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, condition->line_);
  return read.ec == std::errc() && read.ptr == end && condition->line_ > 0;
}

bool StartCondition::HoldsAtActivation(VM& vm, const Method& method) const {
  switch (kind_) {
    case Kind::kRun: {
      if (method.is_block) return false;
      const std::string_view selector = vm.symbols().NameOf(method.selector);
      return selector == "run" || selector == "run:";
    }
    case Kind::kMethod:
      return MethodTitle(vm, method) == name_;
    case Kind::kLine:
      return false;
  }
  return false;
}

bool StartCondition::HoldsAtBytecode(const Method& method, const CodeUnit* ip) {
  if (kind_ != Kind::kLine) return false;
  const auto [it, is_new] = may_hold_.try_emplace(&method, false);
  if (is_new) {
    const std::string& path = method.home->parsed->path();
    const SourceSpan& span = method.home->description->span;
    it->second = (path == name_ || absl::EndsWith(path, "/" + name_)) && span.line <= line_ &&
                 line_ <= span.end_line;
  }
  return it->second && PositionOf(method, ip).line == line_;
}

}  // namespace som::explain
