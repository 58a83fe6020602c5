// The compiler's entry point: source text in, class description out. Nothing here touches the heap.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/description.h"
#include "compiler/diagnostics.h"

namespace som {

struct ClassNode;  // syntax tree, see ast.h
class SourceFile;  // see source.h

struct CompileOptions {
  // Inline ifTrue:, and:, ifNil:, whileTrue: and their families as jumps.
  bool inline_control = true;
  // Inline to:do:, to:by:do:, downTo:do:, downTo:by:do:, timesRepeat: as jumps.
  bool inline_loops = true;
  // nil, true and false are names of globals like any other, instead of literals.
  bool literal_words_are_globals = false;
  // Note where the code of each statement begins, for a debugger.
  bool mark_statements = false;
  // Selectors that must stay real sends because the loaded library gives them an unusual meaning.
  std::set<std::string, std::less<>> never_inline;
};

// What is known of a method before it is compiled. The text is the class's.
struct MethodDeclaration {
  std::string_view selector;
  uint16_t argument_count = 0;
  bool is_primitive = false;
};

// A parsed source file. Owns its text and syntax tree; kept by the VM as long as the class lives,
// so that methods can be compiled when they are needed, and again without one of their inlined
// sends.
class ParsedClass {
 public:
  ParsedClass(std::unique_ptr<SourceFile> source, std::unique_ptr<ClassNode> tree);
  ParsedClass(ParsedClass&&) noexcept;
  ParsedClass& operator=(ParsedClass&&) noexcept;
  ~ParsedClass();

  const std::string& path() const;
  const std::string& text() const;
  const SourceFile& source() const { return *source_; }
  const ClassNode& tree() const { return *tree_; }
  // Name of the class, and of its superclass ("Object" when omitted, "nil" for the root).
  const std::string& name() const;
  const std::string& superclass_name() const;
  // Names of the fields that the two sides declare, without inherited ones.
  std::vector<std::string> instance_fields() const;
  std::vector<std::string> class_fields() const;
  // Its methods, by side, in source order.
  size_t method_count(bool class_side) const;
  MethodDeclaration method(bool class_side, size_t index) const;
  // The text of a method, by its side and its number there, in source order.
  std::string_view MethodText(bool class_side, size_t index) const;
  // The text of a 1-based source line, without its line end.
  std::string_view Line(uint32_t line) const;

