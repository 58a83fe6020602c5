// What operations need to know of their inputs: graphs in which it is known, by each of the ways
// that it can be, and the same graphs without that. Classes: 10 String, 11 Symbol, 12 Array,
// 16 Block1, 49 one of a program.
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/unit/jit_graph_fixture.h"
#include "vm/jit/passes.h"
#include "vm/objects/well_known.h"

namespace som::jit {
namespace {

std::string Problem(std::string_view text) { return VerifyKinds(*GraphOf(text), nullptr); }

TEST(KindVerifier, NumbersOfClassesInThisFileAreThoseOfTheVm) {
  EXPECT_EQ(uint32_t{kStringClass}, 10U);
  EXPECT_EQ(uint32_t{kSymbolClass}, 11U);
  EXPECT_EQ(uint32_t{kArrayClass}, 12U);
  EXPECT_EQ(uint32_t{kBlock1Class}, 16U);
  EXPECT_LE(uint32_t{kFirstFreeClass}, 49U);
}

// --- Each need -----------------------------------------------------------------------------------

// An operation on v0 (and v1, a small integer), what v0 must be, and a type that is not it.
struct Operation {
  const char* text;
  const char* type;
  const char* other;
  const char* need;
};

std::ostream& operator<<(std::ostream& out, const Operation& operation) {
  return out << operation.text;
}

class Needs : public testing::TestWithParam<Operation> {
 protected:
  // The operation behind words of the frame, of which v0 has the type.
  static std::string With(const std::string& type, const std::string& check = "") {
    return absl::StrCat("b0:\n  v0 = FrameWord #-2", type.empty() ? "" : " : ", type,
                        "\n  v1 = FrameWord #-1 : int\n", check, "  ", GetParam().text,
                        std::string_view(GetParam().text).find(" b1 ") == std::string_view::npos
                            ? "\n  Return nil\n"
                            : "\nb1: from b0\n  Return nil\nb2: from b0\n  Return nil\n");
  }
};

TEST_P(Needs, AreMetByTheTypeOrACheckAndByNothingElse) {
  EXPECT_EQ(Problem(With(GetParam().type)), "");
  const std::string missing = absl::StrCat("v0 is not known to be ", GetParam().need);
  EXPECT_NE(Problem(With("")).find(missing), std::string::npos) << Problem(With(""));
  EXPECT_NE(Problem(With(GetParam().other)).find(missing), std::string::npos);
  const std::string type = GetParam().type;
  const std::string check = type == "int"       ? "  CheckInt v0 [@1 v0]\n"
                            : type == "double"  ? "  CheckDouble v0 [@1 v0]\n"
                            : type == "boolean" ? "  CheckBoolean v0 [@1 v0]\n"
                            : type == "object"
                                ? "  CheckClass v0 #49 [@1 v0]\n"
                                : absl::StrCat("  CheckClass v0 #", type.substr(5), " [@1 v0]\n");
  EXPECT_EQ(Problem(With("", check)), "");
}

constexpr const char* kInt = "a small integer";
constexpr const char* kText = "a String or Symbol";
constexpr const char* kBytes = "a String, a Symbol or a text buffer";
constexpr const char* kArray = "an Array";
constexpr const char* kClosure = "a closure";

INSTANTIATE_TEST_SUITE_P(
    Integers, Needs,
    testing::Values(Operation{"v2 = AddInt v0 v1 : int [@2 v0]", "int", "double", kInt},
                    Operation{"v2 = AddInt v1 v0 #1 : int", "int", "boolean", kInt},
                    Operation{"v2 = SubtractInt v0 v1 #2 : int", "int", "object", kInt},
                    Operation{"v2 = MultiplyInt v1 v0 #2 : int", "int", "class49", kInt},
                    Operation{"v2 = DivideInt v1 v0 : int [@2 v0]", "int", "double", kInt},
                    Operation{"v2 = ModuloInt v0 v1 #1 : int", "int", "double", kInt},
                    Operation{"v2 = RemainderInt v0 v1 #1 : int", "int", "double", kInt},
                    Operation{"v2 = AndInt v0 1 : int", "int", "double", kInt},
                    Operation{"v2 = OrInt v1 v0 : int", "int", "double", kInt},
                    Operation{"v2 = XorInt v0 v0 : int", "int", "double", kInt},
                    Operation{"v2 = ShiftLeftInt v0 4 #2 : int", "int", "double", kInt},
                    Operation{"v2 = ShiftRightInt v1 v0 #1 : int", "int", "double", kInt},
                    Operation{"v2 = MinInt v0 v1 : int", "int", "double", kInt},
                    Operation{"v2 = MaxInt v1 v0 : int", "int", "double", kInt},
                    Operation{"v2 = AbsInt v0 : int [@2 v0]", "int", "double", kInt},
                    Operation{"v2 = IntToDouble v0 : double", "int", "double", kInt},
                    Operation{"v2 = NewArray v0 #12 : class12 [@2 v0]", "int", "double", kInt},
                    Operation{"v2 = CompareInt less v0 v1 : boolean", "int", "double", kInt},
                    Operation{"BranchInt greater-equal v1 v0 b1 b2", "int", "double", kInt},
                    Operation{"CheckRange v0 #1 /9 [@2 v0]", "int", "double", kInt},
                    Operation{"CheckBounds v0 v1 [@2 v0]", "int", "double", kInt},
                    Operation{"CheckBounds v1 v0 [@2 v0]", "int", "double", kInt},
                    Operation{"CheckExactInt v0 [@2 v0]", "int", "double", kInt}));

INSTANTIATE_TEST_SUITE_P(
    Objects, Needs,
    testing::Values(
        Operation{"v2 = Unbox v0 : double", "double", "int", "an immediate double"},
        Operation{"v2 = Select v0 v1 nil", "boolean", "object", "a Boolean"},
        Operation{"v2 = LoadField v0 #8", "class49", "object", "an object with a field as word 1"},
        Operation{"v2 = LoadField v0 #8", "class49", "class12", "an object with a field as word 1"},
        Operation{"StoreField v0 v1 #16", "class49", "class10", "an object with a field as word 2"},
        Operation{"v2 = LoadField v0 #32 /4", "class16", "class49", kClosure},
        Operation{"v2 = LoadElement v0 v1 /1", "class12", "class10", kArray},
        Operation{"StoreElement v0 v1 nil /1", "class12", "object", kArray},
        Operation{"v2 = LoadLength v0 : int", "class12", "class11", kArray},
        Operation{"v2 = CopyArray v0 : class12 [@2 v0]", "class12", "class49", kArray},
        Operation{"v2 = LoadStringLength v0 : int", "class10", "class12", kText},
        Operation{"v2 = LoadStringLength v0 : int", "class11", "object", kText},
        Operation{"v2 = LoadCharacter v0 v1 : class10 [@2 v0]", "class10", "class12", kBytes},
        Operation{"v2 = LoadText v0 : object", "class11", "class12", kText},
        Operation{"v2 = LoadKinds v0 : int", "class10", "class12", kText},
        Operation{"v2 = StringsEqual v0 v1 #1 : boolean", "class11", "class12", kText},
        Operation{"BranchText equal v0 nil b1 b2", "class10", "class12", kText},
        Operation{"CheckAscii v0 [@2 v0]", "class10", "class12", kBytes},
        Operation{"CheckClass v0 #49 /1 [@2 v0]", "object", "int", "a heap object"},
        Operation{"BranchClass v0 #49 b1 b2", "object", "double", "a heap object"},
        Operation{"CheckWord v0 #8 &10 [@2 v0]", "class16", "class49", kClosure},
        Operation{"BranchWord v0 #8 &10 b1 b2", "class16", "object", kClosure},
        Operation{"v2 = CallBlock v0 [@2 v0]", "class16", "object", kClosure},
        Operation{"v2 = NewClosure v1 nil v0 /1 &10 [@2 v0]", "class16", "object", kClosure}));

TEST(KindVerifier, LooksAtTheSecondInputAsWell) {
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord : class12\n  v1 = FrameWord #1\n"
                    "  v2 = LoadElement v0 v1 /1\n  Return v2\n"),
            "b0 v2 LoadElement: v1 is not known to be a small integer");
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord : class10\n  v1 = FrameWord #1\n"
                    "  v2 = StringsEqual v0 v1 : boolean\n  Return v2\n"),
            "b0 v2 StringsEqual: v1 is not known to be a String or Symbol");
}

