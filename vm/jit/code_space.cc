// See code_space.h.
#include "vm/jit/code_space.h"

#include <asmjit/core.h>

namespace som::jit {

struct CodeSpace::Memory {
  asmjit::JitAllocator allocator;
  explicit Memory(const asmjit::JitAllocator::CreateParams* parameters) : allocator(parameters) {}
};

CodeSpace::CodeSpace() = default;
CodeSpace::~CodeSpace() = default;

CodeSpace::Piece CodeSpace::Allocate(size_t bytes) {
  if (used_ + bytes > kLimit) return {};
  if (memory_ == nullptr) {
    asmjit::JitAllocator::CreateParams parameters;
    parameters.options = asmjit::JitAllocatorOptions::kUseDualMapping;
    memory_ = std::make_unique<Memory>(&parameters);
  }
  void* executable = nullptr;
  void* writable = nullptr;
  if (memory_->allocator.alloc(&executable, &writable, bytes) != asmjit::kErrorOk) return {};
  if (executable == writable) return {};  // never both
  used_ += bytes;
  return {static_cast<uint8_t*>(executable), static_cast<uint8_t*>(writable)};
}

}  // namespace som::jit
