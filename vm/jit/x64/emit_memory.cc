// Loads, stores with the write barrier, and allocation by moving the heap's top.
#include <utility>

#include "vm/jit/object_shape.h"
#include "vm/jit/x64/emitter_internal.h"
#include "vm/objects/object.h"
#include "vm/objects/well_known.h"

namespace som::jit::x64 {

bool Emitter::EmitMemory(Node* node) {
  switch (node->op) {
    case IrOp::kLoadField:
      a_.mov(ResultReg(node), FieldOf(Reg(node, 0), node->imm));
      return true;
    case IrOp::kStoreField: {
      const x86::Gp holder = Reg(node, 0, x86::r11);
      EmitStore(node, FieldOf(holder, node->imm), holder, 1);
      return true;
    }
    case IrOp::kLoadElement:
    case IrOp::kStoreElement: {
      const x86::Gp array = Reg(node, 0);
      const Place& index = At(node).inputs[1];
      // Elements start behind header and length; the first one has the index 1, whose word is 4.
      const int32_t first = static_cast<int32_t>(offsetof(Array, elements)) - 1 - 8;
      const x86::Mem element =
          index.kind == Place::Kind::kConstant
              ? x86::qword_ptr(array, static_cast<int32_t>(index.constant->imm * 2) + first)
              : x86::qword_ptr(array, x86::gpq(static_cast<uint32_t>(index.index)), 1, first);
      if (node->op == IrOp::kLoadElement) {
        a_.mov(ResultReg(node), element);
      } else {
        EmitStore(node, element, array, 2);
      }
      return true;
    }
    case IrOp::kLoadLength:
      a_.mov(ResultReg(node), FieldOf(Reg(node, 0), offsetof(Array, length)));
      return true;
    case IrOp::kLoadGlobal: {
      const x86::Gp out = ResultReg(node);
      MoveImmediate(kScratch, reinterpret_cast<int64_t>(node->data));
      a_.mov(out, x86::qword_ptr(kScratch));
      a_.cmp(out, static_cast<int32_t>(Value::Unwind().bits()));
      a_.je(ExitOf(node));
      return true;
    }
    case IrOp::kEnterHome: {
      const x86::Mem serial = MemoryAt(addresses_.home_serial, 8);
      a_.inc(serial);
      a_.mov(kScratch, serial);
      a_.shl(kScratch, 3);
      a_.or_(kScratch, 1);
      a_.bts(kScratch, 63);
      a_.mov(Slot(node->imm + kFrameHomeId), kScratch);
      return true;
    }
    case IrOp::kLeaveHome:
      a_.mov(Slot(node->imm + kFrameHomeId), 0);
      return true;
    case IrOp::kNewInstance:
    case IrOp::kNewContext:
    case IrOp::kNewClosure:
      EmitAllocation(node);
      return true;
    case IrOp::kNewArray:
      if (IsSmallAllocation(*node)) {
        EmitAllocation(node);
      } else {
        EmitArrayAllocation(node);
      }
      return true;
    default:
      return false;
  }
}

void Emitter::EmitStore(Node* node, const x86::Mem& slot, const x86::Gp& holder, size_t value) {
  const Place& place = At(node).inputs[value];
  if (place.kind == Place::Kind::kConstant) {
    // Constants never move: no barrier.
    const int64_t word = place.constant->imm;
    if (word >= INT32_MIN && word <= INT32_MAX) {
      a_.mov(slot, static_cast<int32_t>(word));
    } else if (holder != kScratch) {
      MoveImmediate(kScratch, word);
      a_.mov(slot, kScratch);
    } else {
      a_.push(x86::rax);
      MoveImmediate(x86::rax, word);
      a_.mov(slot, x86::rax);
      a_.pop(x86::rax);
    }
    return;
  }
  const x86::Gp source = x86::gpq(static_cast<uint32_t>(place.index));
  a_.mov(slot, source);
  if (node->flag || node->inputs[value]->type.NeedsNoBarrier()) return;
  EmitBarrier(*node, slot, holder, source,
              holder == kScratch ? At(node).inputs[0].constant->imm : 0);
}

// Remembers the holder if it is old, not remembered yet, and the value young (Heap::Store).
// A holder that is a constant is in no register: `constant_holder` is its word, otherwise 0.
void Emitter::EmitBarrier(const Node& node, const x86::Mem& slot, const x86::Gp& holder,
                          const x86::Gp& value, int64_t constant_holder) {
  const asmjit::Label done = a_.newLabel();
  const asmjit::Label slow = a_.newLabel();
  if (node.op == IrOp::kStoreElement && !node.inputs.back()->type.IsHeapObject()) {
    // Arrays hold small integers more often than fields do that nothing is known of.
    a_.test(value.r8(), 3);
    a_.jz(done);
  }
  const auto distance = -static_cast<int64_t>(addresses_.young_begin + Value::kObjectTag);
  const auto size = static_cast<int64_t>(addresses_.young_size);
  if (constant_holder == 0) {
    a_.mov(kScratch, distance);
    a_.add(kScratch, holder);
    a_.cmp(kScratch, static_cast<int32_t>(size));
    a_.jb(done);
  }
  a_.mov(kScratch, distance);
  a_.add(kScratch, value);
  a_.cmp(kScratch, static_cast<int32_t>(size));
  a_.jb(slow);
  a_.bind(done);
  // A young address; the rest is rare enough to stand elsewhere.
  Later([this, done, slow, slot, holder, value, constant_holder] {
    a_.bind(slow);
    a_.lea(kScratch.r32(), x86::ptr(value, -1));
    a_.test(kScratch.r8(), 3);
    a_.jnz(done);
    if (constant_holder != 0) {
      MoveImmediate(kScratch, constant_holder);
      a_.push(kScratch);
    } else {
      a_.test(x86::byte_ptr(holder, -1), static_cast<uint32_t>(Object::kRemembered));
      a_.jnz(done);
      a_.push(holder);
    }
    // The slot is addressed by registers of its own, or by the constant in r11.
    a_.lea(kScratch, slot);
    CallStub(addresses_.stubs.remember);
    a_.lea(x86::rsp, x86::ptr(x86::rsp, 8));
    a_.jmp(done);
  });
}

void Emitter::EmitAllocation(Node* node) {
  const ObjectShape shape = ShapeOf(*node);
  const auto header = static_cast<int64_t>(shape.header);
  const x86::Gp out = ResultReg(node);
  const x86::Mem top = MemoryAt(addresses_.heap_top, 8);
  const asmjit::Label slow = a_.newLabel();
  const asmjit::Label fill = a_.newLabel();
  a_.mov(out, top);
  if (node->room < 0) {
    a_.add(out, node->room);
  } else {
    const auto bytes = node->room == 0 ? static_cast<int32_t>(shape.bytes) : node->room;
    a_.add(out, bytes);
    a_.cmp(out, top.cloneAdjusted(8));
    a_.ja(slow);
    a_.mov(top, out);
    a_.sub(out, bytes);
    AllocateSlowly(node, slow, fill, shape.header,
                   reinterpret_cast<const void*>(addresses_.allocate),
                   [this, bytes] { MoveImmediate(x86::rdx, bytes); });
  }
  MoveImmediate(kScratch, header);
  a_.mov(x86::qword_ptr(out), kScratch);
  a_.bind(fill);
  FillAllocation(node, out);
  a_.add(out, static_cast<int32_t>(Value::kObjectTag));
}

void Emitter::EmitArrayAllocation(Node* node) {
  const x86::Gp out = ResultReg(node);
  const uint64_t header = Object::MakeHeader(static_cast<uint32_t>(node->imm), Kind::kArray);
  const asmjit::Label slow = a_.newLabel();
  const asmjit::Label done = a_.newLabel();
  auto top = [this] { return MemoryAt(addresses_.heap_top, 8); };
  constexpr auto kElements = static_cast<int32_t>(offsetof(Array, elements));
  // An element's word is twice a tagged integer.
  const Place& length = At(node).inputs[0];
  const bool is_constant = length.kind == Place::Kind::kConstant;
  const auto constant_bytes =
      is_constant ? static_cast<int32_t>(length.constant->imm * 2) : int32_t{0};
  a_.mov(out, top());
  if (is_constant) {
    a_.add(out, kElements + constant_bytes);
  } else {
    a_.lea(out, x86::ptr(out, Reg(node, 0), 1, kElements));
  }
  a_.cmp(out, top().cloneAdjusted(8));
  a_.ja(slow);
  a_.mov(top(), out);
  const asmjit::Label next = a_.newLabel();
  const asmjit::Label filled = a_.newLabel();
  MoveImmediate(kScratch, static_cast<int64_t>(Nil().bits()));
  a_.movq(kFloatScratch, kScratch);
  a_.punpcklqdq(kFloatScratch, kFloatScratch);
  if (is_constant) {
    MoveImmediate(kScratch, constant_bytes);
  } else {
    const x86::Gp index = Reg(node, 0);
    a_.lea(kScratch, x86::ptr(index, index));
  }
  a_.sub(out, kScratch);
  a_.sub(out, kElements);
  // Elements are filled in pairs from the end; where their number is odd, the last pair includes
  // the length, which is stored behind that.
  if (!is_constant || constant_bytes == 0) {
    a_.test(kScratch, kScratch);
    a_.jz(filled);
  }
  a_.bind(next);
  a_.movups(x86::ptr(out, kScratch, 0, kElements - 16), kFloatScratch);
  a_.sub(kScratch, 16);
  a_.ja(next);
  a_.bind(filled);
  MoveImmediate(kScratch, static_cast<int64_t>(header));
  a_.mov(x86::qword_ptr(out), kScratch);
  if (is_constant) {
    StoreImmediate(x86::qword_ptr(out, offsetof(Array, length)), length.constant->imm);
  } else {
    a_.mov(x86::qword_ptr(out, offsetof(Array, length)), Reg(node, 0));
  }
  a_.bind(done);
  a_.add(out, static_cast<int32_t>(Value::kObjectTag));
  AllocateSlowly(node, slow, done, header, reinterpret_cast<const void*>(addresses_.allocate_array),
                 [this, node] {
                   const x86::Gp in = Reg(node, 0, x86::rdx);
                   if (in != x86::rdx) a_.mov(x86::rdx, in);
                 });
}

// The rest of an allocation, where eden is full: calls function(vm, header, size), of which
// `load_size` puts the last into rdx. Goes on at `resume` with the object's untagged address in the
// result's register.
void Emitter::AllocateSlowly(Node* node, const asmjit::Label& slow, const asmjit::Label& resume,
                             uint64_t header, const void* function,
                             std::function<void()> load_size) {
  const x86::Gp out = ResultReg(node);
  const std::vector<LiveValue>* live = &request_.allocation->live_tagged[node->id];
  const uint32_t floating = request_.allocation->live_floating[node->id];
  for (int32_t r = 0; r < 16; ++r) saved_in_[r] = save_words_ + r;
  for (const LiveValue& value : *live) {
    if (value.place.kind == Place::Kind::kRegister && value.has_word)
      saved_in_[value.place.index] = value.word;
  }
  ExitState& exit = NewExit(node, true);
  for (const LiveValue& value : *live) {
    AddLiveSlot(exit, value.place.kind == Place::Kind::kRegister ? saved_in_[value.place.index]
                                                                 : value.place.index);
  }
  Later([this, slow, resume, out, live, floating, header, function,
         load_size = std::move(load_size), &exit] {
    a_.bind(slow);
    auto each_register = [&](bool saves, auto general, auto xmm) {
      for (const LiveValue& value : *live) {
        if (value.place.kind != Place::Kind::kRegister || (saves && value.has_word)) continue;
        general(Slot(value.has_word ? value.word : save_words_ + value.place.index),
                x86::gpq(static_cast<uint32_t>(value.place.index)));
      }
      for (uint32_t r = 0; r < 16; ++r) {
        if ((floating >> r & 1) != 0)
          xmm(DoubleWord(double_save_ + static_cast<int32_t>(r)), x86::xmm(r));
      }
    };
    each_register(
        true, [this](const auto& word, const auto& r) { a_.mov(word, r); },
        [this](const auto& word, const auto& r) { a_.movsd(word, r); });
    load_size();
    SetSafepoint(exit, 0);
    MoveImmediate(x86::rdi, reinterpret_cast<int64_t>(addresses_.vm));
    MoveImmediate(x86::rsi, static_cast<int64_t>(header));
    CallFunction(function);
    a_.mov(x86::rcx, x86::rax);
    CheckPending(exit);
    a_.mov(kScratch, x86::rcx);
    each_register(
        false, [this](const auto& word, const auto& r) { a_.mov(r, word); },
        [this](const auto& word, const auto& r) { a_.movsd(r, word); });
    a_.mov(out, kScratch);
    a_.jmp(resume);
  });
}

// Stores the fields of a fresh object at the untagged address in `object`.
void Emitter::FillAllocation(Node* node, const x86::Gp& object) {
  auto store = [&](size_t input, int64_t offset) {
    const x86::Mem target = x86::qword_ptr(object, static_cast<int32_t>(offset));
    const Place& place = At(node).inputs[input];
    if (place.kind == Place::Kind::kConstant) {
      StoreImmediate(target, place.constant->imm);
    } else {
      a_.mov(target, Reg(node, input));
    }
  };
  const size_t count = node->inputs.size();
  switch (node->op) {
    case IrOp::kNewArray: {
      const Value length = node->inputs[0]->ConstantValue();
      StoreImmediate(x86::qword_ptr(object, offsetof(Array, length)),
                     static_cast<int64_t>(length.bits()));
      for (int64_t i = 0; i < length.AsInt(); ++i)
        StoreImmediate(
            x86::qword_ptr(object, static_cast<int32_t>(offsetof(Array, elements) +
                                                        sizeof(Value) * static_cast<size_t>(i))),
            static_cast<int64_t>(Nil().bits()));
      return;
    }
    case IrOp::kNewInstance:
      for (size_t i = 0; i < count; ++i) store(i, 8 + 8 * static_cast<int64_t>(i));
      return;
    case IrOp::kNewContext:
      store(0, offsetof(Context, outer));
      StoreImmediate(x86::qword_ptr(object, offsetof(Context, count)),
                     static_cast<int64_t>(Value::Int(static_cast<int64_t>(count) - 1).bits()));
      for (size_t i = 1; i < count; ++i)
        store(i, static_cast<int64_t>(offsetof(Context, slots)) + 8 * static_cast<int64_t>(i - 1));
      return;
    default:
      break;
  }
  const auto* site = static_cast<const BlockSite*>(node->data);
  StoreImmediate(x86::qword_ptr(object, offsetof(som::Block, code)),
                 reinterpret_cast<int64_t>(site->code));
  const x86::Mem home_frame = x86::qword_ptr(object, offsetof(som::Block, home_frame));
  const x86::Mem home_id = x86::qword_ptr(object, offsetof(som::Block, home_id));
  if (node->imm2 != 0) {
    // The home of the closure that makes this one.
    for (const auto& [target, offset] : {std::pair(home_frame, offsetof(som::Block, home_frame)),
                                         std::pair(home_id, offsetof(som::Block, home_id))}) {
      a_.mov(kScratch, FieldOf(Reg(node, count - 1), static_cast<int64_t>(offset)));
      a_.mov(target, kScratch);
    }
  } else {
    a_.lea(kScratch, Slot(node->imm));
    a_.mov(home_frame, kScratch);
    if (site->code->home->is_home) {
      a_.mov(kScratch, Slot(node->imm + kFrameHomeId));
      a_.mov(home_id, kScratch);
    } else {
      a_.mov(home_id, 0);
    }
  }
  store(0, offsetof(som::Block, self));
  store(1, offsetof(som::Block, context));
  StoreImmediate(x86::qword_ptr(object, offsetof(som::Block, copied_count)),
                 static_cast<int64_t>(Value::Int(site->copied_count).bits()));
  for (size_t i = 0; i < site->copied_count; ++i)
    store(2 + i, static_cast<int64_t>(offsetof(som::Block, copied)) + 8 * static_cast<int64_t>(i));
}

}  // namespace som::jit::x64
