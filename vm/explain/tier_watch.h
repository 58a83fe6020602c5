// The compiled tier in a recorded run: what was compiled, what was built into it, where its code was
// left and why. It knows what the tier's records and counts tell: running machine code tells nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm/code/method.h"
#include "vm/code/tier.h"
#include "vm/explain/recording.h"

namespace som {
class VM;
}

namespace som::explain {

class TierWatch {
 public:
  TierWatch(VM& vm, Recording& recording);

  // From here on events are noted; what happened before is none.
  void Start();
  // Notes what has happened since the last call.
  void Poll();
  // A send has come back and no activation was told of: the method ran as machine code.
  void Ran(const Method& method);
  // What is built into the compiled frame at `base` and runs now, innermost first; empty where only the
  // method itself does.
  std::string InlinedAt(Value* base) const;

 private:
  void Note(std::string kind, std::string text, std::vector<std::string> lines = {});
  // Notes new compiles, or only counts them.
  void LookAtCompiles(bool is_told);

  VM& vm_;
  Recording& recording_;
  jit::Counters counters_;
  struct Compile {
    bool is_invalidated = false;
    std::vector<uint32_t> exits;  // how often each was taken
  };
  std::vector<Compile> compiles_;
};

}  // namespace som::explain
