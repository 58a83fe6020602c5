// Definitions, references, renaming, hover, completion, signatures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/language_server_fixture.h"
#include "vm/language_server/completion.h"
#include "vm/language_server/hover.h"
#include "vm/language_server/rename.h"

namespace som::lsp {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class LanguageServerNavigation : public LanguageServerTest {
 protected:
  std::vector<std::string> DefinitionsAt(std::string_view path, std::string text) {
    const Cursor cursor = At(path, std::move(text));
    return Show(Definitions(workspace_, *cursor.file, cursor.offset));
  }
  std::vector<std::string> ReferencesAt(std::string_view path, std::string text,
                                        bool declarations = true) {
    const Cursor cursor = At(path, std::move(text));
    return Show(References(workspace_, *cursor.file, cursor.offset, declarations));
  }
  std::string HoverText(std::string_view path, std::string text) {
    const Cursor cursor = At(path, std::move(text));
    return HoverAt(workspace_, *cursor.file, cursor.offset).text;
  }
  std::vector<std::string> CompletionsAt(std::string text) {
    const Cursor cursor = At("A", std::move(text));
    std::vector<std::string> labels;
    for (const CompletionItem& item : Complete(workspace_, *cursor.file, cursor.offset).items)
      labels.push_back(item.label);
    return labels;
  }
  // In the method of a class with a field.
  std::vector<std::string> CompletionsIn(const std::string& body) {
    return CompletionsAt("A = ( | field | run: arg = ( | tmp | " + body + " ) other = ( ) )");
  }
  // The refusal, or the places.
  std::vector<std::string> RenameAt(std::string text, std::string_view name) {
    const Cursor cursor = At("A", std::move(text));
    const Renaming renaming = Rename(workspace_, *cursor.file, cursor.offset, name);
    if (!renaming.refusal.empty()) return {"refused: " + renaming.refusal};
    return Show(renaming.places);
  }
};

TEST_F(LanguageServerNavigation, VariablesLeadToTheirDeclarations) {
  EXPECT_THAT(DefinitionsAt("A", "A = ( foo: x = ( ^ [:y | $x + y ] ) )"), ElementsAre("A 11 x"));
  EXPECT_THAT(DefinitionsAt("A", "A = ( foo: x = ( ^ [:y | x + $y ] ) )"), ElementsAre("A 21 y"));
  // The innermost one counts.
  EXPECT_THAT(DefinitionsAt("A", "A = ( foo: x = ( ^ [:x | $x ] ) )"), ElementsAre("A 21 x"));
  EXPECT_THAT(DefinitionsAt("A", "A = ( foo: x = ( [:x | x ]. ^ $x ) )"), ElementsAre("A 11 x"));
}

TEST_F(LanguageServerNavigation, FieldsAreInherited) {
  AddLibrary();
  Add("B", "B = ( | f | ---- | g | )");
  EXPECT_THAT(DefinitionsAt("A", "A = B ( foo = ( ^ $f ) )"), ElementsAre("B 8 f"));
  EXPECT_THAT(DefinitionsAt("A", "A = B ( ---- foo = ( ^ $g ) )"), ElementsAre("B 19 g"));
  EXPECT_THAT(DefinitionsAt("A", "A = B ( foo = ( ^ $g ) )"), IsEmpty());
}

TEST_F(LanguageServerNavigation, ClassesLeadToTheirNames) {
  AddLibrary();
  EXPECT_THAT(DefinitionsAt("A", "A = Int$eger ( )"), ElementsAre("Integer 0 Integer"));
  EXPECT_THAT(DefinitionsAt("A", "A = ( foo = ( ^ $Array new: 3 ) )"),
              ElementsAre("Array 0 Array"));
  EXPECT_THAT(DefinitionsAt("A", "A = Integer ( foo = ( ^ se$lf ) )"), ElementsAre("A 0 A"));
  EXPECT_THAT(DefinitionsAt("A", "A = Integer ( foo = ( ^ sup$er x ) )"),
              ElementsAre("Integer 0 Integer"));
}

TEST_F(LanguageServerNavigation, SelectorsLeadToAllImplementors) {
  AddLibrary();
  Add("B", "B = ( at: i put: x = ( ) foo = ( ) )");
  Add("C", "C = ( at: i put: x = ( ) )");
  const std::string text =
      "A = ( foo = ( ^ 3 ) bar: x = ( ^ x at: (x at: 1) $put: [ x foo: 1 ] ) )";
  EXPECT_THAT(DefinitionsAt("A", text),
              UnorderedElementsAre("B 6 at:", "C 6 at:", "Object 73 at:"));
  // What the receiver is known to find comes first; super finds one.
  EXPECT_THAT(DefinitionsAt("A", "A = ( foo = ( ) bar = ( ^ self $foo ) )"),
              ElementsAre("A 6 foo", "B 25 foo"));
  EXPECT_THAT(DefinitionsAt("A", "A = B ( foo = ( ^ super $foo ) )"), ElementsAre("B 25 foo"));
  // Literal symbols name selectors, too.
  EXPECT_THAT(DefinitionsAt("A", "A = ( bar = ( ^ #at:$put: ) )").size(), 3U);
  // So does a class, or a literal; a variable of the same value could have been assigned another
  // one.
  EXPECT_THAT(DefinitionsAt("A", "A = ( foo = ( ) bar = ( ^ B $foo ) ---- foo = ( ) )").size(), 3U);
  EXPECT_THAT(DefinitionsAt("B", "B = ( foo = ( ) bar = ( ^ A $foo ) )"), ElementsAre("A 39 foo"));
  EXPECT_THAT(DefinitionsAt("B", "B = ( foo = ( ) bar = ( ^ 3 $foo ) )").size(), 3U);
}

TEST_F(LanguageServerNavigation, PartsOfNestedMessagesAreToldApart) {
  AddLibrary();
  Add("B", "B = ( a: x b: y = ( ) c: x = ( ) )");
  EXPECT_THAT(DefinitionsAt("A", "A = ( f: x = ( x a: (x c: #b:) $b: [ x c: 2 ] ) )"),
              ElementsAre("B 6 a:"));
  EXPECT_THAT(DefinitionsAt("A", "A = ( f: x = ( x a: (x $c: #b:) b: [ x c: 2 ] ) )"),
              ElementsAre("B 22 c:"));
}

TEST_F(LanguageServerNavigation, ReferencesOfVariables) {
  EXPECT_THAT(ReferencesAt("A", "A = ( foo: $x = ( x := x. ^ [:x | x ] ) bar: x = ( ^ x ) )"),
              ElementsAre("A 11 x", "A 17 x", "A 22 x"));
  EXPECT_THAT(ReferencesAt("A", "A = ( foo: $x = ( x := x ) )", false),
              ElementsAre("A 17 x", "A 22 x"));
}

TEST_F(LanguageServerNavigation, ReferencesOfFieldsInSubclassesAndOnTheirSideOnly) {
  AddLibrary();
  Add("C", "C = A ( foo = ( ^ f ) bar: f = ( ^ f ) ---- baz = ( ^ f ) )");
  Add("D", "D = ( foo = ( ^ f ) )");
  EXPECT_THAT(ReferencesAt("A", "A = ( | $f | foo = ( ^ f ) )"),
              ElementsAre("A 8 f", "A 22 f", "C 18 f"));
}

TEST_F(LanguageServerNavigation, SendersOfSelectors) {
  AddLibrary();
  Add("B", "B = ( foo = ( self at: 1 put: 2. self at: 3 ) )");
  EXPECT_THAT(ReferencesAt("A", "A = ( bar = ( ^ self a$t: 1 put: 2 ) )", false),
              ElementsAre("A 21 at:", "B 19 at:"));
}

TEST_F(LanguageServerNavigation, MentionsOfClasses) {
  AddLibrary();
  Add("B", "B = A ( foo = ( ^ A new ) )");
  EXPECT_THAT(ReferencesAt("A", "$A = ( )"), ElementsAre("A 0 A", "B 4 A", "B 18 A"));
}

TEST_F(LanguageServerNavigation, ImplementorsAndSubclasses) {
  AddLibrary();
  Add("B", "B = A ( foo = ( ) )");
  Cursor cursor = At("A", "A = ( fo$o = ( ) )");
  EXPECT_THAT(Show(Implementations(workspace_, *cursor.file, cursor.offset)),
              ElementsAre("A 6 foo", "B 8 foo"));
  cursor = At("A", "$A = ( )");
  EXPECT_THAT(Show(Implementations(workspace_, *cursor.file, cursor.offset)), ElementsAre("B 0 B"));
}

TEST_F(LanguageServerNavigation, HighlightsTellWriting) {
  const Cursor cursor = At("A", "A = ( | f | foo = ( $f := f ) bar: f = ( ^ f ) )");
  std::vector<std::string> shown;
  for (const Highlight& highlight : Highlights(workspace_, *cursor.file, cursor.offset))
    shown.push_back(std::to_string(highlight.span.begin) + (highlight.is_write ? " write" : ""));
  EXPECT_THAT(shown, ElementsAre("8 write", "20 write", "25"));
}

TEST_F(LanguageServerNavigation, HoverHasSignatureAndComment) {
  AddLibrary();
  Add("B", "B = ( \"Adds it.\" add: thing = ( ) ---- \"Makes one.\" make = ( ) )");
  EXPECT_EQ(HoverText("A", "A = ( foo: x = ( x a$dd: 3 ) )"),
            "```som\nB >> add: thing\n```\n\nAdds it.");
  EXPECT_EQ(HoverText("A", "A = ( foo: x = ( ^ B m$ake ) )"),
            "```som\nB class >> make\n```\n\nMakes one.");
  EXPECT_EQ(HoverText("A", "A = ( foo: x = ( ^ $x ) )"), "```som\nx\n```\n\nArgument.");
  EXPECT_EQ(HoverText("A", "A = ( | f | foo = ( ^ $f ) )"), "```som\nf\n```\n\nField of A.");
  EXPECT_EQ(HoverText("A", "\"Is A.\" A = B ( foo = ( ^ $A ) )"), "```som\nA = B\n```\n\nIs A.");
  EXPECT_THAT(HoverText("A", "A = ( foo = ( self nob$ody ) )"), HasSubstr("No class implements"));
  EXPECT_EQ(HoverText("A", "A = ( foo = ( ^ #nob$ody ) )"), "");
}

TEST_F(LanguageServerNavigation, CompletionByWhatIsKnownOfTheReceiver) {
  AddLibrary();
  Add("B", "B = A ( ofB = ( ) ---- makeB = ( ) )");
  EXPECT_THAT(CompletionsIn("self $"),
              AllOf(Contains("run:"), Contains("println"), Not(Contains("length"))));
  EXPECT_THAT(CompletionsIn("super $"), AllOf(Contains("println"), Not(Contains("run:"))));
  EXPECT_THAT(CompletionsIn("'a' le$"), AllOf(Contains("length"), Not(Contains("abs"))));
  EXPECT_THAT(CompletionsIn("3 $"), AllOf(Contains("abs"), Not(Contains("length"))));
  EXPECT_THAT(CompletionsIn("#a:b: $"), AllOf(Contains("length"), Not(Contains("abs"))));
  EXPECT_THAT(CompletionsIn("#( 1 2 ) $"), AllOf(Contains("at:"), Not(Contains("abs"))));
  EXPECT_THAT(CompletionsIn("[ 3 ] $"), AllOf(Contains("value"), Not(Contains("abs"))));
  EXPECT_THAT(CompletionsIn("B $"),
              AllOf(Contains("makeB"), Contains("name"), Not(Contains("ofB"))));
  EXPECT_THAT(CompletionsIn("B new $"), AllOf(Contains("ofB"), Not(Contains("makeB"))));
  EXPECT_THAT(CompletionsIn("(B new) $"), AllOf(Contains("ofB"), Not(Contains("makeB"))));
  EXPECT_THAT(CompletionsIn("arg $"), AllOf(Contains("ofB"), Contains("abs"), Contains("makeB")));
  EXPECT_THAT(CompletionsIn("tmp := B new. tmp $"), AllOf(Contains("ofB"), Not(Contains("abs"))));
  EXPECT_THAT(CompletionsIn("tmp := B new. tmp := arg. tmp $"), Contains("abs"));
  EXPECT_THAT(CompletionsAt("A = ( run = ( ) ---- make = ( ^ self $ ) )"),
              AllOf(Contains("make"), Contains("name"), Not(Contains("run"))));
}

TEST_F(LanguageServerNavigation, CompletionOfOperands) {
  AddLibrary();
  const auto operands = AllOf(Contains("arg"), Contains("tmp"), Contains("field"), Contains("self"),
                              Contains("Integer"), Not(Contains("abs")));
  for (const char* body : {"$", "t$", "tmp := $", "^ $", "self foo: $", "3 + $", "[ $", "( $ ",
                           "tmp foo. $", "[:x | $"})
    EXPECT_THAT(CompletionsIn(body), operands) << body;
  EXPECT_THAT(CompletionsIn("[:inner | $ ]"), Contains("inner"));
  EXPECT_THAT(CompletionsIn("[:inner | ]. $"), Not(Contains("inner")));
  EXPECT_THAT(CompletionsAt("A = Int$"), AllOf(Contains("Integer"), Not(Contains("self"))));
}

TEST_F(LanguageServerNavigation, NothingIsCompletedInTextsCommentsAndDeclarations) {
  AddLibrary();
  for (const char* body : {"'te$xt'", "'te$", "\"comm$ent\"", "[:ar$ | ]", "[ | a b$ | ]"})
    EXPECT_THAT(CompletionsIn(body), IsEmpty()) << body;
  EXPECT_THAT(CompletionsAt("A = ( foo: a$ = ( ) )"), IsEmpty());
  EXPECT_THAT(CompletionsAt("A = ( | f$ | )"), IsEmpty());
}

TEST_F(LanguageServerNavigation, CompletionGoesOnWithKeywordMessages) {
  AddLibrary();
  EXPECT_THAT(CompletionsIn("arg at: 1 $"),
              AllOf(Contains("put:"), Contains("abs"), Not(Contains("at:put:"))));
  EXPECT_THAT(CompletionsIn("arg at: (1 $ ) put: 3"), Not(Contains("put:")));
  EXPECT_THAT(CompletionsIn("#pu$"), Contains("at:put:"));
}

TEST_F(LanguageServerNavigation, CompletionInBrokenMethods) {
  AddLibrary();
  EXPECT_THAT(CompletionsAt("A = (\n foo: one = ( | two | self bar: [ :three | t$ \n next = ( ) )"),
              AllOf(Contains("one"), Contains("two"), Contains("three")));
  EXPECT_THAT(CompletionsAt("A = (\n foo = ( self $\n next = ( ) )"),
              AllOf(Contains("next"), Contains("println")));
}

TEST_F(LanguageServerNavigation, SnippetsHaveTheArgumentsNames) {
  AddLibrary();
  const Cursor cursor = At("A", "A = ( run = ( self a$ ) )");
  const CompletionList list = Complete(workspace_, *cursor.file, cursor.offset);
  EXPECT_EQ(cursor.file->index->TextOfSpan(list.replaced), "a");
  const auto item = std::find_if(list.items.begin(), list.items.end(),
                                 [](const CompletionItem& i) { return i.label == "at:put:"; });
  ASSERT_NE(item, list.items.end());
  EXPECT_EQ(item->snippet, "at: ${1:index} put: ${2:value}");
  EXPECT_EQ(item->text, "at: ");
  EXPECT_EQ(item->detail, "Object");
}

TEST_F(LanguageServerNavigation, SignaturesOfKeywordMessages) {
  AddLibrary();
  const auto signatures = [&](const std::string& body) {
    const Cursor cursor = At("A", "A = ( run: x = ( " + body + " ) )");
    const Signatures found = SignaturesAt(workspace_, *cursor.file, cursor.offset);
    std::string shown;
    for (size_t i = 0; i < found.signatures.size(); ++i) {
      shown += (i == found.active ? "*" : "") + found.signatures[i].label + "; ";
    }
    return shown + std::to_string(found.active_parameter);
  };
  EXPECT_EQ(signatures("x at: $"), "*at: index; at: index put: value; 0");
  EXPECT_EQ(signatures("x at: 1 put: $"), "*at: index put: value; 1");
  EXPECT_EQ(signatures("x at: $1 put: 2"), "at: index; *at: index put: value; 0");
  EXPECT_EQ(signatures("x at: (x run: $1) put: 2"), "*run: x; 0");
  EXPECT_EQ(signatures("x at: 1 put: 2. $"), "0");
  EXPECT_EQ(signatures("3 at: 1 put: #( a: ) $"), "*at: index put: value; 1");
}

TEST_F(LanguageServerNavigation, RenamesVariablesWhereTheyAreMeant) {
  AddLibrary();
  EXPECT_THAT(RenameAt("A = ( foo: $x = ( ^ [:y | x := y ] value: [:x | x ] ) )", "z"),
              ElementsAre("A 11 x", "A 25 x"));
  Add("B", "B = A ( bar = ( ^ f ) baz: f = ( ^ f ) )");
  EXPECT_THAT(RenameAt("A = ( | f | foo = ( ^ $f ) )", "g"),
              ElementsAre("A 8 f", "A 22 f", "B 18 f"));
}

TEST_F(LanguageServerNavigation, RefusesNamesThatWouldMeanSomethingElse) {
  AddLibrary();
  const auto refused = [](std::string_view why) {
    return ElementsAre(AllOf(HasSubstr("refused: "), HasSubstr(std::string(why))));
  };
  for (const char* name : {"", "1x", "a b", "a:", "+", "x-y", " x", "\xC3\xA9"})
    EXPECT_THAT(RenameAt("A = ( foo: $x = ( ^ x ) )", name), refused("is no name")) << name;
  EXPECT_THAT(RenameAt("A = ( foo: $x = ( ^ x ) )", "self"), refused("word of the language"));
  EXPECT_THAT(RenameAt("A = ( foo: $x = ( | y | ^ x ) )", "y"), refused("already"));
  EXPECT_THAT(RenameAt("A = ( foo: $x = ( ^ [:y | x ] ) )", "y"), refused("already"));
  // Where the other one does not hide it, all is well.
  EXPECT_THAT(RenameAt("A = ( foo: $x = ( [:y | y ]. ^ x ) )", "y").size(), 2U);
  EXPECT_THAT(RenameAt("A = ( foo: x = ( ^ [:$y | x ] ) )", "x"), refused("something else"));
  EXPECT_THAT(RenameAt("A = ( | f | foo: $x = ( ^ f ) )", "f"), refused("something else"));
  EXPECT_THAT(RenameAt("A = ( foo: $x = ( ^ Integer ) )", "Integer"), refused("something else"));
  EXPECT_THAT(RenameAt("A = ( | $f g | )", "g"), refused("a field 'g'"));
  EXPECT_THAT(RenameAt("A = ( | $f | foo: x = ( ^ f ) )", "x"), refused("hide the field"));
  EXPECT_THAT(RenameAt("A = ( | $f | foo = ( ^ Integer ) )", "Integer"), refused("global"));
  EXPECT_THAT(RenameAt("A = ( foo = ( self b$ar ) )", "baz"), refused("Only variables"));
  EXPECT_THAT(RenameAt("A = ( | $f | foo = ( ", "g"), refused("syntax errors"));
}

TEST_F(LanguageServerNavigation, RefusesAFieldThatASubclassHas) {
  AddLibrary();
  Add("B", "B = A ( | g | )");
  EXPECT_THAT(RenameAt("A = ( | $f | )", "g"), ElementsAre("refused: There is a field 'g' in B."));
}

}  // namespace
}  // namespace som::lsp
