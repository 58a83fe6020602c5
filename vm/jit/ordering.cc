// See ordering.h.
#include "vm/jit/ordering.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace som::jit {

namespace {

// Of blocks that have no number yet.
constexpr uint32_t kUnseen = ~0U;
constexpr uint32_t kSeen = kUnseen - 1;

class Orderer {
 public:
  explicit Orderer(Graph& graph) : graph_(graph) {}

  void Run() {
    NumberReversePostorder();
    DropUnreachable();
    FindLoops();
    SpreadCold();
    SplitCriticalEdges();
    Place();
  }

 private:
  void NumberReversePostorder() {
    struct Step {
      Block* block;
      size_t next;
    };
    std::vector<Step> stack;
    std::vector<Block*> postorder;
    for (Block* block : graph_.blocks()) block->id = kUnseen;
    auto open = [&](Block* block) {
      if (block->id != kUnseen) return;
      block->id = kSeen;
      stack.push_back({block, 0});
    };
    open(graph_.blocks()[0]);
    while (!stack.empty()) {
      Step& step = stack.back();
      if (step.next == step.block->successors.size()) {
        postorder.push_back(step.block);
        stack.pop_back();
      } else {
        // The first successor last, so that it comes right behind the block.
        const size_t which = step.block->successors.size() - 1 - step.next++;
        open(step.block->successors[which]);
      }
    }
    order_.assign(postorder.rbegin(), postorder.rend());
  }

  void DropUnreachable() {
    for (size_t i = 0; i < order_.size(); ++i) order_[i]->id = static_cast<uint32_t>(i);
    for (Block* block : order_) {
      for (size_t p = block->predecessors.size(); p-- > 0;) {
        if (block->predecessors[p]->id != kUnseen) continue;
        block->predecessors.erase(block->predecessors.begin() + static_cast<ptrdiff_t>(p));
        for (Node* phi : block->phis)
          phi->inputs.erase(phi->inputs.begin() + static_cast<ptrdiff_t>(p));
      }
    }
  }

  void FindLoops() {
    for (Block* block : order_) {
      block->loop_depth = 0;
      block->is_loop_header = false;
    }
    std::vector<const Block*> loop_of(order_.size(), nullptr);  // the last one, by block
    std::vector<Block*> work;
    for (Block* header : order_) {
      for (Block* predecessor : header->predecessors) {
        if (predecessor->id >= header->id) work.push_back(predecessor);
      }
      if (work.empty()) continue;
      header->is_loop_header = true;
      loop_of[header->id] = header;
      ++header->loop_depth;
      while (!work.empty()) {
        Block* member = work.back();
        work.pop_back();
        if (loop_of[member->id] == header) continue;
        loop_of[member->id] = header;
        ++member->loop_depth;
        for (Block* predecessor : member->predecessors) work.push_back(predecessor);
      }
    }
  }

  // What leads to cold blocks only is cold as well.
  void SpreadCold() {
    for (size_t i = order_.size(); i-- > 1;) {
      Block* block = order_[i];
      if (block->successors.empty() || block->is_loop_header) continue;
      block->is_cold = std::all_of(block->successors.begin(), block->successors.end(),
                                   [&](const Block* s) { return s->is_cold && s->id > block->id; });
    }
  }

  void SplitCriticalEdges() {
    const size_t count = order_.size();
    for (size_t i = 0; i < count; ++i) {
      Block* from = order_[i];
      if (from->successors.size() < 2) continue;
      for (size_t s = 0; s < from->successors.size(); ++s) {
        Block* to = from->successors[s];
        if (to->predecessors.size() < 2) continue;
        Block* between = graph_.NewBlock();
        between->is_cold = to->is_cold;
        between->loop_depth = std::min(from->loop_depth, to->loop_depth);
        between->predecessors = {from};
        between->successors = {to};
        Graph::Append(between, graph_.NewNode(IrOp::kJump, {}));
        from->successors[s] = between;
        // Of two edges between the same blocks, each is split on its own.
        *std::find(to->predecessors.begin(), to->predecessors.end(), from) = between;
        order_.push_back(between);
      }
    }
  }

  // Always the block of the deepest loop whose predecessors, back edges apart, have been placed.
  void Place() {
    for (size_t i = 0; i < order_.size(); ++i) order_[i]->id = static_cast<uint32_t>(i);
    std::vector<size_t> waiting(order_.size(), 0);
    FindBackEdges();
    std::vector<Block*> ready;
    for (Block* block : order_) {
      for (const Block* predecessor : block->predecessors)
        waiting[block->id] += IsBackEdge(predecessor, block) ? 0 : 1;
    }
    std::vector<Block*> hot;
    std::vector<Block*> cold;
    ready.push_back(order_[0]);
    while (!ready.empty()) {
      // Among equals the one that became ready last: what follows its predecessor.
      size_t best = ready.size() - 1;
      for (size_t i = ready.size() - 1; i-- > 0;) {
        if (Rank(ready[i]) > Rank(ready[best])) best = i;
      }
      Block* block = ready[best];
      ready.erase(ready.begin() + static_cast<ptrdiff_t>(best));
      (block->is_cold ? cold : hot).push_back(block);
      for (size_t s = block->successors.size(); s-- > 0;) {
        Block* successor = block->successors[s];
        if (!IsBackEdge(block, successor) && --waiting[successor->id] == 0)
          ready.push_back(successor);
      }
    }
    hot.insert(hot.end(), cold.begin(), cold.end());
    graph_.blocks() = hot;
    for (size_t i = 0; i < hot.size(); ++i) hot[i]->id = static_cast<uint32_t>(i);
  }

  static int Rank(const Block* block) { return block->is_cold ? -1 : block->loop_depth; }

  // By depth-first search: numbers do not tell, as blocks put on an edge have the highest.
  void FindBackEdges() {
    back_edges_.clear();
    std::vector<bool> state(order_.size(), false);
    struct Step {
      Block* block;
      size_t next;
    };
    std::vector<bool> open(order_.size(), false);
    std::vector<Step> stack{{order_[0], 0}};
    state[0] = open[0] = true;
    while (!stack.empty()) {
      Step& step = stack.back();
      if (step.next == step.block->successors.size()) {
        open[step.block->id] = false;
        stack.pop_back();
        continue;
      }
      Block* successor = step.block->successors[step.next++];
      if (open[successor->id]) {
        back_edges_.emplace_back(step.block, successor);
      } else if (!state[successor->id]) {
        state[successor->id] = open[successor->id] = true;
        stack.push_back({successor, 0});
      }
    }
  }

  bool IsBackEdge(const Block* from, const Block* to) const {
    return std::find(back_edges_.begin(), back_edges_.end(), std::pair(from, to)) !=
           back_edges_.end();
  }

  Graph& graph_;
  std::vector<Block*> order_;
  std::vector<std::pair<const Block*, const Block*>> back_edges_;  // few
};

}  // namespace

void OrderBlocks(Graph& graph) { Orderer(graph).Run(); }

}  // namespace som::jit
