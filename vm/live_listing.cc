// See live_listing.h.
#include "vm/live_listing.h"

#include <string_view>
#include <vector>

#include "compiler/bytecode.h"
#include "compiler/concat.h"
#include "compiler/disassembler.h"
#include "vm/class_loader.h"
#include "vm/handler_support.h"
#include "vm/output.h"
#include "vm/peephole.h"
#include "vm/stack_trace.h"
#include "vm/universe.h"
#include "vm/vm.h"

namespace som {

namespace {

std::vector<std::string> FieldNames(VM& vm, const ClassInfo& info) {
  std::vector<std::string> names;
  names.reserve(info.fields.size());
  for (SymbolId field : info.fields) names.emplace_back(vm.symbols().NameOf(field));
  return names;
}

std::string_view StateName(CacheState state) {
  constexpr std::string_view kNames[] = {"empty", "mono", "poly", "mega"};
  return kNames[static_cast<size_t>(state)];
}

// What the send at `ip` has seen.
std::string SiteAnnotation(VM& vm, const SendSite& site) {
  if (site.state == CacheState::kEmpty && site.misses == 0) return "";
  std::string text = Concat(StateName(site.state), ", hits ",
                            site.hits_monomorphic + site.hits_polymorphic + site.hits_megamorphic,
                            ", misses ", site.misses);
  if (site.state == CacheState::kMonomorphic) {
    text += Concat(" ", vm.symbols().NameOf(vm.classes().At(site.class_index)->name));
  } else if (site.state == CacheState::kPolymorphic) {
    for (int i = 0; i < site.entry_count; ++i) {
      text += Concat(" ", vm.symbols().NameOf(vm.classes().At(site.entries[i].class_index)->name));
    }
  }
  return text;
}

std::string ListMethod(VM& vm, const ClassInfo& info, Method& method, bool live) {
  LiveListing listing;
  std::string title = std::string(vm.symbols().NameOf(info.name));
  // The linked code has other operands: its opcodes are laid over the emitted ones.
  std::vector<std::vector<uint16_t>> overlays(method.unit_methods.size());
  if (live) {
    for (size_t unit = 0; unit < method.unit_methods.size(); ++unit) {
      const Method& record = *method.unit_methods[unit];
      overlays[unit] = record.unit_description().code;
      for (size_t i = 0; i < overlays[unit].size();
           i += LengthOf(BaseOpcode(static_cast<Opcode>(record.code[i])))) {
        overlays[unit][i] = record.code[i];
      }
    }
    listing.code = [&overlays](uint32_t unit) { return absl::MakeConstSpan(overlays[unit]); };
    listing.annotation = [&vm, &method](uint32_t unit, uint32_t offset) -> std::string {
      Method& record = *method.unit_methods[unit];
      CodeUnit* ip = record.code + offset;
      auto current = static_cast<Opcode>(*ip);
      std::string text;
      if (current != BaseOpcode(current)) text = Concat("was ", NameOf(BaseOpcode(current)));
      if (offset == 0) text += Concat(text.empty() ? "" : "; ", "activations ", record.activations);
      Opcode base = BaseOpcode(current);
      if (base == Opcode::kSend || base == Opcode::kSuperSend) {
        std::string site = SiteAnnotation(vm, *InstructionData<SendSite>(ip));
        if (!site.empty()) text += Concat(text.empty() ? "" : "; ", site);
      }
      return text;
    };
  }
  return DisassembleMethod(*method.description, title, FieldNames(vm, info), listing);
}

}  // namespace

int ListClass(VM& vm, const std::string& class_name) {
  if (!vm.loader().LoadSystemClasses()) return kExitFailure;
  Value loaded = vm.loader().Load(vm.symbols().Intern(class_name));
  if (loaded.IsUnwind()) return kExitFailure;
  if (!IsKind(loaded, Kind::kClass)) {
    WriteError(Concat("Class '", class_name, "' could not be found.\n"));
    return kExitFailure;
  }
  const ClassInfo& info = *As<ClassObject>(loaded)->info;
  for (const ClassInfo* side : {&info, static_cast<const ClassInfo*>(info.metaclass)}) {
    for (const auto& method : side->methods) WriteOut(ListMethod(vm, *side, *method, false));
  }
  return kExitSuccess;
}

void ListLoadedClasses(VM& vm) {
  for (uint32_t i = 1; i < vm.classes().size(); ++i) {
    const ClassInfo& info = *vm.classes().At(i);
    for (const auto& method : info.methods) {
      bool ran = false;
      for (const Method* unit : method->unit_methods) ran = ran || unit->activations > 0;
      if (ran) WriteOut(ListMethod(vm, info, *method, true));
    }
  }
}

}  // namespace som
