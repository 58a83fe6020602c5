// Control flow of the graph builder: walking over a unit's blocks, places where several ways meet,
// loops. Where ways meet, variables that differ become phis; objects that one side had to allocate
// are allocated on the others.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "vm/jit/builder.h"
#include "vm/support/check.h"

namespace som::jit {

namespace {

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t h = (a ^ (b + 0x9E3779B97F4A7C15u)) * 0xBF58476D1CE4E5B9u;
  return h ^ (h >> 29);
}

bool IsDoubleValue(const Node* node, Type type) {
  return node->rep == IrRep::kDouble || type.IsDouble();
}

}  // namespace

void Builder::BuildBody(Activation& act, uint32_t entry) {
  Activation* saved_act = act_;
  Progress* saved_progress = progress_;
  Progress progress;
  act_ = &act;
  progress_ = &progress;
  const std::vector<uint32_t> peeled = HeadsToPeel(act);
  for (uint32_t head : peeled) Log(absl::StrCat("peel the loop at ", head));
  act.bytecodes = &request_.bytecodes(*act.method, entry, peeled);
  if (!act.bytecodes->is_reducible) GiveUp("irreducible control flow");
  const size_t count = act.bytecodes->blocks.size();
  progress.incoming.resize(count);
  progress.loops.resize(count);
  progress.incoming[0].push_back({std::move(flow_), act.values});
  flow_ = {};
  for (size_t i = 0; i < count && !HasGivenUp(); ++i) {
    if (progress.incoming[i].empty()) continue;
    progress.block = i;
    for (Edge& edge : progress.incoming[i])
      DropDeadValues(act, act.bytecodes->blocks[i].start, &edge);
    Meet(act, progress.incoming[i], act.bytecodes->blocks[i].start);
    progress.incoming[i].clear();
    BuildBlock(act, i);
  }
  act_ = saved_act;
  progress_ = saved_progress;
}

// Variables that are not read again are no reason for a phi.
void Builder::DropDeadValues(const Activation& act, uint32_t offset, Edge* edge) {
  for (size_t k = act.SlotIndex(0); k < act.FirstOperand(); ++k) {
    if (IsDead(act, k, offset)) edge->values[k] = NewConstant(Nil());
  }
}

void Builder::BuildBlock(Activation& act, size_t index) {
  const BytecodeBlock& block = act.bytecodes->blocks[index];
  act.offset = block.start;
  act.is_in_loop = block.is_in_loop || (act.caller != nullptr && act.caller->is_in_loop);
  // What is built more than once, for code that is entered inside loops, has a budget for each
  // time: nobody knows which of the loops will take the time.
  if (act.caller == nullptr)
    act.inlining_limit =
        inlined_units_ + kInlinedUnits - std::min(kInlinedUnits, spent_[block.level]);
  const size_t spent_before = inlined_units_;
  if (block.is_loop_header) OpenLoop(act, index);
  const CodeDescription& unit = act.method->unit_description();
  uint32_t offset = block.start;
  while (offset < block.end && IsReachable() && !HasGivenUp()) {
    const Instruction i = InstructionAt(unit, offset);
    act.offset = offset;
    BuildInstruction(i);
    offset = i.end();
  }
  if (IsReachable() && !HasGivenUp()) {
    act.offset = offset;
    AddEdge(block.successors[0]);
  }
  if (act.caller == nullptr) spent_[block.level] += inlined_units_ - spent_before;
}

size_t Builder::SuccessorAt(size_t which) const {
  return act_->bytecodes->blocks[progress_->block].successors[which];
}

// Ends the current block: control goes to bytecode block `target` with the values as they are now.
void Builder::AddEdge(size_t target) {
  if (target <= progress_->block) {
    CloseLoop(*act_, target);
  } else {
    progress_->incoming[target].push_back({std::move(flow_), act_->values});
  }
  flow_ = {};
}

void Builder::Link(Block* from, Block* to) {
  from->successors.push_back(to);
  to->predecessors.push_back(from);
}

void Builder::JumpTo(Block* target) {
  Emit(IrOp::kJump, {});
  Link(flow_.block, target);
}

// --- Meeting -------------------------------------------------------------------------------------

