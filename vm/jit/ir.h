// Graphs of the compiled tier: nodes in static single assignment form, in basic blocks with phis.
// What the operations are is ir.def's; how a graph is made is graph_builder.h's, how it is written
// down graph_text.h's, what it must satisfy graph_verifier.h's.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "vm/jit/type.h"
#include "vm/objects/value.h"

namespace som {

struct Method;

namespace jit {

enum class IrOp : uint8_t {
#define SOM_IR_OP(name, result, type, inputs, needs, effects, sentence) k##name,
#include "vm/jit/ir.def"
};

// How a value is held. Tagged values are what collector and interpreter know; doubles are in
// floating-point registers or on the machine stack.
enum class IrRep : uint8_t { kNone, kTagged, kDouble, kOwn };

enum class IrCondition : uint8_t { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual };

// Which memory a load or store touches; different ones never overlap.
enum class IrMemory : uint8_t { kField, kElement, kContextSlot, kContextOuter, kClosure };

namespace ir_effect {
enum : uint16_t {
  kPure = 1,         // no effect, same inputs same value: may be merged, moved up and dropped
  kExits = 2,        // may leave to the interpreter: has a frame state
  kReads = 4,        // reads memory that stores may change
  kWrites = 8,       // writes memory or state
  kAllocates = 16,   // may collect on its slow path, which keeps registers; may be dropped
  kCalls = 32,       // safepoint that destroys all registers and may run any SOM code
  kEnds = 64,        // ends a block
  kPinned = 128,     // stays where it is
  kGuard = 256 | 2,  // exits, has no value
  kOfDoubles = 512,  // its inputs are doubles; those of all others are tagged
};
}  // namespace ir_effect

// What an input must be known to be where an operation stands.
enum class IrNeed : uint8_t {
  kNothing,
  kInt,           // a small integer
  kDouble,        // an immediate double
  kBoolean,       // true or false
  kObject,        // a heap object
  kArray,         // laid out as an Array
  kText,          // a String or Symbol
  kBytes,         // one of these, or the buffer that holds the bytes of one
  kClosure,       // of any code
  kContextOrNil,  // a Context or nil
  kOwner,         // an object that has the field which imm and imm2 say
  kReceiver,      // an instance of the class whose method `data` is or belongs to, or of a subclass
};

struct IrOpInfo {
  std::string_view name;
  IrRep rep;
  Type type;
  int8_t inputs;                // -1: any number
  std::array<IrNeed, 2> needs;  // of the first inputs; the others may be anything
  uint16_t effects;
  std::string_view sentence;
};

// The row of ir.def for `op`.
const IrOpInfo& InfoOf(IrOp op);

struct Block;
struct FrameState;

// What `imm` of integer arithmetic may say: that it cannot leave, or that its upper bits are lost
// on purpose, so that nothing but the lower ones is known of the result.
inline constexpr int64_t kNeverExits = 1;
inline constexpr int64_t kWraps = 2;

// An operation and the value it has. Owned by its graph, which numbers nodes in order of creation.
struct Node {
  IrOp op = IrOp::kConstant;
  IrRep rep = IrRep::kNone;
  bool flag = false;  // stores: needs no write barrier
  // Of allocations that get their room in one go: the bytes of all of them, for the first one; how
  // far beneath the heap's top the object begins, as a negative number, for the others. 0: room for
  // itself.
  int32_t room = 0;
  uint32_t id = 0;
  Type type;  // what is known of the value, wherever it is used
  int64_t imm = 0;
  int64_t imm2 = 0;
  const void* data = nullptr;  // an immortal record of the VM
  absl::InlinedVector<Node*, 3> inputs;
  Block* block = nullptr;
  FrameState* state = nullptr;  // where it would leave to, or what a call's frame stands for
  // The guard without which this must not be executed; moves only as far up as the guard does. The
  // node itself where a branch is its guard: it does not move.
  Node* guard = nullptr;

