// What the collector counts, and how --gc-stats and --gc-log show it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace som {

struct CollectionCounters {
  uint64_t young_collections = 0;
  uint64_t full_collections = 0;
  uint64_t collection_nanoseconds = 0;
  uint64_t allocated_bytes = 0;  // since start
  uint64_t scavenged_bytes = 0;  // in use in the nursery when young collections started
  uint64_t copied_bytes = 0;     // thereof survived, promoted or not
  uint64_t promoted_bytes = 0;   // moved to old space by collections of either sort
  uint64_t peak_bytes = 0;       // nursery plus what old space held from the system
  uint64_t live_bytes = 0;       // after the last full collection

  // Part of the nursery that survives a young collection, 0 to 1.
  double SurvivalRate() const {
    return scavenged_bytes == 0
               ? 0
               : static_cast<double>(copied_bytes) / static_cast<double>(scavenged_bytes);
  }
};

// Distribution of pause times. Buckets are logarithmic, sixteen to each power of two: a percentile
// is right to 6 %, and memory does not grow with the number of pauses.
class PauseHistogram {
 public:
  void Add(uint64_t nanoseconds);
  uint64_t count() const { return count_; }
  uint64_t total() const { return total_; }
  uint64_t max() const { return max_; }
  // The pause that `fraction` (0 to 1) of all do not exceed; 0 when there was none.
  uint64_t Percentile(double fraction) const;

 private:
  static constexpr int kSubBits = 4;
  static constexpr size_t kBuckets = size_t{64 - kSubBits + 1} << kSubBits;
  static size_t BucketOf(uint64_t nanoseconds);
  static uint64_t UpperBound(size_t bucket);

  std::array<uint64_t, kBuckets> buckets_ = {};
  uint64_t count_ = 0;
  uint64_t total_ = 0;
  uint64_t max_ = 0;
};

struct PauseStatistics {
  PauseHistogram young;
  PauseHistogram full;
};

// The report for people, several lines.
std::string FormatStatistics(const CollectionCounters& counters, const PauseStatistics& pauses);
// One JSON object on one line; times in microseconds, sizes in bytes.
std::string FormatStatisticsJson(const CollectionCounters& counters, const PauseStatistics& pauses);
// "gc young #12: 4.0 MB -> 0.1 MB, 0.31 ms".
std::string FormatCollection(const char* generation, uint64_t number, uint64_t bytes_before,
                             uint64_t bytes_after, uint64_t nanoseconds);

}  // namespace som