void Builder::Meet(Activation& act, std::vector<Edge>& edges, uint32_t offset) {
  if (edges.size() == 1) {
    flow_ = std::move(edges[0].flow);
    act.values = std::move(edges[0].values);
    return;
  }
  Check(std::ranges::all_of(
            edges, [&](const Edge& edge) { return edge.values.size() == edges[0].values.size(); }),
        "all ways to a place have as many operands");
  SettleConflicts(act, edges, offset);
  Block* block = graph_->NewBlock();
  std::vector<Node*> values(edges[0].values.size());
  Flow result;
  for (size_t k = 0; k < values.size(); ++k) {
    Nodes nodes;
    for (Edge& edge : edges) {
      nodes.push_back(In(edge, act, offset, [&] { return Resolve(act.values[k]); }));
    }
    values[k] = MeetValues(act, edges, nodes, offset, block);
  }
  MeetObjects(act, edges, offset, block, &result);
  MeetFacts(edges, &result);
  for (Edge& edge : edges) {
    In(edge, act, offset, [&] {
      JumpTo(block);
      return 0;
    });
  }
  result.block = block;
  flow_ = std::move(result);
  act.values = std::move(values);
}

// Objects that the words of an activation and those it was inlined into refer to.
std::vector<bool> Builder::ReachableObjects(const Edge& edge, const Activation& act) const {
  std::vector<bool> reached(virtuals_.size(), false);
  std::vector<int> work;
  auto visit = [&](const Node* node) {
    if (node == nullptr) return;
    int id = -1;
    if (node->op == IrOp::kVirtual) id = static_cast<int>(node->imm);
    if (id < 0 || reached[static_cast<size_t>(id)]) return;
    reached[static_cast<size_t>(id)] = true;
    work.push_back(id);
  };
  for (const Node* node : edge.values) visit(node);
  for (const Activation* a = act.caller; a != nullptr; a = a->caller) {
    for (const Node* node : a->values) visit(node);
  }
  while (!work.empty()) {
    const auto id = static_cast<size_t>(work.back());
    work.pop_back();
    if (id >= edge.flow.objects.size()) continue;
    const ObjectState& state = edge.flow.objects[id];
    if (state.real != nullptr) continue;
    for (const Node* field : state.fields) visit(field);
  }
  return reached;
}

// Allocates objects on those edges where that is needed for all edges to agree.
void Builder::SettleConflicts(Activation& act, std::vector<Edge>& edges, uint32_t offset) {
  auto force = [&](Edge& edge, Node* node) {
    return In(edge, act, offset, [&] {
      if (VirtualState(node) == nullptr) return false;
      Materialise(node);
      return true;
    });
  };
  // Whether the words differ between the edges, one of them being an object not allocated.
  auto settle = [&](const Nodes& nodes) {
    bool changed = false;
    for (size_t e = 1; e < nodes.size(); ++e) {
      if (nodes[e] == nodes[0]) continue;
      for (size_t f = 0; f < nodes.size(); ++f) {
        if (nodes[f] != nullptr) changed |= force(edges[f], nodes[f]);
      }
      break;
    }
    return changed;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t k = 0; k < edges[0].values.size(); ++k) {
      Nodes nodes;
      for (Edge& edge : edges) {
        nodes.push_back(In(edge, act, offset, [&] { return Resolve(act.values[k]); }));
      }
      changed |= settle(nodes);
    }
    const std::vector<bool> reached = ReachableObjects(edges[0], act);
    for (size_t id = 0; id < reached.size(); ++id) {
      if (!reached[id]) continue;
      bool everywhere = true;
      bool some_real = false;
      for (Edge& edge : edges) {
        if (id >= edge.flow.objects.size() || !edge.flow.objects[id].exists) {
          everywhere = false;
        } else if (edge.flow.objects[id].real != nullptr) {
          some_real = true;
        }
      }
      if (!everywhere) continue;
      if (some_real) {
        for (Edge& edge : edges) changed |= force(edge, virtuals_[id].node);
        continue;
      }
      for (size_t f = 0; f < edges[0].flow.objects[id].fields.size(); ++f) {
        Nodes nodes;
        for (Edge& edge : edges) {
          nodes.push_back(
              In(edge, act, offset, [&] { return Resolve(flow_.objects[id].fields[f]); }));
        }
        changed |= settle(nodes);
      }
    }
  }
}

