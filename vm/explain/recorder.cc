// See recorder.h.
#include "vm/explain/recorder.h"

#include <algorithm>
#include <utility>

#include "vm/code/frame.h"
#include "vm/code/tier.h"
#include "vm/interpreter/handler_support.h"
#include "vm/linking/peephole.h"
#include "vm/observation/observer.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som::explain {

namespace {

constexpr int kMostContexts = 8;  // that a step is taken to touch, outwards
constexpr int32_t kMostOperandsTouched = 4;

bool IsContextAccess(Opcode base) {
  return base == Opcode::kPushContext || base == Opcode::kStoreContext ||
         base == Opcode::kPopContext;
}

// Of a word that nothing was told of: no value has these bits.
constexpr uint64_t kNoBits = Value::kObjectTag;
constexpr Ref kNoRef = INT32_MIN;

}  // namespace

Recorder::Recorder(VM& vm, RecorderOptions options)
    : vm_(vm),
      next_(vm.listener()),
      options_(std::move(options)),
      names_(recording_.names),
      code_(vm, recording_, names_, options_.program),
      objects_(vm, recording_, names_, code_),
      tier_(vm, recording_) {
  recording_.title = options_.title;
  vm.set_listener(this);
  SetOutputListener(&Recorder::Written, this);
}

// --- What is heard -------------------------------------------------------------------------------

void Recorder::Bytecode(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos) {
  next_->Bytecode(vm, ip, sp, base, tos);
  if (state_ == State::kEnded) return;
  const Method& method = *FrameMethod(base);
  if (state_ == State::kWaiting) {
    // Of machine code, only the frame tells that it was entered.
    Value* entered = vm.tier() == nullptr ? nullptr : EnteredAt(base);
    if (entered == nullptr && !options_.start.HoldsAtBytecode(method, ip)) return;
    Start(base, entered == nullptr ? base : entered);
  }
  Settle();
  NoteMachineCode(base);
  FollowStack(base);
  if (recording_.steps.size() == options_.most_steps) {
    End(Recording::End::kLimit);
    return;
  }
  if (options_.start.IsDefault() &&
      std::none_of(frames_.begin(), frames_.end(), [this](const Frame& frame) {
        return frame.activation == first_activation_;
      })) {
    End(Recording::End::kReturned);
    return;
  }
  Frame& frame = frames_.back();
  const int32_t unit = recording_.activations[static_cast<size_t>(frame.activation)].unit;
  const int32_t instruction = code_.InstructionAt(unit, method, ip);
  code_.CheckOpcode(unit, instruction, ip);
  RecordWords(frame, sp, tos);
  recording_.steps.push_back(
      {frame.activation, instruction, static_cast<uint32_t>(recording_.changes.size())});
  const auto opcode = static_cast<Opcode>(*ip);
  last_unit_ = unit;
  last_instruction_ = instruction;
  last_opcode_ = opcode;
  last_base_ = base;
  is_settled_ = false;
  has_activated_ = false;
  last_callee_ = nullptr;
  if (vm.tier() != nullptr) last_callee_ = code_.CalleeAt(unit, instruction, opcode);
  Prepare(frame, instruction, opcode);
}

void Recorder::Activation(Method* method, Value* base) {
  next_->Activation(method, base);
  if (state_ == State::kEnded) return;
  if (state_ == State::kWaiting) {
    if (!options_.start.HoldsAtActivation(vm_, *method)) return;
    Start(FramePrevious(base), base);
  }
  has_activated_ = true;
  Settle();
  while (!frames_.empty() && frames_.back().base >= base) frames_.pop_back();
  FollowStack(FramePrevious(base));
  Push(base, *method, RecordedActivation::Kind::kInterpreted);
}

void Recorder::BlockCreated(BlockSite* site) { next_->BlockCreated(site); }

void Recorder::ContextCreated() { next_->ContextCreated(); }

void Recorder::Quickened(bool back) {
  next_->Quickened(back);
  has_quickened_ = true;
}

void Recorder::Written(void* recorder, std::string_view text, bool is_error) {
  auto* self = static_cast<Recorder*>(recorder);
  if (self->state_ != State::kRecording) return;
  Recording& recording = self->recording_;
  const int32_t step = recording.Now() - 1;
  if (!recording.output.empty() && recording.output.back().step == step &&
      recording.output.back().is_error == is_error) {
    recording.output.back().text += text;
  } else {
    recording.output.push_back({step, is_error, std::string(text)});
  }
}

