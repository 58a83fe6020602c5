// What a KeyIndex's fields hold, checked and ready to be worked on: keys with their values, and the
// slots through which keys are found. Nothing here knows how keys hash or compare (key.h) or
// allocates; the primitives are in primitives/key_index.cc.
//
// Positions count from 1. The words of a position are the key, and behind it the value unless keys
// are their own values. They lie in one Array, or where there are many in an Array of Arrays of
// kChunkWords words each, so that growing copies nothing and leaves no garbage. Words that were not
// used yet are Integers 0. A gap is where an Array holds itself in place of a key. The Array of an
// index with slots belongs to these, out of the reach of reflection: its chunks are chunks. Each
// Array of chunks belongs to one Cells only.
//
// A slot is 0, or has a position in its lower bits, and in the others bits that depend on all of
// the key's hash: most keys that are met on the way to another one are not looked at. The lower
// bits of the hash itself are the slot at which the search begins. It goes on to the next few
// slots, which are in the same cache line as a rule, and from there to others at a distance that
// depends on all bits of the hash: each slot is met once. Slots of keys that were removed stay;
// their positions are gaps.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "vm/keys/key.h"
#include "vm/objects/object.h"
#include "vm/vm.h"

namespace som {

class KeyIndexView {
 public:
  // Fields of KeyIndex, in the order of its source.
  enum Field : uint8_t {
    kEntries,
    kCapacity,
    kSlots,
    kStart,
    kUsed,
    kSize,
    kOdd,
    kComparison,
    kFieldCount
  };
  static constexpr int64_t kChunkWords = int64_t{1} << 18;
  // So many keys are found without slots.
  static constexpr int64_t kFewKeys = 8;
  // Slots that are searched one behind the other.
  static constexpr uint32_t kNeighbours = 8;
  static constexpr int64_t kMostCells = int64_t{1} << kKeyHashBits;
  static constexpr uint64_t kManyCells = uint64_t{1} << 19;
  static constexpr int64_t kMostKeys = kMostCells / 4 * 3;

  // The ways to open answer false where it is no KeyIndex, or where reflection has put into its
  // fields what does not fit together. What they find is valid until the next allocation.

  // For finding a place: by slots, or where there are none among few keys. False, too, if the index
  // compares in another way.
  template <KeyComparison kOnly>
  [[gnu::always_inline]] bool OpenFor(VM& vm, Value receiver) {
    if (!OpenObject(vm, receiver)) return false;
    if (object_->fields[kComparison] != Value::Int(static_cast<int64_t>(kOnly))) return false;
    SetComparison(kOnly);
    if (IsKind(object_->fields[kSlots], Kind::kCells)) {
      SetCells();
      return true;
    }
    return OpenWithoutCells();
  }

  // For what stands at a position that HasUsed.
  bool OpenToRead(VM& vm, Value receiver) {
    if (!OpenObject(vm, receiver)) return false;
    const Value comparison = object_->fields[kComparison];
    if (!comparison.IsInt() || comparison.AsInt() < 0 || comparison.AsInt() >= kKeyComparisonCount)
      return false;
    SetComparison(static_cast<KeyComparison>(comparison.AsInt()));
    if (!IsKind(object_->fields[kSlots], Kind::kCells)) return OpenWithoutCells();
    SetCells();
    return true;
  }
  // Whether a value is a position from 1 to the last used one.
  bool HasUsed(Value position) const {
    const Value used = object_->fields[kUsed];
    return Value::BothInt(position, used) && position.AsInt() >= 1 &&
           position.AsInt() <= used.AsInt();
  }

  // For everything.
  bool Open(VM& vm, Value receiver) {
    if (!OpenToRead(vm, receiver) || !OpenCounts()) return false;
    return HasSlots() ? static_cast<int64_t>(cells_->count) == CellsFor(capacity_)
                      : capacity_ <= kFewKeys;
  }

  Instance* object() const { return object_; }
  Array* entries() const { return entries_; }
  int64_t capacity() const { return capacity_; }
  int64_t start() const { return start_; }
  int64_t used() const { return used_; }
  int64_t size() const { return size_; }
  KeyComparison comparison() const { return comparison_; }
  bool HasSlots() const { return cells_ != nullptr; }
  Cells* cells() const { return cells_; }
  bool HasOddKeys() const { return object_->fields[kOdd] != Nil(); }
  bool HasValues() const { return shift_ != 0; }
  bool IsFlat() const { return is_flat_; }
  // Words that `positions` take.
  int64_t WordsOf(int64_t positions) const { return positions << shift_; }
  int64_t PositionsPerChunk() const { return kChunkWords >> shift_; }
  static int64_t ChunksFor(int64_t words) { return (words + kChunkWords - 1) / kChunkWords; }

