// The switch engine: one function, one loop around one switch; the textbook form, and the one every
// compiler builds.
#include "vm/interpreter/dispatch_includes.h"

#define SOM_HANDLER(Name) \
  case Opcode::k##Name:   \
    Label_##Name:
#define SOM_COLD_HANDLER(Name) Label_##Name:
#define SOM_GO(Name) goto Label_##Name
#define SOM_DISPATCH() goto Dispatch
#define SOM_RETURN(value) return (value)
#define SOM_COUNT_HIT(site, counter)            \
  do {                                          \
    if constexpr (kObserved) ++(site)->counter; \
  } while (false)

#include "vm/interpreter/handler_macros.inc"

// Every handler has a label so that others can go to it; most are not needed.
#pragma GCC diagnostic ignored "-Wunused-label"

namespace som {
namespace {

template <bool kObserved>
SOM_ENTRY_ABI Value RunSwitch(VM* vm, CodeUnit* ip, Value* sp, Value* base, Value tos) {
Dispatch:
  if constexpr (kObserved) {
    if (!ObserveBytecode(vm, ip, sp, base, tos)) SOM_GO(Unwind);
    SOM_RELOAD();
  }
  switch (static_cast<Opcode>(*ip)) {
#include "vm/interpreter/handlers.inc"
  }
  __builtin_unreachable();
}

#define SOM_RUN RunSwitch
#include "vm/interpreter/dispatch_entries.inc"

}  // namespace

const Engine& SwitchEngine(bool observed) { return observed ? kEngine<true> : kEngine<false>; }

}  // namespace som
