// Objects that the graph builder has not allocated: closures, contexts and instances live on as the
// list of their fields until something needs their address. (Scalar replacement with partial escape
// analysis: Stadler, Würthinger and Mössenböck, CGO 2014.) Frame states as well, which describe
// such objects for the deoptimiser.
#include <algorithm>
#include <bit>
#include <cstddef>

#include "vm/interpreter/slow_paths.h"
#include "vm/jit/builder.h"
#include "vm/objects/object.h"

namespace som::jit {

namespace {

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t h = (a ^ (b + 0x9E3779B97F4A7C15u)) * 0x94D049BB133111EBu;
  return h ^ (h >> 31);
}

uint32_t ClassOfAllocation(IrOp kind, int64_t imm, const void* data) {
  switch (kind) {
    case IrOp::kNewInstance:
      return static_cast<uint32_t>(imm);
    case IrOp::kNewClosure:
      return static_cast<const BlockSite*>(data)->code->closure_class;
    default:
      return kNoClass;
  }
}

}  // namespace

Node* Builder::NewVirtual(IrOp kind, int64_t imm, const void* data, Nodes fields) {
  const auto id = virtuals_.size();
  Node* node = NewNode(IrOp::kVirtual, {}, *act_, act_->offset);
  node->imm = static_cast<int64_t>(id);
  const uint32_t class_index = ClassOfAllocation(kind, imm, data);
  if (class_index != kNoClass) node->type = Type::OfClass(class_index);
  virtuals_.push_back({node, kind, imm, 0, data, Mix(act_->key, act_->offset), nullptr});
  flow_.objects.resize(virtuals_.size());
  ObjectState& state = flow_.objects[id];
  state.exists = true;
  state.fields = std::move(fields);
  return node;
}

Builder::ObjectState* Builder::VirtualState(Node* node) {
  if (node == nullptr || node->op != IrOp::kVirtual) return nullptr;
  const auto id = static_cast<size_t>(node->imm);
  if (id >= flow_.objects.size() || !flow_.objects[id].exists) return nullptr;
  return flow_.objects[id].real != nullptr ? nullptr : &flow_.objects[id];
}

Node* Builder::Resolve(Node* node) const {
  if (node == nullptr || node->op != IrOp::kVirtual) return node;
  const auto id = static_cast<size_t>(node->imm);
  if (id >= flow_.objects.size() || flow_.objects[id].real == nullptr) return node;
  return flow_.objects[id].real;
}

int64_t Builder::FieldOffset(IrOp kind, size_t index) {
  const auto i = static_cast<int64_t>(index);
  switch (kind) {
    case IrOp::kNewInstance:
      return 8 + 8 * i;
    case IrOp::kNewContext:
      return i == 0 ? 8 : 24 + 8 * (i - 1);
    default:
      if (i == 0) return offsetof(som::Block, self);
      return i == 1 ? static_cast<int64_t>(offsetof(som::Block, context))
                    : static_cast<int64_t>(offsetof(som::Block, copied)) + 8 * (i - 2);
  }
}

// The memory that loads of the field belong to.
IrMemory Builder::MemoryOf(IrOp kind, size_t index) {
  switch (kind) {
    case IrOp::kNewInstance:
      return IrMemory::kField;
    case IrOp::kNewContext:
      return index == 0 ? IrMemory::kContextOuter : IrMemory::kContextSlot;
    default:
      return IrMemory::kClosure;
  }
}

// Allocates an object and all that it refers to. Where objects refer to each other in a circle, one
// field is filled `later`.
Node* Builder::AllocateObject(int id, std::vector<std::pair<int, size_t>>* later) {
  const auto index = static_cast<size_t>(id);
  const VirtualInfo info = virtuals_[index];
  Nodes inputs;
  const size_t count = flow_.objects[index].fields.size();
  flow_.objects[index].exists = false;  // being allocated
  for (size_t f = 0; f < count; ++f) {
    Node* field = Resolve(flow_.objects[index].fields[f]);
    if (field->op == IrOp::kVirtual) {
      const auto other = static_cast<size_t>(field->imm);
      if (!flow_.objects[other].exists) {
        later->emplace_back(id, f);
        field = NewConstant(Nil());
      } else {
        field = AllocateObject(static_cast<int>(other), later);
      }
    } else {
      field = Tagged(field);
    }
    inputs.push_back(field);
  }
  flow_.objects[index].exists = true;
  Node* real = Emit(info.kind, inputs, info.imm, info.imm2, info.data);
  if (info.kind == IrOp::kNewClosure) closures_[real] = id;
  real->type = info.node->type;
  flow_.objects[index].real = real;
  return real;
}

