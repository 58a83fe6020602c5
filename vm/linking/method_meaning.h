// What the loaded library's methods mean: recognises comparisons that a library writes in terms of
// other operators, and keeps the watchpoints of code/standard_methods.h.
#pragma once

namespace som {

class VM;
struct ClassInfo;

// Called for each class when its methods are installed: gives methods written in SOM their
// intrinsic where they have one, and updates the watchpoints. Answers whether one fell: the caller
// has to flush the caches then (FlushCaches), which takes back what running code has assumed.
[[nodiscard]] bool ClassifyMethods(VM& vm, ClassInfo& info);

}  // namespace som
