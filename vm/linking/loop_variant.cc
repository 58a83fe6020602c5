// See loop_variant.h.
#include "vm/linking/loop_variant.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/bytecode.h"
#include "vm/code/engine.h"
#include "vm/code/frame.h"
#include "vm/code/send_site.h"
#include "vm/linking/peephole.h"
#include "vm/support/check.h"
#include "vm/vm.h"

namespace som {

namespace {

Opcode NextOpcode(LoopShape shape) {
  switch (shape) {
    case LoopShape::kRepeat:
      return Opcode::kRepeatNext;
    case LoopShape::kCount:
      return Opcode::kCountNext;
    case LoopShape::kElements:
      return Opcode::kElementNext;
  }
  __builtin_unreachable();
}

// The instruction that does the same as a store whose value nobody looks at, or kSend if `opcode`
// is none.
Opcode PopForm(Opcode opcode) {
  switch (opcode) {
    case Opcode::kStoreSlot:
      return Opcode::kPopSlot;
    case Opcode::kStoreField:
      return Opcode::kPopField;
    case Opcode::kStoreContext:
      return Opcode::kPopContext;
    default:
      return Opcode::kSend;
  }
}

// Operands that name data of the code image by their distance from the instruction.
bool HasDistance(OperandFormat format) {
  return format == OperandFormat::kLiteral || format == OperandFormat::kSite ||
         format == OperandFormat::kGlobal || format == OperandFormat::kBlock;
}

// Rewrites the code of one closure. Opcodes are read from the description, because those of the
// linked code may be quickened; operands from the linked code.
class VariantWriter {
 public:
  VariantWriter(Method& original, Method& variant, LoopShape shape)
      : original_(original),
        unit_(original.unit_description()),
        variant_(variant),
        next_(NextOpcode(shape)) {}

  void Write() {
    FindTargets();
    const int left_slot = -2 - original_.argument_count;
    Emit(Opcode::kPushSlot);
    code_.push_back(static_cast<CodeUnit>(left_slot));
    head_ = Here();
    EmitNilSlots();
    for (InstructionIterator it(unit_.code); !it.done(); it.Next()) Translate(*it);
    for (const Jump& jump : jumps_) {
      const uint32_t target = jump.is_original ? new_offsets_[jump.target] : jump.target;
      const int64_t distance = int64_t{target} - jump.end;
      WriteU32(&code_[jump.operand], static_cast<uint32_t>(static_cast<int32_t>(distance)));
    }
    MakeImage();
  }

 private:
  struct Jump {
    size_t operand;
    uint32_t end;  // of the instruction
    uint32_t target;
    bool is_original;  // the target is an offset in the original code
  };

  uint32_t Here() const { return static_cast<uint32_t>(code_.size()); }
  void Emit(Opcode opcode) { code_.push_back(static_cast<CodeUnit>(opcode)); }

  void EmitJump(Opcode opcode, uint32_t target, bool is_original) {
    Emit(opcode);
    code_.insert(code_.end(), 2, 0);
    jumps_.push_back({code_.size() - 2, Here(), target, is_original});
  }

  void FindTargets() {
    is_target_.assign(unit_.code.size(), false);
    new_offsets_.assign(unit_.code.size(), 0);
    for (InstructionIterator it(unit_.code); !it.done(); it.Next()) {
      if (it->HasJump()) is_target_[static_cast<size_t>(it->JumpTarget())] = true;
      has_context_ = has_context_ || it->opcode == Opcode::kEnterContext;
    }
  }

  // The locals that the source names; hidden ones are written before they are read.
  void EmitNilSlots() {
    size_t first = unit_.copied_count;
    size_t end = unit_.local_count;
    while (first < end && unit_.local_names[first].empty()) ++first;
    while (first < end && unit_.local_names[end - 1].empty()) --end;
    if (first == end) return;
    Emit(Opcode::kNilSlots);
    code_.push_back(static_cast<CodeUnit>(first + kFrameHeaderWords));
    code_.push_back(static_cast<CodeUnit>(end - first));
  }

