// See compile_record.h.
#include "vm/jit/compile_record.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/disassembler.h"
#include "vm/code/class_table.h"
#include "vm/code/send_site.h"
#include "vm/jit/graph_text.h"
#include "vm/jit/x64/abi.h"
#include "vm/observation/live_listing.h"
#include "vm/observation/stack_trace.h"
#include "vm/observation/value_text.h"
#include "vm/vm.h"

namespace som::jit {

namespace {

// The names of a frame's words in the order of FrameState::values.
std::vector<std::string> WordNames(const CodeDescription& unit) {
  std::vector<std::string> names = {"receiver"};
  names.insert(names.end(), unit.argument_names.begin(), unit.argument_names.end());
  names.insert(names.end(), {"self", "context"});
  names.insert(names.end(), unit.local_names.begin(), unit.local_names.end());
  return names;
}

// Splits the text of one part at the line that names the operation.
RecordedCode PartOf(const ListingPart& part, std::string_view text) {
  RecordedCode result;
  result.part = part;
  const std::string title = absl::StrCat("v", part.id, " = ");
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) continue;
    if (part.kind == ListingPart::Kind::kNode && line.starts_with(title)) {
      result.moves = std::move(result.lines);
      result.lines.clear();
    } else {
      result.lines.emplace_back(line);
    }
  }
  return result;
}

}  // namespace

// --- One compile ---------------------------------------------------------------------------------

CompileRecord::CompileRecord(CompileRecords& records, Method& method, int64_t loop_entry,
                             uint32_t serial)
    : records_(records),
      method_(records.MethodNumber(method)),
      loop_entry_(loop_entry),
      serial_(serial),
      resumed_(Clock::now()) {}

void CompileRecord::RoundBegun(const Method& method) {
  ++rounds_;
  nodes_.clear();
  decisions_.clear();
  failures_.clear();
  activations_.assign(1, {records_.MethodNumber(method), std::nullopt, 0});
}

RecordedNode& CompileRecord::NodeAt(uint32_t id) {
  if (id >= nodes_.size()) nodes_.resize(id + 1);
  return nodes_[id];
}

void CompileRecord::NodeMade(uint32_t node, uint32_t activation, uint32_t offset) {
  RecordedNode& made = NodeAt(node);
  made.activation = activation;
  made.offset = offset;
}

void CompileRecord::SendDecided(uint32_t activation, uint32_t offset, const Method& target,
                                const std::string& against, const std::string& in_favour) {
  decisions_.push_back({activation, offset, records_.MethodNumber(target), against.empty(),
                        against.empty() ? in_favour : against});
}

void CompileRecord::ActivationInlined(uint32_t caller, uint32_t offset, const Method& target) {
  activations_.push_back({records_.MethodNumber(target), caller, offset});
}

void CompileRecord::FailureKnown(const Method& method, uint32_t offset, uint32_t count) {
  const RecordedFailure failure{records_.MethodNumber(method), offset, count};
  if (std::find(failures_.begin(), failures_.end(), failure) == failures_.end())
    failures_.push_back(failure);
}

void CompileRecord::Lap(std::string_view step) {
  const auto now = Clock::now();
  times_.emplace_back(step,
                      std::chrono::duration_cast<std::chrono::nanoseconds>(now - resumed_).count());
}

void CompileRecord::StepDone(std::string_view name, const Graph& graph) {
  Lap(name);
  RecordedStage& stage = stages_.emplace_back();
  stage.name = name;
  stage.blocks.reserve(graph.blocks().size());
  for (const Block* block : graph.blocks()) stage.blocks.push_back(BlockOf(*block));
  resumed_ = Clock::now();
}

RecordedBlock CompileRecord::BlockOf(const Block& block) {
  RecordedBlock result;
  result.id = block.id;
  result.is_loop_header = block.is_loop_header;
  result.is_cold = block.is_cold;
  result.loop_depth = block.loop_depth;
  for (const Block* other : block.predecessors) result.predecessors.push_back(other->id);
  for (const Block* other : block.successors) result.successors.push_back(other->id);
  result.nodes.reserve(block.phis.size() + block.nodes.size());
  for (const std::vector<Node*>* nodes : {&block.phis, &block.nodes}) {
    for (const Node* node : *nodes) {
      if (!node->IsAnyConstant()) result.nodes.emplace_back(node->id, VersionOf(*node));
    }
  }
  return result;
}

