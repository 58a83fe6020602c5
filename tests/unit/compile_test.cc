#include "compiler/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> CodeOf(std::string_view members, std::string_view selector,
                                size_t unit = 0) {
  return Instructions(CompileMembers(members).Code(selector, unit));
}

// --- statements and expressions ------------------------------------------------------------------

TEST(Compile, MethodsAnswerSelf) {
  EXPECT_THAT(CodeOf("m = ( )", "m"), ElementsAre("ReturnSelf"));
  EXPECT_THAT(CodeOf("m = ( 1. 'a'. [ 3 ]. self )", "m"), ElementsAre("ReturnSelf"));
  EXPECT_THAT(CodeOf("m = ( ^ self )", "m"), ElementsAre("ReturnSelf"));
  EXPECT_THAT(CodeOf("m = ( ^ super )", "m"), ElementsAre("ReturnSelf"));
}

TEST(Compile, StatementsLeaveNothing) {
  EXPECT_THAT(CodeOf("| f | m: x = ( | y | y := x. f := y. x foo )", "m:"),
              ElementsAre("PushSlot -1", "PopSlot 0", "PushSlot 0", "PopField 0", "PushSlot -1",
                          "Send #foo", "Pop", "ReturnSelf"));
}

TEST(Compile, ReadingAGlobalIsAnEffect) {
  EXPECT_THAT(CodeOf("m = ( Foo )", "m"), ElementsAre("PushGlobal Foo", "Pop", "ReturnSelf"));
}

TEST(Compile, AssignmentsAsValues) {
  EXPECT_THAT(CodeOf("| f | m = ( | y | ^ f := y := 3 )", "m"),
              ElementsAre("PushInt 3", "StoreSlot 0", "StoreField 0", "ReturnLocal"));
}

TEST(Compile, Constants) {
  EXPECT_THAT(CodeOf("m = ( ^ self a: nil b: true c: false d: -32768 e: 32768 )", "m"),
              ElementsAre("PushSelf", "PushNil", "PushTrue", "PushFalse", "PushInt -32768",
                          "PushLiteral 32768", "Send #a:b:c:d:e:", "ReturnLocal"));
}

TEST(Compile, SuperSends) {
  EXPECT_THAT(CodeOf("m = ( ^ super a b: super )", "m"),
              ElementsAre("PushSelf", "SuperSend #a", "PushSelf", "Send #b:", "ReturnLocal"));
}

TEST(Compile, Arguments) {
  EXPECT_THAT(CodeOf("m: a n: b = ( b := a )", "m:n:"),
              ElementsAre("PushSlot -2", "PopSlot -1", "ReturnSelf"));
}

// --- closures ------------------------------------------------------------------------------------

TEST(Compile, ClosuresEndWithAReturn) {
  EXPECT_THAT(CodeOf("m = ( ^ [ ] )", "m", 1), ElementsAre("PushNil", "ReturnLocal"));
  EXPECT_THAT(CodeOf("m = ( ^ [:x | | y | ] )", "m", 1), ElementsAre("PushNil", "ReturnLocal"));
  EXPECT_THAT(CodeOf("m = ( ^ [ 1. 2. ] )", "m", 1), ElementsAre("PushInt 2", "ReturnLocal"));
  EXPECT_THAT(CodeOf("m = ( ^ [ ^ 2 ] )", "m", 1), ElementsAre("PushInt 2", "ReturnNonLocal"));
}

