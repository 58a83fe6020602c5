#include "compiler/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

using ::testing::ElementsAre;

// The analysis of a method `m` with the given pattern and body.
struct Analysis {
  explicit Analysis(const std::string& method, const RealSends& real_sends = {})
      : source("Test.som", "Test = ( | field | " + method + " )"),
        tree(ParseClassSource(source, &diagnostics)),
        policy(options, tree->instance_side.methods[0]->begin, &real_sends),
        scopes(AnalyzeMethod(*tree->instance_side.methods[0], {{"field", 0}}, policy, source,
                             &diagnostics)) {}

  const Variable& Of(std::string_view name) const {
    for (const Variable& variable : scopes.variables) {
      if (variable.name.text == name) return variable;
    }
    ADD_FAILURE() << "no variable " << name;
    return scopes.variables[0];
  }
  bool InContext(std::string_view name) const { return Of(name).in_context; }
  std::vector<std::string> Copied(size_t unit) const {
    std::vector<std::string> names;
    for (const uint32_t variable : scopes.units[unit].copied) {
      names.emplace_back(scopes.variables[variable].name.text);
    }
    return names;
  }

  Diagnostics diagnostics;
  CompileOptions options;
  SourceFile source;
  std::unique_ptr<ClassNode> tree;
  InliningPolicy policy;
  MethodScopes scopes;
};

TEST(Scope, WhatIsNeverCapturedStaysInTheFrame) {
  const Analysis a("m: x = ( | y | y := x. x ifTrue: [ | z | z := y ] )");
  EXPECT_EQ(a.scopes.units.size(), 1U);
  EXPECT_FALSE(a.InContext("x"));
  EXPECT_FALSE(a.InContext("y"));
  EXPECT_EQ(a.Of("x").slot, -1);
  EXPECT_EQ(a.Of("y").slot, 0);
  EXPECT_EQ(a.Of("z").slot, 1);
}

TEST(Scope, WhatDoesNotChangeAfterACaptureIsCopied) {
  const Analysis a("m: x = ( | y | y := x. ^ [ y + x ] )");
  EXPECT_FALSE(a.InContext("x"));
  EXPECT_FALSE(a.InContext("y"));
  EXPECT_THAT(a.Copied(1), ElementsAre("y", "x"));
}

TEST(Scope, CopiesPassThroughTheLevelsBetween) {
  const Analysis a("m: x = ( ^ [ [ [ x ] ] ] )");
  EXPECT_THAT(a.Copied(1), ElementsAre("x"));
  EXPECT_THAT(a.Copied(2), ElementsAre("x"));
  EXPECT_THAT(a.Copied(3), ElementsAre("x"));
}

TEST(Scope, AssignedInAClosure) {
  EXPECT_TRUE(Analysis("m = ( | y | ^ [ y := 1 ] )").InContext("y"));
  EXPECT_TRUE(Analysis("m: y = ( ^ [ [ y := 1 ] ] )").InContext("y"));
}

TEST(Scope, AssignedAfterTheCapture) {
  EXPECT_TRUE(Analysis("m = ( | y | field := [ y ]. y := 1 )").InContext("y"));
  EXPECT_TRUE(Analysis("m = ( | y | y := [ y value ] )").InContext("y"));
  EXPECT_TRUE(Analysis("m = ( | y | field foo: [ y ] bar: (y := 1) )").InContext("y"));
  EXPECT_FALSE(Analysis("m = ( | y | field foo: (y := 1) bar: [ y ] )").InContext("y"));
}

TEST(Scope, AnArmThatAssignsComesAfterTheArmThatCaptures) {
  EXPECT_TRUE(
      Analysis("m: x = ( | y | x ifTrue: [ field := [ y ] ] ifFalse: [ y := 1 ] )").InContext("y"));
}

TEST(Scope, AssignmentAndCaptureInOneLoop) {
  EXPECT_TRUE(Analysis("m = ( | y | 1 to: 3 do: [:i | y := i. field := [ y ] ] )").InContext("y"));
  EXPECT_TRUE(
      Analysis("m = ( | y | [ y := field ] whileTrue: [ field := [ y ] ] )").InContext("y"));
  EXPECT_TRUE(Analysis("m = ( | y | 1 to: 3 do: [:i | 1 to: 3 do: [:k | y := k ]. "
                       "field := [ y ] ] )")
                  .InContext("y"));
}

