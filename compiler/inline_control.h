// Which sends become jumps: by their form (selector and literal blocks, from inlined_sends.def), by
// the options, and by what has to be a real send in a method that is compiled again. How the jumps
// look is the code generator's matter.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"
#include "compiler/compile.h"

namespace som {

struct Expression;
struct SendExpression;

enum class InlineForm : uint8_t {
  kNone,
  kIfTrue,
  kIfFalse,
  kIfTrueIfFalse,
  kIfFalseIfTrue,
  kIfNil,
  kIfNotNil,
  kIfNilIfNotNil,
  kIfNotNilIfNil,
  kAnd,
  kOr,
  kWhileTrue,
  kWhileFalse,
  kToDo,
  kToByDo,
  kDownToDo,
  kDownToByDo,
  kTimesRepeat,
};

// The form of a send, by its selector and the shape of receiver and arguments.
//
// The blocks of such a send are its operands, and code in an operand is part of the activation
// around it: what `restart` starts again, and what the answer of escapedBlock: ends. So it is where
// operands become jumps; where they are closures instead, whatever the reason, vm/interpreter/
// unwind.cc sees to it.
InlineForm ClassifyInlining(std::string_view selector, const Expression* receiver,
                            absl::Span<Expression* const> arguments);

constexpr bool IsWhile(InlineForm form) {
  return form == InlineForm::kWhileTrue || form == InlineForm::kWhileFalse;
}

// Loops that count: to:do: and its relatives, timesRepeat:.
constexpr bool IsCountingLoop(InlineForm form) { return form >= InlineForm::kToDo; }

constexpr bool IsLoop(InlineForm form) { return IsWhile(form) || IsCountingLoop(form); }

// Identifies a send within its method, whatever is inlined.
uint32_t InlineKey(uint32_t method_begin, const SendExpression& send);

// Decides for the sends of one method.
class InliningPolicy {
 public:
  // `real_sends` may be null. All arguments must outlive the policy.
  InliningPolicy(const CompileOptions& options, uint32_t method_begin, const RealSends* real_sends)
      : options_(options), method_begin_(method_begin), real_sends_(real_sends) {}

  // Whether the options let this send become jumps.
  bool MayInline(const SendExpression& send) const;
  // Whether it does in this version of the method: it may, and is not asked for as a real send.
  bool ShouldInline(const SendExpression& send) const;

 private:
  const CompileOptions& options_;
  uint32_t method_begin_;
  const RealSends* real_sends_;
};

}  // namespace som
