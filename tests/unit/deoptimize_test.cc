// CompileDeoptimized: the version of a method with one more real send, and how a running activation
// gets there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/bytecode.h"
#include "compiler/compile.h"
#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What the operand stack and the contexts look like before each reachable instruction.
struct Shape {
  uint32_t depth = 0;
  uint32_t contexts = 0;
};

std::map<uint32_t, Shape> ShapesOf(const CodeDescription& code) {
  std::map<uint32_t, Shape> shapes;
  std::vector<std::pair<uint32_t, Shape>> pending = {{0, {}}};
  while (!pending.empty()) {
    auto [offset, shape] = pending.back();
    pending.pop_back();
    if (!shapes.emplace(offset, shape).second) continue;
    const Instruction i = *DecodeAt(code.code, offset);
    const uint32_t arguments =
        i.format() == OperandFormat::kSite ? code.sites[i.Index()].argument_count : 0U;
    const StackEffect effect = StackEffectOf(i.opcode, arguments);
    shape.depth = shape.depth - effect.pops + effect.pushes;
    if (i.opcode == Opcode::kEnterContext) ++shape.contexts;
    if (i.opcode == Opcode::kLeaveContext) --shape.contexts;
    if (i.HasJump()) pending.emplace_back(static_cast<uint32_t>(i.JumpTarget()), shape);
    if (FallsThrough(i.opcode)) pending.emplace_back(i.end(), shape);
  }
  return shapes;
}

// The instruction that depends on inlined send `index`, if it is reachable.
std::optional<Instruction> TestOf(const CodeDescription& code, uint32_t index) {
  const auto shapes = ShapesOf(code);
  for (InstructionIterator i(code.code); !i.done(); i.Next()) {
    if (i->HasInlinedSend() && i->InlinedSend() == index && shapes.contains(i->offset)) return *i;
  }
  return std::nullopt;
}

bool IsWhileSelector(std::string_view selector) {
  return selector == "whileTrue:" || selector == "whileFalse:";
}

struct Deoptimized {
  CompiledClass compiled;
  DeoptimizedMethod result;

  std::vector<std::string> NewCode() const {
    return Instructions(result.method.units[result.unit]);
  }
  // The instructions from the resume point on.
  std::vector<std::string> Rest() const {
    const CodeDescription& code = result.method.units[result.unit];
    size_t skipped = 0;
    for (InstructionIterator i(code.code); i->offset != result.resume_offset; i.Next()) ++skipped;
    std::vector<std::string> all = NewCode();
    return {all.begin() + static_cast<std::ptrdiff_t>(skipped), all.end()};
  }
};

// Gives up the inlined send `selector` of method `m:` in `unit`.
Deoptimized GiveUp(std::string_view members, std::string_view selector, uint32_t unit = 0) {
  Deoptimized d{CompileMembers(members), {}};
  for (const InlinedSendDescription& send : d.compiled.Code("m:", unit).inlined_sends) {
    if (send.selector != selector) continue;
    d.result = CompileDeoptimized(*d.compiled.parsed, {}, {}, false, 0, {}, unit, send.key);
    EXPECT_EQ(VerifyMethod(d.result.method, 9), "");
    return d;
  }
  ADD_FAILURE() << "no inlined " << selector;
  return d;
}

TEST(Deoptimize, AConditionalGoesOnBehindItsReceiver) {
  const Deoptimized d =
      GiveUp("m: x = ( ^ 1 + (x foo ifTrue: [ 2 ] ifFalse: [ x ]) )", "ifTrue:ifFalse:");
  EXPECT_THAT(d.NewCode(),
              ElementsAre("PushInt 1", "PushSlot -1", "Send #foo", "PushBlock 1", "PushBlock 2",
                          "Send #ifTrue:ifFalse:", "Send #+", "ReturnLocal"));
  EXPECT_THAT(d.Rest(), ElementsAre("PushBlock 1", "PushBlock 2",
                                    "Send #ifTrue:ifFalse:", "Send #+", "ReturnLocal"));
  EXPECT_THAT(d.result.transfers, IsEmpty());
}

