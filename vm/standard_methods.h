// What the loaded library's methods mean: recognises comparisons that a library writes in terms of
// other operators, trivial methods, and keeps the watchpoints that unguarded bytecodes rely on.
#pragma once

#include "absl/container/flat_hash_map.h"
#include "vm/class_table.h"
#include "vm/control_methods.h"

namespace som {

class VM;

// Watchpoints: each true while every loaded class leaves the selector with its usual meaning. Once
// false, they stay false.
struct StandardMethods {
  bool identical = true;      // ==: only Object, Integer and Double define it
  bool not_identical = true;  // ~= of objects
  bool is_nil = true;         // isNil, notNil: Object's and Nil's constants
  bool not_nil = true;
  bool object_class = true;  // class: only Object's primitive
  bool boolean_not = true;   // not: the constants of True and False
  bool string_equal = true;  // =: String's primitive, not redefined in Symbol
  bool string_length = true;
  absl::flat_hash_map<SymbolId, Connective> connectives;  // as far as asked for
};

// Called for each class when its methods are installed: gives methods written in SOM their
// intrinsic where they have one, and updates the watchpoints, taking back what running code has
// assumed when one falls.
void ClassifyMethods(VM& vm, ClassInfo& info);

}  // namespace som
