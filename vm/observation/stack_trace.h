// Tracebacks: the active methods and blocks with their place in the source.
#pragma once

#include <string>

#include "vm/code/frame.h"
#include "vm/code/method.h"

namespace som {

class VM;

// "Class>>selector"; "block in Class>>selector" for a closure's code.
std::string MethodTitle(VM& vm, const Method& method);
// The source position of an instruction.
SourceSpan PositionOf(const Method& method, const CodeUnit* ip);
// Whether the newest activation is one of error:, be it inlined into its caller.
bool IsInError(VM& vm);
// What a trace is asked for.
enum class TraceOf {
  kPlace,        // where the program is: all activations
  kFailure,      // an error that the VM reports
  kErrorMethod,  // an error that error: reports; its own activation is left out
};

// The traceback of the running activations, oldest first, in the form
//   Traceback (most recent call at bottom):
//     File PATH, line L, column C: in Class>>selector
//       SOURCE LINES OF THE RUNNING SEND
// where L counts from 1 and C from 0. The middle of a very deep stack is left out. Of an error,
// with hints on and without --full-trace, so are the library's methods that started the program and
// those that lead from the mistake to its report; a line says how many.
std::string StackTraceText(VM& vm, TraceOf purpose);

}  // namespace som