TEST(Deoptimize, AChainKeepsItsOtherJumps) {
  const Deoptimized outer = GiveUp("m: x = ( (x a and: [ x b ]) ifTrue: [ x c ] )", "ifTrue:");
  EXPECT_THAT(outer.Rest(), ElementsAre("PushBlock 1", "Send #ifTrue:", "Pop", "ReturnSelf"));
  const Deoptimized inner = GiveUp("m: x = ( (x a and: [ x b ]) ifTrue: [ x c ] )", "and:");
  EXPECT_THAT(inner.Rest(), ElementsAre("PushBlock 1", "Send #and:", "JumpIfFalse @8",
                                        "PushSlot -1", "Send #c", "Pop", "ReturnSelf"));
}

TEST(Deoptimize, AWhileLoopStartsWithItsBlocks) {
  const Deoptimized d = GiveUp("m: x = ( x foo: ([ x a ] whileTrue: [ x b ]) )", "whileTrue:");
  EXPECT_THAT(d.Rest(), ElementsAre("PushBlock 1", "PushBlock 2",
                                    "Send #whileTrue:", "Send #foo:", "Pop", "ReturnSelf"));
}

TEST(Deoptimize, CountingLoopsGoOnBehindTheLimit) {
  EXPECT_THAT(GiveUp("m: x = ( ^ x to: 5 do: [:i | i foo ] )", "to:do:").Rest(),
              ElementsAre("PushBlock 1", "Send #to:do:", "ReturnLocal"));
  EXPECT_THAT(GiveUp("m: x = ( x downTo: 5 by: 2 do: [:i | ] )", "downTo:by:do:").Rest(),
              ElementsAre("PushInt 2", "PushBlock 1", "Send #downTo:by:do:", "Pop", "ReturnSelf"));
  EXPECT_THAT(GiveUp("m: x = ( x timesRepeat: [ ] )", "timesRepeat:").Rest(),
              ElementsAre("PushBlock 1", "Send #timesRepeat:", "Pop", "ReturnSelf"));
}

TEST(Deoptimize, NilTests) {
  EXPECT_THAT(GiveUp("m: x = ( ^ x ifNil: [ 1 ] ifNotNil: [ 2 ] )", "ifNil:ifNotNil:").Rest(),
              ElementsAre("PushBlock 1", "PushBlock 2", "Send #ifNil:ifNotNil:", "ReturnLocal"));
}

TEST(Deoptimize, AReturnInTheBlockBecomesNonLocal) {
  const Deoptimized d = GiveUp("m: x = ( x ifTrue: [ ^ 1 ]. ^ 2 )", "ifTrue:");
  EXPECT_TRUE(d.result.method.units[0].is_home);
  EXPECT_FALSE(d.compiled.Code("m:").is_home);
  EXPECT_THAT(Instructions(d.result.method.units[1]), ElementsAre("PushInt 1", "ReturnNonLocal"));
}

TEST(Deoptimize, VariablesMoveToANewContext) {
  const Deoptimized d =
      GiveUp("m: x = ( | y z | z := 1. x ifTrue: [ y := z. x := 3 ]. ^ y )", "ifTrue:");
  ASSERT_EQ(d.result.transfers.size(), 1U);
  const ContextTransfer& transfer = d.result.transfers[0];
  EXPECT_FALSE(transfer.had_context);
  EXPECT_EQ(transfer.size, 3);
  ASSERT_EQ(transfer.moves.size(), 2U);
  EXPECT_EQ(transfer.moves[0].slot, -1);
  EXPECT_EQ(transfer.moves[0].index, 0);
  EXPECT_EQ(transfer.moves[1].slot, 0);
  EXPECT_EQ(transfer.moves[1].index, 1);
}

