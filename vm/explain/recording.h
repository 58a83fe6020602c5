// What a recorded run consists of, as data: code, steps, and everything that changes from one step to
// the next. Who writes it is recorder.h, who makes a page of it document.h. Nothing here knows the VM.
//
// Time is counted in steps. Step s is a bytecode that is about to run; a change "at s" is seen first
// when step s is about to run, so it is what step s - 1 has done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/bytecode.h"
#include "vm/code/method.h"
#include "vm/code/send_site.h"
#include "vm/objects/object.h"

namespace som::explain {

// A value: the number of an atom, or, below 0, the complement of an object's number.
using Ref = int32_t;

// What is the same at all times: numbers, strings, symbols, nil, true, false.
struct RecordedAtom {
  std::string text;
  int32_t class_name = 0;  // in Recording::names
};

struct RecordedSource {
  std::string path;
  std::string text;
  bool is_own = false;  // of the program, not of the library
};

struct RecordedInstruction {
  uint32_t offset = 0;
  Opcode base{};   // as emitted
  Opcode first{};  // as it was when the unit was first seen
  std::string operands;
  bool is_target = false;
  SourceSpan span;
};

// The code of a method or closure, or a version of it.
struct RecordedUnit {
  std::string title;
  std::string kind;  // method, block, or what the version is for
  int32_t source = 0;
  SourceSpan span;       // of itself
  SourceSpan home_span;  // of the method around it
  bool is_block = false;
  uint32_t argument_count = 0;
  std::vector<std::string> names;  // of arguments and locals, in this order; "" for hidden ones
  std::vector<RecordedInstruction> instructions;
  std::vector<InlinedRegion> regions;
};

// One run of a unit.
struct RecordedActivation {
  enum class Kind : uint8_t {
    kInterpreted,
    kOlder,     // was there before the recording
    kCompiled,  // runs machine code: its words are not known
    kGoesOn,    // the activation below it at the same place, in another version of its code
  };
  int32_t unit = 0;
  int32_t parent = -1;  // the caller; -1: none
  int32_t step = 0;     // when it was first there
  Kind kind = Kind::kInterpreted;
  std::string inlined;  // of a compiled caller: what of its code called, innermost first; may be empty
};

// A word of an activation. Words are counted: receiver (in a block: the closure), arguments, self,
// context, locals, operands; kDepth stands for the number of operands.
struct WordChange {
  static constexpr int32_t kDepth = -1;
  int32_t word = 0;
  Ref value = 0;
};

struct RecordedStep {
  int32_t activation = 0;
  int32_t instruction = 0;  // its number in the unit
  uint32_t changes = 0;     // where its changes end in Recording::changes
};

struct OpcodeChange {
  int32_t step = 0;
  int32_t unit = 0;
  int32_t instruction = 0;
  Opcode opcode{};
};

// What a send site remembers from a step on.
struct SiteChange {
  int32_t step = 0;
  int32_t unit = 0;
  int32_t instruction = 0;
  CacheState state = CacheState::kEmpty;
  uint32_t misses = 0;
  bool is_first = false;  // as it was when its unit was first seen
  // Class and method, in Recording::names.
  std::vector<std::pair<int32_t, int32_t>> entries;
};

struct RecordedObject {
  Kind kind = Kind::kInstance;
  int32_t class_name = 0;  // in Recording::names
  int32_t detail = -1;  // of a closure: its unit; of an Array: its length; of an Instance: its class in
                        // Recording::field_names
  int32_t home = -1;    // of a closure: the activation that its ^ returns from, where that is known
  std::string text;     // of a class or a mirror: its name
};

// The first change of an object tells all of its values, as far as they are recorded.
struct ObjectChange {
  int32_t step = 0;
  int32_t object = 0;
  std::vector<std::pair<int32_t, Ref>> values;  // index, value
};

// The variable of a method that lives at a place of a context.
struct ContextName {
  int32_t object = 0;
  int32_t index = 0;
  std::string name;
};

struct RecordedOutput {
  int32_t step = 0;  // that wrote it
  bool is_error = false;
  std::string text;
};

// Something that the compiled tier did.
struct TierEvent {
  int32_t step = 0;
  std::string kind;  // compiled, left, ran, invalidated
  std::string text;
  std::vector<std::string> lines;
};

struct Recording {
  // Why it ended; the program may have gone on.
  enum class End : uint8_t { kProgram, kReturned, kLimit };

  std::string title;
  std::vector<std::string> names;  // of classes and methods
  std::vector<RecordedAtom> atoms;
  std::vector<RecordedSource> sources;
  std::vector<RecordedUnit> units;
  std::vector<std::vector<std::string>> field_names;
  std::vector<RecordedActivation> activations;
  std::vector<RecordedStep> steps;
  std::vector<WordChange> changes;
  std::vector<OpcodeChange> opcode_changes;
  std::vector<SiteChange> site_changes;
  std::vector<RecordedObject> objects;
  std::vector<ObjectChange> object_changes;
  std::vector<ContextName> context_names;
  std::vector<RecordedOutput> output;
  std::vector<TierEvent> tier_events;
  bool has_tier = false;
  End end = End::kProgram;
  std::optional<int> status;  // of the program, once it has ended

  // The step that is recorded next: what changes now is seen by it.
  int32_t Now() const { return static_cast<int32_t>(steps.size()); }
};

}  // namespace som::explain
