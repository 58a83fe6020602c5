// The marking phase of a full collection: sets kMarked in every object reachable from the roots.
// The nursery is empty by then.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "vm/memory/roots.h"
#include "vm/objects/object.h"

namespace som {

class Marker final : public RootVisitor {
 public:
  // `stack` is empty; it is a parameter so that its capacity can be kept.
  Marker(const uint32_t* field_counts, std::vector<Object*>& stack);

  void Run(const std::vector<RootProvider*>& providers);

  void VisitRange(Value* begin, Value* end) override;

 private:
  void PushRange(const Value* begin, const Value* end);
  void Mark(Object* object);
  void Drain();

  // Of the elements of an array, say.
  struct Range {
    const Value* begin;
    const Value* end;
  };

  // Slots of a range that are pushed at once.
  static constexpr ptrdiff_t kSlice = 1024;

  // Objects on their way from the stack to being marked. Their headers are prefetched when they
  // enter: most of marking a big heap is waiting for headers.
  static constexpr size_t kInFlight = 16;

  const uint32_t* const field_counts_;
  std::vector<Object*>& stack_;
  std::vector<Range> rest_;
  std::array<Object*, kInFlight> in_flight_ = {};
};

}  // namespace som
