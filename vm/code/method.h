// The native record of a method or of a closure's code: entry pointer, frame shape, code image.
// Immortal: frames, send sites and closures point to it without the collector knowing.
//
// A class that is loaded declares its methods: they have an identity (and primitives their
// function), but no code. Code comes when a look-up first finds the method (ClassTable::Lookup).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/description.h"
#include "vm/objects/value.h"
#include "vm/support/tail_calls.h"
#include "vm/text/symbol_table.h"

namespace som {

class ParsedClass;
class VM;
struct ClassInfo;
struct Method;
struct SendSite;
struct GlobalCell;
struct NativeLoop;

// Registers of a handler stay in registers across calls of plain C++ functions, and nothing is
// saved on entry.
#if SOM_HAS_TAIL_CALLS
#define SOM_ENTRY_ABI __attribute__((preserve_none))
#else
#define SOM_ENTRY_ABI
#endif

using CodeUnit = uint16_t;

// The one seam between interpreter, primitives and any later compiler tier: runs a method. `sp`
// points to the last argument on the value stack (the receiver stands `argument_count` below),
// `caller` is the base of the calling frame. Answers the result, or Value::Unwind() while the stack
// unwinds. The caller drops the arguments.
using Entry = SOM_ENTRY_ABI Value (*)(VM* vm, Method* method, Value* sp, Value* caller);

// A primitive's function: arguments[0] is the receiver. See primitives/primitive.h for the rules.
using PrimitiveFunction = Value (*)(VM& vm, Value* arguments);

// Methods with a meaning that handlers know. Given to primitives by the primitive table, and to
// methods written in SOM that were found to mean the same (linking/method_meaning.h).
enum class Intrinsic : uint8_t {
  kNone,
#define SOM_INTRINSIC(name) k##name,
#include "vm/code/intrinsics.def"
};

enum class MethodKind : uint8_t {
  kBytecode,
  kPrimitive,
  kReturnSelf,  // trivial methods run without an activation
  kReturnConstant,
  kGetter,
  kSetter,
};

// The loops that a loop variant of a closure's code may be written for (loop_variant.h).
enum class LoopShape : uint8_t { kRepeat, kCount, kElements };
inline constexpr size_t kLoopShapeCount = 3;

// What PushBlock needs of a place where a closure is made.
struct BlockSite {
  Method* code = nullptr;
  Value clean;  // the one closure of a block that captures nothing, once made; otherwise Int(0)
  uint16_t copied_count = 0;
  bool is_clean = false;
  std::vector<int16_t> copied_slots;  // relative to the frame's base
  uint64_t created = 0;               // statistics
};

// Grouped by reader. IsCompiled() is a condition for all of it but the identity; who did not get
// the method from a look-up asks ClassProvider::CompileMethod for it. What entering and sending
// look at comes first, in one or two cache lines.
struct Method {
  // --- Entering: senders, engines, compiled code ---
  Entry entry =
      nullptr;  // written by interpreter/entries.h alone, but for code that keeps its first
  CodeUnit* code = nullptr;
  uint32_t frame_words = 0;     // header, locals and operand stack
  uint16_t argument_count = 0;  // without self
  uint16_t local_count = 0;
  uint16_t copied_count = 0;
  uint32_t closure_class = 0;  // of closures with it: 0 where that is not known yet
  int32_t countdown = 0;       // activations until it counts as hot, where entries count
  MethodKind kind = MethodKind::kBytecode;
  Intrinsic intrinsic = Intrinsic::kNone;

  // --- Shape of its frame and of its returns: engines, collector, compilers ---
  bool is_block = false;
  bool is_home = false;
  bool returns_non_locally = false;
  bool has_context_slot = false;  // the frame's context is set on entry
  bool is_loop_variant = false;
  // Reflection has put it into a class that is none of its holder's: receivers may be anything.
  bool is_borrowed = false;

  // --- Instead of bytecodes: primitives and trivial methods ---
  PrimitiveFunction primitive = nullptr;
  uint32_t trivial_word = 0;  // getter, setter: word offset of the field in the object
  Value trivial_constant;     // old or immediate

  // --- Identity: loader, traces, reflection ---
  SymbolId selector = kNoSymbol;
  ClassInfo* holder = nullptr;
  Value mirror;            // its reflection object once asked for; otherwise Int(0)
  Method* home = nullptr;  // the method a closure's code is written in; itself for methods
  uint32_t unit = 0;       // index in home->description->units
  std::shared_ptr<const MethodDescription> description;  // null while it is only declared
  // Of a home: the source it is compiled from. Not always its class's, which may be redefined.
  std::shared_ptr<const ParsedClass> parsed;
  bool class_side = false;
  size_t index_in_class = 0;          // among the methods of its side of `parsed`
  uint64_t activations = 0;           // statistics
  std::vector<Method*> unit_methods;  // of a home: the records of its units, itself first
  std::vector<std::unique_ptr<Method>> owned_units;  // all of them but itself

  // --- The code image: one allocation of send sites, literals, cells and code (linking/linker.h)
  // ---
  std::unique_ptr<uint64_t[]> image;
  size_t code_units = 0;
  // Of a large one: where some of its instructions start (linking/peephole.cc).
  std::vector<uint32_t> anchors;
  SendSite* sites = nullptr;
  size_t site_count = 0;
  Value* literals = nullptr;
  size_t literal_count = 0;
  std::vector<std::unique_ptr<BlockSite>> blocks;
  uint32_t restart_offset = 0;

  // --- Other versions of it ---
  // Keys of inlined sends given up (interpreter/deoptimizer.h).
  std::vector<uint32_t> real_sends;
  // Of a library method that runs as a loop primitive (linking/native_loops.h).
  std::shared_ptr<const NativeLoop> native_loop;
  // Loop variants of a closure's code, each made when first asked for. Of a variant itself: what it
  // was written for, and which instruction of the ordinary code each of its own comes from, as
  // {offset here, offset there}, ascending.
  std::unique_ptr<Method> loop_variants[kLoopShapeCount];
  LoopShape loop_shape = LoopShape::kRepeat;
  uint32_t next_offset = 0;  // where it goes on to the next round
  std::vector<std::pair<uint32_t, uint32_t>> ordinary_offsets;

  bool IsCompiled() const { return entry != nullptr; }
  const CodeDescription& unit_description() const { return home->description->units[unit]; }
};

}  // namespace som
