// See deoptimizer.h.
#include "vm/interpreter/deoptimizer.h"

#include <cstdlib>
#include <cstring>
#include <optional>

#include "compiler/bytecode.h"
#include "vm/code/class_provider.h"
#include "vm/code/frame.h"
#include "vm/interpreter/entries.h"
#include "vm/interpreter/handler_support.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/linking/linker.h"
#include "vm/linking/loop_variant.h"
#include "vm/vm.h"

namespace som {

namespace {

// A closure whose first evaluation answers a value that is known already, and which is an ordinary
// closure from then on: the condition of an inlined loop must not be evaluated twice. Behind the
// copied values stand the real code and the value.
SOM_ENTRY_ABI Value EnterPrimed(VM*, Method*, Value* sp, Value*) {
  auto* block = As<Block>(*sp);
  int64_t count = block->copied_count.AsInt();
  block->code = reinterpret_cast<Method*>(block->copied[count - 2].bits());
  return block->copied[count - 1];
}

Method* PrimedMethod() {
  static Method* const method = [] {
    auto* primed = new Method;  // lives as long as the process, like all code
    primed->entry = EnterPrimed;
    primed->is_block = true;
    return primed;
  }();
  return method;
}

// Gives the frame the contexts of the new code and moves variables of the frame into them.
void TransferContexts(VM* vm, Value* base, const Deoptimizer::Version& version) {
  const std::vector<ContextTransfer>& transfers = version.transfers;
  for (uint32_t i = 0; i < version.dropped_contexts; ++i)
    base[kFrameContext] = As<Context>(base[kFrameContext])->outer;
  size_t existing = 0;
  for (const ContextTransfer& transfer : transfers) existing += transfer.had_context ? 1 : 0;
  for (const ContextTransfer& transfer : transfers) {
    Context* context;
    if (transfer.had_context) {
      context = ContextAt(base, static_cast<int>(--existing));
    } else {
      MakeContext(vm, base, transfer.size);
      context = As<Context>(base[kFrameContext]);
    }
    for (const ContextTransfer::Move& move : transfer.moves) {
      Value value = move.slot < 0 ? base[move.slot] : base[move.slot + kFrameHeaderWords];
      vm->heap().Store(context, &context->slots[move.index], value);
    }
  }
}

}  // namespace

Value PrimeClosure(VM* vm, const Value* slots) {
  int64_t count = As<Block>(slots[0])->copied_count.AsInt();
  auto* primed = static_cast<Block*>(
      vm->heap().Allocate(kBlock1Class, Kind::kBlock, BlockBytes(static_cast<size_t>(count) + 2)));
  const auto* closure = As<Block>(slots[0]);
  uint64_t header = primed->header;
  std::memcpy(static_cast<void*>(primed), closure, BlockBytes(static_cast<size_t>(count)));
  primed->header = header;
  primed->copied_count = Value::Int(count + 2);
  primed->copied[count] = RawWord(closure->code);
  primed->copied[count + 1] = slots[1];
  primed->code = PrimedMethod();
  return Value::FromObject(primed);
}

const Deoptimizer::Version& Deoptimizer::VersionWithout(Method* method, uint32_t key) {
  auto [it, inserted] = versions_.try_emplace({method, key});
  Version& version = it->second;
  if (!inserted) return version;
  Method* home = method->home;
  DeoptimizedMethod compiled = vm_.class_provider().CompileWithout(*home, method->unit, key);
  std::unique_ptr<Method> linked =
      DeclareMethod(*home->holder, home->selector, home->argument_count, home->parsed,
                    home->class_side, home->index_in_class);
  LinkMethod(vm_, *linked, std::make_shared<const MethodDescription>(std::move(compiled.method)));
  InstallEntries(vm_, *linked);
  linked->real_sends = home->real_sends;
  linked->real_sends.push_back(key);
  version.unit = compiled.unit;
  version.resume_offset = compiled.resume_offset;
  version.dropped_contexts = compiled.dropped_contexts;
  version.transfers = std::move(compiled.transfers);
  version.home = vm_.class_provider().ReplaceMethod(home, std::move(linked));
  return version;
}

Continuation Deoptimize(VM* vm, CodeUnit* ip, Value* base) {
  Method* running = FrameMethod(base);
  const CodeDescription& unit = running->unit_description();
  const std::optional<Instruction> instruction =
      DecodeAt(unit.code, DescriptionOffset(*running, ip));
  if (!instruction.has_value()) std::abort();  // running code has decoded before
  const InlinedSendDescription inlined = unit.inlined_sends[instruction->InlinedSend()];
  const Deoptimizer::Version& version =
      vm->deoptimizer().VersionWithout(running->home->unit_methods[running->unit], inlined.key);
  Method* target = version.home->unit_methods[version.unit];
  // A loop goes on as one: frames of loop variants have the same layout in all versions, too.
  if (running->is_loop_variant) target = &LoopVariantOf(*vm, *target, running->loop_shape);
  if (base + target->frame_words > vm->StackLimit() && !vm->interrupt_pending) {
    vm->Fail("Stack overflow: too many nested activations");
    return {};
  }
  if (!running->has_context_slot) base[kFrameContext] = Nil();
  if (target->is_home && !running->is_home)
    base[kFrameHomeId] = Value::FromBits(MakeHomeId(++vm->home_serial));
  base[kFrameMethod] = RawWord(target);
  TransferContexts(vm, base, version);
  CodeUnit* resume = AddressOf(*target, version.resume_offset);
  base[kFrameIp] = RawWord(resume);
  if (inlined.selector == "whileTrue:" || inlined.selector == "whileFalse:") {
    // On the stack: the condition's value. Put the receiver there instead, as the first closure
    // that the new code makes.
    Value* top = vm->sp;
    Value closure = MakeClosure(vm, *InstructionData<BlockSite*>(resume), base);
    top[1] = top[0];
    top[0] = closure;
    vm->sp = top + 1;
    Value primed = PrimeClosure(vm, top);
    vm->sp = top;
    *top = primed;
    resume += LengthOf(Opcode::kPushBlock);
  }
  return {resume, vm->sp};
}

}  // namespace som