Node* Builder::Materialise(Node* node) {
  if (VirtualState(node) == nullptr) return Resolve(node);
  std::vector<std::pair<int, size_t>> later;
  Node* real = AllocateObject(static_cast<int>(node->imm), &later);
  for (const auto& [id, field] : later) {
    const auto index = static_cast<size_t>(id);
    Node* object = flow_.objects[index].real;
    Node* value = Resolve(flow_.objects[index].fields[field]);
    const IrOp kind = virtuals_[index].kind;
    Emit(IrOp::kStoreField, {object, value}, FieldOffset(kind, field),
         static_cast<int64_t>(MemoryOf(kind, field)));
  }
  return real;
}

Node* Builder::Tagged(Node* node) {
  node = Resolve(node);
  if (node->op == IrOp::kVirtual) return Materialise(node);
  if (node->rep != IrRep::kDouble) return node;
  if (node->op == IrOp::kDoubleConstant) {
    const Value value = Value::EncodeDouble(std::bit_cast<double>(node->imm));
    if (value.IsImmediateDouble()) return NewConstant(value);
  }
  if (node->op == IrOp::kUnbox) return node->inputs[0];
  return Emit(IrOp::kBox, {node});
}

int Builder::ClosureOf(Node* node) const {
  int id = -1;
  if (node->op == IrOp::kVirtual) {
    id = static_cast<int>(node->imm);
  } else if (auto it = closures_.find(node); it != closures_.end()) {
    id = it->second;
  }
  if (id < 0 || virtuals_[static_cast<size_t>(id)].kind != IrOp::kNewClosure) return -1;
  return id;
}

Node* Builder::ClosureField(Node* closure, size_t index) {
  closure = Resolve(closure);
  if (ObjectState* state = VirtualState(closure)) return Resolve(state->fields[index]);
  const int id = ClosureOf(closure);
  if (id >= 0 && static_cast<const BlockSite*>(virtuals_[static_cast<size_t>(id)].data)->is_clean)
    return NewConstant(Nil());
  Node* field = Emit(IrOp::kLoadField, {closure}, FieldOffset(IrOp::kNewClosure, index),
                     static_cast<int64_t>(IrMemory::kClosure));
  // A branch told that the closure has such a field.
  if (id < 0) field->guard = field;
  return field;
}

// Closures that survive the inlined activation they return through must find that it is over: they
// are allocated while it still has its identity.
void Builder::MaterialiseClosuresOf(const Activation& home, Node* result) {
  Edge here{{}, {result}};
  here.flow.objects = flow_.objects;
  const std::vector<bool> reached = ReachableObjects(here, home);
  for (size_t id = 0; id < reached.size(); ++id) {
    if (reached[id] && virtuals_[id].home == &home && VirtualState(virtuals_[id].node) != nullptr)
      Materialise(virtuals_[id].node);
  }
}

// --- Fields and contexts -------------------------------------------------------------------------

Node* Builder::LoadFieldOf(Node* object, uint32_t word) {
  object = Resolve(object);
  if (ObjectState* state = VirtualState(object)) return state->fields[word - 1];
  Node* load =
      Emit(IrOp::kLoadField, {object}, int64_t{word} * 8, static_cast<int64_t>(IrMemory::kField));
  DependOn(load, object);
  return load;
}

void Builder::StoreFieldOf(Node* object, uint32_t word, Node* value) {
  object = Resolve(object);
  if (ObjectState* state = VirtualState(object)) {
    state->fields[word - 1] = value;
    return;
  }
  value = Tagged(value);
  Emit(IrOp::kStoreField, {Resolve(object), value}, int64_t{word} * 8,
       static_cast<int64_t>(IrMemory::kField));
}

