// See linker.h.
#include "vm/linking/linker.h"

#include <cstring>
#include <map>
#include <new>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/bytecode.h"
#include "vm/code/frame.h"
#include "vm/code/send_site.h"
#include "vm/linking/peephole.h"
#include "vm/numbers/big_integer.h"
#include "vm/text/string_object.h"
#include "vm/vm.h"

namespace som {

namespace {

// A literal as an object that lives as long as the program.
Value MakeLiteral(VM& vm, const LiteralDescription& literal) {
  struct Maker {
    VM& vm;
    Value operator()(int64_t i) const {
      return Value::FitsInt(i) ? Value::Int(i) : OldIntegerFromDigits(vm.heap(), std::to_string(i));
    }
    Value operator()(const BigIntegerText& text) const {
      return OldIntegerFromDigits(vm.heap(), text.digits);
    }
    Value operator()(double d) const {
      Value v = Value::EncodeDouble(d);
      if (v.IsImmediateDouble() && vm.immediate_doubles()) return v;
      auto* boxed = static_cast<BoxedDouble*>(
          vm.heap().AllocateOld(kDoubleClass, Kind::kDouble, sizeof(BoxedDouble)));
      boxed->value = d;
      return Value::FromObject(boxed);
    }
    Value operator()(const StringText& text) const { return MakeOldString(vm.heap(), text.bytes); }
    Value operator()(const SymbolText& text) const {
      return vm.symbols().ValueOf(vm.symbols().Intern(text.bytes));
    }
    Value operator()(const ArrayStart& start) const {
      auto* array = static_cast<Array*>(
          vm.heap().AllocateOld(kArrayClass, Kind::kArray, ArrayBytes(start.element_count)));
      array->length = Value::Int(start.element_count);
      for (uint32_t i = 0; i < start.element_count; ++i) array->elements[i] = Nil();
      return Value::FromObject(array);
    }
    Value operator()(const LiteralArray& parts) const {
      struct Open {
        Array* array;
        int64_t filled;
      };
      std::vector<Open> open;
      Value whole = Nil();
      for (const LiteralDescription& part : parts) {
        const Value value = std::visit(*this, part.value);
        if (open.empty()) {
          whole = value;
        } else {
          open.back().array->elements[open.back().filled++] = value;
        }
        if (std::holds_alternative<ArrayStart>(part.value)) open.push_back({As<Array>(value), 0});
        while (!open.empty() && open.back().filled == open.back().array->Length()) open.pop_back();
      }
      return whole;
    }
  };
  return std::visit(Maker{vm}, literal.value);
}

constexpr size_t WordsFor(size_t bytes) { return (bytes + 7) / 8; }

// Lays out one unit.
class UnitLinker {
 public:
  UnitLinker(VM& vm, ClassInfo& holder, Method& method, const CodeDescription& unit)
      : vm_(vm), holder_(holder), method_(method), unit_(unit) {}

  void Link() {
    method_.argument_count = unit_.argument_count;
    method_.local_count = unit_.local_count;
    method_.copied_count = unit_.copied_count;
    method_.frame_words = kFrameHeaderWords + unit_.local_count + unit_.max_stack + 2U;
    method_.is_block = unit_.is_block;
    method_.is_home = unit_.is_home;
    method_.returns_non_locally = unit_.returns_non_locally;
    method_.restart_offset = unit_.prologue_units;
    AllocateImage();
    RewriteOperands();
  }

