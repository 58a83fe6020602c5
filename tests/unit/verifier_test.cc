#include "compiler/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "compiler/bytecode.h"
#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

using ::testing::HasSubstr;

uint16_t Unit(Opcode opcode) { return static_cast<uint16_t>(opcode); }

// A method without arguments and locals.
MethodDescription MethodOf(std::vector<uint16_t> code, uint16_t max_stack) {
  MethodDescription method;
  CodeDescription& unit = method.units.emplace_back();
  unit.code = std::move(code);
  unit.max_stack = max_stack;
  unit.uses_self = true;
  return method;
}

TEST(Verifier, AcceptsGoodCode) {
  EXPECT_EQ(VerifyMethod(MethodOf({Unit(Opcode::kReturnSelf)}, 0), 0), "");
  EXPECT_EQ(VerifyMethod(MethodOf({Unit(Opcode::kPushNil), Unit(Opcode::kReturnLocal)}, 1), 0), "");
}

TEST(Verifier, PrimitivesHaveNoCode) {
  MethodDescription primitive;
  primitive.is_primitive = true;
  EXPECT_EQ(VerifyMethod(primitive, 0), "");
  primitive.is_primitive = false;
  EXPECT_NE(VerifyMethod(primitive, 0), "");
}

TEST(Verifier, Decoding) {
  EXPECT_THAT(VerifyMethod(MethodOf({0xFFFF}, 0), 0), HasSubstr("at 0: no instruction"));
  EXPECT_THAT(VerifyMethod(MethodOf({Unit(Opcode::kPushInt)}, 1), 0), HasSubstr("no instruction"));
  EXPECT_NE(VerifyMethod(MethodOf({}, 0), 0), "");
}

TEST(Verifier, StackDepth) {
  EXPECT_THAT(VerifyMethod(MethodOf({Unit(Opcode::kPop), Unit(Opcode::kReturnSelf)}, 0), 0),
              HasSubstr("too few operands"));
  EXPECT_THAT(VerifyMethod(MethodOf({Unit(Opcode::kPushNil), Unit(Opcode::kReturnLocal)}, 2), 0),
              HasSubstr("max_stack is 2, the code needs 1"));
  EXPECT_THAT(
      VerifyMethod(
          MethodOf({Unit(Opcode::kPushNil), Unit(Opcode::kPushNil), Unit(Opcode::kReturnLocal)}, 2),
          0),
      HasSubstr("operands are left at a return"));
  EXPECT_THAT(VerifyMethod(MethodOf({Unit(Opcode::kPushNil)}, 1), 0),
              HasSubstr("the code ends here"));
}

TEST(Verifier, JoinsAgree) {
  std::vector<uint16_t> code = {Unit(Opcode::kPushTrue), Unit(Opcode::kJumpIfTrue), 0, 0, 0, 0,
                                Unit(Opcode::kPushNil),  Unit(Opcode::kReturnSelf)};
  WriteU32(&code[2], 1);
  MethodDescription method = MethodOf(code, 1);
  method.units[0].inlined_sends.emplace_back();
  EXPECT_THAT(VerifyMethod(method, 0),
              ::testing::AnyOf(HasSubstr("another stack depth"), HasSubstr("operands are left")));
}

TEST(Verifier, JumpTargets) {
  const auto jump = [](Opcode opcode, int32_t distance) {
    std::vector<uint16_t> code = {
        Unit(Opcode::kPushInt),   1, Unit(Opcode::kPop), Unit(opcode), 0, 0,
        Unit(Opcode::kReturnSelf)};
    WriteU32(&code[4], static_cast<uint32_t>(distance));
    return VerifyMethod(MethodOf(code, 1), 0);
  };
  EXPECT_EQ(jump(Opcode::kJump, 0), "");
  EXPECT_EQ(jump(Opcode::kJumpBack, -6), "");
  EXPECT_THAT(jump(Opcode::kJump, 1), HasSubstr("leads to no instruction"));
  EXPECT_THAT(jump(Opcode::kJumpBack, -5), HasSubstr("leads to no instruction"));
  EXPECT_THAT(jump(Opcode::kJump, 0x7FFFFFFF), HasSubstr("leads to no instruction"));
  EXPECT_THAT(jump(Opcode::kJumpBack, -0x7FFFFFFF), HasSubstr("leads to no instruction"));
  EXPECT_THAT(jump(Opcode::kJump, -6), HasSubstr("the wrong way"));
  EXPECT_THAT(jump(Opcode::kJumpBack, 0), HasSubstr("the wrong way"));
}

// Damages the named unit of a compiled method; the verifier must notice.
struct Damage {
  const char* what;
  std::function<void(CodeDescription*)> apply;
};

