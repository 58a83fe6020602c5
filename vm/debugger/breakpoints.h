// The breakpoints that a user has asked for: on lines and on methods. They outlive the runs of a
// program; which instructions they mean is for the debugger, method by method.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/debugger/source_lines.h"

namespace som {

class VM;
struct Method;

struct Breakpoint {
  int number = 0;
  // On a line:
  std::string path;        // canonical; empty: on a method
  std::string shown_path;  // as the user or the class loader named it
  uint32_t line = 0;
  // On a method:
  std::string class_name;
  bool class_side = false;
  std::string selector;

  std::string condition;  // an expression; empty: none
  bool is_temporary = false;
  bool is_enabled = true;
  uint64_t hits = 0;
  uint64_t ignored = 0;  // so many hits are passed by first
};

// `Class>>selector` or `Class class>>selector`, of its parts.
std::string MethodName(const Breakpoint& breakpoint);
// Where it is: `Foo.som:12` or `Foo>>bar:`.
std::string PlaceOf(const Breakpoint& breakpoint);

// What a user means by the name of a place, or why it is none.
struct Place {
  std::optional<Breakpoint> breakpoint;
  std::string problem;
};
// `FILE:LINE`, `LINE` (of `current_file`), `Class>>selector`, `Class class>>selector`. Moves a line
// to the next one on which a statement begins. `vm`: to look for methods that were defined since
// the files were read; may be null.
Place ParsePlace(const std::string& text, const std::string& current_file,
                 const SourceLines& sources, VM* vm);

// The class, side and selector of `Class>>selector`, whether there is such a method or not.
Place SplitMethodName(std::string_view name);

class Breakpoints {
 public:
  // Gives it a number, which it answers.
  int Add(Breakpoint breakpoint);
  bool Remove(int number);
  void Clear() { list_.clear(); }
  // Null if there is none with that number. Pointers are valid until the next change of the list.
  Breakpoint* Find(int number);
  std::vector<Breakpoint>& list() { return list_; }
  const std::vector<Breakpoint>& list() const { return list_; }

 private:
  std::vector<Breakpoint> list_;
  int next_number_ = 1;
};

// The offsets of `unit`, the code of a method or closure, in its description, at which the
// breakpoint is; nothing where it is in other code.
std::optional<uint32_t> OffsetOf(VM& vm, const Breakpoint& breakpoint, const Method& unit,
                                 const std::string& canonical_path);

}  // namespace som