// --- Beginning and end ---------------------------------------------------------------------------

Value* Recorder::EnteredAt(Value* base) {
  for (; base != nullptr; base = FramePrevious(base)) {
    if (options_.start.HoldsAtActivation(vm_, *FrameMethod(base))) return base;
  }
  return nullptr;
}

void Recorder::Start(Value* newest, Value* first) {
  state_ = State::kRecording;
  tier_.Start();
  std::vector<Value*> older;
  for (Value* base = newest; base != nullptr; base = FramePrevious(base)) {
    if (base < first) older.push_back(base);
  }
  for (auto it = older.rbegin(); it != older.rend(); ++it)
    Push(*it, *FrameMethod(*it), RecordedActivation::Kind::kOlder);
  first_activation_ = static_cast<int32_t>(recording_.activations.size());
}

void Recorder::End(Recording::End end) {
  state_ = State::kEnded;
  recording_.end = end;
  SetOutputListener(nullptr, nullptr);
  objects_.Release();
  if (end == Recording::End::kLimit && limit_hook_) limit_hook_();
}

void Recorder::Finish(int status) {
  recording_.status = status;
  if (state_ == State::kRecording) {
    Settle();
    End(Recording::End::kProgram);
  }
}

// --- Behind a step -------------------------------------------------------------------------------

void Recorder::Settle() {
  if (is_settled_) return;
  is_settled_ = true;
  if (has_quickened_) {
    has_quickened_ = false;
    code_.CheckOpcodes(last_unit_);
  }
  code_.CheckSites(last_unit_, last_instruction_, last_opcode_);
  objects_.LookAgain(touched_);
  if (recording_.Now() % ObjectWatch::kSweepInterval == 0) objects_.LookAtAllAgain();
  tier_.Poll();
}

// A send without an activation that was told of, of a method that has bytecodes, ran machine code,
// which may have changed anything.
void Recorder::NoteMachineCode(const Value* base) {
  if (last_callee_ == nullptr || has_activated_ || base != last_base_) return;
  if (last_callee_->kind == MethodKind::kBytecode) {
    tier_.Ran(*last_callee_);
    objects_.LookAtAllAgain();
  }
  last_callee_ = nullptr;
}

// --- The stack -----------------------------------------------------------------------------------

void Recorder::FollowStack(Value* base) {
  std::vector<Value*> missing;
  for (Value* wanted = base;; wanted = FramePrevious(wanted)) {
    while (!frames_.empty() && frames_.back().base > wanted) frames_.pop_back();
    if (wanted == nullptr || (!frames_.empty() && frames_.back().base == wanted)) break;
    missing.push_back(wanted);
  }
  const auto told = recording_.steps.empty() ? RecordedActivation::Kind::kOlder
                                             : RecordedActivation::Kind::kGoesOn;
  for (auto it = missing.rbegin(); it != missing.rend(); ++it) {
    Push(*it, *FrameMethod(*it),
         IsCompiledFrame(*it) ? RecordedActivation::Kind::kCompiled : told);
  }
  if (base == nullptr || !missing.empty()) return;
  // The frame may have got another version of its code.
  const Frame& newest = frames_.back();
  const Method& method = *FrameMethod(base);
  const RecordedActivation& recorded =
      recording_.activations[static_cast<size_t>(newest.activation)];
  const bool is_compiled = IsCompiledFrame(base);
  const bool was_compiled = recorded.kind == RecordedActivation::Kind::kCompiled;
  if (newest.method == &method && (is_compiled || !was_compiled)) return;
  frames_.pop_back();
  Push(base, method,
       is_compiled ? RecordedActivation::Kind::kCompiled : RecordedActivation::Kind::kGoesOn);
}

void Recorder::Push(Value* base, const Method& method, RecordedActivation::Kind kind) {
  RecordedActivation activation;
  activation.unit = code_.UnitOf(method);
  activation.step = recording_.Now();
  activation.kind = kind;
  if (!frames_.empty()) {
    activation.parent = frames_.back().activation;
    Value* caller = frames_.back().base;
    if (vm_.tier() != nullptr && IsCompiledFrame(caller))
      activation.inlined = tier_.InlinedAt(caller);
  }
  Frame frame;
  frame.base = base;
  frame.method = &method;
  frame.activation = static_cast<int32_t>(recording_.activations.size());
  frame.depth = -1;
  frames_.push_back(std::move(frame));
  recording_.activations.push_back(std::move(activation));
}

