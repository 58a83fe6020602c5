// Renaming of variables: fields, arguments, local variables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vm/language_server/navigation.h"

namespace som::lsp {

struct Renaming {
  std::vector<Location> places;
  std::string refusal;  // why it cannot be done; empty if it can
};

// Whether the name at `offset` can be another one; `refusal` says why not.
Renaming PrepareRename(Workspace& workspace, const File& file, uint32_t offset);
// The places that change. Refused if `new_name` cannot be a variable's, or if any name would mean
// something else afterwards.
Renaming Rename(Workspace& workspace, const File& file, uint32_t offset, std::string_view new_name);

}  // namespace som::lsp
