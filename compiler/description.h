// What the compiler hands to the virtual machine: plain descriptions of classes, methods and code,
// without any reference to the heap. The compiler makes them, the class loader turns them into
// objects.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace som {

// Where something stands in a source file. Lines and columns are 1-based and count code points; the
// end is the position just behind the last character.
struct SourceSpan {
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t end_line = 0;
  uint32_t end_column = 0;
};

struct LiteralDescription;
// A literal array as its text has it: an ArrayStart for itself, then its elements, of which each
// array is written out likewise. Flat, so that neither copies nor destructors nest as arrays do.
using LiteralArray = std::vector<LiteralDescription>;
struct ArrayStart {
  uint32_t element_count = 0;
};

struct BigIntegerText {
  std::string digits;  // decimal, with a leading '-' when negative
};
struct StringText {
  std::string bytes;  // UTF-8
};
struct SymbolText {
  std::string bytes;  // UTF-8
};

// int64_t holds every literal that fits; the VM canonicalises it to its own small-integer range.
// An ArrayStart stands in arrays only, a LiteralArray outside them only.
struct LiteralDescription {
  std::variant<int64_t, BigIntegerText, double, StringText, SymbolText, LiteralArray, ArrayStart>
      value;
};

struct SendSiteDescription {
  std::string selector;
  uint16_t argument_count = 0;
  bool is_super = false;
};

// A place where a closure is made: which unit it runs, and which slots of the creating frame it
// copies, in order, to the first locals of its own frame. Copied variables never change after the
// closure is made.
struct BlockDescription {
  uint32_t unit = 0;
  std::vector<int16_t> copied_slots;
};

// A send that was compiled to jumps. `key` identifies the message in the source of its method (and
// stays the same when the method is compiled again), so that the real send can be asked for.
struct InlinedSendDescription {
  std::string selector;
  uint16_t argument_count = 0;
  uint32_t key = 0;
};

// Maps code offsets to source: an entry holds from its offset up to the next entry's. For a send
// the span is the whole expression, receiver included.
struct PositionEntry {
  uint32_t code_offset = 0;
  SourceSpan span;
};

// A stretch of code that came from an inlined block, with the block's number in its method; for the
// disassembler and the debugger. Inner ones stand before outer ones.
struct InlinedRegion {
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string selector;
  uint32_t block = 0;
};

// Where the code of a statement begins, and the line that it begins on in the source.
struct StatementStart {
  uint32_t code_offset = 0;
  uint32_t line = 0;
};

// Name of the context variable that the instruction at `code_offset` reads or writes; for the
// disassembler.
struct ContextAccessName {
  uint32_t code_offset = 0;
  std::string name;
};

// One unit of code: the body of a method (unit 0) or of a block that is a real closure.
struct CodeDescription {
  uint16_t argument_count = 0;  // without self
  uint16_t local_count = 0;     // copied values, variables, hidden loop counters
  uint16_t copied_count = 0;    // the first locals: filled from the closure on entry
  uint16_t max_stack = 0;       // deepest operand stack
  uint32_t prologue_units = 0;  // code that sets up contexts; `restart` goes on behind it
  bool is_block = false;
  bool is_operand = false;  // a block that a control structure would inline; see inline_control.h
  uint32_t enclosing_unit = 0;       // of a block: the unit that makes its closures
  bool uses_self = false;            // reads self or a field, sends super, reads a global, returns
                                     // non-locally, or holds a block that does
  bool uses_outer_context = false;   // needs the context of its creator
  bool returns_non_locally = false;  // this unit, or a closure inside it, executes ReturnNonLocal
  bool is_home =
      false;  // a method with a closure that returns non-locally: leave by the Home returns
  std::vector<uint16_t> code;
  std::vector<LiteralDescription> literals;
  std::vector<SendSiteDescription> sites;
  std::vector<std::string> globals;
  std::vector<BlockDescription> blocks;
  std::vector<InlinedSendDescription> inlined_sends;
  std::vector<PositionEntry> positions;
  std::vector<InlinedRegion> inlined_regions;
  std::vector<StatementStart> statements;  // by offset; empty unless CompileOptions ask for them
  uint32_t block = 0;                      // number in its method; 0: the method itself
  std::vector<std::string> argument_names;
  std::vector<std::string> local_names;          // "" for hidden ones
  std::vector<ContextAccessName> context_names;  // by offset
  SourceSpan span;                               // the method or block
};

struct MethodDescription {
  std::string selector;
  uint16_t argument_count = 0;
  bool is_primitive = false;  // declared `= primitive`: no units
  SourceSpan span;
  std::vector<CodeDescription> units;
};

struct ClassDescription {
  std::string name;
  std::string superclass_name;  // "Object" when the source names none; "nil" for the root
  std::string path;
  std::vector<std::string> instance_fields;  // own ones only
  std::vector<std::string> class_fields;
  std::vector<std::string>
      inherited_instance_fields;  // those that come before, outermost class first
  std::vector<std::string> inherited_class_fields;
  std::vector<MethodDescription> instance_methods;
  std::vector<MethodDescription> class_methods;
};

}  // namespace som