TEST(KindVerifier, IdentityCanBeAskedOfAnything) {
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord\n  v1 = FrameWord #1\n"
                    "  v2 = CompareInt equal v0 v1 : boolean\n"
                    "  BranchInt not-equal v0 v1 b1 b2\nb1: from b0\n  Return v0\n"
                    "b2: from b0\n  Return v2\n"),
            "");
}

TEST(KindVerifier, SlotsAreThoseOfContexts) {
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord #-2\n"
                    "  v1 = NewContext nil v0 : object [@1 v0]\n"
                    "  v2 = NewContext v1 v0 : object [@1 v0]\n"
                    "  v3 = LoadField v2 #8 /3 : object\n  v4 = LoadField v3 #24 /2\n"
                    "  StoreField v3 v4 #24 /2\n  Return v0\n"),
            "");
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord #-2 : object\n  v1 = LoadField v0 #24 /2\n"
                    "  Return v1\n"),
            "b0 v1 LoadField: v0 is not known to be a Context");
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord #-2 : object\n"
                    "  v1 = NewContext v0 nil : object [@1 v0]\n  Return v1\n"),
            "b0 v1 NewContext: v0 is not known to be a Context or nil");
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord #-2 : object\n"
                    "  v1 = NewClosure v0 v0 &10 [@1 v0]\n  Return v1\n"),
            "b0 v1 NewClosure: v0 is not known to be a Context or nil");
}

