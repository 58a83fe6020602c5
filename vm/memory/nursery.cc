#include "vm/memory/nursery.h"

#include <mimalloc.h>

#include <utility>

#include "vm/memory/old_space.h"
#include "vm/memory/poison.h"

namespace som {

namespace {

constexpr size_t kPageBytes = 4096;

}  // namespace

Nursery::Nursery(size_t eden_bytes, bool aging)
    : survivor_space_bytes_(aging ? eden_bytes / kSurvivorDivisor : 0) {
  size_ = eden_bytes + 2 * survivor_space_bytes_;
  begin_ = static_cast<char*>(mi_malloc_aligned(size_, kPageBytes));
  if (begin_ == nullptr) FatalSystemMemory(size_);
  eden_end_ = begin_ + eden_bytes;
  occupied_ = occupied_end_ = eden_end_;
  empty_ = occupied_ + survivor_space_bytes_;
  Poison(occupied_, begin_ + size_);
}

Nursery::~Nursery() {
  Unpoison(begin_, begin_ + size_);
  mi_free(begin_);
}

void Nursery::OpenEmptySpace() { Unpoison(empty_, empty_end()); }

void Nursery::Exchange(char* filled_end) {
  std::swap(occupied_, empty_);
  Poison(empty_, occupied_end_);
  occupied_end_ = filled_end;
  Poison(occupied_end_, occupied_ + survivor_space_bytes_);
}

}  // namespace som
