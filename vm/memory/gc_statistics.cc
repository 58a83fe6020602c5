#include "vm/memory/gc_statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "vm/support/size_option.h"

namespace som {

namespace {

double Microseconds(uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e3; }
double Milliseconds(uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

std::string PauseLine(const char* generation, const PauseHistogram& pauses) {
  return absl::StrFormat(
      "  %-6s %8d collections, pause p50 %.3f ms, p99 %.3f ms, max %.3f ms, total %.1f ms\n",
      generation, pauses.count(), Milliseconds(pauses.Percentile(0.5)),
      Milliseconds(pauses.Percentile(0.99)), Milliseconds(pauses.max()),
      Milliseconds(pauses.total()));
}

std::string PauseJson(const PauseHistogram& pauses) {
  return absl::StrFormat(R"({"p50": %.3f, "p99": %.3f, "max": %.3f, "total": %.3f})",
                         Microseconds(pauses.Percentile(0.5)),
                         Microseconds(pauses.Percentile(0.99)), Microseconds(pauses.max()),
                         Microseconds(pauses.total()));
}

}  // namespace

size_t PauseHistogram::BucketOf(uint64_t nanoseconds) {
  constexpr uint64_t kSubCount = uint64_t{1} << kSubBits;
  if (nanoseconds < kSubCount) return nanoseconds;
  const int shift = static_cast<int>(std::bit_width(nanoseconds)) - (kSubBits + 1);
  return (static_cast<size_t>(shift + 1) << kSubBits) + ((nanoseconds >> shift) - kSubCount);
}

uint64_t PauseHistogram::UpperBound(size_t bucket) {
  constexpr uint64_t kSubCount = uint64_t{1} << kSubBits;
  if (bucket < kSubCount) return bucket;
  const int shift = static_cast<int>(bucket >> kSubBits) - 1;
  const uint64_t first = (kSubCount + (bucket & (kSubCount - 1))) << shift;
  return first + ((uint64_t{1} << shift) - 1);
}

void PauseHistogram::Add(uint64_t nanoseconds) {
  ++buckets_[BucketOf(nanoseconds)];
  ++count_;
  total_ += nanoseconds;
  max_ = std::max(max_, nanoseconds);
}

uint64_t PauseHistogram::Percentile(double fraction) const {
  if (count_ == 0) return 0;
  const auto rank = static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= std::max<uint64_t>(rank, 1)) return std::min(UpperBound(bucket), max_);
  }
  return max_;
}

std::string FormatStatistics(const CollectionCounters& counters, const PauseStatistics& pauses) {
  std::string text = "garbage collection\n";
  text += PauseLine("young", pauses.young);
  text += PauseLine("full", pauses.full);
  absl::StrAppend(&text, "  allocated ", FormatSize(counters.allocated_bytes), ", copied ",
                  FormatSize(counters.copied_bytes), ", promoted ",
                  FormatSize(counters.promoted_bytes), "\n");
  absl::StrAppendFormat(&text,
                        "  survival rate %.2f %%, peak %s, live after the last full collection %s",
                        100 * counters.SurvivalRate(), FormatSize(counters.peak_bytes),
                        FormatSize(counters.live_bytes));
  return text;
}

std::string FormatStatisticsJson(const CollectionCounters& counters,
                                 const PauseStatistics& pauses) {
  return absl::StrFormat(
      R"({"collections": {"young": %d, "full": %d}, "pause_us": {"young": %s, "full": %s}, )"
      R"("allocated_bytes": %d, "copied_bytes": %d, "promoted_bytes": %d, "survival_rate": %.6f, )"
      R"("peak_bytes": %d, "live_bytes": %d})",
      counters.young_collections, counters.full_collections, PauseJson(pauses.young),
      PauseJson(pauses.full), counters.allocated_bytes, counters.copied_bytes,
      counters.promoted_bytes, counters.SurvivalRate(), counters.peak_bytes, counters.live_bytes);
}

std::string FormatCollection(const char* generation, uint64_t number, uint64_t bytes_before,
                             uint64_t bytes_after, uint64_t nanoseconds) {
  return absl::StrFormat("gc %s #%d: %s -> %s, %.2f ms", generation, number,
                         FormatSize(bytes_before), FormatSize(bytes_after),
                         Milliseconds(nanoseconds));
}

}  // namespace som
