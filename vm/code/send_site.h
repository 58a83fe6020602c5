// Layout and states of an inline cache: what one send site remembers. Policy (filling, promotion,
// quickening) is in inline_cache.h. Holds no movable pointer, so the collector skips it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vm/objects/value.h"
#include "vm/text/symbol_table.h"

namespace som {

struct Method;

enum class CacheState : uint8_t { kEmpty, kMonomorphic, kPolymorphic, kMegamorphic };

// As reports and listings say it.
constexpr std::string_view NameOf(CacheState state) {
  constexpr std::string_view kNames[] = {"empty", "mono", "poly", "mega"};
  return kNames[static_cast<size_t>(state)];
}

struct CacheEntry {
  uint32_t class_index = 0;  // 0: empty
  Method* method = nullptr;
};

struct SendSite {
  static constexpr int kPolymorphicLimit = 6;

  // --- Hot: the monomorphic entry ---
  uint32_t class_index = 0;
  uint16_t argument_count = 0;
  CacheState state = CacheState::kEmpty;
  bool is_super = false;
  Method* method = nullptr;
  // What a trivial method needs: word offset (getter, setter) or the constant's bits. Where
  // closures are evaluated, the code of the first one.
  uint64_t payload = 0;
  CacheEntry* entries = nullptr;  // polymorphic: kPolymorphicLimit of them, the VM's

  // --- Cold ---
  SymbolId selector = kNoSymbol;
  uint16_t entry_count = 0;
  uint16_t requickenings = 0;  // bounded, so that no site flips for ever
  uint32_t misses = 0;
  uint64_t hits_monomorphic = 0;  // statistics only
  uint64_t hits_polymorphic = 0;
  uint64_t hits_megamorphic = 0;
};

// The value of a global, or Value::Unwind() while it is unbound; code refers to the cell.
struct GlobalCell {
  Value value = Value::Unwind();
  SymbolId name = kNoSymbol;
  bool IsBound() const { return !value.IsUnwind(); }
};

}  // namespace som
