// The analysis is one walk over the method in evaluation order, which numbers everything and notes
// captures and assignments; afterwards the storage of each variable follows from the notes. See
// scope.h.
#include "compiler/scope.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "compiler/concat.h"

namespace som {

int16_t MethodScopes::SlotIn(uint32_t unit, uint32_t variable) const {
  const Variable& v = variables[variable];
  if (v.unit != unit) return static_cast<int16_t>(units[unit].copied_index.at(variable));
  return v.slot < 0 ? v.slot : LocalSlot(unit, static_cast<uint32_t>(v.slot));
}

int16_t MethodScopes::LocalSlot(uint32_t unit, uint32_t own_local) const {
  return static_cast<int16_t>(units[unit].copied.size() + own_local);
}

uint32_t MethodScopes::Depth(uint32_t from, uint32_t to) const {
  uint32_t depth = 0;
  for (uint32_t scope = from; scope != to; scope = context_scopes[scope].parent) {
    if (context_scopes[scope].has_context) ++depth;
  }
  return depth;
}

uint32_t MethodScopes::ContextsInUnit(uint32_t from) const {
  const uint32_t unit = context_scopes[from].unit;
  uint32_t count = 0;
  for (uint32_t scope = from; scope != kNoIndex && context_scopes[scope].unit == unit;
       scope = context_scopes[scope].parent) {
    if (context_scopes[scope].has_context) ++count;
  }
  return count;
}

namespace {

constexpr uint32_t kMaxSlots = std::numeric_limits<int16_t>::max();
constexpr uint32_t kMaxContextSize = std::numeric_limits<uint16_t>::max();
constexpr uint32_t kNever = kNoIndex;

// What the walk notes about a variable, to decide where it lives. Times count captures and
// assignments of the whole method in evaluation order.
struct Usage {
  uint32_t block = 0;            // that declares it
  uint32_t shadowed = kNoIndex;  // the variable its name meant outside
  bool touched = false;
  bool assigned_in_closure = false;
  uint32_t first_capture = kNever;
  uint32_t last_assignment = 0;
  // Outermost loops, inside the variable's unit and block, that surround captures and assignments;
  // ascending.
  std::vector<uint32_t> capturing_loops;
  std::vector<uint32_t> assigning_loops;
};

class Analyzer {
 public:
  Analyzer(const MethodNode& method, const FieldTable& fields, const InliningPolicy& policy,
           const SourceFile& source, Diagnostics* diagnostics)
      : method_(method),
        fields_(fields),
        policy_(policy),
        source_(source),
        diagnostics_(diagnostics) {}

  MethodScopes Run() {
    result_.blocks.resize(method_.block_count + 1);
    enclosing_.resize(method_.block_count + 1);
    result_.references.resize(method_.reference_count);
    EnterUnit(/*block=*/0, kNoIndex, kNoIndex, kNoIndex, method_.parameters.size());
    Walk(0, method_.parameters, method_.body);
    DecideStorage();
    CheckLimits();
    return std::move(result_);
  }

 private:
  // The lexical chain above a block, with what lies between.
  struct Enclosing {
    uint32_t block = kNoIndex;
    uint32_t loop = kNoIndex;  // the inlined loop whose condition or body this block is
  };

  // --- structure ---------------------------------------------------------------------------------

  // `reserve_unit` and `reserve_scope`: where this block's slots and ordinals would be if its send
  // were inlined.
  void EnterUnit(uint32_t block, uint32_t parent_unit, uint32_t reserve_unit,
                 uint32_t reserve_scope, size_t argument_count) {
    const auto unit = static_cast<uint32_t>(result_.units.size());
    const uint32_t parent_scope =
        parent_unit == kNoIndex ? kNoIndex : result_.blocks[current_].context_scope;
    Unit& made = result_.units.emplace_back();
    made.parent = parent_unit;
    made.block = block;
    made.argument_count = static_cast<uint32_t>(argument_count);
    reserve_unit_.push_back(reserve_unit);
    BlockScope& scope = result_.blocks[block];
    scope.unit = unit;
    scope.is_unit = true;
    scope.context_scope = AddContextScope(parent_scope, unit, block, reserve_scope);
    result_.units[unit].context_scope = scope.context_scope;
  }

  uint32_t AddContextScope(uint32_t parent, uint32_t unit, uint32_t block, uint32_t reserve) {
    const auto index = static_cast<uint32_t>(result_.context_scopes.size());
    ContextScope& scope = result_.context_scopes.emplace_back();
    scope.parent = parent;
    scope.unit = unit;
    scope.block = block;
    reserve_scope_.push_back(reserve);
    return index;
  }

