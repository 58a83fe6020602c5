// What the loaded library's methods mean: recognises comparisons that a library writes in terms of
// other operators, and keeps the watchpoints of code/standard_methods.h.
#pragma once

namespace som {

class VM;
struct ClassInfo;
struct Method;

// Called for each class when its methods are declared, and when one is replaced: updates the
// watchpoints, and compiles the methods that they depend on. Answers whether one fell: the caller
// has to flush the caches then (FlushCaches), which takes back what running code has assumed.
[[nodiscard]] bool ClassifyMethods(VM& vm, ClassInfo& info);

// Gives a method of Integer or Double that is written in SOM, and has just been compiled, its
// intrinsic, if it has one. Compiles the methods that it sends.
void ClassifyNumberMethod(VM& vm, Method& method);

}  // namespace som
