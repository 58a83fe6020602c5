// Makes room for objects that are allocated one after the other in one go: the heap's limit is
// looked at once, and only there may the collector run. The others lie in the room that the first
// one has made.
//
//   v3 = NewInstance v1 nil #40 [@7 v1 v2]      v3 = NewInstance v1 nil #40 room=48 [@7 v1 v2]
//   v4 = AddInt v1 v2 [@8 v1 v2 v3]             v4 = AddInt v1 v2 [@8 v1 v2 v3]
//   v5 = NewInstance v4 v3 #40 [@9 v3 v4]       v5 = NewInstance v4 v3 #40 room=-24
//   StoreField v3 v5 16             becomes     StoreField v3 v5 16
//
// In between nothing may collect; code that leaves there leaves a little of eden unused, which
// nobody walks over but the observer, and what he observes is not compiled. The state of an
// allocation that no longer collects goes, and nobody has to keep its values for it. (Allocation
// folding; in a block what Clifford, Payer, Starzinger and Titzer do over the dominator tree,
// "Allocation Folding Based on Dominance", 2014.)
#include <cstddef>
#include <utility>
#include <vector>

#include "vm/jit/object_shape.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

constexpr size_t kMostBytes = 1024;

// Neighbours in one block that may share their room.
class Group {
 public:
  void Add(Node* node) {
    const size_t bytes = ShapeOf(*node).bytes;
    if (bytes_ + bytes > kMostBytes) Close();
    members_.emplace_back(node, bytes_);
    bytes_ += bytes;
  }

  void Close() {
    if (members_.size() > 1) {
      for (const auto& [node, offset] : members_) {
        node->room = -static_cast<int32_t>(bytes_ - offset);
        if (offset != 0) node->state = nullptr;
      }
      members_.front().first->room = static_cast<int32_t>(bytes_);
    }
    members_.clear();
    bytes_ = 0;
  }

 private:
  std::vector<std::pair<Node*, size_t>> members_;  // with the bytes in front of them
  size_t bytes_ = 0;
};

}  // namespace

void FoldAllocations(Graph& graph) {
  Group group;
  for (Block* block : graph.blocks()) {
    for (Node* node : block->nodes) {
      if (IsSmallAllocation(*node)) {
        group.Add(node);
      } else if (node->MayCollect()) {
        group.Close();
      }
    }
    group.Close();
  }
}

}  // namespace som::jit
