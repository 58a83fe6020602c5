// See graph_builder.h: rounds of building, how an activation or a loop is entered.
#include "vm/jit/graph_builder.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"
#include "vm/code/class_table.h"
#include "vm/jit/builder.h"
#include "vm/jit/code_origins.h"
#include "vm/jit/compile_record.h"
#include "vm/objects/object.h"
#include "vm/observation/stack_trace.h"

namespace som::jit {

namespace {

// Each round learns of at least one variable or object; where that takes too long, objects are
// allocated where they are made.
constexpr uint32_t kRounds = 24;
constexpr uint32_t kNarrowingRounds = 2;
constexpr size_t kLargestMethod = 6000;

}  // namespace

Builder::Builder(VM& vm, const BuildRequest& request, Speculation& speculation)
    : vm_(vm), request_(request), speculation_(speculation), graph_(std::make_unique<Graph>()) {}

Node* Builder::NewNode(IrOp op, absl::Span<Node* const> inputs, const Activation& act,
                       uint32_t offset) {
  Node* node = graph_->NewNode(op, inputs);
  if (request_.record != nullptr) request_.record->NodeMade(node->id, act.number, offset);
  if (request_.origins != nullptr) request_.origins->NodeMade(node->id, act.number, offset);
  return node;
}

Node* Builder::Emit(IrOp op, absl::Span<Node* const> inputs, int64_t imm, int64_t imm2,
                    const void* data) {
  Node* node = NewNode(op, inputs, *act_, act_->offset);
  node->imm = imm;
  node->imm2 = imm2;
  node->data = data;
  const IrOpInfo& info = InfoOf(op);
  node->type = info.type;
  if ((info.effects & (ir_effect::kExits | ir_effect::kCalls | ir_effect::kAllocates)) != 0)
    node->state = CaptureState();
  Graph::Append(flow_.block, node);
  return node;
}

Node* Builder::NewConstant(Value value) {
  Node*& node = constants_[value.bits()];
  if (node == nullptr) {
    node = graph_->NewNode(IrOp::kConstant, {});
    node->imm = static_cast<int64_t>(value.bits());
    node->type = Type::Of(value);
    node->block = entry_;
  }
  return node;
}

Node* Builder::NewDouble(double value) {
  Node*& node = doubles_[std::bit_cast<uint64_t>(value)];
  if (node == nullptr) {
    node = graph_->NewNode(IrOp::kDoubleConstant, {});
    node->imm = std::bit_cast<int64_t>(value);
    node->type = Type::Double();
    node->block = entry_;
  }
  return node;
}

Type Builder::TypeOf(Node* node) const {
  if (auto it = flow_.facts.find(node); it != flow_.facts.end()) return it->second.type;
  return node->type;
}

void Builder::Learn(Node* node, Type type, Node* guard) {
  if (!node->IsConstant()) flow_.facts[node] = {type, guard};
}

void Builder::DependOn(Node* node, Node* object) {
  auto it = flow_.facts.find(object);
  if (it == flow_.facts.end()) return;
  node->guard = it->second.guard == object ? node : it->second.guard;
}

void Builder::Log(const std::string& text) const {
  if (request_.log)
    request_.log(absl::StrCat(std::string(2 * static_cast<size_t>(act_->depth), ' '), text));
}

std::string Builder::NameOf(const Method& method) const { return MethodTitle(vm_, method); }

// The words of the frame as the caller of a method or closure leaves them.
void Builder::EnterActivation() {
  Activation& act = *act_;
  const Method& method = *act.method;
  const int argument_count = method.argument_count;
  for (int k = 0; k <= argument_count; ++k)
    act.values.push_back(Emit(IrOp::kFrameWord, {}, k - argument_count - 1));
  Node* receiver = act.values[0];
  Node* nil = NewConstant(Nil());
  if (method.is_block) {
    receiver->type = Type::OfClass(method.closure_class);
    auto field = [&](int64_t offset) {
      return Emit(IrOp::kLoadField, {receiver}, offset, static_cast<int64_t>(IrMemory::kClosure));
    };
    act.values.push_back(field(FieldOffset(IrOp::kNewClosure, 0)));
    act.values.push_back(field(FieldOffset(IrOp::kNewClosure, 1)));
    for (size_t k = 0; k < method.copied_count; ++k)
      act.values.push_back(field(FieldOffset(IrOp::kNewClosure, 2 + k)));
  } else {
    // Methods of classes that no number inherits from see heap objects only.
    const ClassInfo* holder = method.holder;
    if (!method.is_borrowed && !vm_.classes().At(kIntegerClass)->InheritsFrom(holder) &&
        !vm_.classes().At(kDoubleClass)->InheritsFrom(holder))
      receiver->type = Type::AnyObject();
    act.values.push_back(receiver);
    act.values.push_back(nil);
  }
  act.values.resize(act.FirstOperand(), nil);
  if (method.is_home && !method.is_block) {
    *act.has_home_id = true;
    Emit(IrOp::kEnterHome, {}, 0);
  }
}

// The words of the interpreter's frame at the head of a running loop.
void Builder::EnterLoop() {
  Activation& act = *act_;
  const Method& method = *act.method;
  const int argument_count = method.argument_count;
  auto word = [&](int64_t offset) { return Emit(IrOp::kFrameWord, {}, offset); };
  for (int k = 0; k <= argument_count; ++k) act.values.push_back(word(k - argument_count - 1));
  act.values.push_back(word(kFrameSelf));
  act.values.push_back(method.has_context_slot ? word(kFrameContext) : NewConstant(Nil()));
  for (int k = 0; k < method.local_count; ++k) act.values.push_back(word(kFrameHeaderWords + k));
  const Value* bottom = request_.base + kFrameHeaderWords + method.local_count;
  for (const Value* operand = bottom + 1; operand <= request_.sp; ++operand)
    act.values.push_back(word(operand - request_.base));
  if (method.is_block) act.values[0]->type = Type::OfClass(method.closure_class);
  *act.has_home_id = method.is_home && !method.is_block;
  act.offset = static_cast<uint32_t>(request_.loop_entry);
  if (!request_.options.types) return;
  // What the variables hold now is what they are taken to hold.
  for (Node* node : act.values) {
    if (node->op != IrOp::kFrameWord || node->type != Type::Anything()) continue;
    const Value value = request_.base[node->imm];
    if (request_.failures(act.method, act.offset) > 2) break;
    if (value.IsInt()) {
      Learn(node, Type::Int(), Emit(IrOp::kCheckInt, {node}));
    } else if (value.IsImmediateDouble() && vm_.immediate_doubles()) {
      Learn(node, Type::Double(), Emit(IrOp::kCheckDouble, {node}));
    }
  }
  LeaveRoomInLoops();
}

// Loops that are running have been entered past the check of their limit. Their counters are not
// above it, which the passes cannot know.
void Builder::LeaveRoomInLoops() {
  const CodeDescription& unit = act_->method->unit_description();
  for (InstructionIterator it(unit.code); !it.done(); it.Next()) {
    if (it->opcode != Opcode::kToDoNext && it->opcode != Opcode::kDownToDoNext) continue;
    const bool contains_entry =
        static_cast<uint32_t>(it->JumpTarget()) <= act_->offset && act_->offset <= it->offset;
    if (!contains_entry) continue;
    const size_t slot = act_->SlotIndex(it->SignedUnit(0));
    for (Node* bound : {act_->values[slot], act_->values[slot + 1]}) {
      if (bound->op == IrOp::kFrameWord && TypeOf(bound).IsInt()) LeaveRoom(bound);
    }
  }
}

// Activations whose closures were never allocated need no identity.
void Builder::DropUnusedHomes() {
  std::set<const Activation*> used;
  for (Block* block : graph_->blocks()) {
    for (const Node* node : block->nodes) {
      if (node->op != IrOp::kNewClosure) continue;
      auto it = closures_.find(node);
      if (it != closures_.end()) used.insert(virtuals_[static_cast<size_t>(it->second)].home);
    }
  }
  if (request_.loop_entry >= 0) used.insert(&activations_.front());
  std::set<int64_t> kept;
  for (Activation& act : activations_) {
    if (*act.has_home_id && used.contains(&act)) kept.insert(act.base);
  }
  for (Activation& act : activations_)
    *act.has_home_id = *act.has_home_id && kept.contains(act.base);
  for (Block* block : graph_->blocks()) {
    std::erase_if(block->nodes, [&](const Node* node) {
      return (node->op == IrOp::kEnterHome || node->op == IrOp::kLeaveHome) &&
             !kept.contains(node->imm);
    });
  }
}

bool Builder::Run() {
  Method* method = request_.method;
  if (method->code_units > kLargestMethod) {
    GiveUp("too large");
    return false;
  }
  graph_->method = method;
  graph_->loop_entry = request_.loop_entry;
  graph_->extent_words = static_cast<int32_t>(method->frame_words);
  entry_ = graph_->NewBlock();
  flow_.block = entry_;
  Activation& act = activations_.emplace_back();
  act.method = method;
  act.has_home_id = graph_->NewFlag();
  act.home = method->is_block ? nullptr : &act;
  act_ = &act;
  if (request_.record != nullptr) request_.record->RoundBegun(*method);
  if (request_.origins != nullptr) request_.origins->RoundBegun(*method);
  uint32_t entry = 0;
  if (request_.loop_entry >= 0) {
    EnterLoop();
    entry = static_cast<uint32_t>(request_.loop_entry);
  } else {
    EnterActivation();
  }
  inlined_units_ = method->code_units;
  spent_[0] = inlined_units_;
  if (!HasGivenUp()) BuildBody(act, entry);
  if (HasGivenUp()) return false;
  DropUnusedHomes();
  std::vector<Node*> constants;
  for (auto* map : {&constants_, &doubles_}) {
    for (auto& [word, node] : *map) constants.push_back(node);
  }
  std::sort(constants.begin(), constants.end(),
            [](const Node* a, const Node* b) { return a->id < b->id; });
  entry_->nodes.insert(entry_->nodes.begin(), constants.begin(), constants.end());
  return true;
}

BuildResult BuildGraph(VM& vm, const BuildRequest& request) {
  Speculation speculation;
  BuildRequest attempt = request;
  BuildResult result;
  for (;;) {
    ++result.rounds;
    if (result.rounds == kRounds) {
      attempt.options.scalar_replacement = false;
    } else if (result.rounds > 2 * kRounds) {
      result.reason = "variables do not keep their types";
      return result;
    }
    speculation.changed = false;
    speculation.narrows = result.rounds <= kNarrowingRounds;
    Builder builder(vm, attempt, speculation);
    if (!builder.Run()) {
      result.reason = builder.reason();
      return result;
    }
    if (!speculation.changed) {
      result.graph = builder.TakeGraph();
      result.inlined = builder.inlined();
      return result;
    }
  }
}

}  // namespace som::jit
