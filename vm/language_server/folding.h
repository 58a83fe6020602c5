// What can be folded: bodies, blocks, literal arrays, comments.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/language_server/file_index.h"

namespace som::lsp {

struct Fold {
  uint32_t first_line;
  uint32_t last_line;  // the line on which a bracket is closed stays visible
  bool is_comment;
};

// In the order of their ends; none within a line.
std::vector<Fold> FindFolds(const FileIndex& index);

}  // namespace som::lsp
