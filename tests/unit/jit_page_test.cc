// What --jit-page tells of compiles: the shape of its JSON, and that its parts agree with each
// other. What the page makes of it is tests/browser's affair.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "primitives/register.h"
#include "vm/jit/jit.h"
#include "vm/loading/universe.h"
#include "vm/vm.h"

namespace som {
namespace {

using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// The page of a program from tests/cli/fixtures or tests/browser/fixtures that has run.
class JitPageTest : public ::testing::Test {
 protected:
  std::string PageOf(const std::string& folder, const std::string& program,
                     const std::string& pattern) {
    Options options;
    options.class_path = {folder, "core-lib"};
    options.jit_record = pattern;
    vm_ = std::make_unique<VM>(options, &StandardPrimitives());
    testing::internal::CaptureStdout();
    EXPECT_EQ(RunProgram(*vm_, program, {}), kExitSuccess);
    std::string page = jit::CompilePage(*vm_);
    testing::internal::GetCapturedStdout();
    return page;
  }

  void SetUp() override {
#if !defined(__x86_64__)
    GTEST_SKIP() << "there is no compiled tier";
#endif
  }

  static Json DataIn(const std::string& page) {
    const std::string opening = R"(<script id="data" type="application/json">)";
    const size_t begin = page.find(opening) + opening.size();
    const size_t end = page.find("</script>", begin);
    return Json::parse(page.substr(begin, end - begin));
  }

  Json DataOf(const std::string& folder, const std::string& program, const std::string& pattern) {
    return DataIn(PageOf(folder, program, pattern));
  }

  static Json CompileOf(const Json& data, const std::string& title) {
    for (const Json& compile : data["compiles"]) {
      if (data["methods"][compile["method"].get<size_t>()]["title"] == title) return compile;
    }
    ADD_FAILURE() << title << " was not compiled";
    return {};
  }

  // The names of a stage's operations, in order. Stages repeat blocks of the one before by number.
  static std::vector<std::string> OperationsOf(const Json& compile, const std::string& name) {
    Json blocks;
    std::vector<std::string> names;
    for (const Json& stage : compile["stages"]) {
      Json expanded = Json::array();
      for (const Json& block : stage["blocks"])
        expanded.push_back(block.is_number() ? blocks[block.get<size_t>()] : block);
      blocks = expanded;
      if (stage["name"] != name) continue;
      for (const Json& block : blocks) {
        for (const Json& node : block["nodes"])
          names.push_back(
              compile["nodes"][node[0].get<size_t>()]["versions"][node[1].get<size_t>()]["op"]);
      }
    }
    return names;
  }

