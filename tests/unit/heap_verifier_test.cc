#include "vm/memory/heap_verifier.h"

#include <gtest/gtest.h>

#include "tests/unit/heap_fixture.h"
#include "vm/objects/well_known.h"

namespace som {
namespace {

TEST(HeapVerifierTest, AcceptsAnOrdinaryHeap) {
  TestHeap test;
  test.roots.values = {Value::FromObject(test.NewInstance(3)), Value::Int(1),
                       Value::EncodeDouble(1.5), Value::Unwind(),
                       Value::FromObject(test.NewArray(9000))};
  test.heap.Verify();
  test.heap.CollectYoung();
  test.heap.CollectFull();
  test.heap.Verify();
}

TEST(HeapVerifierDeathTest, FindsARootThatIsNoObject) {
  TestHeap test;
  Instance* object = test.NewInstance(3);
  test.roots.values = {Value::FromObject(reinterpret_cast<Object*>(&object->fields[1]))};
  EXPECT_DEATH(test.heap.Verify(), "root, pointer to what is no object");
}

TEST(HeapVerifierDeathTest, FindsAStaleOldRoot) {
  TestHeap test;
  test.roots.old_values = {Value::FromObject(test.NewOldInstance(3))};
  test.heap.Verify();
  const Value stale = test.roots.old_values[0];
  test.roots.old_values.clear();
  test.heap.CollectFull();
  test.roots.old_values = {stale};
  EXPECT_DEATH(test.heap.Verify(), "old root, pointer to what is no object");
}

TEST(HeapVerifierDeathTest, FindsAPointerIntoFromSpace) {
  TestHeap test;
  Instance* holder = test.NewInstance(1);
  const Value stale = Value::FromObject(test.NewInstance(2));
  test.roots.values = {Value::FromObject(holder)};
  test.heap.CollectYoung();
  test.RootInstance(0)->fields[0] = stale;
  EXPECT_DEATH(test.heap.Verify(), "object, pointer to what is no object");
}

TEST(HeapVerifierDeathTest, FindsAStoreWithoutBarrier) {
  TestHeap test;
  Instance* holder = test.NewOldInstance(1);
  holder->fields[0] = Value::FromObject(test.NewInstance(1));
  EXPECT_DEATH(test.heap.Verify(), "points to a young one but is not remembered");
}

TEST(HeapVerifierDeathTest, FindsACardWithoutBarrier) {
  TestHeap test;
  Array* array = test.NewArray(10000);
  const Value young = Value::FromObject(test.NewInstance(1));
  test.heap.Store(array, &array->elements[0], young);
  test.heap.Verify();
  array->elements[500] = young;
  EXPECT_DEATH(test.heap.Verify(), "card is not remembered");
}

TEST(HeapVerifierDeathTest, FindsARememberedFlagWithoutEntry) {
  TestHeap test;
  test.NewOldInstance(1)->Set(Object::kRemembered);
  EXPECT_DEATH(test.heap.Verify(), "flag without entry");
}

TEST(HeapVerifierDeathTest, FindsBrokenHeaders) {
  TestHeap test;
  Instance* object = test.NewOldInstance(1);
  const uint64_t header = object->header;
  object->header = Object::MakeHeader(1, static_cast<Kind>(14)) | Object::kOld;
  EXPECT_DEATH(test.heap.Verify(), "unknown kind");
  object->header = header | Object::kForwarded;
  EXPECT_DEATH(test.heap.Verify(), "forwarded header");
  object->header = header | Object::kMarked;
  EXPECT_DEATH(test.heap.Verify(), "mark left behind");
  object->header = header & ~Object::kOld;
  EXPECT_DEATH(test.heap.Verify(), "wrong generation");
  object->header = header | Object::kSurvivor;
  EXPECT_DEATH(test.heap.Verify(), "nursery age");
  object->header = header | Object::kLarge;
  EXPECT_DEATH(test.heap.Verify(), "large flag");
  object->header = header;
  test.heap.Verify();
}

TEST(HeapVerifierDeathTest, FindsATextBeyondItsBuffer) {
  TestHeap test;
  auto* buffer = static_cast<TextBuffer*>(
      test.heap.AllocateOld(kStringClass, Kind::kTextBuffer, StringBytes(400)));
  buffer->byte_length = buffer->char_length = 300;
  buffer->capacity = 400;
  auto* text = static_cast<String*>(
      test.heap.AllocateOld(kStringClass, Kind::kGrownString, kGrownStringBytes));
  text->byte_length = String::kInBuffer;
  text->char_length = 300;
  text->hash = text->symbol_index = 0;
  text->grown = {Value::FromObject(buffer), 300};
  test.heap.Verify();
  text->grown.byte_length = 301;
  EXPECT_DEATH(test.heap.Verify(), "text beyond its buffer");
  text->grown = {Value::FromObject(test.NewOldInstance(1)), 300};
  EXPECT_DEATH(test.heap.Verify(), "text beyond its buffer");
}

TEST(HeapVerifierDeathTest, ACollectionWithTheOptionVerifies) {
  TestHeap test;
  test.roots.values = {Value::FromObject(test.NewOldInstance(1))};
  test.RootInstance(0)->fields[0] = Value::FromBits(0x1235);
  EXPECT_DEATH(test.heap.CollectYoung(), "pointer to what is no object");
}

}  // namespace
}  // namespace som
