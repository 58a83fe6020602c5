// Where a recording starts: at the program's own run, at a method, or at a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "vm/code/method.h"

namespace som {
class VM;
}

namespace som::explain {

class StartCondition {
 public:
  // `text`: "Class>>selector", "Class class>>selector", or "FILE:LINE", where FILE is the end of a
  // path; empty for the first activation of run or run:. Answers false if it is none of these.
  static bool Parse(std::string_view text, StartCondition* condition);

  // Whether the recording ends when the activation that it started with does.
  bool IsDefault() const { return kind_ == Kind::kRun; }
  bool HoldsAtActivation(VM& vm, const Method& method) const;
  bool HoldsAtBytecode(const Method& method, const CodeUnit* ip);

 private:
  enum class Kind : uint8_t { kRun, kMethod, kLine };

  Kind kind_ = Kind::kRun;
  std::string name_;  // of a method with its class, or the end of a path
  uint32_t line_ = 0;
  absl::flat_hash_map<const Method*, bool> may_hold_;  // whether the line is one of the method's
};

}  // namespace som::explain
