// The graph builder's own state, shared by its files: builder_flow.cc (merges and loops),
// builder_peeling.cc (first rounds of loops), builder_objects.cc (objects that are not allocated),
// builder_bytecodes.cc (one bytecode after the other), builder_sends.cc and builder_inlining.cc
// (sends), builder_arithmetic.cc (methods with a known meaning). Only they include it;
// graph_builder.h is the interface.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "compiler/bytecode.h"
#include "vm/code/method.h"
#include "vm/code/send_site.h"
#include "vm/jit/bytecode_graph.h"
#include "vm/jit/graph_builder.h"
#include "vm/jit/ir.h"
#include "vm/text/unicode.h"
#include "vm/vm.h"

namespace som::jit {

// Units of bytecode that may be built into one graph beside its own.
inline constexpr size_t kInlinedUnits = 3200;

// What earlier rounds of building found out. A loop is named by a hash of the activations it is
// nested in and its offset, an object by that of the place that makes it.
struct Speculation {
  std::set<std::pair<uint64_t, uint64_t>> widened;  // loop, variable: it does not keep its type
  std::set<std::pair<uint64_t, uint64_t>> escaped;  // loop, object: it must exist before the loop
  std::set<std::pair<uint64_t, uint64_t>> added;    // loop, variable: it changes after all
  // Loop, variable: of unknown type where it enters, but a number of that kind from then on.
  std::map<std::pair<uint64_t, uint64_t>, Type> narrowed;
  // Activation, head of a loop: variables for whose sake its first round is built apart. None are
  // left where that did not help.
  std::map<std::pair<uint64_t, uint32_t>, std::set<uint64_t>> peeled;
  bool narrows = true;  // whether a narrowed variable is worth another round
  bool changed = false;

  void NoteNarrowed(uint64_t loop, uint64_t variable, Type type) {
    if (narrows && narrowed.try_emplace({loop, variable}, type).second) changed = true;
  }
  void Note(std::set<std::pair<uint64_t, uint64_t>>& set, uint64_t loop, uint64_t what) {
    if (set.emplace(loop, what).second) changed = true;
  }
  void NotePeeled(uint64_t activation, uint32_t head, uint64_t variable) {
    peeled[{activation, head}].insert(variable);
    changed = true;
  }
};

class Builder {
 public:
  Builder(VM& vm, const BuildRequest& request, Speculation& speculation);

  // False: given up, with reason().
  bool Run();
  std::unique_ptr<Graph> TakeGraph() { return std::move(graph_); }
  const std::string& reason() const { return reason_; }
  uint32_t inlined() const { return inlined_; }

 private:
  // What is known of a value on the way to where code is being appended, beyond its own type, and
  // the guard that showed it; the node itself for knowledge that came from several sides.
  struct Fact {
    Type type;
    Node* guard = nullptr;
  };

  // One object of virtuals_ on the way to where code is being appended.
  struct ObjectState {
    bool exists = false;
    Node* real = nullptr;  // once it has been allocated
    absl::InlinedVector<Node*, 4> fields;
  };

  // Where code is being appended, and what holds there. A null block: nowhere, control does not get
  // here.
  struct Flow {
    Block* block = nullptr;
    std::vector<ObjectState> objects;  // by number
    absl::flat_hash_map<Node*, Fact> facts;
  };

  // A way to a place where several meet, with the words of the activation that goes on there.
  struct Edge {
    Flow flow;
    std::vector<Node*> values;
  };

  struct Activation;

  // What does not change about an object that need not be allocated.
  struct VirtualInfo {
    Node* node = nullptr;
    IrOp kind = IrOp::kNewInstance;
    int64_t imm = 0;
    int64_t imm2 = 0;
    const void* data = nullptr;
    uint64_t key = 0;
    Activation* home = nullptr;  // of a closure: the activation ^ returns from, if it is one
                                 // of those being built
  };

