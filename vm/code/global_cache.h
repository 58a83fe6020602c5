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
  static constexpr size_t kSize = 4096;
  struct Entry {
    uint32_t class_index = 0;
    SymbolId selector = 0;
    Method* method = nullptr;
  };
  static size_t Index(uint32_t class_index, SymbolId selector) {
    return (class_index * 0x9E3779B1u ^ selector * 0x85EBCA6Bu) >> 20;
  }
  static_assert(kSize == size_t{1} << (32 - 20));
  std::array<Entry, kSize> entries_{};
};

}  // namespace som
