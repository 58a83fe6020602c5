// See compile_page.h.
#include "vm/jit/compile_page.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "vm/jit/page_template.h"

namespace som::jit {

namespace {

using Json = nlohmann::ordered_json;

Json JsonOf(const SourceSpan& span) {
  return {span.line, span.column, span.end_line, span.end_column};
}

Json JsonOf(const RecordedOperand& operand) {
  return std::visit([](const auto& value) { return Json(value); }, operand);
}

Json JsonOf(const std::vector<RecordedOperand>& operands) {
  Json list = Json::array();
  for (const RecordedOperand& operand : operands) list.push_back(JsonOf(operand));
  return list;
}

template <typename T>
Json JsonOf(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json(nullptr);
}

// A list of what `describe` makes of each element.
template <typename List, typename F>
Json ListOf(const List& elements, F describe) {
  Json list = Json::array();
  for (const auto& element : elements) list.push_back(describe(element));
  return list;
}

// --- What all compiles share ---------------------------------------------------------------------

Json Operations() {
  Json operations = Json::object();
  auto add = [&operations](const IrOpInfo& info) {
    operations[std::string(info.name)] = {{"sentence", info.sentence},
                                          {"exits", (info.effects & ir_effect::kExits) != 0}};
  };
#define SOM_IR_OP(name, result, type, inputs, needs, effects, sentence) add(InfoOf(IrOp::k##name));
#include "vm/jit/ir.def"
  return operations;
}

Json Steps() {
  Json steps = Json::object();
  steps["building"] = "from bytecodes and what send sites have seen, callees built in";
#define SOM_JIT_PASS(function, name, sentence) steps[name] = sentence;
#include "vm/jit/passes.def"
  steps["ordering"] = "blocks in the order of the code";
  steps["registers"] = "where each value is";
  steps["code"] = "machine code beneath the operation that it comes from";
  return steps;
}

Json JsonOf(const RecordedMethod& method) {
  return {{"title", method.title},
          {"source", JsonOf(method.source)},
          {"span", JsonOf(method.span)},
          {"block", method.is_block},
          {"units", method.units},
          {"words", method.words},
          {"code", ListOf(method.instructions, [](const RecordedInstruction& i) {
             return Json{{"at", i.offset},
                         {"name", i.name},
                         {"operands", i.operands},
                         {"target", i.is_target},
                         {"span", JsonOf(i.span)}};
           })}};
}

Json JsonOf(const RecordedSource& source) {
  return {{"path", source.path}, {"line", source.first_line}, {"lines", source.lines}};
}

// --- One compile ---------------------------------------------------------------------------------

Json JsonOf(const RecordedVersion& version) {
  Json json = {{"op", InfoOf(version.op).name}, {"inputs", JsonOf(version.inputs)}};
  if (!version.detail.empty()) json["detail"] = version.detail;
  if (!version.type.empty()) json["type"] = version.type;
  if (version.guard.has_value()) json["guard"] = *version.guard;
  if (version.state.has_value()) json["state"] = *version.state;
  return json;
}

Json JsonOf(const RecordedNode& node) {
  if (node.versions.empty()) return nullptr;  // a constant, or never in a block
  Json json = Json::object();
  if (node.activation.has_value()) json["from"] = {*node.activation, node.offset};
  json["versions"] =
      ListOf(node.versions, [](const RecordedVersion& version) { return JsonOf(version); });
  if (!node.inputs.empty()) json["in"] = node.inputs;
  if (!node.result.empty()) json["out"] = node.result;
  if (!node.moves.empty()) json["moves"] = node.moves;
  return json;
}

Json JsonOf(const RecordedState& state) {
  Json json = {{"frames", ListOf(state.activations, [](const RecordedActivationState& activation) {
                  Json frame = {{"method", activation.method}, {"at", activation.offset}};
                  if (activation.has_home_id) frame["home"] = true;
                  frame["values"] = JsonOf(activation.values);
                  return frame;
                })}};
  if (!state.virtuals.empty()) {
    json["objects"] = ListOf(state.virtuals, [](const RecordedVirtual& object) {
      return Json{{"name", object.name},
                  {"op", InfoOf(object.kind).name},
                  {"detail", object.detail},
                  {"fields", JsonOf(object.fields)}};
    });
  }
  return json;
}

Json JsonOf(const RecordedBlock& block) {
  Json json = {{"id", block.id}};
  if (block.is_loop_header) json["loop"] = true;
  if (block.is_cold) json["cold"] = true;
  if (block.loop_depth != 0) json["depth"] = block.loop_depth;
  json["from"] = block.predecessors;
  json["to"] = block.successors;
  json["nodes"] = block.nodes;
  return json;
}

// Most passes leave most blocks alone: one that is the same as behind the step before is written as
// its number there.
Json JsonOf(const std::vector<RecordedStage>& stages) {
  Json list = Json::array();
  const RecordedStage* previous = nullptr;
  for (const RecordedStage& stage : stages) {
    Json blocks = Json::array();
    for (size_t i = 0; i < stage.blocks.size(); ++i) {
      const RecordedBlock& block = stage.blocks[i];
      const bool is_same =
          previous != nullptr && i < previous->blocks.size() && previous->blocks[i] == block;
      blocks.push_back(is_same ? Json(i) : JsonOf(block));
    }
    list.push_back({{"name", stage.name}, {"blocks", std::move(blocks)}});
    previous = &stage;
  }
  return list;
}

std::string_view NameOf(ListingPart::Kind kind) {
  switch (kind) {
    case ListingPart::Kind::kPrologue:
      return "prologue";
    case ListingPart::Kind::kBlock:
      return "block";
    case ListingPart::Kind::kNode:
      return "node";
    case ListingPart::Kind::kEpilogue:
      return "epilogue";
    case ListingPart::Kind::kOutline:
      return "outline";
    case ListingPart::Kind::kRest:
      return "rest";
  }
  __builtin_unreachable();
}

Json JsonOf(const RecordedCode& code) {
  Json json = {
      {"part", NameOf(code.part.kind)}, {"id", code.part.id}, {"at", code.part.code_offset}};
  if (!code.moves.empty()) json["moves"] = code.moves;
  json["lines"] = code.lines;
  return json;
}

Json JsonOf(const RecordedExit& exit) {
  return {{"node", exit.state->node},
          {"reason", InfoOf(exit.state->reason).name},
          {"safepoint", exit.state->is_safepoint},
          {"count", exit.state->count},
          {"frames", exit.activations}};
}

Json JsonOf(const CompileRecord& compile) {
  Json json = {{"method", compile.method()},
               {"loop", compile.loop_entry() < 0 ? Json(nullptr) : Json(compile.loop_entry())},
               {"serial", compile.serial()},
               {"rounds", compile.rounds()}};
  if (!compile.given_up().empty()) json["given_up"] = compile.given_up();
  if (!compile.invalidated().empty()) json["invalidated"] = compile.invalidated();
  json["bytes"] = compile.code() == nullptr ? 0 : compile.code()->size;
  json["frame_words"] = compile.code() == nullptr ? 0 : compile.code()->extent_words;
  json["spill_words"] = compile.slot_words();
  json["times"] =
      ListOf(compile.times(), [](const auto& step) { return Json{step.first, step.second}; });
  json["activations"] = ListOf(compile.activations(), [](const RecordedActivation& activation) {
    return Json{{"method", activation.method},
                {"caller", JsonOf(activation.caller)},
                {"at", activation.offset}};
  });
  json["decisions"] = ListOf(compile.decisions(), [](const RecordedDecision& decision) {
    return Json{{"activation", decision.activation},
                {"at", decision.offset},
                {"method", decision.method},
                {"inlined", decision.is_inlined},
                {"reason", decision.reason}};
  });
  json["failures"] = ListOf(compile.failures(), [](const RecordedFailure& failure) {
    return Json{{"method", failure.method}, {"at", failure.offset}, {"count", failure.count}};
  });
  auto describe = [](const auto& element) { return JsonOf(element); };
  json["nodes"] = ListOf(compile.nodes(), describe);
  json["states"] = ListOf(compile.states(), describe);
  json["stages"] = JsonOf(compile.stages());
  json["code"] = ListOf(compile.listing(), describe);
  json["exits"] = ListOf(compile.exits(), describe);
  return json;
}

// JSON that may stand in a script: one ends at the first `</script`, whatever that is part of.
std::string InScript(const std::string& json) {
  std::string result;
  result.reserve(json.size() + json.size() / 16);
  for (const char c : json) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string JsonOf(const CompileRecords& records) {
  auto describe = [](const auto& element) { return JsonOf(element); };
  const Json json = {{"format", 1},
                     {"operations", Operations()},
                     {"steps", Steps()},
                     {"sources", ListOf(records.sources(), describe)},
                     {"methods", ListOf(records.methods(), describe)},
                     {"compiles", ListOf(records.compiles(), describe)}};
  // Texts of programs may end in the middle of a character where they are cut.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string PageOf(const CompileRecords& records) {
  std::string page;
  for (std::string_view piece : PageBeforeData()) page += piece;
  page += InScript(JsonOf(records));
  for (std::string_view piece : PageBehindData()) page += piece;
  return page;
}

}  // namespace som::jit
