// See key.h.
#include "vm/keys/key.h"

#include <cmath>

#include "vm/code/global_cache.h"

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

// Whether the method is one of the library's own, which look at a number's value, a String's text
// or the identity.
bool IsOfLibrary(VM& vm, const Method& method) {
  for (const uint32_t index : {kObjectClass, kIntegerClass, kDoubleClass, kStringClass}) {
    if (method.holder == vm.classes().At(index)) return true;
  }
  return false;
}

// An Integer, or a Double that equals none.
uint32_t SpreadNumber(Value number) {
  if (number.IsInt()) return HashOfInt(number.AsInt());
  if (IsDouble(number))
    return SpreadHash(static_cast<uint64_t>(HashOfFraction(VM::DoubleOf(number))));
  const auto* big = As<BigInteger>(number);
  auto word = static_cast<uint64_t>(big->signed_size);
  for (size_t i = 0; i < big->LimbCount(); ++i)
    word = (word ^ big->limbs[i]) * 0x9E3779B97F4A7C15u ^ word >> 31;
  return SpreadHash(word);
}

Value SmallInteger(uint32_t hash) { return Value::Int(static_cast<int64_t>(hash)); }

// SAFEPOINT.
Value HashOfAnyNumber(VM& vm, Value number) {
  if (IsDouble(number) && IsWhole(VM::DoubleOf(number))) number = HashOfNumber(vm, number);
  return SmallInteger(SpreadNumber(number));
}

// False as for HashOfKey.
bool HashOfNumberKey(Value number, KeyComparison comparison, uint32_t* hash) {
  if (!IsDouble(number)) {
    *hash = SpreadNumber(number);
    return true;
  }
  constexpr double kIntRange = 0x1p61;
  const double d = VM::DoubleOf(number);
  if (!IsWhole(d)) {
    *hash = comparison == KeyComparison::kHashcode ? HashOfInt(HashOfFraction(d))
                                                   : SpreadNumber(number);
    return true;
  }
  if (std::fabs(d) >= kIntRange) return false;
  *hash = HashOfInt(static_cast<int64_t>(d));
  return true;
}

}  // namespace

KeyMeaning LookUpMeaning(VM& vm, uint32_t class_index, KeyComparison comparison) {
  if (comparison == KeyComparison::kIdentity) return MeaningOfIdentical(vm, class_index);
  const Method* method = MethodOf(vm, class_index, kSymbolEqual);
  if (method == nullptr) return KeyMeaning::kOther;
  if (method->kind == MethodKind::kPrimitive) return MeaningOfPrimitive(*method);
  const bool asks_identical =
      method->holder->index == kObjectClass && vm.standard_methods().equal_is_identity;
  return asks_identical ? MeaningOfIdentical(vm, class_index) : KeyMeaning::kOther;
}

bool HasUsualHashcode(VM& vm, uint32_t class_index) {
  const Method* method = MethodOf(vm, class_index, kSymbolHashcode);
  if (method == nullptr || !IsOfLibrary(vm, *method)) return false;
  return method->kind == MethodKind::kPrimitive || method->kind == MethodKind::kReturnSelf;
}

bool HashOfOtherKey(VM& vm, Value key, KeyMeaning meaning, KeyComparison comparison,
                    uint32_t* hash) {
  const bool by_hashcode = comparison == KeyComparison::kHashcode;
  if (IsNumber(key)) return HashOfNumberKey(key, comparison, hash);
  if (meaning == KeyMeaning::kText && IsString(key)) {
    const uint32_t text_hash = StringHash(As<String>(key));
    *hash = by_hashcode ? HashOfInt(text_hash) : SpreadHash(text_hash);
  } else {
    const uint32_t identity_hash = vm.heap().IdentityHash(key.AsObject());
    *hash = by_hashcode ? HashOfInt(identity_hash) : SpreadIdentity(identity_hash);
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
  const Method* compares = MethodOf(vm, class_index, by_identity ? kSymbolIdentical : kSymbolEqual);
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
