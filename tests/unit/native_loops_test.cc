// Which methods of a library are taken for loops that run natively.
#include "vm/linking/native_loops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "primitives/register.h"
#include "vm/interpreter/entries.h"
#include "vm/interpreter/loop_primitives.h"
#include "vm/loading/class_loader.h"
#include "vm/loading/universe.h"
#include "vm/vm.h"

namespace som {
namespace {

struct LibraryLoop {
  WellKnownClass holder;
  std::string_view selector;
  LoopKind kind;
};

constexpr LibraryLoop kLibraryLoops[] = {
    {kIntegerClass, "to:do:", LoopKind::kToDo},
    {kIntegerClass, "to:by:do:", LoopKind::kToByDo},
    {kIntegerClass, "downTo:do:", LoopKind::kDownToDo},
    {kIntegerClass, "downTo:by:do:", LoopKind::kDownToByDo},
    {kIntegerClass, "timesRepeat:", LoopKind::kTimesRepeat},
    {kArrayClass, "do:", LoopKind::kElementsDo},
    {kArrayClass, "doIndexes:", LoopKind::kDoIndexes},
    {kBlockClass, "whileTrue:", LoopKind::kWhileTrue},
    {kBlockClass, "whileFalse:", LoopKind::kWhileFalse},
};

// A VM with a library on the class path.
class Library {
 public:
  explicit Library(Options options, std::string_view directory = "")
      : vm_(With(std::move(options), directory), &StandardPrimitives()) {}

  VM& vm() { return vm_; }

  Method& At(WellKnownClass holder, std::string_view selector) {
    Method* method = vm_.classes().Lookup(vm_.classes().At(holder), vm_.symbols().Intern(selector));
    EXPECT_NE(method, nullptr) << selector;
    return *method;
  }

  bool IsLoop(WellKnownClass holder, std::string_view selector) {
    Method& method = At(holder, selector);
    ResolveLoopEntry(vm_, method);
    if (method.native_loop != nullptr) {
      EXPECT_EQ(method.entry, LoopEntry(method.native_loop->kind));
    }
    return method.native_loop != nullptr;
  }

 private:
  static Options With(Options options, std::string_view directory) {
    options.jit = false;  // entries that count activations are other ones
    if (!directory.empty()) options.class_path.emplace_back(directory);
    options.class_path.emplace_back("core-lib");
    return options;
  }

  VM vm_;
};

TEST(NativeLoops, TheLibrarysLoopsAreRecognisedHoweverTheyAreCompiled) {
  for (LoopStrategy strategy :
       {LoopStrategy::kPrimitive, LoopStrategy::kRewritten, LoopStrategy::kInlined}) {
    for (bool inline_control : {false, true}) {
      Options options;
      options.loops = strategy;
      options.inline_control = inline_control;
      Library library(options);
      ASSERT_TRUE(library.vm().loader().LoadSystemClasses());
      for (const LibraryLoop& loop : kLibraryLoops) {
        ASSERT_TRUE(library.IsLoop(loop.holder, loop.selector)) << loop.selector;
        EXPECT_EQ(library.At(loop.holder, loop.selector).native_loop->kind, loop.kind);
      }
    }
  }
}

TEST(NativeLoops, NoneIsWhereLoopsAreLibraryCode) {
  Options options;
  options.loops = LoopStrategy::kLibrary;
  Library library(options);
  ASSERT_TRUE(library.vm().loader().LoadSystemClasses());
  for (const LibraryLoop& loop : kLibraryLoops) {
    EXPECT_FALSE(library.IsLoop(loop.holder, loop.selector)) << loop.selector;
  }
}

TEST(NativeLoops, OtherSpellingsAndRedefinitions) {
  Library library(Options(), "tests/language/fixtures/own_loops");
  ASSERT_TRUE(library.vm().loader().LoadSystemClasses());
  EXPECT_TRUE(library.IsLoop(kIntegerClass, "to:by:do:"));
  EXPECT_TRUE(library.IsLoop(kIntegerClass, "to:do:")) << "spelled by to:by:do:";
  EXPECT_FALSE(library.IsLoop(kIntegerClass, "downTo:do:")) << "leaves out the limit";
  EXPECT_FALSE(library.IsLoop(kIntegerClass, "timesRepeat:")) << "answers nil";
  EXPECT_FALSE(library.IsLoop(kArrayClass, "doIndexes:")) << "goes backwards";
  EXPECT_FALSE(library.IsLoop(kArrayClass, "do:"))
      << "sends doIndexes:, which is not the usual one";
  EXPECT_TRUE(library.IsLoop(kBlockClass, "whileTrue:"));
}

TEST(NativeLoops, WhatALoopSendsHasToBeUsual) {
  Library library(Options(), "tests/language/fixtures/own_value");
  ASSERT_TRUE(library.vm().loader().LoadSystemClasses());
  EXPECT_FALSE(library.IsLoop(kIntegerClass, "to:do:")) << "value: is not the usual one";
  EXPECT_FALSE(library.IsLoop(kArrayClass, "do:"));
  EXPECT_FALSE(library.IsLoop(kIntegerClass, "timesRepeat:")) << "sends to:do:";
  EXPECT_TRUE(library.IsLoop(kBlockClass, "whileTrue:")) << "sends value only";
}

TEST(NativeLoops, ALoopStaysOneWhenItsMethodIsCompiledAgain) {
  Library library{Options()};
  const std::string huge =
      "| n block | n := 0. block := [ n := n + 1. n = 3 ifTrue: [ ^ n ] ]. (1 << 70) timesRepeat: "
      "block";
  ASSERT_EQ(RunExpression(library.vm(), huge), kExitSuccess);
  Method& method = library.At(kIntegerClass, "timesRepeat:");
  ASSERT_FALSE(method.real_sends.empty()) << "the jumps of its text are not made for big integers";
  ASSERT_NE(method.native_loop, nullptr);
  EXPECT_EQ(method.entry, LoopEntry(LoopKind::kTimesRepeat));
}

// Activations of closures, and of the methods that run them, by strategy.
TEST(NativeLoops, ALoopVariantIsActivatedOnce) {
  const auto activations = [](LoopStrategy strategy) {
    Options options;
    options.loops = strategy;
    options.statistics = true;
    Library library(options);
    EXPECT_EQ(RunExpression(library.vm(), "| b | b := [:i | i ]. 1 to: 100 do: b"), kExitSuccess);
    Method& method = library.At(kIntegerClass, "to:do:");
    EXPECT_EQ(method.activations, 1U);
    const ClassInfo& last =
        *library.vm().classes().At(static_cast<uint32_t>(library.vm().classes().size()) - 2);
    return last.methods.at(0)->unit_methods.at(1)->activations;
  };
  EXPECT_EQ(activations(LoopStrategy::kLibrary), 100U);
  EXPECT_EQ(activations(LoopStrategy::kPrimitive), 100U);
  EXPECT_EQ(activations(LoopStrategy::kRewritten), 0U) << "its loop variant is activated instead";
  EXPECT_EQ(activations(LoopStrategy::kInlined), 0U);
}

}  // namespace
}  // namespace som
