// Graphs as text: for dumps, and for the tests of passes and allocator, which read graphs from
// text.
//
//   graph extent=9
//   b0:
//     v0 = FrameWord #1
//     CheckInt v0 [@4 v0 _]
//     Jump b1
//   b1: loop from b0 b2 depth=1
//     v3 = Phi v0 v5 : int
//     BranchInt less v3 100 b2 b3
//   b2: from b1 depth=1
//     v5 = AddInt v3 1 : int [@9 v0 v3]
//     Jump b1
//   b3: from b1 cold
//     Return v3
//
// A line is `result = Operation condition inputs #imm /imm2 &data flag : type under guard [state]
// successors`, each part only where the operation has it; a guard that
// others depend on (`under`) is named like a result. Constants stand where they are used:
// small integers, `nil true false`, immediate doubles with a point, `1.5d` for an untagged double,
// `@` and an address for other objects. A state has an activation after the other, the entered one
// first, separated by `|`: base in words (`+7`, none for 0), `@` and the offset of the bytecode,
// `home` if the activation may have been given its identity, and values, `_` where nobody reads the
// word. Objects that are not allocated are `x` with a number, described behind `;`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "vm/jit/ir.h"

namespace som::jit {

// Names for people, in place of addresses. Text with names in it cannot be read back.
struct GraphNames {
  std::function<std::string(const Method&)> method;  // shown in states
  std::function<std::string(const Node&)> data;      // for a node's `data`
};

// The graph as it is: numbers of values and blocks are the graph's own.
std::string GraphText(const Graph& graph, const GraphNames& names = {});

// Null, and a message with the number of the line in *error, when `text` is no graph. States get no
// methods: such graphs can be transformed and allocated, not emitted. Does not verify.
std::unique_ptr<Graph> ParseGraph(std::string_view text, std::string* error);

// `int`, `double`, `class12` and so on.
std::string TypeText(Type type);

// A constant as it stands where it is used: `7`, `1.5`, `nil`, `1.5d`, `@` and an address.
std::string ConstantText(const Node& node);

// Whether a node's `imm` is an IrCondition.
bool HasCondition(IrOp op);

}  // namespace som::jit
