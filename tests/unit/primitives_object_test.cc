// Primitives of Object, Class, Method, Array, System, on the classes of core-lib; and the table as
// a whole.
#include <set>

#include "tests/unit/primitive_fixture.h"
#include "vm/keys/key.h"
#include "vm/loading/class_loader.h"
#include "vm/support/output.h"

namespace som {
namespace {

class ObjectPrimitivesTest : public PrimitiveTest {
 protected:
  ObjectPrimitivesTest() : PrimitiveTest(CoreLibrary()) {
    EXPECT_TRUE(vm_.loader().LoadSystemClasses());
    vm_.CellOf(kSymbolSystem)->value = Call("Class", "new", {ClassNamed(kSystemClass)});
  }

  static Options CoreLibrary() {
    Options options;
    options.class_path = {"core-lib"};
    return options;
  }
  Value Load(std::string_view name) { return vm_.loader().Load(vm_.symbols().Intern(name)); }
  Value NewArray(int64_t length) {
    return CallOnClass("Array", "new:", {ClassNamed(kArrayClass), Value::Int(length)});
  }
};

TEST_F(ObjectPrimitivesTest, ClassesOfValues) {
  EXPECT_EQ(Call("Object", "class", {Value::Int(1)}), ClassNamed(kIntegerClass));
  EXPECT_EQ(Call("Object", "class", {Big("1267650600228229401496703205376")}),
            ClassNamed(kIntegerClass));
  EXPECT_EQ(Call("Object", "class", {Double(1.5)}), ClassNamed(kDoubleClass));
  EXPECT_EQ(Call("Object", "class", {Nil()}), ClassNamed(kNilClass));
  EXPECT_EQ(Call("Object", "class", {Symbol("x")}), ClassNamed(kSymbolClass));
}

TEST_F(ObjectPrimitivesTest, IdentityHashSurvivesCollections) {
  HandleScope scope(vm_.handles());
  Handle object(scope, NewArray(1));
  const Value hash = Call("Object", "hashcode", {object.get()});
  EXPECT_EQ(Call("System", "fullGC", {Nil()}), True());
  EXPECT_EQ(Call("Object", "hashcode", {object.get()}), hash);
}

// Keys of the same hash are each met on the way to the next. The key where it stops is not entered
// yet.
TEST_F(ObjectPrimitivesTest, EnteringKeysStopsForAnInterrupt) {
  HandleScope scope(vm_.handles());
  Handle index(scope, vm_.Send(Load("KeyIndex"), vm_.symbols().Intern("new"), {}));
  constexpr int64_t kKeys = 3000;
  constexpr int64_t kSameHash = (int64_t{1} << kKeyHashBits) + 1;
  const SymbolId put = vm_.symbols().Intern("at:put:");
  for (int64_t i = 1; i <= kKeys; ++i)
    ASSERT_FALSE(vm_.Send(index.get(), put, {Value::Int(i * kSameHash), Value::Int(i)}).IsUnwind());
  ASSERT_EQ(Call("KeyIndex", "makeRoomFor:", {index.get(), Value::Int(kKeys)}), True());
  vm_.RequestSafepoint();
  int64_t stops = 0;
  int64_t position = 0;
  for (;;) {
    const Value stop = Call("KeyIndex", "enterBehind:", {index.get(), Value::Int(position)});
    ASSERT_TRUE(stop.IsInt());
    if (stop == Value::Int(0)) break;
    ASSERT_GT(stop.AsInt(), position + 1);
    position = stop.AsInt();
    const Value key = Value::Int(position * kSameHash);
    EXPECT_EQ(Call("KeyIndex", "seek:", {index.get(), Value::Int((position - 1) * kSameHash)}),
              Value::Int(position - 1));
    EXPECT_EQ(Call("KeyIndex", "seek:", {index.get(), key}), Value::Int(0));
    const Value hash = Call("KeyIndex", "hashOf:", {index.get(), key});
    Call("KeyIndex", "enter:hash:", {index.get(), stop, hash});
    ++stops;
  }
  EXPECT_GT(stops, 1);
  for (int64_t i = 1; i <= kKeys; ++i)
    EXPECT_EQ(Call("KeyIndex", "seek:", {index.get(), Value::Int(i * kSameHash)}), Value::Int(i));
  vm_.Recover();
}

TEST_F(ObjectPrimitivesTest, Sizes) {
  EXPECT_EQ(Call("Object", "objectSize", {Value::Int(1)}), Value::Int(8));
  EXPECT_EQ(Call("Object", "objectSize", {NewArray(10)}), Value::Int(96));
}

TEST_F(ObjectPrimitivesTest, FieldsOfWhatHasNone) {
  EXPECT_THAT(ErrorOf("Object", "instVarAt:", {Value::Int(1), Value::Int(1)}),
              testing::EndsWith("Index 1 not valid for array of length 0.\n"));
  EXPECT_THAT(ErrorOf("Object", "instVarAt:put:", {NewArray(2), Value::Int(1), Nil()}),
              testing::EndsWith("Index 1 not valid for array of length 0.\n"));
  EXPECT_THAT(ErrorOf("Object", "instVarAt:", {Nil(), Value::Int(-1)}),
              testing::EndsWith("Can't represent as unsigned machine integer.\n"));
  EXPECT_THAT(ErrorOf("Object", "instVarNamed:", {Nil(), Symbol("x")}),
              testing::EndsWith("No such field 'x' in class Nil.\n"));
}

TEST_F(ObjectPrimitivesTest, ArrayAccess) {
  HandleScope scope(vm_.handles());
  Handle array(scope, NewArray(3));
  EXPECT_EQ(Call("Array", "length", {array.get()}), Value::Int(3));
  EXPECT_EQ(Call("Array", "at:", {array.get(), Value::Int(1)}), Nil());
  EXPECT_EQ(Call("Array", "at:put:", {array.get(), Value::Int(3), Value::Int(7)}), array.get());
  EXPECT_EQ(Call("Array", "at:", {array.get(), Value::Int(3)}), Value::Int(7));
  EXPECT_THAT(ErrorOf("Array", "at:", {array.get(), Value::Int(4)}),
              testing::EndsWith("Index 4 not valid for array of length 3.\n"));
  EXPECT_THAT(ErrorOf("Array", "at:put:", {array.get(), Value::Int(0), Nil()}),
              testing::EndsWith("Index 0 not valid for array of length 3.\n"));
  EXPECT_THAT(ErrorOf("Array", "at:", {array.get(), Value::Int(-1)}),
              testing::EndsWith("Can't represent as unsigned machine integer.\n"));
  EXPECT_THAT(ErrorOf("Array", "at:", {array.get(), Double(1)}),
              testing::EndsWith("Expected object of type 'Int' but got type 'Double'.\n"));
  const Value copy = Call("Array", "copy", {array.get()});
  EXPECT_NE(copy, array.get());
  EXPECT_EQ(As<Array>(copy)->elements[2], Value::Int(7));
}

TEST_F(ObjectPrimitivesTest, ArraySizesAreChecked) {
  const auto error = [this](Value length) {
    return ErrorOf("Array", "new:", {ClassNamed(kArrayClass), length},
                   PrimitiveTable::Side::kClass);
  };
  EXPECT_THAT(error(Value::Int(-1)),
              testing::EndsWith("Can't represent as unsigned machine integer.\n"));
  EXPECT_THAT(error(Double(2)),
              testing::EndsWith("Expected object of type 'Int' but got type 'Double'.\n"));
  EXPECT_THAT(error(Value::Int(Value::kMaxInt)), testing::EndsWith("Out of memory.\n"));
  EXPECT_THAT(error(Big("1267650600228229401496703205376")), testing::EndsWith("Out of memory.\n"));
}

TEST_F(ObjectPrimitivesTest, OnlyOrdinaryClassesHaveNew) {
  for (WellKnownClass index :
       {kIntegerClass, kDoubleClass, kStringClass, kSymbolClass, kBlock1Class, kMethodClass,
        kNilClass, kTrueClass, kClassClass, kMetaclassClass}) {
    EXPECT_THAT(ErrorOf("Class", "new", {ClassNamed(index)}),
                testing::EndsWith("cannot be instantiated with new.\n"));
  }
  const Value object = Call("Class", "new", {ClassNamed(kObjectClass)});
  EXPECT_EQ(Call("Object", "class", {object}), ClassNamed(kObjectClass));
  EXPECT_EQ(As<Array>(Call("Class", "new", {ClassNamed(kArrayClass)}))->Length(), 0);
}

TEST_F(ObjectPrimitivesTest, NamesAndSuperclasses) {
  EXPECT_EQ(Call("Class", "name", {ClassNamed(kIntegerClass)}), Symbol("Integer"));
  const Value metaclass = Call("Object", "class", {ClassNamed(kIntegerClass)});
  EXPECT_EQ(Call("Class", "name", {metaclass}), Symbol("Integer class"));
  EXPECT_EQ(Call("Class", "superclass", {ClassNamed(kSymbolClass)}), ClassNamed(kStringClass));
  EXPECT_EQ(Call("Class", "superclass", {ClassNamed(kObjectClass)}), Nil());
}

TEST_F(ObjectPrimitivesTest, MethodsAreOneArrayAndFieldsAFreshOne) {
  const Value pair = Load("Pair");
  HandleScope scope(vm_.handles());
  Handle methods(scope, Call("Class", "methods", {pair}));
  Call("System", "fullGC", {Nil()});
  EXPECT_EQ(Call("Class", "methods", {pair}), methods.get());
  Handle fields(scope, Call("Class", "fields", {pair}));
  EXPECT_EQ(As<Array>(fields.get())->elements[0], Symbol("key"));
  EXPECT_NE(Call("Class", "fields", {pair}), fields.get());
}

TEST_F(ObjectPrimitivesTest, FieldsByPositionAndName) {
  HandleScope scope(vm_.handles());
  Handle pair(scope, Call("Class", "new", {Load("Pair")}));
  EXPECT_EQ(Call("Object", "instVarAt:put:", {pair.get(), Value::Int(2), Value::Int(5)}),
            pair.get());
  EXPECT_EQ(Call("Object", "instVarAt:", {pair.get(), Value::Int(2)}), Value::Int(5));
  EXPECT_EQ(Call("Object", "instVarNamed:", {pair.get(), Symbol("value")}), Value::Int(5));
  EXPECT_THAT(ErrorOf("Object", "instVarAt:", {pair.get(), Value::Int(4)}),
              testing::EndsWith("Index 4 not valid for array of length 3.\n"));
  testing::internal::CaptureStderr();
  EXPECT_EQ(Call("Object", "inspect", {pair.get()}), pair.get());
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "instance of Pair\n  key: nil\n  value: 5\n  owner: nil\n");
}

TEST_F(ObjectPrimitivesTest, Perform) {
  EXPECT_EQ(Call("Object", "perform:", {Value::Int(-3), Symbol("abs")}), Value::Int(3));
  const Value seven = Value::Int(7);
  EXPECT_EQ(Call("Object", "perform:withArguments:",
                 {Value::Int(3), Symbol("+"), vm_.MakeArray({&seven, 1})}),
            Value::Int(10));
  EXPECT_EQ(Show(Call("Object", "perform:inSuperclass:",
                      {Value::Int(3), Symbol("asString"), ClassNamed(kObjectClass)})),
            "instance of Integer");
  EXPECT_THAT(ErrorOf("Object", "perform:", {Value::Int(3), Symbol("+")}),
              testing::EndsWith("Tried passing 0 arguments to a function that requires 1.\n"));
  EXPECT_THAT(ErrorOf("Object", "perform:", {Value::Int(3), Text("abs")}),
              testing::EndsWith("Expected instance of 'Symbol' but got instance of 'String'.\n"));
  // Methods of a class that the receiver does not inherit from would read fields it does not have.
  EXPECT_THAT(
      ErrorOf("Object", "perform:inSuperclass:", {Value::Int(3), Symbol("key"), Load("Pair")}),
      testing::EndsWith("Expected instance of 'Pair' but got instance of 'Integer'.\n"));
}

TEST_F(ObjectPrimitivesTest, UnknownSelectorInASuperclassIsNotLookedUpBelow) {
  testing::internal::CaptureStdout();
  EXPECT_NE(ErrorOf("Object", "perform:inSuperclass:",
                    {Value::Int(3), Symbol("abs"), ClassNamed(kObjectClass)}),
            "");
  EXPECT_TRUE(FlushOut());
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "\nERROR: Method abs not found in class Integer\n");
}