// The number of the node's version as it is now: mostly the one it had behind the last step.
uint32_t CompileRecord::VersionOf(const Node& node) {
  RecordedVersion version;
  version.op = node.op;
  version.inputs.reserve(node.inputs.size());
  for (const Node* input : node.inputs) version.inputs.push_back(OperandOf(input));
  version.detail = DetailOf(node);
  if (node.type.kind == Type::Kind::kClass) {
    version.type = ClassName(node.type.class_index);
  } else if (node.type != Type::Anything()) {
    version.type = TypeText(node.type);
  }
  if (node.guard != nullptr) version.guard = node.guard->id;
  if (node.state != nullptr) version.state = StateOf(*node.state);
  std::vector<RecordedVersion>& versions = NodeAt(node.id).versions;
  const auto known = std::find(versions.begin(), versions.end(), version);
  if (known != versions.end()) return static_cast<uint32_t>(known - versions.begin());
  versions.push_back(std::move(version));
  return static_cast<uint32_t>(versions.size()) - 1;
}

RecordedOperand CompileRecord::OperandOf(const Node* node) const {
  if (node == nullptr) return "_";
  if (node->op == IrOp::kVirtual) return absl::StrCat("x", node->imm);
  if (node->IsAnyConstant()) return ConstantOperand(*node);
  return node->id;
}

std::string CompileRecord::ConstantOperand(const Node& node) const {
  return node.IsConstant() && node.ConstantValue().IsObject()
             ? ValueText(records_.vm(), node.ConstantValue())
             : ConstantText(node);
}

std::string CompileRecord::ClassName(uint32_t index) const {
  VM& vm = records_.vm();
  return std::string(vm.symbols().NameOf(vm.classes().At(index)->name));
}

// The name of the class that an operation's `imm` is the index of.
std::optional<std::string> CompileRecord::ClassOperand(IrOp op, int64_t imm) const {
  switch (op) {
    case IrOp::kCheckClass:
    case IrOp::kBranchClass:
    case IrOp::kNewInstance:
    case IrOp::kNewArray:
      return ClassName(static_cast<uint32_t>(imm));
    default:
      return std::nullopt;
  }
}

// What an operation's `data` names.
std::string CompileRecord::DataText(IrOp op, const void* data) const {
  VM& vm = records_.vm();
  switch (op) {
    case IrOp::kCallSite:
      return absl::StrCat(
          "#", std::string(vm.symbols().NameOf(static_cast<const SendSite*>(data)->selector)));
    case IrOp::kLoadGlobal:
      return std::string(vm.symbols().NameOf(static_cast<const GlobalCell*>(data)->name));
    case IrOp::kNewClosure:
      return MethodTitle(vm, *static_cast<const BlockSite*>(data)->code);
    default:  // calls, and checks of a closure's code
      return MethodTitle(vm, *static_cast<const Method*>(data));
  }
}

std::string CompileRecord::DetailOf(const Node& node) const {
  std::vector<std::string> parts;
  if (HasCondition(node.op)) {
    parts.emplace_back(NameOf(static_cast<IrCondition>(node.imm)));
  } else if (auto name = ClassOperand(node.op, node.imm)) {
    parts.push_back(*name);
  } else if (node.imm != 0) {
    parts.push_back(absl::StrCat("#", node.imm));
  }
  if (node.imm2 != 0) parts.push_back(absl::StrCat("/", node.imm2));
  if (node.data != nullptr) parts.push_back(DataText(node.op, node.data));
  if (node.flag) parts.emplace_back("no barrier");
  if (node.room > 0) parts.push_back(absl::StrCat("room for ", node.room, " bytes"));
  if (node.room < 0) parts.emplace_back("in that room");
  return absl::StrJoin(parts, " ");
}

uint32_t CompileRecord::StateOf(const FrameState& innermost) {
  RecordedState state;
  for (const FrameState* s = &innermost; s != nullptr; s = s->caller) {
    RecordedActivationState& activation = state.activations.emplace_back();
    activation.method = records_.MethodNumber(*s->method);
    activation.offset = s->offset;
    activation.has_home_id = s->has_home_id != nullptr && *s->has_home_id;
    activation.values.reserve(s->values.size());
    for (const Node* value : s->values) activation.values.push_back(OperandOf(value));
  }
  std::reverse(state.activations.begin(), state.activations.end());
  for (const VirtualObject& object : innermost.virtuals) {
    RecordedVirtual recorded{absl::StrCat("x", object.node->imm), object.kind, "", {}};
    if (auto name = ClassOperand(object.kind, object.imm)) recorded.detail = *name;
    if (object.data != nullptr) recorded.detail = DataText(object.kind, object.data);
    for (const Node* field : object.fields) recorded.fields.push_back(OperandOf(field));
    state.virtuals.push_back(std::move(recorded));
  }
  const auto [known, is_new] =
      state_numbers_.try_emplace(state, static_cast<uint32_t>(states_.size()));
  if (is_new) states_.push_back(std::move(state));
  return known->second;
}

// Registers by their names, constants by their values.
std::string CompileRecord::TextOf(const Place& place) const {
  switch (place.kind) {
    case Place::Kind::kRegister:
      return std::string(x64::kRegisterNames[static_cast<size_t>(place.index)]);
    case Place::Kind::kXmm:
      return absl::StrCat("xmm", place.index);
    case Place::Kind::kConstant:
      return ConstantOperand(*place.constant);
    default:
      return PlaceText(place);
  }
}