TEST(KindVerifier, ConstantsAreWhatTheyAre) {
  EXPECT_EQ(Problem("b0:\n  v1 = AddInt 1 2 #1 : int\n  v2 = Unbox 1.5 : double\n"
                    "  v3 = Select true 1 2\n  Return v1\n"),
            "");
  EXPECT_EQ(Problem("b0:\n  v1 = AddInt 1 1.5 #1 : int\n  Return v1\n"),
            "b0 v1 AddInt: 1.5 is not known to be a small integer");
  EXPECT_EQ(Problem("b0:\n  v1 = LoadLength nil : int\n  Return v1\n"),
            "b0 v1 LoadLength: nil is not known to be an Array");
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord\n  v1 = Select nil v0 v0\n  Return v1\n"),
            "b0 v1 Select: nil is not known to be a Boolean");
}

TEST(KindVerifier, OperationsTellWhatTheyMake) {
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord #-2\n  v1 = NewInstance v0 #49 : class49 [@1 v0]\n"
                    "  v2 = LoadField v1 #8\n  v3 = NewArray 3 #12 : class12 [@1 v0]\n"
                    "  v4 = LoadLength v3 : int\n  v5 = AndInt v4 7 : int\n"
                    "  v6 = LoadElement v3 v5 /1\n  v7 = ToDouble v6 : double [@1 v0]\n"
                    "  v8 = Box v7 : double [@1 v0]\n  v9 = Unbox v8 : double\n"
                    "  v10 = NewClosure v0 nil &10 [@1 v0]\n"
                    "  v11 = CallBlock v10 [@1 v0]\n  v12 = FrameWord #-1 : class10\n"
                    "  v13 = LoadText v12 : object\n  CheckAscii v13 [@1 v0]\n"
                    "  v14 = LoadCharacter v13 v5 : class10 [@1 v0]\n"
                    "  v15 = LoadStringLength v14 : int\n  Return v11\n"),
            "");
}

// --- On the way to a place -----------------------------------------------------------------------

TEST(KindVerifier, ACheckHoldsBehindItOnly) {
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord\n  v1 = AndInt v0 1 : int\n  CheckInt v0 [@1 v0]\n"
                    "  Return v1\n"),
            "b0 v1 AndInt: v0 is not known to be a small integer");
}

// A branch on v0, what each way says of it, and what is done with it where they meet again.
std::string Ways(const std::string& branch, const std::string& yes, const std::string& no,
                 const std::string& behind) {
  return absl::StrCat("b0:\n  v0 = FrameWord #-2\n  v1 = FrameWord #-1\n  ", branch,
                      " b1 b2\nb1: from b0\n", yes, "  Jump b3\nb2: from b0\n", no,
                      "  Jump b3\nb3: from b1 b2\n", behind, "  Return v0\n");
}