TEST(Verifier, NoticesWhatDescriptionAndCodeDisagreeOn) {
  const CompiledClass compiled = CompileMembers(
      "| f | m: x = ( | y | y := x foo. 1 to: 3 do: [:i | f := [ y := i. ^ Bar ] ]. "
      "x ifTrue: [ ^ 'a' ]. ^ super z )");
  const MethodDescription good = compiled.Method("m:");
  ASSERT_EQ(VerifyMethod(good, 1), "");
  const Damage damages[] = {
      {"field", [](CodeDescription*) {}},
      {"slots",
       [](CodeDescription* c) {
         c->argument_count = 0;
         c->argument_names.clear();
       }},
      {"locals",
       [](CodeDescription* c) {
         c->local_count = 1;
         c->local_names.resize(1);
       }},
      {"names", [](CodeDescription* c) { c->local_names.pop_back(); }},
      {"literals", [](CodeDescription* c) { c->literals.clear(); }},
      {"sites", [](CodeDescription* c) { c->sites.pop_back(); }},
      {"super", [](CodeDescription* c) { c->sites.back().is_super = false; }},
      {"arguments", [](CodeDescription* c) { c->sites[0].argument_count = 7; }},
      {"blocks", [](CodeDescription* c) { c->blocks.clear(); }},
      {"units", [](CodeDescription* c) { c->blocks[0].unit = 9; }},
      {"recursion", [](CodeDescription* c) { c->blocks[0].unit = 0; }},
      {"copies", [](CodeDescription* c) { c->blocks[0].copied_slots.push_back(0); }},
      {"copied slot", [](CodeDescription* c) { c->blocks[0].copied_slots[0] = 99; }},
      {"inlined", [](CodeDescription* c) { c->inlined_sends.clear(); }},
      {"self", [](CodeDescription* c) { c->uses_self = false; }},
      {"home", [](CodeDescription* c) { c->is_home = false; }},
      {"returns", [](CodeDescription* c) { c->returns_non_locally = false; }},
      {"stack", [](CodeDescription* c) { c->max_stack++; }},
      {"prologue", [](CodeDescription* c) { c->prologue_units = 1; }},
      {"context", [](CodeDescription* c) { c->code[1] = 0; }},
  };
  EXPECT_NE(VerifyMethod(good, 0), "") << "fields";
  for (size_t i = 1; i < std::size(damages); ++i) {
    MethodDescription damaged = good;
    damages[i].apply(&damaged.units[0]);
    EXPECT_NE(VerifyMethod(damaged, 1), "") << damages[i].what;
  }
  for (bool CodeDescription::* flag :
       {&CodeDescription::uses_self, &CodeDescription::returns_non_locally,
        &CodeDescription::uses_outer_context, &CodeDescription::is_block}) {
    MethodDescription damaged = good;
    damaged.units[1].*flag = false;
    EXPECT_NE(VerifyMethod(damaged, 1), "");
  }
}

TEST(Verifier, ContextsAreBalanced) {
  const auto verify = [](std::vector<uint16_t> code) {
    return VerifyMethod(MethodOf(std::move(code), 0), 0);
  };
  EXPECT_EQ(verify({Unit(Opcode::kEnterContext), 1, Unit(Opcode::kLeaveContext),
                    Unit(Opcode::kReturnSelf)}),
            "");
  EXPECT_THAT(verify({Unit(Opcode::kLeaveContext), Unit(Opcode::kReturnSelf)}),
              HasSubstr("no context to leave"));
  // Another context each time around.
  std::vector<uint16_t> loop = {Unit(Opcode::kEnterContext), 1, Unit(Opcode::kJumpBack), 0, 0};
  WriteU32(&loop[3], static_cast<uint32_t>(-5));
  EXPECT_THAT(verify(loop), HasSubstr("other contexts"));
}

TEST(Verifier, SurvivesArbitraryCode) {
  std::mt19937 random(1);
  const CompiledClass compiled = CompileMembers(
      "| f | m: x = ( | y | 1 to: x do: [:i | y := i. f := [ y := i. ^ 3 ] ]. "
      "^ x ifNil: [ #(1) ] ifNotNil: [ Foo at: x ] )");
  const MethodDescription good = compiled.Method("m:");
  for (int round = 0; round < 20000; ++round) {
    MethodDescription damaged = good;
    CodeDescription& code = damaged.units[random() % damaged.units.size()];
    const size_t changes = 1 + random() % 4;
    for (size_t i = 0; i < changes; ++i) {
      const auto value = static_cast<uint16_t>(random() % 4 == 0 ? random() : random() % 50);
      code.code[random() % code.code.size()] = value;
    }
    if (random() % 8 == 0) code.code.resize(random() % code.code.size());
    VerifyMethod(damaged, 1);
  }
  for (int round = 0; round < 20000; ++round) {
    std::vector<uint16_t> code(1 + random() % 30);
    for (uint16_t& unit : code) unit = static_cast<uint16_t>(random() % (kBaseOpcodeCount + 4));
    VerifyMethod(MethodOf(code, 3), 2);
  }
}

}  // namespace
}  // namespace som
