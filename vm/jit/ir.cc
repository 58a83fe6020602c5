// See ir.h.
#include "vm/jit/ir.h"

#include "vm/code/method.h"
#include "vm/objects/well_known.h"

namespace som::jit {

namespace {

using namespace ir_effect;  // NOLINT: the words of ir.def
using enum IrNeed;

constexpr int8_t kAny = -1;

constexpr IrOpInfo kOps[] = {
#define SOM_IR_NEEDS(...) {__VA_ARGS__}
#define SOM_IR_OP(name, result, type, inputs, needs, effects, sentence) \
  {#name, IrRep::k##result, Type::type, inputs, {SOM_IR_NEEDS needs}, effects, sentence},
#include "vm/jit/ir.def"
};

}  // namespace

const IrOpInfo& InfoOf(IrOp op) { return kOps[static_cast<size_t>(op)]; }

IrNeed NeedOf(const Node& node, size_t index) {
  const auto& needs = InfoOf(node.op).needs;
  const auto condition = static_cast<IrCondition>(node.imm);
  switch (node.op) {
    case IrOp::kCompareInt:
    case IrOp::kBranchInt:
      // Whether they are the same word can be asked of all words.
      if (condition == IrCondition::kEqual || condition == IrCondition::kNotEqual) return kNothing;
      break;
    case IrOp::kCheckClass:
      if (node.imm2 == 0) return kNothing;
      break;
    case IrOp::kStringsEqual:
      if (index == 1 && node.imm != 0) return kNothing;
      break;
    case IrOp::kNewClosure:
      // Of a closure whose self refers to it: stored when that exists.
      if (index == 0 && node.inputs[0]->IsConstant() && node.inputs[0]->ConstantValue() == Nil())
        return kNothing;
      if (node.imm2 != 0 && index + 1 == node.inputs.size()) return kClosure;
      break;
    default:
      break;
  }
  return index < needs.size() ? needs[index] : kNothing;
}

size_t FrameState::FirstOperand() const {
  return size_t{1} + method->argument_count + 2 + method->local_count;
}

Node* Graph::NewNode(IrOp op, absl::Span<Node* const> inputs) {
  Node& node = nodes_.emplace_back();
  node.op = op;
  node.rep = InfoOf(op).rep;
  node.id = static_cast<uint32_t>(nodes_.size() - 1);
  node.inputs.assign(inputs.begin(), inputs.end());
  return &node;
}

Block* Graph::NewBlock() {
  Block& block = block_storage_.emplace_back();
  block.id = static_cast<uint32_t>(block_storage_.size() - 1);
  blocks_.push_back(&block);
  return &block;
}

FrameState* Graph::NewState() { return &states_.emplace_back(); }

void Graph::Append(Block* block, Node* node) {
  node->block = block;
  block->nodes.push_back(node);
}

IrCondition Mirrored(IrCondition condition) {
  switch (condition) {
    case IrCondition::kLess:
      return IrCondition::kGreater;
    case IrCondition::kLessEqual:
      return IrCondition::kGreaterEqual;
    case IrCondition::kGreater:
      return IrCondition::kLess;
    case IrCondition::kGreaterEqual:
      return IrCondition::kLessEqual;
    case IrCondition::kEqual:
    case IrCondition::kNotEqual:
      return condition;
  }
  __builtin_unreachable();
}

IrCondition Negated(IrCondition condition) {
  switch (condition) {
    case IrCondition::kLess:
      return IrCondition::kGreaterEqual;
    case IrCondition::kLessEqual:
      return IrCondition::kGreater;
    case IrCondition::kGreater:
      return IrCondition::kLessEqual;
    case IrCondition::kGreaterEqual:
      return IrCondition::kLess;
    case IrCondition::kEqual:
      return IrCondition::kNotEqual;
    case IrCondition::kNotEqual:
      return IrCondition::kEqual;
  }
  __builtin_unreachable();
}

std::string_view NameOf(IrCondition condition) {
  constexpr std::string_view kNames[] = {"less",          "less-equal", "greater",
                                         "greater-equal", "equal",      "not-equal"};
  return kNames[static_cast<size_t>(condition)];
}

bool Holds(IrCondition condition, int64_t a, int64_t b) {
  switch (condition) {
    case IrCondition::kLess:
      return a < b;
    case IrCondition::kLessEqual:
      return a <= b;
    case IrCondition::kGreater:
      return a > b;
    case IrCondition::kGreaterEqual:
      return a >= b;
    case IrCondition::kEqual:
      return a == b;
    case IrCondition::kNotEqual:
      return a != b;
  }
  __builtin_unreachable();
}

}  // namespace som::jit
