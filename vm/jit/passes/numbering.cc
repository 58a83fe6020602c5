// Computes, checks and loads only once what is known already: global value numbering over the
// dominator tree. Loads are numbered with the version of the memory they read, so that one load can
// stand for another, or a stored value for a load, as long as nothing may have written in between.
//
//   CheckClass v1 49                            CheckClass v1 49
//   v3 = LoadField v1 8                         v3 = LoadField v1 8
//   v4 = AddInt v3 v2                           v4 = AddInt v3 v2
//   StoreField v1 v4 8            becomes       StoreField v1 v4 8
//   CheckClass v1 49                            -
//   v5 = LoadField v1 8                         -
//   v6 = AddInt v5 v4                           v6 = AddInt v4 v4
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/jit/loops.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

// What makes two nodes compute the same.
struct Key {
  IrOp op;
  int64_t imm;
  int64_t imm2;
  const void* data;
  absl::InlinedVector<uint32_t, 4> inputs;
  uint64_t version;  // of the memory that is read

  friend bool operator==(const Key&, const Key&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Key& key) {
    return H::combine(std::move(h), key.op, key.imm, key.imm2, key.data, key.inputs, key.version);
  }
};

// Versions of memory at one point. What has no version of its own has that of everything.
struct Memory {
  uint64_t everything = 0;
  std::map<uint64_t, uint64_t> own;
  uint64_t Of(uint64_t key) const {
    auto it = own.find(key);
    return it == own.end() ? everything : it->second;
  }
};

class Numbering {
 public:
  explicit Numbering(Graph& graph)
      : graph_(graph), dominators_(graph), replacement_(graph.node_count(), nullptr) {
    for (LoopInfo& loop : FindLoops(graph)) loops_[loop.header] = std::move(loop);
    out_.resize(graph.blocks().size());
  }

  void Run() {
    // In order of numbers a block comes behind what dominates it.
    for (Block* block : graph_.blocks()) NumberBlock(block);
    for (Block* block : graph_.blocks()) {
      for (Node* phi : block->phis) ReplaceInputs(phi);
      for (Node* node : block->nodes) {
        ReplaceInputs(node);
        ForEachStateValue(node->state, [&](Node*& value) { value = Resolve(value); });
      }
    }
  }

 private:
  Node* Resolve(Node* node) const {
    while (replacement_[node->id] != nullptr) node = replacement_[node->id];
    return node;
  }

  void ReplaceInputs(Node* node) {
    for (Node*& input : node->inputs) input = Resolve(input);
    if (node->guard != nullptr) node->guard = Resolve(node->guard);
  }

  Memory Entering(Block* block) {
    if (block->predecessors.empty()) return {};
    auto loop = loops_.find(block);
    if (loop != loops_.end()) {
      const Block* entry = block->predecessors[0];
      for (const Block* predecessor : block->predecessors) {
        if (predecessor->id < entry->id) entry = predecessor;
      }
      Memory memory = out_[entry->id];
      size_t entries = 0;
      for (const Block* predecessor : block->predecessors)
        entries += predecessor->id < block->id ? 1 : 0;
      if (loop->second.calls || entries != 1) return {++next_version_, {}};
      for (uint64_t key : loop->second.written) memory.own[key] = ++next_version_;
      return memory;
    }
    Memory memory = out_[block->predecessors[0]->id];
    for (size_t p = 1; p < block->predecessors.size(); ++p) {
      const Memory& other = out_[block->predecessors[p]->id];
      if (other.everything != memory.everything) return {++next_version_, {}};
      for (auto& [key, version] : memory.own) {
        if (other.Of(key) != version) version = ++next_version_;
      }
      for (const auto& [key, version] : other.own) {
        if (memory.Of(key) != version) memory.own[key] = ++next_version_;
      }
    }
    return memory;
  }

  Key KeyOf(const Node* node, const Memory& memory) const {
    Key key{node->op, node->imm, node->imm2, node->data, {}, 0};
    if (node->op == IrOp::kCheckClass) key.imm2 = 0;
    for (const Node* input : node->inputs) key.inputs.push_back(input->id);
    if (node->Has(ir_effect::kReads)) key.version = memory.Of(MemoryKeyOf(*node));
    return key;
  }

