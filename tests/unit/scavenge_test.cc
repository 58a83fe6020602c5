#include "vm/memory/scavenge.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/heap_fixture.h"

namespace som {
namespace {

HeapOptions WithAge(bool age) {
  HeapOptions options = TestHeap::SmallOptions();
  options.age = age;
  return options;
}

TEST(ScavengeTest, WithAgingSurvivorsMoveOnceInTheNurseryThenToOldSpace) {
  TestHeap test(WithAge(true));
  Instance* object = test.NewInstance(2);
  object->fields[0] = Value::Int(7);
  test.roots.values = {Value::FromObject(object)};
  test.heap.CollectYoung();
  Instance* survivor = test.RootInstance(0);
  EXPECT_NE(survivor, object);
  EXPECT_TRUE(test.heap.IsYoung(survivor));
  EXPECT_TRUE(survivor->Has(Object::kSurvivor));
  test.heap.CollectYoung();
  Instance* promoted = test.RootInstance(0);
  EXPECT_FALSE(test.heap.IsYoung(promoted));
  EXPECT_TRUE(promoted->Has(Object::kOld));
  EXPECT_FALSE(promoted->Has(Object::kSurvivor));
  EXPECT_EQ(promoted->fields[0], Value::Int(7));
  test.heap.CollectYoung();
  EXPECT_EQ(test.RootInstance(0), promoted);
}

TEST(ScavengeTest, WithoutAgingTheFirstCollectionPromotes) {
  TestHeap test(WithAge(false));
  test.roots.values = {Value::FromObject(test.NewInstance(1))};
  test.heap.CollectYoung();
  EXPECT_FALSE(test.heap.IsYoung(test.Root(0).AsObject()));
  EXPECT_EQ(test.heap.statistics().copied_bytes, 16U);
  EXPECT_EQ(test.heap.statistics().promoted_bytes, 16U);
}

TEST(ScavengeTest, SharedObjectsAndCyclesStayShared) {
  for (const bool age : {false, true}) {
    TestHeap test(WithAge(age));
    Instance* a = test.NewInstance(2);
    Instance* b = test.NewInstance(2);
    a->fields[0] = Value::FromObject(b);
    b->fields[0] = Value::FromObject(a);
    b->fields[1] = Value::FromObject(b);
    test.roots.values = {Value::FromObject(a), Value::FromObject(b), Value::FromObject(a)};
    for (int i = 0; i < 3; ++i) {
      test.heap.CollectYoung();
      a = test.RootInstance(0);
      b = test.RootInstance(1);
      EXPECT_EQ(test.Root(2), test.Root(0));
      EXPECT_EQ(a->fields[0], Value::FromObject(b));
      EXPECT_EQ(b->fields[0], Value::FromObject(a));
      EXPECT_EQ(b->fields[1], Value::FromObject(b));
    }
  }
}

TEST(ScavengeTest, ARootSlotMayBeVisitedTwice) {
  TestHeap test;
  test.roots.visits_each = 3;
  Instance* object = test.NewInstance(1);
  object->fields[0] = Value::Int(42);
  test.roots.values = {Value::FromObject(object)};
  test.heap.CollectYoung();
  EXPECT_EQ(test.RootInstance(0)->fields[0], Value::Int(42));
  EXPECT_EQ(test.heap.statistics().copied_bytes, 16U);
}

TEST(ScavengeTest, WordsThatAreNoPointersStay) {
  TestHeap test;
  Instance* object = test.NewInstance(1);
  // An integer and a double whose bits look like an address in the nursery.
  const Value like_address = Value::FromBits(reinterpret_cast<uint64_t>(object));
  const Value like_double = Value::FromBits(reinterpret_cast<uint64_t>(object) + 2);
  test.roots.values = {like_address, like_double, Value::Unwind(), Value::FromObject(object)};
  test.heap.CollectYoung();
  EXPECT_EQ(test.Root(0), like_address);
  EXPECT_EQ(test.Root(1), like_double);
  EXPECT_TRUE(test.Root(2).IsUnwind());
  EXPECT_NE(test.Root(3), Value::FromObject(object));
}

TEST(ScavengeTest, SurvivorsThatDoNotFitArePromoted) {
  TestHeap test;
  for (int i = 0; i < 60; ++i) test.roots.values.push_back(Value::FromObject(test.NewArray(126)));
  test.heap.CollectYoung();
  int young = 0;
  for (const Value value : test.roots.values) young += test.heap.IsYoung(value.AsObject());
  EXPECT_EQ(young, 16);  // of 1 KB each in a survivor space of 16 KB
  test.heap.CollectYoung();
  for (const Value value : test.roots.values) EXPECT_FALSE(test.heap.IsYoung(value.AsObject()));
}

TEST(ScavengeTest, WhereEverythingSurvivesAgainPromotionIsImmediate) {
  HeapOptions options = TestHeap::SmallOptions();
  options.nursery_bytes = size_t{256} << 10;
  TestHeap test(options);
  for (int i = 0; i < 60; ++i) test.roots.values.push_back(Value::FromObject(test.NewArray(126)));
  test.heap.CollectYoung();
  EXPECT_TRUE(test.heap.IsYoung(test.Root(0).AsObject()));
  test.heap.CollectYoung();
  test.roots.values.push_back(Value::FromObject(test.NewArray(126)));
  test.heap.CollectYoung();
  EXPECT_FALSE(test.heap.IsYoung(test.roots.values.back().AsObject()));
  for (int i = 0; i < AgePolicy::kPromotingCollections; ++i) test.heap.CollectYoung();
  test.roots.values.push_back(Value::FromObject(test.NewArray(126)));
  test.heap.CollectYoung();
  EXPECT_TRUE(test.heap.IsYoung(test.roots.values.back().AsObject()));
}

TEST(ScavengeTest, AnOldHolderIsRememberedAslongAsItPointsToTheYoung) {
  TestHeap test;
  Instance* holder = test.NewOldInstance(2);
  test.roots.values = {Value::FromObject(holder)};
  test.heap.Store(holder, &holder->fields[0], Value::FromObject(test.NewInstance(1)));
  EXPECT_TRUE(holder->Has(Object::kRemembered));
  test.heap.CollectYoung();
  EXPECT_TRUE(test.heap.IsYoung(holder->fields[0].AsObject()));
  EXPECT_TRUE(holder->Has(Object::kRemembered));
  test.heap.CollectYoung();
  EXPECT_FALSE(test.heap.IsYoung(holder->fields[0].AsObject()));
  EXPECT_FALSE(holder->Has(Object::kRemembered));
}

TEST(ScavengeTest, APromotedObjectThatPointsToASurvivorIsRemembered) {
  TestHeap test;
  test.roots.values = {Value::FromObject(test.NewInstance(1))};
  test.heap.CollectYoung();
  Instance* young = test.NewInstance(1);
  young->fields[0] = Value::Int(5);
  test.RootInstance(0)->fields[0] = Value::FromObject(young);
  test.heap.CollectYoung();
  Instance* promoted = test.RootInstance(0);
  EXPECT_FALSE(test.heap.IsYoung(promoted));
  EXPECT_TRUE(promoted->Has(Object::kRemembered));
  test.heap.CollectYoung();
  EXPECT_EQ(As<Instance>(promoted->fields[0])->fields[0], Value::Int(5));
  EXPECT_FALSE(promoted->Has(Object::kRemembered));
}

TEST(ScavengeTest, StoresIntoLargeArraysAreRememberedByCard) {
  TestHeap test;
  Array* array = test.NewArray(10000);
  ASSERT_FALSE(test.heap.IsYoung(array));
  ASSERT_TRUE(array->Has(Object::kLarge));
  test.roots.values = {Value::FromObject(array)};
  const std::vector<int64_t> indexes = {0, 1, 61, 62, 63, 5000, 9999};
  for (const int64_t index : indexes) {
    Instance* element = test.NewInstance(1);
    element->fields[0] = Value::Int(index);
    test.heap.Store(array, &array->elements[index], Value::FromObject(element));
  }
  for (int i = 0; i < 3; ++i) {
    test.heap.CollectYoung();
    for (const int64_t index : indexes) {
      EXPECT_EQ(As<Instance>(array->elements[index])->fields[0], Value::Int(index));
    }
  }
  EXPECT_FALSE(test.heap.IsYoung(array->elements[5000].AsObject()));
  LargeObject* large = LargeObject::Of(array);
  for (size_t i = 0; i < large->CardCount(); ++i) EXPECT_EQ(large->cards()[i], 0);
}

TEST(ScavengeTest, AfterFillRemembersALargeArrayOfYoungObjects) {
  TestHeap test;
  test.roots.values = {Value::FromObject(test.NewInstance(1))};
  auto* array = static_cast<Array*>(
      test.heap.Allocate(TestHeap::kArrayClass, Kind::kArray, ArrayBytes(20000)));
  array->length = Value::Int(20000);
  for (int64_t i = 0; i < 20000; ++i) array->elements[i] = test.Root(0);
  test.heap.AfterFill(array);
  test.roots.values.push_back(Value::FromObject(array));
  for (int i = 0; i < 3; ++i) {
    test.heap.CollectYoung();
    for (int64_t j = 0; j < 20000; ++j) ASSERT_EQ(array->elements[j], test.Root(0));
  }
}

TEST(ScavengeTest, ALargeYoungArrayIsPromotedWithItsCards) {
  TestHeap test;
  test.roots.values = {Value::FromObject(test.NewArray(2000))};
  ASSERT_TRUE(test.heap.IsYoung(test.Root(0).AsObject()));
  test.heap.CollectYoung();
  Instance* young = test.NewInstance(1);
  young->fields[0] = Value::Int(3);
  Array* array = As<Array>(test.Root(0));
  test.heap.Store(array, &array->elements[1999], Value::FromObject(young));
  test.heap.CollectYoung();
  array = As<Array>(test.Root(0));
  EXPECT_TRUE(array->Has(Object::kLarge));
  EXPECT_FALSE(array->Has(Object::kRemembered));
  EXPECT_TRUE(test.heap.IsYoung(array->elements[1999].AsObject()));
  test.heap.CollectYoung();
  EXPECT_EQ(As<Instance>(array->elements[1999])->fields[0], Value::Int(3));
}

TEST(ScavengeTest, ALongListDoesNotRecurse) {
  for (const bool age : {false, true}) {
    HeapOptions options = WithAge(age);
    options.nursery_bytes = size_t{64} << 20;
    options.verify = false;
    TestHeap test(options);
    test.roots.values = {Value::Int(0)};
    constexpr int kLength = 300000;
    for (int i = 0; i < kLength; ++i) {
      Instance* link = test.NewInstance(1);
      link->fields[0] = test.Root(0);
      test.roots.values[0] = Value::FromObject(link);
    }
    test.heap.CollectYoung();
    test.heap.CollectFull();
    int length = 0;
    for (Value v = test.Root(0); v.IsObject(); v = As<Instance>(v)->fields[0]) ++length;
    EXPECT_EQ(length, kLength);
  }
}

TEST(ScavengeTest, BytesOfStringsSurvive) {
  TestHeap test;
  for (size_t length = 0; length < 100; ++length) {
    test.roots.values.push_back(Value::FromObject(test.NewString(std::string(length, 'x'))));
  }
  for (int i = 0; i < 3; ++i) {
    test.heap.CollectYoung();
    for (size_t length = 0; length < 100; ++length) {
      EXPECT_EQ(As<String>(test.Root(length))->View(), std::string(length, 'x'));
    }
  }
}

}  // namespace
}  // namespace som
