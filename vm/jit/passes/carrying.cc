// Carries a field that a loop reads and writes from one round to the next in a register. The store
// stays, as anybody may look at the object once the loop has been left; but no round waits for what
// the one before has stored, nor asks again what it is.
//
//   b1: from b0                                 b1: from b0
//     Jump @head                                  v10 = LoadField v0 8
//   b2: loop header, from b1 b3                   CheckInt v10 @head
//     v4 = LoadField v0 8                         Jump @head
//     CheckInt v4                   becomes     b2: loop header, from b1 b3
//     v6 = AddInt v4 v3                           v12 = Phi v10 v6
//     StoreField v0 v6 8                          v6 = AddInt v12 v3
//                                                 StoreField v0 v6 8
//
// That is right where the field is loaded in one place and stored in one place behind it, in every
// round, and nobody else writes such a field of any object: another object might be the same one.
// (Scalar replacement across iterations: Callahan, Carr and Kennedy, "Improving Register Allocation
// for Subscripted Variables", 1990.)
#include <algorithm>
#include <map>
#include <ranges>
#include <vector>

#include "vm/jit/loops.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

class Carrier {
 public:
  Carrier(Graph& graph, const Dominators& dominators, const LoopInfo& loop)
      : graph_(graph), dominators_(dominators), loop_(loop) {}

  void Run() {
    for (auto& [key, field] : FieldsOf()) {
      if (field.loads == 1 && field.stores == 1 && IsCarried(*field.load, *field.store))
        Carry(field.load, field.store->inputs[1]);
    }
  }

 private:
  // What the loop does to one sort of memory.
  struct Field {
    size_t loads = 0;
    size_t stores = 0;
    Node* load = nullptr;
    Node* store = nullptr;
  };

  std::map<uint64_t, Field> FieldsOf() const {
    std::map<uint64_t, Field> fields;
    for (const Block* block : loop_.body) {
      for (Node* node : block->nodes) {
        if (node->op != IrOp::kLoadField && node->op != IrOp::kStoreField) continue;
        Field& field = fields[MemoryKeyOf(*node)];
        const bool loads = node->op == IrOp::kLoadField;
        ++(loads ? field.loads : field.stores);
        (loads ? field.load : field.store) = node;
      }
    }
    return fields;
  }

  const Block* Latch() const { return loop_.latches[0]; }

  bool IsBefore(const Node& a, const Node& b) const {
    if (a.block != b.block) return dominators_.Dominates(a.block, b.block);
    const std::vector<Node*>& nodes = a.block->nodes;
    return std::find(nodes.begin(), nodes.end(), &a) < std::find(nodes.begin(), nodes.end(), &b);
  }

  // Whether each round executes both once, and the load reads what the round before has stored.
  bool IsCarried(const Node& load, const Node& store) const {
    const Node* object = load.inputs[0];
    const bool is_outside = object->IsConstant() || !loop_.Contains(object->block);
    const bool is_guarded =
        load.guard == nullptr || (load.guard != &load && !loop_.Contains(load.guard->block));
    return is_outside && is_guarded && object == store.inputs[0] && IsInNoInnerLoop(*load.block) &&
           IsInNoInnerLoop(*store.block) && dominators_.Dominates(store.block, Latch()) &&
           IsBefore(load, store);
  }

  bool IsInNoInnerLoop(const Block& block) const {
    return block.loop_depth == loop_.header->loop_depth;
  }

  // Who uses the load's value, but for frame states.
  std::vector<Node*> UsersOf(const Node* load) const {
    std::vector<Node*> users;
    for (Block* block : graph_.blocks()) {
      for (const std::vector<Node*>* nodes : {&block->phis, &block->nodes}) {
        for (Node* node : *nodes) {
          if (std::find(node->inputs.begin(), node->inputs.end(), load) != node->inputs.end())
            users.push_back(node);
        }
      }
    }
    return users;
  }

