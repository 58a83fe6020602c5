// Superinstructions in running code, however large the method.
#include "vm/linking/peephole.h"

#include <gtest/gtest.h>

#include <string>

#include "primitives/register.h"
#include "vm/loading/universe.h"
#include "vm/observation/observer.h"
#include "vm/vm.h"

namespace som {
namespace {

// How often a loop of ten rounds over `s := s + k.`, written so many times, runs the statement as
// one bytecode.
uint64_t FusedAdditions(int statements) {
  std::string text = "| s | s := 0. 1 to: 10 do: [:k | ";
  for (int i = 0; i < statements; ++i) text += "s := s + k. ";
  text += "]. s";
  Options options;
  options.class_path = {"core-lib"};
  options.statistics = true;
  VM vm(options, &StandardPrimitives());
  EXPECT_EQ(RunExpression(vm, text), kExitSuccess);
  return vm.observer()->ExecutedCount(Opcode::kSlotSlotAddIntPopSlot);
}

TEST(Peephole, ASmallMethodIsFusedOnceItsSitesAreQuickened) { EXPECT_EQ(FusedAdditions(3), 27U); }

TEST(Peephole, ALargeMethodIsFusedTheSame) {
  // All rounds but the first, which quickens.
  EXPECT_EQ(FusedAdditions(5000), 9U * 5000U);
}

}  // namespace
}  // namespace som