// One word: the same on all sides, or a phi.
Node* Builder::MeetValues(Activation& act, std::vector<Edge>& edges, const Nodes& nodes,
                          uint32_t offset, Block* block) {
  bool same = true;
  bool dead = false;
  bool all_double = request_.options.doubles;
  for (size_t e = 0; e < nodes.size(); ++e) {
    same &= nodes[e] == nodes[0];
    dead |= nodes[e] == nullptr;
  }
  if (same || dead) return dead ? nullptr : nodes[0];
  Type type = Type::Nothing();
  bool some_double = false;
  for (size_t e = 0; e < nodes.size(); ++e) {
    const Type own = In(edges[e], act, offset, [&] { return TypeOf(nodes[e]); });
    type = Join(type, own);
    all_double &= IsDoubleValue(nodes[e], own);
    some_double |= nodes[e]->rep == IrRep::kDouble;
  }
  all_double &= some_double;
  Nodes inputs;
  for (size_t e = 0; e < nodes.size(); ++e) {
    inputs.push_back(In(edges[e], act, offset, [&] {
      return all_double ? AsDouble(nodes[e], false, false) : Tagged(nodes[e]);
    }));
  }
  Node* phi = NewNode(IrOp::kPhi, inputs, act, offset);
  phi->rep = all_double ? IrRep::kDouble : IrRep::kTagged;
  phi->type = type;
  phi->block = block;
  block->phis.push_back(phi);
  return phi;
}

void Builder::MeetObjects(Activation& act, std::vector<Edge>& edges, uint32_t offset, Block* block,
                          Flow* result) {
  const std::vector<bool> reached = ReachableObjects(edges[0], act);
  result->objects.resize(virtuals_.size());
  for (size_t id = 0; id < reached.size(); ++id) {
    if (!reached[id]) continue;
    bool everywhere = true;
    for (Edge& edge : edges) {
      everywhere &= id < edge.flow.objects.size() && edge.flow.objects[id].exists;
    }
    if (!everywhere) continue;
    ObjectState& merged = result->objects[id];
    merged.exists = true;
    Nodes nodes;
    if (edges[0].flow.objects[id].real != nullptr) {
      for (Edge& edge : edges) nodes.push_back(edge.flow.objects[id].real);
      merged.real = MeetValues(act, edges, nodes, offset, block);
      if (virtuals_[id].kind == IrOp::kNewClosure) closures_[merged.real] = static_cast<int>(id);
      merged.fields = edges[0].flow.objects[id].fields;
      continue;
    }
    for (size_t f = 0; f < edges[0].flow.objects[id].fields.size(); ++f) {
      nodes.clear();
      for (Edge& edge : edges) {
        nodes.push_back(
            In(edge, act, offset, [&] { return Resolve(flow_.objects[id].fields[f]); }));
      }
      merged.fields.push_back(MeetValues(act, edges, nodes, offset, block));
    }
  }
}

void Builder::MeetFacts(const std::vector<Edge>& edges, Flow* result) {
  for (const auto& [node, fact] : edges[0].flow.facts) {
    Fact merged = fact;
    for (size_t e = 1; e < edges.size(); ++e) {
      auto it = edges[e].flow.facts.find(node);
      if (it == edges[e].flow.facts.end()) {
        merged.type = Type::Anything();
        break;
      }
      merged.type = Join(merged.type, it->second.type);
      if (it->second.guard != merged.guard) merged.guard = node;
    }
    if (merged.type != Type::Anything()) result->facts[node] = merged;
  }
}

// --- Loops ---------------------------------------------------------------------------------------

uint64_t Builder::VariableKey(const Loop::Variable& variable) const {
  if (variable.object < 0) return variable.index;
  return Mix(virtuals_[static_cast<size_t>(variable.object)].key, variable.index);
}

// Whether a variable of unknown type may be checked in front of the loop whose head is the bytecode
// at work: not where such a check failed.
bool Builder::MayNarrow(uint64_t loop, uint64_t variable) const {
  return request_.options.types && !request_.has_left_at(act_->method, act_->offset) &&
         !speculation_.widened.contains({loop, variable});
}

