// Whoever samples the stack of a running program (observation/time_profiler.h), as the interpreter
// sees it.
#pragma once

namespace som {

class VM;

class Sampler {
 public:
  // An interrupt has been noticed, for a sample or for something else; vm.base shows the newest
  // activation. Must neither allocate objects nor run SOM code.
  virtual void Safepoint(VM& vm) = 0;

 protected:
  ~Sampler() = default;
};

}  // namespace som
