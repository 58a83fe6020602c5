// Integers of any size: canonical form, arithmetic against independent identities, conversion at
// the edges.
#include "vm/numbers/big_integer.h"

#include <cmath>
#include <limits>
#include <random>

#include "tests/unit/primitive_fixture.h"

namespace som {
namespace {

class BigIntegerTest : public PrimitiveTest {
 protected:
  // Both operands and the result as text.
  std::string Apply(Value (*function)(VM&, Value, Value), std::string_view a, std::string_view b) {
    return Show(function(vm_, Big(a), Big(b)));
  }
  std::string Shifted(std::string_view a, uint64_t count) {
    return Show(ShiftLeft(vm_, Big(a), count));
  }
};

constexpr std::string_view k2To62 = "4611686018427387904";
constexpr std::string_view k2To63 = "9223372036854775808";
constexpr std::string_view k2To64 = "18446744073709551616";
constexpr std::string_view k2To100 = "1267650600228229401496703205376";

TEST_F(BigIntegerTest, SmallOnlyWithinSixtyTwoBits) {
  EXPECT_TRUE(Big("2305843009213693951").IsInt());
  EXPECT_FALSE(Big("2305843009213693952").IsInt());
  EXPECT_TRUE(Big("-2305843009213693952").IsInt());
  EXPECT_FALSE(Big("-2305843009213693953").IsInt());
}

TEST_F(BigIntegerTest, ResultsThatFitBecomeSmallAgain) {
  EXPECT_EQ(Subtract(vm_, Big(k2To100), Big("1267650600228229401496703205369")), Value::Int(7));
  EXPECT_EQ(TruncatedQuotient(vm_, Big(k2To100), Big(k2To100)), Value::Int(1));
  EXPECT_EQ(Add(vm_, Big("2305843009213693952"), Value::Int(-1)), Value::Int(Value::kMaxInt));
  EXPECT_EQ(ShiftRight(vm_, Big(k2To100), 99), Value::Int(2));
  EXPECT_EQ(BitAnd(vm_, Big(k2To100), Value::Int(-1)).IsInt(), false);
  EXPECT_EQ(BitXor(vm_, Big(k2To100), Big(k2To100)), Value::Int(0));
}

TEST_F(BigIntegerTest, ArithmeticCrossesTheWordSizes) {
  EXPECT_EQ(Apply(Add, k2To62, k2To62), k2To63);
  EXPECT_EQ(Apply(Add, k2To63, k2To63), k2To64);
  EXPECT_EQ(Apply(Subtract, "-9223372036854775808", k2To62), "-13835058055282163712");
  EXPECT_EQ(Apply(Multiply, k2To62, k2To62), "21267647932558653966460912964485513216");
  EXPECT_EQ(Apply(Multiply, "-9223372036854775808", "-9223372036854775808"),
            "85070591730234615865843651857942052864");
  EXPECT_EQ(Apply(TruncatedQuotient, "-9223372036854775808", "-1"), k2To63);
  EXPECT_EQ(Apply(Multiply, k2To100, "-1"), "-1267650600228229401496703205376");
}

TEST_F(BigIntegerTest, SignsOfQuotientAndRemainders) {
  EXPECT_EQ(Apply(TruncatedQuotient, "-7", "2"), "-3");
  EXPECT_EQ(Apply(FlooredRemainder, "10", "-3"), "-2");
  EXPECT_EQ(Apply(FlooredRemainder, "-10", "3"), "2");
  EXPECT_EQ(Apply(FlooredRemainder, "-9", "3"), "0");
  EXPECT_EQ(Apply(TruncatedRemainder, "-10", "3"), "-1");
  EXPECT_EQ(Apply(FlooredRemainder, "-1267650600228229401496703205376", "10"), "4");
  EXPECT_EQ(Apply(TruncatedRemainder, "-1267650600228229401496703205376", "10"), "-6");
  EXPECT_EQ(Apply(FlooredRemainder, "3", "-1267650600228229401496703205376"),
            "-1267650600228229401496703205373");
}

TEST_F(BigIntegerTest, DivisionAndMultiplicationAgreeOnRandomOperands) {
  std::mt19937_64 generator(1);
  std::uniform_int_distribution<size_t> lengths(1, 60);
  std::uniform_int_distribution<int> digits('0', '9');
  const auto random = [&] {
    std::string text = generator() % 2 == 0 ? "-" : "";
    text += '1';
    for (size_t n = lengths(generator); n > 0; --n) text += static_cast<char>(digits(generator));
    return text;
  };
  for (int i = 0; i < 500; ++i) {
    const std::string a = random();
    const std::string b = random();
    const std::string quotient = Apply(TruncatedQuotient, a, b);
    const std::string remainder = Apply(TruncatedRemainder, a, b);
    EXPECT_EQ(Apply(Add, Apply(Multiply, quotient, b), remainder), a) << a << " / " << b;
    const std::string modulus = Apply(FlooredRemainder, a, b);
    EXPECT_EQ(Apply(TruncatedRemainder, Apply(Subtract, a, modulus), b), "0") << a << " % " << b;
    EXPECT_TRUE(modulus == "0" || (modulus[0] == '-') == (b[0] == '-')) << a << " % " << b;
    EXPECT_EQ(Apply(Subtract, Apply(Add, a, b), b), a);
    EXPECT_EQ(Apply(Add, Apply(BitXor, a, b), Apply(Multiply, "2", Apply(BitAnd, a, b))),
              Apply(Add, a, b));
    EXPECT_EQ(Apply(Add, Apply(BitAnd, a, b), Apply(BitOr, a, b)), Apply(Add, a, b));
  }
}

TEST_F(BigIntegerTest, Shifts) {
  EXPECT_EQ(Shifted("1", 60), "1152921504606846976");
  EXPECT_EQ(Shifted("1", 61), "2305843009213693952");
  EXPECT_EQ(Shifted("-1", 70), "-1180591620717411303424");
  EXPECT_EQ(Shifted(k2To100, 0), k2To100);
  EXPECT_EQ(Shifted("0", uint64_t{1} << 60), "0");
  EXPECT_EQ(Show(ShiftRight(vm_, Value::Int(-1), 1)), "9223372036854775807");
  EXPECT_EQ(Show(ShiftRight(vm_, Value::Int(-1), 0)), "-1");
  EXPECT_EQ(Show(ShiftRight(vm_, Value::Int(1023), 3)), "127");
  EXPECT_EQ(Show(ShiftRight(vm_, Value::Int(5), 64)), "0");
  EXPECT_EQ(Show(ShiftRight(vm_, Big("-1267650600228229401496703205377"), 100)), "-2");
}

TEST_F(BigIntegerTest, AbsurdShiftIsAnError) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(ShiftLeft(vm_, Value::Int(1), uint64_t{1} << 40).IsUnwind());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("Shift too big."));
}

