#include "vm/memory/nursery.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace som {
namespace {

constexpr size_t kMegabyte = size_t{1} << 20;

TEST(EdenSizerTest, GrowsToTheFullSizeWhileLittleSurvives) {
  EdenSizer sizer(8 * kMegabyte);
  EXPECT_EQ(sizer.bytes(), EdenSizer::kFirstBytes);
  for (int i = 0; i < 10; ++i) sizer.Adapt(1000);
  EXPECT_EQ(sizer.bytes(), 8 * kMegabyte);
}

TEST(EdenSizerTest, ShrinksInProportionToWhatIsCopied) {
  EdenSizer sizer(8 * kMegabyte);
  for (int i = 0; i < 10; ++i) sizer.Adapt(0);
  sizer.Adapt(4 * EdenSizer::kCopyTarget);
  EXPECT_EQ(sizer.bytes(), 2 * kMegabyte);
  sizer.Adapt(EdenSizer::kCopyTarget / 2);
  EXPECT_EQ(sizer.bytes(), 2 * kMegabyte);
  for (int i = 0; i < 10; ++i) sizer.Adapt(100 * kMegabyte);
  EXPECT_EQ(sizer.bytes(), EdenSizer::kMinBytes);
}

TEST(EdenSizerTest, NeverExceedsASmallNursery) {
  EdenSizer sizer(64 << 10);
  for (const size_t copied : {size_t{0}, kMegabyte, size_t{0}}) {
    sizer.Adapt(copied);
    EXPECT_EQ(sizer.bytes(), size_t{64} << 10);
  }
}

TEST(AgePolicyTest, PromotesAtOnceForAWhileWhenNearlyAllSurviveAgain) {
  AgePolicy policy(/*aging=*/true);
  EXPECT_FALSE(policy.PromotesAll());
  policy.Adapt(100000, 80000);
  EXPECT_FALSE(policy.PromotesAll());
  policy.Adapt(100000, 95000);
  for (int i = 0; i < AgePolicy::kPromotingCollections; ++i) {
    EXPECT_TRUE(policy.PromotesAll());
    policy.Adapt(0, 0);
  }
  EXPECT_FALSE(policy.PromotesAll());
}

TEST(AgePolicyTest, FewSurvivorsAreNoEvidence) {
  AgePolicy policy(/*aging=*/true);
  policy.Adapt(AgePolicy::kMinEvidence - 8, AgePolicy::kMinEvidence - 8);
  EXPECT_FALSE(policy.PromotesAll());
}

TEST(AgePolicyTest, WithoutAgingAlwaysPromotes) {
  AgePolicy policy(/*aging=*/false);
  EXPECT_TRUE(policy.PromotesAll());
  policy.Adapt(100000, 0);
  EXPECT_TRUE(policy.PromotesAll());
}

TEST(NurseryTest, SpacesFollowEachOtherInOneRange) {
  const Nursery nursery(256 << 10, /*aging=*/true);
  EXPECT_EQ(nursery.size(), size_t{384} << 10);
  EXPECT_EQ(nursery.eden_end(), nursery.begin() + (256 << 10));
  EXPECT_EQ(nursery.survivors_begin(), nursery.eden_end());
  EXPECT_EQ(nursery.survivor_bytes(), 0U);
  EXPECT_EQ(nursery.empty_begin(), nursery.eden_end() + (64 << 10));
  EXPECT_EQ(nursery.empty_end(), nursery.begin() + nursery.size());
  EXPECT_TRUE(nursery.Contains(reinterpret_cast<Object*>(nursery.begin())));
  EXPECT_FALSE(nursery.Contains(reinterpret_cast<Object*>(nursery.begin() + nursery.size())));
  EXPECT_FALSE(nursery.Contains(nullptr));
}

TEST(NurseryTest, ExchangeSwapsTheSurvivorSpaces) {
  Nursery nursery(256 << 10, /*aging=*/true);
  char* const first = nursery.survivors_begin();
  char* const second = nursery.empty_begin();
  nursery.OpenEmptySpace();
  nursery.Exchange(second + 160);
  EXPECT_EQ(nursery.survivors_begin(), second);
  EXPECT_EQ(nursery.survivor_bytes(), 160U);
  EXPECT_EQ(nursery.empty_begin(), first);
  EXPECT_TRUE(nursery.EmptyContains(reinterpret_cast<Object*>(first)));
  EXPECT_FALSE(nursery.EmptyContains(reinterpret_cast<Object*>(second)));
}

TEST(NurseryTest, WithoutAgingThereAreNoSurvivorSpaces) {
  const Nursery nursery(64 << 10, /*aging=*/false);
  EXPECT_EQ(nursery.size(), size_t{64} << 10);
  EXPECT_EQ(nursery.empty_begin(), nursery.empty_end());
}

}  // namespace
}  // namespace som
