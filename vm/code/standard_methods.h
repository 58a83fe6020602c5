// What the VM takes for granted of the loaded library: the watchpoints that unguarded bytecodes and
// compiled code rely on. Who keeps them is linking/method_meaning.h.
#pragma once

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "vm/text/symbol_table.h"

namespace som {

// What a binary message to a Boolean computes.
enum class Connective : uint8_t { kUnknown, kNone, kAnd, kOr };

// Watchpoints: each true while every loaded class leaves the selector with its usual meaning. Once
// false, they stay false.
struct StandardMethods {
  bool equal_is_identity = true;  // =: Object's answers what == does
  bool integer_equal = true;      // =: Integer's primitive
  bool identical = true;          // ==: only Object, Integer and Double define it
  bool not_identical = true;      // ~= of objects
  bool is_nil = true;             // isNil, notNil: Object's and Nil's constants
  bool not_nil = true;
  bool object_class = true;     // class: only Object's primitive
  bool boolean_not = true;      // not: the constants of True and False
  bool string_equal = true;     // =: String's primitive, not redefined in Symbol
  bool string_hashcode = true;  // hashcode: String's primitive, not redefined in Symbol
  bool string_length = true;
  absl::flat_hash_map<SymbolId, Connective> connectives;  // as far as asked for
};

}  // namespace som
