// The VM's settings: what options.def expands to, plus heap, class path and the observers. Set up
// by main.cc and tests before the VM starts, constant afterwards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vm/memory/heap_options.h"
#include "vm/support/tail_calls.h"

namespace som {

enum class Dispatch { kSwitch, kGoto, kTail };
enum class InlineCachePolicy { kNone, kGlobal, kMono, kPoly };
enum class LoopStrategy { kLibrary, kPrimitive, kRewritten, kInlined };
enum class DoubleEncoding { kImmediate, kBoxed };

struct Options {
  Dispatch dispatch = SOM_HAS_TAIL_CALLS != 0 ? Dispatch::kTail : Dispatch::kGoto;
  InlineCachePolicy inline_cache = InlineCachePolicy::kPoly;
  LoopStrategy loops = LoopStrategy::kInlined;
  DoubleEncoding doubles = DoubleEncoding::kImmediate;
#define SOM_TOGGLE(member, flag, default_value, help) bool member = default_value;
#include "vm/options.def"

  bool jit_requested = false;   // --jit was given: compiled code also where bytecodes are counted
  size_t jit_threshold = 1000;  // activations after which a method is compiled
  size_t jit_stress_exits = 0;  // every N-th check of compiled code fails; 0: off
  bool jit_stress_inline = false;  // inline whatever can be
  bool jit_log = false;            // a line for each decision of the compiled tier
#ifdef SOM_DEBUG
  bool jit_verify = true;  // verify graphs after each pass, and allocations
#else
  bool jit_verify = false;
#endif
  std::string jit_dump;  // "graph", "registers" or "code", of methods that contain :PATTERN
  // Keep what is done to compile methods whose name contains this, for jit::CompilePage.
  std::optional<std::string> jit_record;
  std::string jit_passes;   // optimisations to leave out, separated by commas
  bool perf_map = false;    // names of compiled methods for perf
  uint64_t max_steps = 0;   // bytecodes after which the program is ended; 0: no limit
  double timeout = 0;       // seconds after which it is ended; 0: no limit
  bool sandbox = false;     // touch nothing outside but what vm/code/outside.def permits
  bool strict = false;      // the stricter variants where SOM VMs differ
  bool hints = false;       // underline what errors are about, and say what may be meant
  bool colour = false;      // in hints
  bool full_trace = false;  // with hints, too, traces of errors show the library's activations
  bool warnings = false;    // tell of what is correct but hardly meant
  bool profiles = false;    // compiled code can be sampled and remembers what it was made for
  bool debug = false;       // a debugger looks on: every activation runs bytecodes, and all of them
  bool statistics = false;  // count what the handlers do
  bool recorded = false;    // a listener that is set later is told of each bytecode
  bool trace_bytecodes = false;
  bool trace_sends = false;
  std::string trace_pattern;  // methods "Class>>selector" containing this; empty: all
  HeapOptions heap;
  std::vector<std::string> class_path;
  size_t stack_bytes = size_t{128} << 20;  // value stack; bounds the recursion depth
};

}  // namespace som
