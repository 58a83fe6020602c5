// Layout of a file: indentation, blanks between tokens, empty lines. Tokens, comments, and where
// lines are broken stay as they are.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "vm/language_server/file_index.h"

namespace som::lsp {

// How a level of indentation is written.
struct Indentation {
  uint32_t width = 4;  // in columns, also that of a tab
  bool uses_tabs = false;
};

// Text that takes the place of a stretch of the file.
struct TextChange {
  Span span;
  std::string text;
};

// The changes that lay the lines [first_line, last_line] of a file out, in source order; they touch
// nothing but blanks. None for a file with syntax errors: how it nests is not known.
std::vector<TextChange> Format(const FileIndex& index, Indentation indentation,
                               uint32_t first_line = 0,
                               uint32_t last_line = std::numeric_limits<uint32_t>::max());

}  // namespace som::lsp
