// Running the loops of the class library natively: the entries of methods that native_loops.h
// recognised. Each checks its operands first and leaves everything unusual to the method's
// bytecodes.
//
// A loop has the frame that its method would have, so stack traces and the collector see what they
// would see anyway. In that frame either each iteration calls the closure (--loops=primitive), or
// one activation of the closure's loop variant runs them all. While loops always call.
#pragma once

#include "vm/code/method.h"
#include "vm/linking/native_loops.h"

namespace som {

// The entry of methods recognised as that loop.
Entry LoopEntry(LoopKind kind);

}  // namespace som
