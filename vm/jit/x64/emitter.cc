// See emitter.h: prologue and epilogue, exits and what is known about them.
#include "vm/jit/x64/emitter.h"

#include <algorithm>
#include <cstring>

#include "vm/jit/x64/emitter_internal.h"
#include "vm/support/check.h"

namespace som::jit::x64 {

namespace {

constexpr int32_t kSavedRegisters = 16;
// Processors decode aligned pieces of code and expect few branches in each: the same short loop
// took 1.1 or 1.6 ns a round, depending on where it began.
constexpr uint32_t kLoopAlignment = 32;
constexpr size_t kPatchBytes = 5;  // a jump with a 32-bit distance

bool HasAllocations(const Graph& graph) {
  for (const Block* block : graph.blocks()) {
    for (const Node* node : block->nodes) {
      if (node->Has(ir_effect::kAllocates)) return true;
    }
  }
  return false;
}

}  // namespace

Emitter::Emitter(const EmitRequest& request)
    : request_(request), addresses_(*request.addresses), graph_(*request.graph) {
  holder_.init(asmjit::Environment::host());
  if (request.listing) holder_.setLogger(&logger_);
  holder_.attach(&a_);
  code_ = std::make_unique<CompiledCode>();
  code_->method = graph_.method;
  code_->loop_entry = graph_.loop_entry;
  if (request.origins != nullptr) code_->origins = *request.origins;
  for (size_t i = 0; i < graph_.blocks().size(); ++i) block_labels_.push_back(a_.newLabel());
  epilogue_ = a_.newLabel();
  interpreted_ = a_.newLabel();

  const bool allocates = HasAllocations(graph_);
  const Allocation& allocation = *request.allocation;
  save_words_ = graph_.extent_words + allocation.slot_words;
  code_->outgoing_words = save_words_ + (allocates ? kSavedRegisters : 0);
  for (const Block* block : graph_.blocks()) {
    for (const Node* node : block->nodes) {
      if (node->Has(ir_effect::kCalls))
        largest_call_ = std::max(largest_call_, static_cast<int32_t>(node->inputs.size()));
    }
  }
  code_->extent_words = code_->outgoing_words + largest_call_ + kFrameHeaderWords;
  float_scratch_word_ = allocation.double_words;
  double_save_ = float_scratch_word_ + 1;
  const int32_t words = double_save_ + (allocates ? kSavedRegisters : 0);
  // The return address and rbp, and on some systems five more registers, are pushed before.
  const int32_t pushed = kKeepsRegisters ? 7 : 2;
  machine_bytes_ = (words + ((words + pushed) & 1)) * 8;
}

std::unique_ptr<CompiledCode> Emitter::Run(CodeSpace& space) {
  BeginPart(ListingPart::Kind::kPrologue, 0);
  EmitPrologue();
  for (size_t i = 0; i < graph_.blocks().size(); ++i) EmitBlock(i);
  BeginPart(ListingPart::Kind::kEpilogue, 0);
  a_.bind(epilogue_);
  EmitEpilogue();
  // Pieces may ask for further ones.
  while (!outlines_.empty()) {
    const Outline outline = std::move(outlines_.front());
    outlines_.pop_front();
    node_ = outline.node;
    BeginPart(ListingPart::Kind::kOutline, node_->id);
    outline.emit();
  }
  BeginPart(ListingPart::Kind::kRest, 0);
  EmitInterpretedEntry();
  EmitConstants();
  holder_.flatten();
  holder_.resolveUnresolvedLinks();
  const size_t size = holder_.codeSize();
  uint8_t* place = space.Allocate(size);
  if (place == nullptr) return nullptr;
  holder_.relocateToBase(reinterpret_cast<uint64_t>(place));
  if (!space.Change(place, size, [&] { holder_.copyFlattenedData(place, size); })) return nullptr;
  code_->executable = place;
  code_->size = size;
  code_->entry = reinterpret_cast<Entry>(code_->executable);
  for (const Patch& patch : patches_) {
    patch.exit->patch_offset = static_cast<uint32_t>(holder_.labelOffset(patch.place));
    patch.exit->returned_stub = static_cast<uint32_t>(holder_.labelOffset(patch.stub));
  }
  if (request_.listing) code_->listing = logger_.data();
  return std::move(code_);
}

// What is emitted from here on belongs to the node or block `id`, as the listing says.
void Emitter::BeginPart(ListingPart::Kind kind, uint32_t id) {
  if (request_.origins != nullptr &&
      (kind == ListingPart::Kind::kNode || kind == ListingPart::Kind::kOutline))
    code_->origins.CodeBegun(static_cast<uint32_t>(a_.offset()), id);
  if (!request_.listing) return;
  code_->listing_parts.push_back(
      {kind, id, static_cast<uint32_t>(a_.offset()), static_cast<uint32_t>(logger_.dataSize())});
}

void Emitter::EmitPrologue() {
  const bool is_loop = graph_.loop_entry >= 0;
  if (!is_loop) {
    // One check for the whole extent; where it does not fit, the interpreter needs less.
    a_.lea(x86::rax, x86::ptr(kEntrySp, (code_->extent_words + 1) * 8));
    a_.cmp(x86::rax, MemoryAt(addresses_.stack_limit, 8));
    a_.ja(interpreted_);
  }
  a_.push(x86::rbp);
  if (kKeepsRegisters) {
    for (const x86::Gp& r : {x86::rbx, x86::r12, x86::r13, x86::r14, x86::r15}) a_.push(r);
  }
  a_.sub(x86::rsp, machine_bytes_);
  if (is_loop) {
    a_.mov(kFrameBase, kEntryCaller);
    return;
  }
  a_.lea(kFrameBase, x86::ptr(kEntrySp, 8));
  a_.mov(Slot(kFramePrevious), kEntryCaller);
  a_.mov(Slot(kFrameMethod), kEntryMethod);
}

void Emitter::EmitEpilogue() {
  a_.add(x86::rsp, machine_bytes_);
  if (kKeepsRegisters) {
    for (const x86::Gp& r : {x86::r15, x86::r14, x86::r13, x86::r12, x86::rbx}) a_.pop(r);
  }
  a_.pop(x86::rbp);
  a_.ret();
}

void Emitter::EmitBlock(size_t index) {
  block_ = index;
  Block* block = graph_.blocks()[index];
  BeginPart(ListingPart::Kind::kBlock, block->id);
  if (index > 0 && IsEmpty(block)) return;
  if (block->is_loop_header) a_.align(asmjit::AlignMode::kCode, kLoopAlignment);
  a_.bind(block_labels_[block->id]);
  EmitMoves(request_.allocation->moves_at_start[block->id]);
  last_ = nullptr;
  for (Node* node : block->nodes) {
    if (node->IsAnyConstant()) continue;
    node_ = node;
    BeginPart(ListingPart::Kind::kNode, node->id);
    EmitMoves(At(node).moves_before);
    if (node == block->nodes.back()) EmitMoves(request_.allocation->moves_at_end[block->id]);
    EmitNode(node);
    last_ = node;
  }
}

void Emitter::EmitNode(Node* node) {
  if (node->op == IrOp::kFrameWord) return;
  if (request_.listing)
    a_.commentf("v%u = %s", node->id, std::string(InfoOf(node->op).name).c_str());
  MaybeStress(node);
  if (EmitControl(node) || EmitMemory(node) || EmitString(node) || EmitCall(node) ||
      EmitValue(node))
    return;
  a_.ud2();
}

// --- Exits ---------------------------------------------------------------------------------------

ValueLocation Emitter::LocationOf(const Place& place, bool registers_are_saved) const {
  using Kind = ValueLocation::Kind;
  switch (place.kind) {
    case Place::Kind::kNone:
      return {};
    case Place::Kind::kRegister:
      return registers_are_saved ? ValueLocation{Kind::kSlot, saved_in_[place.index]}
                                 : ValueLocation{Kind::kRegister, place.index};
    case Place::Kind::kXmm:
      return registers_are_saved
                 ? ValueLocation{Kind::kDoubleSlot, int64_t{double_save_ + place.index} * 8}
                 : ValueLocation{Kind::kXmm, place.index};
    case Place::Kind::kSlot:
      return {Kind::kSlot, place.index};
    case Place::Kind::kDoubleSlot:
      return {Kind::kDoubleSlot, int64_t{place.index} * 8};
    case Place::Kind::kConstant:
      return {place.constant->op == IrOp::kDoubleConstant ? Kind::kDoubleConstant : Kind::kConstant,
              place.constant->imm};
  }
  __builtin_unreachable();
}

// Describes where the node would leave to.
ExitState& Emitter::NewExit(Node* node, bool registers_are_saved) {
  ExitState& exit = code_->exits.emplace_back();
  exit.code = code_.get();
  exit.index = request_.first_exit + static_cast<uint32_t>(code_->exits.size()) - 1;
  exit.reason = node->op;
  exit.node = node->id;
  exit.is_safepoint = node->MayCollect();
  const std::vector<Place>& places = request_.allocation->state_values[node->id];
  size_t next = 0;
  auto locate = [&](const Node* value) {
    if (value == nullptr) return ValueLocation{};
    if (value->op != IrOp::kVirtual) return LocationOf(places[next++], registers_are_saved);
    const std::vector<VirtualObject>& virtuals = node->state->virtuals;
    const auto it = std::find_if(virtuals.begin(), virtuals.end(),
                                 [&](const VirtualObject& object) { return object.node == value; });
    return ValueLocation{ValueLocation::Kind::kVirtual, it - virtuals.begin()};
  };
  size_t depth = 0;
  for (const FrameState* state = node->state; state != nullptr; state = state->caller) ++depth;
  exit.activations.resize(depth);
  for (const FrameState* state = node->state; state != nullptr; state = state->caller) {
    ActivationState& activation = exit.activations[--depth];
    activation.method = state->method;
    activation.offset = state->offset;
    activation.base = state->base;
    activation.has_home_id = state->has_home_id != nullptr && *state->has_home_id;
    activation.values.reserve(state->values.size());
    for (const Node* value : state->values) activation.values.push_back(locate(value));
  }
  for (const VirtualObject& object : node->state->virtuals) {
    VirtualState state{object.kind, object.imm, object.imm2, object.data, {}};
    for (const Node* field : object.fields) state.fields.push_back(locate(field));
    exit.virtuals.push_back(std::move(state));
  }
  return exit;
}

asmjit::Label Emitter::ExitOf(Node* node) {
  auto [it, inserted] = exits_.try_emplace(node);
  if (inserted) {
    it->second = a_.newLabel();
    ExitState& exit = NewExit(node, false);
    Later([this, label = it->second, &exit] {
      a_.bind(label);
      a_.mov(kScratch.r32(), exit.index);
      CallStub(exit.reason == IrOp::kCheckInterrupt ? addresses_.stubs.check
                                                    : addresses_.stubs.exit);
      a_.jmp(epilogue_);
    });
  }
  return it->second;
}

// With --jit-stress-exits every so many-th check fails although it holds.
void Emitter::MaybeStress(Node* node) {
  if (addresses_.stress_counter == nullptr || node->op == IrOp::kLeave) return;
  if (!node->MayExit()) return;
  MoveImmediate(kScratch, reinterpret_cast<int64_t>(addresses_.stress_counter));
  a_.dec(x86::dword_ptr(kScratch));
  a_.jz(ExitOf(node));
}

// --- Behind the code
// -------------------------------------------------------------------------------

// Where the stack does not hold the whole extent.
void Emitter::EmitInterpretedEntry() {
  a_.bind(interpreted_);
  MoveImmediate(x86::rax, reinterpret_cast<int64_t>(addresses_.interpreted_entry));
  a_.jmp(x86::rax);
}

void Emitter::EmitConstants() {
  a_.align(asmjit::AlignMode::kData, 8);
  for (const auto& [bits, label] : constants_) {
    a_.bind(label);
    a_.embedInt64(bits);
  }
}

std::unique_ptr<CompiledCode> EmitCode(const EmitRequest& request, CodeSpace& space) {
  return Emitter(request).Run(space);
}

void PatchReturns(const CompiledCode& code, CodeSpace& space) {
  auto patch = [&code] {
    for (const ExitState& exit : code.exits) {
      if (exit.patch_offset == 0) continue;
      uint8_t* place = code.executable + exit.patch_offset;
      const auto distance = static_cast<int32_t>(exit.returned_stub) -
                            static_cast<int32_t>(exit.patch_offset + kPatchBytes);
      place[0] = 0xE9;
      std::memcpy(place + 1, &distance, sizeof(distance));
    }
  };
  Check(space.Change(code.executable, code.size, patch), "cannot change compiled code");
}

}  // namespace som::jit::x64
