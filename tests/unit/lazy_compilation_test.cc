// Methods have no code until a look-up finds them, and nobody can tell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "compiler/concat.h"
#include "primitives/register.h"
#include "vm/loading/class_loader.h"
#include "vm/loading/universe.h"
#include "vm/vm.h"

namespace som {
namespace {

Options LibraryOptions() {
  Options options;
  options.class_path = {"core-lib"};
  return options;
}

class LazyCompilationTest : public testing::Test {
 protected:
  LazyCompilationTest() : vm_(LibraryOptions(), &StandardPrimitives()) {
    EXPECT_TRUE(vm_.loader().LoadSystemClasses());
  }

  ClassInfo& Define(std::string_view members) {
    const Value defined = vm_.loader().DefineText(Concat("Probe = ( ", members, " )"), "Probe");
    EXPECT_FALSE(defined.IsUnwind());
    return *As<ClassObject>(defined)->info;
  }

  Method* Find(const ClassInfo& info, std::string_view selector) {
    return vm_.classes().Lookup(&info, vm_.symbols().Intern(selector));
  }

  VM vm_;
};

TEST_F(LazyCompilationTest, FewMethodsOfTheLibraryAreCompiledAtTheStart) {
  int methods = 0;
  int compiled = 0;
  for (uint32_t i = 1; i < vm_.classes().size(); ++i) {
    for (const auto& method : vm_.classes().At(i)->methods) {
      if (method->kind == MethodKind::kPrimitive) continue;
      ++methods;
      if (method->IsCompiled()) ++compiled;
    }
  }
  EXPECT_GT(methods, 150);
  EXPECT_GT(compiled, 0);
  EXPECT_LT(compiled, methods / 3);
}

TEST_F(LazyCompilationTest, ALookUpCompilesTheMethodItFindsAndNoOther) {
  ClassInfo& info = Define("a = ( ^ [:x | x ] ) b = ( ^ 1 ) c = primitive");
  for (const auto& method : info.methods) {
    EXPECT_EQ(method->description, nullptr);
    EXPECT_TRUE(method->unit_methods.empty());
  }
  EXPECT_FALSE(info.methods[0]->IsCompiled());
  EXPECT_TRUE(info.methods[2]->IsCompiled()) << "a primitive has its function";
  Method* found = Find(info, "a");
  EXPECT_EQ(found, info.methods[0].get());
  EXPECT_TRUE(found->IsCompiled());
  EXPECT_EQ(found->unit_methods.size(), 2U);
  EXPECT_FALSE(info.methods[1]->IsCompiled());
  EXPECT_EQ(Find(info, "b")->kind, MethodKind::kReturnConstant);
}

TEST_F(LazyCompilationTest, CompilingAgainDoesNothing) {
  ClassInfo& info = Define("a = ( ^ [:x | x ] ) c = primitive");
  for (const auto& method : info.methods) {
    vm_.loader().CompileMethod(*method);
    const MethodDescription* description = method->description.get();
    const CodeUnit* code = method->code;
    vm_.loader().CompileMethod(*method);
    EXPECT_EQ(method->description.get(), description);
    EXPECT_EQ(method->code, code);
  }
}

TEST_F(LazyCompilationTest, OperatorsWrittenInSomGetTheirMeaningWithTheirCode) {
  const ClassInfo& integer = *vm_.classes().At(kIntegerClass);
  const SymbolId selector = vm_.symbols().Intern("max:");
  Method* declared = integer.dictionary.at(selector);
  ASSERT_NE(declared->kind, MethodKind::kPrimitive);
  vm_.loader().CompileMethod(*declared);
  EXPECT_EQ(declared->intrinsic, Intrinsic::kMax);
}

// Literals are made, and superinstructions fused, while receiver and arguments are on the stack
// only.
TEST(LazyCompilation, MayHappenBetweenCollections) {
  for (const bool jit : {false, true}) {
    Options options = LibraryOptions();
    options.heap.stress_interval = 1;
    options.heap.verify = true;
    options.jit = jit;
    options.jit_threshold = 0;
    VM vm(options, &StandardPrimitives());
    testing::internal::CaptureStdout();
    EXPECT_EQ(
        RunText(vm,
                "Probe = ( run = ( (self join: 'a' + 'b' with: 'c' + 'd' and: 'e' + 'f') println ) "
                "join: a with: b and: c = ( | keep | keep := a + ' literal ' + b. "
                "^ (self tail: [ keep + c ]) + #(1 #two 'three') length asString ) "
                "tail: block = ( ^ 'tail: ' + block value + ' ' + "
                "12345678901234567890 asString ) )",
                {}),
        kExitSuccess);
    EXPECT_EQ(testing::internal::GetCapturedStdout(),
              "tail: ab literal cdef 123456789012345678903\n");
  }
}

}  // namespace
}  // namespace som
