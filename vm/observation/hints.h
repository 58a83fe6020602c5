// What is shown below the report of a run-time error when hints are on: the place in the source,
// and what may be meant. Made from the stack and the source when an error has happened; nothing
// here runs before. None of it allocates in the SOM heap or runs SOM code.
#pragma once

#include <string>
#include <string_view>

namespace som {

class VM;

// For the error that the running activations report: the place of the send that led to it, as
//   File 'PATH', line L, column C:
//     the source line
//     ^~~~
// with a line `hint: ...` for each thing that is certain. "" with hints off.
std::string ErrorHints(VM& vm);

// Writes such a line to standard error, with hints on.
void WriteHint(VM& vm, std::string_view hint);

}  // namespace som
