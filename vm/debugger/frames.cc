// See frames.h.
#include "vm/debugger/frames.h"

#include <algorithm>

#include "vm/code/frame.h"
#include "vm/interpreter/activations.h"
#include "vm/linking/linker.h"
#include "vm/loading/class_loader.h"
#include "vm/observation/stack_trace.h"
#include "vm/vm.h"

namespace som {

namespace {

// The innermost block, by its number in the method, that the code at `offset` comes from.
uint32_t BlockAt(const CodeDescription& code, uint32_t offset) {
  for (const InlinedRegion& region : code.inlined_regions) {
    if (region.begin <= offset && offset < region.end) return region.block;
  }
  return code.block;
}

bool HasContext(const Method& method) { return method.has_context_slot || method.is_block; }

}  // namespace

std::vector<Frame> FramesOf(VM& vm) {
  std::vector<ActivationView> activations;
  for (FrameIterator frame(vm); !frame.done(); frame.Next()) frame.AppendActivations(&activations);
  std::vector<Frame> frames;
  frames.reserve(activations.size());
  for (const ActivationView& activation : activations) {
    frames.push_back({activation.base, activation.method, activation.ip});
  }
  return frames;
}

std::optional<uint32_t> LineOfStatementAt(const Method& method, uint32_t offset) {
  const std::vector<StatementStart>& statements = method.unit_description().statements;
  const auto found = std::lower_bound(
      statements.begin(), statements.end(), offset,
      [](const StatementStart& s, uint32_t wanted) { return s.code_offset < wanted; });
  if (found == statements.end() || found->code_offset != offset) return std::nullopt;
  return found->line;
}

SourceSpan SpanOf(const Frame& frame) {
  SourceSpan span = PositionOf(*frame.method, frame.ip);
  const std::optional<uint32_t> line =
      LineOfStatementAt(*frame.method, CodeOffset(*frame.method, frame.ip));
  if (line.has_value() && *line != span.line) span = {*line, 1, *line, 1};
  return span;
}

const std::string& PathOf(const Frame& frame) { return frame.method->home->parsed->path(); }

FrameVariables::FrameVariables(VM& vm, const Frame& frame)
    : vm_(vm),
      frame_(frame),
      visible_(vm.loader().VariablesIn(
          *frame.method->home,
          BlockAt(frame.method->unit_description(), CodeOffset(*frame.method, frame.ip)))) {}

Value FrameVariables::self() const { return frame_.base[kFrameSelf]; }

Value* FrameVariables::SlotOf(const VisibleVariable& variable, Context** owner) const {
  *owner = nullptr;
  Value* const base = frame_.base;
  if (!variable.in_context)
    return &base[variable.slot < 0 ? variable.slot : variable.slot + kFrameHeaderWords];
  if (!HasContext(*frame_.method)) return nullptr;
  // Between two statements, the innermost contexts may not have been entered, or have been left.
  const Value outside = frame_.method->is_block ? As<Block>(*FrameReceiver(base))->context : Nil();
  uint32_t entered = 0;
  for (Value context = base[kFrameContext]; context != outside && context != Nil();
       context = As<Context>(context)->outer) {
    ++entered;
  }
  const uint32_t missing = visible_.contexts - std::min(entered, visible_.contexts);
  if (variable.depth < missing) return nullptr;
  Value context = base[kFrameContext];
  for (uint32_t depth = variable.depth - missing; depth > 0 && context != Nil(); --depth)
    context = As<Context>(context)->outer;
  if (context == Nil() || variable.index >= As<Context>(context)->count.AsInt()) return nullptr;
  *owner = As<Context>(context);
  return &(*owner)->slots[variable.index];
}

const VisibleVariable* FrameVariables::Find(const std::string& name) const {
  const auto found =
      std::find_if(visible_.variables.begin(), visible_.variables.end(),
                   [&name](const VisibleVariable& variable) { return variable.name == name; });
  return found == visible_.variables.end() ? nullptr : &*found;
}

std::vector<FrameVariable> FrameVariables::variables() const {
  std::vector<FrameVariable> variables;
  variables.reserve(visible_.variables.size());
  for (const VisibleVariable& visible : visible_.variables) {
    Context* owner = nullptr;
    const Value* slot = SlotOf(visible, &owner);
    if (slot == nullptr) continue;
    FrameVariable::Sort sort =
        visible.is_argument ? FrameVariable::Sort::kArgument : FrameVariable::Sort::kLocal;
    if (visible.is_captured) sort = FrameVariable::Sort::kCaptured;
    variables.push_back({visible.name, sort, *slot});
  }
  return variables;
}

std::vector<std::string> FrameVariables::names() const {
  std::vector<std::string> names;
  for (FrameVariable& variable : variables()) names.push_back(std::move(variable.name));
  return names;
}

std::vector<FrameVariable> FrameVariables::fields() const {
  std::vector<FrameVariable> fields;
  const Value object = self();
  const ClassInfo& holder = *frame_.method->holder;
  if (!object.IsObject() || holder.FieldCount() == 0) return fields;
  const Value* words = reinterpret_cast<Value*>(object.AsObject()) + holder.FirstFieldWord();
  fields.reserve(holder.FieldCount());
  for (uint32_t i = 0; i < holder.FieldCount(); ++i) {
    fields.push_back({std::string(vm_.symbols().NameOf(holder.fields[i])),
                      FrameVariable::Sort::kField, words[i]});
  }
  return fields;
}

std::optional<Value> FrameVariables::Read(const std::string& name) const {
  const VisibleVariable* variable = Find(name);
  if (variable == nullptr) return std::nullopt;
  Context* owner = nullptr;
  const Value* slot = SlotOf(*variable, &owner);
  return slot == nullptr ? std::nullopt : std::optional<Value>(*slot);
}

void FrameVariables::Write(const std::string& name, Value value) const {
  const VisibleVariable* variable = Find(name);
  if (variable == nullptr) return;
  Context* owner = nullptr;
  Value* slot = SlotOf(*variable, &owner);
  if (slot == nullptr) return;
  if (owner == nullptr) {
    *slot = value;
  } else {
    vm_.heap().Store(owner, slot, value);
  }
}

}  // namespace som
