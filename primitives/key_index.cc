// Primitives of KeyIndex. Those that look for keys compare and hash them without messages; where a
// key or one that it meets has methods of its own for that, they say that they cannot decide, and
// KeyIndex.som goes on. How keys lie in memory: vm/keys/.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>

#include "primitives/primitive.h"
#include "vm/keys/key.h"
#include "vm/keys/key_index_view.h"

namespace som::primitives {

namespace {

constexpr int64_t kAbsent = 0;
constexpr int64_t kUndecided = -1;

Value FailIndexObject(VM& vm, Value receiver) { return FailInstance(vm, "KeyIndex", receiver); }

// How a search ended.
struct Found {
  int64_t position;  // or kAbsent, kUndecided
  KeyIndexView::Place place;
  // The slot for an absent key: one that led to a key of the same hash, which was removed, or the
  // empty one where the search ended. Null where there are no slots.
  uint32_t* free_cell = nullptr;
  uint32_t hash = 0;
};

// A key that is looked for, and what its comparison looks at.
struct Searched {
  Value key;
  uint32_t class_index;
  KeyMeaning meaning;
};

KeyVerdict CompareAt(VM& vm, const KeyIndexView& index, const KeyIndexView::Place& place,
                     const Searched& searched) {
  if (KeyIndexView::IsGap(place)) return KeyVerdict::kDifferent;
  const Value stored = place.words[0];
  if (index.comparison() == KeyComparison::kHashcode)
    return CompareKeys(searched.meaning, searched.key, stored);
  const uint32_t class_index = ClassIndexOf(stored);
  const KeyMeaning meaning = class_index == searched.class_index
                                 ? searched.meaning
                                 : MeaningOfComparison(vm, class_index, index.comparison());
  return CompareKeys(meaning, stored, searched.key);
}

Found SeekWithoutSlots(VM& vm, const KeyIndexView& index, const Searched& searched) {
  for (int64_t position = index.start(); position <= index.used(); ++position) {
    const KeyIndexView::Place place = index.At(position);
    const KeyVerdict verdict = CompareAt(vm, index, place, searched);
    if (verdict == KeyVerdict::kUndecided) return {kUndecided, {}};
    if (verdict == KeyVerdict::kSame) return {position, place};
  }
  return {kAbsent, {}};
}

// Whatever the index and the key are.
[[gnu::noinline]] Found SeekAny(VM& vm, const KeyIndexView& index, Value key) {
  Searched searched{key, ClassIndexOf(key), KeyMeaning::kOther};
  searched.meaning = MeaningOfKey(vm, searched.class_index, index.comparison());
  if (searched.meaning == KeyMeaning::kOther || index.HasOddKeys()) return {kUndecided, {}};
  if (!index.HasSlots()) return SeekWithoutSlots(vm, index, searched);
  Found found{kUndecided, {}};
  if (!HashOfKey(vm, key, searched.meaning, index.comparison(), &found.hash)) return found;
  index.Search(found.hash, [&](uint32_t& cell, int64_t position) {
    const bool is_free = position == 0 || KeyIndexView::IsGap(index.At(position));
    if (is_free && found.free_cell == nullptr) found.free_cell = &cell;
    if (position == 0) found.position = kAbsent;
    if (is_free) return position == 0;
    const KeyIndexView::Place place = index.At(position);
    const KeyVerdict verdict = CompareAt(vm, index, place, searched);
    if (verdict == KeyVerdict::kDifferent) return false;
    if (verdict == KeyVerdict::kSame) {
      found.position = position;
      found.place = place;
    }
    return true;
  });
  return found;
}

// The usual keys. Where the watchpoints hold, they are found among their like by what these say:
// the comparison of the index, whether the key is one of them, whether it has a hash, its hash, and
// whether another word that is no gap stands for the same key, if that can be told so.
template <KeyComparison kCompared>
struct PlainIntsBy {
  static constexpr KeyComparison kComparison = kCompared;
  static bool Has(VM& vm, Value key) {
    if (!key.IsInt()) return false;
    if (kCompared == KeyComparison::kIdentity) return vm.standard_methods().identical;
    return vm.standard_methods().integer_equal &&
           (kCompared == KeyComparison::kEqual || HasUsualHashcode(vm, kIntegerClass));
  }
  static bool IsHashed(Value) { return true; }
  static uint32_t HashOf(Value key) { return HashOfInt(key.AsInt()); }
  static KeyVerdict Compare(Value stored, Value) {
    return stored.IsInt() ? KeyVerdict::kDifferent : KeyVerdict::kUndecided;
  }
};
using PlainInts = PlainIntsBy<KeyComparison::kEqual>;
using PlainIntsByIdentity = PlainIntsBy<KeyComparison::kIdentity>;
using PlainIntsByHashcode = PlainIntsBy<KeyComparison::kHashcode>;

inline bool IsPlainText(Value v) {
  return v.IsObject() && (v.AsObject()->class_index() == kStringClass ||
                          v.AsObject()->class_index() == kSymbolClass);
}

[[gnu::always_inline]] inline KeyVerdict ComparePlainTexts(Value stored, Value key) {
  if (!IsPlainText(stored)) return KeyVerdict::kUndecided;
  // A Symbol is the only one of its text.
  if (IsSymbol(stored) && IsSymbol(key)) return KeyVerdict::kDifferent;
  return As<String>(stored)->View() == As<String>(key)->View() ? KeyVerdict::kSame
                                                               : KeyVerdict::kDifferent;
}

struct PlainTexts {
  static constexpr KeyComparison kComparison = KeyComparison::kEqual;
  static bool Has(VM& vm, Value key) {
    return IsPlainText(key) && vm.standard_methods().string_equal;
  }
  static bool IsHashed(Value) { return true; }
  static uint32_t HashOf(Value key) { return SpreadHash(StringHash(As<String>(key))); }
  [[gnu::always_inline]] static KeyVerdict Compare(Value stored, Value key) {
    return ComparePlainTexts(stored, key);
  }
};

struct PlainTextsByHashcode {
  static constexpr KeyComparison kComparison = KeyComparison::kHashcode;
  static bool Has(VM& vm, Value key) {
    return IsPlainText(key) && vm.standard_methods().string_equal &&
           vm.standard_methods().string_hashcode;
  }
  static bool IsHashed(Value) { return true; }
  static uint32_t HashOf(Value key) { return HashOfInt(StringHash(As<String>(key))); }
  [[gnu::always_inline]] static KeyVerdict Compare(Value stored, Value key) {
    return ComparePlainTexts(stored, key);
  }
};

struct PlainObjects {
  static constexpr KeyComparison kComparison = KeyComparison::kIdentity;
  static bool Has(VM& vm, Value key) {
    return key.IsObject() && vm.standard_methods().identical && !IsNumber(key);
  }
  static bool IsHashed(Value key) { return key.AsObject()->hash_bits() != 0; }
  static uint32_t HashOf(Value key) { return SpreadIdentity(key.AsObject()->hash_bits()); }
  static KeyVerdict Compare(Value, Value) { return KeyVerdict::kDifferent; }
};

template <typename Plain>
[[gnu::always_inline]] inline Found SeekAmongFew(const KeyIndexView& index, Value key) {
  constexpr Found kOther{kUndecided, {}};
  int64_t start = 0;
  const KeyIndexView::Run run = index.FewKeys(&start);
  if (run.array == nullptr) return kOther;
  for (int64_t i = 0; i < run.count; ++i) {
    const KeyIndexView::Place place{run.array, run.words + index.WordsOf(i)};
    const Value stored = place.words[0];
    if (stored == key) return {start + i, place};
    if (KeyIndexView::IsGap(place)) continue;
    const KeyVerdict verdict = Plain::Compare(stored, key);
    if (verdict == KeyVerdict::kSame) return {start + i, place};
    if (verdict == KeyVerdict::kUndecided) return kOther;
  }
  return {kAbsent, {}};
}

template <typename Plain, uint32_t kSlots>
[[gnu::always_inline]] inline Found SeekBySlots(const KeyIndexView& index, Value key) {
  constexpr Found kOther{kUndecided, {}};
  const uint32_t hash = Plain::HashOf(key);
  uint32_t* free_cell = nullptr;
  for (uint32_t i = 0; i < kSlots; ++i) {
    uint32_t& cell = index.FirstCell(hash + i);
    if (cell == 0) return {kAbsent, {}, free_cell == nullptr ? &cell : free_cell, hash};
    if (!index.MayBe(cell, hash)) continue;
    const int64_t position = index.PositionIn(cell);
    const KeyIndexView::Place place = index.At(position);
    if (place.array == nullptr) return kOther;
    const Value stored = place.words[0];
    if (stored == key) return {position, place};
    if (KeyIndexView::IsGap(place)) {
      if (free_cell == nullptr) free_cell = &cell;
      continue;
    }
    const KeyVerdict verdict = Plain::Compare(stored, key);
    if (verdict == KeyVerdict::kSame) return {position, place};
    if (verdict == KeyVerdict::kUndecided) return kOther;
  }
  return kOther;
}

// The search in few instructions; kUndecided where anything unusual is met, which is SeekAny's
// then.
template <typename Plain>
[[gnu::always_inline]] inline Found SeekPlain(VM& vm, KeyIndexView& index, const Value* arguments) {
  const Value key = arguments[1];
  if (!index.OpenFor<Plain::kComparison>(vm, arguments[0]) || index.HasOddKeys() ||
      !Plain::Has(vm, key))
    return {kUndecided, {}};
  if (!index.HasSlots()) return SeekAmongFew<Plain>(index, key);
  if (!Plain::IsHashed(key)) return {kUndecided, {}};
  return SeekBySlots<Plain, KeyIndexView::kNeighbours>(index, key);
}

// Positions there are if there is to be room for `number`: from few on twice as many each time,
// from a chunk on one chunk more.
int64_t CapacityFor(const KeyIndexView& index, int64_t number) {
  const int64_t chunk = index.PositionsPerChunk();
  if (number > chunk) return (number + chunk - 1) / chunk * chunk;
  const auto flat = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(number)));
  return std::max(flat, KeyIndexView::kFewKeys);
}