TEST_F(ObjectPrimitivesTest, InvokeChecksReceiverAndArguments) {
  const ClassInfo* integer = vm_.classes().At(kIntegerClass);
  const SymbolId plus_selector = vm_.symbols().Intern("+");
  const Value plus = vm_.MirrorOf(vm_.classes().Lookup(integer, plus_selector));
  EXPECT_EQ(Call("Primitive", "signature", {plus}), Symbol("+"));
  EXPECT_EQ(Call("Primitive", "holder", {plus}), ClassNamed(kIntegerClass));
  const Value one = Value::Int(1);
  EXPECT_EQ(Call("Primitive", "invokeOn:with:", {plus, Value::Int(2), vm_.MakeArray({&one, 1})}),
            Value::Int(3));
  EXPECT_THAT(ErrorOf("Primitive", "invokeOn:with:", {plus, Nil(), NewArray(0)}),
              testing::EndsWith("Tried passing 0 arguments to a function that requires 1.\n"));
  EXPECT_THAT(ErrorOf("Primitive", "invokeOn:with:", {plus, Nil(), NewArray(1)}),
              testing::EndsWith("Expected instance of 'Integer' but got instance of 'Nil'.\n"));
  EXPECT_THAT(ErrorOf("Primitive", "invokeOn:with:", {plus, Value::Int(1), Nil()}),
              testing::EndsWith("Expected object of type 'Array' but got type 'Inst'.\n"));
}

