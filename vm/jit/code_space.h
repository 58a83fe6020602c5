// Executable memory. Each piece has two views: code is written through one and run through the
// other, so no memory is ever writable and executable at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace som::jit {

class CodeSpace {
 public:
  static constexpr size_t kLimit = size_t{64} << 20;

  CodeSpace();
  ~CodeSpace();
  CodeSpace(const CodeSpace&) = delete;
  CodeSpace& operator=(const CodeSpace&) = delete;

  struct Piece {
    uint8_t* executable = nullptr;  // null: there is no memory, or the limit is reached
    uint8_t* writable = nullptr;
  };
  // Lives until the code space does. Maps memory when first called.
  Piece Allocate(size_t bytes);
  size_t used() const { return used_; }

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
  size_t used_ = 0;
};

}  // namespace som::jit