TEST(Compile, FlagsOfUnits) {
  const CompiledClass c = CompileMembers(
      "| f |\n"
      "none = ( ^ [:x | x foo ] )\n"
      "usesSelf = ( ^ [ [ f ] ] )\n"
      "global = ( ^ [ Foo ] )\n"
      "home = ( ^ [ [ ^ 1 ] ] )\n"
      "context = ( | y | ^ [ [ y := 1 ] ] )\n"
      "own = ( ^ [ | y | [ y := 1 ] ] )\n");
  EXPECT_FALSE(c.Code("none", 1).uses_self);
  EXPECT_FALSE(c.Code("none", 1).uses_outer_context);
  EXPECT_TRUE(c.Code("none", 1).is_block);
  EXPECT_FALSE(c.Code("none").is_block);
  EXPECT_TRUE(c.Code("usesSelf", 1).uses_self);
  EXPECT_TRUE(c.Code("usesSelf", 2).uses_self);
  EXPECT_TRUE(c.Code("global", 1).uses_self);
  EXPECT_TRUE(c.Code("home").is_home);
  EXPECT_TRUE(c.Code("home", 1).returns_non_locally);
  EXPECT_TRUE(c.Code("home", 2).returns_non_locally);
  EXPECT_FALSE(c.Code("home", 1).is_home);
  EXPECT_THAT(Instructions(c.Code("home")), ElementsAre("PushBlock 1", "ReturnLocalHome"));
  EXPECT_TRUE(c.Code("context", 1).uses_outer_context);
  EXPECT_TRUE(c.Code("context", 2).uses_outer_context);
  EXPECT_FALSE(c.Code("own", 1).uses_outer_context);
  EXPECT_TRUE(c.Code("own", 2).uses_outer_context);
}

TEST(Compile, CopiedValues) {
  const CompiledClass c = CompileMembers("m: x = ( | y | y := 1. ^ [ | z | z := x. [ y + z ] ] )");
  EXPECT_THAT(c.Code("m:").blocks[0].copied_slots, ElementsAre(-1, 0));
  EXPECT_EQ(c.Code("m:", 1).copied_count, 2);
  EXPECT_THAT(c.Code("m:", 1).local_names, ElementsAre("x", "y", "z"));
  EXPECT_THAT(c.Code("m:", 1).blocks[0].copied_slots, ElementsAre(1, 2));
  EXPECT_THAT(Instructions(c.Code("m:", 2)),
              ElementsAre("PushSlot 0", "PushSlot 1", "Send #+", "ReturnLocal"));
}

TEST(Compile, CapturedArgumentsMoveToTheContext) {
  const CompiledClass c = CompileMembers("m: x = ( [ x := 1 ] value. ^ x )");
  EXPECT_THAT(Instructions(c.Code("m:")),
              ElementsAre("EnterContext 1", "PushSlot -1", "PopContext 0 0", "PushBlock 1",
                          "Send #value", "Pop", "PushContext 0 0", "ReturnLocal"));
  EXPECT_EQ(c.Code("m:").prologue_units, 7U);
}

TEST(Compile, ContextsOfTwoUnits) {
  EXPECT_THAT(CodeOf("m = ( | a | ^ [ | b | [ a := b. b := 1 ] ] )", "m", 2),
              ElementsAre("PushContext 0 0", "PopContext 1 0", "PushInt 1", "StoreContext 0 0",
                          "ReturnLocal"));
}

// --- conditionals --------------------------------------------------------------------------------

TEST(CompileInlined, ConditionalStatements) {
  EXPECT_THAT(
      CodeOf("m: x = ( x ifTrue: [ x a ] )", "m:"),
      ElementsAre("PushSlot -1", "JumpIfFalse @5", "PushSlot -1", "Send #a", "Pop", "ReturnSelf"));
  EXPECT_THAT(CodeOf("m: x = ( x ifFalse: [ x a ] ifTrue: [ 3 ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfTrue @6", "PushSlot -1", "Send #a", "Pop",
                          "Jump @6", "ReturnSelf"));
}

TEST(CompileInlined, ConditionalValues) {
  EXPECT_THAT(CodeOf("m: x = ( | y | y := x ifTrue: [ 1 ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfFalse @4", "PushInt 1", "Jump @5", "PushNil",
                          "PopSlot 0", "ReturnSelf"));
  EXPECT_THAT(CodeOf("m: x = ( | y | y := x ifTrue: [ 1 ] ifFalse: [ ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfFalse @4", "PushInt 1", "Jump @5", "PushNil",
                          "PopSlot 0", "ReturnSelf"));
}

TEST(CompileInlined, ReturnsAreEmittedInTheArms) {
  EXPECT_THAT(CodeOf("m: x = ( ^ x ifTrue: [ 1 ] ifFalse: [ 2 ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfFalse @4", "PushInt 1", "ReturnLocal", "PushInt 2",
                          "ReturnLocal"));
}