// The loops evaluate any object: one that is no block answers itself to value and not at all to
// value:.
TEST_F(ObjectPrimitivesTest, NativeControlStructures) {
  EXPECT_EQ(Call("True", "and:", {True(), Value::Int(3)}), Value::Int(3));
  EXPECT_EQ(Call("False", "and:", {False(), Value::Int(3)}), False());
  EXPECT_EQ(Call("False", "ifTrue:ifFalse:", {False(), Value::Int(1), Value::Int(2)}),
            Value::Int(2));
  EXPECT_EQ(Call("False", "ifFalse:ifTrue:", {False(), Value::Int(1), Value::Int(2)}),
            Value::Int(1));
  EXPECT_EQ(Call("True", "ifFalse:", {True(), Value::Int(1)}), Nil());
  EXPECT_EQ(Call("Block", "whileTrue:", {False(), Nil()}), Nil());
  EXPECT_EQ(Call("Block", "whileFalse:", {True(), Nil()}), Nil());
  EXPECT_EQ(Call("Integer", "timesRepeat:", {Value::Int(3), Nil()}), Value::Int(3));
  EXPECT_EQ(Call("Integer", "to:do:", {Value::Int(3), Value::Int(2), Nil()}), Value::Int(3));
  const Value filled = Call("Array", "putAll:", {NewArray(3), Value::Int(9)});
  EXPECT_EQ(As<Array>(filled)->elements[2], Value::Int(9));
}

