// See code_watch.h.
#include "vm/explain/code_watch.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "compiler/concat.h"
#include "compiler/disassembler.h"
#include "vm/code/class_table.h"
#include "vm/interpreter/handler_support.h"
#include "vm/linking/loop_variant.h"
#include "vm/linking/peephole.h"
#include "vm/observation/live_listing.h"
#include "vm/observation/stack_trace.h"
#include "vm/vm.h"

namespace som::explain {

namespace {

std::string_view DirectoryOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "." : path.substr(0, slash);
}

std::string KindOf(const Method& method) {
  if (!method.is_block) return "method";
  if (!method.is_loop_variant) return "block";
  switch (method.loop_shape) {
    case LoopShape::kRepeat:
      return "block, all rounds of timesRepeat: in one activation";
    case LoopShape::kCount:
      return "block, all rounds of a counting loop in one activation";
    case LoopShape::kElements:
      return "block, all rounds of do: in one activation";
  }
  return "block";
}

}  // namespace

CodeWatch::CodeWatch(VM& vm, Recording& recording, NameTable& names, std::string program)
    : vm_(vm), recording_(recording), names_(names), program_(std::move(program)) {}

int32_t CodeWatch::UnitOf(const Method& method) {
  const auto [it, is_new] =
      units_.try_emplace(&method, static_cast<int32_t>(seen_.size()));
  const int32_t number = it->second;
  if (!is_new) return number;

  const CodeDescription description =
      method.is_loop_variant ? DescribeVariant(method) : method.unit_description();
  RecordedUnit unit;
  unit.title = MethodTitle(vm_, method);
  unit.kind = KindOf(method);
  unit.source = SourceOf(*method.home->parsed);
  unit.span = method.unit_description().span;
  unit.home_span = method.home->description->span;
  unit.is_block = method.is_block;
  unit.argument_count = method.argument_count;
  // Those of the loop's own that a version of a closure has in front are left out.
  unit.names.assign(description.argument_names.end() - method.argument_count,
                    description.argument_names.end());
  unit.names.insert(unit.names.end(), description.local_names.begin(),
                    description.local_names.end());
  unit.names.resize(size_t{method.argument_count} + method.local_count);
  unit.regions = description.inlined_regions;

  Seen seen;
  seen.method = &method;
  seen.instructions.assign(method.code_units, -1);
  const std::vector<ListedInstruction> listed =
      ListInstructions(description, FieldNames(vm_, *method.holder));
  unit.instructions.reserve(listed.size());
  for (const ListedInstruction& instruction : listed) {
    const CodeUnit* ip = method.code + instruction.offset;
    const auto opcode = static_cast<Opcode>(*ip);
    seen.instructions[instruction.offset] = static_cast<int32_t>(unit.instructions.size());
    seen.opcodes.push_back(*ip);
    unit.instructions.push_back({instruction.offset, BaseOpcode(opcode), opcode,
                                 instruction.operands, instruction.is_target,
                                 PositionOf(method, ip)});
  }
  seen.sites.resize(listed.size());
  recording_.units.push_back(std::move(unit));
  seen_.push_back(std::move(seen));
  for (size_t i = 0; i < listed.size(); ++i) CheckSite(number, static_cast<int32_t>(i), true);
  return number;
}

int32_t CodeWatch::SourceOf(const ParsedClass& parsed) {
  const auto [it, is_new] =
      sources_.try_emplace(&parsed, static_cast<int32_t>(recording_.sources.size()));
  if (is_new) recording_.sources.push_back({parsed.path(), parsed.text(), IsOwn(parsed)});
  return it->second;
}

// The program's class, and all that is not in the library's own directory.
bool CodeWatch::IsOwn(const ParsedClass& parsed) const {
  return parsed.name() == program_ ||
         DirectoryOf(parsed.path()) !=
             DirectoryOf(vm_.classes().At(kObjectClass)->parsed->path());
}

int32_t CodeWatch::InstructionAt(int32_t unit, const Method& method, const CodeUnit* ip) const {
  return seen_[static_cast<size_t>(unit)].instructions[static_cast<size_t>(ip - method.code)];
}

