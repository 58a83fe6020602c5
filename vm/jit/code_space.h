// Executable memory. Its pages are writable only while code is put there, and not executable
// meanwhile: no memory is ever both. (The compiler runs on the thread that runs the code.)
#pragma once

#include <cstddef>
#include <cstdint>

namespace som::jit {

class CodeSpace {
 public:
  static constexpr size_t kLimit = size_t{64} << 20;

  CodeSpace() = default;
  ~CodeSpace();
  CodeSpace(const CodeSpace&) = delete;
  CodeSpace& operator=(const CodeSpace&) = delete;

  // Room for that many bytes, to be filled by Write; it lives until the code space does. Null: the
  // limit is reached, or executable memory is refused. Maps memory when first called.
  uint8_t* Allocate(size_t bytes);
  // Copies bytes to a place that was allocated; returns whether the system let it.
  bool Write(uint8_t* place, const void* source, size_t bytes);
  size_t used() const { return used_; }

 private:
  uint8_t* memory_ = nullptr;  // kLimit bytes of addresses
  size_t used_ = 0;
};

}  // namespace som::jit