TEST(CompileInlined, CodeBehindReturnsIsNotEmitted) {
  EXPECT_THAT(CodeOf("m: x = ( x ifTrue: [ ^ 1 ] ifFalse: [ ^ 2 ]. [ 3 ] foo: Bar )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfFalse @4", "PushInt 1", "ReturnLocal", "PushInt 2",
                          "ReturnLocal"));
}

TEST(CompileInlined, AReturnDropsOperandsBeneath) {
  EXPECT_THAT(CodeOf("m: x = ( ^ self a: 1 b: (x ifNil: [ ^ 2 ]) )", "m:"),
              ElementsAre("PushSelf", "PushInt 1", "PushSlot -1", "JumpIfNotNil @9", "Pop",
                          "PushInt 2", "Pop2", "Pop2", "ReturnLocal", "Send #a:b:", "ReturnLocal"));
  EXPECT_THAT(CodeOf("m: x = ( self a: (x ifNil: [ ^ self ]) )", "m:"),
              ElementsAre("PushSelf", "PushSlot -1", "JumpIfNotNil @6", "Pop", "Pop", "ReturnSelf",
                          "Send #a:", "Pop", "ReturnSelf"));
}

TEST(CompileInlined, ReturnsInsideClosuresStayNonLocal) {
  EXPECT_THAT(CodeOf("m: x = ( ^ [ x ifTrue: [ ^ 1 ]. 2 ] )", "m:", 1),
              ElementsAre("PushSlot 0", "JumpIfFalse @4", "PushInt 1", "ReturnNonLocal",
                          "PushInt 2", "ReturnLocal"));
}

TEST(CompileInlined, ChainsOfLogicalOperatorsAreChainsOfJumps) {
  EXPECT_THAT(CodeOf("m: x = ( ((x a and: [ x b ]) or: [ x c ]) ifTrue: [ x d ] )", "m:"),
              ElementsAre("PushSlot -1", "Send #a", "JumpIfFalse @6", "PushSlot -1", "Send #b",
                          "JumpIfTrue @9", "PushSlot -1", "Send #c", "JumpIfFalse @12",
                          "PushSlot -1", "Send #d", "Pop", "ReturnSelf"));
}

TEST(CompileInlined, LogicalValues) {
  EXPECT_THAT(CodeOf("m: x = ( ^ x and: [ x a ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfFalse @5", "PushSlot -1", "Send #a", "ReturnLocal",
                          "PushFalse", "ReturnLocal"));
  EXPECT_THAT(CodeOf("m: x = ( | y | y := x || [ x a ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfTrue @5", "PushSlot -1", "Send #a", "Jump @6",
                          "PushTrue", "PopSlot 0", "ReturnSelf"));
  EXPECT_THAT(
      CodeOf("m: x = ( x or: [ x a ] )", "m:"),
      ElementsAre("PushSlot -1", "JumpIfTrue @5", "PushSlot -1", "Send #a", "Pop", "ReturnSelf"));
}

TEST(CompileInlined, NilTests) {
  EXPECT_THAT(
      CodeOf("m: x = ( | y | y := x ifNil: [ 1 ] )", "m:"),
      ElementsAre("PushSlot -1", "JumpIfNotNil @4", "Pop", "PushInt 1", "PopSlot 0", "ReturnSelf"));
  EXPECT_THAT(CodeOf("m: x = ( x ifNotNil: [ x a ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfNil @7", "Pop", "PushSlot -1", "Send #a", "Pop",
                          "Jump @8", "Pop", "ReturnSelf"));
  EXPECT_THAT(CodeOf("m: x = ( ^ x ifNil: [ 1 ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfNotNil @5", "Pop", "PushInt 1", "ReturnLocal",
                          "ReturnLocal"));
  EXPECT_THAT(CodeOf("m: x = ( ^ x ifNil: [ 1 ] ifNotNil: [ 2 ] )", "m:"),
              ElementsAre("PushSlot -1", "JumpIfNotNil @5", "Pop", "PushInt 1", "ReturnLocal",
                          "Pop", "PushInt 2", "ReturnLocal"));
}

