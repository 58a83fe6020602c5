#include "vm/memory/mark.h"

namespace som {

Marker::Marker(const uint32_t* field_counts, std::vector<Object*>& stack)
    : field_counts_(field_counts), stack_(stack) {}

void Marker::Run(const std::vector<RootProvider*>& providers) {
  for (RootProvider* provider : providers) {
    provider->VisitRoots(*this);
    provider->VisitOldRoots(*this);
  }
  Drain();
}

void Marker::VisitRange(Value* begin, Value* end) { PushRange(begin, end); }

// Whether an object is marked already is decided when it leaves the stack, when its header has
// arrived in the cache. Runs of the same value (nil in a fresh array) are pushed once. A long range
// is pushed slice by slice, so that the stack stays small, and its memory in the cache.
void Marker::PushRange(const Value* begin, const Value* end) {
  if (end - begin > kSlice) {
    rest_.push_back({begin + kSlice, end});
    end = begin + kSlice;
  }
  Value previous = Value::Unwind();
  for (const Value* slot = begin; slot < end; ++slot) {
    const Value value = *slot;
    if (!value.IsObject() || value == previous || value.IsUnwind()) continue;
    stack_.push_back(value.AsObject());
    previous = value;
  }
}

inline void Marker::Mark(Object* object) {
  if (object->Has(Object::kMarked)) return;
  object->Set(Object::kMarked);
  const ValueRange values = ObjectValues(object, field_counts_);
  PushRange(values.begin, values.end);
}

void Marker::Drain() {
  size_t position = 0;
  size_t waiting = 0;
  while (!stack_.empty() || !rest_.empty() || waiting != 0) {
    if (stack_.empty() && !rest_.empty()) {
      const Range range = rest_.back();
      rest_.pop_back();
      PushRange(range.begin, range.end);
    }
    Object* next = nullptr;
    if (!stack_.empty()) {
      next = stack_.back();
      stack_.pop_back();
      __builtin_prefetch(next, 1);
      ++waiting;
    }
    Object* arrived = in_flight_[position];
    in_flight_[position] = next;
    position = (position + 1) % kInFlight;
    if (arrived != nullptr) {
      --waiting;
      Mark(arrived);
    }
  }
}

}  // namespace som