Value NewZeroedArray(VM& vm, int64_t length) {
  auto* array = static_cast<Array*>(
      vm.heap().AllocateZeroed(kArrayClass, Kind::kArray, ArrayBytes(static_cast<size_t>(length))));
  array->length = Value::Int(length);
  return Value::FromObject(array);
}

Value NewCells(VM& vm, int64_t count) {
  auto* cells = static_cast<Cells*>(
      vm.heap().AllocateZeroed(kObjectClass, Kind::kCells, CellsBytes(static_cast<size_t>(count))));
  cells->count = static_cast<uint32_t>(count);
  cells->has_chunks = 0;
  cells->entries = Nil();
  return Value::FromObject(cells);
}

// An Array of that many chunks: those that the index has, and new ones. SAFEPOINT.
void MakeChunks(VM& vm, Value* receiver, int64_t count, Handle* chunks) {
  chunks->set(NewZeroedArray(vm, count));
  for (int64_t i = 0; i < count; ++i) {
    KeyIndexView index;
    Value chunk = Nil();
    if (index.Open(vm, *receiver)) {
      if (index.IsFlat()) {
        if (i == 0) chunk = Value::FromObject(index.entries());
      } else if (i < index.entries()->Length()) {
        chunk = index.entries()->elements[i];
      }
    }
    if (!IsArray(chunk) || As<Array>(chunk)->Length() != KeyIndexView::kChunkWords)
      chunk = NewZeroedArray(vm, KeyIndexView::kChunkWords);
    auto* array = As<Array>(chunks->get());
    vm.heap().Store(array, &array->elements[i], chunk);
  }
}

