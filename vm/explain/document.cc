// See document.h.
#include "vm/explain/document.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/explain/page_template.h"
#include "vm/linking/peephole.h"

namespace som::explain {

namespace {

using Json = nlohmann::ordered_json;

// A list of what `describe` makes of each element.
template <typename List, typename F>
Json ListOf(const List& elements, F describe) {
  Json list = Json::array();
  for (const auto& element : elements) list.push_back(describe(element));
  return list;
}

Json JsonOfSpan(const SourceSpan& span) {
  return {span.line, span.column, span.end_line, span.end_column};
}

// By number: name, what it does, the bytecode it was made from, how many instructions it runs, its
// kind, and what the first of those instructions is by itself.
Json Opcodes() {
  Json opcodes = Json::array();
  for (size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    const char* kind = IsBase(opcode) ? "base" : IsQuickened(opcode) ? "quickened" : "fused";
    opcodes.push_back({NameOf(opcode), InfoOf(opcode).sentence,
                       static_cast<int>(BaseOpcode(opcode)), InstructionsOf(opcode), kind,
                       static_cast<int>(UnfusedOpcode(static_cast<CodeUnit>(i)))});
  }
  return opcodes;
}

Json JsonOfUnit(const RecordedUnit& unit) {
  return {
      {"title", unit.title},
      {"kind", unit.kind},
      {"source", unit.source},
      {"span", JsonOfSpan(unit.span)},
      {"home", JsonOfSpan(unit.home_span)},
      {"block", unit.is_block},
      {"arguments", unit.argument_count},
      {"names", unit.names},
      {"code", ListOf(unit.instructions,
                      [](const RecordedInstruction& i) {
                        return Json({i.offset, static_cast<int>(i.base), static_cast<int>(i.first),
                                     i.operands, i.is_target ? 1 : 0, i.span.line, i.span.column,
                                     i.span.end_line, i.span.end_column});
                      })},
      {"regions", ListOf(unit.regions, [](const InlinedRegion& region) {
         return Json({region.begin, region.end, region.selector});
       })}};
}

const char* NameOfKind(RecordedActivation::Kind kind) {
  switch (kind) {
    case RecordedActivation::Kind::kInterpreted:
      return "";
    case RecordedActivation::Kind::kOlder:
      return "older";
    case RecordedActivation::Kind::kCompiled:
      return "compiled";
    case RecordedActivation::Kind::kGoesOn:
      return "goes on";
  }
  return "";
}

const char* NameOfEnd(Recording::End end) {
  switch (end) {
    case Recording::End::kProgram:
      return "program";
    case Recording::End::kReturned:
      return "returned";
    case Recording::End::kLimit:
      return "limit";
  }
  return "";
}

// Lists of numbers one behind the other, for what there is one of in each step.
Json Steps(const Recording& recording) {
  Json activations = Json::array();
  Json instructions = Json::array();
  Json changes = Json::array();
  size_t next = 0;
  for (const RecordedStep& step : recording.steps) {
    activations.push_back(step.activation);
    instructions.push_back(step.instruction);
    changes.push_back(step.changes - next);
    for (; next < step.changes; ++next) {
      changes.push_back(recording.changes[next].word);
      changes.push_back(recording.changes[next].value);
    }
  }
  return {{"activations", std::move(activations)},
          {"instructions", std::move(instructions)},
          {"changes", std::move(changes)}};
}

Json ObjectChanges(const Recording& recording) {
  return ListOf(recording.object_changes, [](const ObjectChange& change) {
    Json list = {change.step, change.object};
    for (const auto& [index, value] : change.values) {
      list.push_back(index);
      list.push_back(value);
    }
    return list;
  });
}

Json SiteChanges(const Recording& recording) {
  return ListOf(recording.site_changes, [](const SiteChange& change) {
    Json list = {change.step, change.unit, change.instruction, static_cast<int>(change.state),
                 change.misses, change.is_first ? 1 : 0};
    for (const auto& [class_name, method] : change.entries) {
      list.push_back(class_name);
      list.push_back(method);
    }
    return list;
  });
}

}  // namespace

std::string JsonOf(const Recording& recording) {
  const Json json = {
      {"title", recording.title},
      {"end", NameOfEnd(recording.end)},
      {"status", recording.status.has_value() ? Json(*recording.status) : Json(nullptr)},
      {"tier", recording.has_tier},
      {"opcodes", Opcodes()},
      {"names", recording.names},
      {"atoms", ListOf(recording.atoms,
                       [](const RecordedAtom& atom) {
                         return Json({atom.text, atom.class_name});
                       })},
      {"sources", ListOf(recording.sources,
                         [](const RecordedSource& source) {
                           return Json({{"path", source.path},
                                        {"text", source.text},
                                        {"own", source.is_own}});
                         })},
      {"units", ListOf(recording.units, JsonOfUnit)},
      {"fields", recording.field_names},
      {"activations", ListOf(recording.activations,
                             [](const RecordedActivation& activation) {
                               return Json({activation.unit, activation.parent, activation.step,
                                            NameOfKind(activation.kind), activation.inlined});
                             })},
      {"steps", Steps(recording)},
      {"opcodeChanges", ListOf(recording.opcode_changes,
                               [](const OpcodeChange& change) {
                                 return Json({change.step, change.unit, change.instruction,
                                              static_cast<int>(change.opcode)});
                               })},
      {"siteChanges", SiteChanges(recording)},
      {"objects", ListOf(recording.objects,
                         [](const RecordedObject& object) {
                           return Json({KindName(object.kind), object.class_name, object.detail,
                                        object.home, object.text});
                         })},
      {"objectChanges", ObjectChanges(recording)},
      {"contextNames", ListOf(recording.context_names,
                              [](const ContextName& name) {
                                return Json({name.object, name.index, name.name});
                              })},
      {"output", ListOf(recording.output,
                        [](const RecordedOutput& output) {
                          return Json({output.step, output.is_error ? 1 : 0, output.text});
                        })},
      {"tierEvents", ListOf(recording.tier_events, [](const TierEvent& event) {
         return Json({event.step, event.kind, event.text, event.lines});
       })}};
  // Texts of programs and their output need not be UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string PageOf(const Recording& recording) {
  std::string page;
  for (const std::string_view piece : PageBeforeData()) page += piece;
  // A script ends at the first `</script`, whatever that is part of.
  for (const char c : JsonOf(recording)) {
    if (c == '<') {
      page += "\\u003c";
    } else {
      page += c;
    }
  }
  for (const std::string_view piece : PageBehindData()) page += piece;
  return page;
}

}  // namespace som::explain
