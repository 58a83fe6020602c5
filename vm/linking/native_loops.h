// Recognising the loops of the class library: methods such as Integer>>to:do: that a loop primitive
// may stand in for. A method is taken for one when its compiled code equals that of a spelling
// listed in native_loops.def and everything the spelling sends has its usual meaning in the loaded
// library, so any redefinition is honoured. How the loops run is loop_primitives.h's matter.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "vm/code/method.h"

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

// Whether a method may be one of the loops, by its name and class. Whether it is can be told when
// all classes that matter are loaded.
bool IsLoopCandidate(const Method& method);

// Whether a method is one of the library's loops, whatever --loops says. Does not collect.
bool IsLibraryLoop(VM& vm, const Method& method);

// What the method is, null if it is none of the loops. Does not collect.
std::shared_ptr<const NativeLoop> NativeLoopOf(VM& vm, const Method& method);

// The same loop for `method`, which was compiled from the same text.
std::shared_ptr<const NativeLoop> SameNativeLoop(const NativeLoop& loop, const Method& method);

}  // namespace som
