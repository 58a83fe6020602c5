// One bytecode after the other, on nodes instead of values. Operands are looked at where they stand
// and dropped last: until then a guard leaves with the stack as the bytecode found it.
#include "vm/jit/builder.h"
#include "vm/jit/object_shape.h"
#include "vm/objects/object.h"

namespace som::jit {

void Builder::BuildInstruction(const Instruction& i) {
  Activation& act = *act_;
  switch (i.opcode) {
    case Opcode::kPushSlot:
      Push(act.values[act.SlotIndex(i.SignedUnit(0))]);
      return;
    case Opcode::kStoreSlot:
      act.values[act.SlotIndex(i.SignedUnit(0))] = Top();
      return;
    case Opcode::kPopSlot:
      act.values[act.SlotIndex(i.SignedUnit(0))] = Top();
      Drop(1);
      return;
    case Opcode::kNilSlots:
      for (int n = 0; n < i.Unit(1); ++n)
        act.values[act.SlotIndex(i.SignedUnit(0) + n)] = NewConstant(Nil());
      return;
    case Opcode::kPushField:
      Push(LoadFieldOf(act.values[act.SelfIndex()],
                       i.Unit(0) + act.method->holder->FirstFieldWord()));
      return;
    case Opcode::kStoreField:
    case Opcode::kPopField:
      StoreFieldOf(act.values[act.SelfIndex()], i.Unit(0) + act.method->holder->FirstFieldWord(),
                   Top());
      if (i.opcode == Opcode::kPopField) Drop(1);
      return;
    case Opcode::kPushContext: {
      Node* context = ContextAtDepth(i.Unit(0));
      if (ObjectState* state = VirtualState(context)) {
        Push(state->fields[size_t{1} + i.Unit(1)]);
      } else {
        Push(Emit(IrOp::kLoadField, {context},
                  FieldOffset(IrOp::kNewContext, size_t{1} + i.Unit(1)),
                  static_cast<int64_t>(IrMemory::kContextSlot)));
      }
      return;
    }
    case Opcode::kStoreContext:
    case Opcode::kPopContext: {
      Node* context = ContextAtDepth(i.Unit(0));
      if (ObjectState* state = VirtualState(context)) {
        state->fields[size_t{1} + i.Unit(1)] = Top();
      } else {
        Node* value = Tagged(Top());
        Emit(IrOp::kStoreField, {Resolve(context), value},
             FieldOffset(IrOp::kNewContext, size_t{1} + i.Unit(1)),
             static_cast<int64_t>(IrMemory::kContextSlot));
      }
      if (i.opcode == Opcode::kPopContext) Drop(1);
      return;
    }
    case Opcode::kPushSelf:
      Push(act.values[act.SelfIndex()]);
      return;
    case Opcode::kPushNil:
      Push(NewConstant(Nil()));
      return;
    case Opcode::kPushTrue:
      Push(NewConstant(True()));
      return;
    case Opcode::kPushFalse:
      Push(NewConstant(False()));
      return;
    case Opcode::kPushInt:
      Push(NewConstant(Value::Int(i.SignedUnit(0))));
      return;
    case Opcode::kPushLiteral:
      Push(NewConstant(act.method->literals[i.Index()]));
      return;
    case Opcode::kPushArray: {
      Push(CopyLiteral(act.method->literals[i.Index()]));
      return;
    }
    case Opcode::kPushGlobal:
      BuildPushGlobal(i);
      return;
    case Opcode::kPushBlock:
      BuildPushBlock(i);
      return;
    case Opcode::kEnterContext: {
      if (i.Unit(0) > kMostWords) return LeaveHere();
      Nodes fields{act.values[act.ContextIndex()]};
      for (int n = 0; n < i.Unit(0); ++n) fields.push_back(NewConstant(Nil()));
      Node* context = NewVirtual(IrOp::kNewContext, 0, nullptr, std::move(fields));
      if (!request_.options.scalar_replacement) context = Materialise(context);
      act.values[act.ContextIndex()] = context;
      return;
    }
    case Opcode::kLeaveContext:
      act.values[act.ContextIndex()] = OuterContext(act.values[act.ContextIndex()]);
      return;
    case Opcode::kPop:
      Drop(1);
      return;
    case Opcode::kPop2: {
      Node* top = Pop();
      act.values.back() = top;
      return;
    }
    case Opcode::kDup:
      Push(Top());
      return;
    case Opcode::kSend:
    case Opcode::kSuperSend:
      BuildSend(i);
      return;
    case Opcode::kReturnLocal:
    case Opcode::kReturnLocalHome:
      ReturnFrom(act, Top());
      return;
    case Opcode::kReturnSelf:
    case Opcode::kReturnSelfHome:
      ReturnFrom(act, act.values[act.SelfIndex()]);
      return;
    case Opcode::kReturnNonLocal:
      BuildReturnNonLocal();
      return;
    case Opcode::kJumpBack:
    case Opcode::kJump:
      AddEdge(SuccessorAt(0));
      return;
    case Opcode::kJumpBackIfTrue:
    case Opcode::kJumpBackIfFalse:
      BuildJumpIf(i, i.opcode == Opcode::kJumpBackIfTrue);
      return;
    case Opcode::kJumpIfTrue:
    case Opcode::kJumpIfFalse:
      BuildJumpIf(i, i.opcode == Opcode::kJumpIfTrue);
      return;
    case Opcode::kJumpIfNil:
    case Opcode::kJumpIfNotNil:
      BuildJumpIfNil(i, i.opcode == Opcode::kJumpIfNil);
      return;
    case Opcode::kToDoBegin:
    case Opcode::kDownToDoBegin:
    case Opcode::kTimesRepeatBegin:
      BuildLoopBegin(i);
      return;
    case Opcode::kToDoNext:
    case Opcode::kDownToDoNext:
      BuildLoopNext(i);
      return;
    default:
      GiveUp("bytecode that compiled code has no use for");
      return;
  }
}

// --- Variables -----------------------------------------------------------------------------------

void Builder::BuildPushGlobal(const Instruction& i) {
  const std::string& name = act_->method->unit_description().globals[i.Index()];
  GlobalCell* cell = vm_.CellOf(vm_.symbols().Intern(name));
  if (!cell->IsBound()) {
    LeaveHere();
    return;
  }
  Node* load = Emit(IrOp::kLoadGlobal, {}, 0, 0, cell);
  // Classes are bound once: the class itself is known, and with it what its methods are.
  if (IsKind(cell->value, Kind::kClass) && MayGuess()) {
    Node* constant = NewConstant(cell->value);
    Emit(IrOp::kCheckSame, {load, constant});
    Push(constant);
    return;
  }
  Push(load);
}

void Builder::BuildPushBlock(const Instruction& i) {
  const BlockSite* site = act_->method->blocks[i.Index()].get();
  if (site->code->closure_class == 0 || site->copied_count > kMostWords) {
    // The class for so many parameters is loaded when the first closure is made.
    LeaveHere();
    return;
  }
  if (site->is_clean) {
    if (!site->clean.IsObject()) {
      LeaveHere();
      return;
    }
    Node* constant = NewConstant(site->clean);
    // Its code is known like that of a closure made here.
    if (closures_.find(constant) == closures_.end()) {
      Node* known = NewVirtual(IrOp::kNewClosure, 0, site, {});
      flow_.objects.back() = {};
      closures_[constant] = static_cast<int>(known->imm);
    }
    Push(constant);
    return;
  }
  Activation& act = *act_;
  Nodes fields{act.values[act.SelfIndex()],
               act.method->has_context_slot ? act.values[act.ContextIndex()] : NewConstant(Nil())};
  for (int16_t slot : site->copied_slots) {
    fields.push_back(
        act.values[act.SlotIndex(slot < 0 ? slot : slot - static_cast<int>(kFrameHeaderWords))]);
  }
  // A closure made by a closure from elsewhere, or by one whose home is over, has the home of that
  // one. (The words of an activation that is over are those of others.)
  const bool inherits = !IsBeingBuilt(act.home);
  if (inherits) fields.push_back(act.values[0]);
  Node* closure = NewVirtual(IrOp::kNewClosure, 0, site, std::move(fields));
  VirtualInfo& info = virtuals_.back();
  info.imm2 = inherits ? 1 : 0;
  if (!inherits) {
    info.imm = act.home->base;
    info.home = act.home;
  }
  Push(request_.options.scalar_replacement ? closure : Materialise(closure));
}

// --- Jumps ---------------------------------------------------------------------------------------

// The two ways behind the branch that has just been emitted.
std::pair<Block*, Block*> Builder::Fork() {
  Block* source = flow_.block;
  Block* first = graph_->NewBlock();
  Block* second = graph_->NewBlock();
  Link(source, first);
  Link(source, second);
  return {first, second};
}

void Builder::BranchTo(Node* branch, size_t if_true, size_t if_false) {
  Block* source = flow_.block;
  source->is_cold = false;
  Flow other = flow_;
  (void)branch;
  const auto [true_block, false_block] = Fork();
  flow_.block = true_block;
  const std::vector<Node*> values = act_->values;
  AddEdge(if_true);
  flow_ = std::move(other);
  flow_.block = false_block;
  act_->values = values;
  AddEdge(if_false);
}

void Builder::BuildJumpIf(const Instruction& i, bool jump_if) {
  (void)i;
  Node* value = Tagged(Top());
  const size_t taken = SuccessorAt(1);
  const size_t not_taken = SuccessorAt(0);
  const size_t if_true = jump_if ? taken : not_taken;
  const size_t if_false = jump_if ? not_taken : taken;
  if (value->IsConstant()) {
    if (value->ConstantValue() != True() && value->ConstantValue() != False()) {
      LeaveHere();
      return;
    }
    Drop(1);
    AddEdge(value->ConstantValue() == True() ? if_true : if_false);
    return;
  }
  Node* yes = NewConstant(True());
  if (TypeOf(value).IsBoolean()) {
    Drop(1);
    BranchTo(Emit(IrOp::kBranchSame, {value, yes}), if_true, if_false);
    return;
  }
  // Neither true nor false: the interpreter knows what to do.
  Emit(IrOp::kBranchSame, {value, yes});
  Block* source = flow_.block;
  Flow other = flow_;
  Block* true_block = graph_->NewBlock();
  Block* false_block = graph_->NewBlock();
  Link(source, true_block);
  Link(source, false_block);
  flow_ = std::move(other);
  flow_.block = false_block;
  Emit(IrOp::kCheckSame, {value, NewConstant(False())});
  Flow no = std::move(flow_);
  flow_ = no;
  flow_.block = true_block;
  Drop(1);
  const std::vector<Node*> values = act_->values;
  AddEdge(if_true);
  flow_ = std::move(no);
  act_->values = values;
  AddEdge(if_false);
}

void Builder::BuildJumpIfNil(const Instruction& i, bool jump_if_nil) {
  (void)i;
  Node* value = Resolve(Top());
  // Some class has an ifNil: of its own; its instances are the interpreter's.
  if (vm_.nil_protocol_is_custom) {
    value = Tagged(value);
    Node* own = Emit(IrOp::kHasOwnNilProtocol, {value});
    Emit(IrOp::kCheckSame, {own, NewConstant(False())});
  }
  const size_t if_nil = SuccessorAt(jump_if_nil ? 1 : 0);
  const size_t if_not = SuccessorAt(jump_if_nil ? 0 : 1);
  if (value->op == IrOp::kVirtual || value->rep == IrRep::kDouble || TypeOf(value).IsInt() ||
      TypeOf(value).IsDouble()) {
    AddEdge(if_not);
    return;
  }
  if (value->IsConstant()) {
    AddEdge(value->ConstantValue() == Nil() ? if_nil : if_not);
    return;
  }
  BranchTo(Emit(IrOp::kBranchSame, {value, NewConstant(Nil())}), if_nil, if_not);
}

// --- Loops ---------------------------------------------------------------------------------------

void Builder::BuildLoopBegin(const Instruction& i) {
  Activation& act = *act_;
  const bool repeats = i.opcode == Opcode::kTimesRepeatBegin;
  Node* limit = GuardInt(Top());
  Node* start = repeats ? NewConstant(Value::Int(1)) : GuardInt(Top(1));
  if (limit == nullptr || start == nullptr) return;
  LeaveRoom(start);
  LeaveRoom(limit);
  Drop(repeats ? 1 : 2);
  const size_t slot = act.SlotIndex(i.SignedUnit(0));
  act.values[slot] = start;
  act.values[slot + 1] = limit;
  const auto condition =
      i.opcode == Opcode::kDownToDoBegin ? IrCondition::kLess : IrCondition::kGreater;
  if (start->IsConstant() && limit->IsConstant()) {
    const bool is_over =
        Holds(condition, start->ConstantValue().AsInt(), limit->ConstantValue().AsInt());
    AddEdge(SuccessorAt(is_over ? 1 : 0));
    return;
  }
  Node* branch = Emit(IrOp::kBranchInt, {start, limit}, static_cast<int64_t>(condition));
  BranchTo(branch, SuccessorAt(1), SuccessorAt(0));
}

// Checks that a step behind the value where a loop starts or ends, whatever the step's size, leads
// to a small integer still: so no step overflows. The first guess is narrower, so that products of
// counters do not overflow either.
void Builder::LeaveRoom(Node* end) {
  constexpr int64_t kStep = int64_t{1} << 32;  // above all that an instruction has room for
  constexpr int64_t kUsual = int64_t{1} << 30;
  if (end->IsConstant() || end->op == IrOp::kLoadLength || end->op == IrOp::kLoadStringLength ||
      !MayGuess())
    return;
  const bool has_failed = request_.counts_far(act_->method);
  Emit(IrOp::kCheckRange, {end}, has_failed ? Value::kMinInt + kStep : -kUsual,
       has_failed ? Value::kMaxInt - kStep : kUsual);
}

void Builder::BuildLoopNext(const Instruction& i) {
  Activation& act = *act_;
  const size_t slot = act.SlotIndex(i.SignedUnit(0));
  const bool down = i.opcode == Opcode::kDownToDoNext;
  Node* counter = GuardInt(act.values[slot]);
  Node* limit = GuardInt(act.values[slot + 1]);
  if (counter == nullptr || limit == nullptr) return;
  Node* step = NewConstant(Value::Int(i.SignedUnit(1)));
  const IrOp op = down ? IrOp::kSubtractInt : IrOp::kAddInt;
  Node* next = FoldInts(op, {}, counter, step);  // of a first round that is built apart
  if (next == nullptr) next = Emit(op, {counter, step});
  const auto condition = down ? IrCondition::kGreaterEqual : IrCondition::kLessEqual;
  Node* branch = Emit(IrOp::kBranchInt, {next, limit}, static_cast<int64_t>(condition));
  Flow other = flow_;
  (void)branch;
  const auto [again, done] = Fork();
  const std::vector<Node*> values = act.values;
  flow_.block = again;
  act.values[slot] = next;
  AddEdge(SuccessorAt(1));
  flow_ = std::move(other);
  flow_.block = done;
  act.values = values;
  AddEdge(SuccessorAt(0));
}

// --- Returns -------------------------------------------------------------------------------------

void Builder::ReturnFrom(Activation& act, Node* result) {
  result = Resolve(result);
  if (act.method->is_home && !act.method->is_block) {
    MaterialiseClosuresOf(act, result);
    result = Resolve(result);
  }
  if (act.caller == nullptr) {
    result = Tagged(result);
    if (act.method->is_home && !act.method->is_block) Emit(IrOp::kLeaveHome, {}, act.base);
    Emit(IrOp::kReturn, {result});
    flow_ = {};
    return;
  }
  if (act.method->is_home && !act.method->is_block) Emit(IrOp::kLeaveHome, {}, act.base);
  Edge edge{std::move(flow_), act.caller->values};
  edge.values.push_back(result);
  act.returns.push_back(std::move(edge));
  flow_ = {};
}

bool Builder::IsBeingBuilt(const Activation* activation) const {
  for (const Activation* a = act_; a != nullptr; a = a->caller) {
    if (a == activation) return true;
  }
  return false;
}

void Builder::BuildReturnNonLocal() {
  Activation* home = act_->home;
  if (home == nullptr) {
    // The home is an activation that this code knows nothing of.
    if (act_->caller != nullptr) {
      LeaveHere();
      return;
    }
    Node* result = Tagged(Top());
    Node* self = Tagged(act_->values[act_->SelfIndex()]);
    Drop(1);
    Node* answer = Emit(IrOp::kReturnNonLocal, {result, self});
    Emit(IrOp::kReturn, {answer});
    flow_ = {};
    return;
  }
  // It is one of those that are being built, as closures are allocated where theirs ends.
  if (!IsBeingBuilt(home)) {
    LeaveHere();
    return;
  }
  Node* result = Resolve(Top());
  for (Activation* a = act_; a != home; a = a->caller) {
    if (a->method->is_home && !a->method->is_block) {
      MaterialiseClosuresOf(*a, result);
      result = Resolve(result);
      Emit(IrOp::kLeaveHome, {}, a->base);
    }
  }
  ReturnFrom(*home, result);
}

// The rest of this way is the interpreter's.
void Builder::LeaveHere() {
  Emit(IrOp::kLeave, {});
  flow_.block->is_cold = true;
  flow_ = {};
}

}  // namespace som::jit