TEST(CompileInlined, ConstantConditions) {
  EXPECT_THAT(CodeOf("m = ( ^ true ifTrue: [ 1 ] ifFalse: [ 2 ] )", "m"),
              ElementsAre("PushInt 1", "ReturnLocal"));
  EXPECT_THAT(CodeOf("m = ( ^ false ifTrue: [ 1 ] )", "m"),
              ElementsAre("Jump @1", "PushNil", "ReturnLocal"));
  EXPECT_THAT(CodeOf("m = ( | y | y := true and: [ y ] )", "m"),
              ElementsAre("PushSlot 0", "PopSlot 0", "ReturnSelf"));
}

// --- loops ---------------------------------------------------------------------------------------

TEST(CompileInlined, WhileLoopsTestAtTheBottom) {
  EXPECT_THAT(CodeOf("m: x = ( [ x a ] whileTrue: [ x b ] )", "m:"),
              ElementsAre("Jump @4", "PushSlot -1", "Send #b", "Pop", "PushSlot -1", "Send #a",
                          "JumpBackIfTrue @1", "ReturnSelf"));
  EXPECT_THAT(CodeOf("m: x = ( ^ [ x a ] whileFalse: [ ] )", "m:"),
              ElementsAre("Jump @1", "PushSlot -1", "Send #a", "JumpBackIfFalse @1", "PushNil",
                          "ReturnLocal"));
}

TEST(CompileInlined, EndlessLoops) {
  EXPECT_THAT(CodeOf("m: x = ( [ true ] whileTrue: [ x a ]. x b )", "m:"),
              ElementsAre("PushSlot -1", "Send #a", "Pop", "JumpBack @0"));
}

TEST(CompileInlined, CountingLoops) {
  EXPECT_THAT(CodeOf("m: x = ( 1 to: x do: [:i | i a ] )", "m:"),
              ElementsAre("PushInt 1", "PushSlot -1", "ToDoBegin 0 @7", "PushSlot 0", "Send #a",
                          "Pop", "ToDoNext 0 1 @3", "ReturnSelf"));
  EXPECT_THAT(CodeOf("m: x = ( x downTo: 1 by: 3 do: [:i | ] )", "m:"),
              ElementsAre("PushSlot -1", "PushInt 1", "DownToDoBegin 0 @4", "DownToDoNext 0 3 @3",
                          "ReturnSelf"));
  EXPECT_THAT(CodeOf("m: x = ( x timesRepeat: [ x a ] )", "m:"),
              ElementsAre("PushSlot -1", "TimesRepeatBegin 0 @6", "PushSlot -1", "Send #a", "Pop",
                          "ToDoNext 0 1 @2", "ReturnSelf"));
}

TEST(CompileInlined, TheValueOfACountingLoopIsItsReceiver) {
  EXPECT_THAT(CodeOf("m: x = ( ^ x to: 3 do: [:i | ] )", "m:"),
              ElementsAre("PushSlot -1", "StoreSlot 2", "PushInt 3", "ToDoBegin 0 @5",
                          "ToDoNext 0 1 @4", "PushSlot 2", "ReturnLocal"));
}

TEST(CompileInlined, AnAssignedLoopVariableIsNotTheCounter) {
  EXPECT_THAT(CodeOf("m = ( 1 to: 3 do: [:i | i := 7 ] )", "m"),
              ElementsAre("PushInt 1", "PushInt 3", "ToDoBegin 0 @8", "PushSlot 0", "PopSlot 2",
                          "PushInt 7", "PopSlot 2", "ToDoNext 0 1 @3", "ReturnSelf"));
}

TEST(CompileInlined, CapturedLocalsOfALoopGetAContextPerIteration) {
  EXPECT_THAT(CodeOf("| f | m = ( 1 to: 3 do: [:i | f := [ i := i + 1 ] ] )", "m"),
              ElementsAre("EnterContext 0", "PushInt 1", "PushInt 3", "ToDoBegin 0 @11",
                          "EnterContext 1", "PushSlot 0", "PopContext 0 0", "PushBlock 1",
                          "PopField 0", "LeaveContext", "ToDoNext 0 1 @4", "ReturnSelf"));
}

