// See graph_verifier.h.
#include "vm/jit/graph_verifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "vm/jit/loops.h"
#include "vm/jit/object_shape.h"

namespace som::jit {

namespace {

class Verifier {
 public:
  explicit Verifier(const Graph& graph) : graph_(graph) {}

  std::string Run() {
    for (size_t b = 0; b < graph_.blocks().size(); ++b) CheckShape(graph_.blocks()[b], b);
    if (!problem_.empty()) return problem_;
    position_.assign(graph_.node_count(), kNowhere);
    where_.assign(graph_.node_count(), nullptr);
    for (const Block* block : graph_.blocks()) Place(block);
    const Dominators dominators(graph_);
    dominators_ = &dominators;
    for (const Block* block : graph_.blocks()) {
      for (const Node* phi : block->phis) CheckPhi(phi, block);
      for (const Node* node : block->nodes) CheckNode(node, block);
      CheckRooms(block);
    }
    return problem_;
  }

 private:
  static constexpr size_t kNowhere = ~size_t{0};

  template <typename... Parts>
  void Report(const Block* block, const Node* node, const Parts&... parts) {
    if (!problem_.empty()) return;
    problem_ = absl::StrCat("b", block->id);
    if (node != nullptr)
      absl::StrAppend(&problem_, " v", node->id, " ", std::string(InfoOf(node->op).name));
    absl::StrAppend(&problem_, ": ", parts...);
  }

  static size_t SuccessorCount(IrOp op) {
    switch (op) {
      case IrOp::kJump:
        return 1;
      case IrOp::kReturn:
      case IrOp::kLeave:
        return 0;
      default:
        return 2;
    }
  }

  void CheckShape(const Block* block, size_t index) {
    if (block->id != index) return Report(block, nullptr, "stands at place ", index);
    const Node* end = block->terminator();
    if (end == nullptr || !end->Has(ir_effect::kEnds))
      return Report(block, end, "the block does not end in a jump, branch or return");
    if (block->successors.size() != SuccessorCount(end->op))
      return Report(block, end, "the block has ", block->successors.size(), " successors");
    for (const Block* successor : block->successors) {
      const auto known =
          std::count(successor->predecessors.begin(), successor->predecessors.end(), block);
      const auto wanted = std::count(block->successors.begin(), block->successors.end(), successor);
      if (known != wanted)
        return Report(block, end, "b", successor->id, " has ", known, " edges from here, not ",
                      wanted);
      if (block->successors.size() > 1 && successor->predecessors.size() > 1)
        return Report(block, end, "the edge to b", successor->id, " is critical");
    }
    for (const Block* predecessor : block->predecessors) {
      if (std::find(predecessor->successors.begin(), predecessor->successors.end(), block) ==
          predecessor->successors.end())
        return Report(block, nullptr, "b", predecessor->id, " does not lead here");
      if (predecessor->id >= block->id && !block->is_loop_header)
        return Report(block, nullptr, "an edge leads back here, but it is no loop header");
    }
    if (index != 0 && block->predecessors.empty()) Report(block, nullptr, "nothing leads here");
  }

  void Place(const Block* block) {
    size_t position = 0;
    auto place = [&](const Node* node) {
      if (where_[node->id] != nullptr) Report(block, node, "stands in two places");
      if (node->block != block) Report(block, node, "says that it is in another block");
      where_[node->id] = block;
      position_[node->id] = position;
    };
    for (const Node* phi : block->phis) {
      if (phi->op != IrOp::kPhi) Report(block, phi, "stands among the phis");
      place(phi);
    }
    for (const Node* node : block->nodes) {
      ++position;
      if (node->op == IrOp::kPhi) Report(block, node, "stands among the operations");
      if (node->Has(ir_effect::kEnds) && node != block->nodes.back())
        Report(block, node, "ends the block in its middle");
      place(node);
    }
  }

  // Whether the value is there in front of position `position` of `block`.
  bool IsDefined(const Node* value, const Block* block, size_t position) const {
    if (value->IsAnyConstant()) return true;
    const Block* at = where_[value->id];
    if (at == nullptr) return false;
    if (at == block) return position_[value->id] < position;
    return dominators_->Dominates(at, block);
  }

