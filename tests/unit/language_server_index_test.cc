// What is known of one file, whole or damaged, and of classes across files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/ast.h"
#include "tests/unit/language_server_fixture.h"
#include "vm/language_server/folding.h"
#include "vm/language_server/problems.h"
#include "vm/language_server/semantic_tokens.h"
#include "vm/language_server/symbols.h"

namespace som::lsp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LanguageServerIndex : public LanguageServerTest {
 protected:
  // Selectors, those of the class side behind "class".
  static std::vector<std::string> Methods(const File& file) {
    std::vector<std::string> names;
    for (const Method& method : file.index->methods()) {
      names.push_back((method.class_side ? "class " : "") + std::string(method.node->selector) +
                      (method.node->is_damaged ? " (damaged)" : ""));
    }
    return names;
  }

  std::vector<std::string> Problems(const File& file) {
    std::vector<std::string> shown;
    for (const Problem& problem : FindProblems(workspace_, KnownSelectorsOf(workspace_), file)) {
      shown.push_back(std::string(problem.is_warning ? "warning " : "error ") +
                      std::to_string(problem.span.begin) + "-" + std::to_string(problem.span.end) +
                      " " + problem.message + (problem.hint.empty() ? "" : " / " + problem.hint));
    }
    return shown;
  }
};

TEST_F(LanguageServerIndex, KnowsTheMethodsOfBothSides) {
  const File& file = Add("A",
                         "A = ( | f | foo = ( ^ f ) at: i put: x = ( ) + o = primitive "
                         "---- | g | new = ( ^ super new ) )");
  EXPECT_FALSE(file.index->IsDamaged());
  EXPECT_THAT(Methods(file), ElementsAre("foo", "at:put:", "+", "class new"));
  EXPECT_EQ(file.index->FieldNamed("f", false), 0U);
  EXPECT_EQ(file.index->FieldNamed("g", true), 1U);
  EXPECT_EQ(file.index->FieldNamed("g", false), kNone);
}

TEST_F(LanguageServerIndex, CommentsOfMethods) {
  const File& file = Add("A",
                         "\"The class.\"\nA = (\n\"Section\"\n\n\"Before.\"\nfoo = ( )\n"
                         "bar = ( \"Inside.\" ^ 1 )\nbaz = ( ) )");
  const auto comment = [&](size_t i) {
    return std::string(file.index->CommentOf(file.index->methods()[i]));
  };
  EXPECT_EQ(file.index->ClassComment(), "The class.");
  EXPECT_EQ(comment(0), "Before.");
  EXPECT_EQ(comment(1), "Inside.");
  EXPECT_EQ(comment(2), "");
}

// Errors of all sorts in the middle method; the others must not be lost.
TEST_F(LanguageServerIndex, DamagedMethodsHideNoOthers) {
  const char* bodies[] = {
      "( self ",        "( [ :x | x ",     "( x := ",        "( 'no end",    "( \"no end",
      "( ^ 1. ^ 2 )",   "( | a b",         "( #( 1 2",       "( self foo: ", "( )) )",
      "( self ( ) ] )", "( a := 3 b := )", "( ] [ ) ( ",     "( # )",        "( \x01 )",
      "( it's )",       "( {1} )",         "( self ; foo )", "( 1 + )",
  };
  for (const char* body : bodies) {
    const File& file =
        Add("A", std::string("A = (\n  | f |\n  first = ( ^ f )\n  broken = ") + body +
                     "\n  third = ( ^ 'x' size )\n  fourth: a with: b = ( ^ a )\n"
                     "  ----\n  make = ( ^ self new )\n)\n");
    const std::vector<std::string> methods = Methods(file);
    for (const char* expected : {"first", "third", "fourth:with:", "class make"}) {
      // `)) )` ends the class for the VM, too: it sees no method behind it.
      if (std::string(body) == "( )) )" && !file.index->IsDamaged()) continue;
      EXPECT_THAT(methods, ::testing::Contains(expected)) << body;
    }
  }
}

TEST_F(LanguageServerIndex, DamagedMethodsKeepWhatCanBeRead) {
  const File& file = Add("A",
                         "A = (\n  broken: x = ( | y | self foo: x. y := x bar. self \n"
                         "  next = ( ) )");
  EXPECT_THAT(Methods(file), ElementsAre("broken: (damaged)", "next"));
  EXPECT_EQ(file.index->SendsOf("foo:").size(), 1U);
  EXPECT_EQ(file.index->SendsOf("bar").size(), 1U);
  std::vector<std::string> variables;
  for (const Occurrence& occurrence : file.index->occurrences()) {
    if (occurrence.kind == OccurrenceKind::kVariable)
      variables.emplace_back(file.index->TextOfSpan(occurrence.span));
  }
  EXPECT_THAT(variables, ElementsAre("x", "y", "x", "y", "x"));
}