TEST(CompileInlined, AConditionWithAContextLeavesItBeforeTheTest) {
  EXPECT_THAT(
      CodeOf("| f | m = ( [ | y | f := [ y := 1 ]. y ] whileTrue: [ ] )", "m"),
      ElementsAre("EnterContext 0", "Jump @2", "EnterContext 1", "PushBlock 1", "PopField 0",
                  "PushContext 0 0", "LeaveContext", "JumpBackIfTrue @2", "ReturnSelf"));
}

TEST(CompileInlined, LocalsOfALoopBodyStartAsNil) {
  EXPECT_THAT(CodeOf("m = ( 1 to: 3 do: [:i | | a b | a foo. b foo ] )", "m"),
              ::testing::Contains("NilSlots 2 2"));
  EXPECT_THAT(CodeOf("m = ( 1 to: 3 do: [:i | i ifTrue: [ | a | a foo ] ] )", "m"),
              ::testing::Contains("NilSlots 2 1"));
  EXPECT_THAT(CodeOf("m = ( 1 to: 3 do: [:i | | a | i ifTrue: [ a := i ]. a foo ] )", "m"),
              ::testing::Contains("NilSlots 2 1"));
  // Not where the first use is an assignment, nor outside of loops.
  EXPECT_THAT(CodeOf("m = ( 1 to: 3 do: [:i | | a | a := i. a foo ] )", "m"),
              ::testing::Not(::testing::Contains("NilSlots 2 1")));
  EXPECT_THAT(CodeOf("m: x = ( x ifTrue: [ | a | a foo ] )", "m:"),
              ::testing::Not(::testing::Contains("NilSlots 0 1")));
}

// --- descriptions --------------------------------------------------------------------------------

TEST(Compile, InlinedSendsHaveKeys) {
  const CompiledClass c =
      CompileMembers("m: x = ( x ifTrue: [ 1 ] ifFalse: [ x foo and: [ 2 ] ] )");
  const CodeDescription& code = c.Code("m:");
  ASSERT_EQ(code.inlined_sends.size(), 2U);
  EXPECT_EQ(code.inlined_sends[0].selector, "ifTrue:ifFalse:");
  EXPECT_EQ(code.inlined_sends[0].argument_count, 2);
  EXPECT_EQ(code.inlined_sends[0].key, std::string("m: x = ( x ").size());
}

SourceSpan SpanOfSend(const CodeDescription& code, std::string_view selector) {
  SourceSpan span;
  for (InstructionIterator i(code.code); !i.done(); i.Next()) {
    if (i->opcode != Opcode::kSend || code.sites[i->Index()].selector != selector) continue;
    for (const PositionEntry& entry : code.positions) {
      if (entry.code_offset <= i->offset) span = entry.span;
    }
  }
  return span;
}

TEST(Compile, PositionsOfSendsCoverTheWholeExpression) {
  const CompiledClass c = CompileMembers("m: x = (\n  (x a) b: x c\n    d: 3 )");
  const SourceSpan whole = SpanOfSend(c.Code("m:"), "b:d:");
  EXPECT_EQ(whole.line, 3U);
  EXPECT_EQ(whole.column, 3U);
  EXPECT_EQ(whole.end_line, 4U);
  EXPECT_EQ(whole.end_column, 9U);
  const SourceSpan receiver = SpanOfSend(c.Code("m:"), "a");
  EXPECT_EQ(receiver.column, 4U);
  EXPECT_EQ(receiver.end_column, 7U);
  const SourceSpan argument = SpanOfSend(c.Code("m:"), "c");
  EXPECT_EQ(argument.column, 12U);
}