  bool Has(uint16_t effects) const { return (InfoOf(op).effects & effects) != 0; }
  // Whether it may leave to the interpreter, and has a frame state for it.
  bool MayExit() const { return Has(ir_effect::kExits) && state != nullptr; }
  // Whether it is a point where the collector may run.
  bool MayCollect() const {
    return Has(ir_effect::kCalls) || (Has(ir_effect::kAllocates) && room >= 0);
  }
  bool IsConstant() const { return op == IrOp::kConstant; }
  bool IsAnyConstant() const { return IsConstant() || op == IrOp::kDoubleConstant; }
  Value ConstantValue() const { return Value::FromBits(static_cast<uint64_t>(imm)); }
};

// What the node's input at `index` must be known to be: the need that ir.def has, but where the
// node's own operands say that the operation asks for less.
IrNeed NeedOf(const Node& node, size_t index);

struct Block {
  uint32_t id = 0;
  std::vector<Node*> phis;
  std::vector<Node*> nodes;  // the last one ends the block
  std::vector<Block*> predecessors;
  std::vector<Block*> successors;
  bool is_loop_header = false;
  bool is_cold = false;     // ends in leaving; emitted behind everything else
  uint16_t loop_depth = 0;  // set by ordering
  Node* terminator() const { return nodes.empty() ? nullptr : nodes.back(); }
};

// An object that is not allocated, with its fields as they are at one point: NewInstance,
// NewContext or NewClosure that leaving would have to do first.
struct VirtualObject {
  Node* node = nullptr;            // op kVirtual
  IrOp kind = IrOp::kNewInstance;  // the allocation it stands for, with
  int64_t imm = 0;                 // its own operands
  int64_t imm2 = 0;
  const void* data = nullptr;
  absl::InlinedVector<Node*, 4> fields;  // its inputs; may be other virtual objects
};

// The state of the interpreter at one bytecode: what leaving there rebuilds, what a trace shows.
// The innermost of a chain of activations, linked to those that it was inlined into.
struct FrameState {
  FrameState* caller = nullptr;  // null: the activation that was entered
  Method* method = nullptr;
  uint32_t offset = 0;  // of the bytecode in method->code: to be executed; of a caller, and of a
                        // call: the send that is being executed
  int32_t base = 0;     // of the activation, in words from the base of the entered one
  // Whether the home id of the activation is in its frame already (EnterHome); null: it is not.
  const bool* has_home_id = nullptr;
  // Receiver slot, arguments, self, context, locals, operands; null where nobody reads the word. A
  // caller's operands end beneath the receiver of what it called, which belongs to the callee.
  std::vector<Node*> values;
  // Of the innermost state: all virtual objects that the chain's values refer to, directly or
  // through each other.
  std::vector<VirtualObject> virtuals;

  // Index in `values` of the first operand.
  size_t FirstOperand() const;
};

// Calls f(Node*&) for every real node that a chain of states refers to, virtual objects' fields
// included, Virtual nodes not.
template <typename F>
void ForEachStateValue(FrameState* state, F f) {
  for (FrameState* s = state; s != nullptr; s = s->caller) {
    for (Node*& value : s->values) {
      if (value != nullptr && value->op != IrOp::kVirtual) f(value);
    }
  }
  if (state == nullptr) return;
  for (VirtualObject& object : state->virtuals) {
    for (Node*& field : object.fields) {
      if (field != nullptr && field->op != IrOp::kVirtual) f(field);
    }
  }
}

// Owns nodes, blocks and states. blocks()[0] is where the code is entered.
class Graph {
 public:
  Node* NewNode(IrOp op, absl::Span<Node* const> inputs);
  Block* NewBlock();
  FrameState* NewState();
  bool* NewFlag() { return &flags_.emplace_back(false); }  // of states: has_home_id

  // Appends to `block`; `node` may not be in a block yet.
  static void Append(Block* block, Node* node);

  std::vector<Block*>& blocks() { return blocks_; }
  const std::vector<Block*>& blocks() const { return blocks_; }
  uint32_t node_count() const { return static_cast<uint32_t>(nodes_.size()); }

  // Words from the base of the entered activation to the end of the deepest inlined frame: spill
  // slots and the arguments of calls stand behind them.
  int32_t extent_words = 0;
  Method* method = nullptr;  // of the entered activation
  int64_t loop_entry = -1;   // offset of the bytecode that a loop entry starts at, or -1

 private:
  std::deque<Node> nodes_;
  std::deque<Block> block_storage_;
  std::deque<FrameState> states_;
  std::deque<bool> flags_;
  std::vector<Block*> blocks_;
};

// The condition with operands exchanged, and the one that holds when `condition` does not.
IrCondition Mirrored(IrCondition condition);
IrCondition Negated(IrCondition condition);
std::string_view NameOf(IrCondition condition);
bool Holds(IrCondition condition, int64_t a, int64_t b);

}  // namespace jit
}  // namespace som
