// See allocation_profiler.h.
#include "vm/observation/allocation_profiler.h"

#include "vm/vm.h"

namespace som {

AllocationProfiler::AllocationProfiler(VM& vm) : vm_(vm) { vm.heap().set_allocation_sampler(this); }

AllocationProfiler::~AllocationProfiler() { vm_.heap().set_allocation_sampler(nullptr); }

void AllocationProfiler::SampleAllocation(uint32_t class_index, size_t bytes, size_t weight) {
  const CallTree::Place object{nullptr, nullptr, class_index};
  tree_.Add(vm_, &object, static_cast<double>(weight),
            static_cast<double>(weight) / static_cast<double>(bytes));
}

}  // namespace som