TEST(KindVerifier, BranchesTellOnTheEdgeWhereTheyHold) {
  const std::tuple<const char*, const char*> kBranches[] = {
      {"BranchIsInt v0", "  v2 = AndInt v0 1 : int\n"},
      {"BranchIsDouble v0", "  v2 = Unbox v0 : double\n"},
      {"BranchIsObject v0", "  CheckClass v0 #49 /1 [@2 v0]\n"},
      {"BranchSame v0 7", "  v2 = AndInt v0 1 : int\n"},
      {"BranchSame true v0", "  v2 = Select v0 1 2\n"},
      {"BranchInt equal v0 1.5", "  v2 = Unbox v0 : double\n"}};
  for (const auto& [branch, operation] : kBranches) {
    EXPECT_EQ(Problem(Ways(branch, operation, "", "")), "") << branch;
    EXPECT_NE(Problem(Ways(branch, "", operation, "")), "") << branch;
    EXPECT_NE(Problem(Ways(branch, "", "", operation)), "") << branch;
  }
  const char* kOther = "BranchInt not-equal v0 7";
  EXPECT_EQ(Problem(Ways(kOther, "", "  v2 = AndInt v0 1 : int\n", "")), "");
  EXPECT_NE(Problem(Ways(kOther, "  v2 = AndInt v0 1 : int\n", "", "")), "");
  const std::string by_class =
      "b0:\n  v0 = FrameWord : object\n  BranchClass v0 #12 b1 b2\nb1: from b0\n"
      "  v2 = LoadLength v0 : int\n  Return v2\nb2: from b0\n  Return v0\n";
  EXPECT_EQ(Problem(by_class), "");
  EXPECT_NE(Problem(absl::StrReplaceAll(by_class, {{"#12 b1 b2", "#12 b2 b1"}})), "");
}

TEST(KindVerifier, WhereWaysMeetAllOfThemMustHaveTold) {
  const char* kCheck = "  CheckInt v0 [@1 v0]\n";
  const char* kUse = "  v5 = AddInt v0 1 #1 : int\n";
  EXPECT_EQ(Problem(Ways("BranchSame v1 nil", kCheck, kCheck, kUse)), "");
  EXPECT_EQ(Problem(Ways("BranchSame v1 nil", kCheck, "", kUse)),
            "b3 v5 AddInt: v0 is not known to be a small integer");
  EXPECT_EQ(Problem(Ways("BranchSame v1 nil", "", kCheck, kUse)),
            "b3 v5 AddInt: v0 is not known to be a small integer");
  // One of them by the branch itself, the other by a check.
  EXPECT_EQ(Problem(Ways("BranchIsInt v0", "", kCheck, kUse)), "");
  // A String on one way, a Symbol on the other: of no single class, but a text.
  EXPECT_EQ(Problem(Ways("BranchSame v1 nil", "  CheckClass v0 #10 [@1 v0]\n",
                         "  CheckClass v0 #11 [@1 v0]\n", "  v5 = LoadStringLength v0 : int\n")),
            "");
  EXPECT_EQ(Problem(Ways("BranchSame v1 nil", "  CheckClass v0 #10 [@1 v0]\n",
                         "  CheckClass v0 #12 [@1 v0]\n", "  v5 = LoadStringLength v0 : int\n")),
            "b3 v5 LoadStringLength: v0 is not known to be a String or Symbol");
}

TEST(KindVerifier, APhiIsWhatItsInputsAreOnTheirEdges) {
  const char* kUse = "  v5 = Phi v0 v1\n  v6 = AndInt v5 1 : int\n";
  EXPECT_EQ(Problem(Ways("BranchSame v1 nil", "  CheckInt v0 [@1 v0]\n", "  CheckInt v1 [@1 v0]\n",
                         kUse)),
            "");
  // Each is checked on the way that does not bring it.
  EXPECT_EQ(Problem(Ways("BranchSame v1 nil", "  CheckInt v1 [@1 v0]\n", "  CheckInt v0 [@1 v0]\n",
                         kUse)),
            "b3 v6 AndInt: v5 is not known to be a small integer");
}

TEST(KindVerifier, ASelectIsWhatBothOfItsValuesAre) {
  const std::string text =
      "b0:\n  v0 = FrameWord : boolean\n  v1 = FrameWord #1 : int\n  v2 = Select v0 v1 7\n"
      "  v3 = AndInt v2 1 : int\n  Return v3\n";
  EXPECT_EQ(Problem(text), "");
  EXPECT_EQ(Problem(absl::StrReplaceAll(text, {{"v1 7", "v1 nil"}})),
            "b0 v3 AndInt: v2 is not known to be a small integer");
}

// A variable of a loop that is entered with `first` and is `next` in the next round.
std::string Loop(const std::string& first, const std::string& next, const std::string& body = "") {
  return absl::StrCat("b0:\n  v0 = FrameWord #-2\n  v1 = FrameWord #-1\n  Jump [@1 v0] b1\n",
                      "b1: loop from b0 b2 depth=1\n  v3 = Phi ", first, " v5\n", body,
                      "  v4 = AndInt v3 1 : int\n  BranchSame v4 1 b2 b3\nb2: from b1 depth=1\n",
                      "  v5 = ", next, "\n  Jump b1\nb3: from b1\n  Return v3\n");
}

