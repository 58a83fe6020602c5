// Machine code and what is known about it: exits, safepoints, where each value is. Made by the
// emitter, read by the deoptimiser and by whoever walks over activations. Nothing here runs code.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "vm/code/method.h"
#include "vm/jit/code_origins.h"
#include "vm/jit/ir.h"
#include "vm/objects/value.h"

namespace som::jit {

// Where one value of a frame state is when the code leaves.
struct ValueLocation {
  enum class Kind : uint8_t {
    kDead,            // nobody reads it
    kConstant,        // payload: the value's word
    kDoubleConstant,  // payload: IEEE bits
    kRegister,        // payload: number of a general register; a tagged value
    kXmm,             // payload: number of a floating-point register; an unboxed double
    kSlot,            // payload: word offset from the frame's base; a tagged value
    kDoubleSlot,      // payload: byte offset from the machine stack pointer; an unboxed double
    kVirtual,         // payload: index in ExitState::virtuals
  };
  Kind kind = Kind::kDead;
  int64_t payload = 0;
};

// As FrameState, with places instead of nodes. `values` in the same order.
struct ActivationState {
  Method* method = nullptr;
  uint32_t offset = 0;
  int32_t base = 0;
  bool has_home_id = false;  // in the frame
  std::vector<ValueLocation> values;
};

struct VirtualState {
  IrOp kind = IrOp::kNewInstance;
  int64_t imm = 0;
  int64_t imm2 = 0;
  const void* data = nullptr;
  std::vector<ValueLocation> fields;
};

struct CompiledCode;

// A place where compiled code can stop being compiled code: a guard that fails, or a call.
struct ExitState {
  CompiledCode* code = nullptr;
  uint32_t index = 0;          // in the table of all exits; what frames hold as their ip
  IrOp reason = IrOp::kLeave;  // of the node
  // Of sends through the global cache: the site, the class of the last receiver, and how many more
  // of it are wanted in a row. Several callers of a method share its sites, but not what is inlined
  // into them.
  const SendSite* site = nullptr;
  uint32_t class_index = 0;
  uint32_t sends_left = 0;
  bool is_safepoint = false;  // a call or allocation: the frame's ip names it while it runs
  // Of safepoints that run SOM code: offset in the code of the ten bytes behind the call that
  // invalidation overwrites with a jump to `returned_stub`; otherwise 0.
  uint32_t patch_offset = 0;
  uint32_t returned_stub = 0;
  // Of checks for interrupts: offset in the code of where it goes on if the program does.
  uint32_t resume_offset = 0;
  uint32_t node = 0;                         // its number in the graph
  uint32_t count = 0;                        // times taken
  std::vector<ActivationState> activations;  // outermost first
  std::vector<VirtualState> virtuals;
  std::vector<int32_t> live_slots;  // of safepoints: words from the base that hold tagged values
};

// Where the listing goes on with what belongs to another node or block.
struct ListingPart {
  enum class Kind : uint8_t { kPrologue, kBlock, kNode, kEpilogue, kOutline, kRest };
  Kind kind;
  uint32_t id;           // number of the block, or of the node (kNode, kOutline)
  uint32_t code_offset;  // in bytes
  uint32_t text_offset;  // in the listing
};

// Code of one method, closure or loop. Lives until the VM ends: frames may still run it after it
// was given up.
struct CompiledCode {
  Method* method = nullptr;
  int64_t loop_entry = -1;  // offset of the bytecode where it is entered, or -1
  Entry entry = nullptr;
  uint8_t* executable = nullptr;
  size_t size = 0;
  int32_t extent_words = 0;    // all that the activation uses above its base
  int32_t outgoing_words = 0;  // from the base: where arguments of calls begin
  bool is_valid = true;
  std::deque<ExitState> exits;
  uint32_t exits_taken = 0;
  CodeOrigins origins;  // empty unless EmitRequest has them
  std::string listing;  // where EmitRequest asked for it
  std::vector<ListingPart> listing_parts;
};

}  // namespace som::jit