TEST(Deoptimize, AnExistingContextIsKept) {
  const Deoptimized d =
      GiveUp("| f | m: x = ( | y z | f := [ y := 1 ]. x ifTrue: [ z := 2 ]. ^ z )", "ifTrue:");
  ASSERT_EQ(d.result.transfers.size(), 1U);
  EXPECT_TRUE(d.result.transfers[0].had_context);
  ASSERT_EQ(d.result.transfers[0].moves.size(), 1U);
  EXPECT_EQ(d.result.transfers[0].moves[0].index, 2);
}

TEST(Deoptimize, LoopBodiesAroundTheSendGetTheirContexts) {
  const Deoptimized d = GiveUp(
      "m: x = ( | y | 1 to: 3 do: [:i | | z | z := i. x ifTrue: [ z := y ]. y := z ] )", "ifTrue:");
  ASSERT_EQ(d.result.transfers.size(), 2U);
  EXPECT_FALSE(d.result.transfers[0].had_context);
  // y stays in the frame: the block only reads it, but the loop assigns it after.
  ASSERT_EQ(d.result.transfers[0].moves.size(), 1U);
  EXPECT_EQ(d.result.transfers[0].moves[0].index, 1);
  ASSERT_EQ(d.result.transfers[1].moves.size(), 1U);
  EXPECT_EQ(d.result.transfers[1].size, 2);
  EXPECT_EQ(d.result.transfers[1].moves[0].index, 1);
}

TEST(Deoptimize, UnitsThatAreClosures) {
  const Deoptimized d =
      GiveUp("| f | m: x = ( x ifNil: [ ^ 1 ]. f := [:a | | b | a ifTrue: [ b := x ]. b ] )",
             "ifTrue:", 1);
  EXPECT_EQ(d.result.unit, 1U);
  EXPECT_THAT(d.NewCode(), ElementsAre("EnterContext 2", "PushSlot -1", "PushBlock 2",
                                       "Send #ifTrue:", "Pop", "PushContext 0 1", "ReturnLocal"));
  ASSERT_EQ(d.result.transfers.size(), 1U);
  EXPECT_EQ(d.result.transfers[0].moves[0].slot, 1);
}

TEST(Deoptimize, AContextThatOnlyALoopBodyNeedsIsLeft) {
  const Deoptimized d = GiveUp(
      "| f | m: x = ( x to: 3 do: [:i | x to: i do: [:j | | z | f := [ z := j ] ] ] )", "to:do:");
  EXPECT_THAT(d.result.transfers, IsEmpty());
  EXPECT_EQ(d.result.dropped_contexts, 1U);
  const CompiledClass compiled = CompileMembers(
      "| f | m: x = ( x to: 3 do: [:i | x to: i do: [:j | | z | f := [ z := j ] ] ] )");
  const uint32_t inner = compiled.Code("m:").inlined_sends[1].key;
  const DeoptimizedMethod result =
      CompileDeoptimized(*compiled.parsed, {}, {}, false, 0, {}, 0, inner);
  EXPECT_THAT(result.transfers, IsEmpty());
  EXPECT_EQ(result.dropped_contexts, 2U);
}

// --- random methods ------------------------------------------------------------------------------

// Writes methods full of inlinable sends, closures, captures and assignments.
class MethodWriter {
 public:
  explicit MethodWriter(unsigned seed) : random_(seed) {}

  std::string Method() {
    names_ = {"x"};
    return "m: x = ( " + Body(4) + " )";
  }

 private:
  unsigned Below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  std::string Body(int depth) {
    std::string text;
    const size_t outer = names_.size();
    const unsigned locals = Below(3);
    if (locals > 0) {
      text += "| ";
      for (unsigned i = 0; i < locals; ++i) {
        names_.push_back("v" + std::to_string(next_name_++));
        text += names_.back() + " ";
      }
      text += "| ";
    }
    const unsigned statements = 1 + Below(4);
    for (unsigned i = 0; i < statements; ++i) {
      const bool is_last = i + 1 == statements;
      text += (is_last && Below(6) == 0 ? "^ " : "") + Expression(depth) + (is_last ? "" : ". ");
    }
    names_.resize(outer);
    return text;
  }

