// See graph_text.h: the printer. The parser is graph_parser.cc.
#include "vm/jit/graph_text.h"

#include <bit>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "vm/objects/well_known.h"

namespace som::jit {

namespace {

std::string DoubleText(double value) {
  if (!std::isfinite(value)) return absl::StrFormat("bits%x", std::bit_cast<uint64_t>(value));
  std::string text = absl::StrFormat("%.17g", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

class Printer {
 public:
  Printer(const Graph& graph, const GraphNames& names) : graph_(graph), names_(names) {}

  std::string Run() {
    absl::StrAppend(&text_, "graph extent=", graph_.extent_words);
    if (graph_.loop_entry >= 0) absl::StrAppend(&text_, " loop=", graph_.loop_entry);
    text_ += "\n";
    for (const Block* block : graph_.blocks()) {
      for (const Node* node : block->nodes) {
        if (node->guard != nullptr) guards_.insert(node->guard);
      }
    }
    for (const Block* block : graph_.blocks()) PrintBlock(*block);
    return std::move(text_);
  }

 private:
  void PrintBlock(const Block& block) {
    absl::StrAppend(&text_, "b", block.id, ":");
    if (block.is_loop_header) text_ += " loop";
    if (!block.predecessors.empty()) {
      text_ += " from";
      for (const Block* predecessor : block.predecessors)
        absl::StrAppend(&text_, " b", predecessor->id);
    }
    if (block.loop_depth != 0) absl::StrAppend(&text_, " depth=", block.loop_depth);
    if (block.is_cold) text_ += " cold";
    text_ += "\n";
    for (const Node* phi : block.phis) PrintNode(*phi, block);
    for (const Node* node : block.nodes) {
      if (!node->IsAnyConstant()) PrintNode(*node, block);
    }
  }

  void PrintNode(const Node& node, const Block& block) {
    text_ += "  ";
    if (node.rep != IrRep::kNone || guards_.contains(&node))
      absl::StrAppend(&text_, "v", node.id, " = ");
    text_ += InfoOf(node.op).name;
    if (InfoOf(node.op).rep == IrRep::kOwn && node.rep == IrRep::kDouble) text_ += " double";
    PrintOperands(node);
    if (node.type != Type::Anything()) absl::StrAppend(&text_, " : ", TypeText(node.type));
    if (node.guard != nullptr) absl::StrAppend(&text_, " under ", Name(node.guard));
    if (node.state != nullptr) PrintState(*node.state);
    if (node.Has(ir_effect::kEnds)) {
      for (const Block* successor : block.successors) absl::StrAppend(&text_, " b", successor->id);
    }
    text_ += "\n";
  }

  void PrintOperands(const Node& node) {
    const bool condition = HasCondition(node.op);
    if (condition)
      absl::StrAppend(&text_, " ", std::string(NameOf(static_cast<IrCondition>(node.imm))));
    for (const Node* input : node.inputs) absl::StrAppend(&text_, " ", Operand(input));
    if (!condition && node.imm != 0) absl::StrAppend(&text_, " #", node.imm);
    if (node.imm2 != 0) absl::StrAppend(&text_, " /", node.imm2);
    if (node.data != nullptr) absl::StrAppend(&text_, " &", Data(node));
    if (node.flag) text_ += " flag";
    if (node.room != 0) absl::StrAppend(&text_, " room=", node.room);
  }

  std::string Data(const Node& node) const {
    if (names_.data) return names_.data(node);
    return absl::StrFormat("%x", reinterpret_cast<uintptr_t>(node.data));
  }

  static std::string Name(const Node* node) { return absl::StrCat("v", node->id); }

  std::string Operand(const Node* node) const {
    if (node == nullptr) return "_";
    if (node->op == IrOp::kVirtual) return absl::StrCat("x", node->imm);
    return node->IsAnyConstant() ? ConstantText(*node) : Name(node);
  }

  void PrintState(const FrameState& innermost) {
    std::vector<const FrameState*> chain;
    for (const FrameState* s = &innermost; s != nullptr; s = s->caller) chain.push_back(s);
    text_ += " [";
    for (size_t i = chain.size(); i-- > 0;) {
      const FrameState& state = *chain[i];
      if (state.base != 0) absl::StrAppend(&text_, "+", state.base, " ");
      absl::StrAppend(&text_, "@", state.offset);
      if (names_.method && state.method != nullptr)
        absl::StrAppend(&text_, " ", names_.method(*state.method));
      if (state.has_home_id != nullptr && *state.has_home_id) text_ += " home";
      for (const Node* value : state.values) absl::StrAppend(&text_, " ", Operand(value));
      if (i != 0) text_ += " | ";
    }
    for (const VirtualObject& object : innermost.virtuals) {
      absl::StrAppend(&text_, " ; x", object.node->imm, " = ",
                      std::string(InfoOf(object.kind).name));
      for (const Node* field : object.fields) absl::StrAppend(&text_, " ", Operand(field));
      if (object.imm != 0) absl::StrAppend(&text_, " #", object.imm);
      if (object.imm2 != 0) absl::StrAppend(&text_, " /", object.imm2);
    }
    text_ += "]";
  }

  const Graph& graph_;
  const GraphNames& names_;
  std::set<const Node*> guards_;  // that other nodes name, although they have no value
  std::string text_;
};

}  // namespace

std::string TypeText(Type type) {
  switch (type.kind) {
    case Type::Kind::kNothing:
      return "nothing";
    case Type::Kind::kAnything:
      return "anything";
    case Type::Kind::kInt:
      return "int";
    case Type::Kind::kDouble:
      return "double";
    case Type::Kind::kBoolean:
      return "boolean";
    case Type::Kind::kObject:
      return "object";
    case Type::Kind::kClass:
      return absl::StrCat("class", type.class_index);
  }
  __builtin_unreachable();
}

std::string ConstantText(const Node& node) {
  if (node.op == IrOp::kDoubleConstant) return DoubleText(std::bit_cast<double>(node.imm)) + "d";
  const Value value = node.ConstantValue();
  if (value.IsInt()) return absl::StrCat(value.AsInt());
  if (value.IsImmediateDouble()) return DoubleText(value.AsImmediateDouble());
  if (value == Nil()) return "nil";
  if (value == True()) return "true";
  if (value == False()) return "false";
  return absl::StrFormat("@%x", value.bits());
}

bool HasCondition(IrOp op) {
  switch (op) {
    case IrOp::kCompareInt:
    case IrOp::kCompareDouble:
    case IrOp::kCompareSame:
    case IrOp::kBranchInt:
    case IrOp::kBranchDouble:
    case IrOp::kBranchText:
      return true;
    default:
      return false;
  }
}

std::string GraphText(const Graph& graph, const GraphNames& names) {
  return Printer(graph, names).Run();
}

}  // namespace som::jit
