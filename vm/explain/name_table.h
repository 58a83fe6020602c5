// Numbers for names of classes and methods, which recordings repeat. The names are the recording's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace som::explain {

class NameTable {
 public:
  explicit NameTable(std::vector<std::string>& names) : names_(names) {}

  int32_t NumberOf(std::string_view name) {
    const auto [it, is_new] = numbers_.try_emplace(std::string(name), static_cast<int32_t>(names_.size()));
    if (is_new) names_.emplace_back(name);
    return it->second;
  }

 private:
  std::vector<std::string>& names_;
  absl::flat_hash_map<std::string, int32_t> numbers_;
};

}  // namespace som::explain
