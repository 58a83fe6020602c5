#include "vm/memory/old_space.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace som {
namespace {

// A string object of `bytes` bytes in all, filled with its own address.
Object* NewString(OldSpace& space, size_t bytes) {
  auto* string = static_cast<String*>(space.Allocate(bytes));
  string->header = Object::MakeHeader(1, Kind::kString) | OldSpace::FlagsFor(bytes);
  string->byte_length = static_cast<uint32_t>(bytes - offsetof(String, bytes));
  std::memset(string->bytes, static_cast<int>(reinterpret_cast<uintptr_t>(string) >> 4 & 0xFF),
              string->byte_length);
  return string;
}

bool IsIntact(const Object* object) {
  const auto* string = static_cast<const String*>(object);
  const char expected = static_cast<char>(reinterpret_cast<uintptr_t>(string) >> 4 & 0xFF);
  for (size_t i = 0; i < string->byte_length; ++i) {
    if (string->bytes[i] != expected) return false;
  }
  return true;
}

std::set<Object*> ObjectsIn(OldSpace& space) {
  std::set<Object*> objects;
  space.ForEachObject([&objects](Object* object) { EXPECT_TRUE(objects.insert(object).second); });
  return objects;
}

TEST(OldSpaceTest, ObjectsOfAllSizesAreApart) {
  OldSpace space;
  std::vector<std::pair<char*, size_t>> allocated;
  for (size_t bytes = 24; bytes <= 20000; bytes += bytes < 512 ? 8 : 136) {
    allocated.emplace_back(reinterpret_cast<char*>(NewString(space, bytes)), bytes);
    allocated.emplace_back(reinterpret_cast<char*>(NewString(space, bytes)), bytes);
  }
  for (const auto& [begin, bytes] : allocated) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(begin) % 8, 0U);
    EXPECT_TRUE(IsIntact(reinterpret_cast<Object*>(begin)));
  }
  EXPECT_EQ(ObjectsIn(space).size(), allocated.size());
}

TEST(OldSpaceTest, CellsWasteAnEighthAtMost) {
  for (size_t bytes = 64; bytes <= OldSpace::kMaxCellBytes; bytes += 8) {
    OldSpace space;
    space.Allocate(bytes)->header = Object::MakeHeader(1, Kind::kInstance);
    EXPECT_GE(space.used_bytes(), bytes);
    EXPECT_LE(space.used_bytes(), bytes + bytes / 8) << bytes;
  }
}

TEST(OldSpaceTest, OnlyLargeObjectsAreFlaggedLarge) {
  EXPECT_EQ(OldSpace::FlagsFor(OldSpace::kMaxCellBytes), uint64_t{Object::kOld});
  EXPECT_EQ(OldSpace::FlagsFor(OldSpace::kMaxCellBytes + 8), Object::kOld | Object::kLarge);
}

TEST(OldSpaceTest, SweepFreesTheUnmarkedAndClearsMarks) {
  OldSpace space;
  std::mt19937 random(3);
  std::set<Object*> kept;
  for (int i = 0; i < 20000; ++i) {
    Object* object = NewString(space, 24 + 8 * (random() % 40));
    if (random() % 3 == 0) {
      object->Set(Object::kMarked);
      kept.insert(object);
    }
  }
  for (int i = 0; i < 20; ++i) {
    Object* object = NewString(space, 30000);
    if (i % 2 == 0) {
      object->Set(Object::kMarked);
      kept.insert(object);
    }
  }
  const size_t used = space.used_bytes();
  space.Sweep();
  EXPECT_LT(space.used_bytes(), used / 2);
  EXPECT_EQ(ObjectsIn(space), kept);
  for (Object* object : kept) {
    EXPECT_FALSE(object->Has(Object::kMarked));
    EXPECT_TRUE(IsIntact(object));
  }
}

TEST(OldSpaceTest, FreedCellsAreUsedAgainBeforeNewChunks) {
  OldSpace space;
  std::vector<Object*> objects;
  objects.reserve(40000);
  for (int i = 0; i < 40000; ++i) objects.push_back(NewString(space, 48));
  const size_t footprint = space.footprint_bytes();
  for (int round = 0; round < 10; ++round) {
    for (size_t i = 0; i < objects.size(); i += 2) objects[i]->Set(Object::kMarked);
    space.Sweep();
    for (size_t i = 1; i < objects.size(); i += 2) objects[i] = NewString(space, 48);
    EXPECT_EQ(space.footprint_bytes(), footprint);
    for (const Object* object : objects) ASSERT_TRUE(IsIntact(object));
    EXPECT_EQ(ObjectsIn(space), std::set<Object*>(objects.begin(), objects.end()));
  }
}

TEST(OldSpaceTest, SweepingTwiceWithoutAllocationChangesNothing) {
  OldSpace space;
  Object* first = NewString(space, 24);
  NewString(space, 24);
  for (int i = 0; i < 2; ++i) {
    first->Set(Object::kMarked);
    space.Sweep();
    EXPECT_EQ(space.used_bytes(), 24U);
    EXPECT_EQ(ObjectsIn(space), std::set<Object*>{first});
  }
}

