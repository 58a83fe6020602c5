// What a shell knows between its inputs: variables, `it`, and how an input is run. Neither reads
// nor prompts; what goes wrong is on standard error when a function answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/interpreter/interrupts.h"
#include "vm/memory/roots.h"
#include "vm/objects/value.h"
#include "vm/shell/input.h"

namespace som {

class VM;
struct ClassInfo;

class Session {
 public:
  // `timeout`: seconds that an input may run; 0: no limit. `deaf`: what becomes of it when it does
  // not notice that it is interrupted.
  Session(VM& vm, double timeout, InterruptGuard::Deaf deaf);

  // Before anything else, and after the system classes are loaded. False: errors are on stderr.
  bool Start();

  enum class Outcome : uint8_t {
    kValue,    // `it` is the new value
    kNothing,  // nothing to show, as for a definition
    kError,    // told of on standard error
    kExit,     // the input has sent `system exit:`; see exit_status()
  };
  // Runs one complete input that is no command: statements, a class, a method.
  Outcome Run(const std::string& text);
  // Runs the text of a file: a class, or inputs up to the first error.
  Outcome RunFile(const std::string& text, const std::string& path);
  // Of kExit; of kError the status of a program that ends so.
  int exit_status() const { return exit_status_; }

  // A value as the shell shows it; where its asString fails, which is told of, as traces show it.
  // Nothing if it sends `system exit:`; see exit_status(). SAFEPOINT.
  std::optional<std::string> TextOf(Value value);
  // The same of `it`.
  std::optional<std::string> TextOfIt();

  // Forgets all variables. Classes stay.
  void Reset();

  const std::vector<std::string>& variables() const { return variables_; }
  // The value of a variable or global; nothing if the name is neither.
  std::optional<Value> ValueOf(std::string_view name);
  // The class of that name (`Foo class` for its metaclass), loaded if need be; null after saying
  // that there is none.
  ClassInfo* ClassNamed(const std::string& name);

  VM& vm() { return vm_; }

 private:
  Outcome RunStatements(const std::string& text);
  Outcome DefineClass(const std::string& text, const InputSort& sort, const std::string& path);
  Outcome DefineMethod(const std::string& text, const InputSort& sort);
  // After SOM code or the loader has unwound.
  Outcome Recover();
  void SetVariable(size_t index, Value value);

  VM& vm_;
  double timeout_;
  InterruptGuard::Deaf deaf_;
  HandleScope scope_;
  Handle workspace_;  // the instance whose fields are the variables; old
  ClassInfo* workspace_class_ = nullptr;
  std::vector<std::string> variables_;
  int exit_status_ = 0;
};

}  // namespace som
