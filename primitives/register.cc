// Expands primitives.def into the declarations of all primitives and the table of them.
#include "primitives/register.h"

#include "vm/vm.h"

namespace som {

namespace primitives {

#define SOM_PRIMITIVE(class_name, side, selector, function, intrinsic) \
  Value function(VM& vm, Value* arguments);
#include "primitives/primitives.def"

}  // namespace primitives

const PrimitiveTable& StandardPrimitives() {
  static const PrimitiveTable table = [] {
    constexpr size_t kCount = 0
#define SOM_PRIMITIVE(class_name, side, selector, function, intrinsic) +1
#include "primitives/primitives.def"
        ;
    PrimitiveTable entries;
    entries.Reserve(kCount);
#define SOM_PRIMITIVE(class_name, side, selector, function, intrinsic) \
  entries.Add(#class_name, PrimitiveTable::Side::side, selector,       \
              {primitives::function, Intrinsic::k##intrinsic});
#include "primitives/primitives.def"
    return entries;
  }();
  return table;
}

}  // namespace som
