// A source text and its lines: byte offsets to 1-based lines and columns (columns count code
// points). Knows nothing of tokens or errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/description.h"

namespace som {

class SourceFile {
 public:
  SourceFile(std::string path, std::string text);
  // Tokens and syntax trees point into the text.
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  const std::string& path() const { return path_; }
  const std::string& text() const { return text_; }

  struct Location {
    uint32_t line = 1;
    uint32_t column = 1;
  };
  // Of the byte at `offset`; offsets behind the end mean the end.
  Location Locate(uint32_t offset) const;
  SourceSpan Span(uint32_t begin, uint32_t end) const;

  uint32_t line_count() const { return static_cast<uint32_t>(line_starts_.size()); }
  // A 1-based line without its line end; empty when there is no such line.
  std::string_view Line(uint32_t line) const;

 private:
  Location LocateIn(uint32_t line, uint32_t offset) const;

  std::string path_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
  bool ascii_ = true;
};

// Length of the well-formed UTF-8 sequence that starts at text[offset]; 0 when there is none.
uint32_t Utf8SequenceLength(std::string_view text, size_t offset);

}  // namespace som