  // An activation being built: the one entered, or an inlined one.
  struct Activation {
    Activation* caller = nullptr;
    Method* method = nullptr;
    Activation* home = nullptr;  // itself for methods; null for closures from elsewhere
    int32_t base = 0;
    uint32_t offset = 0;  // of the bytecode at work
    uint64_t key = 0;
    uint32_t number = 0;  // in order of being entered
    int depth = 0;
    size_t inlining_limit = kInlinedUnits;  // of Builder::inlined_units_, while it is built
    bool is_in_loop = false;      // the bytecode at work: in one of this activation, or of a caller
    bool* has_home_id = nullptr;  // EnterHome was emitted for it; the graph's
    std::vector<Node*> values;    // as FrameState::values
    std::vector<Edge> returns;    // of inlined ones; values: the caller's, with the result on top
    const BytecodeGraph* bytecodes = nullptr;
    FrameState* last_state = nullptr;  // made for it as a caller

    size_t SlotIndex(int slot) const {
      const int argument_count = method->argument_count;
      return static_cast<size_t>(slot < 0 ? argument_count + 1 + slot : argument_count + 3 + slot);
    }
    size_t SelfIndex() const { return size_t{1} + method->argument_count; }
    size_t ContextIndex() const { return size_t{2} + method->argument_count; }
    size_t FirstOperand() const { return size_t{3} + method->argument_count + method->local_count; }
  };

  // The head of a loop that is being built.
  struct Loop {
    Block* header = nullptr;
    uint64_t key = 0;
    uint32_t first_node = 0;  // nodes with this number and above were made behind its head
    bool has_asked = false;   // to be peeled, in a round of building before this one
    struct Variable {
      Node* phi;
      size_t index;     // in the activation's values; or of a field
      int object = -1;  // of a field: the object
      Type enters;      // what it is in front of the loop
    };
    std::vector<Variable> variables;
    std::vector<Node*> values;  // of the activation, at the header
    std::vector<ObjectState> objects;
  };

  using Nodes = absl::InlinedVector<Node*, 4>;

  // --- builder_flow.cc ---
  void BuildBody(Activation& act, uint32_t entry);
  void DropDeadValues(const Activation& act, uint32_t offset, Edge* edge);
  void BuildBlock(Activation& act, size_t index);
  void AddEdge(size_t target);
  void Link(Block* from, Block* to);
  void JumpTo(Block* target);
  // Makes the current flow and `act`'s values what holds where all `edges` meet, at `offset`.
  void Meet(Activation& act, std::vector<Edge>& edges, uint32_t offset);
  void SettleConflicts(Activation& act, std::vector<Edge>& edges, uint32_t offset);
  Node* MeetValues(Activation& act, std::vector<Edge>& edges, const Nodes& nodes, uint32_t offset,
                   Block* block);
  void MeetObjects(Activation& act, std::vector<Edge>& edges, uint32_t offset, Block* block,
                   Flow* result);
  static void MeetFacts(const std::vector<Edge>& edges, Flow* result);
  std::vector<bool> ReachableObjects(const Edge& edge, const Activation& act) const;
  template <typename F>
  auto In(Edge& edge, Activation& act, uint32_t offset, F f);
  void OpenLoop(Activation& act, size_t index);
  void CloseLoop(Activation& act, size_t index);
  Node* LoopPhi(Block* header, Node* entry, uint64_t loop, uint64_t variable);
  Node* LoopInput(const Loop& loop, const Loop::Variable& variable, Node* value);
  bool MayNarrow(uint64_t loop, uint64_t variable) const;
  uint64_t VariableKey(const Loop::Variable& variable) const;

  // --- builder_peeling.cc ---
  std::vector<uint32_t> HeadsToPeel(const Activation& act) const;
  bool MayPeel(const Loop& loop) const;
  bool Peels(const Loop& loop, const Loop::Variable& variable, Type comes);
  bool IsAskedAbout(const Loop& loop, const Node* phi) const;
  void JudgePeeling(const Loop& loop);