TEST_F(BigIntegerTest, Low32BitsAreThoseOfTwosComplement) {
  EXPECT_EQ(Low32Bits(Value::Int(-1)), 0xFFFFFFFFu);
  EXPECT_EQ(Low32Bits(Big("9223372036854775296")), 0xFFFFFE00u);
  EXPECT_EQ(Low32Bits(Big("-1267650600228229401496703205375")), 1u);
}

TEST_F(BigIntegerTest, ComparesExactlyWithDoubles) {
  const auto less = std::partial_ordering::less;
  const auto equal = std::partial_ordering::equivalent;
  const auto greater = std::partial_ordering::greater;
  // 2^53 + 1 has no double; rounding it would make it equal to its neighbour.
  EXPECT_EQ(CompareIntegerToDouble(Value::Int(9007199254740993), 9007199254740992.0), greater);
  EXPECT_EQ(CompareIntegerToDouble(Value::Int(-9007199254740993), -9007199254740992.0), less);
  EXPECT_EQ(CompareIntegerToDouble(Value::Int(1), 1.0), equal);
  EXPECT_EQ(CompareIntegerToDouble(Value::Int(1), 1.5), less);
  EXPECT_EQ(CompareIntegerToDouble(Value::Int(-1), -1.5), greater);
  EXPECT_EQ(CompareIntegerToDouble(Value::Int(Value::kMaxInt), 2305843009213693952.0), less);
  EXPECT_EQ(CompareIntegerToDouble(Value::Int(5), 1e300), less);
  EXPECT_EQ(CompareIntegerToDouble(Big(k2To100), std::ldexp(1.0, 100)), equal);
  EXPECT_EQ(CompareIntegerToDouble(Big("1267650600228229401496703205377"), std::ldexp(1.0, 100)),
            greater);
  EXPECT_EQ(CompareIntegerToDouble(Big(k2To100), std::numeric_limits<double>::infinity()), less);
  EXPECT_EQ(CompareIntegerToDouble(Big(k2To100), std::nan("")), std::partial_ordering::unordered);
  EXPECT_EQ(CompareIntegerToDouble(Value::Int(0), std::nan("")), std::partial_ordering::unordered);
}

