// Executable memory. Its pages are writable only while code is put there, and not executable
// meanwhile: no memory is ever both. (The compiler runs on the thread that runs the code.)
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"

namespace som::jit {

class CodeSpace {
 public:
  static constexpr size_t kLimit = size_t{64} << 20;

  CodeSpace() = default;
  ~CodeSpace();
  CodeSpace(const CodeSpace&) = delete;
  CodeSpace& operator=(const CodeSpace&) = delete;

  // Room for that many bytes, to be filled by Change; it lives until the code space does. Null: the
  // limit is reached, or executable memory is refused. Maps memory when first called.
  uint8_t* Allocate(size_t bytes);
  // Lets `change` write to a place that was allocated; returns whether the system lets it.
  bool Change(const uint8_t* place, size_t bytes, absl::FunctionRef<void()> change);
  size_t used() const { return used_; }

 private:
  uint8_t* memory_ = nullptr;  // kLimit bytes of addresses
  size_t used_ = 0;
};

}  // namespace som::jit