  // --- builder_objects.cc ---
  Node* NewVirtual(IrOp kind, int64_t imm, const void* data, Nodes fields);
  // A fresh copy of a literal Array: in place if it is short and holds no Arrays.
  Node* CopyLiteral(Value literal);
  ObjectState* VirtualState(Node* node);  // null unless it is a virtual object not yet allocated
  Node* Resolve(Node* node) const;        // the allocated object in place of a Virtual
  Node* Materialise(Node* virtual_node);
  Node* AllocateObject(int id, std::vector<std::pair<int, size_t>>* later);
  static int64_t FieldOffset(IrOp kind, size_t index);
  static IrMemory MemoryOf(IrOp kind, size_t index);
  // As an operand: allocated, and tagged.
  Node* Tagged(Node* node);
  // The number of the closure that `node` is, virtual or not; -1 if its code is not known.
  int ClosureOf(Node* node) const;
  // A closure's field as it was made with: self, context, copied values.
  Node* ClosureField(Node* closure, size_t index);
  void MaterialiseClosuresOf(const Activation& home, Node* result);
  Node* LoadFieldOf(Node* object, uint32_t word);
  void StoreFieldOf(Node* object, uint32_t word, Node* value);
  Node* ContextAtDepth(int depth);
  Node* OuterContext(Node* context);
  FrameState* CaptureState();
  static bool IsDead(const Activation& act, size_t index, uint32_t offset);
  FrameState* CaptureChain(Activation* act, std::vector<int>* objects);

  // --- builder_bytecodes.cc ---
  void BuildInstruction(const Instruction& i);
  void BuildJumpIf(const Instruction& i, bool jump_if);
  void BuildJumpIfNil(const Instruction& i, bool jump_if_nil);
  void BuildLoopBegin(const Instruction& i);
  void LeaveRoom(Node* end);
  void BuildLoopNext(const Instruction& i);
  void BuildPushGlobal(const Instruction& i);
  void BuildPushBlock(const Instruction& i);
  std::pair<Block*, Block*> Fork();
  void BranchTo(Node* branch, size_t if_true, size_t if_false);
  size_t SuccessorAt(size_t which) const;
  void ReturnFrom(Activation& act, Node* result);
  void BuildReturnNonLocal();
  // Whether it is the current activation or one of those around it; null is not.
  bool IsBeingBuilt(const Activation* activation) const;
  void LeaveHere();

  // --- builder_sends.cc ---
  void BuildSend(const Instruction& i);
  void SendBySite(SendSite& site, Opcode opcode);
  void SendPolymorphic(SendSite& site);
  void BuildWay(IrOp test, Node* value, Type type, std::vector<Edge>* edges,
                absl::FunctionRef<void()> build);
  // Sends the operands on the stack to `target`; replaces them by the result.
  // `one_of_several`: the way taken for one of the site's classes.
  void SendKnown(Method* target, const SendSite& site, Opcode opcode, bool one_of_several = false);
  bool SendTrivial(Method* target, const SendSite& site);
  // The class that `receiver`, an operand of new or new:, is known to be, if its instances are of
  // that kind; otherwise null.
  const ClassInfo* ClassToInstantiate(Node* receiver, Kind kind) const;
  bool NewInstance();
  bool NewArray();
  bool SendSpecialPrimitive(Method* target, const SendSite& site, Opcode opcode);
  void SendToClosure(Method* seen, const SendSite& site);
  void EvaluateAsSeen(Method* seen, Node* receiver, size_t operands);
  void Call(IrOp op, const void* data, size_t operand_count);
  void Result(size_t operand_count, Node* result);
  uint32_t KnownClassOf(Node* node) const;
  bool GuardClass(Node* node, uint32_t class_index);
  bool MayGuess() const;
  bool SendSettled(SendSite& site, Opcode opcode);
  bool HasGuessedWrong() const;

  // --- builder_inlining.cc ---
  bool TryInline(Method* target, Node* closure, size_t operand_count, bool one_of_several = false);
  bool MayInline(Method* target, Node* closure, size_t operand_count, bool one_of_several);
  std::string ReasonAgainst(Method* target, Node* closure, size_t operand_count,
                            bool one_of_several) const;
  std::string ReasonFor(const Method& target) const;
  void Inline(Method* target, Node* closure, size_t operand_count);