TEST_F(LanguageServerIndex, DamagedHeadsAndFields) {
  EXPECT_THAT(Methods(Add("A", "A := B (\n foo = ( )\n bar = ( ) )")), ElementsAre("foo", "bar"));
  const File& fields = Add("A", "A = ( | a b\n foo = ( )\n bar = ( ) )");
  EXPECT_THAT(Methods(fields), ElementsAre("foo", "bar"));
  EXPECT_EQ(fields.index->FieldNamed("b", false), 1U);
}

TEST_F(LanguageServerIndex, OddTextsAreNoTrouble) {
  for (const char* text : {"",
                           " ",
                           "A",
                           "A =",
                           "A = (",
                           ")",
                           "\"",
                           "'",
                           "A = ( ----",
                           "----",
                           "A = ( foo",
                           "A = ( foo:",
                           "A = ( foo: x",
                           "A = ( + )",
                           "A = ( foo = ",
                           "\xEF\xBB\xBF",
                           "\xFF\xFE",
                           "A = ( foo = ( [ [ [ ",
                           "#",
                           "A = ( | "}) {
    const File& file = Add("A", text);
    ClassifyTokens(workspace_, file, {0, 100});
    FindFolds(*file.index);
    Outline(file);
    Problems(file);
    for (uint32_t at = 0; at <= file.index->text().size(); ++at) Definitions(workspace_, file, at);
  }
}

TEST_F(LanguageServerIndex, ClassesAreFoundBesideFirstThenOnTheClassPath) {
  workspace_.SetClassPath({"/one", "/two"}, "");
  Add("/two/Thing", "Thing = ( )");
  Add("/one/Thing", "Thing = ( )");
  Add("/far/away/Thing", "Thing = ( )");
  const File& in_far = Add("/far/A", "A = Thing ( )");
  const File& in_two = Add("/two/A", "A = Thing ( )");
  const File& beside = Add("/far/away/A", "A = Thing ( )");
  EXPECT_EQ(workspace_.SuperclassOf(in_far)->path, "/one/Thing.som");
  EXPECT_EQ(workspace_.SuperclassOf(in_two)->path, "/two/Thing.som");
  EXPECT_EQ(workspace_.SuperclassOf(beside)->path, "/far/away/Thing.som");
}

TEST_F(LanguageServerIndex, OptionalClassesAreFoundBehindAllOthers) {
  workspace_.SetClassPath({"/one"}, "/library");
  Add("/library/More/Thing", "Thing = ( )");
  Add("/library/More/Other", "Other = ( )");
  Add("/one/Thing", "Thing = ( )");
  const File& thing = Add("/far/A", "A = Thing ( )");
  const File& other = Add("/far/B", "B = Other ( )");
  EXPECT_EQ(workspace_.SuperclassOf(thing)->path, "/one/Thing.som");
  EXPECT_EQ(workspace_.SuperclassOf(other)->path, "/library/More/Other.som");
}

TEST_F(LanguageServerIndex, WhatIsOnNoPathIsFoundByNearness) {
  Add("/p/x/Thing", "Thing = ( )");
  Add("/p/y/Thing", "Thing = ( )");
  const File& a = Add("/p/y/sub/A", "A = Thing ( )");
  EXPECT_EQ(workspace_.SuperclassOf(a)->path, "/p/y/Thing.som");
}

TEST_F(LanguageServerIndex, InheritedFieldsAreThoseOfTheVm) {
  AddLibrary();
  Add("B", "B = ( | x | ---- | y | )");
  const File& a = Add("A", "A = B ( | z | ---- )");
  const InheritedFields inherited = workspace_.InheritedFieldsOf(a);
  EXPECT_THAT(inherited.instance_side, ElementsAre("x"));
  EXPECT_THAT(inherited.class_side, ElementsAre("meta", "y"));
}

TEST_F(LanguageServerIndex, ProblemsAreThoseOfTheCommandLineWithExactPlaces) {
  AddLibrary();
  EXPECT_THAT(Problems(Add("A", "A = ( foo = ( | x | x := 1. x = 3. ^ x ) )")),
              ElementsAre("warning 28-33 this comparison has no effect / An assignment is written "
                          "x := ..."));
  EXPECT_THAT(Problems(Add("A", "A = ( foo = ( count := 3 ) )")),
              ElementsAre("error 14-19 No such field 'count' in class / Declare it where the "
                          "method begins, | count |, or as a field of the class."));
  EXPECT_THAT(Problems(Add("A", "A = ( | count | foo = ( coutn := 3 ) )")),
              ElementsAre("error 24-29 No such field 'coutn' in class / Did you mean count?"));
  EXPECT_THAT(Problems(Add("A", "A = Missing ( )")),
              ElementsAre("error 4-11 Superclass 'Missing' of class 'A' could not be found."));
  EXPECT_THAT(Problems(Add("A", "A = nil ( )")),
              ElementsAre("error 4-7 Only Object may have nil as its superclass."));
  EXPECT_THAT(Problems(Add("A", "B = ( )")),
              ElementsAre("error 0-1 Filename A.som does not match class name B"));
  EXPECT_THAT(Problems(Add("A", "A = ( foo = ( ) foo = ( ) )")),
              ElementsAre("error 16-19 Method 'foo' has already been defined in this class."));
  EXPECT_THAT(Problems(Add("A", "A = ( )")), IsEmpty());
}

