// Writes the code of one unit into its description: instructions, labels, tables, source positions,
// and the operand-stack depth. Knows nothing of the syntax tree.
//
// Invariant: while reachable(), depth() is the exact depth of the operand stack at the next
// instruction. What cannot be reached is not written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compiler/bytecode.h"
#include "compiler/description.h"
#include "compiler/source.h"

namespace som {

// A place in the code to jump to. Every label that is jumped to must be bound once.
class Label {
 public:
  Label() = default;
  Label(const Label&) = delete;
  Label& operator=(const Label&) = delete;

  bool is_bound() const { return bound_; }
  bool is_used() const { return bound_ || !jumps_.empty(); }

 private:
  friend class Emitter;
  struct PendingJump {
    uint32_t operand = 0;  // offset of the distance
    uint32_t end = 0;      // offset behind the instruction
  };
  bool bound_ = false;
  uint32_t offset_ = 0;
  uint32_t depth_ = 0;
  std::vector<PendingJump> jumps_;
};

class Emitter {
 public:
  // Both must outlive the emitter. Code is appended to `code`.
  Emitter(const SourceFile& source, CodeDescription* code) : source_(source), code_(code) {}
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  bool reachable() const { return reachable_; }
  uint32_t depth() const { return depth_; }
  uint32_t offset() const { return static_cast<uint32_t>(code_->code.size()); }

  // Source bytes that the instructions from here on come from.
  void SetPlace(uint32_t begin, uint32_t end) { place_ = {begin, end}; }

  // One function for each operand format; the opcode must have it.
  void Emit(Opcode opcode);
  void EmitSlot(Opcode opcode, int16_t slot);
  void EmitNilSlots(int16_t first, uint16_t count);
  void EmitField(Opcode opcode, uint16_t field);
  void EmitContext(Opcode opcode, uint16_t depth, uint16_t index, std::string_view name);
  void EmitInt(int16_t value);
  void EmitEnterContext(uint16_t size);
  // PushNil, PushInt, PushLiteral or PushArray, as fits.
  void EmitLiteral(const LiteralDescription& literal);
  void EmitGlobal(std::string_view name);
  void EmitBlock(BlockDescription block);
  void EmitSend(bool is_super, std::string_view selector, uint16_t argument_count);

  // Jumps; backward forms are chosen for labels that are bound. `inlined` is an index from
  // AddInlinedSend.
  void EmitJump(Label* target);
  void EmitJumpIf(bool condition, Label* target, uint32_t inlined);
  void EmitJumpIfNil(bool condition, Label* target, uint32_t inlined);
  void EmitLoopBegin(Opcode opcode, int16_t slot, Label* exit, uint32_t inlined);
  void EmitLoopNext(Opcode opcode, int16_t slot, int16_t step, Label* top);
  // The next instruction is what `label` stands for.
  void Bind(Label* label);
  // Binds the top of a loop that is entered at a test further down: a jump back from there will
  // reach it.
  void BindLoopTop(Label* label);

  uint32_t AddInlinedSend(std::string_view selector, uint16_t argument_count, uint32_t key);
  // The code since `begin` came from a block of an inlined send.
  void AddInlinedRegion(uint32_t begin, std::string_view selector, uint32_t block);
  // The next instruction begins the statement that stands at a byte of the source.
  void MarkStatement(uint32_t begin);

  // The deepest stack so far. May exceed what CodeDescription::max_stack can hold: the caller
  // checks.
  uint32_t max_depth() const { return max_depth_; }

 private:
  struct Place {
    uint32_t begin = 0;
    uint32_t end = 0;
    bool operator==(const Place&) const = default;
  };

  // Opcode, position, and effect on the stack. False when not reachable: nothing is to be written.
  bool Start(Opcode opcode, uint32_t argument_count = 0);
  void Unit(uint16_t unit) { code_->code.push_back(unit); }
  void Unit(int16_t unit) { code_->code.push_back(static_cast<uint16_t>(unit)); }
  void Wide(uint32_t value);
  // Writes the distance to `target`, which follows `units_behind` units before the instruction
  // ends.
  void Distance(Label* target, uint32_t units_behind);

  const SourceFile& source_;
  CodeDescription* code_;
  bool reachable_ = true;
  uint32_t depth_ = 0;
  uint32_t max_depth_ = 0;
  Place place_;
  Place recorded_place_{1, 0};
  absl::flat_hash_map<std::string, uint32_t> literal_index_;
  absl::flat_hash_map<std::string, uint32_t> global_index_;
};

}  // namespace som