  std::string Block(int depth, bool parameter = false) {
    if (depth <= 0) return parameter ? "[:p | p ]" : "[ " + Name() + " ]";
    if (!parameter) return "[ " + Body(depth - 1) + " ]";
    names_.push_back("i" + std::to_string(next_name_++));
    const std::string name = names_.back();
    const std::string body = Body(depth - 1);
    names_.pop_back();
    return "[:" + name + " | " + body + " ]";
  }

  std::string Name() { return names_[Below(static_cast<unsigned>(names_.size()))]; }

  std::string Operand(int depth) {
    switch (Below(depth > 0 ? 5 : 3)) {
      case 0:
        return std::to_string(Below(100));
      case 1:
      case 2:
        return Name();
      default:
        return "(" + Expression(depth - 1) + ")";
    }
  }

  std::string Expression(int depth) {
    const auto block = [&] { return Block(depth - 1); };
    switch (Below(depth > 0 ? 20 : 4)) {
      case 0:
      case 1:
        return Name() + " := " + Operand(depth);
      case 2:
        return Operand(depth) + " foo";
      case 3:
        return "Global at: " + Operand(depth) + " put: " + Operand(depth);
      case 4:
      case 5:
        return "f := " + block();
      case 6:
        return block() + " value";
      case 7:
        return Operand(depth) + " ifTrue: " + block();
      case 8:
        return Operand(depth) + " ifFalse: " + block() + " ifTrue: " + block();
      case 9:
        return Operand(depth) + " ifNil: " + block();
      case 10:
        return Operand(depth) + " ifNotNil: " + block() + " ifNil: " + block();
      case 11:
        return "(" + Operand(depth) + " and: " + block() + ") ifTrue: " + block();
      case 12:
        return Operand(depth) + " || " + block();
      case 13:
        return block() + " whileTrue: " + block();
      case 14:
        return "[ " + Operand(depth) + " or: " + block() + " ] whileFalse: " + block();
      case 15:
        return Operand(depth) + " to: " + Operand(depth) + " do: " + Block(depth - 1, true);
      case 16:
        return Operand(depth) + " downTo: 1 by: 2 do: " + Block(depth - 1, true);
      case 17:
        return Operand(depth) + " timesRepeat: " + block();
      case 18:
        return Operand(depth) + " do: " + Block(depth - 1, true);
      default:
        return Operand(depth) + " ifTrue: " + block() + " ifFalse: " + block();
    }
  }

  std::mt19937 random_;
  std::vector<std::string> names_;
  int next_name_ = 0;
};

void CheckTransfers(const DeoptimizedMethod& result, const CodeDescription& old_code) {
  bool had_before = true;
  for (const ContextTransfer& transfer : result.transfers) {
    EXPECT_TRUE(had_before || !transfer.had_context) << "contexts of a unit leave no gap";
    had_before = transfer.had_context;
    std::set<int> slots;
    std::set<int> indexes;
    for (const ContextTransfer::Move& move : transfer.moves) {
      EXPECT_GE(move.slot, -old_code.argument_count);
      EXPECT_LT(move.slot, old_code.local_count);
      EXPECT_LT(move.index, transfer.size);
      EXPECT_TRUE(slots.insert(move.slot).second);
      EXPECT_TRUE(indexes.insert(move.index).second);
    }
  }
}