  std::unique_ptr<VM> vm_;
};

TEST_F(JitPageTest, NothingIsKeptOfOtherMethods) {
  EXPECT_EQ(PageOf("tests/cli/fixtures", "Sum", "noSuchMethod"), "");
  const Json data = DataOf("tests/cli/fixtures", "Sum", "sumTo:");
  ASSERT_FALSE(data["compiles"].empty());
  for (const Json& compile : data["compiles"])
    EXPECT_EQ(data["methods"][compile["method"].get<size_t>()]["title"], "Sum>>sumTo:");
}

TEST_F(JitPageTest, PageHasNoMarksLeftAndNoForeignAddresses) {
  const std::string page = PageOf("tests/cli/fixtures", "Sum", "sumTo:");
  EXPECT_THAT(page, ::testing::StartsWith("<!doctype html>"));
  for (const char* absent : {"@STYLE@", "@SCRIPT@", "@DATA@", "https://", "<link", "src="})
    EXPECT_THAT(page, Not(HasSubstr(absent)));
}

TEST_F(JitPageTest, MethodsHaveSourceAndBytecodes) {
  const Json data = DataOf("tests/cli/fixtures", "Sum", "sumTo:");
  const Json& method = data["methods"][0];
  EXPECT_THAT(method["words"], ElementsAre("receiver", "n", "self", "context", "i", ""));
  const Json& send = method["code"][7];
  EXPECT_EQ(send["at"], 17);
  EXPECT_EQ(send["name"], "Send");
  EXPECT_EQ(send["operands"], "#add:");
  const Json& source = data["sources"][method["source"].get<size_t>()];
  const std::string line =
      source["lines"][send["span"][0].get<size_t>() - source["line"].get<size_t>()];
  const size_t column = send["span"][1].get<size_t>() - 1;
  EXPECT_EQ(line.substr(column, send["span"][3].get<size_t>() - 1 - column), "self add: i");
}

TEST_F(JitPageTest, StagesAreThoseOfTheCompile) {
  const Json compile = CompileOf(DataOf("tests/cli/fixtures", "Sum", "sumTo:"), "Sum>>sumTo:");
  std::vector<std::string> names;
  for (const Json& stage : compile["stages"]) names.push_back(stage["name"]);
  EXPECT_THAT(names, ElementsAre("building", "threading", "phis", "branches", "numbering",
                                 "wrapping", "hoisting", "carrying", "bounds", "ranges", "polls",
                                 "dead-code", "folding", "barriers", "ordering"));
  EXPECT_THAT(OperationsOf(compile, "building"), Contains("CheckClass"));
  EXPECT_EQ(compile["times"].size(), names.size() + 2);  // and registers, code
  EXPECT_GT(compile["bytes"], 0);
}

TEST_F(JitPageTest, OperationsNameTheirActivationAndBytecode) {
  const Json data = DataOf("tests/cli/fixtures", "Sum", "sumTo:");
  const Json compile = CompileOf(data, "Sum>>sumTo:");
  size_t additions = 0;
  for (const Json& node : compile["nodes"]) {
    if (node.is_null() || node["versions"][0]["op"] != "AddInt") continue;
    if (!node.contains("from")) continue;  // made by a pass
    const Json& activation = compile["activations"][node["from"][0].get<size_t>()];
    const std::string title = data["methods"][activation["method"].get<size_t>()]["title"];
    if (title == "Sum>>add:") {
      EXPECT_EQ(node["from"][1], 4);
      EXPECT_EQ(activation["caller"], 0);
      EXPECT_EQ(activation["at"], 17);
    } else {
      EXPECT_EQ(node["from"][1], 21);
    }
    ++additions;
  }
  EXPECT_EQ(additions, 2U);
}

TEST_F(JitPageTest, DecisionsHaveReasons) {
  const Json data = DataOf("tests/cli/fixtures", "Sum", "sumTo:");
  const Json decision = CompileOf(data, "Sum>>sumTo:")["decisions"][0];
  EXPECT_EQ(decision["inlined"], true);
  EXPECT_EQ(decision["reason"], "10 units, at most 24");
  EXPECT_EQ(data["methods"][decision["method"].get<size_t>()]["title"], "Sum>>add:");
}

TEST_F(JitPageTest, MethodsOfMuchCodeAreCalled) {
  const Json data = DataOf("tests/browser/fixtures", "MuchCode", "callsMuch:");
  const Json decision = CompileOf(data, "MuchCode>>callsMuch:")["decisions"][0];
  EXPECT_EQ(data["methods"][decision["method"].get<size_t>()]["title"], "MuchCode>>much:");
  EXPECT_EQ(decision["inlined"], false);
  EXPECT_EQ(decision["reason"], "its own code is large");
}

TEST_F(JitPageTest, MethodsOfMuchCodeThatGetAClosureAreBuiltIn) {
  const Json data = DataOf("tests/browser/fixtures", "MuchCode", "MuchCode");
  size_t code_bytes = 0;
  for (const Json& compile : data["compiles"]) {
    const std::string title = data["methods"][compile["method"].get<size_t>()]["title"];
    if (title == "MuchCode>>much:do:") code_bytes = compile["bytes"];
  }
  EXPECT_GT(code_bytes, 2500U);
  const Json decision = CompileOf(data, "MuchCode>>givesMuch:")["decisions"][0];
  EXPECT_EQ(data["methods"][decision["method"].get<size_t>()]["title"], "MuchCode>>much:do:");
  EXPECT_EQ(decision["inlined"], true);
}

TEST_F(JitPageTest, ProductsOfCountersNeedNoCheck) {
  const Json data = DataOf("tests/browser/fixtures", "MuchCode", "productsTo:");
  const Json compile = CompileOf(data, "MuchCode>>productsTo:");
  EXPECT_THAT(OperationsOf(compile, "ordering"), Contains("MultiplyInt"));
  std::set<std::string> reasons;
  for (const Json& exit : compile["exits"]) reasons.insert(exit["reason"]);
  EXPECT_THAT(reasons, Contains("AddInt"));
  EXPECT_THAT(reasons, Not(Contains("MultiplyInt")));
}

TEST_F(JitPageTest, CodeBelongsToOperations) {
  const Json compile = CompileOf(DataOf("tests/cli/fixtures", "Sum", "sumTo:"), "Sum>>sumTo:");
  std::set<std::string> parts;
  size_t offset = 0;
  bool adds = false;
  for (const Json& part : compile["code"]) {
    parts.insert(part["part"]);
    EXPECT_GE(part["at"], offset);
    offset = part["at"];
    if (part["part"] != "node") continue;
    const Json& node = compile["nodes"][part["id"].get<size_t>()];
    if (node["versions"][0]["op"] != "AddInt") continue;
    EXPECT_THAT(part["lines"], Contains(::testing::ResultOf(
                                   [](const Json& line) { return line.get<std::string>(); },
                                   ::testing::StartsWith("add "))));
    EXPECT_THAT(node["out"].get<std::string>(), ::testing::MatchesRegex("r[a-z0-9]+"));
    adds = true;
  }
  EXPECT_TRUE(adds);
  EXPECT_THAT(parts, ElementsAre("block", "epilogue", "node", "outline", "prologue", "rest"));
  EXPECT_LT(offset, compile["bytes"]);
}

TEST_F(JitPageTest, ExitsAreCountedUntilTheEnd) {
  const Json data = DataOf("tests/browser/fixtures", "Points", "add:to:");
  const Json compile = CompileOf(data, "Points>>add:to:");
  EXPECT_EQ(compile["invalidated"], "too many exits");
  size_t taken = 0;
  for (const Json& exit : compile["exits"]) {
    taken += exit["count"].get<size_t>();
    EXPECT_FALSE(compile["nodes"][exit["node"].get<size_t>()].is_null());
    EXPECT_FALSE(exit["frames"].empty());
  }
  EXPECT_EQ(taken, 12U);
}

TEST_F(JitPageTest, StatesDescribeWhatWasNeverAllocated) {
  const Json compile =
      CompileOf(DataOf("tests/browser/fixtures", "Points", "scan:limit:"), "Points>>scan:limit:");
  bool has_closure = false;
  for (const Json& state : compile["states"]) {
    for (const Json& frame : state["frames"]) EXPECT_TRUE(frame.contains("values"));
    if (!state.contains("objects")) continue;
    for (const Json& object : state["objects"]) has_closure |= object["op"] == "NewClosure";
  }
  EXPECT_TRUE(has_closure);
  EXPECT_THAT(OperationsOf(compile, "building"), Not(Contains("NewClosure")));
}

TEST_F(JitPageTest, GivingUpHasAReason) {
  const std::string folder = testing::TempDir();
  {
    std::ofstream source(folder + "/TooLarge.som");
    source << "TooLarge = ( large = ( | x | x := 0.\n";
    for (int i = 0; i < 1000; ++i) source << "x := x + 1. x := x - 1.\n";
    source << "^ x ) run = ( 1 to: 1100 do: [:i | self large ] ) )\n";
  }
  const Json compile = CompileOf(DataOf(folder, "TooLarge", "large"), "TooLarge>>large");
  EXPECT_EQ(compile["given_up"], "too large");
  EXPECT_TRUE(compile["stages"].empty());
  EXPECT_EQ(compile["bytes"], 0);
}

}  // namespace
}  // namespace som
