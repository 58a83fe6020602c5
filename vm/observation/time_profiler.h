// Where a program spends its processor time: --profile. A timer asks for a sample with each tick of
// the system's clock; it is taken at the next safepoint, as an interrupt is
// (interpreter/interrupts.h), and weighs what the thread has used since the one before.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm/code/sampler.h"
#include "vm/code/tier.h"
#include "vm/observation/call_tree.h"

namespace som {

class TimeProfiler final : public Sampler {
 public:
  // Starts the timer, whose signal is SIGPROF, on the calling thread, which runs the VM. There may
  // be one profiler at a time.
  explicit TimeProfiler(VM& vm);
  ~TimeProfiler();
  TimeProfiler(const TimeProfiler&) = delete;
  TimeProfiler& operator=(const TimeProfiler&) = delete;

  void Safepoint(VM& vm) override;
  // Ends sampling. The tree stays.
  void Stop();
  // Why the system gives no timer, so that there are no samples; empty if it gives one.
  const std::string& error() const { return error_; }
  // Weights are nanoseconds.
  const CallTree& tree() const { return tree_; }

 private:
  VM& vm_;
  CallTree tree_;
  int64_t last_nanoseconds_;
  bool has_timer_ = false;
  std::string error_;
  std::vector<ActivationView> interrupted_;  // activations that the signal met
};

}  // namespace som