// Moves what is no gap to new words, or within the same ones; answers how many positions that are.
int64_t CloseGaps(VM& vm, const KeyIndexView& from, const KeyIndexView& to) {
  int64_t target = 0;
  for (int64_t position = from.start(); position <= from.used(); ++position) {
    const KeyIndexView::Place source = from.At(position);
    if (KeyIndexView::IsGap(source)) continue;
    const KeyIndexView::Place place = to.At(target + 1);
    if (place.array == nullptr) break;
    ++target;
    if (place.words == source.words) continue;
    vm.heap().Store(place.array, &place.words[0], source.words[0]);
    if (from.HasValues()) vm.heap().Store(place.array, &place.words[1], source.words[1]);
  }
  return target;
}

// What stands behind the last position is not kept alive.
void ClearBehind(const KeyIndexView& index, int64_t end) {
  for (int64_t position = index.used() + 1; position <= end; ++position) {
    const KeyIndexView::Place place = index.At(position);
    if (place.array == nullptr) continue;
    place.words[0] = Value::Int(0);
    if (index.HasValues()) place.words[1] = Value::Int(0);
  }
}

// Slots that nobody searches any longer give their memory back at once, but for a part that a large
// object must have.
void GiveBack(VM& vm, Value slots) {
  constexpr uint32_t kLeast = 4096;
  if (!IsKind(slots, Kind::kCells) || !slots.AsObject()->Has(Object::kLarge)) return;
  auto* cells = As<Cells>(slots);
  if (cells->count <= kLeast) return;
  cells->count = kLeast;
  vm.heap().ShrinkLarge(cells, CellsBytes(kLeast));
}

}  // namespace