TEST(Compile, ClassDescription) {
  Diagnostics diagnostics;
  const auto parsed = ParseClass(
      "dir/Foo.som", "Foo = Bar ( | a | m = primitive n: x = ( ) ---- | c | k = ( c := d ) ) rest",
      &diagnostics);
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(parsed->name(), "Foo");
  EXPECT_EQ(parsed->superclass_name(), "Bar");
  const auto description = CompileClass(*parsed, {{"x"}, {"d"}}, {}, &diagnostics);
  ASSERT_NE(description, nullptr) << PrintDiagnostics(diagnostics);
  EXPECT_EQ(description->path, "dir/Foo.som");
  EXPECT_THAT(description->instance_fields, ElementsAre("a"));
  EXPECT_THAT(description->class_fields, ElementsAre("c"));
  EXPECT_TRUE(description->instance_methods[0].is_primitive);
  EXPECT_THAT(description->instance_methods[0].units, IsEmpty());
  EXPECT_EQ(description->instance_methods[1].argument_count, 1);
  EXPECT_THAT(Instructions(description->class_methods[0].units[0]),
              ElementsAre("PushField 0", "PopField 1", "ReturnSelf"));
}

TEST(Compile, TinySourcesSurviveMoves) {
  Diagnostics diagnostics;
  auto parsed = ParseClass("A.som", "A=(m=(^a))", &diagnostics);
  ASSERT_NE(parsed, nullptr);
  const ParsedClass moved = std::move(*parsed);
  const auto description = CompileClass(moved, {}, {}, &diagnostics);
  ASSERT_NE(description, nullptr);
  EXPECT_THAT(description->instance_methods[0].units[0].globals, ElementsAre("a"));
  EXPECT_EQ(moved.Line(1), "A=(m=(^a))");
}

TEST(Compile, Expressions) {
  Diagnostics diagnostics;
  const auto parsed = ParseExpression("It", "<expression>", "| a | a := it. a + 1", &diagnostics);
  ASSERT_NE(parsed, nullptr);
  const auto description = CompileClass(*parsed, {}, {}, &diagnostics);
  ASSERT_NE(description, nullptr);
  EXPECT_EQ(description->superclass_name, "Object");
  EXPECT_EQ(description->instance_methods[0].selector, "run:");
  EXPECT_THAT(
      Instructions(description->instance_methods[0].units[0]),
      ElementsAre("PushSlot -1", "PopSlot 0", "PushSlot 0", "PushInt 1", "Send #+", "ReturnLocal"));
  const auto empty = ParseExpression("It", "<expression>", "  ", &diagnostics);
  EXPECT_THAT(
      Instructions(CompileClass(*empty, {}, {}, &diagnostics)->instance_methods[0].units[0]),
      ElementsAre("PushNil", "ReturnLocal"));
}

TEST(Compile, InputsOfAShell) {
  Diagnostics diagnostics;
  const ParsedInput input =
      ParseInput("Shell", "shell", "| a b | [ :c | | e | c := d := e := old. x ] value: (a := 3)",
                 {"it", "old"}, &diagnostics);
  ASSERT_NE(input.parsed, nullptr);
  EXPECT_THAT(input.declared, ElementsAre("a", "b"));
  EXPECT_THAT(input.new_variables, ElementsAre("a", "b", "d"));
  EXPECT_THAT(input.parsed->instance_fields(), ElementsAre("it", "old", "a", "b", "d"));
  const auto description = CompileClass(*input.parsed, {}, {}, &diagnostics);
  ASSERT_NE(description, nullptr);
  EXPECT_EQ(description->instance_methods[0].selector, "run");
  EXPECT_EQ(ParseInput("Shell", "shell", "a :=", {}, &diagnostics).parsed, nullptr);
  EXPECT_EQ(diagnostics.size(), 1);
}

TEST(Compile, InputsDeclareKnownVariablesAgain) {
  Diagnostics diagnostics;
  const ParsedInput input = ParseInput("Shell", "shell", "| old | old", {"old"}, &diagnostics);
  EXPECT_THAT(input.declared, ElementsAre("old"));
  EXPECT_THAT(input.new_variables, ElementsAre());
}