TEST(OldSpaceTest, FreeChunksGoBackButForASpareReserve) {
  OldSpace space;
  for (int i = 0; i < 100000; ++i) NewString(space, 1024);
  EXPECT_GT(space.footprint_bytes(), size_t{95} << 20);
  space.Sweep();
  space.ReturnMemory(0);
  EXPECT_EQ(space.used_bytes(), 0U);
  EXPECT_LE(space.footprint_bytes(), size_t{16} << 20);
  EXPECT_TRUE(ObjectsIn(space).empty());
}

TEST(OldSpaceTest, ChunksServeOtherSizesAfterwards) {
  OldSpace space;
  for (int i = 0; i < 1000; ++i) NewString(space, 1024);
  const size_t footprint = space.footprint_bytes();
  space.Sweep();
  for (int i = 0; i < 10000; ++i) NewString(space, 96);
  EXPECT_LE(space.footprint_bytes(), footprint + OldSpace::kChunkBytes);
}

TEST(OldSpaceTest, LargeObjectsHaveCleanCards) {
  OldSpace space;
  Object* object = NewString(space, 100000);
  LargeObject* large = LargeObject::Of(object);
  EXPECT_EQ(large->object(), object);
  EXPECT_EQ(large->object_bytes, 100000U);
  EXPECT_EQ(large->CardCount(), 1563U);
  for (size_t i = 0; i < large->CardCount(); ++i) EXPECT_EQ(large->cards()[i], 0);
}

// A collection that follows still finds what the remembered set has of it.
TEST(OldSpaceTest, ShrinkingKeepsTheFirstCard) {
  for (const uint8_t mark : {uint8_t{0}, uint8_t{1}}) {
    OldSpace space;
    Object* object = NewString(space, 100000);
    LargeObject* large = LargeObject::Of(object);
    large->cards()[0] = mark;
    constexpr size_t kBytes = OldSpace::kMaxCellBytes + 8;
    static_cast<String*>(object)->byte_length = kBytes - offsetof(String, bytes);
    space.Shrink(object, kBytes);
    EXPECT_EQ(large->object_bytes, kBytes);
    EXPECT_EQ(large->cards()[0], mark);
    for (size_t i = 1; i < large->CardCount(); ++i) EXPECT_EQ(large->cards()[i], 0);
    EXPECT_TRUE(IsIntact(object));
  }
}

// A string that grows: each value is longer than all that have died, and what is kept is what died
// last.
TEST(OldSpaceTest, LargeObjectsThatGrowUseRoomAgain) {
  OldSpace space;
  size_t bytes = 200 << 10;
  std::set<Object*> before;
  for (int round = 0; round < 20; ++round) {
    size_t used_again = 0;
    std::set<Object*> now;
    for (int i = 0; i < 100; ++i) {
      Object* object = NewString(space, bytes += 8);
      used_again += before.contains(object) ? 1 : 0;
      now.insert(object);
    }
    if (round > 0) {
      EXPECT_GE(used_again, 20U) << round;
    }
    space.Sweep();
    space.ReturnMemory(space.used_bytes());
    before = std::move(now);
  }
}

// Large objects that die are used again for others of about their size, and go back to the system
// when the space is not expected to grow that far again.
TEST(OldSpaceTest, LargeObjectsAreUsedAgain) {
  constexpr size_t kBytes = 200 << 10;
  OldSpace space;
  std::set<Object*> first;
  for (int i = 0; i < 300; ++i) first.insert(NewString(space, kBytes));
  const size_t footprint = space.footprint_bytes();
  space.Sweep();
  EXPECT_EQ(space.used_bytes(), 0U);
  space.ReturnMemory(footprint);
  EXPECT_EQ(space.footprint_bytes(), footprint);
  for (size_t i = 0; i < 300; ++i) {
    Object* object = NewString(space, kBytes - 8 * i);
    EXPECT_TRUE(first.contains(object));
    EXPECT_TRUE(IsIntact(object));
  }
  EXPECT_EQ(space.footprint_bytes(), footprint);
  space.Sweep();
  // None is so much too large for an object as these would be.
  EXPECT_FALSE(first.contains(NewString(space, kBytes / 2)));
  space.ReturnMemory(0);
  EXPECT_LT(space.footprint_bytes(), footprint / 2);
}

TEST(OldSpaceTest, SpareMemoryIsGivenUpBeforeARequestIsRefused) {
  OldSpace space;
  for (int i = 0; i < 100; ++i) NewString(space, 200 << 10);
  space.Sweep();
  EXPECT_TRUE(space.CanProvide(size_t{1} << 20));
  EXPECT_GT(space.footprint_bytes(), size_t{19} << 20);
  EXPECT_FALSE(space.CanProvide(size_t{1} << 60));
  EXPECT_EQ(space.footprint_bytes(), 0U);
}

}  // namespace
}  // namespace som