// The code of all units but `except` and what is nested in it. Places of blocks are left out: their
// numbers may differ.
std::vector<std::vector<std::string>> CodeOutside(const MethodDescription& method,
                                                  uint32_t except) {
  std::vector<std::vector<std::string>> result;
  std::vector<uint32_t> pending = {0};
  while (!pending.empty()) {
    const uint32_t unit = pending.back();
    pending.pop_back();
    if (unit == except) continue;
    const CodeDescription& code = method.units[unit];
    std::vector<std::string>& texts = result.emplace_back();
    for (const std::string& text : Instructions(code)) {
      texts.push_back(text.starts_with("PushBlock ") ? "PushBlock" : text);
    }
    for (const BlockDescription& block : code.blocks) {
      pending.push_back(block.unit);
      for (const int16_t slot : block.copied_slots) {
        texts.push_back("copies " + std::to_string(slot));
      }
    }
  }
  return result;
}

// Gives up inlined send `index` of a unit and compares the two versions where the activation
// changes over.
DeoptimizedMethod CheckDeoptimization(const CompiledClass& compiled, const MethodDescription& old,
                                      uint32_t unit, uint32_t index, const RealSends& real_sends) {
  const CodeDescription& old_code = old.units[unit];
  const Instruction test = *TestOf(old_code, index);
  const InlinedSendDescription& send = old_code.inlined_sends[index];
  DeoptimizedMethod result =
      CompileDeoptimized(*compiled.parsed, {}, {}, false, 0, real_sends, unit, send.key);
  EXPECT_EQ(VerifyMethod(result.method, 1), "");
  const CodeDescription& new_code = result.method.units[result.unit];
  EXPECT_EQ(new_code.local_count, old_code.local_count);
  EXPECT_EQ(new_code.copied_count, old_code.copied_count);
  EXPECT_EQ(new_code.argument_count, old_code.argument_count);
  EXPECT_EQ(new_code.span.line, old_code.span.line);
  EXPECT_EQ(new_code.span.column, old_code.span.column);

  const Shape before = ShapesOf(old_code).at(test.offset);
  const auto new_shapes = ShapesOf(new_code);
  EXPECT_TRUE(new_shapes.contains(result.resume_offset));
  const Shape after = new_shapes.at(result.resume_offset);
  EXPECT_EQ(after.depth + (IsWhileSelector(send.selector) ? 1 : 0), before.depth) << send.selector;
  EXPECT_EQ(after.contexts, result.transfers.size());
  uint32_t kept = 0;
  for (const ContextTransfer& transfer : result.transfers) kept += transfer.had_context;
  EXPECT_EQ(before.contexts, kept + result.dropped_contexts);
  EXPECT_EQ(CodeOutside(old, unit), CodeOutside(result.method, result.unit))
      << "what surrounds a closure must not depend on its own sends";
  CheckTransfers(result, old_code);
  bool is_real = false;
  for (const SendSiteDescription& site : new_code.sites) is_real |= site.selector == send.selector;
  EXPECT_TRUE(is_real) << send.selector;
  return result;
}

TEST(Deoptimize, RandomMethods) {
  int checked = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    MethodWriter writer(seed);
    const std::string text = "| f | " + writer.Method();
    SCOPED_TRACE(text);
    const CompiledClass compiled = CompileMembers(text);
    const MethodDescription& method = compiled.Method("m:");
    for (uint32_t unit = 0; unit < method.units.size(); ++unit) {
      for (uint32_t index = 0; index < method.units[unit].inlined_sends.size(); ++index) {
        if (!TestOf(method.units[unit], index).has_value()) continue;
        const DeoptimizedMethod once = CheckDeoptimization(compiled, method, unit, index, {});
        ++checked;
        // And once more from there.
        const uint32_t key = method.units[unit].inlined_sends[index].key;
        for (uint32_t next = 0; next < once.method.units.size(); ++next) {
          const CodeDescription& code = once.method.units[next];
          for (uint32_t second = 0; second < code.inlined_sends.size(); ++second) {
            if (!TestOf(code, second).has_value()) continue;
            CheckDeoptimization(compiled, once.method, next, second, {key});
            break;
          }
        }
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
  EXPECT_GT(checked, 300);
}

}  // namespace
}  // namespace som
