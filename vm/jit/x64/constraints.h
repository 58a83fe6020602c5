// What x86-64 asks of each operation's inputs and registers.
#pragma once

#include "vm/jit/register_allocator.h"

namespace som::jit::x64 {

NodeConstraints ConstraintsOf(const Node& node);

}  // namespace som::jit::x64