// A loop variable, which is taken to keep the type it enters with unless that was seen to be wrong.
// One of unknown type that is a number from the second round on is checked to be one from the
// first.
Node* Builder::LoopPhi(Block* header, Node* entry, uint64_t loop, uint64_t variable) {
  const auto narrowed = speculation_.narrowed.find({loop, variable});
  if (narrowed != speculation_.narrowed.end() && TypeOf(entry) == Type::Anything() &&
      entry->rep == IrRep::kTagged && MayNarrow(loop, variable)) {
    if (narrowed->second.IsInt()) {
      GuardInt(entry);
    } else {
      entry = AsDouble(entry, false, true);
    }
  }
  const Type type = TypeOf(entry);
  const bool keeps = request_.options.types && !type.IsClass(kNilClass) &&
                     !speculation_.widened.contains({loop, variable});
  const bool as_double = keeps && request_.options.doubles && IsDoubleValue(entry, type);
  Node* input = as_double ? AsDouble(entry, false, false) : Tagged(entry);
  Node* phi = NewNode(IrOp::kPhi, {input}, *act_, act_->offset);
  phi->rep = as_double ? IrRep::kDouble : IrRep::kTagged;
  phi->type = keeps ? type : Type::Anything();
  phi->block = header;
  header->phis.push_back(phi);
  return phi;
}

void Builder::OpenLoop(Activation& act, size_t index) {
  const BytecodeBlock& bytecodes = act.bytecodes->blocks[index];
  auto loop = std::make_unique<Loop>();
  loop->key = Mix(act.key, bytecodes.start);
  loop->header = graph_->NewBlock();
  loop->header->is_loop_header = true;
  loop->has_asked = speculation_.peeled.contains({act.key, bytecodes.start});
  // Objects that would have to be allocated inside are allocated in front of it.
  Edge here{{}, act.values};
  here.flow.objects = flow_.objects;
  std::vector<bool> reached = ReachableObjects(here, act);
  for (size_t id = 0; id < reached.size(); ++id) {
    if (reached[id] && speculation_.escaped.contains({loop->key, virtuals_[id].key}) &&
        VirtualState(virtuals_[id].node) != nullptr) {
      Materialise(virtuals_[id].node);
    }
  }
  std::set<size_t> assigned;
  for (int16_t slot : bytecodes.assigned_slots) assigned.insert(act.SlotIndex(slot));
  for (size_t k = 0; k < act.values.size(); ++k) {
    if (speculation_.added.contains({loop->key, k})) assigned.insert(k);
  }
  std::erase_if(assigned, [&](size_t k) { return IsDead(act, k, bytecodes.start); });
  // Everything that may emit code in front of the loop comes before the jump.
  for (size_t k : assigned) {
    if (act.values[k] != nullptr) act.values[k] = Resolve(act.values[k]);
    if (act.values[k] != nullptr && VirtualState(act.values[k]) != nullptr)
      act.values[k] = Materialise(act.values[k]);
  }
  for (size_t k : assigned) {
    if (act.values[k] == nullptr) continue;
    const Type enters = TypeOf(act.values[k]);
    Node* phi = LoopPhi(loop->header, act.values[k], loop->key, k);
    loop->variables.push_back({phi, k, -1, enters});
  }
  here = {{}, act.values};
  here.flow.objects = flow_.objects;
  reached = ReachableObjects(here, act);
  for (size_t id = 0; id < reached.size(); ++id) {
    if (!reached[id] || virtuals_[id].kind == IrOp::kNewClosure) continue;
    if (id >= flow_.objects.size() || !flow_.objects[id].exists ||
        flow_.objects[id].real != nullptr)
      continue;
    const size_t first = virtuals_[id].kind == IrOp::kNewContext ? 1 : 0;
    for (size_t f = first; f < flow_.objects[id].fields.size(); ++f) {
      Node* field = Resolve(flow_.objects[id].fields[f]);
      if (field->op == IrOp::kVirtual) continue;
      Loop::Variable variable{nullptr, f, static_cast<int>(id), TypeOf(field)};
      variable.phi = LoopPhi(loop->header, field, loop->key, VariableKey(variable));
      loop->variables.push_back(variable);
    }
  }
  Node* jump = Emit(IrOp::kJump, {});
  // Where checks of the loop may be moved to; unless one that was moved failed there.
  if (!request_.has_left_at(act.method, act.offset)) jump->state = CaptureState();
  Link(flow_.block, loop->header);
  flow_.block = loop->header;
  for (const Loop::Variable& variable : loop->variables) {
    if (variable.object < 0) {
      act.values[variable.index] = variable.phi;
    } else {
      flow_.objects[static_cast<size_t>(variable.object)].fields[variable.index] = variable.phi;
    }
  }
  loop->first_node = graph_->node_count();
  loop->values = act.values;
  loop->objects = flow_.objects;
  progress_->loops[index] = std::move(loop);
}

