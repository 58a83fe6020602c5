// See line_editor.h.
#include "vm/shell/line_editor.h"

#include <histedit.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "compiler/concat.h"

namespace som {

namespace {

constexpr int kHistoryLength = 1000;
// Without asking, so many completions are listed.
constexpr size_t kMaxListed = 200;

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

struct LineEditor::State {
  EditLine* editor = nullptr;
  History* history = nullptr;
  std::string history_file;
  Completer completer;
  std::string prompt;
  bool is_cancelled = false;

  static State& Of(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<State*>(data);
  }

  static char* Prompt(EditLine* editor) { return Of(editor).prompt.data(); }

  static unsigned char Cancel(EditLine* editor, int /*key*/) {
    Of(editor).is_cancelled = true;
    std::fputs("^C\n", stdout);
    std::fflush(stdout);
    return CC_NEWLINE;
  }

  static unsigned char Suspend(EditLine* /*editor*/, int /*key*/) {
    // The editor restores the terminal when it gets the signal.
    std::raise(SIGTSTP);
    return CC_REDISPLAY;
  }

  static unsigned char CompleteWord(EditLine* editor, int /*key*/) {
    State& state = Of(editor);
    const LineInfo* info = el_line(editor);
    const std::string_view line(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
    // In front of the text a tabulator indents, which pasted text is full of.
    if (line.find_first_not_of(" \t") == std::string_view::npos)
      return el_insertstr(editor, "\t") == 0 ? CC_REFRESH : CC_ERROR;
    size_t start = line.size();
    const std::vector<std::string> words = state.completer(line, &start);
    if (words.empty()) return CC_REFRESH_BEEP;
    return state.Insert(words, line.substr(start));
  }

  // Inserts what all the words share behind `typed`; lists them where that is nothing more.
  unsigned char Insert(const std::vector<std::string>& words, std::string_view typed) {
    std::string common = words.front();
    for (const std::string& word : words) {
      size_t same = 0;
      while (same < common.size() && same < word.size() && common[same] == word[same]) ++same;
      common.resize(same);
    }
    std::string more = common.substr(typed.size());
    if (words.size() == 1) more += ' ';
    if (!more.empty())
      return el_insertstr(editor, more.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
    std::fputc('\n', stdout);
    for (size_t i = 0; i < words.size() && i < kMaxListed; ++i)
      std::fprintf(stdout, "%s%s", i == 0 ? "" : "  ", words[i].c_str());
    if (words.size() > kMaxListed)
      std::fprintf(stdout, "  ... %zu more", words.size() - kMaxListed);
    std::fputc('\n', stdout);
    std::fflush(stdout);
    return CC_REDISPLAY;
  }

  // Writes the whole history beside the file and puts it in its place: no reader sees half of it.
  // Without such a file there is no history beyond this run.
  void Save() {
    if (history_file.empty()) return;
    HistEvent event;
    const std::string fresh = Concat(history_file, ".", getpid());
    if (::history(history, &event, H_SAVE, fresh.c_str()) < 0) return;
    if (chmod(fresh.c_str(), S_IRUSR | S_IWUSR) != 0 ||
        std::rename(fresh.c_str(), history_file.c_str()) != 0) {
      (void)unlink(fresh.c_str());
    }
  }
};

bool LineEditor::IsPossible() {
  const std::string_view terminal = Variable("TERM");
  return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0 && !terminal.empty() &&
         terminal != "dumb";
}

LineEditor::LineEditor(std::string history_file, Completer completer)
    : state_(std::make_unique<State>()) {
  // Characters of more than one byte are edited as one.
  if (std::setlocale(LC_CTYPE, "") == nullptr || MB_CUR_MAX == 1)
    std::setlocale(LC_CTYPE, "C.UTF-8");
  state_->history_file = std::move(history_file);
  state_->completer = std::move(completer);
  HistEvent event;
  state_->history = history_init();
  history(state_->history, &event, H_SETSIZE, kHistoryLength);
  history(state_->history, &event, H_SETUNIQUE, 1);
  if (!state_->history_file.empty())
    history(state_->history, &event, H_LOAD, state_->history_file.c_str());
  EditLine* editor = el_init("som", stdin, stdout, stderr);
  state_->editor = editor;
  el_set(editor, EL_CLIENTDATA, state_.get());
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_SIGNAL, 1);
  el_set(editor, EL_PROMPT, &State::Prompt);
  el_set(editor, EL_HIST, history, state_->history);
  el_set(editor, EL_ADDFN, "som-complete", "complete the word", &State::CompleteWord);
  el_set(editor, EL_ADDFN, "som-cancel", "give up the input", &State::Cancel);
  el_set(editor, EL_ADDFN, "som-suspend", "stop the process", &State::Suspend);
  el_set(editor, EL_BIND, "\t", "som-complete", nullptr);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_set(editor, EL_BIND, "^D", "em-delete-or-list", nullptr);
  // While a line is edited, Ctrl-C and Ctrl-Z are keys; while it runs, they are signals.
  el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
  el_set(editor, EL_BIND, "^C", "som-cancel", nullptr);
  el_set(editor, EL_BIND, "^Z", "som-suspend", nullptr);
  el_source(editor, nullptr);
}

LineEditor::~LineEditor() {
  el_end(state_->editor);
  history_end(state_->history);
}

LineEditor::Outcome LineEditor::Read(const std::string& prompt, std::string* line) {
  state_->prompt = prompt;
  state_->is_cancelled = false;
  int length = 0;
  // The editor would do this behind the prompt only: Ctrl-C and Ctrl-D that answer the prompt at
  // once would go to the terminal.
  el_set(state_->editor, EL_PREP_TERM, 1);
  const char* text = el_gets(state_->editor, &length);
  if (state_->is_cancelled) return Outcome::kCancelled;
  if (text == nullptr || length <= 0) return Outcome::kEnd;
  *line = std::string_view(text, static_cast<size_t>(length));
  if (!line->empty() && line->back() == '\n') line->pop_back();
  if (line->find_first_not_of(" \t") != std::string::npos) {
    HistEvent event;
    history(state_->history, &event, H_ENTER, line->c_str());
    state_->Save();
  }
  return Outcome::kLine;
}

std::string HistoryFile() {
  const std::string_view state_home = Variable("XDG_STATE_HOME");
  if (!state_home.empty()) {
    const std::string folder = Concat(state_home, "/som");
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    return folder + "/history";
  }
  const std::string_view home = Variable("HOME");
  return home.empty() ? "" : Concat(home, "/.som_history");
}

}  // namespace som
