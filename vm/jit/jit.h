// The compiler's own end of the compiled tier (code/tier.h): making one. Everything else of vm/jit/
// is its own affair. docs/jit/ is the guide.
#pragma once

#include <memory>
#include <string>

#include "vm/code/tier.h"

namespace som {

class VM;

namespace jit {

class CompileRecords;

// Null on machines that the emitter does not know. Where no executable memory can be had, nothing
// is ever compiled.
std::unique_ptr<Tier> MakeTier(VM& vm);

// The page about the compiles that Options::jit_record asks for, as HTML, with the counts as they
// are now; empty if there were none.
std::string CompilePage(VM& vm);

// What is kept of the compiles that Options::jit_record asks for; null where none is asked for or no
// compiled tier is there.
const CompileRecords* RecordsOf(VM& vm);

// For --version: the machine that code is made for, or why none is made here.
std::string TierDescription();

}  // namespace jit
}  // namespace som
