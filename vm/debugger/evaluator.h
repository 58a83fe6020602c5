// Runs expressions as if they stood in the code of an activation. Neither catches their errors nor
// knows of breakpoints: that is the debugger's.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "vm/debugger/frames.h"

namespace som {

class VM;

class Evaluator {
 public:
  explicit Evaluator(VM& vm) : vm_(vm) {}

  // The value of statements that see self, the variables and the fields of `frame`, and may assign
  // them. Value::Unwind() if SOM code unwinds, or, with a message in `errors`, if the text has
  // errors. SAFEPOINT.
  Value Evaluate(const Frame& frame, const std::string& text, std::string* errors);

 private:
  // A text compiled for a place, where conditions come by again and again.
  struct Compiled {
    Method* method = nullptr;
    std::vector<std::string> names;     // of its arguments
    std::vector<std::string> assigned;  // those that it assigns
  };
  using Key = std::tuple<const Method*, std::vector<std::string>, std::string>;

  const Compiled* CompiledFor(const Frame& frame, std::vector<std::string> names,
                              const std::string& text, std::string* errors);

  VM& vm_;
  std::map<Key, Compiled> compiled_;
};

}  // namespace som