  // Takes the next own local number of `unit`; keeps a place for it wherever the unit could be
  // inlined.
  uint32_t TakeLocal(uint32_t unit) {
    const uint32_t local = result_.units[unit].own_local_count++;
    for (uint32_t outer = reserve_unit_[unit]; outer != kNoIndex; outer = reserve_unit_[outer]) {
      ++result_.units[outer].own_local_count;
    }
    return local;
  }

  uint32_t TakeOrdinal(uint32_t scope) {
    const uint32_t ordinal = result_.context_scopes[scope].size++;
    for (uint32_t outer = reserve_scope_[scope]; outer != kNoIndex; outer = reserve_scope_[outer]) {
      ++result_.context_scopes[outer].size;
    }
    return ordinal;
  }

  // An argument has a negative slot; a loop variable shares that of the counter; others get the
  // next.
  void Declare(uint32_t block, const Name& name, int argument_slot,
               uint32_t loop_counter = kNoIndex) {
    const auto index = static_cast<uint32_t>(result_.variables.size());
    const BlockScope& scope = result_.blocks[block];
    Variable& variable = result_.variables.emplace_back();
    variable.name = name;
    variable.unit = scope.unit;
    variable.context_scope = scope.context_scope;
    const uint32_t ordinal = TakeOrdinal(scope.context_scope);
    variable.context_index = static_cast<uint16_t>(std::min(ordinal, kMaxContextSize));
    // Where there are too many, CheckLimits reports it.
    if (argument_slot != 0) {
      variable.slot = static_cast<int16_t>(std::max(argument_slot, -static_cast<int>(kMaxSlots)));
    } else if (loop_counter != kNoIndex) {
      variable.slot = static_cast<int16_t>(std::min(loop_counter, kMaxSlots));
    } else {
      variable.slot = static_cast<int16_t>(std::min(TakeLocal(scope.unit), kMaxSlots));
    }
    result_.context_scopes[scope.context_scope].variables.push_back(index);
    Usage& usage = usages_.emplace_back();
    usage.block = block;
    const auto [entry, is_new] = visible_.try_emplace(name.text, index);
    if (!is_new) {
      usage.shadowed = entry->second;
      entry->second = index;
    }
  }

  // Declares the names of a block; the last of equal ones hides the others.
  void DeclareAll(uint32_t block, absl::Span<const Name> parameters,
                  absl::Span<const Name> locals) {
    BlockScope& scope = result_.blocks[block];
    scope.first_variable = static_cast<uint32_t>(result_.variables.size());
    scope.variable_count = static_cast<uint32_t>(parameters.size() + locals.size());
    const auto count = static_cast<int>(parameters.size());
    const bool is_unit = scope.is_unit;
    const uint32_t counter = scope.counter;
    for (int i = 0; i < count; ++i) {
      const Name& name = parameters[static_cast<size_t>(i)];
      if (is_unit) {
        Declare(block, name, i - count);
      } else {
        Declare(block, name, 0, counter);
      }
    }
    for (const Name& local : locals) Declare(block, local, 0);
  }

  void UndeclareAll(uint32_t block) {
    const BlockScope& scope = result_.blocks[block];
    for (uint32_t i = scope.variable_count; i-- > 0;) {
      const uint32_t index = scope.first_variable + i;
      const std::string_view name = result_.variables[index].name.text;
      if (usages_[index].shadowed == kNoIndex) {
        visible_.erase(name);
      } else {
        visible_[name] = usages_[index].shadowed;
      }
    }
  }

  // --- the walk ----------------------------------------------------------------------------------

  void Walk(uint32_t block, absl::Span<const Name> parameters, const Body& body) {
    const uint32_t outer = current_;
    current_ = block;
    if (block != 0) result_.blocks[block].parent = outer;
    DeclareAll(block, parameters, body.locals);
    for (const Statement& statement : body.statements) {
      WalkExpression(statement.expression);
      if (statement.is_return && result_.blocks[block].unit != 0) {
        result_.returns_non_locally = true;
      }
    }
    UndeclareAll(block);
    current_ = outer;
  }

  void WalkExpression(const Expression* expression) {
    switch (expression->kind) {
      case ExpressionKind::kVariable:
        Touch(*As<VariableExpression>(expression), /*is_assignment=*/false);
        break;
      case ExpressionKind::kAssignment: {
        const auto* assignment = As<AssignmentExpression>(expression);
        WalkExpression(assignment->value);
        Touch(*assignment->target, /*is_assignment=*/true);
        break;
      }
      case ExpressionKind::kSend:
        WalkSends(As<SendExpression>(expression));
        break;
      case ExpressionKind::kBlock:
        WalkClosure(As<BlockExpression>(expression), /*inlinable=*/nullptr);
        break;
      default:
        break;
    }
  }

