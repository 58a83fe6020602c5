// The computed-goto engine: one function, a label for each handler, and an indirect jump at the end
// of each (GNU labels as values; "threaded code" after Bell, with the table look-up of token
// threading).
#include "vm/interpreter/dispatch_includes.h"

#define SOM_HANDLER(Name) Label_##Name:
#define SOM_COLD_HANDLER(Name) Label_##Name:
#define SOM_GO(Name) goto Label_##Name
#define SOM_DISPATCH()                                             \
  do {                                                             \
    if constexpr (kObserved) {                                     \
      if (!ObserveBytecode(vm, ip, sp, base, tos)) SOM_GO(Unwind); \
      SOM_RELOAD();                                                \
    }                                                              \
    goto* kLabels[*ip];                                            \
  } while (false)
#define SOM_RETURN(value) return (value)
#define SOM_COUNT_HIT(site, counter)            \
  do {                                          \
    if constexpr (kObserved) ++(site)->counter; \
  } while (false)

#include "vm/interpreter/handler_macros.inc"

// Labels as values are the point of this file.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace som {
namespace {

template <bool kObserved>
SOM_ENTRY_ABI Value RunGoto(VM* vm, CodeUnit* ip, Value* sp, Value* base, Value tos) {
  static const void* const kLabels[] = {
#define SOM_OPCODE(name, format, pops, pushes, flags, sentence) &&Label_##name,
#include "compiler/opcodes.def"
#define SOM_QUICKENED(name, base, sentence) &&Label_##name,
#include "compiler/quickened.def"
#define SOM_SUPERINSTRUCTION(name, pattern, sentence) &&Label_##name,
#include "compiler/superinstructions.def"
  };
  SOM_DISPATCH();

#include "vm/interpreter/handlers.inc"
}

#define SOM_RUN RunGoto
#include "vm/interpreter/dispatch_entries.inc"

}  // namespace

const Engine& GotoEngine(bool observed) { return observed ? kEngine<true> : kEngine<false>; }

}  // namespace som