// --- Looking for keys. What a primitive does once it is known where a key is, or that it is not
// there, and what it answers, having changed nothing, where that takes messages.

namespace {

// The value of a key, nil if there is no such key, the receiver if that is undecided or the value
// is nil: so nil says that no other search is needed.
struct ValueOf {
  static Value ValueIn(const Value*) { return Value::Int(0); }
  [[gnu::always_inline]] static Value Finish(VM&, Value* arguments, Value, KeyIndexView& index,
                                             const Found& found) {
    if (found.position == kAbsent) return Nil();
    const Value value = index.ValueAt(found.place);
    return value == Nil() ? arguments[0] : value;
  }
  static Value Undecided(const Value* arguments) { return arguments[0]; }
};

// The position of a key, 0 if there is no such key, -1 if that is undecided.
struct Seek {
  static Value ValueIn(const Value*) { return Value::Int(0); }
  [[gnu::always_inline]] static Value Finish(VM&, Value*, Value, KeyIndexView&,
                                             const Found& found) {
    return Value::Int(found.position);
  }
  static Value Undecided(const Value*) { return Value::Int(kUndecided); }
};

// Gives a key a value; a new key becomes the last one. False, and nothing is changed, if it is
// undecided whether the key is new or if there is no room for it.
struct Change {
  static Value ValueIn(const Value* arguments) { return arguments[2]; }
  [[gnu::always_inline]] static Value Finish(VM& vm, Value* arguments, Value value,
                                             KeyIndexView& index, const Found& found) {
    if (found.position != kAbsent) {
      if (index.HasValues()) KeyIndexView::Put(vm, found.place, 1, value);
      return True();
    }
    if (index.IsFull()) return False();
    const int64_t position = index.Append(vm, arguments[1], value);
    if (position == 0) return FailIndexObject(vm, arguments[0]);
    if (found.free_cell != nullptr) *found.free_cell = index.CellFor(found.hash, position);
    return True();
  }
  static Value Undecided(const Value*) { return False(); }
};

// Removes a key and answers its value; nil if there is no such key. The receiver, and nothing is
// changed, if that is undecided or if it is the only key.
struct Take {
  static Value ValueIn(const Value*) { return Value::Int(0); }
  [[gnu::always_inline]] static Value Finish(VM&, Value* arguments, Value, KeyIndexView& index,
                                             const Found& found) {
    if (found.position == kAbsent) return Nil();
    return index.HasSeveralKeys() ? index.Take(found.position, found.place) : arguments[0];
  }
  static Value Undecided(const Value* arguments) { return arguments[0]; }
};

template <typename Action>
[[gnu::noinline]] Value DoForAny(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  const Found found = SeekAny(vm, index, arguments[1]);
  if (found.position == kUndecided) return Action::Undecided(arguments);
  return Action::Finish(vm, arguments, Action::ValueIn(arguments), index, found);
}

// Each way to look is a function of its own, which has registers enough, and ends in a jump to the
// next one where it cannot decide.
template <typename Action, typename Plain, typename... Others>
[[gnu::noinline]] Value DoForPlain(VM& vm, Value* arguments) {
  KeyIndexView index;
  const Found found = SeekPlain<Plain>(vm, index, arguments);
  if (found.position != kUndecided)
    return Action::Finish(vm, arguments, Action::ValueIn(arguments), index, found);
  if constexpr (sizeof...(Others) == 0) {
    return DoForAny<Action>(vm, arguments);
  } else {
    return DoForPlain<Action, Others...>(vm, arguments);
  }
}

template <typename Action>
Value DoForAnyInt(VM& vm, Value* arguments) {
  return DoForPlain<Action, PlainInts, PlainIntsByIdentity, PlainIntsByHashcode>(vm, arguments);
}

// Small integers that are found, or not, at the first slot have a part of their own in front, which
// calls nothing and so saves no registers.
template <typename Action>
[[gnu::always_inline]] inline Value Do(VM& vm, Value* arguments) {
  const Value key = arguments[1];
  if (!key.IsInt()) {
    return IsPlainText(key)
               ? DoForPlain<Action, PlainTexts, PlainTextsByHashcode, PlainObjects>(vm, arguments)
               : DoForPlain<Action, PlainObjects>(vm, arguments);
  }
  KeyIndexView index;
  // Loaded once: that it is no object holds to the end.
  const Value value = Action::ValueIn(arguments);
  if (value.IsObject()) return DoForAnyInt<Action>(vm, arguments);
  if (!index.OpenFor<PlainInts::kComparison>(vm, arguments[0]) || !index.HasSlots() ||
      index.HasOddKeys() || !PlainInts::Has(vm, key))
    return DoForAnyInt<Action>(vm, arguments);
  const Found found = SeekBySlots<PlainInts, 1>(index, key);
  if (found.position == kUndecided) return DoForAnyInt<Action>(vm, arguments);
  return Action::Finish(vm, arguments, value, index, found);
}

}  // namespace