TEST_F(LanguageServerIndex, ClassesThatInheritFromThemselves) {
  Add("B", "B = A ( )");
  EXPECT_THAT(Problems(Add("A", "A = B ( foo = ( x := 1 ) )")),
              ElementsAre("error 4-5 Class 'A' inherits from itself."));
}

TEST_F(LanguageServerIndex, ProblemsBehindLettersOfSeveralBytes) {
  AddLibrary();
  // Columns count code points; the place is in bytes.
  EXPECT_THAT(
      Problems(Add("A", "A = ( foo = ( '\xF0\x9F\x98\x80\xC3\xA9' println. count := 3 ) )")),
      ElementsAre(HasSubstr("error 32-37 No such field")));
}

TEST_F(LanguageServerIndex, OutlineHasBothSides) {
  const File& file = Add("A", "A = B ( | f | at: i = ( ) ---- | g | new = ( ) )");
  const std::vector<SymbolNode> outline = Outline(file);
  ASSERT_EQ(outline.size(), 1U);
  const SymbolNode& root = outline.front();
  EXPECT_EQ(root.name, "A");
  EXPECT_EQ(root.detail, "B");
  ASSERT_EQ(root.children.size(), 3U);
  EXPECT_EQ(root.children[0].name, "f");
  EXPECT_EQ(root.children[1].name, "at:");
  EXPECT_EQ(root.children[1].detail, "at: i");
  EXPECT_EQ(root.children[2].name, "A class");
  ASSERT_EQ(root.children[2].children.size(), 2U);
  EXPECT_EQ(root.children[2].children[1].name, "new");
  EXPECT_EQ(root.all, (Span{0, 48}));
}

TEST_F(LanguageServerIndex, SymbolsAreFoundByTheirLetters) {
  Add("Counter", "Counter = ( | count | increment = ( ) )");
  const auto names = [&](std::string_view query) {
    std::vector<std::string> found;
    for (const FoundSymbol& symbol : FindSymbols(workspace_, query, 10))
      found.push_back(symbol.name);
    return found;
  };
  EXPECT_THAT(names("count"), ElementsAre("count", "Counter"));
  EXPECT_THAT(names("inct"), ElementsAre("increment"));
  EXPECT_THAT(names("xyz"), IsEmpty());
  EXPECT_EQ(FindSymbols(workspace_, "", 2).size(), 2U);
}

TEST_F(LanguageServerIndex, TokensSayWhatWordsMean) {
  AddLibrary();
  Add("B", "B = ( | inherited | )");
  const File& file = Add("A",
                         "A = B ( | f | foo: a = ( | l | l := f + 1. inherited := #at:put:. "
                         "Object new: 'x' y: a. ^ self ) ---- make = primitive )");
  std::vector<std::string> shown;
  static constexpr const char* kNames[] = {
#define SOM_TOKEN_TYPE(name, text) text,
#include "vm/language_server/semantic_tokens.def"
  };
  for (const SemanticToken& token : ClassifyTokens(workspace_, file, {0, 1000})) {
    shown.push_back(std::string(file.index->TextOfSpan(token.span)) + " " +
                    kNames[static_cast<size_t>(token.type)] + " " +
                    std::to_string(token.modifiers));
  }
  EXPECT_THAT(
      shown, ElementsAre("A class 1", "= operator 0", "B class 0", "f property 1", "foo: method 1",
                         "a parameter 1", "= operator 0", "l variable 1", "l variable 2",
                         ":= operator 0", "f property 0", "+ operator 0", "1 number 0",
                         "inherited property 2", ":= operator 0", "# enumMember 0",
                         "at: enumMember 0", "put: enumMember 0", "Object class 0", "new: method 0",
                         "'x' string 0", "y: method 0", "a parameter 0", "^ operator 0",
                         "self keyword 0", "make method 5", "= operator 0", "primitive keyword 0"));
}

TEST_F(LanguageServerIndex, TokensOfSeveralLinesAreCut) {
  const File& file = Add("A", "\"one\ntwo\xC3\xA9\"\nA = ( )");
  EXPECT_THAT(EncodeTokens(file.index->lines(), ClassifyTokens(workspace_, file, {0, 8})),
              ElementsAre(0, 0, 4, 10, 0, 1, 0, 5, 10, 0));
}

TEST_F(LanguageServerIndex, FoldsKeepTheLineOfTheBracket) {
  const File& file = Add("A", "\"a\n b\"\nA = (\n foo = (\n  1.\n  2\n )\n bar = ( 1 )\n)");
  std::vector<std::string> folds;
  for (const Fold& fold : FindFolds(*file.index))
    folds.push_back(std::to_string(fold.first_line) + "-" + std::to_string(fold.last_line) +
                    (fold.is_comment ? " comment" : ""));
  EXPECT_THAT(folds, ElementsAre("3-5", "2-7", "0-1 comment"));
}

}  // namespace
}  // namespace som::lsp
