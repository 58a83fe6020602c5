// See deoptimization.h.
#include "vm/jit/deoptimization.h"

#include <bit>
#include <utility>
#include <vector>

#include "compiler/bytecode.h"
#include "vm/code/engine.h"
#include "vm/code/frame.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/jit/code.h"
#include "vm/objects/object.h"
#include "vm/vm.h"

namespace som::jit {

namespace {

// Rebuilds frames from the places of their values. Values are gathered in handles first: what is
// read may be overwritten by what is written, and doubles and objects that were never allocated are
// made in between.
class FrameRebuilder {
 public:
  FrameRebuilder(VM& vm, const ExitState& exit, const RegisterFile* registers, Value* base,
                 const uint8_t* machine_sp)
      : vm_(vm),
        exit_(exit),
        registers_(registers),
        base_(base),
        machine_sp_(machine_sp),
        scope_(vm.handles()),
        first_(vm.handles().values.size()) {}

  // Answers the top of the innermost operand stack.
  Value* Rebuild() {
    for (const ActivationState& activation : exit_.activations) Gather(activation.values);
    first_field_ = Handles().size();
    for (const VirtualState& object : exit_.virtuals) Gather(object.fields);
    // From here on the collector may look at this frame.
    base_[kFrameIp] = Value::FromBits((uint64_t{exit_.index} << 1) | 1);
    vm_.base = base_;
    vm_.sp = base_ + exit_.code->outgoing_words - 1;
    for (const auto& [handle, value] : doubles_) {
      const Value boxed = vm_.MakeDouble(value);
      Handles()[handle] = boxed;
    }
    AllocateObjects();
    FillObjects();
    return WriteFrames();
  }

 private:
  std::vector<Value>& Handles() { return vm_.handles().values; }

  void Gather(const std::vector<ValueLocation>& locations) {
    for (const ValueLocation& location : locations) {
      Value value = Nil();
      switch (location.kind) {
        case ValueLocation::Kind::kDead:
          break;
        case ValueLocation::Kind::kConstant:
          value = Value::FromBits(static_cast<uint64_t>(location.payload));
          break;
        case ValueLocation::Kind::kDoubleConstant:
          doubles_.emplace_back(Handles().size(), std::bit_cast<double>(location.payload));
          break;
        case ValueLocation::Kind::kRegister:
          value = Value::FromBits(registers_->general[location.payload]);
          break;
        case ValueLocation::Kind::kXmm:
          doubles_.emplace_back(Handles().size(), registers_->floating[location.payload]);
          break;
        case ValueLocation::Kind::kSlot:
          value = base_[location.payload];
          break;
        case ValueLocation::Kind::kDoubleSlot:
          doubles_.emplace_back(Handles().size(),
                                *reinterpret_cast<const double*>(machine_sp_ + location.payload));
          break;
        case ValueLocation::Kind::kVirtual:
          references_.emplace_back(Handles().size(), static_cast<size_t>(location.payload));
          break;
      }
      Handles().push_back(value);
    }
  }

  Object* Allocate(const VirtualState& object) {
    Heap& heap = vm_.heap();
    const size_t count = object.fields.size();
    switch (object.kind) {
      case IrOp::kNewInstance: {
        auto* instance = static_cast<Instance*>(heap.Allocate(
            static_cast<uint32_t>(object.imm), Kind::kInstance, InstanceBytes(count)));
        for (size_t i = 0; i < count; ++i) instance->fields[i] = Nil();
        return instance;
      }
      case IrOp::kNewContext: {
        auto* context =
            static_cast<Context*>(heap.Allocate(kNoClass, Kind::kContext, ContextBytes(count - 1)));
        context->outer = Nil();
        context->count = Value::Int(static_cast<int64_t>(count) - 1);
        for (size_t i = 0; i + 1 < count; ++i) context->slots[i] = Nil();
        return context;
      }
      default: {
        const auto* site = static_cast<const BlockSite*>(object.data);
        auto* block = static_cast<som::Block*>(
            heap.Allocate(site->code->closure_class, Kind::kBlock, BlockBytes(site->copied_count)));
        block->code = site->code;
        block->home_frame = 0;
        block->home_id = 0;
        block->self = Nil();
        block->context = Nil();
        block->copied_count = Value::Int(site->copied_count);
        for (size_t i = 0; i < site->copied_count; ++i) block->copied[i] = Nil();
        return block;
      }
    }
  }

