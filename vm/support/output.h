// The process's standard streams as SOM programs use them: buffered output, errors in order with
// it, lines of input. One writer for the whole process; used by one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace som {

// Appends to standard output. The buffer is written when it is full, after each line if standard
// output is a terminal, before errors and input, and when the process exits normally.
void WriteOut(std::string_view text);
// Writes out what standard output has buffered. Answers false if any write so far has failed (disk
// full, pipe closed); what could not be written is dropped.
bool FlushOut();
// The errno of the first write to standard output that failed; 0 if none has.
int OutError();
// Flushes standard output, then writes to standard error at once.
void WriteError(std::string_view text);
// Whoever wants to see what is written, in front of its being written. Null: nobody, as at the start.
using OutputListener = void (*)(void* context, std::string_view text, bool is_error);
void SetOutputListener(OutputListener listener, void* context);
// The next line of standard input without its line end ("\n" or "\r\n"); nothing at the end of the
// input, or if a signal interrupts. Flushes standard output first. Asks `may_hold` now and then
// whether a line of so many bytes is wanted; if not, what has been read so far is the answer, and
// is too long.
std::optional<std::string> ReadLine(absl::FunctionRef<bool(size_t)> may_hold);
// The same for lines of any length.
std::optional<std::string> ReadLine();

}  // namespace som
