// Errors in source text: collected with their place, printed together. The compiler reports every
// error here and never prints or exits itself.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace som {

class SourceFile;

struct Diagnostic {
  std::string path;
  uint32_t line = 0;    // 1-based
  uint32_t column = 0;  // 1-based, in code points
  std::string message;
  std::string source_line;  // as in the file, not trimmed
  uint32_t width = 1;       // code points of the line that are concerned
  std::string hint;         // what to do about it, where that is certain; "" otherwise
};

// How diagnostics are shown.
struct DiagnosticStyle {
  bool hints = false;   // underline all that is concerned, and show the hints
  bool colour = false;  // with the escape sequences of terminals
};

// The line, trimmed, shortened where it is very long, and safe to print; below it, indented the
// same, carets under `width` columns from `column` on ("^~~~"), or one caret.
std::string Excerpt(std::string_view line, uint32_t column, uint32_t width,
                    const DiagnosticStyle& style);
// "hint: TEXT" with a line end.
std::string HintLine(std::string_view text, const DiagnosticStyle& style);

class Diagnostics {
 public:
  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  const std::vector<Diagnostic>& entries() const { return entries_; }

  void Add(Diagnostic diagnostic) { entries_.push_back(std::move(diagnostic)); }
  // Reports `message` for the byte at `offset` of `source`.
  void Add(const SourceFile& source, uint32_t offset, std::string message);

  // The same for the text between two offsets, with a hint.
  void Add(const SourceFile& source, uint32_t begin, uint32_t end, std::string message,
           std::string hint);

  // Puts the entries into the order of their lines and columns.
  void SortByPlace();

  // Prints each entry in source order of its report:
  //   File 'PATH', line L, column C:
  //     the source line, trimmed
  //     ^ under the column
  //   MESSAGE
  // and below it, with hints, the hint.
  void Print(std::ostream& out, const DiagnosticStyle& style = {}) const;

 private:
  std::vector<Diagnostic> entries_;
};

}  // namespace som
