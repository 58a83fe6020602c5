// Recognising the loops of the class library: methods such as Integer>>to:do: that a loop primitive
// may stand in for. A method is taken for one when its compiled code equals that of a spelling
// listed in native_loops.def and everything the spelling sends has its usual meaning in the loaded
// library, so any redefinition is honoured. How the loops run is loop_primitives.h's matter.
#pragma once

#include <cstdint>

#include "vm/method.h"

namespace som {

class VM;
struct ClassInfo;

enum class LoopKind : uint8_t {
  kToDo,
  kToByDo,
  kDownToDo,
  kDownToByDo,
  kTimesRepeat,
  kElementsDo,
  kDoIndexes,
  kWhileTrue,
  kWhileFalse,
};

// What a recognised method has besides its bytecodes.
struct NativeLoop {
  LoopKind kind;
  bool answers_self;  // otherwise nil
  // The sends that evaluate condition and body: where stack traces see the loop's activation.
  CodeUnit* condition_call;
  CodeUnit* body_call;
};

// Called for each class when its methods are installed: methods that may turn out to be loops get
// an entry that looks at them when they are first called. Does nothing with --loops=library.
void RecogniseNativeLoops(VM& vm, ClassInfo& info);

// Whether a method is one of the library's loops, whatever --loops says. Does not collect.
bool IsLibraryLoop(VM& vm, const Method& method);

// Decides now what the first call would decide. Does not collect.
void ResolveNativeLoop(VM& vm, Method& method);

// Makes `replacement` the same native loop that `method`, compiled from the same text, is; if it is
// one.
void KeepNativeLoop(const Method& method, Method& replacement);

}  // namespace som