  // --- builder_arithmetic.cc ---
  // Emits the meaning of the operands on the stack; false if they do not fit.
  bool SendIntrinsic(Method* target, const SendSite& site, Opcode opcode);
  bool Arithmetic(Intrinsic intrinsic, Opcode opcode);
  Node* FoldInts(IrOp op, IrCondition condition, const Node* a, const Node* b);
  Node* MixedOperand(Intrinsic intrinsic, Opcode opcode, Node* a, Node* b) const;
  void SplitByKind(Node* operand, Intrinsic intrinsic, Opcode opcode);
  bool IntArithmetic(Intrinsic intrinsic, Node* a, Node* b);
  bool Conversion(Intrinsic intrinsic);
  bool DoubleArithmetic(Intrinsic intrinsic, Node* a, Node* b);
  bool Identity(bool same);
  bool IsText(Node* node) const;  // a String or Symbol
  bool CharacterAccess();
  bool CharacterIs(CharacterKind kind);
  bool StringEquality();
  bool ArrayAccess(Intrinsic intrinsic);
  void BooleanNot();
  void BooleanConnective(bool conjunction);
  // Leaves unless it is true or false themselves.
  void GuardBoolean(Node* node);
  Node* GuardInt(Node* node);
  Node* AsDouble(Node* node, bool exact, bool must_be_double);
  bool IsDouble(Node* node) const;
  bool IsNumber(Node* node) const;

  // --- common ---
  // A node that belongs to the bytecode at `offset` of an activation.
  Node* NewNode(IrOp op, absl::Span<Node* const> inputs, const Activation& act, uint32_t offset);
  Node* Emit(IrOp op, absl::Span<Node* const> inputs, int64_t imm = 0, int64_t imm2 = 0,
             const void* data = nullptr);
  Node* NewConstant(Value value);
  Node* NewDouble(double value);
  Type TypeOf(Node* node) const;
  void Learn(Node* node, Type type, Node* guard);
  // Ties a node that reads memory to the guards that make it safe.
  void DependOn(Node* node, Node* object);
  Node* Top(size_t from_top = 0) { return act_->values[act_->values.size() - 1 - from_top]; }
  void Push(Node* node) { act_->values.push_back(node); }
  Node* Pop() {
    Node* node = act_->values.back();
    act_->values.pop_back();
    return node;
  }
  void Drop(size_t count) { act_->values.resize(act_->values.size() - count); }
  bool IsReachable() const { return flow_.block != nullptr; }
  void GiveUp(std::string reason) {
    if (reason_.empty()) reason_ = std::move(reason);
  }
  bool HasGivenUp() const { return !reason_.empty(); }
  void Log(const std::string& text) const;
  std::string NameOf(const Method& method) const;
  const CodeUnit* CodeAt(const Activation& act) const { return act.method->code + act.offset; }
  void EnterActivation();
  void EnterLoop();
  void LeaveRoomInLoops();
  void GuessTypes();
  void DropUnusedHomes();

  VM& vm_;
  const BuildRequest& request_;
  Speculation& speculation_;
  std::unique_ptr<Graph> graph_;
  std::string reason_;
  Flow flow_;
  Activation* act_ = nullptr;
  std::deque<Activation> activations_;
  std::vector<VirtualInfo> virtuals_;
  absl::flat_hash_map<const Node*, int> closures_;    // allocated ones
  absl::flat_hash_set<const Node*> taken_as_double_;  // phis that arithmetic unpacked
  absl::flat_hash_map<uint64_t, Node*> constants_;    // by word
  absl::flat_hash_map<uint64_t, Node*> doubles_;      // by IEEE bits
  Block* entry_ = nullptr;                            // constants stand at its start
  // Of the activation at work: ways that lead to each of its blocks, and the loops that are open.
  struct Progress {
    std::vector<std::vector<Edge>> incoming;
    std::vector<std::unique_ptr<Loop>> loops;
    size_t block = 0;
  };
  Progress* progress_ = nullptr;
  uint32_t inlined_ = 0;
  size_t inlined_units_ = 0;
  std::map<size_t, size_t> spent_;  // units inlined into blocks of the entered method, by level
};

template <typename F>
auto Builder::In(Edge& edge, Activation& act, uint32_t offset, F f) {
  std::swap(flow_, edge.flow);
  std::swap(act.values, edge.values);
  std::swap(act.offset, offset);
  Activation* saved = act_;
  act_ = &act;
  auto result = f();
  act_ = saved;
  std::swap(act.offset, offset);
  std::swap(act.values, edge.values);
  std::swap(flow_, edge.flow);
  return result;
}

}  // namespace som::jit