  // The slots for so many positions, at most three quarters of them used: a power of two. Many grow
  // by a factor of four, so that the memory of fewer is made and given back, and fewer keys are
  // entered again.
  static int64_t CellsFor(int64_t capacity) {
    const auto least = std::bit_ceil(static_cast<uint64_t>(capacity + capacity / 3 + 1));
    const bool is_between = least > kManyCells && std::countr_zero(least / kManyCells) % 2 == 1;
    return std::min(static_cast<int64_t>(is_between ? least * 2 : least), kMostCells);
  }

  // A position's words: `words[0]` is the key. `array` holds them; null where reflection has left
  // no room for it.
  struct Place {
    Array* array = nullptr;
    Value* words = nullptr;
  };
  [[gnu::always_inline]] Place At(int64_t position) const {
    const uint64_t word = static_cast<uint64_t>(position - 1) << shift_;
    const uint64_t last = word + shift_;
    if (is_flat_) {
      if (last >= static_cast<uint64_t>(entries_->Length())) return {};
      return {entries_, entries_->elements + word};
    }
    constexpr uint64_t kChunk = kChunkWords;
    if (word / kChunk >= static_cast<uint64_t>(entries_->Length())) return {};
    auto* chunk = As<Array>(entries_->elements[word / kChunk]);
    return {chunk, chunk->elements + word % kChunk};
  }
  // Positions that lie behind one another, with their words, up to the last used one: for going
  // over many. Of an index that Open has opened.
  struct Run {
    Array* array = nullptr;
    Value* words = nullptr;
    int64_t count = 0;
  };
  Run RunFrom(int64_t position) const {
    const Place place = At(position);
    if (place.array == nullptr) return {};
    const int64_t words = place.array->elements + place.array->Length() - place.words;
    return {place.array, place.words, std::min(used_ - position + 1, words >> shift_)};
  }
  // All positions of an index without slots, from `*start` on; no array if there are more than few.
  Run FewKeys(int64_t* start) const {
    const Value first = object_->fields[kStart];
    const Value used = object_->fields[kUsed];
    if (!Value::BothInt(first, used)) return {};
    *start = first.AsInt();
    if (*start < 1 || used.AsInt() > kFewKeys || WordsOf(used.AsInt()) > entries_->Length())
      return {};
    return {entries_, entries_->elements + WordsOf(*start - 1), used.AsInt() - *start + 1};
  }
  // In words.
  int64_t Distance() const { return WordsOf(1); }
  static bool IsGap(const Place& place) {
    return place.array == nullptr || place.words[0] == Value::FromObject(place.array);
  }

  // Calls visit(cell, position) for the slots where a key of that hash may be, in the order of the
  // search: with those whose other bits agree, and at the end with the first empty one (position
  // 0). Ends when it answers true, or behind the last slot where the table is full, which only
  // reflection brings about. Answers how many times it went on to other neighbours.
  template <typename Visit>
  [[gnu::always_inline]] uint64_t Search(uint32_t hash, Visit visit) const {
    const uint32_t mixed = Mixed(hash);
    const uint32_t step = (mixed >> 8 | 1) * kNeighbours;
    uint32_t slot = hash;
    uint64_t round = 0;
    for (; round < cells_->count / kNeighbours; ++round, slot += step) {
      for (uint32_t i = 0; i < kNeighbours; ++i) {
        uint32_t& cell = cells_->cells[(slot + i) & mask_];
        if (cell == 0) {
          visit(cell, int64_t{0});
          return round;
        }
        if (((cell ^ mixed) & ~mask_) != 0) continue;
        const auto position = static_cast<int64_t>(cell & mask_);
        if (visit(cell, position)) return round;
      }
    }
    return round;
  }
  // The slot at which a search begins; what one that is not 0 says.
  bool MayBe(uint32_t cell, uint32_t hash) const { return ((cell ^ Mixed(hash)) & ~mask_) == 0; }
  int64_t PositionIn(uint32_t cell) const { return static_cast<int64_t>(cell & mask_); }
  uint32_t& FirstCell(uint32_t hash) const { return cells_->cells[hash & mask_]; }
  // What belongs into the slot of a key.
  uint32_t CellFor(uint32_t hash, int64_t position) const {
    return (Mixed(hash) & ~mask_) | static_cast<uint32_t>(position);
  }

  // Those below read the counts where they stand, so OpenFor is enough for them.

  bool IsFull() const { return object_->fields[kUsed] == object_->fields[kCapacity]; }

