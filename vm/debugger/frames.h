// The activations of a stopped program as a debugger shows them: places in the source, variables
// with their values. Reads and writes frames; runs no SOM code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "vm/code/method.h"
#include "vm/objects/value.h"

namespace som {

class VM;

struct Frame {
  Value* base = nullptr;
  Method* method = nullptr;
  CodeUnit* ip = nullptr;
};

// All activations, newest first. They keep their places while the program is stopped.
std::vector<Frame> FramesOf(VM& vm);

// The line that the activation is on: that of the statement which begins there, otherwise that of
// the send that runs.
SourceSpan SpanOf(const Frame& frame);
// The line of the statement that begins at `offset` of the code's description; nothing where none
// does.
std::optional<uint32_t> LineOfStatementAt(const Method& method, uint32_t offset);
const std::string& PathOf(const Frame& frame);

struct FrameVariable {
  enum class Sort : uint8_t { kArgument, kLocal, kCaptured, kField };
  std::string name;
  Sort sort = Sort::kLocal;
  Value value;
};

// What an expression sees in a frame.
class FrameVariables {
 public:
  FrameVariables(VM& vm, const Frame& frame);

  Value self() const;
  // Arguments, local variables, captured ones; innermost block first. Without those that do not
  // exist at this place yet.
  std::vector<FrameVariable> variables() const;
  // The names of them.
  std::vector<std::string> names() const;
  // The fields of self that the method's class knows.
  std::vector<FrameVariable> fields() const;

  // Of a variable of names(). Does not collect.
  std::optional<Value> Read(const std::string& name) const;
  void Write(const std::string& name, Value value) const;

 private:
  // Where the variable is; null where it does not exist yet. `owner`: the context it lives in, null
  // if that is the frame.
  Value* SlotOf(const VisibleVariable& variable, Context** owner) const;
  const VisibleVariable* Find(const std::string& name) const;

  VM& vm_;
  Frame frame_;
  VisibleVariables visible_;
};

}  // namespace som
