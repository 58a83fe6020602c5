// Fills the primitive table from primitives.def. Only main.cc and tests include this.
#pragma once

#include "vm/code/primitive_table.h"

namespace som {

// The table of all primitives; built once.
const PrimitiveTable& StandardPrimitives();

}  // namespace som
