// Samples of allocations: their weights add up to what was allocated, whatever is collected
// meanwhile.
#include <cstddef>
#include <map>
#include <vector>

#include "tests/unit/heap_fixture.h"

namespace som {
namespace {

struct Samples final : public AllocationSampler {
  struct Sample {
    uint32_t class_index;
    size_t bytes;
    size_t weight;
  };
  std::vector<Sample> all;

  void SampleAllocation(uint32_t class_index, size_t bytes, size_t weight) override {
    all.push_back({class_index, bytes, weight});
  }
  size_t Weight() const {
    size_t sum = 0;
    for (const Sample& sample : all) sum += sample.weight;
    return sum;
  }
};

// So many objects of two classes in turn, of 16 and of 48 bytes.
void AllocateInTurn(TestHeap& test, int pairs) {
  for (int i = 0; i < pairs; ++i) {
    test.NewInstance(1);
    test.NewInstance(5);
  }
}

TEST(AllocationSamplingTest, WeightsAddUpOverCollections) {
  TestHeap test;
  Samples samples;
  test.heap.set_allocation_sampler(&samples);
  AllocateInTurn(test, 100000);
  constexpr size_t kAllocated = 100000 * (16 + 48);
  EXPECT_GT(test.heap.statistics().young_collections, 50U);
  EXPECT_GT(samples.all.size(), 300U);
  EXPECT_LE(samples.Weight(), kAllocated);
  EXPECT_GE(samples.Weight(), kAllocated - 2 * Heap::kSampleBytes);
}

// Objects are chosen by their bytes, though they are allocated in step.
TEST(AllocationSamplingTest, ClassesGetTheirShare) {
  TestHeap test;
  Samples samples;
  test.heap.set_allocation_sampler(&samples);
  AllocateInTurn(test, 400000);
  std::map<uint32_t, double> objects;
  for (const Samples::Sample& sample : samples.all)
    objects[sample.class_index] +=
        static_cast<double>(sample.weight) / static_cast<double>(sample.bytes);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_NEAR(objects[1], 400000, 60000);
  EXPECT_NEAR(objects[5], 400000, 30000);
}

TEST(AllocationSamplingTest, LargeObjectsAllCount) {
  HeapOptions options;
  options.verify = true;
  TestHeap test(options);
  Samples samples;
  test.heap.set_allocation_sampler(&samples);
  constexpr size_t kBytes = Heap::kLargeBytes + 16;
  for (int i = 0; i < 3; ++i) test.NewArray((kBytes - 16) / sizeof(Value));
  ASSERT_EQ(samples.all.size(), 3U);
  EXPECT_EQ(samples.Weight(), 3 * kBytes);
}

TEST(AllocationSamplingTest, UnderStressAllCount) {
  HeapOptions options = TestHeap::SmallOptions();
  options.stress_interval = 100;
  TestHeap test(options);
  Samples samples;
  test.heap.set_allocation_sampler(&samples);
  AllocateInTurn(test, 1000);
  EXPECT_EQ(samples.all.size(), 2000U);
  EXPECT_EQ(samples.Weight(), 1000U * (16 + 48));
}

TEST(AllocationSamplingTest, NothingIsSampledAfterTheEnd) {
  TestHeap test;
  Samples samples;
  test.heap.set_allocation_sampler(&samples);
  AllocateInTurn(test, 10000);
  const size_t count = samples.all.size();
  test.heap.set_allocation_sampler(nullptr);
  AllocateInTurn(test, 10000);
  EXPECT_EQ(samples.all.size(), count);
}

}  // namespace
}  // namespace som