TEST_F(ObjectPrimitivesTest, Globals) {
  EXPECT_EQ(Call("System", "hasGlobal:", {Nil(), Symbol("answer")}), False());
  EXPECT_EQ(Call("System", "global:", {Nil(), Symbol("answer")}), Nil());
  EXPECT_EQ(Call("System", "global:put:", {True(), Symbol("answer"), Value::Int(42)}), True());
  EXPECT_EQ(Call("System", "global:", {Nil(), Symbol("answer")}), Value::Int(42));
  EXPECT_EQ(Call("System", "load:", {Nil(), Symbol("answer")}), Value::Int(42));
  EXPECT_EQ(Call("System", "hasGlobal:", {Nil(), Symbol("answer")}), True());
  EXPECT_THAT(ErrorOf("System", "global:", {Nil(), Text("answer")}),
              testing::EndsWith("Expected instance of 'Symbol' but got instance of 'String'.\n"));
}

TEST_F(ObjectPrimitivesTest, ExitTakesAnIntegerOfTheMachine) {
  EXPECT_TRUE(Call("System", "exit:", {Nil(), Value::Int(42)}).IsUnwind());
  EXPECT_EQ(vm_.unwind.exit_status, 42);
  EXPECT_THAT(ErrorOf("System", "exit:", {Nil(), Double(42)}),
              testing::EndsWith("Expected object of type 'Int' but got type 'Double'.\n"));
  EXPECT_THAT(ErrorOf("System", "exit:", {Nil(), Big("9223372036854775808")}),
              testing::EndsWith("Domain error.\n"));
}

