// See allocation_verifier.h. A forward data-flow analysis: the contents of all places at the start
// of a block are those on which the ends of its predecessors agree.
#include "vm/jit/allocation_verifier.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace som::jit {

namespace {

using Key = std::pair<Place::Kind, int32_t>;
using Contents = std::map<Key, const Node*>;

// What is in all places where a block starts, once a way there has been followed.
struct Start {
  bool is_known = false;
  Contents contents;
};

class Checker {
 public:
  Checker(const Graph& graph, const Allocation& allocation,
          NodeConstraints (*constraints)(const Node&))
      : graph_(graph), allocation_(allocation), constraints_(constraints) {}

  std::string Run() {
    at_start_.resize(graph_.blocks().size());
    Contents entry;
    for (const Block* block : graph_.blocks()) {
      for (const Node* node : block->nodes) {
        if (node->op == IrOp::kFrameWord)
          entry[{Place::Kind::kSlot, static_cast<int32_t>(node->imm)}] = node;
      }
    }
    at_start_[0] = {true, std::move(entry)};
    // Contents only shrink, so this ends.
    while (FollowAll()) continue;
    is_checking_ = true;
    FollowAll();
    return problem_;
  }

 private:
  // Follows every block that is known to be reached once; answers whether a start has changed.
  bool FollowAll() {
    bool changed = false;
    for (const Block* block : graph_.blocks()) {
      if (!at_start_[block->id].is_known) continue;
      Contents contents = at_start_[block->id].contents;
      Walk(block, contents);
      for (const Block* successor : block->successors) changed |= Flow(block, successor, contents);
    }
    return changed;
  }

  template <typename... Parts>
  void Report(const Block* block, const Parts&... parts) {
    if (is_checking_ && problem_.empty()) problem_ = absl::StrCat("b", block->id, ": ", parts...);
  }

  static Key KeyOf(const Place& place) { return {place.kind, place.index}; }

  static void Apply(const std::vector<Move>& moves, Contents& contents) {
    std::vector<std::pair<Key, const Node*>> written;
    for (const Move& move : moves) {
      const Node* value = move.from.constant;
      if (move.from.kind != Place::Kind::kConstant) {
        auto it = contents.find(KeyOf(move.from));
        value = it == contents.end() ? nullptr : it->second;
      }
      written.emplace_back(KeyOf(move.to), value);
    }
    for (const auto& [key, value] : written) Set(contents, key, value);
  }

  static void Set(Contents& contents, Key key, const Node* value) {
    if (value == nullptr) {
      contents.erase(key);
    } else {
      contents[key] = value;
    }
  }

  void Expect(const Block* block, const Node* user, const Node* value, const Place& place,
              const Contents& contents, const char* as) {
    if (value->IsAnyConstant() && place.kind == Place::Kind::kConstant && place.constant == value)
      return;
    auto it = contents.find(KeyOf(place));
    if (it != contents.end() && it->second == value) return;
    Report(block, "v", user->id, " ", std::string(InfoOf(user->op).name), " looks for v", value->id,
           " as its ", as, " in ", PlaceText(place), ", where ",
           it == contents.end() ? std::string("nothing") : absl::StrCat("v", it->second->id),
           " is");
  }

  void Walk(const Block* block, Contents& contents) {
    Apply(allocation_.moves_at_start[block->id], contents);
    if (MovesAtStart(block)) BecomePhis(block->predecessors[0], block, contents);
    for (const Node* node : block->nodes) {
      Apply(allocation_.nodes[node->id].moves_before, contents);
      if (node == block->nodes.back()) Apply(allocation_.moves_at_end[block->id], contents);
      Step(block, node, contents);
    }
  }

