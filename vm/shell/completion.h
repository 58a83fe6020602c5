// What the word in front of the cursor may become: a command, a variable, a global or class, a
// selector.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace som {

class Session;

struct Completions {
  size_t start = 0;                // in the line, where the word begins
  std::vector<std::string> words;  // sorted, without repetition
};

// For the text in front of the cursor. Selectors are those that the receiver understands where it
// is a variable, a global or a literal; otherwise those of all loaded classes. Runs no SOM code
// and loads nothing.
Completions Complete(Session& session, std::string_view line);

}  // namespace som
