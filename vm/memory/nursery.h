// The young area: one contiguous range, so that "is it young?" is one compare. Where things are, no
// policy; the scavenger copies, the heap decides when.
//
//   | eden: bump allocation                              | survivors A  | survivors B  |
//   begin()                                              ^ one is occupied, the other empty
//
// Between collections objects live in eden and in the occupied survivor space. A collection copies
// first-time survivors to the empty survivor space, promotes the rest, and exchanges the two.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "vm/objects/object.h"

namespace som {

// How much of eden to use before the next collection. A collection's pause is the time for copying
// what survives: eden shrinks while much does, grows again up to `full_bytes` while little does.
class EdenSizer {
 public:
  // What one collection should copy at most: about a third of a millisecond.
  static constexpr size_t kCopyTarget = size_t{320} << 10;
  static constexpr size_t kFirstBytes = size_t{1} << 20;
  static constexpr size_t kMinBytes = size_t{256} << 10;

  explicit EdenSizer(size_t full_bytes)
      : full_bytes_(full_bytes), bytes_(std::min(full_bytes, kFirstBytes)) {}
  size_t bytes() const { return bytes_; }
  // After a collection that copied so much.
  void Adapt(size_t copied_bytes) {
    if (copied_bytes > kCopyTarget) {
      const double factor = static_cast<double>(kCopyTarget) / static_cast<double>(copied_bytes);
      const auto wanted = static_cast<size_t>(static_cast<double>(bytes_) * factor);
      bytes_ = std::min(full_bytes_, std::max(kMinBytes, RoundUp(wanted)));
    } else if (copied_bytes < kCopyTarget / 4) {
      bytes_ = std::min(full_bytes_, bytes_ * 2);
    }
  }

 private:
  size_t full_bytes_;
  size_t bytes_;
};

// Whether survivors are worth a second look in the nursery. Where nearly all that survive once
// survive again, aging only copies them twice; then some collections promote at once before aging
// is tried again.
class AgePolicy {
 public:
  static constexpr int kPromotingCollections = 8;
  static constexpr size_t kMinEvidence = size_t{32} << 10;

  explicit AgePolicy(bool aging) : aging_(aging) {}
  // Of the next young collection.
  bool PromotesAll() const { return !aging_ || promoting_ > 0; }
  // After a young collection that found so many bytes in the survivor space, of which so many
  // survived again.
  void Adapt(size_t survivor_bytes, size_t survived_again) {
    if (promoting_ > 0) --promoting_;
    if (survivor_bytes >= kMinEvidence && survived_again >= survivor_bytes / 8 * 7) {
      promoting_ = kPromotingCollections;
    }
  }

 private:
  bool aging_;
  int promoting_ = 0;
};

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
