// The hash by which KeyIndex finds keys.
#include "primitives/primitive.h"
#include "vm/code/global_cache.h"
#include "vm/numbers/numeric.h"
#include "vm/text/string_object.h"

namespace som::primitives {

namespace {

// Spreads a word over kKeyHashBits bits, each of which depends on all of the word.
Value Spread(uint64_t word) {
  word = (word ^ (word >> 32)) * 0x9E3779B97F4A7C15u;
  word = (word ^ (word >> 29)) * 0xBF58476D1CE4E5B9u;
  return Value::Int(static_cast<int64_t>(word >> (64 - kKeyHashBits)));
}

Value SpreadNumber(VM& vm, Value number) {
  if (number.IsInt()) return KeyHashOfInt(number.AsInt());
  const Value hash = HashOfNumber(vm, number);
  if (hash.IsInt()) {
    return IsIdentical(hash, number) ? KeyHashOfInt(hash.AsInt())
                                     : Spread(static_cast<uint64_t>(hash.AsInt()));
  }
  const auto* big = As<BigInteger>(hash);
  auto word = static_cast<uint64_t>(big->signed_size);
  for (size_t i = 0; i < big->LimbCount(); ++i)
    word = (word ^ big->limbs[i]) * 0x9E3779B97F4A7C15u ^ word >> 31;
  return Spread(word);
}

// Identity hashes are handed out one after the other and start again after 2^20 objects: the bits
// above those are made up, so that larger tables are used evenly.
Value SpreadIdentity(uint32_t hash) {
  constexpr unsigned kOwnBits = 20;
  const auto upper = static_cast<uint64_t>(Spread(hash).AsInt()) >> kOwnBits << kOwnBits;
  return Value::Int(static_cast<int64_t>(upper | hash));
}

// Whether the class is one whose comparisons look at a number's value, a String's text or the
// identity.
bool ComparesAsUsual(VM& vm, const Method* method) {
  for (const uint32_t index : {kObjectClass, kIntegerClass, kDoubleClass, kStringClass}) {
    if (method->holder == vm.classes().At(index)) return true;
  }
  return false;
}

// The hash of a key that is compared by the selector: from its value or identity where that is what
// the library's own comparison looks at, from its hashcode where its class has one of its own, nil
// if neither. May send, and thus collect.
Value HashOf(VM& vm, Value key, SymbolId comparison) {
  const uint32_t class_index = ClassIndexOf(key);
  const Method* compares = vm.global_cache().FindOrLookup(vm.classes(), class_index, comparison);
  if (compares == nullptr || ComparesAsUsual(vm, compares)) {
    if (IsNumber(key)) return SpreadNumber(vm, key);
    if (compares != nullptr && compares->holder == vm.classes().At(kStringClass) && IsString(key))
      return Spread(StringHash(As<String>(key)));
    return SpreadIdentity(vm.heap().IdentityHash(key.AsObject()));
  }
  Method* hash = vm.global_cache().FindOrLookup(vm.classes(), class_index, kSymbolHashcode);
  if (hash == nullptr || ComparesAsUsual(vm, hash)) return Nil();
  const Value answer = vm.Send(key, kSymbolHashcode, {});
  if (answer.IsUnwind() || !IsNumber(answer)) return answer.IsUnwind() ? answer : Nil();
  return SpreadNumber(vm, answer);
}

}  // namespace

Value KeyIndexHashByValueOf(VM& vm, Value* arguments) {
  return HashOf(vm, arguments[1], kSymbolEqual);
}

Value KeyIndexHashByIdentityOf(VM& vm, Value* arguments) {
  return HashOf(vm, arguments[1], kSymbolIdentical);
}

}  // namespace som::primitives