void Recorder::RecordWords(Frame& frame, const Value* sp, Value tos) {
  const Method& method = *frame.method;
  Value* base = frame.base;
  if (frame.epoch != objects_.epoch()) {
    std::fill(frame.bits.begin(), frame.bits.end(), kNoBits);
    frame.epoch = objects_.epoch();
  }
  int32_t word = 0;
  // What is compared with is what was told last of the word, be it on top of the stack now or not.
  const auto record = [&](Value value) {
    const auto index = static_cast<size_t>(word);
    if (index == frame.bits.size()) {
      frame.bits.push_back(kNoBits);
      frame.refs.push_back(kNoRef);
    }
    if (frame.bits[index] != value.bits()) {
      const Ref ref = objects_.RefOf(value);
      if (frame.refs[index] != ref) {
        recording_.changes.push_back({word, ref});
        if (IsKind(value, Kind::kBlock)) objects_.SetHome(ref, HomeOf(value));
      }
      frame.bits[index] = value.bits();
      frame.refs[index] = ref;
    }
    ++word;
  };
  for (const Value* value = FrameReceiver(base); value < base; ++value) record(*value);
  record(base[kFrameSelf]);
  record(method.has_context_slot || method.is_block ? base[kFrameContext] : Nil());
  const Value* locals = FrameLocals(base);
  for (int32_t i = 0; i < method.local_count; ++i) record(locals[i]);
  const Value* empty = locals + method.local_count;
  const auto depth = std::max<int32_t>(0, static_cast<int32_t>(sp - empty));
  for (int32_t i = 0; i < depth; ++i) record(i + 1 == depth ? tos : empty[i + 1]);
  if (depth != frame.depth) {
    recording_.changes.push_back({WordChange::kDepth, depth});
    frame.depth = depth;
  }
}

int32_t Recorder::HomeOf(Value closure) const {
  const auto* block = As<Block>(closure);
  for (const Frame& frame : frames_) {
    if (reinterpret_cast<uint64_t>(frame.base) != block->home_frame) continue;
    if (block->home_id != 0 && frame.base[kFrameHomeId].bits() != block->home_id) return -1;
    // Without an identity of the activation, its code has to be that around the closure's.
    if (block->code->home != frame.method->home) return -1;
    return frame.activation;
  }
  return -1;
}

// --- In front of a step --------------------------------------------------------------------------

void Recorder::Prepare(const Frame& frame, int32_t instruction, Opcode opcode) {
  touched_.clear();
  const auto self = static_cast<size_t>(frame.method->argument_count) + 1;
  touched_.push_back(frame.refs[self]);
  const int32_t operands = std::min(frame.depth, kMostOperandsTouched);
  const auto top = frame.refs.begin() + static_cast<ptrdiff_t>(self) + 2 +
                   frame.method->local_count + frame.depth;
  touched_.insert(touched_.end(), top - operands, top);
  if (frame.method->has_context_slot || frame.method->is_block) {
    Value context = frame.base[kFrameContext];
    for (int i = 0; i < kMostContexts && IsKind(context, Kind::kContext); ++i) {
      touched_.push_back(objects_.RefOf(context));
      context = As<Context>(context)->outer;
    }
    NameVariables(frame, instruction, opcode);
  }
}

void Recorder::NameVariables(const Frame& frame, int32_t instruction, Opcode opcode) {
  const RecordedUnit& unit = recording_.units[static_cast<size_t>(last_unit_)];
  const size_t end = std::min(static_cast<size_t>(instruction) + InstructionsOf(opcode),
                              unit.instructions.size());
  for (auto i = static_cast<size_t>(instruction); i < end; ++i) {
    const RecordedInstruction& access = unit.instructions[i];
    if (!IsContextAccess(access.base)) continue;
    const CodeUnit* operands = frame.method->code + access.offset + 1;
    Value context = frame.base[kFrameContext];
    for (int depth = operands[0]; depth > 0 && IsKind(context, Kind::kContext); --depth)
      context = As<Context>(context)->outer;
    if (!IsKind(context, Kind::kContext)) continue;
    objects_.NameVariable(objects_.RefOf(context), operands[1],
                          access.operands.substr(0, access.operands.find(" (")));
  }
}

}  // namespace som::explain