 private:
  // On the heap, so that the views of the tree into the text survive a move.
  std::unique_ptr<SourceFile> source_;
  std::unique_ptr<ClassNode> tree_;
};

// Parses one file. On errors, adds them to `diagnostics` (several independent ones where recovery
// is sound) and answers null. The base name of a path that ends in ".som" must be the name of the
// class, unless `check_file_name` is false.
std::unique_ptr<ParsedClass> ParseClass(std::string path, std::string text,
                                        Diagnostics* diagnostics, bool check_file_name = true);

// What can be read of a file with errors, for tools: see ParseDamagedClassSource. Never null, also
// for files that are too large, of which nothing is read.
std::unique_ptr<ParsedClass> ParseDamagedClass(std::string path, std::string text);

// Parses `expression` (a sequence of statements as in a method body) into a class `name`
// (superclass Object) with one instance method `run: it` that answers the value of the last
// statement; `it` is its argument. For -e and the shell.
std::unique_ptr<ParsedClass> ParseExpression(std::string name, std::string path,
                                             std::string expression, Diagnostics* diagnostics);

// What an input of the shell is compiled to: its class's fields are the shell's variables.
struct ParsedInput {
  std::unique_ptr<ParsedClass> parsed;     // null after errors
  std::vector<std::string> declared;       // in `| |` in front of the statements
  std::vector<std::string> new_variables;  // the fields that were not in the given list
};

// Parses `text` (statements) into a class `name` with the instance method `run` that answers the
// value of the last statement. The class has `variables` as its first fields; then follow those
// that the input declares in front of its statements, and names that it assigns without a
// declaration anywhere.
ParsedInput ParseInput(std::string name, std::string path, std::string text,
                       const std::vector<std::string>& variables, Diagnostics* diagnostics);

// Parses `text` (statements) into a class with the given fields and one method, on the side asked
// for, that answers the value of the last statement. `arguments` are names that the text may read
// and assign; they become the method's arguments. For a debugger, which evaluates in a frame. Null
// on errors.
std::unique_ptr<ParsedClass> ParseEvaluation(std::string path, std::string text,
                                             const std::vector<std::string>& arguments,
                                             const std::vector<std::string>& instance_fields,
                                             const std::vector<std::string>& class_fields,
                                             bool class_side, Diagnostics* diagnostics);

// Parses a single method, written `NAME >> METHOD` or `NAME class >> METHOD`, into a class NAME
// with the given fields and this method alone. Null on errors.
std::unique_ptr<ParsedClass> ParseMethod(std::string path, std::string text,
                                         const std::vector<std::string>& instance_fields,
                                         const std::vector<std::string>& class_fields,
                                         Diagnostics* diagnostics);

// Names of the instance variables that the two sides inherit, outermost class first.
struct InheritedFields {
  std::vector<std::string> instance_side;
  std::vector<std::string> class_side;
};

// Reports what is wrong in a class that could be parsed: all errors, so that compiling its methods
// later cannot find another. Answers whether there are none.
bool CheckClass(const ParsedClass& parsed, const InheritedFields& inherited,
                const CompileOptions& options, Diagnostics* diagnostics);

// Compiles a method of a class that CheckClass approves of, with the same fields and options.
// `method_index` counts the methods of the given side in source order.
MethodDescription CompileMethod(const ParsedClass& parsed, const InheritedFields& inherited,
                                const CompileOptions& options, bool class_side,
                                size_t method_index);

// Checks a parsed class and compiles all its methods. Errors go to `diagnostics`; answers null
// then.
std::unique_ptr<ClassDescription> CompileClass(const ParsedClass& parsed,
                                               const InheritedFields& inherited,
                                               const CompileOptions& options,
                                               Diagnostics* diagnostics);

// Keys of inlined sends of one method that must be real sends.
using RealSends = std::set<uint32_t>;

// One step of rebuilding an activation: for a scope that is active at the send and has a context in
// the new version, outermost first. A scope that had a context keeps it (its layout is the same in
// both versions); a new one gets a context of `size` nil variables inside the one before. Then each
// {slot, index} copies a variable that lived in the frame into the context.
struct ContextTransfer {
  bool had_context = false;
  uint16_t size = 0;
  struct Move {
    int16_t slot;
    uint16_t index;
  };
  std::vector<Move> moves;
};

// A method compiled again with one more real send, and how an activation that has just evaluated
// receiver (and arguments that are not blocks) of that send goes on in the new code. Frame slots
// and operand stack have the same layout in both versions.
struct DeoptimizedMethod {
  MethodDescription method;
  uint32_t unit = 0;  // index in `method.units` of the unit that goes on
  uint32_t resume_offset =
      0;  // in the unit's new code; the operands of the send evaluated so far are on the stack
  // How many of the innermost contexts the activation leaves, before the transfers: they only stood
  // around that of a loop body which is a closure now, and none of their variables lives in them.
  uint32_t dropped_contexts = 0;
  std::vector<ContextTransfer> transfers;
};

// `real_sends` are those the running version was compiled with; `unit` and `key` name the running
// unit and the inlined send to give up.
DeoptimizedMethod CompileDeoptimized(const ParsedClass& parsed, const InheritedFields& inherited,
                                     const CompileOptions& options, bool class_side,
                                     size_t method_index, const RealSends& real_sends,
                                     uint32_t unit, uint32_t key);

// A variable that code in a certain block of a method sees, and where an activation keeps it.
struct VisibleVariable {
  std::string name;
  bool is_argument = false;
  // It belongs to the code around the closure that runs, which has captured it.
  bool is_captured = false;
  bool in_context = false;
  int16_t slot = 0;  // otherwise: as the code has it
  uint32_t depth =
      0;  // in a context: how many contexts outwards, where all of the block are entered
  uint16_t index = 0;  // in that context
};

struct VisibleVariables {
  std::vector<VisibleVariable> variables;  // innermost block first; a name occurs once
  uint32_t contexts = 0;  // that the activation has entered there since its unit began
};

// What `block` (a number within the method) sees when it runs in the unit that its code belongs to;
// of outer variables those that the closure has captured. The method is one that has been compiled
// with these options and `real_sends`.
VisibleVariables FindVisibleVariables(const ParsedClass& parsed, const InheritedFields& inherited,
                                      const CompileOptions& options, bool class_side,
                                      size_t method_index, const RealSends& real_sends,
                                      uint32_t block);

// The lines on which statements begin, ascending: where a debugger can stop. With the first and
// last line of the method that each belongs to.
struct StatementLine {
  uint32_t line = 0;
  uint32_t method_begin = 0;
  uint32_t method_end = 0;
};
std::vector<StatementLine> StatementLines(const ParsedClass& parsed);

}  // namespace som