  void Step(const Block* block, const Node* node, Contents& contents) {
    const Allocation::AtNode& at = allocation_.nodes[node->id];
    for (size_t i = 0; i < node->inputs.size(); ++i)
      Expect(block, node, node->inputs[i], at.inputs[i], contents, "input");
    if (node->op == IrOp::kFrameWord) return;
    const NodeConstraints constraints = constraints_(*node);
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      if ((constraints.late_inputs >> i & 1) != 0 && at.result.kind != Place::Kind::kNone &&
          KeyOf(at.inputs[i]) == KeyOf(at.result) && at.inputs[i].kind != Place::Kind::kConstant)
        Report(block, "v", node->id, " has its result where v", node->inputs[i]->id,
               " is still to be read");
    }
    Destroy(constraints, contents);
    if (node->MayCollect()) Collect(node, contents);
    if (node->op != IrOp::kJump && node->state != nullptr) {
      size_t i = 0;
      ForEachStateValue(node->state, [&](Node*& value) {
        Expect(block, node, value, allocation_.state_values[node->id][i++], contents, "state");
      });
    }
    if (at.result.kind != Place::Kind::kNone) contents[KeyOf(at.result)] = node;
  }

  static void Destroy(const NodeConstraints& constraints, Contents& contents) {
    std::erase_if(contents, [&](const auto& entry) {
      const auto& [kind, index] = entry.first;
      if (kind != Place::Kind::kRegister && kind != Place::Kind::kXmm) return false;
      const uint32_t mask = kind == Place::Kind::kRegister ? constraints.destroys.general
                                                           : constraints.destroys.floating;
      return constraints.destroys_all || (mask >> index & 1) != 0;
    });
  }

  // What the node's list of live values does not name is lost.
  void Collect(const Node* node, Contents& contents) const {
    std::set<Key> listed;
    for (const LiveValue& live : allocation_.live_tagged[node->id]) {
      listed.insert(KeyOf(live.place));
      if (live.has_word) listed.insert({Place::Kind::kSlot, live.word});
    }
    const uint32_t floating = allocation_.live_floating[node->id];
    std::erase_if(contents, [&](const auto& entry) {
      const auto& [kind, index] = entry.first;
      if (kind == Place::Kind::kXmm) return (floating >> index & 1) == 0;
      return entry.second->rep == IrRep::kTagged && !entry.second->IsAnyConstant() &&
             !listed.contains(entry.first);
    });
  }

  // Whether values are moved behind the edge that leads to the block, not in front of it.
  static bool MovesAtStart(const Block* block) {
    return block->predecessors.size() == 1 && block->predecessors[0]->successors.size() > 1;
  }

  // The phis of `to`, in place of what they are on the edge from `from`.
  void BecomePhis(const Block* from, const Block* to, Contents& contents) {
    size_t which = 0;
    while (to->predecessors[which] != from) ++which;
    for (const Node* phi : to->phis) {
      const Place& place = allocation_.nodes[phi->id].result;
      if (place.kind != Place::Kind::kNone)
        Expect(from, phi, phi->inputs[which], place, contents, "input");
    }
    for (const Node* phi : to->phis) {
      const Place& place = allocation_.nodes[phi->id].result;
      if (place.kind != Place::Kind::kNone) contents[KeyOf(place)] = phi;
    }
  }

  // Hands on contents from one block to the next.
  bool Flow(const Block* from, const Block* to, Contents contents) {
    if (!MovesAtStart(to)) BecomePhis(from, to, contents);
    Start& start = at_start_[to->id];
    if (!start.is_known) {
      start = {true, std::move(contents)};
      return true;
    }
    const size_t lost = std::erase_if(start.contents, [&](const auto& entry) {
      auto it = contents.find(entry.first);
      return it == contents.end() || it->second != entry.second;
    });
    return lost != 0;
  }

  const Graph& graph_;
  const Allocation& allocation_;
  NodeConstraints (*constraints_)(const Node&);
  std::vector<Start> at_start_;  // by block id
  bool is_checking_ = false;
  std::string problem_;
};

}  // namespace

std::string VerifyAllocation(const Graph& graph, const Allocation& allocation,
                             NodeConstraints (*constraints)(const Node&)) {
  return Checker(graph, allocation, constraints).Run();
}

}  // namespace som::jit