Value KeyIndexValueOf(VM& vm, Value* arguments) { return Do<ValueOf>(vm, arguments); }
Value KeyIndexSeek(VM& vm, Value* arguments) { return Do<Seek>(vm, arguments); }
Value KeyIndexChangeTo(VM& vm, Value* arguments) { return Do<Change>(vm, arguments); }
Value KeyIndexTake(VM& vm, Value* arguments) { return Do<Take>(vm, arguments); }

// --- What does not compare

// A new last key, which no slot leads to yet.
Value KeyIndexAppend(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (index.IsFull() || index.Append(vm, arguments[1], arguments[2]) == 0)
    return FailIndexObject(vm, arguments[0]);
  return arguments[0];
}

// The next position behind the second argument, in the order of the search, whose key may have that
// hash: 0 if there is none. Behind the last time that the search meets the second argument, so that
// asking again and again comes to an end even where reflection has entered a position twice.
Value KeyIndexCandidate(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0]) || !index.HasSlots()) return FailIndexObject(vm, arguments[0]);
  if (!arguments[1].IsInt()) return FailType(vm, "Int", arguments[1]);
  if (!arguments[2].IsInt()) return FailType(vm, "Int", arguments[2]);
  const auto hash = static_cast<uint32_t>(arguments[1].AsInt() & (KeyIndexView::kMostCells - 1));
  const int64_t last = arguments[2].AsInt();
  bool is_behind = last == 0;
  int64_t result = 0;
  index.Search(hash, [&](uint32_t&, int64_t position) {
    if (position == 0) return true;
    if (position == last) {
      is_behind = true;
      result = 0;
    } else if (is_behind && result == 0 && !KeyIndexView::IsGap(index.At(position))) {
      result = position;
    }
    return false;
  });
  return Value::Int(result);
}

// Makes a key that is at a position one that is found by its hash.
Value KeyIndexEnter(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0]) || !index.HasSlots()) return FailIndexObject(vm, arguments[0]);
  if (!index.HasUsed(arguments[1])) return FailIndex(vm, arguments[1], index.used());
  if (!arguments[2].IsInt()) return FailType(vm, "Int", arguments[2]);
  const int64_t position = arguments[1].AsInt();
  const auto hash = static_cast<uint32_t>(arguments[2].AsInt() & (KeyIndexView::kMostCells - 1));
  index.Search(hash, [&](uint32_t& cell, int64_t other) {
    if (other == 0) cell = index.CellFor(hash, position);
    return other == 0;
  });
  return arguments[0];
}

namespace {

// Hashes of keys whose slots are on their way to the cache while those of others are computed.
struct Batch {
  static constexpr size_t kMost = 16;
  std::array<uint32_t, kMost> hashes{};
  std::array<uint32_t, kMost> cells{};
  size_t count = 0;
  uint64_t rounds = 0;  // that the searches took in which the neighbours were no help

