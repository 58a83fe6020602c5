// The global method cache: a direct-mapped table from (class, selector) to method, as in
// Smalltalk-80. What megamorphic sites, perform: and C++ callers use.
#pragma once

#include <array>
#include <cstdint>

#include "vm/code/class_table.h"
#include "vm/text/symbol_table.h"

namespace som {

class GlobalCache {
 public:
  // A place of the table is found by the upper bits of what these make of class and selector.
  // Compiled code looks into it, too: it knows entries by their members' offsets.
  static constexpr uint32_t kClassFactor = 0x9E3779B1;
  static constexpr uint32_t kSelectorFactor = 0x85EBCA6B;
  static constexpr int kShift = 20;
  struct Entry {
    uint32_t class_index = 0;
    SymbolId selector = 0;
    Method* method = nullptr;  // null: the class does not understand the selector
  };
  const Entry* entries() const { return entries_.data(); }

  // The cached method, or null when it is not in the cache (which does not mean that there is
  // none).
  Method* Find(uint32_t class_index, SymbolId selector) const {
    const Entry& entry = entries_[Index(class_index, selector)];
    return entry.class_index == class_index && entry.selector == selector ? entry.method : nullptr;
  }
  // Looks up and enters; null if the class does not understand the selector, which is remembered
  // as well.
  Method* FindOrLookup(const ClassTable& classes, uint32_t class_index, SymbolId selector) {
    Entry& entry = entries_[Index(class_index, selector)];
    if (entry.class_index != class_index || entry.selector != selector)
      entry = {class_index, selector, classes.Lookup(classes.At(class_index), selector)};
    return entry.method;
  }
  void Clear() { entries_.fill({}); }

 private:
  static constexpr size_t kSize = size_t{1} << (32 - kShift);
  static size_t Index(uint32_t class_index, SymbolId selector) {
    return (class_index * kClassFactor ^ selector * kSelectorFactor) >> kShift;
  }
  std::array<Entry, kSize> entries_{};
};

}  // namespace som
