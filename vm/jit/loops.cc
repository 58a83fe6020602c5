// See loops.h.
#include "vm/jit/loops.h"

#include <algorithm>

namespace som::jit {

Dominators::Dominators(const Graph& graph) : immediate_(graph.blocks().size(), nullptr) {
  const std::vector<Block*>& blocks = graph.blocks();
  immediate_[0] = blocks[0];
  auto meet = [&](Block* a, Block* b) {
    while (a != b) {
      while (a->id > b->id) a = immediate_[a->id];
      while (b->id > a->id) b = immediate_[b->id];
    }
    return a;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 1; i < blocks.size(); ++i) {
      Block* dominator = nullptr;
      for (Block* predecessor : blocks[i]->predecessors) {
        if (immediate_[predecessor->id] == nullptr) continue;
        dominator = dominator == nullptr ? predecessor : meet(dominator, predecessor);
      }
      if (dominator != immediate_[i]) {
        immediate_[i] = dominator;
        changed = true;
      }
    }
  }
}

bool Dominators::Dominates(const Block* above, const Block* below) const {
  while (below->id > above->id) below = immediate_[below->id];
  return below == above;
}

bool Dominators::IsBehindAny(const std::vector<const Block*>& places, const Block* block) const {
  return std::any_of(places.begin(), places.end(),
                     [&](const Block* place) { return Dominates(place, block); });
}

uint64_t MemoryKeyOf(const Node& node) {
  constexpr uint64_t kKindShift = 48;
  switch (node.op) {
    case IrOp::kLoadField:
    case IrOp::kStoreField:
      return (static_cast<uint64_t>(node.imm2) + 1) << kKindShift | static_cast<uint64_t>(node.imm);
    case IrOp::kLoadElement:
    case IrOp::kStoreElement:
      return (static_cast<uint64_t>(IrMemory::kElement) + 1) << kKindShift;
    case IrOp::kLoadGlobal:
      return uint64_t{0xFF} << kKindShift;
    default:
      return 0;
  }
}

std::vector<LoopInfo> FindLoops(const Graph& graph) {
  std::vector<LoopInfo> loops;
  for (Block* header : graph.blocks()) {
    if (!header->is_loop_header) continue;
    LoopInfo loop;
    loop.header = header;
    std::vector<Block*> entries;
    for (Block* predecessor : header->predecessors)
      (predecessor->id >= header->id ? loop.latches : entries).push_back(predecessor);
    if (entries.size() == 1 && entries[0]->successors.size() == 1) loop.preheader = entries[0];
    std::vector<Block*> work = loop.latches;
    loop.members.insert(header);
    loop.body.push_back(header);
    while (!work.empty()) {
      Block* member = work.back();
      work.pop_back();
      if (!loop.members.insert(member).second) continue;
      loop.body.push_back(member);
      work.insert(work.end(), member->predecessors.begin(), member->predecessors.end());
    }
    std::sort(loop.body.begin(), loop.body.end(),
              [](const Block* a, const Block* b) { return a->id < b->id; });
    for (const Block* member : loop.body) {
      for (const Node* node : member->nodes) {
        if (node->Has(ir_effect::kCalls)) {
          loop.calls |= node->op != IrOp::kCopyArray;
        } else if (node->Has(ir_effect::kWrites)) {
          loop.written.insert(MemoryKeyOf(*node));
        }
      }
    }
    loops.push_back(std::move(loop));
  }
  std::sort(loops.begin(), loops.end(), [](const LoopInfo& a, const LoopInfo& b) {
    return a.header->loop_depth != b.header->loop_depth
               ? a.header->loop_depth > b.header->loop_depth
               : a.header->id < b.header->id;
  });
  return loops;
}

namespace {

// What is added to the phi to make `next`; 0 if that is not all.
int64_t StepOf(const Node* next, const Node* phi) {
  if (next->op != IrOp::kAddInt && next->op != IrOp::kSubtractInt) return 0;
  const Node* step = next->inputs[1];
  if (next->inputs[0] != phi || !step->IsConstant() || !step->ConstantValue().IsInt()) return 0;
  const int64_t by = step->ConstantValue().AsInt();
  return next->op == IrOp::kAddInt ? by : -by;
}

}  // namespace

std::vector<Counter> CountersOf(const LoopInfo& loop) {
  std::vector<Counter> counters;
  if (loop.preheader == nullptr || loop.latches.size() != 1) return counters;
  const Block* latch = loop.latches[0];
  if (latch->predecessors.size() != 1) return counters;
  const Block* source = latch->predecessors[0];
  const Node* branch = source->terminator();
  if (branch->op != IrOp::kBranchInt || source->successors[0] == source->successors[1])
    return counters;
  auto condition = static_cast<IrCondition>(branch->imm);
  if (source->successors[0] != latch) condition = Negated(condition);
  const size_t entry = loop.header->predecessors[0] == loop.preheader ? 0 : 1;
  for (const size_t side : {size_t{0}, size_t{1}}) {
    Node* next = branch->inputs[side];
    Node* limit = branch->inputs[1 - side];
    const IrCondition holds = side == 0 ? condition : Mirrored(condition);
    if (loop.Contains(limit->block)) continue;
    for (const Node* phi : loop.header->phis) {
      if (!phi->type.IsInt() || phi->rep != IrRep::kTagged || phi->inputs[1 - entry] != next)
        continue;
      const int64_t step = StepOf(next, phi);
      if ((step > 0 && holds == IrCondition::kLessEqual) ||
          (step < 0 && holds == IrCondition::kGreaterEqual))
        counters.push_back({phi, phi->inputs[entry], next, limit, step});
    }
  }
  return counters;
}

KnownTypes::KnownTypes(const Graph& graph, const Dominators& dominators) : dominators_(dominators) {
  for (const Block* block : graph.blocks()) {
    for (const Node* node : block->nodes) Learn(node, block);
  }
}

void KnownTypes::Learn(const Node* check, const Block* block) {
  switch (check->op) {
    case IrOp::kCheckInt:
      checked_[check->inputs[0]].push_back({Type::Int(), block});
      break;
    case IrOp::kCheckDouble:
      checked_[check->inputs[0]].push_back({Type::Double(), block});
      break;
    case IrOp::kCheckBoolean:
      checked_[check->inputs[0]].push_back({Type::Boolean(), block});
      break;
    default:
      break;
  }
}

bool KnownTypes::Is(Type type, const Node* node, const Block* at) const {
  if (node->IsConstant()) return Type::Of(node->ConstantValue()) == type;
  if (node->rep != IrRep::kTagged) return false;
  if (node->type == type) return true;
  auto it = checked_.find(node);
  return it != checked_.end() &&
         std::any_of(it->second.begin(), it->second.end(), [&](const Checked& checked) {
           return checked.type == type && dominators_.Dominates(checked.block, at);
         });
}

}  // namespace som::jit