  // What was stored in front of the loop where it loads; null if that is not known.
  Node* StoredInFront(const Node& load) const {
    const Block* block = loop_.preheader;
    for (;;) {
      for (Node* node : std::views::reverse(block->nodes)) {
        if (node->Has(ir_effect::kCalls)) return nullptr;
        if (node->op == IrOp::kStoreField && MemoryKeyOf(*node) == MemoryKeyOf(load))
          return node->inputs[0] == load.inputs[0] ? node->inputs[1] : nullptr;
      }
      if (block->predecessors.size() != 1) return nullptr;
      block = block->predecessors[0];
    }
  }

  Node* InFront(IrOp op, Node* input, Type type) {
    Node* node = graph_.NewNode(op, {input});
    node->type = type;
    node->block = loop_.preheader;
    std::vector<Node*>& nodes = loop_.preheader->nodes;
    nodes.insert(nodes.end() - 1, node);
    return node;
  }

  void Carry(Node* load, Node* value) {
    FrameState* state = loop_.preheader->terminator()->state;
    Node* first = StoredInFront(*load);
    const bool is_known = first != nullptr && first->type == value->type;
    const std::vector<Node*> users = UsersOf(load);
    const bool as_double = (state != nullptr || is_known) && value->op == IrOp::kBox &&
                           std::all_of(users.begin(), users.end(), [](const Node* user) {
                             return user->op == IrOp::kUnbox || user->op == IrOp::kToDouble ||
                                    user->op == IrOp::kCheckDouble;
                           });
    const bool as_int = (state != nullptr || is_known) && value->type.IsInt() &&
                        std::any_of(users.begin(), users.end(),
                                    [](const Node* user) { return user->op == IrOp::kCheckInt; });
    if (!is_known) {
      first = InFront(IrOp::kLoadField, load->inputs[0], load->type);
      first->imm = load->imm;
      first->imm2 = load->imm2;
      first->guard = load->guard;
      if (as_int || as_double) {
        const IrOp check = as_int ? IrOp::kCheckInt : IrOp::kCheckDouble;
        InFront(check, first, Type::Anything())->state = state;
      }
    }
    if (as_double) {
      first =
          first->op == IrOp::kBox ? first->inputs[0] : InFront(IrOp::kUnbox, first, Type::Double());
      value = value->inputs[0];
    }
    Node* phi = graph_.NewNode(IrOp::kPhi, {value, value});
    phi->inputs[loop_.header->predecessors[0] == loop_.preheader ? 0 : 1] = first;
    phi->rep = as_double ? IrRep::kDouble : IrRep::kTagged;
    phi->type = as_double ? Type::Double() : as_int ? Type::Int() : load->type;
    phi->block = loop_.header;
    loop_.header->phis.push_back(phi);
    std::map<const Node*, Node*> in_place{{load, phi}};
    for (Node* user : users) {
      if (as_double || (as_int && user->op == IrOp::kCheckInt)) in_place[user] = phi;
    }
    Replace(in_place);
  }

  // Takes the nodes out of the graph, with others in their places.
  void Replace(const std::map<const Node*, Node*>& in_place) {
    auto resolve = [&](Node*& node) {
      auto it = in_place.find(node);
      if (it != in_place.end()) node = it->second;
    };
    for (Block* block : graph_.blocks()) {
      std::erase_if(block->nodes, [&](const Node* node) { return in_place.contains(node); });
      for (Node* phi : block->phis) {
        for (Node*& input : phi->inputs) resolve(input);
      }
      for (Node* node : block->nodes) {
        for (Node*& input : node->inputs) resolve(input);
        if (node->guard != nullptr) resolve(node->guard);
        ForEachStateValue(node->state, resolve);
      }
    }
  }

  Graph& graph_;
  const Dominators& dominators_;
  const LoopInfo& loop_;
};

}  // namespace

void CarryFields(Graph& graph) {
  const std::vector<LoopInfo> loops = FindLoops(graph);
  if (loops.empty()) return;
  const Dominators dominators(graph);
  for (const LoopInfo& loop : loops) {
    if (loop.preheader != nullptr && loop.latches.size() == 1 && !loop.calls)
      Carrier(graph, dominators, loop).Run();
  }
}

}  // namespace som::jit