  // Adds a key behind the last one; answers its position. 0, and nothing is changed, where
  // reflection has left no room for it.
  [[gnu::always_inline]] int64_t Append(VM& vm, Value key, Value value) {
    const Value used = object_->fields[kUsed];
    const Value size = object_->fields[kSize];
    if (!used.IsInt() || !size.IsInt()) return 0;
    const int64_t position = used.AsInt() + 1;
    const Place place = At(position);
    if (place.array == nullptr || (HasSlots() && position > static_cast<int64_t>(mask_))) return 0;
    Put(vm, place, 0, key);
    if (HasValues()) Put(vm, place, 1, value);
    SetUsed(position);
    SetSize(size.AsInt() + 1);
    return position;
  }

  bool HasSeveralKeys() const {
    const Value size = object_->fields[kSize];
    return size.IsInt() && size.AsInt() > 1;
  }

  // Makes a gap of a key; answers its value. The size is a small integer.
  [[gnu::always_inline]] Value Take(int64_t position, const Place& place) {
    const Value value = ValueAt(place);
    if (HasValues()) place.words[1] = Nil();
    place.words[0] = Value::FromObject(place.array);
    SetSize(object_->fields[kSize].AsInt() - 1);
    if (object_->fields[kStart] == Value::Int(position)) PassGaps(position);
    return value;
  }

  // Where it is known that the word is no object, no call is left of the barrier.
  [[gnu::always_inline]] static void Put(VM& vm, const Place& place, size_t which, Value word) {
    if (word.IsObject()) {
      vm.heap().Store(place.array, &place.words[which], word);
    } else {
      place.words[which] = word;
    }
  }

  // The value at a place: the key where keys are their own values.
  // Where reflection has changed which of the two they are, a gap's mark may stand in its place.
  Value ValueAt(const Place& place) const {
    const Value value = place.words[shift_];
    return value == Value::FromObject(place.array) ? Nil() : value;
  }

  void SetStart(int64_t start) { Set(kStart, start_ = start); }
  void SetUsed(int64_t used) { Set(kUsed, used_ = used); }
  void SetSize(int64_t size) { Set(kSize, size_ = size); }
  void SetCapacity(int64_t capacity) { Set(kCapacity, capacity_ = capacity); }

 private:
  static uint32_t Mixed(uint32_t hash) { return hash * 0x9E3779B1u; }

  [[gnu::always_inline]] bool OpenObject(VM& vm, Value receiver) {
    if (!IsKind(receiver, Kind::kInstance)) return false;
    object_ = As<Instance>(receiver);
    return (*vm.classes().field_counts())[object_->class_index()] >= kFieldCount;
  }

  void SetComparison(KeyComparison comparison) {
    comparison_ = comparison;
    shift_ = comparison == KeyComparison::kIdentity ? 0 : 1;
  }

  [[gnu::always_inline]] void SetCells() {
    cells_ = As<Cells>(object_->fields[kSlots]);
    entries_ = As<Array>(cells_->entries);
    mask_ = cells_->count - 1;
    is_flat_ = cells_->has_chunks == 0;
  }

  bool OpenWithoutCells() {
    cells_ = nullptr;
    is_flat_ = true;
    if (object_->fields[kSlots] != Nil() || !IsKind(object_->fields[kEntries], Kind::kArray))
      return false;
    entries_ = As<Array>(object_->fields[kEntries]);
    return true;
  }

  bool OpenCounts() {
    const Value* fields = object_->fields;
    if (((fields[kCapacity].bits() | fields[kStart].bits() | fields[kUsed].bits() |
          fields[kSize].bits()) &
         Value::kTagMask) != 0)
      return false;
    capacity_ = fields[kCapacity].AsInt();
    start_ = fields[kStart].AsInt();
    used_ = fields[kUsed].AsInt();
    size_ = fields[kSize].AsInt();
    return 0 <= size_ && size_ <= used_ && used_ <= capacity_ && capacity_ <= kMostKeys &&
           1 <= start_ && start_ <= used_ + 1;
  }

  // The first key that there still is becomes the start.
  void PassGaps(int64_t start) {
    const Value used = object_->fields[kUsed];
    while (used.IsInt() && start <= used.AsInt()) {
      const Place place = At(start);
      if (place.array == nullptr || !IsGap(place)) break;
      ++start;
    }
    SetStart(start);
  }

  void Set(Field field, int64_t number) { object_->fields[field] = Value::Int(number); }

  Instance* object_ = nullptr;
  Array* entries_ = nullptr;
  Cells* cells_ = nullptr;
  int64_t capacity_ = 0;
  int64_t start_ = 0;
  int64_t used_ = 0;
  int64_t size_ = 0;
  uint32_t mask_ = 0;
  uint8_t shift_ = 0;
  bool is_flat_ = true;
  KeyComparison comparison_ = KeyComparison::kEqual;
};

}  // namespace som
