// Units, statements, expressions, ordinary sends. See code_generator.h.
#include "compiler/code_generator.h"

#include <algorithm>
#include <limits>
#include <string>

#include "compiler/concat.h"

namespace som {

namespace {

constexpr uint32_t kMaxStack = std::numeric_limits<uint16_t>::max();
constexpr uint32_t kMaxDepth = std::numeric_limits<uint16_t>::max();

}  // namespace

MethodGenerator::MethodGenerator(const MethodNode& method, const MethodScopes& scopes,
                                 const InliningPolicy& policy, const CompileOptions& options,
                                 const SourceFile& source, Diagnostics* diagnostics)
    : method_(method),
      scopes_(scopes),
      policy_(policy),
      options_(options),
      source_(source),
      diagnostics_(diagnostics) {}

MethodDescription MethodGenerator::Generate() {
  result_.selector = method_.selector;
  result_.argument_count = static_cast<uint16_t>(method_.parameters.size());
  result_.is_primitive = method_.is_primitive;
  result_.span = source_.Span(method_.begin, method_.end);
  if (!method_.is_primitive) {
    GenerateUnit(0, method_.body, 0, method_.begin, method_.end);
    result_.units.reserve(units_.size());
    for (CodeDescription& code : units_) result_.units.push_back(std::move(code));
  }
  return std::move(result_);
}

// --- units ---------------------------------------------------------------------------------------

uint32_t MethodGenerator::GenerateUnit(uint32_t unit, const Body& body, uint32_t block,
                                       uint32_t begin, uint32_t end) {
  const auto index = static_cast<uint32_t>(units_.size());
  CodeDescription* code = &units_.emplace_back();
  unit_blocks_.push_back(block);
  UnitState state(source_, code, unit, index, state_);
  state_ = &state;
  state.context_scope = scopes_.units[unit].context_scope;
  code->is_block = !InMethod();
  code->is_operand = scopes_.units[unit].is_operand;
  if (state.outer != nullptr) code->enclosing_unit = state.outer->index;
  code->is_home = InMethod() && scopes_.returns_non_locally;
  code->span = source_.Span(begin, end);
  DescribeVariables(code);

  emitter().SetPlace(begin, end);
  GeneratePrologue();
  const uint32_t closing = end > begin ? end - 1 : end;
  GenerateStatements(body, InMethod() ? Use::kEffect : Use::kReturn, closing);
  if (emitter().reachable()) {
    emitter().SetPlace(closing, end);
    ReturnSelf();
  }
  FinishUnit();
  state_ = state.outer;
  return index;
}

void MethodGenerator::DescribeVariables(CodeDescription* code) {
  const Unit& unit = scopes_.units[state_->unit];
  code->argument_count = static_cast<uint16_t>(unit.argument_count);
  code->copied_count = static_cast<uint16_t>(unit.copied.size());
  code->local_count = static_cast<uint16_t>(unit.copied.size() + unit.own_local_count);
  code->argument_names.resize(unit.argument_count);
  code->local_names.resize(code->local_count);
  for (size_t i = 0; i < unit.copied.size(); ++i) {
    code->local_names[i] = scopes_.variables[unit.copied[i]].name.text;
  }
  code->block = unit.block;
  NameBlockVariables(unit.block, code);
}

void MethodGenerator::NameBlockVariables(uint32_t block, CodeDescription* code) {
  const BlockScope& scope = scopes_.blocks[block];
  for (uint32_t i = 0; i < scope.variable_count; ++i) {
    const uint32_t variable = scope.first_variable + i;
    const int16_t slot = scopes_.SlotIn(state_->unit, variable);
    const std::string_view name = scopes_.variables[variable].name.text;
    if (slot < 0) {
      code->argument_names[code->argument_names.size() - static_cast<size_t>(-slot)] = name;
    } else {
      code->local_names[static_cast<size_t>(slot)] = name;
    }
  }
}

void MethodGenerator::GeneratePrologue() {
  const ContextScope& scope = scopes_.context_scopes[state_->context_scope];
  if (scope.has_context) {
    emitter().EmitEnterContext(static_cast<uint16_t>(scope.size));
    for (const uint32_t variable : scope.variables) {
      const Variable& v = scopes_.variables[variable];
      if (!v.in_context || v.slot >= 0) continue;
      emitter().EmitSlot(Opcode::kPushSlot, v.slot);
      AccessVariable(variable, Access::kPop);
    }
  }
  state_->code->prologue_units = emitter().offset();
}

void MethodGenerator::FinishUnit() {
  CodeDescription* code = state_->code;
  code->max_stack = static_cast<uint16_t>(emitter().max_depth());
  if (emitter().max_depth() > kMaxStack) {
    diagnostics_->Add(source_, method_.begin,
                      Concat("This method needs more than ", kMaxStack, " operands at once"));
  }
  code->uses_outer_context = state_->outer_reach > 0;
  if (state_->outer == nullptr) return;

  // What a closure needs, its creator must have.
  CodeDescription* creator = state_->outer->code;
  creator->uses_self |= code->uses_self;
  creator->returns_non_locally |= code->returns_non_locally;
  const uint32_t inner_contexts = scopes_.ContextsInUnit(state_->outer->context_scope);
  if (state_->outer_reach > inner_contexts) {
    state_->outer->outer_reach =
        std::max(state_->outer->outer_reach, state_->outer_reach - inner_contexts);
  }
}

// --- statements ----------------------------------------------------------------------------------

void MethodGenerator::GenerateStatements(const Body& body, Use last_use, uint32_t end) {
  for (size_t i = 0; i < body.statements.size(); ++i) {
    const bool is_last = i + 1 == body.statements.size();
    GenerateStatement(body.statements[i], is_last ? last_use : Use::kEffect);
    if (!emitter().reachable()) return;
  }
  if (body.statements.empty() && last_use != Use::kEffect) {
    emitter().SetPlace(end, end + 1);
    emitter().Emit(Opcode::kPushNil);
    Finish(last_use);
  }
}

void MethodGenerator::GenerateStatement(const Statement& statement, Use use) {
  MarkStatement(statement);
  if (!statement.is_return) {
    GenerateExpression(statement.expression, use);
  } else if (InMethod()) {
    GenerateExpression(statement.expression, Use::kReturn);
  } else {
    GenerateExpression(statement.expression, Use::kReturnNonLocal);
  }
}

void MethodGenerator::MarkStatement(const Statement& statement) {
  if (options_.mark_statements) emitter().MarkStatement(statement.begin);
}

void MethodGenerator::PlaceAt(const Expression* expression) {
  emitter().SetPlace(expression->begin, expression->end);
}

// --- expressions ---------------------------------------------------------------------------------

void MethodGenerator::GenerateExpression(const Expression* expression, Use use) {
  if (!emitter().reachable()) return;
  switch (expression->kind) {
    case ExpressionKind::kAssignment:
      return GenerateAssignment(*As<AssignmentExpression>(expression), use);
    case ExpressionKind::kSend:
      return GenerateSends(As<SendExpression>(expression), use);
    case ExpressionKind::kVariable: {
      // Reading a global may run code, even if nobody looks at the value.
      const auto* variable = As<VariableExpression>(expression);
      const bool is_global = scopes_.references[variable->reference].kind == Reference::kGlobal;
      if (use == Use::kEffect && !is_global) return;
      PlaceAt(expression);
      GenerateVariable(*variable);
      return Finish(use);
    }
    default:
      break;
  }
  if (use == Use::kEffect) return;
  PlaceAt(expression);
  switch (expression->kind) {
    case ExpressionKind::kSelf:
    case ExpressionKind::kSuper:
      if (use == Use::kReturn && InMethod()) return ReturnSelf();
      PushSelf();
      break;
    case ExpressionKind::kNil:
      PushLiteralWord("nil", Opcode::kPushNil);
      break;
    case ExpressionKind::kTrue:
      PushLiteralWord("true", Opcode::kPushTrue);
      break;
    case ExpressionKind::kFalse:
      PushLiteralWord("false", Opcode::kPushFalse);
      break;
    case ExpressionKind::kLiteral:
      emitter().EmitLiteral(*As<LiteralExpression>(expression)->value);
      break;
    default:
      GenerateClosure(*As<BlockExpression>(expression));
  }
  Finish(use);
}

// A '^' may stand in a block that was inlined as an operand: what lies beneath the answer is
// dropped.
void MethodGenerator::DropDownTo(uint32_t depth, Opcode drop) {
  while (emitter().reachable() && emitter().depth() > depth) emitter().Emit(drop);
}

void MethodGenerator::ReturnSelf() {
  UseSelf();
  DropDownTo(0, Opcode::kPop);
  emitter().Emit(state_->code->is_home ? Opcode::kReturnSelfHome : Opcode::kReturnSelf);
}

void MethodGenerator::Finish(Use use) {
  if (use == Use::kReturn || use == Use::kReturnNonLocal) DropDownTo(1, Opcode::kPop2);
  switch (use) {
    case Use::kValue:
      return;
    case Use::kEffect:
      return emitter().Emit(Opcode::kPop);
    case Use::kReturn:
      return emitter().Emit(state_->code->is_home ? Opcode::kReturnLocalHome
                                                  : Opcode::kReturnLocal);
    case Use::kReturnNonLocal:
      UseSelf();
      state_->code->returns_non_locally = true;
      return emitter().Emit(Opcode::kReturnNonLocal);
  }
}

void MethodGenerator::PushSelf() {
  UseSelf();
  emitter().Emit(Opcode::kPushSelf);
}

void MethodGenerator::GenerateVariable(const VariableExpression& variable) {
  const Reference& reference = scopes_.references[variable.reference];
  switch (reference.kind) {
    case Reference::kVariable:
      return AccessVariable(reference.index, Access::kPush);
    case Reference::kField:
      UseSelf();
      return emitter().EmitField(Opcode::kPushField, static_cast<uint16_t>(reference.index));
    case Reference::kGlobal:
      // An unbound one asks self.
      UseSelf();
      return emitter().EmitGlobal(variable.name);
  }
}

void MethodGenerator::PushLiteralWord(std::string_view word, Opcode push) {
  if (!options_.literal_words_are_globals) return emitter().Emit(push);
  UseSelf();
  emitter().EmitGlobal(word);
}

void MethodGenerator::AccessVariable(uint32_t variable, Access access) {
  const Variable& v = scopes_.variables[variable];
  if (!v.in_context) {
    const Opcode opcode = access == Access::kPush    ? Opcode::kPushSlot
                          : access == Access::kStore ? Opcode::kStoreSlot
                                                     : Opcode::kPopSlot;
    return emitter().EmitSlot(opcode, scopes_.SlotIn(state_->unit, variable));
  }
  const uint32_t depth = scopes_.Depth(state_->context_scope, v.context_scope);
  const uint32_t inside = scopes_.ContextsInUnit(state_->context_scope);
  if (depth >= inside) state_->outer_reach = std::max(state_->outer_reach, depth - inside + 1);
  if (depth > kMaxDepth) {
    diagnostics_->Add(source_, v.name.begin, "Captured variables are nested too deeply");
    return;
  }
  const Opcode opcode = access == Access::kPush    ? Opcode::kPushContext
                        : access == Access::kStore ? Opcode::kStoreContext
                                                   : Opcode::kPopContext;
  emitter().EmitContext(opcode, static_cast<uint16_t>(depth), v.context_index, v.name.text);
}

void MethodGenerator::GenerateAssignment(const AssignmentExpression& assignment, Use use) {
  GenerateExpression(assignment.value, Use::kValue);
  if (!emitter().reachable()) return;
  PlaceAt(&assignment);
  const bool keep = use != Use::kEffect;
  const Reference& reference = scopes_.references[assignment.target->reference];
  if (reference.kind == Reference::kVariable) {
    AccessVariable(reference.index, keep ? Access::kStore : Access::kPop);
  } else {
    UseSelf();
    emitter().EmitField(keep ? Opcode::kStoreField : Opcode::kPopField,
                        static_cast<uint16_t>(reference.index));
  }
  if (keep) Finish(use);
}

void MethodGenerator::GenerateClosure(const BlockExpression& block) {
  const uint32_t unit = scopes_.blocks[block.number].unit;
  BlockDescription description;
  for (const uint32_t variable : scopes_.units[unit].copied) {
    description.copied_slots.push_back(scopes_.SlotIn(state_->unit, variable));
  }
  description.unit = GenerateUnit(unit, block.body, block.number, block.begin, block.end);
  emitter().EmitBlock(std::move(description));
}

// --- ordinary sends ------------------------------------------------------------------------------

void MethodGenerator::GenerateSends(const SendExpression* outermost, Use use) {
  // Receivers that are ordinary sends themselves are done in a loop: such chains can be long.
  std::vector<const SendExpression*> chain;
  const Expression* receiver = outermost;
  while (receiver->kind == ExpressionKind::kSend &&
         !policy_.ShouldInline(*As<SendExpression>(receiver))) {
    chain.push_back(As<SendExpression>(receiver));
    receiver = chain.back()->receiver;
  }
  if (chain.empty()) return GenerateInlined(*outermost, use);

  const SendExpression& innermost = *chain.back();
  NoteResumePoint(innermost, IsWhile(innermost.inline_form));
  if (receiver->kind == ExpressionKind::kSuper) {
    PlaceAt(receiver);
    PushSelf();
  } else {
    GenerateExpression(receiver, Use::kValue);
  }
  for (size_t i = chain.size(); i-- > 0;) {
    if (!emitter().reachable()) return;
    GenerateOrdinarySend(*chain[i]);
  }
  if (emitter().reachable()) Finish(use);
}

// The receiver is on the stack.
void MethodGenerator::GenerateOrdinarySend(const SendExpression& send) {
  const bool counts_to_limit = IsCountingLoop(send.inline_form) && send.arguments.size() > 1;
  NoteResumePoint(send, !IsWhile(send.inline_form) && !counts_to_limit);
  for (size_t i = 0; i < send.arguments.size(); ++i) {
    GenerateExpression(send.arguments[i], Use::kValue);
    if (i == 0) NoteResumePoint(send, counts_to_limit);
  }
  if (!emitter().reachable()) return;
  PlaceAt(&send);
  emitter().EmitSend(send.receiver->kind == ExpressionKind::kSuper, send.selector,
                     static_cast<uint16_t>(send.arguments.size()));
}

void MethodGenerator::NoteResumePoint(const SendExpression& send, bool wanted) {
  if (wanted && watched_key_.has_value() && emitter().reachable() &&
      *watched_key_ == InlineKey(method_.begin, send)) {
    resume_point_ = ResumePoint{state_->index, emitter().offset(), state_->context_scope};
  }
}

}  // namespace som