  void AllocateObjects() {
    first_object_ = Handles().size();
    for (const VirtualState& object : exit_.virtuals) {
      const Value value = Value::FromObject(Allocate(object));
      Handles().push_back(value);
    }
    for (const auto& [handle, object] : references_)
      Handles()[handle] = Handles()[first_object_ + object];
  }

  // Nothing is allocated any more.
  void FillObjects() {
    size_t next = first_field_;
    for (size_t i = 0; i < exit_.virtuals.size(); ++i) {
      const VirtualState& object = exit_.virtuals[i];
      Object* target = Handles()[first_object_ + i].AsObject();
      auto fill = [&](Value* slot) { vm_.heap().Store(target, slot, Handles()[next++]); };
      switch (object.kind) {
        case IrOp::kNewInstance:
          for (size_t f = 0; f < object.fields.size(); ++f)
            fill(&static_cast<Instance*>(target)->fields[f]);
          break;
        case IrOp::kNewContext:
          fill(&static_cast<Context*>(target)->outer);
          for (size_t f = 1; f < object.fields.size(); ++f)
            fill(&static_cast<Context*>(target)->slots[f - 1]);
          break;
        default: {
          auto* block = static_cast<som::Block*>(target);
          fill(&block->self);
          fill(&block->context);
          for (int64_t c = 0; c < block->copied_count.AsInt(); ++c) fill(&block->copied[c]);
          if (object.imm2 != 0) {
            inherited_.emplace_back(first_object_ + i, next++);
          } else {
            block->home_frame = reinterpret_cast<uint64_t>(base_ + object.imm);
          }
          break;
        }
      }
    }
  }

  Value* WriteFrames() {
    size_t next = first_;
    Value* top = nullptr;
    Value* caller = nullptr;
    for (const ActivationState& activation : exit_.activations) {
      Value* frame = base_ + activation.base;
      const Method& method = *activation.method;
      for (int k = method.argument_count; k >= 0; --k) frame[-1 - k] = Handles()[next++];
      if (caller != nullptr) frame[kFramePrevious] = RawWord(caller);
      frame[kFrameMethod] = RawWord(&method);
      frame[kFrameIp] = RawWord(method.code + activation.offset);
      frame[kFrameSelf] = Handles()[next++];
      const Value context = Handles()[next++];
      if (method.has_context_slot) frame[kFrameContext] = context;
      if (method.is_home && !method.is_block && !activation.has_home_id)
        frame[kFrameHomeId] = Value::FromBits(MakeHomeId(++vm_.home_serial));
      for (int k = 0; k < method.local_count; ++k) FrameLocals(frame)[k] = Handles()[next++];
      const size_t fixed = size_t{3} + method.argument_count + method.local_count;
      top = FrameLocals(frame) + method.local_count;
      for (size_t k = fixed; k < activation.values.size(); ++k) *++top = Handles()[next++];
      caller = frame;
    }
    for (size_t i = 0; i < exit_.virtuals.size(); ++i) {
      const VirtualState& object = exit_.virtuals[i];
      if (object.kind != IrOp::kNewClosure || object.imm2 != 0) continue;
      auto* block = As<som::Block>(Handles()[first_object_ + i]);
      if (block->code->home->is_home)
        block->home_id = reinterpret_cast<Value*>(block->home_frame)[kFrameHomeId].bits();
    }
    // A closure that inherits its home may do so from one that does itself.
    for (size_t round = 0; round < inherited_.size(); ++round) {
      for (const auto& [inner, outer] : inherited_) {
        As<som::Block>(Handles()[inner])->home_frame = As<som::Block>(Handles()[outer])->home_frame;
        As<som::Block>(Handles()[inner])->home_id = As<som::Block>(Handles()[outer])->home_id;
      }
    }
    vm_.base = caller;
    vm_.sp = top;
    return top;
  }

