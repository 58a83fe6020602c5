// See live_listing.h.
#include "vm/observation/live_listing.h"

#include <string_view>
#include <vector>

#include "compiler/bytecode.h"
#include "compiler/concat.h"
#include "compiler/disassembler.h"
#include "vm/interpreter/handler_support.h"
#include "vm/linking/loop_variant.h"
#include "vm/linking/peephole.h"
#include "vm/loading/class_loader.h"
#include "vm/loading/universe.h"
#include "vm/observation/stack_trace.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

namespace {

// What the send at `ip` has seen.
std::string SiteAnnotation(VM& vm, const SendSite& site) {
  if (site.state == CacheState::kEmpty && site.misses == 0) return "";
  std::string text = Concat(NameOf(site.state), ", hits ",
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

// What became of the instruction at `ip`, and what it has seen.
std::string Annotation(VM& vm, const Method& code, CodeUnit* ip) {
  const auto current = static_cast<Opcode>(*ip);
  const Opcode base = BaseOpcode(current);
  std::string text;
  const auto append = [&text](const std::string& note) {
    if (note.empty()) return;
    if (!text.empty()) text += "; ";
    text += note;
  };
  if (current != base) append(Concat("was ", NameOf(base)));
  if (ip == code.code) append(Concat("activations ", code.activations));
  if (base == Opcode::kSend || base == Opcode::kSuperSend)
    append(SiteAnnotation(vm, *InstructionData<SendSite>(ip)));
  return text;
}

// The description's code with the opcodes of the linked code laid over it, whose operands are
// others.
std::vector<uint16_t> Overlay(const Method& code, const CodeDescription& description) {
  std::vector<uint16_t> overlay = description.code;
  for (size_t i = 0; i < overlay.size();
       i += LengthOf(BaseOpcode(static_cast<Opcode>(code.code[i])))) {
    overlay[i] = code.code[i];
  }
  return overlay;
}

std::string ListVariant(VM& vm, const Method& variant, const std::string& title,
                        const std::vector<std::string>& field_names) {
  constexpr std::string_view kShapes[] = {"repetitions", "counts", "elements"};
  const CodeDescription description = DescribeVariant(variant);
  const std::vector<uint16_t> overlay = Overlay(variant, description);
  LiveListing listing;
  listing.code = [&overlay](uint32_t) { return absl::MakeConstSpan(overlay); };
  listing.annotation = [&vm, &variant](uint32_t, uint32_t offset) {
    return Annotation(vm, variant, variant.code + offset);
  };
  return Concat("  loop variant of block ", variant.unit, " of ", title, " for ",
                kShapes[static_cast<size_t>(variant.loop_shape)], "\n",
                DisassembleUnit(description, field_names, listing));
}

std::string ListLiveMethod(VM& vm, const ClassInfo& info, Method& method) {
  const std::string holder(vm.symbols().NameOf(info.name));
  const std::vector<std::string> field_names = FieldNames(vm, info);
  std::vector<std::vector<uint16_t>> overlays;
  overlays.reserve(method.unit_methods.size());
  for (const Method* unit : method.unit_methods)
    overlays.push_back(Overlay(*unit, unit->unit_description()));
  LiveListing listing;
  listing.code = [&overlays](uint32_t unit) { return absl::MakeConstSpan(overlays[unit]); };
  listing.annotation = [&vm, &method](uint32_t unit, uint32_t offset) {
    const Method& code = *method.unit_methods[unit];
    return Annotation(vm, code, code.code + offset);
  };
  std::string text = DisassembleMethod(*method.description, holder, field_names, listing);
  for (const Method* unit : method.unit_methods) {
    for (const auto& variant : unit->loop_variants) {
      if (variant == nullptr) continue;
      text += ListVariant(vm, *variant, Concat(holder, ">>#", method.description->selector),
                          field_names);
    }
  }
  return text;
}

// Whether any of the method's code was activated.
bool HasRun(const Method& method) {
  for (const Method* unit : method.unit_methods) {
    if (unit->activations > 0) return true;
    for (const auto& variant : unit->loop_variants) {
      if (variant != nullptr && variant->activations > 0) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> FieldNames(VM& vm, const ClassInfo& info) {
  std::vector<std::string> names;
  names.reserve(info.fields.size());
  for (SymbolId field : info.fields) names.emplace_back(vm.symbols().NameOf(field));
  return names;
}

std::string ListMethod(VM& vm, Method& method) {
  const ClassInfo& holder = *method.holder;
  vm.loader().CompileMethod(method);
  return DisassembleMethod(*method.description, std::string(vm.symbols().NameOf(holder.name)),
                           FieldNames(vm, holder));
}

std::string ListMethods(VM& vm, const ClassInfo& info) {
  std::string text;
  for (const auto& method : info.methods) text += ListMethod(vm, *method);
  if (!info.IsMetaclass()) text += ListMethods(vm, *info.metaclass);
  return text;
}

int ListClass(VM& vm, const std::string& class_name) {
  if (!vm.loader().LoadSystemClasses()) return kExitFailure;
  Value loaded = vm.loader().Load(vm.symbols().Intern(class_name));
  if (loaded.IsUnwind()) return kExitFailure;
  if (!IsKind(loaded, Kind::kClass)) {
    WriteError(Concat("Class '", class_name, "' could not be found.\n"));
    return kExitFailure;
  }
  WriteOut(ListMethods(vm, *As<ClassObject>(loaded)->info));
  return kExitSuccess;
}

void ListLoadedClasses(VM& vm) {
  for (uint32_t i = 1; i < vm.classes().size(); ++i) {
    const ClassInfo& info = *vm.classes().At(i);
    for (const auto& method : info.methods) {
      if (HasRun(*method)) WriteOut(ListLiveMethod(vm, info, *method));
    }
  }
}

}  // namespace som
