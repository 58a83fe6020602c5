#include "vm/objects/object.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace som {
namespace {

constexpr std::array<uint32_t, 4> kFieldCounts = {0, 1, 2, 3};

// Room for an object of any kind, zeroed.
struct Room {
  alignas(16) std::array<uint64_t, 64> words = {};
  template <typename T>
  T* Make(uint32_t class_index, Kind kind) {
    T* object = reinterpret_cast<T*>(words.data());
    object->header = Object::MakeHeader(class_index, kind);
    return object;
  }
};

TEST(ObjectTest, HeaderKeepsItsPartsApart) {
  Room room;
  Object* object = room.Make<Object>(0xFFFFFFFF, Kind::kMirror);
  object->Set(Object::kOld | Object::kMarked);
  object->header |= uint64_t{0xABCDE} << Object::kHashShift;
  EXPECT_EQ(object->class_index(), 0xFFFFFFFF);
  EXPECT_EQ(object->kind(), Kind::kMirror);
  EXPECT_EQ(object->hash_bits(), 0xABCDEU);
  EXPECT_TRUE(object->Has(Object::kOld));
  EXPECT_FALSE(object->IsForwarded());
  object->Clear(Object::kMarked);
  EXPECT_FALSE(object->Has(Object::kMarked));
  EXPECT_TRUE(object->Has(Object::kOld));
}

TEST(ObjectTest, ForwardingReplacesTheHeader) {
  Room from;
  Room to;
  Object* object = from.Make<Object>(3, Kind::kInstance);
  Object* copy = to.Make<Object>(3, Kind::kInstance);
  object->ForwardTo(copy);
  EXPECT_TRUE(object->IsForwarded());
  EXPECT_EQ(object->ForwardingAddress(), copy);
}

TEST(ObjectTest, InstancesTakeTheirSizeFromTheClass) {
  Room room;
  Instance* object = room.Make<Instance>(3, Kind::kInstance);
  EXPECT_EQ(ObjectBytes(object, kFieldCounts.data()), 32U);
  const ValueRange values = ObjectValues(object, kFieldCounts.data());
  EXPECT_EQ(values.begin, object->fields);
  EXPECT_EQ(values.end - values.begin, 3);
}

TEST(ObjectTest, ClassObjectsHaveANativeRecordBeforeTheirFields) {
  Room room;
  ClassObject* object = room.Make<ClassObject>(2, Kind::kClass);
  EXPECT_EQ(ObjectBytes(object, kFieldCounts.data()), 32U);
  const ValueRange values = ObjectValues(object, kFieldCounts.data());
  EXPECT_EQ(values.begin, object->fields);
  EXPECT_EQ(values.end - values.begin, 2);
}

TEST(ObjectTest, ArraysContextsAndBlocksDescribeThemselves) {
  Room array_room;
  Array* array = array_room.Make<Array>(0, Kind::kArray);
  array->length = Value::Int(5);
  EXPECT_EQ(ObjectBytes(array, nullptr), 56U);
  EXPECT_EQ(ObjectValues(array, nullptr).end - ObjectValues(array, nullptr).begin, 5);

  Room context_room;
  Context* context = context_room.Make<Context>(0, Kind::kContext);
  context->count = Value::Int(2);
  EXPECT_EQ(ObjectBytes(context, nullptr), 40U);
  EXPECT_EQ(ObjectValues(context, nullptr).begin, &context->outer);
  EXPECT_EQ(ObjectValues(context, nullptr).end, context->slots + 2);

  Room block_room;
  Block* block = block_room.Make<Block>(0, Kind::kBlock);
  block->copied_count = Value::Int(3);
  EXPECT_EQ(ObjectBytes(block, nullptr), 80U);
  EXPECT_EQ(ObjectValues(block, nullptr).begin, &block->self);
  EXPECT_EQ(ObjectValues(block, nullptr).end, block->copied + 3);
}

TEST(ObjectTest, ByteKindsHaveNoValues) {
  Room string_room;
  String* string = string_room.Make<String>(0, Kind::kString);
  string->byte_length = 9;
  EXPECT_EQ(ObjectBytes(string, nullptr), 40U);
  EXPECT_EQ(ObjectValues(string, nullptr).begin, ObjectValues(string, nullptr).end);
  string->byte_length = 0;
  EXPECT_EQ(ObjectBytes(string, nullptr), 24U);

  Room big_room;
  BigInteger* big = big_room.Make<BigInteger>(0, Kind::kBigInteger);
  big->signed_size = -3;
  EXPECT_EQ(ObjectBytes(big, nullptr), 40U);
  EXPECT_EQ(ObjectValues(big, nullptr).begin, ObjectValues(big, nullptr).end);

  Room double_room;
  EXPECT_EQ(ObjectBytes(double_room.Make<BoxedDouble>(0, Kind::kDouble), nullptr), 16U);
  Room mirror_room;
  EXPECT_EQ(ObjectBytes(mirror_room.Make<Mirror>(0, Kind::kMirror), nullptr), 16U);
}

TEST(ObjectTest, KindsHaveNames) {
  EXPECT_STREQ(KindName(Kind::kInstance), "Instance");
  EXPECT_STREQ(KindName(Kind::kMirror), "Mirror");
  EXPECT_STREQ(KindName(static_cast<Kind>(15)), "?");
}

}  // namespace
}  // namespace som
