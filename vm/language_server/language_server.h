// The Language Server Protocol on two file descriptors: life cycle, dispatch by the table of
// methods (methods.def), errors, cancelled requests. What the answers are is for server.h.
#pragma once

#include <string>
#include <vector>

namespace som::lsp {

struct ServerOptions {
  // Directories that are searched for classes, if the editor names none.
  std::vector<std::string> class_path;
  // Where Object is, if it is in none of them; "" if there is none.
  std::string core_library;
  std::string version;
};

// Serves until `exit` or the end of the input. Answers the exit status: 0 if `shutdown` came in
// front of `exit`, otherwise 1.
int RunLanguageServer(const ServerOptions& options, int in, int out);

}  // namespace som::lsp
