// Lines from a terminal, with editing, history and completion (libedit). Knows nothing of SOM.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace som {

class LineEditor {
 public:
  // What the word that ends at the end of `line` may become: in `start` where it begins.
  using Completer = std::function<std::vector<std::string>(std::string_view line, size_t* start)>;

  // Whether standard input and output are a terminal that lines can be edited on.
  static bool IsPossible();

  // `history_file`: where earlier runs' lines are, and this one's go; "" for none.
  LineEditor(std::string history_file, Completer completer);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class Outcome : uint8_t { kLine, kCancelled /* Ctrl-C */, kEnd /* Ctrl-D, hang-up */ };
  // Shows the prompt and reads a line, without its line end, which becomes part of the history.
  Outcome Read(const std::string& prompt, std::string* line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The file of the shell's history: $XDG_STATE_HOME/som/history where that variable is set,
// otherwise ~/.som_history; "" without a home directory.
std::string HistoryFile();

}  // namespace som
