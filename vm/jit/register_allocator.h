// Register allocation: linear scan over the live intervals of a graph in SSA form, after Wimmer and
// Franz, "Linear Scan Register Allocation on SSA Form" (CGO 2010), with splitting of intervals.
//
// Takes a graph whose blocks are ordered (ordering.h) and without critical edges; leaves the graph
// as it is and answers where each value is at each node, and which moves have to be made between
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm/jit/ir.h"

namespace som::jit {

// Where a value is: nowhere, in a register, in a word of the frame (tagged values), or in a word of
// the machine stack (doubles). Constants are in no place: whoever uses one makes it.
struct Place {
  enum class Kind : uint8_t { kNone, kRegister, kXmm, kSlot, kDoubleSlot, kConstant };
  Kind kind = Kind::kNone;
  int32_t index = 0;  // register number; kSlot: word offset from the frame's base, may be negative;
                      // kDoubleSlot: number of the word, from 0
  const Node* constant = nullptr;  // of kConstant: the Constant or DoubleConstant node
  friend bool operator==(const Place&, const Place&) = default;
};

// `from` to `to`; `from` may be a constant.
struct Move {
  Place from;
  Place to;
};

// Which registers the allocator may use, by number, as bit masks.
struct RegisterSet {
  uint32_t general = 0;
  uint32_t floating = 0;
};

// What the machine asks of a node. Provided by the target, see x64/constraints.h.
struct NodeConstraints {
  enum class Use : uint8_t {
    kRegister,  // in a register (constants excepted: they are always kAny)
    kAny,       // anywhere: register, frame or machine stack, constant
  };
  absl::InlinedVector<Use, 4> inputs;
  // Inputs that are still read after the result has been written: they do not share its register.
  // Values of the frame state are always treated like that; but for the first input of a node that
  // restores it on its way out.
  uint32_t late_inputs = 0;  // bit mask by input
  bool restores_first = false;
  bool destroys_all = false;  // a call: nothing survives in a register; inputs may be in registers
  RegisterSet destroys;  // registers that the node overwrites, its result apart; neither inputs
                         // nor values that live on are in them
  bool has_result = false;
};

// A tagged value that is needed behind a safepoint. One that is in a register and has a frame word
// as well must be brought up to date in both.
struct LiveValue {
  Place place;
  bool has_word = false;
  int32_t word = 0;
};

struct Allocation {
  // By node id. Places at the node's own position; of a phi, its result where its block begins.
  struct AtNode {
    absl::InlinedVector<Place, 3> inputs;  // as node->inputs
    Place result;
    std::vector<Move> moves_before;  // in parallel, before the node
  };
  std::vector<AtNode> nodes;
  // By block id: in parallel, at the end of the block in front of its last node, and at the block's
  // start. Values of phis are moved at the end of predecessors with one successor.
  std::vector<std::vector<Move>> moves_at_end;
  std::vector<std::vector<Move>> moves_at_start;
  // By node id, for nodes with a frame state: where the values of the state are, in the order of
  // ForEachStateValue.
  std::vector<std::vector<Place>> state_values;
  // By node id, for nodes with effects kCalls or kAllocates: places of all tagged values that are
  // needed after the node (frame state included): of calls all are in frame slots, of allocations
  // some may be in registers.
  std::vector<std::vector<LiveValue>> live_tagged;
  // By node id, for allocations: the floating-point registers in use.
  std::vector<uint32_t> live_floating;
  int32_t slot_words = 0;    // frame words used behind graph.extent_words
  int32_t double_words = 0;  // machine stack words used
};

// Spill slots of tagged values are given out from graph.extent_words up; a FrameWord's slot is the
// word it stands for. `registers`: all that may be used.
// `constraints` must answer the same for the same node each time.
Allocation AllocateRegisters(Graph& graph, RegisterSet registers,
                             NodeConstraints (*constraints)(const Node&));

// `r3`, `x3` for a floating-point register, `s7` for a word of the frame, `d0` for one of the
// machine stack, `constant`, `-` for none.
std::string PlaceText(const Place& place);

// The allocation as text, for dumps and tests: each node with the places of its inputs and result,
// and the moves in between.
std::string AllocationText(const Graph& graph, const Allocation& allocation);

}  // namespace som::jit
