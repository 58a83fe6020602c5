// See code_space.h.
#include "vm/jit/code_space.h"

#include <sys/mman.h>
#include <unistd.h>

namespace som::jit {

namespace {

constexpr size_t kAlignment = 64;  // of pieces

}  // namespace

CodeSpace::~CodeSpace() {
  if (memory_ != nullptr) munmap(memory_, kLimit);
}

uint8_t* CodeSpace::Allocate(size_t bytes) {
  if (memory_ == nullptr) {
    void* memory =
        mmap(nullptr, kLimit, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    memory_ = static_cast<uint8_t*>(memory);
    if (!Change(memory_, 1, [] {})) return nullptr;
  }
  const size_t start = (used_ + kAlignment - 1) / kAlignment * kAlignment;
  if (bytes > kLimit - start) return nullptr;
  used_ = start + bytes;
  return memory_ + start;
}

bool CodeSpace::Change(const uint8_t* place, size_t bytes, absl::FunctionRef<void()> change) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const auto offset = static_cast<size_t>(place - memory_);
  uint8_t* start = memory_ + offset / page * page;
  const size_t length = (offset + bytes + page - 1) / page * page - offset / page * page;
  if (mprotect(start, length, PROT_READ | PROT_WRITE) != 0) return false;
  change();
  return mprotect(start, length, PROT_READ | PROT_EXEC) == 0;
}

}  // namespace som::jit