  // A chain of sends, receiver by receiver, without recursion: chains can be long.
  void WalkSends(const SendExpression* outermost) {
    std::vector<const SendExpression*> chain;
    const Expression* receiver = outermost;
    while (receiver->kind == ExpressionKind::kSend) {
      chain.push_back(As<SendExpression>(receiver));
      receiver = chain.back()->receiver;
    }
    WalkOperand(receiver, *chain.back());
    for (size_t i = chain.size(); i-- > 0;) {
      for (const Expression* argument : chain[i]->arguments) WalkOperand(argument, *chain[i]);
    }
  }

  void WalkOperand(const Expression* operand, const SendExpression& send) {
    if (!IsInlinableBlock(operand, send)) return WalkExpression(operand);
    const auto* block = As<BlockExpression>(operand);
    if (policy_.ShouldInline(send)) return WalkInlined(block, send);
    WalkClosure(block, policy_.MayInline(send) ? &send : nullptr);
    result_.units[result_.blocks[block->number].unit].is_operand = true;
  }

  // Whether the operand is one of the blocks that disappear when the send is inlined.
  static bool IsInlinableBlock(const Expression* operand, const SendExpression& send) {
    if (operand->kind != ExpressionKind::kBlock || send.inline_form == InlineForm::kNone)
      return false;
    if (IsCountingLoop(send.inline_form)) return operand == send.arguments.back();
    return operand != send.receiver || IsWhile(send.inline_form);
  }

  // `inlinable`: the send, if the block would be inlined but for being asked for as a real send.
  void WalkClosure(const BlockExpression* block, const SendExpression* inlinable) {
    const uint32_t unit = result_.blocks[current_].unit;
    const bool counts = inlinable != nullptr && IsCountingLoop(inlinable->inline_form);
    const bool own_context = inlinable == nullptr || IsLoop(inlinable->inline_form);
    if (counts) TakeLoopLocals(unit, *inlinable, nullptr);
    enclosing_[block->number] = {current_, kNoIndex};
    EnterUnit(block->number, unit, inlinable == nullptr ? kNoIndex : unit,
              own_context ? kNoIndex : result_.blocks[current_].context_scope,
              block->parameters.size());
    Walk(block->number, block->parameters, block->body);
    if (counts && AssignsLoopVariable(*block)) TakeLocal(unit);
  }

  void WalkInlined(const BlockExpression* block, const SendExpression& send) {
    const bool loop = IsLoop(send.inline_form);
    const uint32_t unit = result_.blocks[current_].unit;
    const uint32_t outer_scope = result_.blocks[current_].context_scope;
    BlockScope& scope = result_.blocks[block->number];
    scope.unit = unit;
    scope.is_loop_body = loop;
    scope.has_loop_variable = !block->parameters.empty();
    scope.context_scope =
        loop ? AddContextScope(outer_scope, unit, block->number, kNoIndex) : outer_scope;
    enclosing_[block->number] = {current_, loop ? send.selector_begin : kNoIndex};
    if (IsCountingLoop(send.inline_form)) TakeLoopLocals(unit, send, &scope);
    Walk(block->number, block->parameters, block->body);
    if (AssignsLoopVariable(*block)) {
      // The loop must not see the assignments: the counter stays where it is, the variable gets a
      // slot of its own.
      result_.variables[scope.first_variable].slot =
          static_cast<int16_t>(std::min(TakeLocal(unit), kMaxSlots));
    }
  }

  // Counter and limit, and the receiver if it may be asked for.
  void TakeLoopLocals(uint32_t unit, const SendExpression& send, BlockScope* body) {
    const uint32_t counter = TakeLocal(unit);
    TakeLocal(unit);
    const uint32_t result = send.value_unused ? kNoIndex : TakeLocal(unit);
    if (body == nullptr) return;
    body->counter = counter;
    body->result = result;
  }

  bool AssignsLoopVariable(const BlockExpression& block) const {
    return !block.parameters.empty() &&
           result_.variables[result_.blocks[block.number].first_variable].assigned;
  }

  // --- names -------------------------------------------------------------------------------------

  void Touch(const VariableExpression& expression, bool is_assignment) {
    Reference& reference = result_.references[expression.reference];
    if (const auto found = visible_.find(expression.name); found != visible_.end()) {
      reference = {Reference::kVariable, found->second};
      NoteUse(found->second, is_assignment);
      return;
    }
    const auto field = fields_.find(expression.name);
    if (field != fields_.end()) {
      reference = {Reference::kField, field->second};
    } else {
      assert(!is_assignment);  // CheckNames has reported it
    }
  }

