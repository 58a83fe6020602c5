// What becomes of the process when the system refuses memory that does not belong to the heap: what
// C++ objects and GMP's numbers take. It ends with a message and status 1, and its output so far is
// written; otherwise the refusal would be an exception or an abort in the middle of anything. (The
// heap's own requests: OldSpace::FromSystem.)
#pragma once

namespace som {

// For numbers. For C++ objects nothing has to be done: the program's operator new does it.
void EndProcessWhereNumbersAreRefusedMemory();

}  // namespace som
