// What an allocation of a graph makes: how many bytes, beginning with which header.
#pragma once

#include <cstddef>
#include <cstdint>

#include "vm/jit/ir.h"

namespace som::jit {

struct ObjectShape {
  size_t bytes = 0;
  uint64_t header = 0;
};

// Objects of more words than these are left to the interpreter. So whatever compiled code allocates
// is young, and needs no write barrier until something may have collected: a large object would be
// old at birth.
inline constexpr size_t kMostWords = 512;

// Arrays of more elements are filled by a loop.
inline constexpr int64_t kShortArray = 8;

// Whether it is an allocation whose bytes are known and few: all but those of Arrays that are long,
// or of any length.
bool IsSmallAllocation(const Node& node);

// Of a small allocation.
ObjectShape ShapeOf(const Node& node);

}  // namespace som::jit