Node* Builder::OuterContext(Node* context) {
  context = Resolve(context);
  if (ObjectState* state = VirtualState(context)) return state->fields[0];
  if (context->op == IrOp::kNewContext) return context->inputs[0];
  Node* load = Emit(IrOp::kLoadField, {context}, FieldOffset(IrOp::kNewContext, 0),
                    static_cast<int64_t>(IrMemory::kContextOuter));
  load->type = Type::AnyObject();
  return load;
}

Node* Builder::ContextAtDepth(int depth) {
  Node* context = Resolve(act_->values[act_->ContextIndex()]);
  for (; depth > 0; --depth) context = Resolve(OuterContext(context));
  return context;
}

// --- Frame states --------------------------------------------------------------------------------

// Whether nobody reads the word again that the activation has at `offset`: a local that is assigned
// first wherever it is read.
bool Builder::IsDead(const Activation& act, size_t index, uint32_t offset) {
  if (act.bytecodes == nullptr || index < act.SlotIndex(0) || index >= act.FirstOperand())
    return false;
  return !act.bytecodes->liveness.IsLive(static_cast<int>(index - act.SlotIndex(0)), offset);
}

FrameState* Builder::CaptureChain(Activation* act, std::vector<int>* objects) {
  FrameState* caller = act->caller == nullptr ? nullptr : CaptureChain(act->caller, objects);
  absl::InlinedVector<Node*, 16> values;
  Node* nil = NewConstant(Nil());
  for (size_t k = 0; k < act->values.size(); ++k) {
    Node* value = IsDead(*act, k, act->offset) ? nil : Resolve(act->values[k]);
    if (value != nullptr && value->op == IrOp::kVirtual)
      objects->push_back(static_cast<int>(value->imm));
    values.push_back(value);
  }
  // A caller is mostly as it was at the last node of what is inlined into it.
  FrameState* last = act->last_state;
  if (act != act_ && last != nullptr && last->offset == act->offset && last->caller == caller &&
      std::equal(values.begin(), values.end(), last->values.begin(), last->values.end()))
    return last;
  FrameState* state = graph_->NewState();
  state->caller = caller;
  state->method = act->method;
  state->offset = act->offset;
  state->base = act->base;
  state->has_home_id = act->has_home_id;
  state->values.assign(values.begin(), values.end());
  if (act != act_) act->last_state = state;
  return state;
}

FrameState* Builder::CaptureState() {
  std::vector<int> objects;
  FrameState* state = CaptureChain(act_, &objects);
  std::vector<bool> seen(virtuals_.size(), false);
  for (size_t next = 0; next < objects.size(); ++next) {
    const auto id = static_cast<size_t>(objects[next]);
    if (seen[id]) continue;
    seen[id] = true;
    const VirtualInfo& info = virtuals_[id];
    VirtualObject object{info.node, info.kind, info.imm, info.imm2, info.data, {}};
    for (Node* field : flow_.objects[id].fields) {
      field = Resolve(field);
      if (field->op == IrOp::kVirtual) objects.push_back(static_cast<int>(field->imm));
      object.fields.push_back(field);
    }
    state->virtuals.push_back(std::move(object));
  }
  return state;
}

Node* Builder::CopyLiteral(Value literal) {
  constexpr int64_t kMostInPlace = 24;
  const auto* source = As<Array>(literal);
  if (source->Length() > kMostInPlace || !IsFlatArray(*source))
    return Emit(IrOp::kCopyArray, {NewConstant(literal)});
  Node* copy = Emit(IrOp::kNewArray, {NewConstant(source->length)}, kArrayClass);
  copy->type = Type::OfClass(kArrayClass);
  for (int64_t k = 0; k < source->Length(); ++k) {
    Emit(IrOp::kStoreElement,
         {copy, NewConstant(Value::Int(k + 1)), NewConstant(source->elements[k])}, 0,
         static_cast<int64_t>(IrMemory::kElement));
  }
  return copy;
}

}  // namespace som::jit
