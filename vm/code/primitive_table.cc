// See primitive_table.h. The table is searched once for each primitive that a library declares:
// what counts is that making it costs next to nothing.
#include "vm/code/primitive_table.h"

#include <bit>
#include <limits>

#include "vm/support/check.h"

namespace som {

namespace {

uint32_t Hash(std::string_view class_name, PrimitiveTable::Side side, std::string_view selector) {
  constexpr uint32_t kFactor = 0x9E3779B1;
  uint32_t hash = static_cast<uint32_t>(class_name.size()) * 2 + static_cast<uint32_t>(side);
  for (const std::string_view name : {class_name, selector}) {
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * kFactor;
  }
  return hash ^ hash >> 16;
}

struct OutsideRow {
  bool permitted;
  std::string_view what;
};

constexpr OutsideRow kOutside[] = {
#define SOM_OUTSIDE(name, permitted, what) {permitted, what},
#include "vm/code/outside.def"
};

}  // namespace

bool IsPermittedInSandbox(Outside outside) {
  return kOutside[static_cast<size_t>(outside)].permitted;
}

std::string_view DescriptionOf(Outside outside) {
  return kOutside[static_cast<size_t>(outside)].what;
}

PrimitiveTable::PrimitiveTable(absl::Span<const Row> rows)
    : rows_(rows), slots_(std::bit_ceil(rows.size() * 2 + 1)) {
  Check(rows.size() < std::numeric_limits<uint16_t>::max(), "too many primitives");
  uint16_t number = 0;
  for (const Row& row : rows) {
    size_t slot = Hash(row.class_name, row.side, row.selector) & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = ++number;
  }
}

const PrimitiveEntry* PrimitiveTable::Find(std::string_view class_name, Side side,
                                           std::string_view selector) const {
  size_t slot = Hash(class_name, side, selector) & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const Row& row = rows_[slots_[slot] - 1U];
    if (row.selector == selector && row.side == side && row.class_name == class_name)
      return &row.entry;
  }
  return nullptr;
}

}  // namespace som
