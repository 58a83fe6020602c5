// The errors and warnings of a file, as the class loader reports them with -W, with exact places.
#pragma once

#include <string>
#include <vector>

#include "compiler/warnings.h"
#include "vm/language_server/workspace.h"

namespace som::lsp {

struct Problem {
  Span span;
  bool is_warning;
  std::string message;
  std::string hint;  // empty if there is none
};

// What the classes of all its files understand.
KnownSelectors KnownSelectorsOf(Workspace& workspace);

// `known`: of the same workspace.
std::vector<Problem> FindProblems(const Workspace& workspace, const KnownSelectors& known,
                                  const File& file);

}  // namespace som::lsp
