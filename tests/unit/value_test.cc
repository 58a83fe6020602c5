#include "vm/objects/value.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace som {
namespace {

TEST(ValueTest, IntegersRoundTripAndFitExactly62Bits) {
  for (const int64_t i : {int64_t{0}, int64_t{1}, int64_t{-1}, Value::kMaxInt, Value::kMinInt}) {
    const Value v = Value::Int(i);
    EXPECT_TRUE(v.IsInt());
    EXPECT_FALSE(v.IsObject());
    EXPECT_FALSE(v.IsImmediateDouble());
    EXPECT_EQ(v.AsInt(), i);
    EXPECT_TRUE(Value::FitsInt(i));
  }
  EXPECT_EQ(Value::kMaxInt, (int64_t{1} << 61) - 1);
  EXPECT_FALSE(Value::FitsInt(Value::kMaxInt + 1));
  EXPECT_FALSE(Value::FitsInt(Value::kMinInt - 1));
  EXPECT_FALSE(Value::FitsInt(std::numeric_limits<int64_t>::min()));
}

TEST(ValueTest, TaggedIntegersAddAndCompareAsWords) {
  const Value a = Value::Int(-7);
  const Value b = Value::Int(12);
  EXPECT_EQ(Value::FromBits(a.bits() + b.bits()), Value::Int(5));
  EXPECT_LT(static_cast<int64_t>(a.bits()), static_cast<int64_t>(b.bits()));
}

TEST(ValueTest, TheDoublesWithAnImmediateFormAreThoseOfTheStatedExponents) {
  const auto immediate = [](double d) { return Value::EncodeDouble(d).IsImmediateDouble(); };
  for (const double d :
       {0.0, -0.0, 1.0, -1.0, 3.25, 1e76, -1e76, 1e-76, std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::denorm_min()}) {
    EXPECT_TRUE(immediate(d)) << d;
  }
  for (const double d : {1e100, -1e100, 1e-100, 1e200}) EXPECT_FALSE(immediate(d)) << d;
}

TEST(ValueTest, EveryImmediateDoubleRoundTripsBitByBit) {
  std::mt19937_64 random(20);
  int immediate = 0;
  for (int i = 0; i < 200000; ++i) {
    const double d = std::bit_cast<double>(random());
    const Value v = Value::EncodeDouble(d);
    const uint64_t exponent_bits = (std::bit_cast<uint64_t>(d) >> 60) & 7;
    const bool expected =
        exponent_bits == 0 || exponent_bits == 3 || exponent_bits == 4 || exponent_bits == 7;
    ASSERT_EQ(v.IsImmediateDouble(), expected) << d;
    if (!expected) continue;
    ++immediate;
    ASSERT_FALSE(v.IsInt());
    ASSERT_FALSE(v.IsObject());
    ASSERT_EQ(std::bit_cast<uint64_t>(v.AsImmediateDouble()), std::bit_cast<uint64_t>(d));
  }
  EXPECT_GT(immediate, 90000);
}

TEST(ValueTest, PairTestsNeedBothOperands) {
  const Value i = Value::Int(3);
  const Value d = Value::EncodeDouble(3.0);
  EXPECT_TRUE(Value::BothInt(i, i));
  EXPECT_FALSE(Value::BothInt(i, d));
  EXPECT_FALSE(Value::BothInt(d, i));
  EXPECT_TRUE(Value::BothImmediateDouble(d, d));
  EXPECT_FALSE(Value::BothImmediateDouble(i, d));
  EXPECT_FALSE(Value::BothImmediateDouble(d, i));
}

TEST(ValueTest, TheUnwindSentinelIsNoOrdinaryValue) {
  EXPECT_TRUE(Value::Unwind().IsUnwind());
  EXPECT_FALSE(Value::Unwind().IsInt());
  EXPECT_FALSE(Value::Unwind().IsImmediateDouble());
  EXPECT_FALSE(Value().IsUnwind());
  EXPECT_EQ(Value(), Value::Int(0));
}

}  // namespace
}  // namespace som