// What a variable brings back to the head of its loop.
Node* Builder::LoopInput(const Loop& loop, const Loop::Variable& variable, Node* value) {
  Node* phi = variable.phi;
  const uint64_t key = VariableKey(variable);
  value = Resolve(value);
  if (value->op == IrOp::kVirtual) value = Materialise(value);
  const Type type = TypeOf(value);
  const Type comes = value->rep == IrRep::kDouble ? Type::Double() : type;
  if (phi->rep == IrRep::kDouble) {
    if (IsDoubleValue(value, type)) return AsDouble(value, false, false);
    if (!Peels(loop, variable, comes)) speculation_.Note(speculation_.widened, loop.key, key);
    return phi;
  }
  if (!Peels(loop, variable, comes) && !IsWithin(comes, phi->type))
    speculation_.Note(speculation_.widened, loop.key, key);
  if (phi->type == Type::Anything() && MayNarrow(loop.key, key)) {
    const bool is_double =
        comes.IsDouble() && request_.options.doubles && taken_as_double_.contains(phi);
    if (is_double || (comes.IsInt() && TypeOf(phi).IsInt()))
      speculation_.NoteNarrowed(loop.key, key, comes);
  }
  return Tagged(value);
}

void Builder::CloseLoop(Activation& act, size_t index) {
  Loop& loop = *progress_->loops[index];
  const uint32_t saved_offset = act.offset;
  act.offset = act.bytecodes->blocks[index].start;
  // Here, behind the branch, the state holds what the next round needs anyway; in front of it the
  // Boolean would have to be made for its sake.
  Emit(IrOp::kCheckInterrupt, {});
  const std::vector<Node*> values = act.values;
  Nodes inputs;
  for (const Loop::Variable& variable : loop.variables) {
    if (variable.object < 0) {
      Node* value = values[variable.index];
      inputs.push_back(value == nullptr ? variable.phi : LoopInput(loop, variable, value));
      continue;
    }
    const auto id = static_cast<size_t>(variable.object);
    const uint64_t key = virtuals_[id].key;
    if (VirtualState(virtuals_[id].node) == nullptr) {
      speculation_.Note(speculation_.escaped, loop.key, key);
      inputs.push_back(variable.phi);
      continue;
    }
    Node* field = Resolve(flow_.objects[id].fields[variable.index]);
    // Another object in there than at the head: both are given up.
    if (field->op == IrOp::kVirtual) speculation_.Note(speculation_.escaped, loop.key, key);
    inputs.push_back(LoopInput(loop, variable, field));
  }
  for (size_t k = 0; k < loop.values.size(); ++k) {
    bool is_variable = false;
    for (const Loop::Variable& variable : loop.variables)
      is_variable |= variable.object < 0 && variable.index == k;
    if (is_variable || loop.values[k] == nullptr || IsDead(act, k, act.offset)) continue;
    Node* before = loop.values[k];
    if (before->op == IrOp::kVirtual) continue;  // looked at below
    if (values[k] == nullptr || Resolve(values[k]) != before)
      speculation_.Note(speculation_.added, loop.key, k);
  }
  for (size_t id = 0; id < loop.objects.size(); ++id) {
    const ObjectState& before = loop.objects[id];
    if (!before.exists || before.real != nullptr) continue;
    ObjectState* now = VirtualState(virtuals_[id].node);
    if (now == nullptr) {
      speculation_.Note(speculation_.escaped, loop.key, virtuals_[id].key);
      continue;
    }
    for (size_t f = 0; f < before.fields.size(); ++f) {
      if (before.fields[f]->op == IrOp::kVirtual && now->fields[f] != before.fields[f] &&
          Resolve(now->fields[f]) != before.fields[f])
        speculation_.Note(speculation_.escaped, loop.key, virtuals_[id].key);
    }
  }
  for (size_t v = 0; v < loop.variables.size(); ++v)
    loop.variables[v].phi->inputs.push_back(inputs[v]);
  JudgePeeling(loop);
  JumpTo(loop.header);
  act.offset = saved_offset;
}

}  // namespace som::jit
