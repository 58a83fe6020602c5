// What a program allocates, and where: --profile-allocations. The heap tells of one allocation of
// many, chosen by bytes, so a sample stands for the bytes since the one before.
#pragma once

#include "vm/memory/heap.h"
#include "vm/observation/call_tree.h"

namespace som {

class VM;

class AllocationProfiler final : public AllocationSampler {
 public:
  // Makes itself the sampler of the heap.
  explicit AllocationProfiler(VM& vm);
  ~AllocationProfiler();
  AllocationProfiler(const AllocationProfiler&) = delete;
  AllocationProfiler& operator=(const AllocationProfiler&) = delete;

  void SampleAllocation(uint32_t class_index, size_t bytes, size_t weight) override;
  // Weights are bytes, samples are objects; the leaves are places of objects.
  const CallTree& tree() const { return tree_; }

 private:
  VM& vm_;
  CallTree tree_;
};

}  // namespace som
