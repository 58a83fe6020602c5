// See engines.h.
#include "vm/interpreter/engines.h"

namespace som {

bool IsObserved(const Options& options) {
  return options.statistics || options.trace_bytecodes || options.trace_sends ||
         options.max_steps != 0 || options.recorded;
}

const Engine& SelectEngine(const Options& options) {
  const bool observed = IsObserved(options);
  switch (options.dispatch) {
    case Dispatch::kSwitch:
      return SwitchEngine(observed);
#if SOM_HAS_TAIL_CALLS
    case Dispatch::kTail:
      return TailEngine(observed);
#endif
    default:
      return GotoEngine(observed);
  }
}

}  // namespace som
