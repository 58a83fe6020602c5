// The sandbox and the table of primitives: every row that touches the outside is refused or
// permitted as vm/code/outside.def says, however it is reached.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/concat.h"
#include "primitives/register.h"
#include "vm/loading/class_loader.h"
#include "vm/loading/universe.h"
#include "vm/vm.h"

namespace som {
namespace {

using Row = PrimitiveTable::Row;

Options SandboxOptions() {
  Options options;
  options.class_path = {"core-lib", "core-lib/More"};
  options.sandbox = true;
  options.jit = false;
  return options;
}

std::string NameOf(const Row& row) {
  return Concat(std::string(row.class_name),
                row.side == PrimitiveTable::Side::kClass ? " class" : "", ">>",
                std::string(row.selector));
}

// `at:put:` as `at: a1 put: a2`.
std::string PatternOf(std::string_view selector) {
  std::string pattern;
  int count = 0;
  for (const char c : selector) {
    pattern += c;
    if (c == ':') pattern += Concat(" a", ++count, " ");
  }
  const bool is_word = std::isalpha(static_cast<unsigned char>(selector[0])) != 0;
  return is_word ? pattern : pattern + " a1";
}

class SandboxTest : public testing::Test {
 protected:
  SandboxTest() : vm_(SandboxOptions(), &StandardPrimitives()) { EXPECT_TRUE(StartSystem(vm_)); }

  // The method of a row, which the class declares primitive, or is made to. Null where the library
  // has a method in SOM instead.
  Method* MethodOf(const Row& row) {
    const Value loaded = vm_.loader().Load(vm_.symbols().Intern(row.class_name));
    if (!IsKind(loaded, Kind::kClass)) return nullptr;
    ClassInfo* info = As<ClassObject>(loaded)->info;
    const bool class_side = row.side == PrimitiveTable::Side::kClass;
    const ClassInfo* side = class_side ? info->metaclass : info;
    const SymbolId selector = vm_.symbols().Intern(row.selector);
    if (vm_.classes().Lookup(side, selector) == nullptr) {
      const std::string text = Concat(std::string(row.class_name), class_side ? " class" : "",
                                      " >> ", PatternOf(row.selector), " = primitive");
      EXPECT_TRUE(vm_.loader().DefineMethod(*info, text, "test"));
    }
    const auto found = side->dictionary.find(selector);
    if (found == side->dictionary.end() || found->second->kind != MethodKind::kPrimitive) {
      return nullptr;
    }
    return found->second;
  }

  VM vm_;
};

TEST_F(SandboxTest, TheTableDecidesWhatIsRefused) {
  size_t refused = 0;
  size_t marked = 0;
  for (const Row& row : StandardPrimitives().rows()) {
    const Method* method = MethodOf(row);
    if (row.entry.outside != Outside::kNothing) {
      ++marked;
      ASSERT_NE(method, nullptr) << NameOf(row);
    }
    if (method == nullptr) continue;
    const bool permitted = IsPermittedInSandbox(row.entry.outside);
    EXPECT_EQ(method->primitive, permitted ? row.entry.function : nullptr) << NameOf(row);
    refused += permitted ? 0 : 1;
  }
  EXPECT_GE(refused, 1u);
  EXPECT_GE(marked, 15u);
}

TEST_F(SandboxTest, ARefusedCallIsAnErrorOfTheProgram) {
  for (const Row& row : StandardPrimitives().rows()) {
    if (IsPermittedInSandbox(row.entry.outside)) continue;
    Method* method = MethodOf(row);
    ASSERT_NE(method, nullptr) << NameOf(row);
    const std::vector<Value> arguments(method->argument_count, Nil());
    testing::internal::CaptureStderr();
    const Value result = vm_.Invoke(method, vm_.CellOf(kSymbolSystem)->value, arguments);
    const std::string errors = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(result.IsUnwind());
    EXPECT_EQ(vm_.unwind.exit_status, kExitFailure);
    EXPECT_THAT(errors, testing::HasSubstr(Concat("The sandbox does not allow ", NameOf(row))));
    EXPECT_THAT(errors, testing::EndsWith(Concat(DescriptionOf(row.entry.outside), ".\n")));
    vm_.Recover();
  }
}

}  // namespace
}  // namespace som
