// Expands primitives.def into the declarations of all primitives and the table of them.
#include "primitives/register.h"

#include "vm/vm.h"

namespace som {

namespace primitives {

#define SOM_PRIMITIVE(class_name, side, selector, function, intrinsic, outside) \
  Value function(VM& vm, Value* arguments);
#include "primitives/primitives.def"

}  // namespace primitives

namespace {

constexpr PrimitiveTable::Row kRows[] = {
#define SOM_PRIMITIVE(class_name, side, selector, function, intrinsic, outside) \
  {#class_name,                                                                 \
   PrimitiveTable::Side::side,                                                  \
   selector,                                                                    \
   {primitives::function, Intrinsic::k##intrinsic, Outside::k##outside}},
#include "primitives/primitives.def"
};

}  // namespace

const PrimitiveTable& StandardPrimitives() {
  static const PrimitiveTable table(kRows);
  return table;
}

}  // namespace som
