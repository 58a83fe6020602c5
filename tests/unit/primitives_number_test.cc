// Primitives of Integer and Double: mixed operands, edge cases, errors.
#include <cmath>
#include <limits>

#include "tests/unit/primitive_fixture.h"

namespace som {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class NumberPrimitivesTest : public PrimitiveTest {
 protected:
  std::string Integer(std::string_view selector, std::initializer_list<Value> values) {
    return Show(Call("Integer", selector, values));
  }
  std::string DoubleOp(std::string_view selector, std::initializer_list<Value> values) {
    return Show(Call("Double", selector, values));
  }
};

TEST_F(NumberPrimitivesTest, MixedArithmeticGivesDoubles) {
  EXPECT_EQ(Integer("+", {Value::Int(1), Double(0.5)}), "1.5");
  EXPECT_EQ(DoubleOp("-", {Double(1.5), Value::Int(1)}), "0.5");
  EXPECT_EQ(DoubleOp("*", {Double(0.5), Big("1267650600228229401496703205376")}),
            "6.338253001141147e29");
  EXPECT_EQ(Integer("//", {Value::Int(36), Value::Int(6)}), "6.0");
  EXPECT_EQ(DoubleOp("//", {Double(1), Value::Int(0)}), "inf");
  EXPECT_EQ(DoubleOp("//", {Double(0), Value::Int(0)}), "NaN");
}

TEST_F(NumberPrimitivesTest, QuotientOfIntegersBeyondTheDoubles) {
  const Value a = ShiftLeft(vm_, Value::Int(3), 3001);
  HandleScope scope(vm_.handles());
  Handle kept(scope, a);
  const Value b = ShiftLeft(vm_, Value::Int(1), 3000);
  EXPECT_EQ(Integer("//", {kept.get(), b}), "6.0");
  EXPECT_EQ(Integer("//", {Value::Int(1), kept.get()}), "0.0");
  EXPECT_EQ(Integer("//", {kept.get(), Value::Int(-1)}), "-inf");
}

TEST_F(NumberPrimitivesTest, DivisionTruncates) {
  EXPECT_EQ(Integer("/", {Value::Int(-12), Value::Int(5)}), "-2");
  EXPECT_EQ(Integer("/", {Value::Int(10), Double(1.3)}), "7");
  EXPECT_EQ(Integer("/", {Value::Int(5), Double(kInfinity)}), "0");
  EXPECT_THAT(ErrorOf("Integer", "/", {Value::Int(1), Value::Int(0)}),
              testing::EndsWith("Division by zero.\n"));
  EXPECT_THAT(ErrorOf("Integer", "/", {Value::Int(1), Double(0)}),
              testing::EndsWith("Division by zero.\n"));
  EXPECT_THAT(ErrorOf("Integer", "/", {Value::Int(1), Double(std::nan(""))}),
              testing::EndsWith("Domain error.\n"));
  const Value huge = ShiftLeft(vm_, Value::Int(1), 2000);
  EXPECT_THAT(ErrorOf("Integer", "/", {huge, Double(2)}),
              testing::EndsWith("Can't represent as double.\n"));
}

TEST_F(NumberPrimitivesTest, RemaindersOfDoublesTakeTheSignOfTheReceiver) {
  EXPECT_EQ(DoubleOp("%", {Double(-3), Double(2)}), "-1.0");
  EXPECT_EQ(DoubleOp("%", {Double(3), Double(-2)}), "1.0");
  EXPECT_EQ(Integer("%", {Value::Int(-3), Double(2)}), "-1.0");
  EXPECT_EQ(Integer("rem:", {Value::Int(7), Double(2.5)}), "2.0");
  EXPECT_EQ(Integer("%", {Value::Int(7), Double(0)}), "NaN");
  EXPECT_THAT(ErrorOf("Integer", "%", {Value::Int(1), Value::Int(0)}),
              testing::EndsWith("Division by zero.\n"));
  EXPECT_THAT(ErrorOf("Integer", "rem:", {Value::Int(1), Value::Int(0)}),
              testing::EndsWith("Division by zero or overflow.\n"));
}

TEST_F(NumberPrimitivesTest, ComparisonIsExactAndByValue) {
  EXPECT_EQ(Integer("<", {Value::Int(9007199254740992), Double(9007199254740992.0)}), "false");
  EXPECT_EQ(Integer(">", {Value::Int(9007199254740993), Double(9007199254740992.0)}), "true");
  EXPECT_EQ(DoubleOp("<", {Double(9007199254740992.0), Value::Int(9007199254740993)}), "true");
  EXPECT_EQ(DoubleOp("=", {Double(1), Value::Int(1)}), "true");
  EXPECT_EQ(Integer("==", {Value::Int(1), Double(1)}), "true");
  EXPECT_EQ(DoubleOp("=", {Double(0.0), Double(-0.0)}), "true");
  EXPECT_EQ(DoubleOp("=", {Double(std::nan("")), Double(std::nan(""))}), "false");
  EXPECT_EQ(DoubleOp("~=", {Double(std::nan("")), Double(std::nan(""))}), "true");
  EXPECT_EQ(DoubleOp(">=", {Double(std::nan("")), Value::Int(1)}), "false");
  EXPECT_EQ(Integer("=", {Value::Int(0), Text("a")}), "false");
  EXPECT_EQ(Integer("<>", {Value::Int(0), Nil()}), "true");
  EXPECT_EQ(Integer("max:", {Value::Int(3), Double(3)}), "3");
  EXPECT_EQ(Integer("min:", {Value::Int(3), Double(2.5)}), "2.5");
}

TEST_F(NumberPrimitivesTest, NonNumbersAreErrors) {
  for (std::string_view selector : {"+", "-", "*", "//", "%", "rem:", "<", "<=", ">", ">="}) {
    EXPECT_THAT(ErrorOf("Integer", selector, {Value::Int(1), Text("a")}),
                testing::EndsWith("Expected a numeric type but got type 'String_'.\n"));
    EXPECT_THAT(ErrorOf("Double", selector, {Nil(), Double(1)}),
                testing::EndsWith("Expected a numeric type but got type 'Inst'.\n"));
  }
  EXPECT_THAT(ErrorOf("Integer", "&", {Value::Int(1), Double(1)}),
              testing::EndsWith("Expected object of type 'Int' but got type 'Double'.\n"));
  EXPECT_THAT(ErrorOf("Integer", "bitXor:", {Value::Int(1), Text("a")}),
              testing::EndsWith("Expected object of type 'Int' but got type 'String_'.\n"));
}

TEST_F(NumberPrimitivesTest, ShiftErrors) {
  EXPECT_THAT(ErrorOf("Integer", "<<", {Value::Int(1), Value::Int(-1)}),
              testing::EndsWith("Negative shift.\n"));
  EXPECT_THAT(ErrorOf("Integer", ">>>", {Value::Int(1), Big("1267650600228229401496703205376")}),
              testing::EndsWith("Shift too big.\n"));
  EXPECT_THAT(ErrorOf("Integer", "<<", {Value::Int(1), Value::Int(Value::kMaxInt)}),
              testing::EndsWith("Shift too big.\n"));
  EXPECT_THAT(ErrorOf("Integer", ">>>", {Value::Int(1), Text("a")}),
              testing::EndsWith("Expected a numeric type but got type 'String_'.\n"));
}

TEST_F(NumberPrimitivesTest, SquareRoots) {
  EXPECT_EQ(Integer("sqrt", {Value::Int(25)}), "5");
  EXPECT_EQ(Integer("sqrt", {Value::Int(3)}), "1.7320508075688772");
  EXPECT_EQ(Integer("sqrt", {Value::Int(-4)}), "NaN");
  EXPECT_EQ(Integer("sqrt", {Big("1267650600228229401496703205376")}), "1125899906842624");
  // No square, but a root too large for a fraction.
  EXPECT_TRUE(IsInteger(Call("Integer", "sqrt", {ShiftLeft(vm_, Value::Int(1), 199)})));
  const Value root = Call("Integer", "sqrt", {ShiftLeft(vm_, Value::Int(1), 4001)});
  EXPECT_TRUE(IsInteger(root));
  EXPECT_EQ(IntegerToScaledDouble(root).exponent + 63, 2000);
  EXPECT_EQ(DoubleOp("sqrt", {Double(2.25)}), "1.5");
}

TEST_F(NumberPrimitivesTest, RoundingAndTruncation) {
  EXPECT_EQ(DoubleOp("round", {Double(0.5)}), "1");
  EXPECT_EQ(DoubleOp("round", {Double(-0.5)}), "-1");
  EXPECT_EQ(DoubleOp("round", {Double(1.4999)}), "1");
  EXPECT_EQ(DoubleOp("round", {Double(0.49999999999999994)}), "0");
  EXPECT_EQ(DoubleOp("asInteger", {Double(-1.999)}), "-1");
  EXPECT_EQ(DoubleOp("asInteger", {Double(1e22)}), "10000000000000000000000");
  EXPECT_THAT(ErrorOf("Double", "asInteger", {Double(kInfinity)}),
              testing::EndsWith("Domain error.\n"));
  EXPECT_THAT(ErrorOf("Double", "round", {Double(std::nan(""))}),
              testing::EndsWith("Domain error.\n"));
}

TEST_F(NumberPrimitivesTest, EqualNumbersHashEqual) {
  EXPECT_EQ(Show(Call("Object", "hashcode", {Double(7)})), "7");
  EXPECT_EQ(Show(Call("Object", "hashcode", {Double(-0.0)})), "0");
  EXPECT_EQ(Show(Call("Object", "hashcode", {Double(1e22)})), "10000000000000000000000");
  EXPECT_EQ(Show(Call("Object", "hashcode", {Double(1e-100)})),
            Show(Call("Object", "hashcode", {Double(1e-100)})));
  EXPECT_NE(Show(Call("Object", "hashcode", {Double(1.5)})),
            Show(Call("Object", "hashcode", {Double(2.5)})));
  EXPECT_TRUE(Call("Object", "hashcode", {Double(kInfinity)}).IsInt());
  EXPECT_EQ(Show(Call("Object", "==", {Double(1e100), Double(1e100)})), "true");
}

TEST_F(NumberPrimitivesTest, FromString) {
  EXPECT_EQ(Show(CallOnClass("Integer", "fromString:", {Nil(), Symbol("-100")})), "-100");
  EXPECT_THAT(
      ErrorOf("Integer", "fromString:", {Nil(), Text("123b")}, PrimitiveTable::Side::kClass),
      testing::EndsWith("'123b' cannot be converted to an Integer.\n"));
  EXPECT_EQ(Show(CallOnClass("Double", "fromString:", {Nil(), Text("1")})), "1.0");
  EXPECT_EQ(Show(CallOnClass("Double", "fromString:", {Nil(), Text("1.5x")})), "NaN");
  EXPECT_THAT(
      ErrorOf("Double", "fromString:", {Nil(), Value::Int(1)}, PrimitiveTable::Side::kClass),
      testing::EndsWith("Expected object of type 'String_' but got type 'Int'.\n"));
}

TEST_F(NumberPrimitivesTest, RandomNumbers) {
  for (int i = 0; i < 100; ++i) {
    const Value r = Call("Integer", "atRandom", {Value::Int(3)});
    EXPECT_TRUE(r.IsInt() && r.AsInt() >= 0 && r.AsInt() < 3);
  }
  EXPECT_THAT(ErrorOf("Integer", "atRandom", {Value::Int(0)}),
              testing::EndsWith("Domain error.\n"));
}

TEST_F(NumberPrimitivesTest, ThirtyTwoBitViews) {
  EXPECT_EQ(Integer("as32BitUnsignedValue", {Value::Int(-1)}), "4294967295");
  EXPECT_EQ(Integer("as32BitSignedValue", {Big("9223372036854775296")}), "-512");
  EXPECT_EQ(Integer("as32BitSignedValue", {Value::Int(int64_t{1} << 31)}), "-2147483648");
}

TEST_F(NumberPrimitivesTest, IntervalsAsArrays) {
  const Value array = Call("Integer", "to:", {Value::Int(3), Value::Int(5)});
  ASSERT_TRUE(IsArray(array));
  EXPECT_EQ(As<Array>(array)->Length(), 3);
  EXPECT_EQ(As<Array>(array)->elements[0], Value::Int(3));
  EXPECT_EQ(As<Array>(Call("Integer", "to:", {Value::Int(1), Value::Int(-5)}))->Length(), 0);
  EXPECT_THAT(ErrorOf("Integer", "to:", {Value::Int(0), Value::Int(Value::kMaxInt)}),
              testing::EndsWith("Out of memory.\n"));
}

// The receivers and arguments that reflection could bring.
TEST_F(NumberPrimitivesTest, NoPrimitiveTrustsItsReceiver) {
  for (const auto& [class_name, selector] : {std::pair{"Integer", "asString"},
                                             {"Integer", "asDouble"},
                                             {"Integer", "sqrt"},
                                             {"Integer", "atRandom"},
                                             {"Integer", "as32BitSignedValue"},
                                             {"Integer", "abs"},
                                             {"Double", "asString"},
                                             {"Double", "round"},
                                             {"Double", "sin"},
                                             {"Double", "negated"},
                                             {"String", "length"},
                                             {"String", "asSymbol"},
                                             {"String", "isDigits"},
                                             {"Symbol", "asString"},
                                             {"Array", "length"},
                                             {"Array", "copy"},
                                             {"Class", "new"},
                                             {"Class", "name"},
                                             {"Class", "methods"},
                                             {"Method", "holder"},
                                             {"Primitive", "signature"},
                                             {"Block1", "value"},
                                             {"True", "not"}}) {
    EXPECT_NE(ErrorOf(class_name, selector, {Nil()}), "");
  }
}

class StrictNumberPrimitivesTest : public PrimitiveTest {
 protected:
  StrictNumberPrimitivesTest() : PrimitiveTest(StrictOptions()) {}
};

TEST_F(StrictNumberPrimitivesTest, WhatHasNoExactMeaningIsAnError) {
  EXPECT_THAT(ErrorOf("Double", "//", {Double(1), Double(0)}),
              testing::EndsWith("Division by zero.\n"));
  EXPECT_THAT(ErrorOf("Integer", "sqrt", {Value::Int(-1)}), testing::EndsWith("Domain error.\n"));
  EXPECT_THAT(ErrorOf("Integer", "asDouble", {ShiftLeft(vm_, Value::Int(1), 2000)}),
              testing::EndsWith("Can't represent as double.\n"));
  EXPECT_THAT(ErrorOf("Double", "+", {Double(1), ShiftLeft(vm_, Value::Int(1), 2000)}),
              testing::EndsWith("Can't represent as double.\n"));
  EXPECT_THAT(ErrorOf("Double", "fromString:", {Nil(), Text("x")}, PrimitiveTable::Side::kClass),
              testing::EndsWith("'x' cannot be converted to a Double.\n"));
  EXPECT_EQ(Show(Call("Double", "sqrt", {Double(-4)})), "NaN");
}

class StressedNumberPrimitivesTest : public PrimitiveTest {
 protected:
  StressedNumberPrimitivesTest() : PrimitiveTest(StressOptions()) {}
};

TEST_F(StressedNumberPrimitivesTest, OperandsMayMoveAtEveryAllocation) {
  HandleScope scope(vm_.handles());
  Handle factorial(scope, Value::Int(1));
  for (int i = 2; i <= 60; ++i) {
    factorial.set(Call("Integer", "*", {factorial.get(), Value::Int(i)}));
  }
  EXPECT_EQ(Show(factorial.get()),
            "8320987112741390144276341183223364380754172606361245952449277696409600000000000000");
  for (int i = 60; i >= 2; --i) {
    factorial.set(Call("Integer", "/", {factorial.get(), Value::Int(i)}));
  }
  EXPECT_EQ(factorial.get(), Value::Int(1));
  EXPECT_EQ(Show(Call("Integer", "asString", {Big("1267650600228229401496703205376")})),
            "1267650600228229401496703205376");
}

}  // namespace
}  // namespace som