  bool IsFull() const { return count == kMost; }
  void Add(const KeyIndexView& index, uint32_t hash, int64_t position) {
    __builtin_prefetch(&index.FirstCell(hash), 1);
    hashes[count] = hash;
    cells[count] = index.CellFor(hash, position);
    ++count;
  }
  void Enter(const KeyIndexView& index) {
    for (size_t i = 0; i < count; ++i) {
      uint32_t& first = index.FirstCell(hashes[i]);
      if (first == 0) {
        first = cells[i];
        continue;
      }
      rounds += index.Search(hashes[i], [&](uint32_t& cell, int64_t other) {
        if (other == 0) cell = cells[i];
        return other == 0;
      });
    }
    count = 0;
  }
};

// Enters the keys of a run, of which the first is at `position`. Answers how many there were in
// front of one whose hash takes a message, or in front of which an interrupt is to be noticed: the
// time that keys of the same hash take grows with the square of their number. No other index is
// left half done.
int64_t EnterRun(VM& vm, const KeyIndexView& index, const KeyIndexView::Run& run,
                 int64_t position) {
  const Value gap = Value::FromObject(run.array);
  const int64_t distance = index.Distance();
  const uint64_t patience = (uint64_t{1} << 16) + 16 * static_cast<uint64_t>(index.used());
  Batch batch;
  uint32_t known_class = kNoClass;
  KeyMeaning meaning = KeyMeaning::kOther;
  const bool ints_are_plain =
      MeaningOfKey(vm, kIntegerClass, index.comparison()) != KeyMeaning::kOther;
  const Value* word = run.words;
  int64_t i = 0;
  for (; i < run.count; ++i, word += distance) {
    const Value key = *word;
    uint32_t hash = 0;
    if (key.IsInt() && ints_are_plain) {
      hash = HashOfInt(key.AsInt());
    } else {
      if (key == gap) continue;
      if (ClassIndexOf(key) != known_class) {
        known_class = ClassIndexOf(key);
        meaning = MeaningOfKey(vm, known_class, index.comparison());
      }
      if (meaning == KeyMeaning::kOther || !HashOfKey(vm, key, meaning, index.comparison(), &hash))
        break;
    }
    if (batch.IsFull()) {
      batch.Enter(index);
      std::atomic_signal_fence(std::memory_order_acquire);  // a signal's handler sets what follows
      if (vm.interrupt_pending && batch.rounds > patience) break;
    }
    batch.Add(index, hash, position + i);
  }
  batch.Enter(index);
  return i;
}

}  // namespace

// The same for all keys behind a position. Answers the position of the first one that is not
// entered, because its hash takes a message or an interrupt waits; 0 at the end.
Value KeyIndexEnterBehind(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (!arguments[1].IsInt() || arguments[1].AsInt() < 0)
    return FailIndex(vm, arguments[1], index.used());
  if (!index.HasSlots()) return Value::Int(0);
  int64_t position = arguments[1].AsInt() + 1;
  while (position <= index.used()) {
    const KeyIndexView::Run run = index.RunFrom(position);
    if (run.array == nullptr) break;
    const int64_t entered = EnterRun(vm, index, run, position);
    position += entered;
    if (entered < run.count) return Value::Int(position);
  }
  return Value::Int(0);
}