TEST(Scope, AssignmentAndCaptureInDifferentLoops) {
  EXPECT_FALSE(Analysis("m = ( | y | 1 to: 3 do: [:i | y := i ]. 1 to: 3 do: [:i | "
                        "field := [ y ] ] )")
                   .InContext("y"));
}

TEST(Scope, ALocalOfTheLoopBodyIsFreshInEachIteration) {
  const Analysis a("m = ( 1 to: 3 do: [:i | | y | y := i. field := [ y + i ] ] )");
  EXPECT_FALSE(a.InContext("y"));
  EXPECT_FALSE(a.InContext("i"));
  EXPECT_THAT(a.Copied(1), ElementsAre("y", "i"));
}

TEST(Scope, LoopsInsideAClosureDoNotMatterOutside) {
  EXPECT_FALSE(
      Analysis("m = ( | y | y := 1. field := [ 1 to: 3 do: [:i | y foo ] ] )").InContext("y"));
}

TEST(Scope, ContextsOfAUnitLeaveNoGap) {
  const Analysis a("m = ( 1 to: 3 do: [:i | | y | field := [ y := i ] ] )");
  ASSERT_EQ(a.scopes.context_scopes.size(), 3U);
  EXPECT_TRUE(a.scopes.context_scopes[0].has_context);
  EXPECT_TRUE(a.scopes.context_scopes[1].has_context);
  EXPECT_FALSE(a.scopes.context_scopes[2].has_context);
  EXPECT_EQ(a.scopes.context_scopes[1].size, 2U);
  EXPECT_EQ(a.scopes.Depth(2, 1), 0U);
  EXPECT_EQ(a.scopes.Depth(2, 0), 1U);
  EXPECT_EQ(a.scopes.ContextsInUnit(1), 2U);
  EXPECT_EQ(a.scopes.ContextsInUnit(2), 0U);
}

TEST(Scope, ContextsHoldEveryVariableOfTheirScope) {
  const Analysis a("m: x = ( | y z | x ifTrue: [ | u | field := [ u := 1 ] ] )");
  EXPECT_EQ(a.scopes.context_scopes[0].size, 4U);
  EXPECT_EQ(a.Of("x").context_index, 0);
  EXPECT_EQ(a.Of("u").context_index, 3);
  EXPECT_EQ(a.Of("u").context_scope, 0U);
}

TEST(Scope, LoopVariablesShareTheCounterUnlessAssigned) {
  const Analysis shared("m = ( 1 to: 3 do: [:i | i foo ] )");
  EXPECT_EQ(shared.Of("i").slot, 0);
  EXPECT_EQ(shared.scopes.units[0].own_local_count, 2U);
  const Analysis separate("m = ( 1 to: 3 do: [:i | i := i + 1 ] )");
  EXPECT_EQ(separate.scopes.blocks[1].counter, 0U);
  EXPECT_EQ(separate.Of("i").slot, 2);
  EXPECT_EQ(separate.scopes.units[0].own_local_count, 3U);
}

TEST(Scope, ALoopKeepsItsReceiverOnlyWhereItMayBeAskedFor) {
  EXPECT_EQ(Analysis("m = ( 1 to: 3 do: [:i | i ]. 2 )").scopes.blocks[1].result, kNoIndex);
  EXPECT_NE(Analysis("m = ( ^ 1 to: 3 do: [:i | i ] )").scopes.blocks[1].result, kNoIndex);
  EXPECT_NE(Analysis("m = ( field ifTrue: [ 1 to: 3 do: [:i | i ] ] )").scopes.blocks[2].result,
            kNoIndex);
}

