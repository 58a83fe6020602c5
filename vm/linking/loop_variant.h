// The loop variant of a closure's code: the same bytecodes rewritten so that a loop primitive runs
// all iterations in one activation. Local returns drop their value and go on with the next
// iteration, so no iteration has to clean up after the one before. Running them is
// loop_primitives.h's matter.
//
//   operand stack of the caller   [the loop's values][left][closure][argument]
//   code    PushSlot left           the only operand between iterations
//           NilSlots                head: locals are new in each iteration
//           ...                     the ordinary code, where
//             ReturnLocal           became  Pop, ResetContext, ..Next head
//             ReturnNonLocal        became  CheckHome over, Pop2, ReturnNonLocal, over: as above
#pragma once

#include <cstdint>

#include "compiler/description.h"
#include "vm/code/method.h"

namespace som {

class VM;

// Where the loop's values stand, from the base of the variant's frame. `left` is the number of
// iterations behind the first.
//   kRepeat     [left][closure]
//   kCount      [step][counter][left][closure][argument]
//   kElements   [array][left][closure][argument]
enum LoopSlot : int {
  kLoopArgumentSlot = -1,
  kLoopCounterSlot = -4,
  kLoopStepSlot = -5,
  kLoopArraySlot = -4,
};

// The loop variant of the ordinary code of a closure, without parameters for kRepeat, with one for
// the others. Made once; owned by `code`. Does not collect.
Method& LoopVariantOf(VM& vm, Method& code, LoopShape shape);

// The variant's code in the terms of the compiler's descriptions, for listings.
CodeDescription DescribeVariant(const Method& variant);

// The offset in the unit's description that an instruction of a method or of a loop variant comes
// from.
uint32_t DescriptionOffset(const Method& method, const CodeUnit* ip);

// The other way: the instruction of the method or loop variant that comes from the one at `offset`
// of the description.
CodeUnit* AddressOf(const Method& method, uint32_t offset);

}  // namespace som