  // The node that is known to compute `key` wherever control reaches `block`, or null.
  Node* Find(const Key& key, const Block* block) const {
    auto it = known_.find(key);
    if (it == known_.end()) return nullptr;
    for (const auto& [node, where] : it->second) {
      if (dominators_.Dominates(where, block)) return node;
    }
    return nullptr;
  }

  void Remember(Key key, Node* node, const Block* block) {
    known_[std::move(key)].emplace_back(node, block);
  }

  void NumberBlock(Block* block) {
    Memory memory = Entering(block);
    std::erase_if(block->nodes, [&](Node* node) {
      ReplaceInputs(node);
      return NumberNode(node, block, memory);
    });
    out_[block->id] = std::move(memory);
  }

  // Whether the node is not needed.
  bool NumberNode(Node* node, Block* block, Memory& memory) {
    using namespace ir_effect;  // NOLINT: the words of ir.def
    if (node->Has(kEnds | kPinned) || node->op == IrOp::kCheckInterrupt) return false;
    if (node->Has(kCalls)) {
      if (node->op != IrOp::kCopyArray) memory = {++next_version_, {}};
      return false;
    }
    if (node->Has(kAllocates)) return false;
    if (node->Has(kWrites)) {
      Store(node, block, memory);
      return false;
    }
    if (IsKnownToHold(*node)) {
      replacement_[node->id] = node->inputs[0];  // what it guards depends on the value itself
      return true;
    }
    if (Node* source = SourceOf(*node)) {
      replacement_[node->id] = source;
      return true;
    }
    Key key = KeyOf(node, memory);
    if (Node* same = Find(key, block)) {
      replacement_[node->id] = same;
      return true;
    }
    Remember(std::move(key), node, block);
    return false;
  }

  // The value that the node gets back from what was made of it, or null.
  static Node* SourceOf(const Node& node) {
    if (node.inputs.empty()) return nullptr;
    const Node& input = *node.inputs[0];
    switch (node.op) {
      case IrOp::kLoadLength:
        return input.op == IrOp::kNewArray ? input.inputs[0] : nullptr;
      case IrOp::kUnbox:
      case IrOp::kToDouble:
        return input.op == IrOp::kBox ? input.inputs[0] : nullptr;
      case IrOp::kBox:
        return input.op == IrOp::kUnbox ? input.inputs[0] : nullptr;
      default:
        return nullptr;
    }
  }

  // Whether it is a check of what the value, or the one that has come in its place, always is.
  static bool IsKnownToHold(const Node& check) {
    if (check.inputs.empty()) return false;
    const Node& value = *check.inputs[0];
    if (value.IsAnyConstant()) return false;
    switch (check.op) {
      case IrOp::kCheckInt:
        return value.type.IsInt();
      case IrOp::kCheckDouble:
        return value.type.IsDouble();
      case IrOp::kCheckBoolean:
        return value.type.IsBoolean();
      case IrOp::kCheckClass:
        return value.type.IsClass(static_cast<uint32_t>(check.imm));
      default:
        return false;
    }
  }

  // Behind a store the memory has a new version, of which one value is known.
  void Store(Node* node, Block* block, Memory& memory) {
    const uint64_t memory_key = MemoryKeyOf(*node);
    if (memory_key == 0) return;
    const uint64_t version = memory.own[memory_key] = ++next_version_;
    const bool field = node->op == IrOp::kStoreField;
    Key key{
        field ? IrOp::kLoadField : IrOp::kLoadElement, node->imm, node->imm2, nullptr, {}, version};
    for (size_t i = 0; i + 1 < node->inputs.size(); ++i) key.inputs.push_back(node->inputs[i]->id);
    Remember(std::move(key), node->inputs.back(), block);
  }

  Graph& graph_;
  Dominators dominators_;
  std::vector<Node*> replacement_;
  std::map<const Block*, LoopInfo> loops_;
  std::vector<Memory> out_;
  absl::flat_hash_map<Key, std::vector<std::pair<Node*, const Block*>>> known_;
  uint64_t next_version_ = 0;
};

}  // namespace

void NumberValues(Graph& graph) { Numbering(graph).Run(); }

}  // namespace som::jit
