// The statistics of --stats, checked against programs counted by hand.
#include "vm/observation/observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "primitives/register.h"
#include "vm/loading/universe.h"
#include "vm/vm.h"

namespace som {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Counts = std::map<std::string, uint64_t>;

Counts AsMap(const std::vector<Observer::Counted>& counted) {
  Counts counts;
  for (const Observer::Counted& entry : counted) counts[entry.name] = entry.count;
  return counts;
}

// Bytecodes as the compiler emits them.
Options Plain() {
  Options options;
  options.quicken = false;
  options.superinstructions = false;
  return options;
}

// An expression that has been run under observation. Nothing but the expression and what it sends
// is counted.
class Observed {
 public:
  explicit Observed(const std::string& expression, Options options = Options()) {
    options.class_path = {"core-lib"};
    options.statistics = true;
    vm_ = std::make_unique<VM>(options, &StandardPrimitives());
    EXPECT_EQ(RunExpression(*vm_, expression), kExitSuccess) << expression;
  }

  Observer& observer() { return *vm_->observer(); }
  Counts opcodes() { return AsMap(observer().CollectCounts().opcodes); }
  Counts pairs() { return AsMap(observer().CollectCounts().pairs); }
  Counts triples() { return AsMap(observer().CollectCounts().triples); }
  Counts allocations() {
    Counts counts;
    for (const Observer::Allocation& allocation : observer().CollectAllocations(*vm_))
      counts[allocation.class_name] = allocation.count;
    return counts;
  }
  std::string json() { return observer().Json(*vm_); }

 private:
  std::unique_ptr<VM> vm_;
};

TEST(Observer, BytecodesOfALoop) {
  Observed program("| s | s := 0. 1 to: 3 do: [:i | s := s + i ]. s", Plain());
  EXPECT_THAT(program.opcodes(),
              UnorderedElementsAre(Pair("PushInt", 3),    // 0, 1 and 3
                                   Pair("PopSlot", 4),    // s := once, and in each round
                                   Pair("ToDoBegin", 1),  //
                                   Pair("PushSlot", 7),   // s and i in each round, s at the end
                                   Pair("Send", 3),       // +
                                   Pair("ToDoNext", 3),   //
                                   Pair("ReturnLocal", 1)));
  EXPECT_THAT(program.pairs(),
              UnorderedElementsAre(Pair("PushInt PopSlot", 1), Pair("PopSlot PushInt", 1),
                                   Pair("PushInt PushInt", 1), Pair("PushInt ToDoBegin", 1),
                                   Pair("ToDoBegin PushSlot", 1), Pair("PushSlot PushSlot", 3),
                                   Pair("PushSlot Send", 3), Pair("Send PopSlot", 3),
                                   Pair("PopSlot ToDoNext", 3), Pair("ToDoNext PushSlot", 3),
                                   Pair("PushSlot ReturnLocal", 1)));
  EXPECT_EQ(program.triples()["PushSlot Send PopSlot"], 3U);
  EXPECT_EQ(program.triples()["ToDoNext PushSlot ReturnLocal"], 1U);
}

TEST(Observer, FusedAndQuickenedBytecodesCountAsThemselves) {
  Observed program("| s | s := 0. 1 to: 30 do: [:i | s := s + i ]. s");
  uint64_t dispatches = 0;
  for (const auto& [name, count] : program.opcodes()) dispatches += count;
  EXPECT_LT(dispatches, 80U) << "at most two for a round, and a few around them";
  EXPECT_THAT(program.opcodes(), ::testing::Contains(Pair(HasSubstr("AddInt"), 29)))
      << "the first round quickens";
  EXPECT_THAT(program.json(), HasSubstr("\"quickenings\": 1, \"dequickenings\": 0"));
}

TEST(Observer, SendsByCacheStateAndSite) {
  // One site sees Integer, String, Integer, String, Integer: two misses make it polymorphic.
  Observed program(
      "| a | a := Array new: 5 withAll: 1. a at: 2 put: 'b'. a at: 4 put: 'd'. "
      "a do: [:each | each value ]",
      Plain());
  EXPECT_THAT(program.json(),
              HasSubstr("\"selector\": \"value\", \"state\": \"poly\", \"mono\": 0, \"poly\": 3, "
                        "\"mega\": 0, \"miss\": 2}"));
  EXPECT_THAT(program.json(),
              HasSubstr("{\"place\": \"expression:1:88\", \"selector\": \"value\""));
}

TEST(Observer, AMonomorphicSiteHitsAllButOnce) {
  Observed program("1 to: 10 do: [:i | 'text' hashcode ]", Plain());
  EXPECT_THAT(program.json(), HasSubstr("\"sends\": {\"mono\": 9, \"poly\": 0, \"mega\": 0, "
                                        "\"miss\": 1}"));
}

TEST(Observer, ActivationsBlocksAndContexts) {
  // The block is made three times, shares s, and is activated twice for each time.
  Observed program(
      "| s b | s := 0. 1 to: 3 do: [:i | b := [:x | s := s + x ]. b value: i. b value: i ]. s");
  EXPECT_EQ(program.observer().activations(), 1U + 6U);
  EXPECT_EQ(program.observer().blocks(), 3U);
  EXPECT_EQ(program.observer().contexts(), 1U);
  EXPECT_THAT(program.allocations(), UnorderedElementsAre(Pair("Block2", 3), Pair("context", 1)));
}

TEST(Observer, ACleanBlockIsMadeOnce) {
  Observed program("1 to: 5 do: [:i | [:x | x ] value: i ]");
  EXPECT_EQ(program.allocations()["Block2"], 0U) << "as old as the code it stands in";
}

TEST(Observer, ArithmeticAndInlinedControlAllocateNothing) {
  Observed program(
      "| s d | s := 0. d := 0.5. 1 to: 100 do: [:i | i even ifTrue: [ s := s + (i abs max: 3) ]. "
      "d := d * 1.5 + i sqrt. [ s > 1000 ] whileTrue: [ s := s - 1000 ] ]. s");
  EXPECT_THAT(program.allocations(), IsEmpty());
}

TEST(Observer, AllocationsByClassSurviveCollections) {
  const std::string text =
      "| keep | keep := Array new: 10. 1 to: 10 do: [:i | keep at: i put: (Array new: i). "
      "'a' + 'b'. 1 << 100. Object new ]. keep";
  Options stressed;
  stressed.heap.stress_interval = 1;
  for (const Options& options : {Options(), stressed}) {
    Observed program(text, options);
    EXPECT_THAT(program.allocations(),
                UnorderedElementsAre(Pair("Array", 11), Pair("String", 10), Pair("Integer", 10),
                                     Pair("Object", 10)));
  }
}

TEST(Observer, LargeObjectsAreCountedToo) {
  Observed program("1 to: 3 do: [:i | Array new: 100000 ]");
  EXPECT_THAT(program.allocations(), ElementsAre(Pair("Array", 3)));
  EXPECT_THAT(program.json(), HasSubstr("\"Array\": {\"count\": 3, \"bytes\": 2400048}"));
}

TEST(Observer, QuickeningAndBack) {
  // + is quickened for integers, then meets strings.
  Observed program("| a | a := Array with: 1 with: 2 with: 'x'. a do: [:each | each + each ]",
                   Options());
  EXPECT_THAT(program.json(), HasSubstr("\"dequickenings\": 1"));
}

}  // namespace
}  // namespace som