  void Translate(const Instruction& i) {
    new_offsets_[i.offset] = Here();
    variant_.ordinary_offsets.emplace_back(Here(), i.offset);
    if (i.opcode == Opcode::kReturnLocal) {
      // A store in front of the return need not keep its value.
      const Opcode popping = is_target_[i.offset] ? Opcode::kSend : PopForm(last_opcode_);
      if (popping != Opcode::kSend) {
        code_[last_] = static_cast<CodeUnit>(popping);
      } else {
        Emit(Opcode::kPop);
      }
      EmitNext();
    } else if (i.opcode == Opcode::kReturnNonLocal) {
      EmitJump(Opcode::kCheckHome, Here() + kNonLocalUnits, false);
      Emit(Opcode::kPop2);
      Emit(Opcode::kReturnNonLocal);
      Emit(Opcode::kPop);
      EmitNext();
    } else {
      Copy(i);
    }
    last_opcode_ = i.opcode;
  }

  void EmitNext() {
    variant_.next_offset = Here();
    if (has_context_) Emit(Opcode::kResetContext);
    EmitJump(next_, head_, false);
  }

  void Copy(const Instruction& i) {
    last_ = Here();
    const CodeUnit* linked = original_.code + i.offset;
    Emit(i.opcode);
    code_.insert(code_.end(), linked + 1, linked + i.length());
    CodeUnit* copy = &code_[last_];
    if (HasDistance(i.format())) {
      // Code and data of the image move together, the instruction moves within the code.
      const int64_t moved = (int64_t{last_} - i.offset) * static_cast<int64_t>(sizeof(CodeUnit));
      WriteU32(copy + 1, static_cast<uint32_t>(static_cast<int32_t>(ReadI32(copy + 1) - moved)));
    } else if (i.HasJump()) {
      jumps_.push_back({last_ + JumpOperandUnit(i.format()), Here(),
                        static_cast<uint32_t>(i.JumpTarget()), true});
    }
  }

  // Literals and closures made here are those of the ordinary code: programs can compare them. What
  // the send sites have seen is not: sites belong to the bytecodes that were quickened by it.
  void MakeImage() {
    const auto* code_begin = reinterpret_cast<const uint64_t*>(original_.code);
    const auto data_words = static_cast<size_t>(code_begin - original_.image.get());
    const size_t code_bytes = code_.size() * sizeof(CodeUnit);
    variant_.image = std::make_unique<uint64_t[]>(data_words + (code_bytes + 7) / 8);
    std::copy_n(original_.image.get(), data_words, variant_.image.get());
    variant_.sites = reinterpret_cast<SendSite*>(variant_.image.get());
    variant_.site_count = original_.site_count;
    for (size_t i = 0; i < original_.site_count; ++i) {
      auto* site = new (&variant_.sites[i]) SendSite;
      site->selector = original_.sites[i].selector;
      site->argument_count = original_.sites[i].argument_count;
      site->is_super = original_.sites[i].is_super;
    }
    variant_.code = reinterpret_cast<CodeUnit*>(variant_.image.get() + data_words);
    variant_.code_units = code_.size();
    std::memcpy(variant_.code, code_.data(), code_bytes);
  }

  // CheckHome, Pop2, ReturnNonLocal.
  static constexpr uint32_t kNonLocalUnits =
      LengthOf(Opcode::kCheckHome) + LengthOf(Opcode::kPop2) + LengthOf(Opcode::kReturnNonLocal);

