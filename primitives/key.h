// Keys of KeyIndex: how they compare, and how they hash. What is told without a message is told apart
// from what takes one. The tables of keys are key_index.cc's.
#pragma once

#include <cstdint>

#include "primitives/primitive.h"

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

// Of the comparison that instances of the class answer to as receivers. Does not collect.
KeyMeaning MeaningOfComparison(VM& vm, uint32_t class_index, KeyComparison comparison);

// The same for a key that is looked for: kOther as well where the index goes by hashcodes and the
// class has a hashcode of its own. Does not collect.
KeyMeaning MeaningOfKey(VM& vm, uint32_t class_index, KeyComparison comparison);

// Hashes are numbers of so many bits.
inline constexpr unsigned kKeyHashBits = 30;

// The hash of a key with that meaning. False: it takes memory to compute, so HashOfAnyKey has to be
// asked. Does not collect.
bool HashOfKey(VM& vm, Value key, KeyMeaning meaning, KeyComparison comparison, uint32_t* hash);

// The hash of any key as a small integer; nil for one that has no hashcode for the comparison of its
// own. Value::Unwind() if its hashcode unwinds. SAFEPOINT: may send.
Value HashOfAnyKey(VM& vm, Value key, KeyComparison comparison);

// Whether a comparison with that meaning finds the receiver the same as the argument.
KeyVerdict CompareKeys(KeyMeaning meaning, Value receiver, Value argument);

}  // namespace som