TEST(Compile, SingleMethods) {
  Diagnostics diagnostics;
  const auto instance_side =
      ParseMethod("shell", "Foo >> + x = ( ^ a )", {"a"}, {"b"}, &diagnostics);
  ASSERT_NE(instance_side, nullptr);
  EXPECT_EQ(instance_side->name(), "Foo");
  EXPECT_EQ(instance_side->MethodText(false, 0), "+ x = ( ^ a )");
  const auto description = CompileClass(*instance_side, {{"z"}, {}}, {}, &diagnostics);
  ASSERT_NE(description, nullptr);
  EXPECT_THAT(Instructions(description->instance_methods[0].units[0]),
              ElementsAre("PushField 1", "ReturnLocal"));
  const auto class_side =
      ParseMethod("shell", "Foo class >> at: i = ( ^ b )", {"a"}, {"b"}, &diagnostics);
  ASSERT_NE(class_side, nullptr);
  EXPECT_EQ(class_side->MethodText(true, 0), "at: i = ( ^ b )");
  for (const char* text : {"Foo >>", "Foo >> bar", "Foo >> bar = ( ) baz = ( )", "Foo bar = ( )",
                           "3", "Foo >> 3 = ( )"}) {
    EXPECT_EQ(ParseMethod("shell", text, {}, {}, &diagnostics), nullptr) << text;
  }
  EXPECT_EQ(diagnostics.size(), 6);
}

// --- definition errors ---------------------------------------------------------------------------

TEST(CompileErrors, FieldsAndMethods) {
  EXPECT_THAT(ErrorsOf("Test = ( | a b a | m = ( ) n = ( ) m = ( ) ---- | a | m = ( ) )"),
              ElementsAre("1:16 Field 'a' has already been defined in this class.",
                          "1:36 Method 'm' has already been defined in this class."));
  EXPECT_THAT(ErrorsOf("Test = ( | a b | ---- | c | )", {{"b"}, {"c"}}),
              ElementsAre("1:14 Field 'b' is already defined in a superclass.",
                          "1:25 Field 'c' is already defined in a superclass."));
}

TEST(CompileErrors, AllOfAClassAreCollected) {
  EXPECT_EQ(
      ErrorsOf("Test = ( | f f | m = ( a := 1. b := 2 ) n: x o: x = ( c := 3 ) m = () )").size(),
      6U);
}

TEST(CompileErrors, FileName) {
  Diagnostics diagnostics;
  EXPECT_EQ(ParseClass("dir/Foo.som", "Bar = ( )", &diagnostics), nullptr);
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics.entries()[0].message, "Filename Foo.som does not match class name Bar");
  EXPECT_NE(ParseClass("dir/Foo.som", "Bar = ( )", &diagnostics, false), nullptr);
  EXPECT_NE(ParseClass("<stdin>", "Bar = ( )", &diagnostics), nullptr);
}

TEST(CompileErrors, OperandStackLimit) {
  std::string array = "Test = ( m = ( ^ self ";
  for (int i = 0; i < 66000; ++i) array += "k: 1 ";
  EXPECT_THAT(ErrorsOf(array + ") )"),
              ElementsAre("1:10 This method needs more than 65535 operands at once"));
}

TEST(Diagnostics, Layout) {
  Diagnostics diagnostics;
  const SourceFile source("dir/T.som", "a\n\t  b\tcd  \nlast");
  diagnostics.Add(source, 7, "Message");
  EXPECT_EQ(PrintDiagnostics(diagnostics),
            "File 'dir/T.som', line 2, column 6:\n  b\tcd\n   \t^\nMessage\n"
            "");
}

TEST(Diagnostics, UnprintableAndLongLines) {
  Diagnostics diagnostics;
  const SourceFile source("T.som",
                          "\x01"
                          "a\xFF b" +
                              std::string(1000, 'x'));
  diagnostics.Add(source, 4, "First");
  diagnostics.Add(source, 500, "Second");
  const std::string text = PrintDiagnostics(diagnostics);
  EXPECT_THAT(text, ::testing::HasSubstr("\xEF\xBF\xBD"
                                         "a\xEF\xBF\xBD bxx"));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("\x01")));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr(std::string(200, 'x'))));
}

}  // namespace
}  // namespace som