// The key at a position: the receiver at a gap, nil behind the last one.
Value KeyIndexStoredKeyAt(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.OpenToRead(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (!index.HasUsed(arguments[1])) return Nil();
  const KeyIndexView::Place place = index.At(arguments[1].AsInt());
  return KeyIndexView::IsGap(place) ? arguments[0] : place.words[0];
}

Value KeyIndexStoredValueAt(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.OpenToRead(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (!index.HasUsed(arguments[1])) return Nil();
  const KeyIndexView::Place place = index.At(arguments[1].AsInt());
  return KeyIndexView::IsGap(place) ? Nil() : index.ValueAt(place);
}

// Another key that is found by the same hash, or will be entered anew. Nothing at a gap.
Value KeyIndexStoredKeyAtPut(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (!index.HasUsed(arguments[1])) return FailIndex(vm, arguments[1], index.used());
  const KeyIndexView::Place place = index.At(arguments[1].AsInt());
  if (!KeyIndexView::IsGap(place)) vm.heap().Store(place.array, &place.words[0], arguments[2]);
  return arguments[0];
}

// Nothing where keys are their own values.
Value KeyIndexStoredValueAtPut(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (!index.HasUsed(arguments[1])) return FailIndex(vm, arguments[1], index.used());
  const KeyIndexView::Place place = index.At(arguments[1].AsInt());
  if (!KeyIndexView::IsGap(place) && index.HasValues())
    vm.heap().Store(place.array, &place.words[1], arguments[2]);
  return arguments[0];
}

// Makes a gap of the key at a position; answers its value.
Value KeyIndexLeave(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (!index.HasUsed(arguments[1])) return FailIndex(vm, arguments[1], index.used());
  const int64_t position = arguments[1].AsInt();
  const KeyIndexView::Place place = index.At(position);
  if (KeyIndexView::IsGap(place) || index.size() == 0) return Nil();
  return index.Take(position, place);
}

// Sees to it that there is room for so many keys. Gaps are closed where the room stays as it is,
// and where everything moves anyway. True: all keys have to be entered anew, into slots that are
// empty.
Value KeyIndexMakeRoomFor(VM& vm, Value* arguments) {
  KeyIndexView from;
  if (!from.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (!arguments[1].IsInt() || arguments[1].AsInt() < from.size())
    return FailIndex(vm, arguments[1], from.size());
  if (arguments[1].AsInt() > KeyIndexView::kMostKeys) return FailOutOfMemory(vm);
  const int64_t capacity = CapacityFor(from, arguments[1].AsInt());
  const int64_t words = from.WordsOf(capacity);
  const int64_t cell_count =
      capacity > KeyIndexView::kFewKeys ? KeyIndexView::CellsFor(capacity) : 0;
  if (capacity > KeyIndexView::kMostKeys || !vm.heap().CanAllocateArray(words) ||
      !vm.heap().CanAllocate(CellsBytes(static_cast<size_t>(cell_count))))
    return FailOutOfMemory(vm);
  const bool has_chunks = words > KeyIndexView::kChunkWords;
  const bool extends = has_chunks && capacity > from.capacity() &&
                       from.WordsOf(from.capacity()) >= KeyIndexView::kChunkWords;
  const bool keeps_cells =
      from.HasSlots() && static_cast<int64_t>(from.cells()->count) == cell_count;

  HandleScope scope(vm.handles());
  Handle entries(scope, Value::FromObject(from.entries()));
  Handle slots(scope, from.HasSlots() && keeps_cells ? Value::FromObject(from.cells()) : Nil());
  const bool keeps_entries = capacity == from.capacity();
  const bool ends_in_chunks = keeps_entries ? !from.IsFlat() : has_chunks;
  if (!keeps_entries) {
    if (has_chunks) {
      MakeChunks(vm, &arguments[0], capacity / from.PositionsPerChunk(), &entries);
    } else {
      entries.set(NewZeroedArray(vm, words));
    }
  }
  if (cell_count != 0 && !keeps_cells) slots.set(NewCells(vm, cell_count));

  // Nothing is allocated from here on.
  if (!from.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  Instance* object = from.object();
  if (!keeps_cells) GiveBack(vm, object->fields[KeyIndexView::kSlots]);
  vm.heap().Store(object, &object->fields[KeyIndexView::kSlots], slots.get());
  if (cell_count == 0) {
    vm.heap().Store(object, &object->fields[KeyIndexView::kEntries], entries.get());
  } else {
    object->fields[KeyIndexView::kEntries] = Nil();
    auto* cells = As<Cells>(slots.get());
    cells->has_chunks = ends_in_chunks ? 1 : 0;
    vm.heap().Store(cells, &cells->entries, entries.get());
  }
  KeyIndexView to = from;
  to.SetCapacity(capacity);
  if (!extends) {
    to.SetStart(1);
    to.SetUsed(from.size());
  }
  if (!to.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  if (!extends) {
    const int64_t moved = CloseGaps(vm, from, to);
    to.SetUsed(moved);
    to.SetSize(moved);
    if (keeps_entries) ClearBehind(to, from.used());
  }
  if (extends && keeps_cells) return False();
  if (keeps_cells) std::fill_n(to.cells()->cells, to.cells()->count, 0);
  return Bool(to.HasSlots());
}

// A number by which the key is found, nil for one that is compared with all others because its
// class compares in its own way but has no hashcode for that.
Value KeyIndexHashOf(VM& vm, Value* arguments) {
  KeyIndexView index;
  if (!index.Open(vm, arguments[0])) return FailIndexObject(vm, arguments[0]);
  return HashOfAnyKey(vm, arguments[1], index.comparison());
}

}  // namespace som::primitives