TEST_F(BigIntegerTest, ConvertsToTheNearestDouble) {
  EXPECT_EQ(IntegerToDouble(Big(k2To100)), std::ldexp(1.0, 100));
  // Halfway between two doubles goes to the even one, anything beyond to the farther one.
  EXPECT_EQ(IntegerToDouble(Big("18446744073709553664")), 18446744073709551616.0);
  EXPECT_EQ(IntegerToDouble(Big("18446744073709553665")), 18446744073709555712.0);
  EXPECT_EQ(IntegerToDouble(Big("-18446744073709553665")), -18446744073709555712.0);
  const Value huge = ShiftLeft(vm_, Value::Int(-1), 5000);
  EXPECT_EQ(IntegerToDouble(huge), -std::numeric_limits<double>::infinity());
}

TEST_F(BigIntegerTest, ConvertsFromDoublesExactly) {
  EXPECT_EQ(Show(IntegerFromDouble(vm_, 1.999)), "1");
  EXPECT_EQ(Show(IntegerFromDouble(vm_, -1.999)), "-1");
  EXPECT_EQ(Show(IntegerFromDouble(vm_, 1e22)), "10000000000000000000000");
  EXPECT_EQ(Show(IntegerFromDouble(vm_, -9223372036854775808.0)), "-9223372036854775808");
  EXPECT_EQ(Show(IntegerFromDouble(vm_, std::ldexp(1.0, 100))), k2To100);
}

TEST_F(BigIntegerTest, SquareRoots) {
  bool is_exact = false;
  EXPECT_EQ(Show(IntegerSquareRoot(vm_, Big(k2To100), &is_exact)), "1125899906842624");
  EXPECT_TRUE(is_exact);
  EXPECT_EQ(Show(IntegerSquareRoot(vm_, Value::Int(8), &is_exact)), "2");
  EXPECT_FALSE(is_exact);
}

TEST_F(BigIntegerTest, RandomNumbersStayBelowTheBound) {
  std::mt19937_64 generator(7);
  for (std::string_view digits : {"1", "10", "1267650600228229401496703205376"}) {
    const Value bound = Big(digits);
    for (int i = 0; i < 100; ++i) {
      const Value r = RandomBelow(vm_, bound, generator);
      EXPECT_GE(Sign(r), 0);
      EXPECT_TRUE(CompareIntegers(r, bound) < 0);
    }
  }
}

TEST_F(BigIntegerTest, TextOfAnySizeRoundTrips) {
  std::string digits = "-7";
  for (int i = 0; i < 20000; ++i) digits += static_cast<char>('0' + i % 10);
  EXPECT_EQ(IntegerDigits(IntegerFromDigits(vm_, digits)), digits);
  EXPECT_EQ(Show(IntegerFromDigits(vm_, "-007")), "-7");
  EXPECT_EQ(Show(IntegerFromDigits(vm_, "000000000000000000000000000007")), "7");
}

}  // namespace
}  // namespace som
