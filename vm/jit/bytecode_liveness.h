// Which locals of a unit's frame are read again: the others need not be kept for the interpreter.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/description.h"

namespace som::jit {

class BytecodeLiveness {
 public:
  static constexpr int kSlots = 64;  // locals that are kept account of

  BytecodeLiveness() = default;
  explicit BytecodeLiveness(const CodeDescription& unit);

  // Whether the value that `slot`, as operands name it, has in front of the instruction at `offset`
  // may still be read: behind it, or from where `restart` begins again. Arguments, and locals
  // beyond those that are kept account of, always may.
  bool IsLive(int slot, uint32_t offset) const {
    if (slot < 0 || slot >= kSlots || offset >= live_.size()) return true;
    return (live_[offset] >> slot & 1) != 0;
  }

 private:
  std::vector<uint64_t> live_;  // by offset; a bit for each slot
};

}  // namespace som::jit
