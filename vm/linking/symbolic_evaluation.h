// Evaluating a method's bytecode on symbols that stand for self, the arguments and what evaluating
// them answers, to learn what the method computes however it is spelled. What the sends in it mean
// is the caller's matter.
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "compiler/description.h"

namespace som {

enum class Symbolic : uint8_t {
  kUnknown,
  kSelf,
  kFirstArgument,
  kSecondArgument,
  kFirstValue,  // what `value` sent to the first argument answers
  kSecondValue,
  kTrue,
  kFalse,
  kNil,
};

// What a send answers to receiver and arguments; kUnknown gives the evaluation up.
using SymbolicSend = absl::FunctionRef<Symbolic(const SendSiteDescription& site, Symbolic receiver,
                                                absl::Span<const Symbolic> arguments)>;

// What the method answers; kUnknown if it does anything that symbols do not tell, or goes on for
// long. Neither collects nor runs SOM code.
Symbolic EvaluateSymbolically(const CodeDescription& unit, Symbolic self,
                              absl::Span<const Symbolic> arguments, SymbolicSend send);

}  // namespace som
