// Which control structures of a library mean what the compiler takes them for.
#include "vm/linking/control_methods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "primitives/register.h"
#include "vm/loading/class_loader.h"
#include "vm/vm.h"

namespace som {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// What a VM with these directories as its class path must not inline.
std::set<std::string, std::less<>> Unusual(std::vector<std::string> class_path,
                                           Options options = Options()) {
  options.class_path = std::move(class_path);
  VM vm(options, &StandardPrimitives());
  EXPECT_TRUE(vm.loader().LoadSystemClasses());
  return UnusualControlSelectors(vm);
}

TEST(ControlMethods, AllOfTheLibraryAreUsual) {
  EXPECT_THAT(Unusual({"core-lib"}), IsEmpty());
  Options options;
  options.loops = LoopStrategy::kLibrary;
  EXPECT_THAT(Unusual({"core-lib"}, options), IsEmpty());
}

TEST(ControlMethods, AnotherLibraryMaySpellThemDifferently) {
  EXPECT_THAT(Unusual({"tests/foreign-lib"}), IsEmpty());
}

TEST(ControlMethods, PrimitivesDoWhatTheirNamesSay) {
  Options options;
  for (bool inline_control : {false, true}) {
    options.inline_control = inline_control;
    EXPECT_THAT(Unusual({"tests/language/fixtures/primitive_control", "core-lib"}, options),
                IsEmpty());
  }
}

TEST(ControlMethods, RedefinitionsAreNoticed) {
  // Those of the fixture, and all that the library makes of them.
  EXPECT_THAT(Unusual({"tests/language/fixtures/own_control", "core-lib"}),
              UnorderedElementsAre(
                  "ifTrue:", "ifTrue:ifFalse:", "ifFalse:ifTrue:", "or:", "||",
                  "ifNotNil:", "ifNil:ifNotNil:", "ifNotNil:ifNil:", "whileTrue:", "whileFalse:",
                  "to:do:", "to:by:do:", "downTo:do:", "downTo:by:do:", "timesRepeat:"));
}

TEST(ControlMethods, OthersStayAsTheyAre) {
  EXPECT_THAT(Unusual({"tests/language/fixtures/own_loops", "core-lib"}),
              UnorderedElementsAre("downTo:do:", "timesRepeat:"));
}

TEST(ControlMethods, ConnectivesOfBooleans) {
  Options options;
  options.class_path = {"tests/language/fixtures/own_control", "core-lib"};
  VM vm(options, &StandardPrimitives());
  ASSERT_TRUE(vm.loader().LoadSystemClasses());
  auto connective = [&vm](const char* selector) {
    return ConnectiveOf(vm, vm.symbols().Intern(selector));
  };
  EXPECT_EQ(connective("and:"), Connective::kAnd);
  EXPECT_EQ(connective("&&"), Connective::kAnd);
  EXPECT_EQ(connective("or:"), Connective::kOr) << "a Boolean argument is its own value";
  EXPECT_EQ(connective("xor:"), Connective::kNone);
}

}  // namespace
}  // namespace som
