// The tail-call engine: every handler is a function that ends in a guaranteed tail call of the next
// one. With preserve_none the registers of the machine stay in processor registers all the way, vm,
// ip, sp and base in ones that plain C++ functions preserve, so that slow paths cost the fast ones
// nothing. (The technique became known through the protobuf parser and Deegen.)
#include "vm/interpreter/dispatch_includes.h"

#if SOM_HAS_TAIL_CALLS

// Not every handler uses every register.
#define SOM_HANDLER_PARAMETERS                                                        \
  [[maybe_unused]] VM *vm, [[maybe_unused]] CodeUnit *ip, [[maybe_unused]] Value *sp, \
      [[maybe_unused]] Value *base, [[maybe_unused]] Value tos
#define SOM_HANDLER(Name) SOM_ENTRY_ABI static Value Handle##Name(SOM_HANDLER_PARAMETERS)
#define SOM_COLD_HANDLER(Name) \
  [[gnu::noinline, gnu::cold]] SOM_ENTRY_ABI static Value Handle##Name(SOM_HANDLER_PARAMETERS)
#define SOM_GO(Name) [[clang::musttail]] return Handle##Name(vm, ip, sp, base, tos)
#define SOM_DISPATCH()                                                \
  do {                                                                \
    if constexpr (kObserved) ObserveBytecode(vm, ip, sp, base, tos);  \
    [[clang::musttail]] return kHandlers[*ip](vm, ip, sp, base, tos); \
  } while (false)
#define SOM_RETURN(value) return (value)
#define SOM_COUNT_HIT(site, counter)            \
  do {                                          \
    if constexpr (kObserved) ++(site)->counter; \
  } while (false)

#include "vm/interpreter/handler_macros.inc"

namespace som {
namespace {

template <bool kObserved>
struct Tail {
  using Handler = SOM_ENTRY_ABI Value (*)(VM*, CodeUnit*, Value*, Value*, Value);
  static const Handler kHandlers[kOpcodeCount];

#include "vm/interpreter/handlers.inc"

  SOM_ENTRY_ABI static Value Enter(VM* vm, Method* method, Value* sp, Value* caller) {
    if (sp + method->frame_words > vm->stack_limit) [[unlikely]] {
      return EnterSlow(vm, method, sp, caller);
    }
    Value* base = PushFrame(method, sp, caller, sp[-static_cast<int>(method->argument_count)]);
    if constexpr (kObserved) ObserveActivation(vm, method, base);
    return Start(vm, method->code, base + kFrameHeaderWords, base);
  }

  SOM_ENTRY_ABI static Value EnterLocals(VM* vm, Method* method, Value* sp, Value* caller) {
    if (sp + method->frame_words > vm->stack_limit) [[unlikely]] {
      return EnterSlow(vm, method, sp, caller);
    }
    Value* base = PushFrame(method, sp, caller, sp[-static_cast<int>(method->argument_count)]);
    if constexpr (kObserved) ObserveActivation(vm, method, base);
    Value* operands = PrepareLocals(vm, method, base);
    return Start(vm, method->code, operands, base);
  }

  SOM_ENTRY_ABI static Value EnterBlock(VM* vm, Method* method, Value* sp, Value* caller) {
    if (sp + method->frame_words > vm->stack_limit) [[unlikely]] {
      return EnterSlow(vm, method, sp, caller);
    }
    const auto* block = As<Block>(sp[-static_cast<int>(method->argument_count)]);
    Value* base = PushFrame(method, sp, caller, block->self);
    if constexpr (kObserved) ObserveActivation(vm, method, base);
    Value* operands = PrepareBlock(method, base, block);
    return Start(vm, method->code, operands, base);
  }

  template <Entry kEnter>
  SOM_ENTRY_ABI static Value Counted(VM* vm, Method* method, Value* sp, Value* caller) {
    if (--method->countdown <= 0) [[unlikely]] {
      [[clang::musttail]] return EnterHot(vm, method, sp, caller);
    }
    [[clang::musttail]] return kEnter(vm, method, sp, caller);
  }

  SOM_ENTRY_ABI static Value Resume(VM* vm, CodeUnit* ip, Value* sp, Value* base) {
    return kHandlers[*ip](vm, ip, sp, base, *sp);
  }

 private:
  [[gnu::always_inline]] static Value Start(VM* vm, CodeUnit* ip, Value* sp, Value* base) {
    if constexpr (kObserved) ObserveBytecode(vm, ip, sp, base, Nil());
    return kHandlers[*ip](vm, ip, sp, base, Nil());
  }
};

template <bool kObserved>
const typename Tail<kObserved>::Handler Tail<kObserved>::kHandlers[kOpcodeCount] = {
#define SOM_OPCODE(name, format, pops, pushes, flags, sentence) Tail<kObserved>::Handle##name,
#include "compiler/opcodes.def"
#define SOM_QUICKENED(name, base, sentence) Tail<kObserved>::Handle##name,
#include "compiler/quickened.def"
#define SOM_SUPERINSTRUCTION(name, pattern, sentence) Tail<kObserved>::Handle##name,
#include "compiler/superinstructions.def"
};

template <bool kObserved>
constexpr Engine kEngine = {Tail<kObserved>::Enter,
                            Tail<kObserved>::EnterLocals,
                            Tail<kObserved>::EnterBlock,
                            Tail<kObserved>::template Counted<Tail<kObserved>::Enter>,
                            Tail<kObserved>::template Counted<Tail<kObserved>::EnterLocals>,
                            Tail<kObserved>::template Counted<Tail<kObserved>::EnterBlock>,
                            Tail<kObserved>::Resume};

}  // namespace

const Engine& TailEngine(bool observed) { return observed ? kEngine<true> : kEngine<false>; }

}  // namespace som

#endif  // SOM_HAS_TAIL_CALLS
