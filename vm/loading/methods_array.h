// Strict mode's view of the Array that `methods` answers: storing a method into it changes which
// method the class's instances run.
#pragma once

#include <cstdint>

#include "vm/objects/value.h"

namespace som {

class VM;

// To be called before `element` is stored at the 1-based `index`, which must be valid, of the Array
// `array`. In strict mode, when the Array holds the methods of a class and `element` is a method,
// it becomes what the selector of the class's method number `index` means from now on. Fails when
// the numbers of arguments differ, or when the method is of a class that this one does not inherit
// from and is primitive or needs fields that instances of this class lack. Otherwise does nothing.
// Answers nil or Value::Unwind(). Does not allocate on the heap.
Value BindStoredMethod(VM& vm, Value array, int64_t index, Value element);

}  // namespace som
