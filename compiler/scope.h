// Scope analysis of one method: what each name means, and where each variable lives. Emits no code.
//
// Three kinds of place enclose a piece of code:
//   * a block as written (number 0: the method body) decides which names are visible;
//   * a unit (method body or real closure) has a frame with slots;
//   * a context scope (unit, or body of an inlined loop) can have a heap context, made anew each
//   time it is entered.
// Inlined blocks that are no loop body belong to the unit and context scope around them.
//
// A variable lives in a slot of its unit. If a real closure captures it, the closure copies its
// value, provided that the value can no longer change once a closure has been made; otherwise the
// variable lives in the context of its context scope.
//
// Invariant: slot numbers of a unit and layouts of contexts do not depend on which inlinable sends
// are real sends in the version at hand. Whatever would need a slot or an ordinal if the send were
// inlined has one reserved. Nor does what a closure takes from its creator, the copied values and
// the chain of contexts, depend on which sends inside the closure are real: a closure made by one
// version can go on in another one that differs in those only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compiler/ast.h"
#include "compiler/diagnostics.h"
#include "compiler/inline_control.h"
#include "compiler/source.h"

namespace som {

// Names of the fields that the methods of one side see, with their indexes. Owns no text.
using FieldTable = absl::flat_hash_map<std::string_view, uint16_t>;

inline constexpr uint32_t kNoIndex = ~uint32_t{0};

struct Variable {
  Name name;
  uint32_t unit = 0;
  uint32_t context_scope = 0;
  bool in_context = false;
  int16_t slot = 0;  // in the frame of `unit`, before its copied values are counted in (see SlotIn)
  uint16_t context_index = 0;  // ordinal in the context of `context_scope`
  // The first thing that happens to it in its block is an assignment that always happens.
  bool assigned_first = false;
  bool assigned = false;
};

struct ContextScope {
  uint32_t parent = kNoIndex;
  uint32_t unit = 0;
  uint32_t block = 0;
  bool has_context = false;
  uint32_t size = 0;
  std::vector<uint32_t> variables;  // that live in it or would in its context
};

struct Unit {
  uint32_t parent = kNoIndex;
  uint32_t block = 0;
  uint32_t context_scope = 0;
  uint32_t argument_count = 0;
  bool is_operand = false;       // see CodeDescription
  uint32_t own_local_count = 0;  // without copied values
  std::vector<uint32_t> copied;  // variables of enclosing units, in the order of their slots
  absl::flat_hash_map<uint32_t, uint32_t> copied_index;
};

// A block as written.
struct BlockScope {
  uint32_t parent = kNoIndex;  // the block around it; the method body has none
  uint32_t unit = 0;           // that its code belongs to
  uint32_t context_scope = 0;  // likewise
  bool is_unit = false;        // a real closure, or the method body
  bool is_loop_body = false;   // inlined, and run more than once by its send
  uint32_t first_variable = 0;
  uint32_t variable_count = 0;     // parameters, then locals
  bool has_loop_variable = false;  // the first variable: set by the inlined loop
  // Of an inlined counting loop's body: own local numbers. The counter is followed by the limit.
  uint32_t counter = 0;
  uint32_t result = kNoIndex;  // keeps the loop's receiver, where its value may be asked for
};

struct Reference {
  enum Kind : uint8_t { kVariable, kField, kGlobal };
  Kind kind = kGlobal;
  uint32_t index = 0;  // variable or field
};

struct MethodScopes {
  std::vector<Variable> variables;
  std::vector<ContextScope> context_scopes;
  std::vector<Unit> units;
  std::vector<BlockScope> blocks;     // by block number
  std::vector<Reference> references;  // by reference number
  bool returns_non_locally = false;   // some real closure contains '^'

  // Frame slot of a variable that lives in slots, as seen from `unit`: its own, or its copy.
  // Requires that one exists.
  int16_t SlotIn(uint32_t unit, uint32_t variable) const;
  // Frame slot of an own local number of `unit`.
  int16_t LocalSlot(uint32_t unit, uint32_t own_local) const;
  // How many contexts lie between code in `from` and the context of `to`, an enclosing context
  // scope that has one.
  uint32_t Depth(uint32_t from, uint32_t to) const;
  // How many contexts code in `from` has entered since its unit started.
  uint32_t ContextsInUnit(uint32_t from) const;
};

// Analyses `method`, whose inlined sends `policy` decides and whose names have been found right
// (name_notes.h). Reports exceeded limits.
MethodScopes AnalyzeMethod(const MethodNode& method, const FieldTable& fields,
                           const InliningPolicy& policy, const SourceFile& source,
                           Diagnostics* diagnostics);

}  // namespace som
