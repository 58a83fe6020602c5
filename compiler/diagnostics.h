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
};

class Diagnostics {
 public:
  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  const std::vector<Diagnostic>& entries() const { return entries_; }

  void Add(Diagnostic diagnostic) { entries_.push_back(std::move(diagnostic)); }
  // Reports `message` for the byte at `offset` of `source`.
  void Add(const SourceFile& source, uint32_t offset, std::string message);

  // Prints each entry in source order of its report:
  //   File 'PATH', line L, column C:
  //     the source line, trimmed
  //     ^ under the column
  //   MESSAGE
  void Print(std::ostream& out) const;

 private:
  std::vector<Diagnostic> entries_;
};

}  // namespace som