  Method& original_;
  const CodeDescription& unit_;
  Method& variant_;
  Opcode next_;
  std::vector<CodeUnit> code_;
  std::vector<bool> is_target_;
  std::vector<uint32_t> new_offsets_;  // of the instruction at each offset of the original code
  std::vector<Jump> jumps_;
  uint32_t head_ = 0;
  uint32_t last_ = 0;  // offset of the instruction copied last
  Opcode last_opcode_ = Opcode::kSend;
  bool has_context_ = false;
};

std::unique_ptr<Method> MakeVariant(VM& vm, Method& original, LoopShape shape) {
  auto variant = std::make_unique<Method>();
  variant->is_loop_variant = true;
  variant->loop_shape = shape;
  variant->entry = vm.engine().enter_block;
  variant->frame_words = original.frame_words + 1;
  variant->argument_count = original.argument_count;
  variant->local_count = original.local_count;
  variant->copied_count = original.copied_count;
  variant->is_block = true;
  variant->returns_non_locally = original.returns_non_locally;
  variant->has_context_slot = original.has_context_slot;
  variant->trivial_constant = original.trivial_constant;
  variant->selector = original.selector;
  variant->holder = original.holder;
  variant->mirror = original.mirror;
  variant->home = original.home;
  variant->unit = original.unit;
  variant->class_side = original.class_side;
  VariantWriter(original, *variant, shape).Write();
  variant->restart_offset =
      static_cast<uint32_t>(AddressOf(*variant, original.restart_offset) - variant->code);
  if (vm.options().superinstructions) FuseMethod(*variant);
  return variant;
}

}  // namespace

Method& LoopVariantOf(VM& vm, Method& code, LoopShape shape) {
  std::unique_ptr<Method>& variant = code.loop_variants[static_cast<size_t>(shape)];
  if (variant == nullptr) variant = MakeVariant(vm, code, shape);
  return *variant;
}

CodeDescription DescribeVariant(const Method& variant) {
  const CodeDescription& ordinary = variant.unit_description();
  CodeDescription result = ordinary;
  result.argument_names.insert(result.argument_names.begin(), {"left", "closure"});
  result.code.assign(variant.code, variant.code + variant.code_units);
  for (CodeUnit* ip = result.code.data(); ip < result.code.data() + result.code.size();) {
    *ip = static_cast<CodeUnit>(BaseOpcode(static_cast<Opcode>(*ip)));
    if (static_cast<Opcode>(*ip) == Opcode::kNilSlots) ip[1] -= kFrameHeaderWords;
    ip += LengthOf(static_cast<Opcode>(*ip));
  }
  std::map<uint32_t, uint32_t> new_offsets;
  for (const auto& [here, there] : variant.ordinary_offsets) {
    new_offsets[there] = here;
    // Linked operands are addresses and frame slots; jumps go to where the variant's targets are.
    const std::optional<Instruction> original = DecodeAt(ordinary.code, there);
    if (!original.has_value() ||
        LengthOf(static_cast<Opcode>(result.code[here])) != original->length())
      continue;
    const uint32_t jump = JumpOperandUnit(original->format());
    for (uint32_t unit = 1; unit < original->length(); ++unit) {
      if (jump == 0 || unit < jump || unit > jump + 1)
        result.code[here + unit] = original->operands[unit - 1];
    }
  }
  new_offsets[static_cast<uint32_t>(ordinary.code.size())] =
      static_cast<uint32_t>(variant.code_units);
  for (PositionEntry& position : result.positions) {
    auto moved = new_offsets.find(position.code_offset);
    if (moved != new_offsets.end()) position.code_offset = moved->second;
  }
  for (InlinedRegion& region : result.inlined_regions) {
    region.begin = new_offsets.lower_bound(region.begin)->second;
    region.end = new_offsets.lower_bound(region.end)->second;
  }
  for (ContextAccessName& access : result.context_names)
    access.code_offset = new_offsets.lower_bound(access.code_offset)->second;
  return result;
}

uint32_t DescriptionOffset(const Method& method, const CodeUnit* ip) {
  const auto here = static_cast<uint32_t>(ip - method.code);
  if (!method.is_loop_variant) return here;
  auto after =
      std::upper_bound(method.ordinary_offsets.begin(), method.ordinary_offsets.end(), here,
                       [](uint32_t offset, const auto& entry) { return offset < entry.first; });
  // In front of the first is what starts an iteration.
  return after == method.ordinary_offsets.begin() ? 0 : std::prev(after)->second;
}

CodeUnit* AddressOf(const Method& method, uint32_t offset) {
  if (!method.is_loop_variant) return method.code + offset;
  auto entry = std::lower_bound(
      method.ordinary_offsets.begin(), method.ordinary_offsets.end(), offset,
      [](const auto& candidate, uint32_t wanted) { return candidate.second < wanted; });
  Check(entry != method.ordinary_offsets.end() && entry->second == offset,
        "no instruction starts there");
  return method.code + entry->first;
}

}  // namespace som