 private:
  void AllocateImage() {
    size_t site_words = WordsFor(unit_.sites.size() * sizeof(SendSite));
    size_t literal_words = unit_.literals.size();
    size_t global_words = unit_.globals.size();
    size_t block_words = unit_.blocks.size();
    size_t code_words = WordsFor(unit_.code.size() * sizeof(CodeUnit));
    method_.image = std::make_unique<uint64_t[]>(site_words + literal_words + global_words +
                                                 block_words + code_words);
    uint64_t* word = method_.image.get();
    method_.sites = reinterpret_cast<SendSite*>(word);
    method_.site_count = unit_.sites.size();
    for (size_t i = 0; i < unit_.sites.size(); ++i) {
      auto* site = new (&method_.sites[i]) SendSite;
      site->selector = vm_.symbols().Intern(unit_.sites[i].selector);
      site->argument_count = unit_.sites[i].argument_count;
      site->is_super = unit_.sites[i].is_super;
    }
    word += site_words;
    method_.literals = reinterpret_cast<Value*>(word);
    method_.literal_count = unit_.literals.size();
    for (size_t i = 0; i < unit_.literals.size(); ++i)
      method_.literals[i] = MakeLiteral(vm_, unit_.literals[i]);
    word += literal_words;
    globals_ = reinterpret_cast<GlobalCell**>(word);
    for (size_t i = 0; i < unit_.globals.size(); ++i)
      globals_[i] = vm_.CellOf(vm_.symbols().Intern(unit_.globals[i]));
    word += global_words;
    block_sites_ = reinterpret_cast<BlockSite**>(word);
    for (size_t i = 0; i < unit_.blocks.size(); ++i)
      block_sites_[i] = MakeBlockSite(unit_.blocks[i]);
    word += block_words;
    method_.code = reinterpret_cast<CodeUnit*>(word);
    method_.code_units = unit_.code.size();
    std::memcpy(method_.code, unit_.code.data(), unit_.code.size() * sizeof(CodeUnit));
  }

  BlockSite* MakeBlockSite(const BlockDescription& description) {
    auto site = std::make_unique<BlockSite>();
    const CodeDescription& target = method_.home->description->units[description.unit];
    site->code = method_.home->unit_methods[description.unit];
    site->clean = Value::Int(0);
    site->copied_count = target.copied_count;
    // A debugger wants to see self in all of them.
    site->is_clean = target.copied_count == 0 && !target.uses_self && !target.uses_outer_context &&
                     !target.returns_non_locally && !vm_.options().debug;
    for (int16_t slot : description.copied_slots) site->copied_slots.push_back(LinkSlot(slot));
    method_.blocks.push_back(std::move(site));
    return method_.blocks.back().get();
  }

  static int16_t LinkSlot(int16_t slot) {
    return slot < 0 ? slot : static_cast<int16_t>(slot + kFrameHeaderWords);
  }

  void RewriteOperands() {
    for (CodeUnit* ip = method_.code; ip < method_.code + method_.code_units;) {
      auto opcode = static_cast<Opcode>(*ip);
      switch (InfoOf(opcode).format) {
        case OperandFormat::kSlot:
        case OperandFormat::kSlots:
        case OperandFormat::kLoopBegin:
        case OperandFormat::kLoopNext:
          ip[1] = static_cast<CodeUnit>(LinkSlot(static_cast<int16_t>(ip[1])));
          break;
        case OperandFormat::kField:
          ip[1] = static_cast<CodeUnit>(ip[1] + holder_.FirstFieldWord());
          break;
        case OperandFormat::kLiteral:
          Point(ip, &method_.literals[ReadU32(ip + 1)]);
          break;
        case OperandFormat::kSite:
          Point(ip, &method_.sites[ReadU32(ip + 1)]);
          break;
        case OperandFormat::kGlobal:
          Point(ip, static_cast<const void*>(&globals_[ReadU32(ip + 1)]));
          break;
        case OperandFormat::kBlock:
          Point(ip, static_cast<const void*>(&block_sites_[ReadU32(ip + 1)]));
          break;
        default:
          break;
      }
      ip += LengthOf(opcode);
    }
  }

  static void Point(CodeUnit* ip, const void* datum) {
    auto distance = reinterpret_cast<const char*>(datum) - reinterpret_cast<const char*>(ip);
    WriteU32(ip + 1, static_cast<uint32_t>(static_cast<int32_t>(distance)));
  }

