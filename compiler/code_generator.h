// Syntax tree plus scopes to code: one method with its units. Ordinary expressions, statements and
// closures are in code_generator.cc; the sends that become jumps in code_generator_control.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ast.h"
#include "compiler/compile.h"
#include "compiler/description.h"
#include "compiler/diagnostics.h"
#include "compiler/emitter.h"
#include "compiler/inline_control.h"
#include "compiler/scope.h"
#include "compiler/source.h"

namespace som {

// Where a real send goes on whose inlined form has been given up.
struct ResumePoint {
  uint32_t unit = 0;  // in MethodDescription::units
  uint32_t offset = 0;
  uint32_t context_scope = 0;  // that the send stands in
};

class MethodGenerator {
 public:
  // All arguments must outlive the generator; `scopes` is the analysis of `method` under `policy`.
  MethodGenerator(const MethodNode& method, const MethodScopes& scopes,
                  const InliningPolicy& policy, const CompileOptions& options,
                  const SourceFile& source, Diagnostics* diagnostics);

  // Asks for the resume point of a real send; call before Generate.
  void WatchSend(uint32_t key) { watched_key_ = key; }

  // Reports exceeded limits to the diagnostics. To be called once.
  MethodDescription Generate();

  // After Generate: of the watched send, if its code was written.
  std::optional<ResumePoint> resume_point() const { return resume_point_; }
  // After Generate: the block number of each unit, in the order of MethodDescription::units.
  const std::vector<uint32_t>& unit_blocks() const { return unit_blocks_; }

 private:
  // What becomes of the value of an expression.
  enum class Use : uint8_t {
    kEffect,          // dropped
    kValue,           // stays on the stack
    kReturn,          // answered from this unit
    kReturnNonLocal,  // answered from the home method
  };

  // The unit being generated.
  struct UnitState {
    UnitState(const SourceFile& source, CodeDescription* description, uint32_t unit,
              uint32_t description_index, UnitState* outer)
        : emitter(source, description),
          code(description),
          unit(unit),
          index(description_index),
          outer(outer) {}
    Emitter emitter;
    CodeDescription* code;
    uint32_t unit;   // in MethodScopes
    uint32_t index;  // in MethodDescription::units
    uint32_t context_scope = 0;
    uint32_t outer_reach = 0;  // how many contexts outside the unit its code looks at
    UnitState* outer;
  };

  Emitter& emitter() { return state_->emitter; }
  bool InMethod() const { return state_->unit == 0; }

  uint32_t GenerateUnit(uint32_t unit, const Body& body, uint32_t block, uint32_t begin,
                        uint32_t end);
  void DescribeVariables(CodeDescription* code);
  void NameBlockVariables(uint32_t block, CodeDescription* code);
  void GeneratePrologue();
  void FinishUnit();

  // `last_use` is what becomes of the last value, unless it is returned by '^'.
  void GenerateStatements(const Body& body, Use last_use, uint32_t end);
  void GenerateStatement(const Statement& statement, Use use);
  void MarkStatement(const Statement& statement);
  void GenerateExpression(const Expression* expression, Use use);
  // The value on top of the stack meets its use.
  void Finish(Use use);
  void ReturnSelf();
  void DropDownTo(uint32_t depth, Opcode drop);
  void GenerateVariable(const VariableExpression& variable);
  void GenerateAssignment(const AssignmentExpression& assignment, Use use);
  void GenerateClosure(const BlockExpression& block);
  void GenerateSends(const SendExpression* outermost, Use use);
  void GenerateOrdinarySend(const SendExpression& send);
  void NoteResumePoint(const SendExpression& send, bool wanted);
  void UseSelf() { state_->code->uses_self = true; }
  void PushSelf();
  // The value of nil, true or false.
  void PushLiteralWord(std::string_view word, Opcode push);
  void PlaceAt(const Expression* expression);

  // Instructions for a variable, wherever it lives.
  enum class Access : uint8_t { kPush, kStore, kPop };
  void AccessVariable(uint32_t variable, Access access);

  // --- code_generator_control.cc ---
  void GenerateInlined(const SendExpression& send, Use use);
  void GenerateConditional(const SendExpression& send, Use use);
  void GenerateNilTest(const SendExpression& send, Use use);
  void GenerateLogical(const SendExpression& send, Use use);
  void GenerateWhile(const SendExpression& send, Use use);
  void GenerateCountingLoop(const SendExpression& send, Use use);
  void GenerateArm(const SendExpression& send, size_t argument, Use use);
  void GenerateLoopBody(const SendExpression& send, int16_t counter);
  // Jumps to `target` if the condition is `when`, goes on otherwise; `inlined` is the send that
  // needs a Boolean.
  void Branch(const Expression* condition, bool when, Label* target, uint32_t inlined);
  void BranchOnLogical(const SendExpression& send, bool when, Label* target, uint32_t inlined);
  void BranchOnBlock(const SendExpression& send, const BlockExpression& block, bool when,
                     Label* target, uint32_t inlined);
  void EnterInlined(const BlockExpression& block);
  void LeaveInlined(const BlockExpression& block);
  void ResetLocals(const BlockScope& scope);
  uint32_t AddInlinedSend(const SendExpression& send);
  static const BlockExpression& BlockAt(const SendExpression& send, size_t argument);

  const MethodNode& method_;
  const MethodScopes& scopes_;
  const InliningPolicy& policy_;
  const CompileOptions& options_;
  const SourceFile& source_;
  Diagnostics* diagnostics_;
  MethodDescription result_;
  std::deque<CodeDescription> units_;  // addresses stay valid while nested units are added
  std::vector<uint32_t> unit_blocks_;
  UnitState* state_ = nullptr;
  std::optional<uint32_t> watched_key_;
  std::optional<ResumePoint> resume_point_;
};

}  // namespace som
