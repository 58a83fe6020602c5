// Moves that happen at once: in an order in which none overwrites what another one still reads,
// with cycles broken by a scratch place.
#include <bit>

#include "vm/jit/x64/emitter_internal.h"

namespace som::jit::x64 {

namespace {

bool IsFloating(const Place& place) {
  return place.kind == Place::Kind::kXmm || place.kind == Place::Kind::kDoubleSlot;
}

}  // namespace

void Emitter::EmitMoves(const std::vector<Move>& moves) {
  std::vector<Move> pending;
  for (const Move& move : moves) {
    if (move.from.kind != Place::Kind::kConstant && move.from != move.to) pending.push_back(move);
  }
  while (!pending.empty()) {
    bool progressed = false;
    for (size_t i = 0; i < pending.size(); ++i) {
      bool is_read = false;
      for (size_t k = 0; k < pending.size(); ++k)
        is_read |= k != i && pending[k].from == pending[i].to;
      if (is_read) continue;
      EmitMove(pending[i].from, pending[i].to);
      pending.erase(pending.begin() + static_cast<ptrdiff_t>(i));
      progressed = true;
      break;
    }
    if (progressed) continue;
    // Only cycles are left: one place is read from the scratch place instead.
    const Place blocked = pending[0].from;
    const Place scratch = IsFloating(blocked)
                              ? Place{Place::Kind::kDoubleSlot, float_scratch_word_, nullptr}
                              : Place{Place::Kind::kRegister, 11, nullptr};
    EmitMove(blocked, scratch);
    for (Move& move : pending) {
      if (move.from == blocked) move.from = scratch;
    }
  }
  for (const Move& move : moves) {
    if (move.from.kind == Place::Kind::kConstant) LoadConstant(move.from.constant, move.to);
  }
}

void Emitter::EmitMove(const Place& from, const Place& to) {
  using Kind = Place::Kind;
  auto memory = [this](const Place& place) {
    return place.kind == Kind::kSlot ? Slot(place.index) : DoubleWord(place.index);
  };
  auto gp = [](const Place& place) { return x86::gpq(static_cast<uint32_t>(place.index)); };
  auto xmm = [](const Place& place) { return x86::xmm(static_cast<uint32_t>(place.index)); };
  if (from.kind == Kind::kRegister && to.kind == Kind::kRegister) {
    a_.mov(gp(to), gp(from));
  } else if (from.kind == Kind::kRegister) {
    a_.mov(memory(to), gp(from));
  } else if (to.kind == Kind::kRegister) {
    a_.mov(gp(to), memory(from));
  } else if (from.kind == Kind::kXmm && to.kind == Kind::kXmm) {
    a_.movaps(xmm(to), xmm(from));
  } else if (from.kind == Kind::kXmm) {
    a_.movsd(memory(to), xmm(from));
  } else if (to.kind == Kind::kXmm) {
    a_.movsd(xmm(to), memory(from));
  } else {
    a_.movsd(kFloatScratch, memory(from));
    a_.movsd(memory(to), kFloatScratch);
  }
}

void Emitter::LoadConstant(const Node* constant, const Place& to) {
  switch (to.kind) {
    case Place::Kind::kRegister:
      MoveImmediate(x86::gpq(static_cast<uint32_t>(to.index)), constant->imm);
      break;
    case Place::Kind::kSlot:
      StoreImmediate(Slot(to.index), constant->imm);
      break;
    case Place::Kind::kXmm:
      a_.movsd(x86::xmm(static_cast<uint32_t>(to.index)), PoolConstant(constant->imm));
      break;
    case Place::Kind::kDoubleSlot:
      StoreImmediate(DoubleWord(to.index), constant->imm);
      break;
    default:
      break;
  }
}

x86::Mem Emitter::MemoryAt(const void* address, uint32_t bytes) {
  const auto bits = reinterpret_cast<uint64_t>(address);
  if (bits <= INT32_MAX) return x86::ptr_abs(bits, bytes);
  MoveImmediate(kScratch, static_cast<int64_t>(bits));
  return x86::ptr(kScratch, 0, bytes);
}

void Emitter::MoveImmediate(const x86::Gp& target, int64_t value) {
  if (value >= 0 && value <= int64_t{0xFFFFFFFF}) {
    a_.mov(target.r32(), static_cast<uint32_t>(value));
  } else {
    a_.mov(target, value);
  }
}

void Emitter::StoreImmediate(const x86::Mem& target, int64_t value) {
  if (value >= INT32_MIN && value <= INT32_MAX) {
    a_.mov(target, static_cast<int32_t>(value));
  } else {
    MoveImmediate(kScratch, value);
    a_.mov(target, kScratch);
  }
}

x86::Mem Emitter::PoolConstant(int64_t bits) {
  auto [it, inserted] = constants_.try_emplace(bits);
  if (inserted) it->second = a_.newLabel();
  return x86::qword_ptr(it->second);
}

x86::Gp Emitter::Reg(Node* node, size_t input, const x86::Gp& scratch) {
  const Place& place = At(node).inputs[input];
  if (place.kind == Place::Kind::kRegister) return x86::gpq(static_cast<uint32_t>(place.index));
  if (place.kind == Place::Kind::kConstant) {
    MoveImmediate(scratch, place.constant->imm);
  } else {
    a_.mov(scratch, Slot(place.index));
  }
  return scratch;
}

x86::Xmm Emitter::Floating(Node* node, size_t input) {
  const Place& place = At(node).inputs[input];
  if (place.kind == Place::Kind::kXmm) return x86::xmm(static_cast<uint32_t>(place.index));
  a_.movsd(kFloatScratch, place.kind == Place::Kind::kConstant ? PoolConstant(place.constant->imm)
                                                               : DoubleWord(place.index));
  return kFloatScratch;
}

bool Emitter::IsImmediate(Node* node, size_t input, int64_t* value) const {
  const Place& place = At(node).inputs[input];
  if (place.kind != Place::Kind::kConstant) return false;
  *value = place.constant->imm;
  return *value >= INT32_MIN && *value <= INT32_MAX;
}

}  // namespace som::jit::x64