void CompileRecord::AppendMoves(const std::vector<Move>& moves,
                                std::vector<std::string>* texts) const {
  texts->reserve(texts->size() + moves.size());
  for (const Move& move : moves)
    texts->push_back(absl::StrCat(TextOf(move.from), " → ", TextOf(move.to)));
}

void CompileRecord::RegistersAllocated(const Graph& graph, const Allocation& allocation) {
  Lap("registers");
  slot_words_ = allocation.slot_words;
  for (const Block* block : graph.blocks()) {
    for (const Node* phi : block->phis)
      NodeAt(phi->id).result = TextOf(allocation.nodes[phi->id].result);
    for (size_t i = 0; i < block->nodes.size(); ++i) {
      const Node& node = *block->nodes[i];
      if (node.IsAnyConstant()) continue;
      const Allocation::AtNode& at = allocation.nodes[node.id];
      RecordedNode& recorded = NodeAt(node.id);
      recorded.inputs.reserve(at.inputs.size());
      for (const Place& input : at.inputs) recorded.inputs.push_back(TextOf(input));
      if (at.result.kind != Place::Kind::kNone) recorded.result = TextOf(at.result);
      if (i == 0) AppendMoves(allocation.moves_at_start[block->id], &recorded.moves);
      AppendMoves(at.moves_before, &recorded.moves);
      if (i + 1 == block->nodes.size())
        AppendMoves(allocation.moves_at_end[block->id], &recorded.moves);
    }
  }
  resumed_ = Clock::now();
}

void CompileRecord::CodeEmitted(const CompiledCode& code) {
  Lap("code");
  code_ = &code;
  const std::string_view text = code.listing;
  for (size_t i = 0; i < code.listing_parts.size(); ++i) {
    const ListingPart& part = code.listing_parts[i];
    const size_t end =
        i + 1 < code.listing_parts.size() ? code.listing_parts[i + 1].text_offset : text.size();
    RecordedCode recorded = PartOf(part, text.substr(part.text_offset, end - part.text_offset));
    if (!recorded.moves.empty() || !recorded.lines.empty()) listing_.push_back(std::move(recorded));
  }
  for (const ExitState& exit : code.exits) {
    RecordedExit& recorded = exits_.emplace_back();
    recorded.state = &exit;
    for (const ActivationState& activation : exit.activations)
      recorded.activations.emplace_back(records_.MethodNumber(*activation.method),
                                        activation.offset);
  }
}

// --- All compiles --------------------------------------------------------------------------------

CompileRecord* CompileRecords::Begin(Method& method, int64_t loop_entry, uint32_t serial) {
  if (MethodTitle(vm_, method).find(pattern_) == std::string::npos) return nullptr;
  return &compiles_.emplace_back(*this, method, loop_entry, serial);
}

void CompileRecords::Invalidated(const CompiledCode& code, const std::string& reason) {
  for (CompileRecord& compile : compiles_) {
    if (compile.code() == &code) compile.Invalidated(reason);
  }
}

uint32_t CompileRecords::MethodNumber(const Method& method) {
  const auto [known, is_new] = method_numbers_.try_emplace({&method, method.description},
                                                           static_cast<uint32_t>(methods_.size()));
  if (!is_new) return known->second;
  RecordedMethod recorded;
  recorded.title = MethodTitle(vm_, method);
  recorded.is_block = method.is_block;
  if (method.home != nullptr && method.unit < method.home->description->units.size()) {
    const CodeDescription& unit = method.unit_description();
    recorded.source = SourceNumber(*method.home);
    recorded.span = unit.span;
    recorded.units = unit.code.size();
    recorded.words = WordNames(unit);
    for (ListedInstruction& i : ListInstructions(unit, FieldNames(vm_, *method.holder))) {
      recorded.instructions.push_back({i.offset, std::move(i.name), std::move(i.operands),
                                       i.is_target, PositionOf(method, method.code + i.offset)});
    }
  }
  methods_.push_back(std::move(recorded));
  return known->second;
}

uint32_t CompileRecords::SourceNumber(const Method& home) {
  const auto [known, is_new] = source_numbers_.try_emplace({&home, home.description},
                                                           static_cast<uint32_t>(sources_.size()));
  if (!is_new) return known->second;
  const ParsedClass& parsed = *home.parsed;
  const SourceSpan& span = home.description->span;
  RecordedSource source{parsed.path(), span.line, {}};
  for (uint32_t line = span.line; line <= span.end_line; ++line)
    source.lines.emplace_back(parsed.Line(line));
  sources_.push_back(std::move(source));
  return known->second;
}

}  // namespace som::jit
