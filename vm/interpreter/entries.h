// The entries of methods: what a send calls. All that give a method another entry do it here, so
// that loops of the library, compiled code and replaced methods do not undo each other's. (The code
// that has one entry for good, loop variants and primed closures, gets it where it is made.)
#pragma once

#include "vm/code/method.h"

namespace som {

class VM;

// The entry that runs the bytecodes of a method or closure, whatever its current entry is.
Entry InterpretedEntry(VM& vm, const Method& method);

// Gives a linked method and its closures the entries that they start with: by the kind of method,
// counting where there is a compiled tier, and at the first activation fusing superinstructions.
// Not of primitives.
void InstallEntries(VM& vm, Method& home);

// Gives a method that is declared primitive its function and its meaning from the table of
// primitives, and its entry. Where the table has none, or the sandbox refuses it, the entry is an
// error that says so. Does not allocate.
void BindPrimitive(VM& vm, Method& method);

// A method that may turn out to be a loop of the library gets an entry that looks at it when it is
// first called. Does nothing with --loops=library, and to other methods.
void DeferLoopEntry(VM& vm, Method& method);
// Decides now what the first call would decide. Does not collect.
void ResolveLoopEntry(VM& vm, Method& method);
// Makes `replacement` the same native loop that `method`, compiled from the same text, is; if it is
// one.
void KeepLoopEntry(const Method& method, Method& replacement);

// Enters compiled code from now on.
void InstallCompiledEntry(Method& method, Entry entry);
// Interprets from now on, without counting.
void StopCounting(VM& vm, Method& method);
// Interprets, and counts `countdown` activations until the method is hot.
void CountAgain(VM& vm, Method& method, int32_t countdown);

}  // namespace som
