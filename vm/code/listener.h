// Whoever watches a program run (observation/observer.h), as the interpreter sees it.
#pragma once

#include "vm/code/method.h"
#include "vm/objects/value.h"

namespace som {

class VM;

class Listener {
 public:
  // The instruction at `ip` is about to run in the activation at `base`; `tos` is the top of its
  // stack, the rest of which ends at `sp`.
  virtual void Bytecode(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos) = 0;
  // The frame of an activation of `method` stands at `base`, its locals not yet set.
  virtual void Activation(Method* method, Value* base) = 0;
  virtual void BlockCreated(BlockSite* site) = 0;
  virtual void ContextCreated() = 0;
  // A send got a quicker form, or has lost it.
  virtual void Quickened(bool back) = 0;

 protected:
  ~Listener() = default;
};

}  // namespace som