  void NoteUse(uint32_t index, bool is_assignment) {
    Variable& variable = result_.variables[index];
    Usage& usage = usages_[index];
    bool captured = false;
    uint32_t loop = kNoIndex;
    for (uint32_t block = current_; block != usage.block; block = enclosing_[block].block) {
      const BlockScope& scope = result_.blocks[block];
      if (scope.is_unit) {
        captured = true;
        loop = kNoIndex;
        Unit& unit = result_.units[scope.unit];
        const auto next = static_cast<uint32_t>(unit.copied.size());
        // Where it was captured before, the way from here outwards and its loops are known.
        if (!unit.copied_index.try_emplace(index, next).second) break;
        unit.copied.push_back(index);
      } else if (enclosing_[block].loop != kNoIndex) {
        loop = enclosing_[block].loop;
      }
    }
    if (!usage.touched) {
      usage.touched = true;
      variable.assigned_first = is_assignment && current_ == usage.block;
    }
    if (is_assignment) variable.assigned = true;
    ++time_;
    if (captured) {
      usage.first_capture = std::min(usage.first_capture, time_);
      usage.assigned_in_closure |= is_assignment;
      AddLoop(&usage.capturing_loops, loop);
    } else if (is_assignment) {
      usage.last_assignment = time_;
      AddLoop(&usage.assigning_loops, loop);
    }
  }

  // Loops are met in ascending order: outermost ones do not overlap.
  static void AddLoop(std::vector<uint32_t>* loops, uint32_t loop) {
    if (loop != kNoIndex && (loops->empty() || loops->back() != loop)) loops->push_back(loop);
  }

  // --- storage -----------------------------------------------------------------------------------

  static bool MayChangeAfterCapture(const Usage& usage) {
    if (usage.first_capture == kNever) return false;
    if (usage.assigned_in_closure || usage.last_assignment > usage.first_capture) return true;
    size_t i = 0;
    size_t j = 0;
    while (i < usage.capturing_loops.size() && j < usage.assigning_loops.size()) {
      if (usage.capturing_loops[i] == usage.assigning_loops[j]) return true;
      ++(usage.capturing_loops[i] < usage.assigning_loops[j] ? i : j);
    }
    return false;
  }

  void DecideStorage() {
    for (size_t i = 0; i < usages_.size(); ++i) {
      if (!MayChangeAfterCapture(usages_[i])) continue;
      result_.variables[i].in_context = true;
      result_.context_scopes[result_.variables[i].context_scope].has_context = true;
    }
    // Contexts of a unit leave no gap, so that the active ones are those of the outermost scopes.
    // This stops at the unit: an outer one must not get or lose a context because of what its
    // closures contain. Parents come first.
    for (size_t i = result_.context_scopes.size(); i-- > 0;) {
      const ContextScope& scope = result_.context_scopes[i];
      if (!scope.has_context || scope.parent == kNoIndex) continue;
      ContextScope& parent = result_.context_scopes[scope.parent];
      if (parent.unit == scope.unit) parent.has_context = true;
    }
    for (Unit& unit : result_.units) {
      const std::vector<uint32_t> captured = std::move(unit.copied);
      unit.copied.clear();
      unit.copied_index.clear();
      for (const uint32_t variable : captured) {
        if (result_.variables[variable].in_context) continue;
        unit.copied_index[variable] = static_cast<uint32_t>(unit.copied.size());
        unit.copied.push_back(variable);
      }
    }
  }

  void CheckLimits() {
    for (const Unit& unit : result_.units) {
      if (unit.copied.size() + unit.own_local_count > kMaxSlots) {
        diagnostics_->Add(source_, method_.begin,
                          Concat("More than ", kMaxSlots, " local variables in one method"));
        return;
      }
      if (unit.argument_count > kMaxSlots) {
        diagnostics_->Add(source_, method_.begin, Concat("More than ", kMaxSlots, " arguments"));
        return;
      }
    }
    for (const ContextScope& scope : result_.context_scopes) {
      if (scope.has_context && scope.size > kMaxContextSize) {
        diagnostics_->Add(source_, method_.begin,
                          Concat("More than ", kMaxContextSize, " captured variables"));
        return;
      }
    }
  }

  const MethodNode& method_;
  const FieldTable& fields_;
  const InliningPolicy& policy_;
  const SourceFile& source_;
  Diagnostics* diagnostics_;

  MethodScopes result_;
  std::vector<Usage> usages_;            // by variable
  std::vector<Enclosing> enclosing_;     // by block
  std::vector<uint32_t> reserve_unit_;   // by unit: where its locals have a place reserved
  std::vector<uint32_t> reserve_scope_;  // by context scope, likewise
  absl::flat_hash_map<std::string_view, uint32_t> visible_;
  uint32_t current_ = 0;
  uint32_t time_ = 0;
};

}  // namespace

MethodScopes AnalyzeMethod(const MethodNode& method, const FieldTable& fields,
                           const InliningPolicy& policy, const SourceFile& source,
                           Diagnostics* diagnostics) {
  return Analyzer(method, fields, policy, source, diagnostics).Run();
}

}  // namespace som
