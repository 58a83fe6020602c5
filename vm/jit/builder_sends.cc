// Sends: what the receiver's type or the send site knows decides between code in place, a direct
// call, a chain of class tests and a call through the global cache.
#include <algorithm>

#include "vm/code/class_table.h"
#include "vm/code/standard_methods.h"
#include "vm/interpreter/inline_cache.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/jit/builder.h"
#include "vm/jit/object_shape.h"
#include "vm/linking/peephole.h"
#include "vm/objects/object.h"

namespace som::jit {

namespace {

// After so many wrong guesses at a bytecode no more are made there.
constexpr uint32_t kFailureLimit = 3;
// Receivers' classes that are told apart in place.
constexpr int kInlinedClasses = 4;

}  // namespace

bool Builder::MayGuess() const {
  return request_.failures(act_->method, act_->offset) < kFailureLimit;
}

bool Builder::HasGuessedWrong() const { return request_.failures(act_->method, act_->offset) != 0; }

// Replaces the top operands by a result.
void Builder::Result(size_t operand_count, Node* result) {
  Drop(operand_count);
  Push(result);
}

uint32_t Builder::KnownClassOf(Node* node) const {
  node = Resolve(node);
  if (node->IsConstant()) {
    const Value value = node->ConstantValue();
    if (value.IsInt()) return kIntegerClass;
    if (value.IsImmediateDouble()) return kDoubleClass;
    return value.AsObject()->class_index();
  }
  if (node->rep == IrRep::kDouble) return kDoubleClass;
  return TypeOf(node).ExactClass();
}

// Leaves unless `node` is of the class. False: it never is, as far as is known.
bool Builder::GuardClass(Node* node, uint32_t class_index) {
  node = Resolve(node);
  const uint32_t known = KnownClassOf(node);
  if (known == class_index) return true;
  if (known != kNoClass || node->op == IrOp::kVirtual) return false;
  const Type type = TypeOf(node);
  if (class_index == kIntegerClass)
    return !type.IsHeapObject() && !type.IsDouble() && GuardInt(node) != nullptr;
  if (type.IsInt()) return false;
  if (class_index == kDoubleClass) {
    if (type.IsHeapObject()) return false;
    Learn(node, Type::Double(), Emit(IrOp::kCheckDouble, {node}));
    return true;
  }
  Node* guard = Emit(IrOp::kCheckClass, {node}, class_index, type.IsHeapObject() ? 1 : 0);
  DependOn(guard, node);
  Learn(node, Type::OfClass(class_index), guard);
  return true;
}

void Builder::BuildSend(const Instruction& i) {
  Method& method = *act_->method;
  SendSite& site = method.sites[i.Index()];
  const Opcode opcode = UnfusedOpcode(method.code[i.offset]);
  Node* receiver = Top(site.argument_count);
  if (site.is_super) {
    Method* target = vm_.classes().Lookup(method.holder->superclass, site.selector);
    if (target == nullptr) {
      Call(IrOp::kCallSite, &site, size_t{1} + site.argument_count);
    } else {
      SendKnown(target, site, opcode);
    }
    return;
  }
  if (const uint32_t known = KnownClassOf(receiver); known != kNoClass) {
    Method* target = vm_.classes().Lookup(vm_.classes().At(known), site.selector);
    if (target == nullptr) {
      Call(IrOp::kCallSite, &site, size_t{1} + site.argument_count);
    } else if (opcode == Opcode::kSend && site.state == CacheState::kEmpty &&
               method.native_loop == nullptr && MayGuess()) {
      LeaveHere();
    } else {
      SendKnown(target, site, opcode);
    }
    return;
  }
  SendBySite(site, opcode);
}

void Builder::SendBySite(SendSite& site, Opcode opcode) {
  const size_t operands = size_t{1} + site.argument_count;
  const StandardMethods& standard = vm_.standard_methods();
  // Meanings that do not depend on the receiver's class.
  Node* nil = nullptr;
  switch (opcode) {
    case Opcode::kIsNil:
    case Opcode::kNotNil:
      if (opcode == Opcode::kIsNil ? !standard.is_nil : !standard.not_nil) break;
      nil = NewConstant(Nil());
      Result(1, Emit(IrOp::kCompareSame, {Tagged(Top()), nil},
                     static_cast<int64_t>(opcode == Opcode::kIsNil ? IrCondition::kEqual
                                                                   : IrCondition::kNotEqual)));
      return;
    case Opcode::kIdentical:
      if (standard.identical && Identity(true)) return;
      break;
    case Opcode::kNotIdentical:
      if (standard.not_identical && Identity(false)) return;
      break;
    case Opcode::kObjectClass:
      if (!standard.object_class) break;
      Result(1, Emit(IrOp::kLoadClass, {Tagged(Top())}));
      return;
    case Opcode::kAndBoolean:
    case Opcode::kOrBoolean:
      if (!MayGuess()) break;
      BooleanConnective(opcode == Opcode::kAndBoolean);
      return;
    case Opcode::kNot:
      if (!standard.boolean_not || !MayGuess()) break;
      BooleanNot();
      return;
    default:
      break;
  }
  if (MayGuess()) {
    switch (opcode) {
#define SOM_JIT_CASE(name, intrinsic)                        \
  case Opcode::k##name:                                      \
    if (Arithmetic(Intrinsic::k##intrinsic, opcode)) return; \
    break;
      SOM_JIT_CASE(AddInt, Add)
      SOM_JIT_CASE(SubtractInt, Subtract)
      SOM_JIT_CASE(MultiplyInt, Multiply)
      SOM_JIT_CASE(DivideInt, Divide)
      SOM_JIT_CASE(ModuloInt, Modulo)
      SOM_JIT_CASE(RemainderInt, Remainder)
      SOM_JIT_CASE(LessInt, Less)
      SOM_JIT_CASE(LessEqualInt, LessEqual)
      SOM_JIT_CASE(GreaterInt, Greater)
      SOM_JIT_CASE(GreaterEqualInt, GreaterEqual)
      SOM_JIT_CASE(EqualInt, Equal)
      SOM_JIT_CASE(NotEqualInt, NotEqual)
      SOM_JIT_CASE(AndInt, BitAnd)
      SOM_JIT_CASE(XorInt, BitXor)
      SOM_JIT_CASE(ShiftLeftInt, ShiftLeft)
      SOM_JIT_CASE(ShiftRightInt, ShiftRight)
      SOM_JIT_CASE(MaxInt, Max)
      SOM_JIT_CASE(MinInt, Min)
      SOM_JIT_CASE(AbsInt, Abs)
      SOM_JIT_CASE(AddDouble, Add)
      SOM_JIT_CASE(SubtractDouble, Subtract)
      SOM_JIT_CASE(MultiplyDouble, Multiply)
      SOM_JIT_CASE(DivideDouble, FloatDivide)
      SOM_JIT_CASE(LessDouble, Less)
      SOM_JIT_CASE(LessEqualDouble, LessEqual)
      SOM_JIT_CASE(GreaterDouble, Greater)
      SOM_JIT_CASE(GreaterEqualDouble, GreaterEqual)
      SOM_JIT_CASE(EqualDouble, Equal)
      SOM_JIT_CASE(SquareRootDouble, SquareRoot)
#undef SOM_JIT_CASE
      default:
        break;
    }
  }
  switch (site.state) {
    case CacheState::kEmpty:
      if (MayGuess()) {
        LeaveHere();
        return;
      }
      break;
    case CacheState::kMonomorphic: {
      if (!MayGuess()) break;
      Method* target = site.method;
      if (GuardClass(Top(site.argument_count), site.class_index)) {
        SendKnown(target, site, opcode);
        return;
      }
      break;
    }
    case CacheState::kPolymorphic:
      if (request_.options.polymorphic_inlining && site.entry_count <= kInlinedClasses) {
        SendPolymorphic(site);
        return;
      }
      break;
    case CacheState::kMegamorphic:
      break;
  }
  if (SendSettled(site, opcode)) return;
  Call(IrOp::kCallSite, &site, operands);
}

// Methods that many call see more classes than each of their callers has.
bool Builder::SendSettled(SendSite& site, Opcode opcode) {
  InlinePath path;
  for (const Activation* act = act_; act != nullptr; act = act->caller)
    path.emplace_back(act->method, act->offset);
  std::reverse(path.begin(), path.end());
  const uint32_t settled = request_.settled_class(path);
  if (settled == kNoClass) return false;
  Method* target = vm_.classes().Lookup(vm_.classes().At(settled), site.selector);
  if (target == nullptr || !GuardClass(Top(site.argument_count), settled)) return false;
  SendKnown(target, site, opcode);
  return true;
}

// Branches by what the value is. Where it is of `type`, as `test` finds out, `build` builds what is
// done, and the end of that becomes one of `edges`; the current way goes on where it is not.
void Builder::BuildWay(IrOp test, Node* value, Type type, std::vector<Edge>* edges,
                       absl::FunctionRef<void()> build) {
  const std::vector<Node*> values = act_->values;
  Emit(test, {value}, test == IrOp::kBranchClass ? type.class_index : 0);
  const auto [yes, no] = Fork();
  Flow other = flow_;
  other.block = no;
  flow_.block = yes;
  Learn(value, type, value);
  build();
  if (IsReachable()) edges->push_back({std::move(flow_), act_->values});
  flow_ = std::move(other);
  act_->values = values;
}

// A chain of class tests. Immediate values first, so that the others need be asked only once
// whether they are heap objects.
void Builder::SendPolymorphic(SendSite& site) {
  Activation& act = *act_;
  const size_t operands = size_t{1} + site.argument_count;
  Node* receiver = Tagged(Top(site.argument_count));
  const uint32_t next_offset = act.offset + LengthOf(Opcode::kSend);
  std::vector<CacheEntry> entries;
  for (bool immediate : {true, false}) {
    for (int k = 0; k < site.entry_count; ++k) {
      const uint32_t c = site.entries[k].class_index;
      if ((c == kIntegerClass || c == kDoubleClass) == immediate)
        entries.push_back(site.entries[k]);
    }
  }
  std::vector<Edge> edges;
  const std::vector<Node*> values = act.values;
  bool is_object = TypeOf(receiver).IsHeapObject();
  // The block for what is no heap object, where that was asked; joins the miss.
  std::vector<Edge> misses;
  for (const CacheEntry& entry : entries) {
    IrOp test = IrOp::kBranchClass;
    if (entry.class_index == kIntegerClass) test = IrOp::kBranchIsInt;
    if (entry.class_index == kDoubleClass) test = IrOp::kBranchIsDouble;
    if (test == IrOp::kBranchClass && !is_object) {
      Emit(IrOp::kBranchIsObject, {receiver});
      const auto [yes, no] = Fork();
      Flow other = flow_;
      other.block = no;
      misses.push_back({std::move(other), values});
      flow_.block = yes;
      is_object = true;
      Learn(receiver, Type::AnyObject(), receiver);
    }
    const Type type = test == IrOp::kBranchIsInt      ? Type::Int()
                      : test == IrOp::kBranchIsDouble ? Type::Double()
                                                      : Type::OfClass(entry.class_index);
    BuildWay(test, receiver, type, &edges,
             [&] { SendKnown(entry.method, site, Opcode::kSend, true); });
    if (HasGivenUp()) return;
  }
  misses.push_back({std::move(flow_), values});
  Meet(act, misses, act.offset);
  if (MayGuess()) {
    LeaveHere();
  } else {
    // What has got here may have settled on a class of its own.
    if (!SendSettled(site, Opcode::kSend)) Call(IrOp::kCallSite, &site, operands);
    if (HasGivenUp()) return;
    if (IsReachable()) edges.push_back({std::move(flow_), act.values});
  }
  flow_ = {};
  if (edges.empty()) return;
  Meet(act, edges, next_offset);
}

void Builder::SendKnown(Method* target, const SendSite& site, Opcode opcode, bool one_of_several) {
  const size_t operands = size_t{1} + site.argument_count;
  if (SendTrivial(target, site)) return;
  if (SendIntrinsic(target, site, opcode)) return;
  if (target->kind == MethodKind::kPrimitive) {
    if (SendSpecialPrimitive(target, site, opcode)) return;
    if (target->primitive == nullptr) {
      Call(IrOp::kCallMethod, target, operands);
    } else {
      Call(IrOp::kCallPrimitive, target, operands);
    }
    return;
  }
  if (TryInline(target, nullptr, operands, one_of_several)) return;
  Call(IrOp::kCallMethod, target, operands);
}

// Methods without an activation.
bool Builder::SendTrivial(Method* target, const SendSite& site) {
  const size_t operands = size_t{1} + site.argument_count;
  Node* receiver = Resolve(Top(site.argument_count));
  switch (target->kind) {
    case MethodKind::kGetter:
      Result(operands, LoadFieldOf(receiver, target->trivial_word));
      return true;
    case MethodKind::kSetter:
      StoreFieldOf(receiver, target->trivial_word, Top());
      Drop(1);
      return true;
    case MethodKind::kReturnConstant:
      Result(operands, NewConstant(target->trivial_constant));
      return true;
    case MethodKind::kReturnSelf:
      Result(operands, receiver);
      return true;
    default:
      return false;
  }
}

const ClassInfo* Builder::ClassToInstantiate(Node* receiver, Kind kind) const {
  const ClassInfo* info = nullptr;
  if (receiver->IsConstant()) {
    if (!IsKind(receiver->ConstantValue(), Kind::kClass)) return nullptr;
    info = As<ClassObject>(receiver->ConstantValue())->info;
  } else {
    const uint32_t meta = KnownClassOf(receiver);
    if (meta == kNoClass) return nullptr;
    info = vm_.classes().At(meta)->instance_side;
  }
  return info != nullptr && info->instance_kind == kind ? info : nullptr;
}

bool Builder::NewInstance() {
  const ClassInfo* info = ClassToInstantiate(Resolve(Top()), Kind::kInstance);
  if (info == nullptr || info->FieldCount() > kMostWords) return false;
  Nodes values(info->FieldCount(), NewConstant(Nil()));
  Node* instance = NewVirtual(IrOp::kNewInstance, info->index, nullptr, std::move(values));
  Result(1, request_.options.scalar_replacement ? instance : Materialise(instance));
  return true;
}

bool Builder::NewArray() {
  if (!MayGuess()) return false;
  const ClassInfo* info = ClassToInstantiate(Resolve(Top(1)), Kind::kArray);
  if (info == nullptr || info->FieldCount() != 0) return false;
  const auto most =
      static_cast<int64_t>((vm_.heap().large_bytes() - ArrayBytes(0)) / sizeof(Value));
  Node* length = Resolve(Top());
  if (length->op == IrOp::kVirtual || length->rep == IrRep::kDouble) return false;
  if (length->IsConstant()) {
    const Value value = length->ConstantValue();
    if (!value.IsInt() || value.AsInt() < 0 || value.AsInt() > most) return false;
  }
  if (GuardInt(length) == nullptr) return true;
  if (!length->IsConstant()) Emit(IrOp::kCheckRange, {length}, 0, most);
  Node* array = Emit(IrOp::kNewArray, {length}, info->index);
  array->type = Type::OfClass(info->index);
  Result(2, array);
  return true;
}

bool Builder::SendSpecialPrimitive(Method* target, const SendSite& site, Opcode opcode) {
  if (target->intrinsic == Intrinsic::kClassNew && site.argument_count == 0) return NewInstance();
  if (target->intrinsic == Intrinsic::kArrayNew && site.argument_count == 1) return NewArray();
  if (target->intrinsic == Intrinsic::kBlockValue) {
    Node* receiver = Resolve(Top(site.argument_count));
    const uint32_t known = KnownClassOf(receiver);
    const bool is_library_class = site.argument_count > 2;
    if (const int id = ClosureOf(receiver); id >= 0) {
      const VirtualInfo& info = virtuals_[static_cast<size_t>(id)];
      if (static_cast<const BlockSite*>(info.data)->code->argument_count != site.argument_count)
        return false;
    } else if (is_library_class || known != uint32_t{kBlock1Class} + site.argument_count) {
      return false;
    }
    SendToClosure(EvaluatesBlock(opcode) ? reinterpret_cast<Method*>(site.payload) : nullptr, site);
    return true;
  }
  return false;
}

// `seen`: the code of the first closure that was evaluated here, or null.
void Builder::SendToClosure(Method* seen, const SendSite& site) {
  const size_t operands = size_t{1} + site.argument_count;
  Node* receiver = Resolve(Top(site.argument_count));
  if (const int id = ClosureOf(receiver); id >= 0) {
    Method* code = static_cast<const BlockSite*>(virtuals_[static_cast<size_t>(id)].data)->code;
    if (TryInline(code, receiver, operands)) return;
  } else if (seen != nullptr && !seen->returns_non_locally) {
    EvaluateAsSeen(seen, receiver, operands);
    return;
  }
  Call(IrOp::kCallBlock, nullptr, operands);
}

// A closure from elsewhere: in place if it has the code that was seen, otherwise by a call. One
// that a field holds is the same as a rule: with an exit in place of the call nothing is forgotten
// behind the evaluation.
void Builder::EvaluateAsSeen(Method* seen, Node* receiver, size_t operands) {
  Activation& act = *act_;
  const std::vector<Node*> values = act.values;
  Flow other = flow_;
  std::vector<Edge> edges;
  if (MayInline(seen, receiver, operands, false)) {
    const bool is_field = receiver->op == IrOp::kLoadField &&
                          receiver->imm2 == static_cast<int64_t>(IrMemory::kField);
    if (is_field && !request_.meets_closures(act.method, act.offset)) {
      DependOn(Emit(IrOp::kCheckWord, {receiver}, offsetof(som::Block, code), 0, seen), receiver);
      Inline(seen, receiver, operands);
      return;
    }
    Emit(IrOp::kBranchWord, {receiver}, offsetof(som::Block, code), 0, seen);
    const auto [yes, no] = Fork();
    flow_.block = yes;
    Inline(seen, receiver, operands);
    if (HasGivenUp()) return;
    if (IsReachable()) edges.push_back({std::move(flow_), act.values});
    other.block = no;
    flow_ = std::move(other);
    act.values = values;
  }
  Call(IrOp::kCallBlock, nullptr, operands);
  edges.push_back({std::move(flow_), act.values});
  flow_ = {};
  Meet(act, edges, act.offset + LengthOf(Opcode::kSend));
}

// A call that is none in the graph builder's terms: the frame's state is that without the operands,
// which stand with the callee.
void Builder::Call(IrOp op, const void* data, size_t operand_count) {
  Nodes inputs;
  for (size_t k = operand_count; k > 0; --k) inputs.push_back(Tagged(Top(k - 1)));
  for (Node*& input : inputs) input = Resolve(input);
  Drop(operand_count);
  Push(Emit(op, inputs, 0, 0, data));
}

}  // namespace som::jit