  VM& vm_;
  ClassInfo& holder_;
  Method& method_;
  const CodeDescription& unit_;
  GlobalCell** globals_ = nullptr;
  BlockSite** block_sites_ = nullptr;
};

// Methods that run without an activation. Decided on the emitted code, so that any spelling counts.
void ClassifyTrivial(const ClassInfo& holder, Method& method) {
  const CodeDescription& unit = method.unit_description();
  std::vector<Instruction> code;
  for (InstructionIterator it(unit.code); !it.done() && code.size() <= 4; it.Next())
    code.push_back(*it);
  auto is = [&code](size_t i, Opcode opcode) {
    return i < code.size() && code[i].opcode == opcode;
  };
  if (is(0, Opcode::kReturnSelf) || (is(0, Opcode::kPushSelf) && is(1, Opcode::kReturnLocal))) {
    method.kind = MethodKind::kReturnSelf;
  } else if (is(1, Opcode::kReturnLocal)) {
    switch (code[0].opcode) {
      case Opcode::kPushNil:
        method.trivial_constant = Nil();
        break;
      case Opcode::kPushTrue:
        method.trivial_constant = True();
        break;
      case Opcode::kPushFalse:
        method.trivial_constant = False();
        break;
      case Opcode::kPushInt:
        method.trivial_constant = Value::Int(code[0].SignedUnit(0));
        break;
      case Opcode::kPushLiteral:
        method.trivial_constant = method.literals[code[0].Index()];
        break;
      case Opcode::kPushField:
        if (method.argument_count != 0) return;
        method.kind = MethodKind::kGetter;
        method.trivial_word = code[0].Unit(0) + holder.FirstFieldWord();
        return;
      default:
        return;
    }
    method.kind = MethodKind::kReturnConstant;
  } else if (method.argument_count == 1 && is(0, Opcode::kPushSlot) &&
             code[0].SignedUnit(0) == -1 && is(1, Opcode::kPopField) &&
             is(2, Opcode::kReturnSelf)) {
    method.kind = MethodKind::kSetter;
    method.trivial_word = code[1].Unit(0) + holder.FirstFieldWord();
  }
}

}  // namespace

std::unique_ptr<Method> DeclareMethod(ClassInfo& holder, SymbolId selector, uint16_t argument_count,
                                      std::shared_ptr<const ParsedClass> parsed, bool class_side,
                                      size_t index_in_class) {
  auto home = std::make_unique<Method>();
  home->selector = selector;
  home->argument_count = argument_count;
  home->holder = &holder;
  home->home = home.get();
  home->mirror = Value::Int(0);
  home->trivial_constant = Nil();
  home->parsed = std::move(parsed);
  home->class_side = class_side;
  home->index_in_class = index_in_class;
  return home;
}

void LinkMethod(VM& vm, Method& home, std::shared_ptr<const MethodDescription> linked) {
  home.description = std::move(linked);
  const MethodDescription& description = *home.description;
  if (description.is_primitive) return;

  home.unit_methods.push_back(&home);
  for (size_t i = 1; i < description.units.size(); ++i) {
    auto unit = std::make_unique<Method>();
    unit->selector = home.selector;
    unit->holder = home.holder;
    unit->home = &home;
    unit->unit = static_cast<uint32_t>(i);
    unit->mirror = Value::Int(0);
    unit->trivial_constant = Nil();
    unit->class_side = home.class_side;
    home.unit_methods.push_back(unit.get());
    home.owned_units.push_back(std::move(unit));
  }
  for (size_t i = 0; i < description.units.size(); ++i) {
    Method& unit = *home.unit_methods[i];
    UnitLinker(vm, *home.holder, unit, description.units[i]).Link();
    if (unit.is_block && unit.argument_count <= 2)
      unit.closure_class = kBlock1Class + unit.argument_count;
    const CodeDescription& code = description.units[i];
    // Code without locals, contexts and closures is entered without touching those parts of its
    // frame.
    bool plain = !code.is_block && code.local_count == 0 && !code.is_home && code.blocks.empty();
    for (InstructionIterator it(code.code); plain && !it.done(); it.Next())
      plain = it->opcode != Opcode::kEnterContext;
    unit.has_context_slot = !plain;
  }
  if (!vm.options().debug) ClassifyTrivial(*home.holder, home);
}

}  // namespace som
