#include "vm/memory/scavenge.h"

#include <algorithm>
#include <cstring>

namespace som {

namespace {

constexpr size_t kCardsAhead = 8;

// Most objects have a few words: a call of memcpy would take longer than the copy.
inline void CopyWords(Object* to, const Object* from, size_t bytes) {
  constexpr size_t kInlineBytes = 64;
  if (bytes > kInlineBytes) {
    std::memcpy(static_cast<void*>(to), from, bytes);
    return;
  }
  auto* target = reinterpret_cast<uint64_t*>(to);
  const auto* source = reinterpret_cast<const uint64_t*>(from);
  switch (bytes / sizeof(uint64_t)) {
    case 8:
      target[7] = source[7];
      [[fallthrough]];
    case 7:
      target[6] = source[6];
      [[fallthrough]];
    case 6:
      target[5] = source[5];
      [[fallthrough]];
    case 5:
      target[4] = source[4];
      [[fallthrough]];
    case 4:
      target[3] = source[3];
      [[fallthrough]];
    case 3:
      target[2] = source[2];
      [[fallthrough]];
    case 2:
      target[1] = source[1];
      [[fallthrough]];
    default:
      target[0] = source[0];
  }
}

}  // namespace

Scavenger::Scavenger(Nursery& nursery, OldSpace& old_space, RememberedSet& remembered,
                     ScavengeBuffers& buffers, const uint32_t* field_counts, bool promote_all)
    : nursery_(nursery),
      old_space_(old_space),
      remembered_(remembered),
      buffers_(buffers),
      field_counts_(field_counts),
      promote_all_(promote_all),
      scan_(nursery.empty_begin()),
      free_(nursery.empty_begin()) {}

void Scavenger::Run(const std::vector<RootProvider*>& providers) {
  nursery_.OpenEmptySpace();
  for (RootProvider* provider : providers) provider->VisitRoots(*this);
  ScanRemembered();
  Drain();
  nursery_.Exchange(free_);
}

void Scavenger::VisitRange(Value* begin, Value* end) { ForwardRange(begin, end); }

inline bool Scavenger::Forward(Value* slot) {
  Object* object = slot->AsObject();
  if (!nursery_.Contains(object) || !slot->IsObject()) return false;
  Object* moved = object->IsForwarded() ? object->ForwardingAddress() : Evacuate(object);
  *slot = Value::FromObject(moved);
  return !moved->Has(Object::kOld);
}

Object* Scavenger::Evacuate(Object* object) {
  // A slot that a provider visits twice leads to a copy the second time.
  if (nursery_.EmptyContains(object)) return object;
  const size_t bytes = ObjectBytes(object, field_counts_);
  copied_bytes_ += bytes;
  Object* copy;
  const bool survived_before = object->Has(Object::kSurvivor);
  if (!promote_all_ && !survived_before &&
      static_cast<size_t>(nursery_.empty_end() - free_) >= bytes) {
    copy = reinterpret_cast<Object*>(free_);
    free_ += bytes;
    CopyWords(copy, object, bytes);
    copy->Set(Object::kSurvivor);
  } else {
    copy = old_space_.Allocate(bytes);
    CopyWords(copy, object, bytes);
    copy->Clear(Object::kSurvivor);
    copy->Set(OldSpace::FlagsFor(bytes));
    promoted_bytes_ += bytes;
    if (survived_before) aged_bytes_ += bytes;
    buffers_.promoted.push_back(copy);
  }
  object->ForwardTo(copy);
  return copy;
}

void Scavenger::ScanOld(Object* holder, Value* begin, Value* end) {
  for (Value* slot = begin; slot < end; ++slot) {
    if (Forward(slot)) remembered_.Add(holder, slot);
  }
}

void Scavenger::ScanRemembered() {
  remembered_.TakeAll(buffers_.holders, buffers_.cards);
  for (Object* holder : buffers_.holders) {
    const ValueRange values = ObjectValues(holder, field_counts_);
    ScanOld(holder, values.begin, values.end);
  }
  constexpr size_t kSlotsPerCard = LargeObject::kCardBytes / sizeof(Value);
  const auto begin_of = [](const RememberedSet::Card& card) {
    return reinterpret_cast<Value*>(card.large->object()) + card.index * kSlotsPerCard;
  };
  const std::vector<RememberedSet::Card>& cards = buffers_.cards;
  for (size_t i = 0; i < cards.size(); ++i) {
    // Cards come in the order of the stores, which may be all over the memory.
    __builtin_prefetch(begin_of(cards[std::min(i + kCardsAhead, cards.size() - 1)]));
    Object* holder = cards[i].large->object();
    const ValueRange values = ObjectValues(holder, field_counts_);
    Value* const card_begin = begin_of(cards[i]);
    ScanOld(holder, std::max(card_begin, values.begin),
            std::min(card_begin + kSlotsPerCard, values.end));
  }
}

void Scavenger::Drain() {
  for (;;) {
    while (!buffers_.promoted.empty()) {
      Object* object = buffers_.promoted.back();
      buffers_.promoted.pop_back();
      const ValueRange values = ObjectValues(object, field_counts_);
      ScanOld(object, values.begin, values.end);
    }
    if (scan_ == free_) return;
    Object* object = reinterpret_cast<Object*>(scan_);
    scan_ += ObjectBytes(object, field_counts_);
    const ValueRange values = ObjectValues(object, field_counts_);
    ForwardRange(values.begin, values.end);
  }
}

}  // namespace som