void CodeWatch::CheckOpcode(int32_t unit, int32_t instruction, const CodeUnit* ip) {
  if (seen_[static_cast<size_t>(unit)].opcodes[static_cast<size_t>(instruction)] == *ip) return;
  CheckOpcodes(unit);
  // Caches may have been emptied with it.
  const size_t count = seen_[static_cast<size_t>(unit)].opcodes.size();
  for (size_t i = 0; i < count; ++i) CheckSite(unit, static_cast<int32_t>(i));
}

void CodeWatch::CheckOpcodes(int32_t unit) {
  Seen& seen = seen_[static_cast<size_t>(unit)];
  const std::vector<RecordedInstruction>& instructions =
      recording_.units[static_cast<size_t>(unit)].instructions;
  for (size_t i = 0; i < instructions.size(); ++i) {
    const CodeUnit opcode = seen.method->code[instructions[i].offset];
    if (seen.opcodes[i] == opcode) continue;
    seen.opcodes[i] = opcode;
    recording_.opcode_changes.push_back(
        {recording_.Now(), unit, static_cast<int32_t>(i), static_cast<Opcode>(opcode)});
  }
}

void CodeWatch::CheckSites(int32_t unit, int32_t instruction, Opcode opcode) {
  const int32_t end = EndOf(unit, instruction, opcode);
  for (int32_t i = instruction; i < end; ++i) CheckSite(unit, i);
}

const Method* CodeWatch::CalleeAt(int32_t unit, int32_t instruction, Opcode opcode) const {
  const Method* callee = nullptr;
  const int32_t end = EndOf(unit, instruction, opcode);
  for (int32_t i = instruction; i < end; ++i) {
    const SendSite* site = SiteAt(unit, i);
    if (site == nullptr) continue;
    const bool is_sure = site->state == CacheState::kMonomorphic || site->is_super;
    callee = is_sure ? site->method : nullptr;
  }
  return callee;
}

int32_t CodeWatch::EndOf(int32_t unit, int32_t instruction, Opcode opcode) const {
  return std::min(instruction + static_cast<int32_t>(InstructionsOf(opcode)),
                  static_cast<int32_t>(seen_[static_cast<size_t>(unit)].opcodes.size()));
}

const SendSite* CodeWatch::SiteAt(int32_t unit, int32_t instruction) const {
  const RecordedInstruction& recorded = recording_.units[static_cast<size_t>(unit)]
                                            .instructions[static_cast<size_t>(instruction)];
  if (recorded.base != Opcode::kSend && recorded.base != Opcode::kSuperSend) return nullptr;
  return InstructionData<SendSite>(seen_[static_cast<size_t>(unit)].method->code +
                                   recorded.offset);
}

void CodeWatch::CheckSite(int32_t unit, int32_t instruction, bool is_first) {
  Seen& seen = seen_[static_cast<size_t>(unit)];
  const auto index = static_cast<size_t>(instruction);
  const SendSite* found = SiteAt(unit, instruction);
  if (found == nullptr) return;
  const SendSite& site = *found;
  const SeenSite now{site.state, site.misses, site.entry_count, site.method, site.class_index};
  if (now == seen.sites[index]) return;
  seen.sites[index] = now;
  SiteChange change{recording_.Now(), unit, instruction, site.state, site.misses,
                    is_first,         {}};
  const auto add = [&](uint32_t class_index, const Method* method) {
    if (method == nullptr) return;
    // A super send is bound to a method, whatever the class of self.
    const std::string_view class_name =
        site.is_super ? "super" : vm_.symbols().NameOf(vm_.classes().At(class_index)->name);
    change.entries.emplace_back(names_.NumberOf(class_name),
                                names_.NumberOf(MethodTitle(vm_, *method)));
  };
  if (site.state == CacheState::kPolymorphic) {
    for (int i = 0; i < site.entry_count; ++i)
      add(site.entries[i].class_index, site.entries[i].method);
  } else if (site.state == CacheState::kMonomorphic || site.is_super) {
    add(site.class_index, site.method);
  }
  recording_.site_changes.push_back(std::move(change));
}

}  // namespace som::explain
