// Keys of KeyIndex: how they compare, and how they hash. What is told without a message is told
// apart from what takes one. How they lie in memory is key_index_view.h's.
#pragma once

#include <cstdint>

#include "vm/code/standard_methods.h"
#include "vm/numbers/numeric.h"
#include "vm/objects/object.h"
#include "vm/text/string_object.h"
#include "vm/vm.h"

namespace som {

// What an index compares keys by. The numbers are KeyIndex>>comparison's.
enum class KeyComparison : uint8_t {
  kEqual,     // stored = searched
  kHashcode,  // searched = stored, and hashcode
  kIdentity,  // stored == searched
};
inline constexpr int64_t kKeyComparisonCount = 3;

// What a comparison looks at.
enum class KeyMeaning : uint8_t {
  kOther,  // its class compares in its own way
  kNumber,
  kText,
  kIdentity,
};

enum class KeyVerdict : uint8_t { kSame, kDifferent, kUndecided };

// Of the comparison that instances of the class answer to as receivers, by looking it up. Does not
// collect.
KeyMeaning LookUpMeaning(VM& vm, uint32_t class_index, KeyComparison comparison);

// The same, where the watchpoints tell without a look-up.
inline KeyMeaning MeaningOfComparison(VM& vm, uint32_t class_index, KeyComparison comparison) {
  const StandardMethods& standard = vm.standard_methods();
  if (comparison == KeyComparison::kIdentity) {
    if (standard.identical) return KeyMeaning::kIdentity;
  } else if (class_index == kIntegerClass) {
    if (standard.integer_equal) return KeyMeaning::kNumber;
  } else if (class_index == kStringClass || class_index == kSymbolClass) {
    if (standard.string_equal) return KeyMeaning::kText;
  }
  return LookUpMeaning(vm, class_index, comparison);
}

// Whether hashcode is one of the library's own, which agree with its comparisons.
bool HasUsualHashcode(VM& vm, uint32_t class_index);

// The meaning for a key that is looked for: kOther as well where the index goes by hashcodes and
// the class has a hashcode of its own. Does not collect.
inline KeyMeaning MeaningOfKey(VM& vm, uint32_t class_index, KeyComparison comparison) {
  if (comparison == KeyComparison::kHashcode && !HasUsualHashcode(vm, class_index))
    return KeyMeaning::kOther;
  return MeaningOfComparison(vm, class_index, comparison);
}

// Hashes are numbers of so many bits.
inline constexpr unsigned kKeyHashBits = 30;

// The hash of a small integer. Numbers that follow each other stay together, which the cache likes,
// and those with a fixed distance are different; that they begin at few slots is what the search's
// step is for.
inline uint32_t HashOfInt(int64_t number) {
  const auto low = static_cast<uint64_t>(number) & ((uint64_t{1} << 2 * kKeyHashBits) - 1);
  return static_cast<uint32_t>((low ^ low >> kKeyHashBits) & ((uint64_t{1} << kKeyHashBits) - 1));
}

// Spreads a word over kKeyHashBits bits, each of which depends on all of the word.
inline uint32_t SpreadHash(uint64_t word) {
  word = (word ^ (word >> 32)) * 0x9E3779B97F4A7C15u;
  word = (word ^ (word >> 29)) * 0xBF58476D1CE4E5B9u;
  return static_cast<uint32_t>(word >> (64 - kKeyHashBits));
}

// Identity hashes are handed out one after the other and start again after 2^20 objects: the bits
// above those are made up, so that larger tables are used evenly.
inline uint32_t SpreadIdentity(uint32_t hash) {
  constexpr unsigned kOwnBits = 20;
  return SpreadHash(hash) >> kOwnBits << kOwnBits | hash;
}

// HashOfKey for what is no small integer.
bool HashOfOtherKey(VM& vm, Value key, KeyMeaning meaning, KeyComparison comparison,
                    uint32_t* hash);

// The hash of a key with that meaning. False: it takes memory to compute, so HashOfAnyKey has to be
// asked. Does not collect. Where the index goes by hashcodes, they are hashed as they would be if
// they had been sent for: a class with a hashcode of its own may agree with them.
[[gnu::always_inline]] inline bool HashOfKey(VM& vm, Value key, KeyMeaning meaning,
                                             KeyComparison comparison, uint32_t* hash) {
  if (!key.IsInt()) return HashOfOtherKey(vm, key, meaning, comparison, hash);
  *hash = HashOfInt(key.AsInt());
  return true;
}

// The hash of any key as a small integer; nil for one that has no hashcode for the comparison of
// its own. Value::Unwind() if its hashcode unwinds. SAFEPOINT: may send.
Value HashOfAnyKey(VM& vm, Value key, KeyComparison comparison);

// Whether a comparison with that meaning finds the receiver the same as the argument.
KeyVerdict CompareKeys(KeyMeaning meaning, Value receiver, Value argument);

}  // namespace som
