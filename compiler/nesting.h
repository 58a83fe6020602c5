// How deeply texts may be nested, and the stack on which deep trees are walked.
//
// Parser, scopes and code generator are recursive. A level takes less than kLevelBytes of stack in
// the deepest of them. Shallow trees are walked on the caller's stack, wherever its end may be;
// what is deeper is walked on one with room for kMaxNesting levels.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "compiler/ast.h"

namespace som {

// Parentheses, blocks, literal arrays, assignments of assignments, and operators that become jumps,
// nested more deeply than this in a method are an error.
inline constexpr uint32_t kMaxNesting = 10000;

// The most that is walked on the caller's stack.
inline constexpr uint32_t kShallowNesting = 50;

// Calls `walk` on a stack with room for kMaxNesting levels. Answers false, without calling it,
// where there is no memory for one.
bool RunOnDeepStack(absl::FunctionRef<void()> walk);

// Calls `walk`, which is recursive over the tree of `method`. Ends the process where there is no
// memory for the stack that takes; the parser has had one of that size.
void WithStackFor(const MethodNode& method, absl::FunctionRef<void()> walk);

}  // namespace som
