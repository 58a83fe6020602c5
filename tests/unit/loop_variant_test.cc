// Loop variants of closures' code: how returns are rewritten, and that everything else keeps its
// meaning.
#include "vm/linking/loop_variant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "compiler/bytecode.h"
#include "compiler/concat.h"
#include "compiler/verifier.h"
#include "primitives/register.h"
#include "vm/code/frame.h"
#include "vm/code/send_site.h"
#include "vm/interpreter/handler_support.h"
#include "vm/linking/peephole.h"
#include "vm/loading/class_loader.h"
#include "vm/vm.h"

namespace som {
namespace {

using ::testing::ElementsAre;

class LoopVariantTest : public testing::Test {
 protected:
  explicit LoopVariantTest(const Options& options = MakeOptions())
      : vm_(options, &StandardPrimitives()) {
    EXPECT_TRUE(vm_.loader().LoadSystemClasses());
  }

  static Options MakeOptions() {
    Options options;
    options.class_path = {"core-lib"};
    options.superinstructions = false;
    return options;
  }

  // The code of the first closure of a method `m: x`.
  Method& Closure(std::string_view method, std::string_view fields = "") {
    const Value defined =
        vm_.loader().DefineText(Concat("Probe = ( ", fields, " ", method, " )"), "Probe");
    EXPECT_FALSE(defined.IsUnwind());
    Method& home = *As<ClassObject>(defined)->info->methods[0];
    vm_.loader().CompileMethod(home);
    return *home.unit_methods[1];
  }

  // The opcodes of a method; jumps with the index of the instruction they lead to.
  static std::vector<std::string> Listing(const Method& method) {
    std::vector<uint32_t> offsets;
    for (InstructionIterator it(Code(method)); !it.done(); it.Next()) offsets.push_back(it->offset);
    std::vector<std::string> listing;
    for (InstructionIterator it(Code(method)); !it.done(); it.Next()) {
      std::string line(NameOf(it->opcode));
      if (it->HasJump()) {
        size_t index = 0;
        while (index < offsets.size() && offsets[index] != it->JumpTarget()) ++index;
        line += Concat(" ", index);
      }
      listing.push_back(line);
    }
    return listing;
  }

  static absl::Span<const uint16_t> Code(const Method& method) {
    return absl::MakeConstSpan(method.code, method.code_units);
  }