TEST(Scope, RealSendsDoNotMoveSlots) {
  const std::string method =
      "m: x = ( | y | x ifTrue: [ | u | 1 to: 3 do: [:i | | v | i := v ] ]. "
      "5 timesRepeat: [ | w | w ]. y )";
  const Analysis inlined(method);
  const size_t begin = std::string("Test = ( | field | ").size();
  const auto key = [&](const char* selector) {
    return static_cast<uint32_t>(inlined.source.text().find(selector) - begin);
  };
  for (const RealSends& real :
       {RealSends{key("ifTrue:")}, RealSends{key("to: 3")}, RealSends{key("timesRepeat:")},
        RealSends{key("ifTrue:"), key("to: 3"), key("timesRepeat:")}}) {
    const Analysis other(method, real);
    EXPECT_EQ(other.scopes.units.size(), 1 + real.size());
    EXPECT_EQ(other.scopes.units[0].own_local_count, inlined.scopes.units[0].own_local_count);
    EXPECT_EQ(other.scopes.context_scopes[0].size, inlined.scopes.context_scopes[0].size);
    EXPECT_EQ(other.Of("y").slot, inlined.Of("y").slot);
    if (other.Of("w").unit != 0) continue;
    EXPECT_EQ(other.Of("w").slot, inlined.Of("w").slot);
  }
}

TEST(Scope, InnerNamesHideOuterOnes) {
  const Analysis a("m: x = ( | x | x := 1. field := [:x | x ]. field ifTrue: [ | x | x ]. x )");
  EXPECT_TRUE(a.diagnostics.empty());
  std::vector<uint32_t> meanings;
  for (const Reference& reference : a.scopes.references) {
    if (reference.kind == Reference::kVariable) meanings.push_back(reference.index);
  }
  EXPECT_THAT(meanings, ElementsAre(1, 2, 3, 1));
}

TEST(Scope, VariablesThenFieldsThenGlobals) {
  const Analysis a("m: x = ( x. field. Foo )");
  EXPECT_EQ(a.scopes.references[0].kind, Reference::kVariable);
  EXPECT_EQ(a.scopes.references[1].kind, Reference::kField);
  EXPECT_EQ(a.scopes.references[2].kind, Reference::kGlobal);
  EXPECT_EQ(Analysis("m: field = ( field )").scopes.references[0].kind, Reference::kVariable);
}

TEST(Scope, NonLocalReturns) {
  EXPECT_FALSE(Analysis("m: x = ( x ifTrue: [ ^ 1 ]. [ 2 ] )").scopes.returns_non_locally);
  EXPECT_TRUE(Analysis("m: x = ( [ x ifTrue: [ ^ 1 ] ] )").scopes.returns_non_locally);
}

TEST(ScopeErrors, Messages) {
  EXPECT_THAT(ErrorsOf("Test = ( m: a with: a = ( ) )"),
              ElementsAre("1:21 Variable 'a' shadows another of the same name"));
  EXPECT_THAT(ErrorsOf("Test = ( m = ( | a b a | [:x :x | | y y | ] ) )"),
              ElementsAre("1:22 Variable 'a' shadows another of the same name",
                          "1:31 Variable 'x' shadows another of the same name",
                          "1:39 Variable 'y' shadows another of the same name"));
  EXPECT_THAT(
      ErrorsOf("Test = ( m = ( unknown := 3 ) n = ( [ Object := 4 ] ) )"),
      ElementsAre("1:16 No such field 'unknown' in class", "1:39 No such field 'Object' in class"));
}

TEST(ScopeErrors, Limits) {
  std::string names;
  for (int i = 0; i < 40000; ++i) names += " v" + std::to_string(i);
  EXPECT_THAT(ErrorsOf("Test = ( m = ( |" + names + " | ) )"),
              ElementsAre("1:10 More than 32767 local variables in one method"));
  EXPECT_THAT(ErrorsOf("Test = ( m = ( [ |" + names + " | ] ) )"),
              ElementsAre("1:10 More than 32767 local variables in one method"));
  std::string pattern;
  for (int i = 0; i < 40000; ++i) pattern += "k: v" + std::to_string(i) + " ";
  EXPECT_THAT(ErrorsOf("Test = ( " + pattern + "= ( ) )"),
              ElementsAre("1:10 More than 32767 arguments"));
}

}  // namespace
}  // namespace som
