// What handlers do not do themselves: everything behind a cache miss, a failed guard, an
// allocation, a non-local return, an interrupt. All functions expect that the handler has stored
// ip, base and sp (SOM_SAVE) and may collect and run SOM code unless they say otherwise; those that
// answer a Value answer Value::Unwind() while the stack unwinds.
#pragma once

#include "compiler/bytecode.h"
#include "vm/code/method.h"
#include "vm/code/send_site.h"
#include "vm/objects/object.h"
#include "vm/objects/value.h"

namespace som {

class VM;

// The send at `ip`, from scratch: finds the method, updates the inline cache, quickens the site if
// it may, runs the method (or doesNotUnderstand:arguments:). The caller drops the arguments.
Value SlowSend(VM* vm, CodeUnit* ip, Value* sp, Value* base);

// A send by compiled code that guesses nothing: finds the method through the global cache and runs
// it (or doesNotUnderstand:arguments:) for the frame at `base`.
Value SendThroughGlobalCache(VM* vm, const SendSite& site, Value* sp, Value* base);

// unknownGlobal: to self for the unbound global that `cell` belongs to.
Value ReadUnboundGlobal(VM* vm, GlobalCell* cell, Value* base);

// A closure for the frame at `base`; a heap context inside the frame's current one, made its
// current one; a new instance (`payload` as made by NewInstancePayload); a copy of a literal array.
// Never unwind.
Value MakeClosure(VM* vm, BlockSite* site, Value* base);
void MakeContext(VM* vm, Value* base, uint16_t count);
Value MakeInstance(VM* vm, uint64_t payload);
Value CopyLiteralArray(VM* vm, Value literal);
// Whether it holds no Arrays, so that a copy of its words is a copy.
bool IsFlatArray(const Array& array);
inline uint64_t NewInstancePayload(uint32_t class_index, uint32_t field_count) {
  return (uint64_t{class_index} << 32) | field_count;
}

// Whether the home of the closure that runs in the frame at `base` is still active. Neither
// collects nor sends.
bool HomeIsActive(Value* base);

// ^ in a closure: starts unwinding to the home activation; if that is over, sends escapedBlock: and
// answers its result.
Value NonLocalReturn(VM* vm, Value* base, Value result);

// What an activation does when a callee answers Value::Unwind().
struct UnwindAction {
  Value result;  // to return: the value of a non-local return that ends here, or Value::Unwind()
  CodeUnit* resume;  // not null: go on there instead, with an empty operand stack
};
UnwindAction UnwindFrame(VM* vm, Value* base);

// Makes the primitive `restart` restart the activation that sent it. Answers Value::Unwind().
Value RequestRestart(VM& vm);

// Entry of a method found its frame above the stack limit: stack overflow or another interrupt.
Value EnterSlow(VM* vm, Method* method, Value* sp, Value* caller);
// The method's countdown is over: hands it to the compiled tier, and runs it as that decides.
SOM_ENTRY_ABI Value EnterHot(VM* vm, Method* method, Value* sp, Value* caller);
// The loop at `ip` in the activation at `base` has used up the budget of jumps backwards. Answers
// the entry of compiled code that goes on there, called with the base as its caller, or null.
Entry EnterLoop(VM* vm, CodeUnit* ip, Value* sp, Value* base);
// An interrupt is pending, at a safepoint whose activation vm->base shows: lets the sampler look at
// the stack, and starts unwinding the program if that is asked for. Answers whether the program
// goes on. Does not allocate.
bool ServeInterrupt(VM* vm);
// The same where nothing but a sample is asked for; otherwise the interrupt stays pending. Answers
// whether the program goes on.
bool ServeSample(VM* vm);

// Whether the class of `v` defines one of ifNil:, ifNotNil: and their pairs itself. Neither
// collects nor sends.
bool HasCustomNilProtocol(VM* vm, Value v);

// The opcode the compiler emitted at `ip`, whatever quickening and fusing made of it.
Opcode BaseOpcode(const CodeUnit* ip);

struct Continuation {
  CodeUnit* ip = nullptr;  // null: unwinding
  Value* sp = nullptr;
};
// The inlined send at `ip` met an operand it was not made for; see deoptimizer.h.
Continuation Deoptimize(VM* vm, CodeUnit* ip, Value* base);

// Tells the VM's listener, which there must be. Out of line: only the observed engines call them.
[[gnu::noinline]] void ObserveBytecode(VM* vm, CodeUnit* ip, Value* sp, Value* base, Value tos);
[[gnu::noinline]] void ObserveActivation(VM* vm, Method* method, Value* base);

}  // namespace som
