// The page of --jit-page: what compile_record.h has kept, as one HTML file that needs nothing else.
// The page itself, how it looks and what it does, is written in vm/jit/page/.
#pragma once

#include <string>

#include "vm/jit/compile_record.h"

namespace som::jit {

// The records as JSON. docs/jit/README.md describes the shape.
std::string JsonOf(const CompileRecords& records);

// The page with that JSON in it.
std::string PageOf(const CompileRecords& records);

}  // namespace som::jit
