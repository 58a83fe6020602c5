#include "vm/memory/gc_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace som {
namespace {

using ::testing::HasSubstr;

TEST(PauseHistogramTest, EmptyHistogramAnswersZero) {
  const PauseHistogram pauses;
  EXPECT_EQ(pauses.count(), 0U);
  EXPECT_EQ(pauses.Percentile(0.5), 0U);
  EXPECT_EQ(pauses.max(), 0U);
}

TEST(PauseHistogramTest, PercentilesAreRightToSixPercent) {
  std::mt19937_64 random(5);
  std::vector<uint64_t> values;
  PauseHistogram pauses;
  uint64_t total = 0;
  for (int i = 0; i < 10000; ++i) {
    const uint64_t value = random() >> (random() % 60 + 4);
    values.push_back(value);
    pauses.Add(value);
    total += value;
  }
  std::sort(values.begin(), values.end());
  EXPECT_EQ(pauses.count(), values.size());
  EXPECT_EQ(pauses.total(), total);
  EXPECT_EQ(pauses.max(), values.back());
  EXPECT_EQ(pauses.Percentile(1), values.back());
  for (const double fraction : {0.01, 0.5, 0.9, 0.99}) {
    const auto rank = static_cast<size_t>(std::ceil(fraction * 10000)) - 1;
    const auto exact = static_cast<double>(values[rank]);
    const auto answered = static_cast<double>(pauses.Percentile(fraction));
    EXPECT_GE(answered, exact) << fraction;
    EXPECT_LE(answered, exact * 1.0625 + 1) << fraction;
  }
}

TEST(PauseHistogramTest, OneOutlierIsTheMaximumNotTheMedian) {
  PauseHistogram pauses;
  for (int i = 0; i < 99; ++i) pauses.Add(10);
  pauses.Add(1000000);
  EXPECT_EQ(pauses.Percentile(0.5), 10U);
  EXPECT_EQ(pauses.Percentile(0.99), 10U);
  EXPECT_EQ(pauses.Percentile(1), 1000000U);
}

TEST(PauseHistogramTest, TakesTheExtremes) {
  PauseHistogram pauses;
  pauses.Add(0);
  pauses.Add(~uint64_t{0});
  EXPECT_EQ(pauses.Percentile(0.5), 0U);
  EXPECT_EQ(pauses.Percentile(1), ~uint64_t{0});
}

CollectionCounters SomeCounters() {
  CollectionCounters counters;
  counters.young_collections = 12;
  counters.full_collections = 2;
  counters.allocated_bytes = 50 << 20;
  counters.scavenged_bytes = 48 << 20;
  counters.copied_bytes = 12 << 20;
  counters.promoted_bytes = 6 << 20;
  counters.peak_bytes = 20 << 20;
  counters.live_bytes = 5 << 20;
  return counters;
}

TEST(GcStatisticsTest, SurvivalRateIsCopiedOverScavenged) {
  EXPECT_DOUBLE_EQ(SomeCounters().SurvivalRate(), 0.25);
  EXPECT_DOUBLE_EQ(CollectionCounters().SurvivalRate(), 0);
}

TEST(GcStatisticsTest, JsonHasEveryKey) {
  PauseStatistics pauses;
  pauses.young.Add(8);
  pauses.full.Add(2000000);
  EXPECT_EQ(FormatStatisticsJson(SomeCounters(), pauses),
            R"({"collections": {"young": 12, "full": 2}, )"
            R"("pause_us": {"young": {"p50": 0.008, "p99": 0.008, "max": 0.008, "total": 0.008}, )"
            R"("full": {"p50": 2000.000, "p99": 2000.000, "max": 2000.000, "total": 2000.000}}, )"
            R"("allocated_bytes": 52428800, "copied_bytes": 12582912, "promoted_bytes": 6291456, )"
            R"("survival_rate": 0.250000, "peak_bytes": 20971520, "live_bytes": 5242880})");
}

TEST(GcStatisticsTest, TextNamesTheFigures) {
  const std::string text = FormatStatistics(SomeCounters(), PauseStatistics());
  EXPECT_THAT(text, HasSubstr("allocated 50.0 MB, copied 12.0 MB, promoted 6.0 MB"));
  EXPECT_THAT(text, HasSubstr("survival rate 25.00 %"));
  EXPECT_THAT(text, HasSubstr("peak 20.0 MB"));
}

TEST(GcStatisticsTest, LogLine) {
  EXPECT_EQ(FormatCollection("young", 12, 4 << 20, 100 << 10, 312345),
            "gc young #12: 4.0 MB -> 100.0 KB, 0.31 ms");
}

}  // namespace
}  // namespace som
