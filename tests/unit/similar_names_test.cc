// Which names are like another.
#include "compiler/similar_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace som {
namespace {

using testing::ElementsAre;

TEST(EditDistance, CountsSteps) {
  EXPECT_EQ(EditDistance("", ""), 0);
  EXPECT_EQ(EditDistance("abc", ""), 3);
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("print", "prin"), 1);
  EXPECT_EQ(EditDistance("print", "prints"), 1);
  EXPECT_EQ(EditDistance("print", "plint"), 1);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
}

TEST(EditDistance, NeighboursThatAreSwappedAreOneStep) {
  EXPECT_EQ(EditDistance("pritn", "print"), 1);
  EXPECT_EQ(EditDistance("ab", "ba"), 1);
  EXPECT_EQ(EditDistance("abcd", "badc"), 2);
}

TEST(EditDistance, CaseDoesNotCount) { EXPECT_EQ(EditDistance("VECTOR", "vector"), 0); }

TEST(NamesLike, TheLikestFirstAndThreeAtMost) {
  EXPECT_THAT(NamesLike("println", {"print", "printlm", "other", "println:"}),
              ElementsAre("printlm", "println:", "print"));
  EXPECT_THAT(NamesLike("abc", {"abd", "abe", "abf", "abg"}), ElementsAre("abd", "abe", "abf"));
}

TEST(NamesLike, NotTheNameItselfNorWhatIsFar) {
  EXPECT_THAT(NamesLike("size", {"size", "sort", "asString"}), ElementsAre());
  EXPECT_THAT(NamesLike("x", {"y", "xy", "abc", "", "X"}), ElementsAre("X", "xy"));
  EXPECT_THAT(NamesLike("Vectro", {"Vector", "Set"}), ElementsAre("Vector"));
}

}  // namespace
}  // namespace som
