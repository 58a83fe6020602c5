// Sends that become jumps: conditionals, logical operators, nil tests, loops. Each instruction that
// depends on the kind of its operand names the send, so that the real one can take over; what is on
// the stack at that point is said in compile.h.
#include <limits>
#include <variant>

#include "compiler/code_generator.h"

namespace som {

namespace {

// `true` or `false` written as the only statement of a block.
bool IsOnlyConstant(const Body& body, ExpressionKind kind) {
  return body.statements.size() == 1 && !body.statements[0].is_return &&
         body.statements[0].expression->kind == kind;
}

}  // namespace

uint32_t MethodGenerator::AddInlinedSend(const SendExpression& send) {
  return emitter().AddInlinedSend(send.selector, static_cast<uint16_t>(send.arguments.size()),
                                  InlineKey(method_.begin, send));
}

const BlockExpression& MethodGenerator::BlockAt(const SendExpression& send, size_t argument) {
  return *As<BlockExpression>(send.arguments[argument]);
}

void MethodGenerator::GenerateInlined(const SendExpression& send, Use use) {
  switch (send.inline_form) {
    case InlineForm::kIfTrue:
    case InlineForm::kIfFalse:
    case InlineForm::kIfTrueIfFalse:
    case InlineForm::kIfFalseIfTrue:
      return GenerateConditional(send, use);
    case InlineForm::kIfNil:
    case InlineForm::kIfNotNil:
    case InlineForm::kIfNilIfNotNil:
    case InlineForm::kIfNotNilIfNil:
      return GenerateNilTest(send, use);
    case InlineForm::kAnd:
    case InlineForm::kOr:
      return GenerateLogical(send, use);
    case InlineForm::kWhileTrue:
    case InlineForm::kWhileFalse:
      return GenerateWhile(send, use);
    default:
      return GenerateCountingLoop(send, use);
  }
}

// --- inlined blocks ------------------------------------------------------------------------------

void MethodGenerator::EnterInlined(const BlockExpression& block) {
  const BlockScope& scope = scopes_.blocks[block.number];
  NameBlockVariables(block.number, state_->code);
  state_->context_scope = scope.context_scope;
  emitter().SetPlace(block.begin, block.end);
  const ContextScope& context = scopes_.context_scopes[scope.context_scope];
  if (scope.is_loop_body && context.has_context) {
    emitter().EmitEnterContext(static_cast<uint16_t>(context.size));
  }
  const bool repeats = scopes_.units[state_->unit].context_scope != scope.context_scope;
  if (repeats) ResetLocals(scope);
}

// Locals of what runs more than once in an activation start as nil each time. (Those in a context
// do anyway.)
void MethodGenerator::ResetLocals(const BlockScope& scope) {
  int16_t first = 0;
  uint16_t count = 0;
  const auto flush = [&] {
    if (count > 0) emitter().EmitNilSlots(first, count);
    count = 0;
  };
  for (uint32_t i = 0; i < scope.variable_count; ++i) {
    const uint32_t index = scope.first_variable + i;
    const Variable& variable = scopes_.variables[index];
    const bool is_loop_variable = i == 0 && scope.is_loop_body && scope.has_loop_variable;
    if (variable.in_context || variable.assigned_first || is_loop_variable) continue;
    const int16_t slot = scopes_.SlotIn(state_->unit, index);
    if (count > 0 && slot != first + count) flush();
    if (count == 0) first = slot;
    ++count;
  }
  flush();
}

void MethodGenerator::LeaveInlined(const BlockExpression& block) {
  const BlockScope& scope = scopes_.blocks[block.number];
  if (!scope.is_loop_body) return;
  const ContextScope& context = scopes_.context_scopes[scope.context_scope];
  if (context.has_context) emitter().Emit(Opcode::kLeaveContext);
  state_->context_scope = context.parent;
}

void MethodGenerator::GenerateArm(const SendExpression& send, size_t argument, Use use) {
  const BlockExpression& block = BlockAt(send, argument);
  const uint32_t begin = emitter().offset();
  EnterInlined(block);
  GenerateStatements(block.body, use, block.end - 1);
  LeaveInlined(block);
  emitter().AddInlinedRegion(begin, send.selector, block.number);
}

// --- branches ------------------------------------------------------------------------------------

void MethodGenerator::Branch(const Expression* condition, bool when, Label* target,
                             uint32_t inlined) {
  if (!emitter().reachable()) return;
  switch (condition->kind) {
    case ExpressionKind::kTrue:
    case ExpressionKind::kFalse:
      if (options_.literal_words_are_globals) break;
      PlaceAt(condition);
      if ((condition->kind == ExpressionKind::kTrue) == when) emitter().EmitJump(target);
      return;
    case ExpressionKind::kSend: {
      const auto* send = As<SendExpression>(condition);
      const bool logical =
          send->inline_form == InlineForm::kAnd || send->inline_form == InlineForm::kOr;
      if (logical && policy_.ShouldInline(*send)) {
        return BranchOnLogical(*send, when, target, inlined);
      }
      break;
    }
    default:
      break;
  }
  GenerateExpression(condition, Use::kValue);
  emitter().EmitJumpIf(when, target, inlined);
}

// `a and: [ b ]` decides by `a` alone when that is false, `a or: [ b ]` when it is true.
void MethodGenerator::BranchOnLogical(const SendExpression& send, bool when, Label* target,
                                      uint32_t inlined) {
  const bool deciding = send.inline_form == InlineForm::kOr;
  const uint32_t own = AddInlinedSend(send);
  if (deciding == when) {
    Branch(send.receiver, when, target, own);
    BranchOnBlock(send, BlockAt(send, 0), when, target, inlined);
  } else {
    Label decided;
    Branch(send.receiver, deciding, &decided, own);
    BranchOnBlock(send, BlockAt(send, 0), when, target, inlined);
    emitter().Bind(&decided);
  }
}

// The value of the block decides.
void MethodGenerator::BranchOnBlock(const SendExpression& send, const BlockExpression& block,
                                    bool when, Label* target, uint32_t inlined) {
  if (!emitter().reachable()) return;
  const uint32_t begin = emitter().offset();
  EnterInlined(block);
  const BlockScope& scope = scopes_.blocks[block.number];
  const absl::Span<Statement> statements = block.body.statements;
  const bool has_context =
      scope.is_loop_body && scopes_.context_scopes[scope.context_scope].has_context;
  if (has_context || statements.empty() || statements.back().is_return) {
    // The context has to be left before the jump.
    GenerateStatements(block.body, Use::kValue, block.end - 1);
    LeaveInlined(block);
    PlaceAt(&send);
    emitter().EmitJumpIf(when, target, inlined);
  } else {
    for (size_t i = 0; i + 1 < statements.size() && emitter().reachable(); ++i) {
      GenerateStatement(statements[i], Use::kEffect);
    }
    MarkStatement(statements.back());
    Branch(statements.back().expression, when, target, inlined);
    LeaveInlined(block);
  }
  emitter().AddInlinedRegion(begin, send.selector, block.number);
}

// --- conditionals --------------------------------------------------------------------------------

void MethodGenerator::GenerateConditional(const SendExpression& send, Use use) {
  const bool first_when =
      send.inline_form == InlineForm::kIfTrue || send.inline_form == InlineForm::kIfTrueIfFalse;
  Label otherwise;
  Label end;
  Branch(send.receiver, !first_when, &otherwise, AddInlinedSend(send));
  GenerateArm(send, 0, use);
  const bool has_second = send.arguments.size() == 2;
  // With a constant as the receiver, an arm may be out of reach.
  if (!otherwise.is_used()) return;
  if (has_second || use != Use::kEffect) emitter().EmitJump(&end);
  emitter().Bind(&otherwise);
  if (has_second) {
    GenerateArm(send, 1, use);
  } else if (use != Use::kEffect) {
    PlaceAt(&send);
    emitter().Emit(Opcode::kPushNil);
    Finish(use);
  }
  emitter().Bind(&end);
}

void MethodGenerator::GenerateLogical(const SendExpression& send, Use use) {
  const bool deciding = send.inline_form == InlineForm::kOr;
  Label decided;
  Label end;
  Branch(send.receiver, deciding, &decided, AddInlinedSend(send));
  GenerateArm(send, 0, use);
  if (!decided.is_used()) return;
  if (use == Use::kEffect) return emitter().Bind(&decided);
  emitter().EmitJump(&end);
  emitter().Bind(&decided);
  PlaceAt(&send);
  emitter().Emit(deciding ? Opcode::kPushTrue : Opcode::kPushFalse);
  Finish(use);
  emitter().Bind(&end);
}

void MethodGenerator::GenerateNilTest(const SendExpression& send, Use use) {
  GenerateExpression(send.receiver, Use::kValue);
  if (!emitter().reachable()) return;
  const bool first_when =
      send.inline_form == InlineForm::kIfNil || send.inline_form == InlineForm::kIfNilIfNotNil;
  Label otherwise;
  Label end;
  PlaceAt(&send);
  emitter().EmitJumpIfNil(!first_when, &otherwise, AddInlinedSend(send));
  emitter().Emit(Opcode::kPop);
  GenerateArm(send, 0, use);
  if (send.arguments.size() == 1 && use == Use::kValue) {
    // The receiver, still there, is the value.
    emitter().Bind(&otherwise);
    return;
  }
  emitter().EmitJump(&end);
  emitter().Bind(&otherwise);
  PlaceAt(&send);
  if (send.arguments.size() == 1) {
    Finish(use);
  } else {
    emitter().Emit(Opcode::kPop);
    GenerateArm(send, 1, use);
  }
  emitter().Bind(&end);
}

// --- loops ---------------------------------------------------------------------------------------

void MethodGenerator::GenerateWhile(const SendExpression& send, Use use) {
  const bool when = send.inline_form == InlineForm::kWhileTrue;
  const auto& condition = *As<BlockExpression>(send.receiver);
  Label test;
  Label top;
  PlaceAt(&send);
  const bool forever =
      !options_.literal_words_are_globals &&
      IsOnlyConstant(condition.body, when ? ExpressionKind::kTrue : ExpressionKind::kFalse);
  if (!forever) emitter().EmitJump(&test);
  // Until the test is written, the body counts as reached by it.
  emitter().BindLoopTop(&top);
  GenerateArm(send, 0, Use::kEffect);
  emitter().Bind(&test);
  BranchOnBlock(send, condition, when, &top, AddInlinedSend(send));
  if (use == Use::kEffect || !emitter().reachable()) return;
  PlaceAt(&send);
  emitter().Emit(Opcode::kPushNil);
  Finish(use);
}

void MethodGenerator::GenerateCountingLoop(const SendExpression& send, Use use) {
  const bool times = send.inline_form == InlineForm::kTimesRepeat;
  const bool down =
      send.inline_form == InlineForm::kDownToDo || send.inline_form == InlineForm::kDownToByDo;
  const bool has_step =
      send.inline_form == InlineForm::kToByDo || send.inline_form == InlineForm::kDownToByDo;
  const BlockExpression& body = BlockAt(send, send.arguments.size() - 1);
  const BlockScope& scope = scopes_.blocks[body.number];
  const int16_t counter = scopes_.LocalSlot(state_->unit, scope.counter);
  int16_t step = 1;
  if (has_step) {
    step = static_cast<int16_t>(
        std::get<int64_t>(As<LiteralExpression>(send.arguments[1])->value->value));
  }

  GenerateExpression(send.receiver, Use::kValue);
  const bool keeps_receiver = use != Use::kEffect;
  if (keeps_receiver) {
    PlaceAt(&send);
    emitter().EmitSlot(Opcode::kStoreSlot, scopes_.LocalSlot(state_->unit, scope.result));
  }
  if (!times) GenerateExpression(send.arguments[0], Use::kValue);
  if (!emitter().reachable()) return;
  Label exit;
  Label top;
  PlaceAt(&send);
  emitter().EmitLoopBegin(times  ? Opcode::kTimesRepeatBegin
                          : down ? Opcode::kDownToDoBegin
                                 : Opcode::kToDoBegin,
                          counter, &exit, AddInlinedSend(send));
  emitter().Bind(&top);
  GenerateLoopBody(send, counter);
  PlaceAt(&send);
  emitter().EmitLoopNext(down ? Opcode::kDownToDoNext : Opcode::kToDoNext, counter, step, &top);
  emitter().Bind(&exit);
  if (keeps_receiver) {
    emitter().EmitSlot(Opcode::kPushSlot, scopes_.LocalSlot(state_->unit, scope.result));
    Finish(use);
  }
}

void MethodGenerator::GenerateLoopBody(const SendExpression& send, int16_t counter) {
  const BlockExpression& block = BlockAt(send, send.arguments.size() - 1);
  const BlockScope& scope = scopes_.blocks[block.number];
  const uint32_t begin = emitter().offset();
  EnterInlined(block);
  if (scope.has_loop_variable && scopes_.variables[scope.first_variable].assigned) {
    emitter().EmitSlot(Opcode::kPushSlot, counter);
    AccessVariable(scope.first_variable, Access::kPop);
  }
  GenerateStatements(block.body, Use::kEffect, block.end - 1);
  LeaveInlined(block);
  emitter().AddInlinedRegion(begin, send.selector, block.number);
}

}  // namespace som
