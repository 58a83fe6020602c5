// What every primitive includes: the signature, checks of arguments, and the usual errors.
//
// A primitive is   Value Name(VM& vm, Value* arguments)   in namespace som::primitives, with the
// receiver in arguments[0]. The arguments live on the value stack: re-read them after anything that
// may allocate or run SOM code, and never keep an Object* across it. It answers a value, or
// Value::Unwind() after an error or when SOM code it called is unwinding. Primitives may run SOM
// code (vm.Send, vm.CallBlock). Reflection can call a primitive with any receiver, so the receiver
// is checked like the arguments; only their number is right for certain. Each is registered by one
// line in primitives.def.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/concat.h"
#include "vm/numbers/numeric.h"
#include "vm/objects/object.h"
#include "vm/objects/value.h"
#include "vm/text/string_object.h"
#include "vm/vm.h"

namespace som {

// Names of types as error messages spell them: Int, ArbInt, Double, String_, Array, Block, Class,
// Method, Inst.
std::string_view TypeNameOf(Value v);

// --- Errors; each answers Value::Unwind() ---
// Expected a numeric type but got type 'T'
Value FailNumeric(VM& vm, Value got);
// Expected object of type 'E' but got type 'T'
Value FailType(VM& vm, std::string_view expected, Value got);
// Expected instance of 'E' but got instance of 'T', by names of classes
Value FailInstance(VM& vm, std::string_view expected, Value got);
// Index I not valid for array of length N; for what is no index at all, the error that says so
Value FailIndex(VM& vm, Value index, int64_t length);
// Tried passing G arguments to a function that requires W
Value FailArgumentCount(VM& vm, size_t given, size_t required);
Value FailOutOfMemory(VM& vm);
Value FailDomain(VM& vm);  // Domain error: a number outside those that the operation is defined for

// --- Checks ---
inline bool IsSymbol(Value v) { return IsKind(v, Kind::kSymbol); }
inline bool IsArray(Value v) { return IsKind(v, Kind::kArray); }
inline bool IsClass(Value v) { return IsKind(v, Kind::kClass); }
inline bool IsBlock(Value v) { return IsKind(v, Kind::kBlock); }
// Whether `index` is one of 1 ... length.
inline bool IsIndex(Value index, int64_t length) {
  return index.IsInt() && index.AsInt() >= 1 && index.AsInt() <= length;
}

// Whether methods of `holder` may run on `receiver`: fields are found by position, so a stranger
// would be read out of bounds.
bool CanReceive(VM& vm, Value receiver, const ClassInfo* holder);

}  // namespace som