  VM vm_;
};

TEST_F(LoopVariantTest, ALocalReturnDropsItsValueAndGoesOn) {
  Method& code = Closure("m: x = ( ^ [:i | x foo. i bar ] )");
  EXPECT_THAT(Listing(code),
              ElementsAre("PushSlot", "Send", "Pop", "PushSlot", "Send", "ReturnLocal"));
  EXPECT_THAT(
      Listing(LoopVariantOf(vm_, code, LoopShape::kCount)),
      ElementsAre("PushSlot", "PushSlot", "Send", "Pop", "PushSlot", "Send", "Pop", "CountNext 1"));
  EXPECT_THAT(Listing(LoopVariantOf(vm_, code, LoopShape::kElements)).back(), "ElementNext 1");
}

TEST_F(LoopVariantTest, ABlockWithoutParametersRepeats) {
  Method& code = Closure("m: x = ( ^ [ x foo ] )");
  Method& variant = LoopVariantOf(vm_, code, LoopShape::kRepeat);
  EXPECT_THAT(Listing(variant), ElementsAre("PushSlot", "PushSlot", "Send", "Pop", "RepeatNext 1"));
  EXPECT_EQ(static_cast<int16_t>(variant.code[1]), -2) << "in front of the closure";
}

TEST_F(LoopVariantTest, ANonLocalReturnDropsWhatIsBeneathItsValue) {
  Method& code = Closure("m: x = ( ^ [:i | i foo ifTrue: [ ^ i ]. ^ x ] )");
  EXPECT_THAT(
      Listing(LoopVariantOf(vm_, code, LoopShape::kCount)),
      ElementsAre("PushSlot", "PushSlot", "Send", "JumpIfFalse 10",  //
                  "PushSlot", "CheckHome 8", "Pop2", "ReturnNonLocal", "Pop", "CountNext 1",
                  "PushSlot", "CheckHome 14", "Pop2", "ReturnNonLocal", "Pop", "CountNext 1"));
}

TEST_F(LoopVariantTest, AStoreInFrontOfTheReturnKeepsNoValue) {
  Method& slot = Closure("m: x = ( ^ [:i | i := x ] )");
  EXPECT_THAT(Listing(LoopVariantOf(vm_, slot, LoopShape::kCount)),
              ElementsAre("PushSlot", "PushSlot", "PopSlot", "CountNext 1"));
  Method& field = Closure("m: x = ( ^ [:i | f := x ] )", "| f |");
  EXPECT_THAT(Listing(LoopVariantOf(vm_, field, LoopShape::kCount)),
              ElementsAre("PushSlot", "PushSlot", "PopField", "CountNext 1"));
  Method& context = Closure("m: x = ( | v | ^ [:i | v := i ] )");
  EXPECT_THAT(Listing(LoopVariantOf(vm_, context, LoopShape::kCount)),
              ElementsAre("PushSlot", "PushSlot", "PopContext", "CountNext 1"));
}

TEST_F(LoopVariantTest, EachBranchGoesOnByItself) {
  Method& code = Closure("m: x = ( | v | ^ [:i | i foo ifNil: [ v := x ] ] )");
  EXPECT_THAT(Listing(code), ElementsAre("PushSlot", "Send", "JumpIfNotNil 7", "Pop", "PushSlot",
                                         "StoreContext", "ReturnLocal", "ReturnLocal"));
  EXPECT_THAT(Listing(LoopVariantOf(vm_, code, LoopShape::kCount)),
              ElementsAre("PushSlot", "PushSlot", "Send", "JumpIfNotNil 8", "Pop", "PushSlot",
                          "PopContext", "CountNext 1", "Pop", "CountNext 1"));
}

TEST_F(LoopVariantTest, LocalsAndContextsAreNewInEachIteration) {
  Method& locals = Closure("m: x = ( ^ [:i | | a b | a := b. b := x. a ] )");
  Method& variant = LoopVariantOf(vm_, locals, LoopShape::kCount);
  EXPECT_EQ(Listing(variant)[1], "NilSlots");
  EXPECT_EQ(Listing(variant).back(), "CountNext 1");
  EXPECT_EQ(variant.code[3], locals.copied_count + kFrameHeaderWords);
  EXPECT_EQ(variant.code[4], 2);
  Method& context = Closure("m: x = ( ^ [:i | [ i := i + 1 ] ] )");
  EXPECT_THAT(Listing(LoopVariantOf(vm_, context, LoopShape::kCount)),
              ElementsAre("PushSlot", "EnterContext", "PushSlot", "PopContext", "PushBlock", "Pop",
                          "ResetContext", "CountNext 1"));
}

TEST_F(LoopVariantTest, IsMadeOnceForEachShape) {
  Method& code = Closure("m: x = ( ^ [:i | i ] )");
  Method& count = LoopVariantOf(vm_, code, LoopShape::kCount);
  EXPECT_EQ(&LoopVariantOf(vm_, code, LoopShape::kCount), &count);
  EXPECT_NE(&LoopVariantOf(vm_, code, LoopShape::kElements), &count);
}

TEST_F(LoopVariantTest, IsTheSameForQuickenedAndFusedCode) {
  Method& code = Closure("m: x = ( ^ [:i | i < x ifTrue: [ x foo: i + 1 ]. i * 2 ] )");
  const std::vector<std::string> before = Listing(LoopVariantOf(vm_, code, LoopShape::kCount));
  for (uint32_t offset = 0; offset < code.code_units;) {
    const auto opcode = static_cast<Opcode>(code.code[offset]);
    if (opcode == Opcode::kSend) code.code[offset] = static_cast<CodeUnit>(Opcode::kAddInt);
    offset += LengthOf(opcode);
  }
  FuseMethod(code);
  code.loop_variants[static_cast<size_t>(LoopShape::kCount)] = nullptr;
  EXPECT_EQ(Listing(LoopVariantOf(vm_, code, LoopShape::kCount)), before);
}

TEST_F(LoopVariantTest, ItsBytecodesAreNeverEmitted) {
  MethodDescription method = *Closure("m: x = ( ^ [:i | i ] )").home->description;
  ASSERT_EQ(VerifyMethod(method, 0), "");
  method.units[1].code.insert(method.units[1].code.begin(),
                              static_cast<uint16_t>(Opcode::kResetContext));
  EXPECT_EQ(VerifyMethod(method, 0), "unit 1 at 0: not a base bytecode");
}

// Whether the datum that an instruction names is the one that its original names.
void ExpectSameDatum(Method& code, const Instruction& original, Method& variant, CodeUnit* ip) {
  CodeUnit* from = code.code + original.offset;
  switch (original.format()) {
    case OperandFormat::kSite: {
      const auto* site = InstructionData<SendSite>(ip);
      EXPECT_EQ(site - variant.sites, InstructionData<SendSite>(from) - code.sites);
      EXPECT_EQ(site->selector, InstructionData<SendSite>(from)->selector);
      EXPECT_EQ(site->argument_count, InstructionData<SendSite>(from)->argument_count);
      EXPECT_EQ(site->state, CacheState::kEmpty);
      break;
    }
    case OperandFormat::kLiteral:
      EXPECT_EQ(InstructionData<Value>(ip)->bits(), InstructionData<Value>(from)->bits());
      break;
    case OperandFormat::kGlobal:
      EXPECT_EQ(*InstructionData<GlobalCell*>(ip), *InstructionData<GlobalCell*>(from));
      break;
    case OperandFormat::kBlock:
      EXPECT_EQ(*InstructionData<BlockSite*>(ip), *InstructionData<BlockSite*>(from));
      break;
    default:
      break;
  }
}

void ExpectSameMeaning(Method& code, Method& variant) {
  const CodeDescription& unit = code.unit_description();
  for (InstructionIterator it(unit.code); !it.done(); it.Next()) {
    CodeUnit* ip = AddressOf(variant, it->offset);
    EXPECT_EQ(DescriptionOffset(variant, ip), it->offset);
    ExpectSameDatum(code, *it, variant, ip);
    if (it->HasJump()) {
      const Instruction copy = *DecodeAt(absl::MakeConstSpan(variant.code, variant.code_units),
                                         static_cast<uint32_t>(ip - variant.code));
      EXPECT_EQ(copy.opcode, it->opcode);
      EXPECT_EQ(variant.code + copy.JumpTarget(),
                AddressOf(variant, static_cast<uint32_t>(it->JumpTarget())));
    }
  }
  EXPECT_EQ(DescriptionOffset(variant, variant.code + variant.restart_offset), code.restart_offset);
}

// All blocks are closures.
class ClosuresTest : public LoopVariantTest {
 protected:
  ClosuresTest() : LoopVariantTest(WithoutInlining()) {}

 private:
  static Options WithoutInlining() {
    Options options = MakeOptions();
    options.inline_control = false;
    options.loops = LoopStrategy::kRewritten;
    return options;
  }
};

TEST_F(ClosuresTest, OfTheLibraryKeepTheirMeaning) {
  int checked = 0;
  for (uint32_t i = 1; i < vm_.classes().size(); ++i) {
    for (const auto& method : vm_.classes().At(i)->methods) {
      vm_.loader().CompileMethod(*method);
      for (size_t unit = 1; unit < method->unit_methods.size(); ++unit) {
        Method& code = *method->unit_methods[unit];
        if (code.argument_count > 1) continue;
        const LoopShape shape = code.argument_count == 0 ? LoopShape::kRepeat : LoopShape::kCount;
        SCOPED_TRACE(vm_.symbols().NameOf(method->selector));
        ExpectSameMeaning(code, LoopVariantOf(vm_, code, shape));
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 100);
}

}  // namespace
}  // namespace som