TEST_F(ObjectPrimitivesTest, Clocks) {
  const Value first = Call("System", "ticks", {Nil()});
  EXPECT_GT(first.AsInt(), 0);
  EXPECT_GE(Call("System", "ticks", {Nil()}).AsInt(), first.AsInt());
  EXPECT_GE(Call("System", "time", {Nil()}).AsInt(), 0);
}

TEST_F(ObjectPrimitivesTest, CollectorStatistics) {
  Call("System", "fullGC", {Nil()});
  const Value statistics = Call("System", "gcStats", {Nil()});
  ASSERT_TRUE(IsArray(statistics));
  ASSERT_EQ(As<Array>(statistics)->Length(), 3);
  EXPECT_GE(As<Array>(statistics)->elements[0].AsInt(), 1);
  EXPECT_GT(As<Array>(statistics)->elements[2].AsInt(), 0);
}

TEST_F(ObjectPrimitivesTest, Printing) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(Call("System", "printString:", {True(), Text("a❤")}), True());
  EXPECT_EQ(Call("System", "printNewline", {True()}), True());
  Call("System", "printString:", {True(), Text(std::string(100000, 'x'))});
  EXPECT_TRUE(FlushOut());
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "a❤\n" + std::string(100000, 'x'));
  testing::internal::CaptureStderr();
  Call("System", "errorPrintln:", {True(), Text("oops")});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "oops\n");
  EXPECT_THAT(ErrorOf("System", "printString:", {Nil(), Nil()}),
              testing::EndsWith("Expected object of type 'String_' but got type 'Inst'.\n"));
}

TEST_F(ObjectPrimitivesTest, Files) {
  const std::string path = testing::TempDir() + "primitives_object_test.txt";
  FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  std::fputs("first\nsecond é\n", file);
  std::fclose(file);
  EXPECT_EQ(Show(Call("System", "loadFile:", {Nil(), Text(path)})), "first\nsecond é\n");
  EXPECT_EQ(Call("System", "loadFile:", {Nil(), Text(path + ".missing")}), Nil());
  EXPECT_EQ(Call("System", "loadFile:", {Nil(), Text(testing::TempDir())}), Nil());
  EXPECT_EQ(std::remove(path.c_str()), 0);
}

TEST(PrimitiveTableTest, EveryEntryHasItsOwnKey) {
  std::set<std::string> keys;
  size_t lines = 0;
#define SOM_PRIMITIVE(class_name, side, selector, function, intrinsic, outside) \
  keys.insert(#class_name " " #side " " selector);                              \
  ++lines;
#include "primitives/primitives.def"
  EXPECT_EQ(keys.size(), lines);
  EXPECT_EQ(StandardPrimitives().size(), lines);
}

}  // namespace
}  // namespace som
