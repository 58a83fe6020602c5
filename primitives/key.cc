// See key.h.
#include "primitives/key.h"

#include <cmath>

#include "vm/code/global_cache.h"
#include "vm/code/standard_methods.h"

namespace som {

namespace {

const Method* MethodOf(VM& vm, uint32_t class_index, SymbolId selector) {
  return vm.global_cache().FindOrLookup(vm.classes(), class_index, selector);
}

KeyMeaning MeaningOfPrimitive(const Method& method) {
  switch (method.intrinsic) {
    case Intrinsic::kEqual:
      return KeyMeaning::kNumber;
    case Intrinsic::kStringEqual:
      return KeyMeaning::kText;
    case Intrinsic::kIdentical:
      return KeyMeaning::kIdentity;
    default:
      return KeyMeaning::kOther;
  }
}

KeyMeaning MeaningOfIdentical(VM& vm, uint32_t class_index) {
  if (vm.standard_methods().identical) return KeyMeaning::kIdentity;
  const Method* method = MethodOf(vm, class_index, kSymbolIdentical);
  if (method == nullptr || method->kind != MethodKind::kPrimitive) return KeyMeaning::kOther;
  return MeaningOfPrimitive(*method);
}

// Whether the method is one of the library's own, which look at a number's value, a String's text or
// the identity.
bool IsOfLibrary(VM& vm, const Method& method) {
  for (const uint32_t index : {kObjectClass, kIntegerClass, kDoubleClass, kStringClass}) {
    if (method.holder == vm.classes().At(index)) return true;
  }
  return false;
}

// Spreads a word over kKeyHashBits bits, each of which depends on all of the word.
uint32_t Spread(uint64_t word) {
  word = (word ^ (word >> 32)) * 0x9E3779B97F4A7C15u;
  word = (word ^ (word >> 29)) * 0xBF58476D1CE4E5B9u;
  return static_cast<uint32_t>(word >> (64 - kKeyHashBits));
}

// Numbers that follow each other stay together, which the cache likes, and those with a fixed
// distance are different; that they begin at few slots is what the index's step is for.
uint32_t SpreadInt(int64_t number) {
  const auto low = static_cast<uint64_t>(number) & ((uint64_t{1} << 2 * kKeyHashBits) - 1);
  return static_cast<uint32_t>((low ^ low >> kKeyHashBits) & ((uint64_t{1} << kKeyHashBits) - 1));
}

// An Integer, or a Double that equals none.
uint32_t SpreadNumber(Value number) {
  if (number.IsInt()) return SpreadInt(number.AsInt());
  if (IsDouble(number)) return Spread(static_cast<uint64_t>(HashOfFraction(VM::DoubleOf(number))));
  const auto* big = As<BigInteger>(number);
  auto word = static_cast<uint64_t>(big->signed_size);
  for (size_t i = 0; i < big->LimbCount(); ++i)
    word = (word ^ big->limbs[i]) * 0x9E3779B97F4A7C15u ^ word >> 31;
  return Spread(word);
}

// Identity hashes are handed out one after the other and start again after 2^20 objects: the bits
// above those are made up, so that larger tables are used evenly.
uint32_t SpreadIdentity(uint32_t hash) {
  constexpr unsigned kOwnBits = 20;
  return Spread(hash) >> kOwnBits << kOwnBits | hash;
}

// Whether hashcode answers what agrees with the library's own comparisons.
bool HasUsualHashcode(VM& vm, uint32_t class_index) {
  const Method* method = MethodOf(vm, class_index, kSymbolHashcode);
  if (method == nullptr || !IsOfLibrary(vm, *method)) return false;
  return method->kind == MethodKind::kPrimitive || method->kind == MethodKind::kReturnSelf;
}

Value SmallInteger(uint32_t hash) { return Value::Int(static_cast<int64_t>(hash)); }

// SAFEPOINT.
Value HashOfAnyNumber(VM& vm, Value number) {
  if (IsDouble(number) && IsWhole(VM::DoubleOf(number))) number = HashOfNumber(vm, number);
  return SmallInteger(SpreadNumber(number));
}

}  // namespace

KeyMeaning MeaningOfComparison(VM& vm, uint32_t class_index, KeyComparison comparison) {
  if (comparison == KeyComparison::kIdentity) return MeaningOfIdentical(vm, class_index);
  const Method* method = MethodOf(vm, class_index, kSymbolEqual);
  if (method == nullptr) return KeyMeaning::kOther;
  if (method->kind == MethodKind::kPrimitive) return MeaningOfPrimitive(*method);
  const bool asks_identical =
      method->holder->index == kObjectClass && vm.standard_methods().equal_is_identity;
  return asks_identical ? MeaningOfIdentical(vm, class_index) : KeyMeaning::kOther;
}

KeyMeaning MeaningOfKey(VM& vm, uint32_t class_index, KeyComparison comparison) {
  if (comparison == KeyComparison::kHashcode && !HasUsualHashcode(vm, class_index))
    return KeyMeaning::kOther;
  return MeaningOfComparison(vm, class_index, comparison);
}

// Where the index goes by hashcodes, they are hashed as they would be if they had been sent for: a
// class with a hashcode of its own may agree with them.
bool HashOfKey(VM& vm, Value key, KeyMeaning meaning, KeyComparison comparison, uint32_t* hash) {
  const bool by_hashcode = comparison == KeyComparison::kHashcode;
  if (key.IsInt()) {
    *hash = SpreadInt(key.AsInt());
  } else if (IsDouble(key)) {
    constexpr double kIntRange = 0x1p61;
    const double d = VM::DoubleOf(key);
    if (!IsWhole(d)) {
      *hash = by_hashcode ? SpreadInt(HashOfFraction(d)) : SpreadNumber(key);
    } else if (std::fabs(d) < kIntRange) {
      *hash = SpreadInt(static_cast<int64_t>(d));
    } else {
      return false;
    }
  } else if (IsBigInteger(key)) {
    *hash = SpreadNumber(key);
  } else if (meaning == KeyMeaning::kText && IsString(key)) {
    const uint32_t text_hash = StringHash(As<String>(key));
    *hash = by_hashcode ? SpreadInt(text_hash) : Spread(text_hash);
  } else {
    const uint32_t identity_hash = vm.heap().IdentityHash(key.AsObject());
    *hash = by_hashcode ? SpreadInt(identity_hash) : SpreadIdentity(identity_hash);
  }
  return true;
}

Value HashOfAnyKey(VM& vm, Value key, KeyComparison comparison) {
  const uint32_t class_index = ClassIndexOf(key);
  const KeyMeaning meaning = MeaningOfKey(vm, class_index, comparison);
  uint32_t hash = 0;
  if (meaning != KeyMeaning::kOther && HashOfKey(vm, key, meaning, comparison, &hash))
    return SmallInteger(hash);
  if (comparison == KeyComparison::kHashcode) {
    const Value hashcode = vm.Send(key, kSymbolHashcode, {});
    return hashcode.IsUnwind() ? hashcode : HashOfAnyKey(vm, hashcode, KeyComparison::kEqual);
  }
  const bool by_identity = comparison == KeyComparison::kIdentity;
  const Method* compares =
      MethodOf(vm, class_index, by_identity ? kSymbolIdentical : kSymbolEqual);
  if (compares == nullptr || IsOfLibrary(vm, *compares)) {
    if (IsNumber(key)) return HashOfAnyNumber(vm, key);
    const bool is_text = compares != nullptr && compares->holder->index == kStringClass;
    HashOfKey(vm, key, is_text ? KeyMeaning::kText : KeyMeaning::kIdentity, comparison, &hash);
    return SmallInteger(hash);
  }
  const Method* hashcode = MethodOf(vm, class_index, kSymbolHashcode);
  if (hashcode == nullptr || IsOfLibrary(vm, *hashcode)) return Nil();
  const Value answer = vm.Send(key, kSymbolHashcode, {});
  if (answer.IsUnwind()) return answer;
  return IsNumber(answer) ? HashOfAnyNumber(vm, answer) : Nil();
}

KeyVerdict CompareKeys(KeyMeaning meaning, Value receiver, Value argument) {
  bool same = false;
  switch (meaning) {
    case KeyMeaning::kOther:
      return KeyVerdict::kUndecided;
    case KeyMeaning::kNumber:
      if (!IsNumber(receiver)) return KeyVerdict::kUndecided;
      same = IsNumber(argument) && CompareNumbers(receiver, argument) == 0;
      break;
    case KeyMeaning::kText:
      if (!IsString(receiver)) return KeyVerdict::kUndecided;
      same = receiver == argument ||
             (IsString(argument) && As<String>(receiver)->View() == As<String>(argument)->View());
      break;
    case KeyMeaning::kIdentity:
      same = IsIdentical(receiver, argument);
      break;
  }
  return same ? KeyVerdict::kSame : KeyVerdict::kDifferent;
}

}  // namespace som
