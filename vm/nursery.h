// The young area: one contiguous range, so that "is it young?" is one compare. Where things are, no
// policy; the scavenger copies, the heap decides when.
//
//   | eden: bump allocation                              | survivors A  | survivors B  |
//   begin()                                              ^ one is occupied, the other empty
//
// Between collections objects live in eden and in the occupied survivor space. A collection copies
// first-time survivors to the empty survivor space, promotes the rest, and exchanges the two.
#pragma once

#include <cstddef>
#include <cstdint>

#include "vm/object.h"

namespace som {

class Nursery {
 public:
  // A survivor space has this fraction of eden's size; what does not fit is promoted.
  static constexpr size_t kSurvivorDivisor = 4;

  // `eden_bytes` is a multiple of 64 KB. Without aging there are no survivor spaces.
  Nursery(size_t eden_bytes, bool aging);
  ~Nursery();
  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;

  char* begin() const { return begin_; }
  size_t size() const { return size_; }
  char* eden_end() const { return eden_end_; }
  bool Contains(const Object* object) const {
    return reinterpret_cast<uintptr_t>(object) - reinterpret_cast<uintptr_t>(begin_) < size_;
  }

  // Objects of the occupied survivor space lie in [survivors_begin, survivors_end).
  char* survivors_begin() const { return occupied_; }
  char* survivors_end() const { return occupied_end_; }
  size_t survivor_bytes() const { return static_cast<size_t>(occupied_end_ - occupied_); }

  // The empty survivor space, which a collection fills.
  char* empty_begin() const { return empty_; }
  char* empty_end() const { return empty_ + survivor_space_bytes_; }
  bool EmptyContains(const Object* object) const {
    return reinterpret_cast<uintptr_t>(object) - reinterpret_cast<uintptr_t>(empty_) <
           survivor_space_bytes_;
  }
  // Makes the empty space writable before it is filled.
  void OpenEmptySpace();
  // After a collection filled the empty space up to `filled_end`: exchanges the spaces and poisons
  // the one left behind.
  void Exchange(char* filled_end);

 private:
  char* begin_;
  size_t size_;
  char* eden_end_;
  size_t survivor_space_bytes_;
  char* occupied_;
  char* occupied_end_;
  char* empty_;
};

}  // namespace som