  VM& vm_;
  const ExitState& exit_;
  const RegisterFile* registers_;
  Value* base_;
  const uint8_t* machine_sp_;
  HandleScope scope_;
  size_t first_;
  size_t first_field_ = 0;
  size_t first_object_ = 0;
  std::vector<std::pair<size_t, double>> doubles_;
  std::vector<std::pair<size_t, size_t>> references_;
  std::vector<std::pair<size_t, size_t>>
      inherited_;  // handles of closures and of those around them
};

// Gives `result` to the activation at `frame`, whose operand stack ends with `operands` values and
// whose ip is at the send that has been executed.
Value GoOn(VM* vm, Value* frame, size_t operands, Value result) {
  CodeUnit* ip = FrameIp(frame);
  const Opcode opcode = BaseOpcode(ip);
  if (opcode == Opcode::kReturnNonLocal) return result;
  Value* top = FrameEmptyStack(frame) + operands + 1;
  *top = result;
  return vm->engine().resume(vm, ip + LengthOf(opcode), top, frame);
}

// Runs the outermost `count` frames from the inner ones outwards, each one with what the one inside
// it answered.
Value RunFrames(VM* vm, const ExitState& exit, size_t count, Value* base, Value result) {
  for (size_t i = count; i-- > 0;) {
    const ActivationState& activation = exit.activations[i];
    Value* frame = base + activation.base;
    if (result.IsUnwind()) {
      const UnwindAction action = UnwindFrame(vm, frame);
      result = action.resume == nullptr
                   ? action.result
                   : vm->engine().resume(vm, action.resume, FrameEmptyStack(frame), frame);
    } else {
      const Method& method = *activation.method;
      const size_t fixed = size_t{3} + method.argument_count + method.local_count;
      result = GoOn(vm, frame, activation.values.size() - fixed, result);
    }
  }
  return result;
}

}  // namespace

Value LeaveCompiledCode(VM* vm, const ExitState& exit, const RegisterFile* registers, Value* base,
                        const uint8_t* machine_sp) {
  Value* top = FrameRebuilder(*vm, exit, registers, base, machine_sp).Rebuild();
  Value* frame = base + exit.activations.back().base;
  Value result = vm->NativeStackExhausted()
                     ? vm->Fail("Stack overflow: too many nested activations")
                     : vm->engine().resume(vm, FrameIp(frame), top, frame);
  return RunFrames(vm, exit, exit.activations.size() - 1, base, result);
}

Value ReturnToInterpreter(VM* vm, const ExitState& exit, Value result, Value* base,
                          const uint8_t* machine_sp) {
  if (result.IsUnwind()) {
    // Most unwinding only passes through.
    bool ends_here = false;
    for (size_t i = exit.activations.size(); i-- > 0;) {
      const ActivationState& activation = exit.activations[i];
      Value* frame = base + activation.base;
      if (vm->unwind.target == frame && vm->unwind.kind != UnwindState::Kind::kExit) {
        if (i == 0 && vm->unwind.kind == UnwindState::Kind::kNonLocalReturn) {
          const Value value = vm->unwind.value;
          vm->unwind = {};
          for (const ActivationState& inner : exit.activations) {
            if (inner.has_home_id) base[inner.base + kFrameHomeId] = Value::FromBits(0);
          }
          frame[kFrameHomeId] = Value::FromBits(0);
          return value;
        }
        ends_here = true;
        break;
      }
    }
    if (!ends_here) {
      for (const ActivationState& activation : exit.activations) {
        if (activation.has_home_id) base[activation.base + kFrameHomeId] = Value::FromBits(0);
      }
      return result;
    }
  }
  {
    HandleScope scope(vm->handles());
    Handle kept(scope, result.IsUnwind() ? Nil() : result);
    FrameRebuilder(*vm, exit, nullptr, base, machine_sp).Rebuild();
    if (!result.IsUnwind()) result = kept.get();
  }
  if (vm->NativeStackExhausted() && !result.IsUnwind())
    result = vm->Fail("Stack overflow: too many nested activations");
  return RunFrames(vm, exit, exit.activations.size(), base, result);
}

}  // namespace som::jit