TEST(KindVerifier, AVariableOfALoopMayRestOnItself) {
  EXPECT_EQ(Problem(Loop("0", "AddInt v3 1 : int [@2 v0]")), "");
  EXPECT_EQ(Problem(Loop("0", "Select true v3 7")), "");
  EXPECT_EQ(Problem(Loop("v1", "AddInt v3 1 : int [@2 v0]")),
            "b1 v4 AndInt: v3 is not known to be a small integer");
  EXPECT_EQ(Problem(Loop("0", "LoadGlobal &10 [@2 v0]")),
            "b1 v4 AndInt: v3 is not known to be a small integer");
  EXPECT_EQ(Problem(Loop("v1", "LoadGlobal &10 [@2 v0]", "  CheckInt v3 [@2 v0]\n")), "");
}

// Two variables that change places: each rests on the other, and both on what they enter with.
TEST(KindVerifier, VariablesMayRestOnEachOther) {
  const std::string text =
      "b0:\n  v0 = FrameWord #-2\n  Jump b1\nb1: loop from b0 b2 depth=1\n"
      "  v3 = Phi 1 v4 : int\n  v4 = Phi 2 v3 : int\n  v5 = AndInt v3 v4 : int\n"
      "  BranchSame v5 0 b2 b3\nb2: from b1 depth=1\n  Jump b1\nb3: from b1\n  Return v0\n";
  EXPECT_EQ(Problem(text), "");
  EXPECT_EQ(Problem(absl::StrReplaceAll(text, {{"Phi 2 v3", "Phi v0 v3"}})),
            "b1 v3 Phi: is not known to be a small integer, as its type says");
}

// --- Types ---------------------------------------------------------------------------------------

TEST(KindVerifier, TypesThatSayTooMuchAreNoticed) {
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord\n  v1 = LoadGlobal &10 : int [@1 v0]\n  Return v1\n"),
            "b0 v1 LoadGlobal: is not known to be a small integer, as its type says");
  EXPECT_EQ(Problem("b0:\n  v0 = FrameWord\n  v1 = NewInstance v0 #49 : class50 [@1 v0]\n"
                    "  Return v1\n"),
            "b0 v1 NewInstance: is not known to be of class 50, as its type says");
  // What is checked behind the phi does not make it an integer from the start.
  EXPECT_EQ(
      Problem(Ways("BranchSame v1 nil", "", "", "  v5 = Phi v0 v1 : int\n  CheckInt v5 [@1 v0]\n")),
      "b3 v5 Phi: is not known to be a small integer, as its type says");
}

// --- What a pass that breaks the rule makes
// --------------------------------------------------------

// Arithmetic in front of the loop in which its operand is checked, in some rounds.
TEST(KindVerifier, ArithmeticIsNotHoistedAboveTheCheckOfItsOperand) {
  const std::string loop =
      "b0:\n  v0 = FrameWord #-2\n  v1 = FrameWord #-1 : int\nHOISTED  Jump [@1 v0] b1\n"
      "b1: loop from b0 b4 depth=1\n  v3 = Phi 0 v9 : int\n  BranchSame v1 7 b2 b3\n"
      "b2: from b1 depth=1\n  CheckInt v0 [@2 v0 v3]\nBODY  Jump b4\nb3: from b1 depth=1\n"
      "  Jump b4\nb4: from b2 b3 depth=1\n  v9 = AddInt v3 1 #1 : int\n  Jump b1\n";
  const std::string work = "  v6 = AddInt v0 1 #2 : int\n  v7 = AndInt v6 255 : int\n";
  const std::string good = absl::StrReplaceAll(loop, {{"HOISTED", ""}, {"BODY", work}});
  const std::string broken = absl::StrReplaceAll(loop, {{"HOISTED", work}, {"BODY", ""}});
  EXPECT_EQ(Problem(good), "");
  EXPECT_EQ(Problem(broken), "b0 v6 AddInt: v0 is not known to be a small integer");
  // The pass itself does not.
  EXPECT_EQ(After(HoistInvariants, good).find("AddInt v0"),
            GraphText(*GraphOf(good)).find("AddInt v0") + 1);
}

}  // namespace
}  // namespace som::jit
