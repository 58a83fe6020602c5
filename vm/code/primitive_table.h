// The table of primitives: from class name, side and selector to function, with the properties the
// interpreter needs. Filled by primitives/register.h; the VM names no single primitive except
// through it.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "vm/code/method.h"

namespace som {

struct PrimitiveEntry {
  PrimitiveFunction function = nullptr;
  Intrinsic intrinsic = Intrinsic::kNone;
};

class PrimitiveTable {
 public:
  enum class Side { kInstance, kClass };

  // To be told of how many entries there will be saves time.
  void Reserve(size_t count) { entries_.reserve(count); }
  // The names must live as long as the table.
  void Add(std::string_view class_name, Side side, std::string_view selector,
           PrimitiveEntry entry) {
    entries_[Key{class_name, side, selector}] = entry;
  }
  // Null if there is none.
  const PrimitiveEntry* Find(std::string_view class_name, Side side,
                             std::string_view selector) const {
    auto it = entries_.find(Key{class_name, side, selector});
    return it == entries_.end() ? nullptr : &it->second;
  }
  size_t size() const { return entries_.size(); }
  template <typename F>
  void ForEach(F f) const {  // f(class_name, side, selector, entry), in no particular order
    for (const auto& [key, entry] : entries_)
      f(std::get<0>(key), std::get<1>(key), std::get<2>(key), entry);
  }

 private:
  using Key = std::tuple<std::string_view, Side, std::string_view>;
  absl::flat_hash_map<Key, PrimitiveEntry> entries_;
};

}  // namespace som