  void CheckInput(const Node* node, const Node* input, const Block* block, IrRep rep) {
    if (input == nullptr) return Report(block, node, "an input is missing");
    if (input->rep != rep)
      Report(block, node, "v", input->id, " is ",
             rep == IrRep::kDouble ? "no double" : "not tagged");
  }

  void CheckPhi(const Node* phi, const Block* block) {
    if (phi->inputs.size() != block->predecessors.size())
      return Report(block, phi, "has ", phi->inputs.size(), " inputs for ",
                    block->predecessors.size(), " predecessors");
    for (size_t p = 0; p < phi->inputs.size(); ++p) {
      CheckInput(phi, phi->inputs[p], block, phi->rep);
      if (!problem_.empty()) return;
      if (!IsDefined(phi->inputs[p], block->predecessors[p], kNowhere))
        Report(block, phi, "v", phi->inputs[p]->id, " is not defined at the end of b",
               block->predecessors[p]->id);
    }
  }

  void CheckNode(const Node* node, const Block* block) {
    const IrOpInfo& info = InfoOf(node->op);
    if (info.inputs >= 0 && node->inputs.size() != static_cast<size_t>(info.inputs))
      return Report(block, node, "has ", node->inputs.size(), " inputs");
    const IrRep rep = node->Has(ir_effect::kOfDoubles) ? IrRep::kDouble : IrRep::kTagged;
    const size_t position = position_[node->id];
    for (const Node* input : node->inputs) {
      CheckInput(node, input, block, rep);
      if (!problem_.empty()) return;
      if (!IsDefined(input, block, position))
        return Report(block, node, "v", input->id, " is not defined here");
    }
    if (node->guard != nullptr && node->guard != node && !IsDefined(node->guard, block, position))
      return Report(block, node, "its guard v", node->guard->id, " does not come before it");
    const bool never_exits =
        node->op >= IrOp::kAddInt && node->op <= IrOp::kShiftRightInt && node->imm != 0;
    if (node->Has(ir_effect::kExits | ir_effect::kCalls) && node->state == nullptr && !never_exits)
      return Report(block, node, "has no frame state");
    // A jump's state is a place for hoisted checks; what nobody but it uses may be gone.
    if (node->state != nullptr && node->op != IrOp::kJump) CheckState(node, block, position);
  }

  void CheckState(const Node* node, const Block* block, size_t position) {
    auto check = [&](const Node* value) {
      if (value == nullptr) return;
      if (value->op != IrOp::kVirtual) {
        if (!IsDefined(value, block, position))
          Report(block, node, "v", value->id, " of its state is not defined here");
        return;
      }
      const auto& virtuals = node->state->virtuals;
      if (std::none_of(virtuals.begin(), virtuals.end(),
                       [&](const VirtualObject& object) { return object.node == value; }))
        Report(block, node, "its state does not describe x", value->imm);
    };
    for (const FrameState* s = node->state; s != nullptr; s = s->caller) {
      if (s->caller != nullptr && s->caller->base >= s->base)
        Report(block, node, "an inlined activation stands beneath its caller");
      for (const Node* value : s->values) check(value);
    }
    for (const VirtualObject& object : node->state->virtuals) {
      for (const Node* field : object.fields) check(field);
    }
  }

  // Room that an allocation makes for others is full before anything may collect.
  void CheckRooms(const Block* block) {
    int64_t left = 0;  // bytes beneath the heap's top that no object has taken yet
    for (const Node* node : block->nodes) {
      if (node->room < 0) {
        if (left != -int64_t{node->room})
          return Report(block, node, "lies ", -int64_t{node->room},
                        " bytes beneath the top, where ", left, " are free");
        left -= static_cast<int64_t>(ShapeOf(*node).bytes);
      } else if (node->MayCollect() || node->Has(ir_effect::kEnds)) {
        if (left != 0) return Report(block, node, "comes while ", left, " bytes of room are empty");
        if (node->room > 0) left = node->room - static_cast<int64_t>(ShapeOf(*node).bytes);
      }
    }
  }

  const Graph& graph_;
  const Dominators* dominators_ = nullptr;
  std::vector<size_t> position_;     // by node id: in its block, phis at 0
  std::vector<const Block*> where_;  // by node id
  std::string problem_;
};

}  // namespace

std::string VerifyGraph(const Graph& graph) { return Verifier(graph).Run(); }

}  // namespace som::jit
