#include "vm/memory/heap_verifier.h"

#include <cstdio>
#include <cstdlib>

#include "vm/objects/well_known.h"

namespace som {

HeapVerifier::HeapVerifier(const Nursery& nursery, char* eden_begin, char* eden_top,
                           OldSpace& old_space, const RememberedSet& remembered,
                           const uint32_t* field_counts)
    : nursery_(nursery),
      eden_begin_(eden_begin),
      eden_top_(eden_top),
      old_space_(old_space),
      remembered_(remembered),
      field_counts_(field_counts) {}

void HeapVerifier::Run(const std::vector<RootProvider*>& providers) {
  CollectObjects();
  for (const Object* object : objects_) CheckValues(const_cast<Object*>(object));
  CheckRemembered();
  for (RootProvider* provider : providers) {
    root_kind_ = "root";
    provider->VisitRoots(*this);
    root_kind_ = "old root";
    provider->VisitOldRoots(*this);
  }
}

void HeapVerifier::CollectObjects() {
  const auto walk_young = [this](char* begin, char* end) {
    for (char* next = begin; next < end;) {
      Object* object = reinterpret_cast<Object*>(next);
      CheckHeader(object, true);
      objects_.insert(object);
      next += ObjectBytes(object, field_counts_);
      if (next > end) Report("object reaches beyond the end of its space", "nursery", object, end);
    }
  };
  walk_young(eden_begin_, eden_top_);
  walk_young(nursery_.survivors_begin(), nursery_.survivors_end());
  old_space_.ForEachObject([this](Object* object) {
    CheckHeader(object, false);
    objects_.insert(object);
  });
}

void HeapVerifier::CheckHeader(const Object* object, bool young) {
  const char* where = young ? "nursery" : "old space";
  if (object->Has(Object::kForwarded)) Report("forwarded header", where, object, nullptr);
  if (KindName(object->kind())[0] == '?') Report("unknown kind", where, object, nullptr);
  if (object->Has(Object::kMarked)) Report("mark left behind", where, object, nullptr);
  if (object->Has(Object::kOld) == young) Report("wrong generation", where, object, nullptr);
  if (young && object->Has(Object::kRemembered)) {
    Report("young object remembered", where, object, nullptr);
  }
  if (!young && object->Has(Object::kSurvivor)) {
    Report("old object with a nursery age", where, object, nullptr);
  }
  if (!young && object->Has(Object::kLarge) !=
                    (ObjectBytes(object, field_counts_) > OldSpace::kMaxCellBytes)) {
    Report("size and large flag disagree", where, object, nullptr);
  }
}

void HeapVerifier::CheckValues(Object* object) {
  const ValueRange values = ObjectValues(object, field_counts_);
  const bool old = object->Has(Object::kOld);
  if (object->kind() == Kind::kGrownString) {
    const String::Grown& grown = static_cast<String*>(object)->grown;
    if (!IsKind(grown.buffer, Kind::kTextBuffer) ||
        grown.byte_length > As<TextBuffer>(grown.buffer)->byte_length)
      Report("text beyond its buffer", "object", object, nullptr);
  }
  for (Value* slot = values.begin; slot < values.end; ++slot) {
    CheckPointer("object", object, *slot);
    if (!old || !slot->IsObject() || !nursery_.Contains(slot->AsObject())) continue;
    if (object->Has(Object::kLarge)) {
      LargeObject* large = LargeObject::Of(object);
      const size_t offset =
          static_cast<size_t>(reinterpret_cast<char*>(slot) - reinterpret_cast<char*>(object));
      if (large->cards()[offset / LargeObject::kCardBytes] == 0) {
        Report("card is not remembered", "large object", object, slot->AsObject());
      }
    } else if (!object->Has(Object::kRemembered)) {
      Report("old object points to a young one but is not remembered", "old space", object,
             slot->AsObject());
    }
  }
}

void HeapVerifier::CheckRemembered() {
  absl::flat_hash_set<const Object*> seen;
  for (const Object* holder : remembered_.holders()) {
    if (!objects_.contains(holder)) {
      Report("not an object", "remembered set", nullptr, holder);
    }
    if (!holder->Has(Object::kRemembered) || !seen.insert(holder).second) {
      Report("entry without flag, or twice", "remembered set", holder, nullptr);
    }
  }
  absl::flat_hash_set<const void*> seen_cards;
  for (const RememberedSet::Card& card : remembered_.cards()) {
    const Object* object = card.large->object();
    if (!objects_.contains(object)) {
      Report("not an object", "remembered cards", nullptr, object);
    }
    if (card.large->cards()[card.index] == 0 ||
        !seen_cards.insert(card.large->cards() + card.index).second) {
      Report("entry without mark, or twice", "remembered cards", object, nullptr);
    }
  }
  for (const Object* object : objects_) {
    if (object->Has(Object::kRemembered) && !seen.contains(object)) {
      Report("flag without entry", "remembered set", object, nullptr);
    }
  }
}

void HeapVerifier::CheckPointer(const char* where, const Object* holder, Value value) {
  if (!value.IsObject() || value.IsUnwind()) return;
  if (value == Nil() || value == True() || value == False()) return;  // not in the heap
  if (!objects_.contains(value.AsObject())) {
    Report("pointer to what is no object", where, holder, value.AsObject());
  }
}

void HeapVerifier::VisitRange(Value* begin, Value* end) {
  for (Value* slot = begin; slot < end; ++slot) CheckPointer(root_kind_, nullptr, *slot);
}

void HeapVerifier::Report(const char* what, const char* where, const Object* holder,
                          const void* target) const {
  std::fprintf(stderr, "som: heap verification failed: %s, %s", where, what);
  if (holder != nullptr) {
    std::fprintf(stderr, "; in %p, %s of class %u, header %016llx",
                 static_cast<const void*>(holder), KindName(holder->kind()), holder->class_index(),
                 static_cast<unsigned long long>(holder->header));
  }
  if (target != nullptr) {
    const Object* object = static_cast<const Object*>(target);
    std::fprintf(stderr, "; to %p (%s)", target,
                 nursery_.Contains(object) ? "nursery" : "elsewhere");
  }
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace som
