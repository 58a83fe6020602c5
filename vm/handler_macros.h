// The dozen macros that handlers are written in, on the registers of an engine: vm, ip (the current instruction), sp (home of
// the cached top of the operand stack), base (of the frame), tos (top of the operand stack). An engine defines, before
// including this file,
//   SOM_HANDLER(Name), SOM_COLD_HANDLER(Name)   how a handler begins,
//   SOM_DISPATCH()                              go to the handler of the instruction at ip,
//   SOM_GO(Name)                                go to another handler with the registers as they are,
//   SOM_RETURN(value)                           end the activation,
//   SOM_COUNT_HIT(site, counter)                statistics.
// The stack in memory holds all operands but the top: *sp is stale until SOM_SAVE. With an empty operand stack tos is
// meaningless and sp points to the word in front of the operands.
//
// Included once per engine, by dispatch_*.cc only; dispatch_undefine.h undoes it.

#define SOM_SLOT(at) base[static_cast<int16_t>(ip[at])]
#define SOM_SELF base[kFrameSelf]
// The linker turned field indexes into word offsets from the object's start.
#define SOM_FIELD(at) reinterpret_cast<Value*>(SOM_SELF.AsObject())[ip[at]]
// A datum named by the first operand of the instruction that starts `offset` units behind ip.
#define SOM_DATA(offset, Type) InstructionData<Type>(ip + (offset))
#define SOM_SITE(offset) InstructionData<SendSite>(ip + (offset))

#define SOM_PUSH(value)    \
  do {                     \
    Value pushed = (value); \
    *sp++ = tos;           \
    tos = pushed;          \
  } while (false)
#define SOM_DROP() tos = *--sp
#define SOM_DROP_TWO() \
  do {                 \
    sp -= 2;           \
    tos = *sp;         \
  } while (false)

// Before a call that may collect, send or fail; afterwards objects may have moved: SOM_RELOAD.
#define SOM_SAVE()                \
  do {                            \
    *sp = tos;                    \
    base[kFrameIp] = RawWord(ip); \
    vm->base = base;              \
    vm->sp = sp;                  \
  } while (false)
#define SOM_RELOAD() tos = *sp

#define SOM_NEXT(units) \
  do {                  \
    ip += (units);      \
    SOM_DISPATCH();     \
  } while (false)
// Takes the jump whose distance stands `at` units behind ip, in an instruction (or fused sequence) of `units`.
#define SOM_JUMP(at, units)               \
  do {                                    \
    ip += Operand32(ip + (at)) + (units); \
    SOM_DISPATCH();                       \
  } while (false)
