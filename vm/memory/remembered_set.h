// The old objects that point to young ones, as the write barrier and the collector found them.
// Exact: an entry is there once, and a collection keeps only those that still point to young
// objects.
//
// Most holders are remembered whole and carry kRemembered. Large ones are remembered by card
// (old_space.h) and never carry the flag, so that each store into them gets here.
#pragma once

#include <cstddef>
#include <vector>

#include "vm/memory/old_space.h"
#include "vm/objects/object.h"

namespace som {

class RememberedSet {
 public:
  struct Card {
    LargeObject* large;
    size_t index;
  };

  // `holder` is old; `slot`, inside it, holds a young object. Adding again changes nothing.
  void Add(Object* holder, const Value* slot) {
    if (!holder->Has(Object::kLarge)) {
      if (holder->Has(Object::kRemembered)) return;
      holder->Set(Object::kRemembered);
      holders_.push_back(holder);
      return;
    }
    LargeObject* large = LargeObject::Of(holder);
    const size_t offset =
        static_cast<size_t>(reinterpret_cast<const char*>(slot) - reinterpret_cast<char*>(holder));
    const size_t index = offset / LargeObject::kCardBytes;
    if (large->cards()[index] != 0) return;
    large->cards()[index] = 1;
    cards_.push_back({large, index});
  }

  // Empties the set, flags and cards included, and moves the entries to the vectors given (their
  // contents are dropped).
  void TakeAll(std::vector<Object*>& holders, std::vector<Card>& cards) {
    holders.clear();
    cards.clear();
    holders_.swap(holders);
    cards_.swap(cards);
    for (Object* holder : holders) holder->Clear(Object::kRemembered);
    for (const Card& card : cards) card.large->cards()[card.index] = 0;
  }

  const std::vector<Object*>& holders() const { return holders_; }
  const std::vector<Card>& cards() const { return cards_; }

 private:
  std::vector<Object*> holders_;
  std::vector<Card> cards_;
};

}  // namespace som
