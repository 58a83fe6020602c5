// When an input of the shell is complete, and what sort it is.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "vm/shell/input.h"

namespace som {
namespace {

// Whether the lines are complete together, and none of the beginnings is.
bool CompleteAtLast(std::string_view lines) {
  InputScanner scanner;
  size_t begin = 0;
  while (true) {
    const size_t end = lines.find('\n', begin);
    scanner.Add(lines.substr(begin, end - begin));
    if (end == std::string_view::npos) return scanner.IsComplete();
    if (scanner.IsComplete()) return false;
    begin = end + 1;
  }
}

InputKind KindOf(const std::string& text) { return SortInput(text).kind; }

TEST(InputScanner, OneLine) {
  EXPECT_TRUE(CompleteAtLast(""));
  EXPECT_TRUE(CompleteAtLast("3 + 4"));
  EXPECT_TRUE(CompleteAtLast("(1) [2] #(3 (4))"));
  EXPECT_TRUE(CompleteAtLast("1 +"));
}

TEST(InputScanner, OpenBrackets) {
  EXPECT_TRUE(CompleteAtLast("(3 +\n4)"));
  EXPECT_TRUE(CompleteAtLast("[:a |\na\n] value: 3"));
  EXPECT_TRUE(CompleteAtLast("#(1\n2)"));
  EXPECT_FALSE(CompleteAtLast("((1)"));
}

TEST(InputScanner, WhatClosesTooMuchIsComplete) {
  EXPECT_TRUE(CompleteAtLast(")"));
  EXPECT_TRUE(CompleteAtLast("]]]"));
}

TEST(InputScanner, OpenStrings) {
  EXPECT_TRUE(CompleteAtLast("'a\nb'"));
  EXPECT_TRUE(CompleteAtLast("'(['"));
  EXPECT_TRUE(CompleteAtLast("'it\\'s'"));
  EXPECT_FALSE(CompleteAtLast("'it\\'"));
  EXPECT_TRUE(CompleteAtLast("'a\\\\'"));
  EXPECT_TRUE(CompleteAtLast("'line\\\n'"));
  EXPECT_TRUE(CompleteAtLast("'a \"comment\" that is none'"));
}

TEST(InputScanner, OpenComments) {
  EXPECT_TRUE(CompleteAtLast("\"a\nb\" 3"));
  EXPECT_TRUE(CompleteAtLast("\"( [ '\" 3"));
  EXPECT_FALSE(CompleteAtLast("3 \"open"));
}

TEST(InputScanner, DefinitionsThatAreNotThereYet) {
  EXPECT_TRUE(CompleteAtLast("Foo =\n(\n)"));
  EXPECT_TRUE(CompleteAtLast("Foo >> bar =\n( ^ 1 )"));
  EXPECT_TRUE(CompleteAtLast("Foo = \"what?\"\nBar ( )"));
  EXPECT_TRUE(CompleteAtLast("x ="));
  EXPECT_TRUE(CompleteAtLast("Foo =="));
  EXPECT_TRUE(CompleteAtLast("Foo >="));
}

TEST(InputScanner, CommandsTakeOneLine) {
  EXPECT_TRUE(CompleteAtLast(":load it's.som"));
  EXPECT_TRUE(CompleteAtLast("  :source Foo>>("));
  EXPECT_TRUE(CompleteAtLast(":time [ 1\n] value"));
}

TEST(InputScanner, ClearStartsAgain) {
  InputScanner scanner;
  scanner.Add("('");
  EXPECT_FALSE(scanner.IsComplete());
  scanner.Clear();
  EXPECT_EQ(scanner.text(), "");
  scanner.Add("1");
  EXPECT_TRUE(scanner.IsComplete());
  EXPECT_EQ(scanner.text(), "1\n");
}

TEST(SortInput, Kinds) {
  EXPECT_EQ(KindOf(""), InputKind::kNothing);
  EXPECT_EQ(KindOf(" \n \"only a comment\" "), InputKind::kNothing);
  EXPECT_EQ(KindOf("quit"), InputKind::kQuit);
  EXPECT_EQ(KindOf(" quit \n"), InputKind::kQuit);
  EXPECT_EQ(KindOf("quit now"), InputKind::kStatements);
  EXPECT_EQ(KindOf(":help"), InputKind::kCommand);
  EXPECT_EQ(KindOf("| a | a"), InputKind::kStatements);
  EXPECT_EQ(KindOf("x = (3)"), InputKind::kStatements);
}

TEST(SortInput, Classes) {
  const InputSort plain = SortInput("\"c\" Foo = ( )");
  EXPECT_EQ(plain.kind, InputKind::kClass);
  EXPECT_EQ(plain.class_name, "Foo");
  EXPECT_EQ(plain.superclass, "");
  const InputSort derived = SortInput("Foo = Bar ( )");
  EXPECT_EQ(derived.kind, InputKind::kClass);
  EXPECT_EQ(derived.superclass, "Bar");
  EXPECT_EQ(KindOf("Foo = Bar"), InputKind::kStatements);
  EXPECT_EQ(KindOf("Foo == (3)"), InputKind::kStatements);
}

TEST(SortInput, Methods) {
  for (const char* text :
       {"Foo >> bar = ( )", "Foo>>bar = ( )", "Foo class >> bar = ( )", "Foo >> + other = ( )",
        "Foo >> at: i put: v = ( )", "Foo >> bar = primitive"}) {
    const InputSort sort = SortInput(text);
    EXPECT_EQ(sort.kind, InputKind::kMethod) << text;
    EXPECT_EQ(sort.class_name, "Foo") << text;
  }
  EXPECT_EQ(KindOf("Foo >> 3"), InputKind::kStatements);
  EXPECT_EQ(KindOf("Foo >> bar = baz"), InputKind::kStatements);
  EXPECT_EQ(KindOf("foo >> bar = ( )"), InputKind::kStatements);
}

}  // namespace
}  // namespace som
