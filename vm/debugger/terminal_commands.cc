// What the commands of the debugger in a terminal do. See terminal_session.h and commands.def.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <sstream>

#include "absl/strings/str_format.h"
#include "compiler/concat.h"
#include "compiler/similar_names.h"
#include "compiler/source.h"
#include "vm/debugger/terminal_session.h"
#include "vm/debugger/value_view.h"
#include "vm/loading/class_path.h"
#include "vm/observation/stack_trace.h"
#include "vm/vm.h"

namespace som {

namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr size_t kHelpColumn = 34;
constexpr uint32_t kListed = 10;
constexpr size_t kBacktrace = 50;

std::string Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1));
}

// The first word of a text, and what follows it.
std::pair<std::string, std::string> FirstWord(const std::string& text) {
  const size_t end = std::min(text.find_first_of(kBlanks), text.size());
  return {text.substr(0, end), Trimmed(text.substr(end))};
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

std::optional<uint32_t> Number(const std::string& text) {
  uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return number;
}

}  // namespace

struct TerminalSession::Command {
  std::string name;
  std::vector<std::string> others;
  std::string argument;
  bool repeats;
  std::string help;
  void (TerminalSession::*run)(const std::string& argument);
};

const std::vector<TerminalSession::Command>& TerminalSession::Commands() {
  static const std::vector<Command> commands = {
#define SOM_DEBUGGER_COMMAND(function, name, others, argument, repeats, help) \
  {name, Words(others), argument, repeats, help, &TerminalSession::function},
#include "vm/debugger/commands.def"
  };
  return commands;
}

const TerminalSession::Command* TerminalSession::Find(const std::string& word) {
  std::vector<const Command*> beginning;
  std::vector<std::string> names;
  names.reserve(Commands().size());
  for (const Command& command : Commands()) {
    if (command.name == word ||
        std::find(command.others.begin(), command.others.end(), word) != command.others.end()) {
      return &command;
    }
    names.push_back(command.name);
    if (command.name.starts_with(word)) beginning.insert(beginning.end(), &command);
  }
  if (beginning.size() == 1) return beginning.front();
  if (beginning.size() > 1) {
    std::string text = Concat("'", word, "' may be ");
    for (size_t i = 0; i < beginning.size(); ++i)
      text += Concat(i == 0 ? "" : ", ", beginning[i]->name);
    Tell(text + ".\n");
    return nullptr;
  }
  const std::vector<std::string> like = NamesLike(word, names);
  Tell(Concat("There is no command '", word, "'",
              like.empty() ? "; `help` lists them, `print` evaluates"
                           : Concat(". Did you mean ", like.front(), "?"),
              like.empty() ? ".\n" : "\n"));
  return nullptr;
}

void TerminalSession::RunCommand(const std::string& line) {
  std::string text = Trimmed(line);
  if (text.starts_with('#')) return;
  if (text.empty()) text = last_command_;
  last_command_.clear();
  if (text.empty()) return;
  const auto [word, argument] = FirstWord(text);
  const Command* command = Find(word);
  if (command == nullptr) return;
  // What is listed next follows what has been listed.
  if (command->repeats)
    last_command_ = command->run == &TerminalSession::List ? command->name : text;
  (this->*command->run)(argument);
}

std::vector<std::string> TerminalSession::Complete(std::string_view line, size_t* start) {
  const size_t blank = line.find_last_of(" \t(");
  *start = blank == std::string_view::npos ? 0 : blank + 1;
  const std::string_view word = line.substr(*start);
  std::vector<std::string> words;
  if (*start == 0) {
    words.reserve(Commands().size());
    for (const Command& command : Commands()) words.push_back(command.name);
  } else {
    words = ClassesOnPath(program_.class_path);
    if (is_stopped_) {
      const FrameVariables variables(debugger_->vm(), Selected());
      for (std::string& name : variables.names()) words.push_back(std::move(name));
      for (FrameVariable& field : variables.fields()) words.push_back(std::move(field.name));
      words.emplace_back("self");
    }
  }
  std::erase_if(words, [word](const std::string& other) { return !other.starts_with(word); });
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

bool TerminalSession::NeedsProgram() const {
  if (is_stopped_) return true;
  Tell("The program does not run; `run` starts it.\n");
  return false;
}

// --- going on -----------------------------------------------------------------------------------

void TerminalSession::GoOn(Resume::Kind kind) {
  if (is_stopped_) {
    resume_ = Resume{kind, frame_};
    return;
  }
  // Not started yet: steps go to the first statement. What has ended begins again by `run` only.
  if (has_run_ && !NeedsProgram()) return;
  stops_at_start_ = kind == Resume::Kind::kStepInto || kind == Resume::Kind::kStepOver;
  resume_ = Resume{};
}

void TerminalSession::Run(const std::string& /*argument*/) {
  stops_at_start_ = false;
  runs_again_ = is_stopped_;
  resume_ = Resume{is_stopped_ ? Resume::Kind::kTerminate : Resume::Kind::kContinue};
}

void TerminalSession::Continue(const std::string& /*argument*/) { GoOn(Resume::Kind::kContinue); }
void TerminalSession::Step(const std::string& /*argument*/) { GoOn(Resume::Kind::kStepInto); }
void TerminalSession::Next(const std::string& /*argument*/) { GoOn(Resume::Kind::kStepOver); }

void TerminalSession::Finish(const std::string& /*argument*/) {
  if (NeedsProgram()) GoOn(Resume::Kind::kStepOut);
}

void TerminalSession::RestartFrame(const std::string& argument) {
  if (!NeedsProgram()) return;
  auto [word, rest] = FirstWord(argument);
  if (word != "frame") rest = argument;
  if (!rest.empty()) {
    const std::optional<uint32_t> number = Number(rest);
    if (!number.has_value() || *number >= debugger_->frames().size()) {
      Tell(Concat("There is no frame ", rest, ".\n"));
      return;
    }
    frame_ = *number;
  }
  GoOn(Resume::Kind::kRestart);
}

void TerminalSession::Quit(const std::string& /*argument*/) {
  quits_ = true;
  resume_ = Resume{Resume::Kind::kTerminate};
}

// --- breakpoints --------------------------------------------------------------------------------

std::string TerminalSession::CurrentFile() const {
  return is_stopped_ ? PathOf(Selected()) : program_file_;
}

void TerminalSession::AddBreakpoint(const std::string& argument, bool is_temporary) {
  std::string place_text = argument;
  std::string condition;
  const size_t at = argument.find(" if ");
  if (at != std::string::npos) {
    place_text = argument.substr(0, at);
    condition = Trimmed(argument.substr(at + 4));
  }
  if (place_text.empty() && is_stopped_) place_text = Concat(SpanOf(Selected()).line);
  Place place =
      ParsePlace(place_text, CurrentFile(), sources_, is_stopped_ ? &debugger_->vm() : nullptr);
  if (!place.breakpoint.has_value()) {
    Tell(place.problem + "\n");
    return;
  }
  place.breakpoint->condition = condition;
  place.breakpoint->is_temporary = is_temporary;
  const std::string shown = PlaceOf(*place.breakpoint);
  const int number = breakpoints_.Add(std::move(*place.breakpoint));
  Tell(Concat(is_temporary ? "Temporary breakpoint " : "Breakpoint ", number, " at ", shown, "\n"));
  if (debugger_ != nullptr) debugger_->BreakpointsChanged();
}

void TerminalSession::Break(const std::string& argument) { AddBreakpoint(argument, false); }
void TerminalSession::TemporaryBreak(const std::string& argument) { AddBreakpoint(argument, true); }

std::optional<std::vector<int>> TerminalSession::BreakpointNumbers(const std::string& argument) {
  std::vector<int> numbers;
  for (const std::string& word : Words(argument)) {
    const std::optional<uint32_t> number = Number(word);
    if (!number.has_value() || breakpoints_.Find(static_cast<int>(*number)) == nullptr) {
      Tell(Concat("There is no breakpoint '", word, "'.\n"));
      return std::nullopt;
    }
    numbers.insert(numbers.end(), static_cast<int>(*number));
  }
  return numbers;
}

void TerminalSession::Condition(const std::string& argument) {
  const auto [number, condition] = FirstWord(argument);
  const std::optional<std::vector<int>> numbers = BreakpointNumbers(number);
  if (!numbers.has_value()) return;
  if (numbers->empty()) {
    Tell("condition needs the number of a breakpoint.\n");
    return;
  }
  Breakpoint* breakpoint = breakpoints_.Find(numbers->front());
  breakpoint->condition = condition;
  Tell(Concat("Breakpoint ", breakpoint->number,
              condition.empty() ? " stops always.\n" : Concat(" stops if ", condition, ".\n")));
}

void TerminalSession::Ignore(const std::string& argument) {
  const auto [number, count_text] = FirstWord(argument);
  const std::optional<std::vector<int>> numbers = BreakpointNumbers(number);
  const std::optional<uint32_t> count = Number(count_text);
  if (!numbers.has_value()) return;
  if (numbers->empty() || !count.has_value()) {
    Tell("ignore needs the number of a breakpoint and a count.\n");
    return;
  }
  Breakpoint* breakpoint = breakpoints_.Find(numbers->front());
  breakpoint->ignored = breakpoint->hits + *count;
  Tell(Concat("Breakpoint ", breakpoint->number, " is passed by ", *count, " times.\n"));
}

void TerminalSession::Delete(const std::string& argument) {
  const std::optional<std::vector<int>> numbers = BreakpointNumbers(argument);
  if (!numbers.has_value()) return;
  if (numbers->empty()) breakpoints_.Clear();
  for (const int number : *numbers) breakpoints_.Remove(number);
  if (debugger_ != nullptr) debugger_->BreakpointsChanged();
}

void TerminalSession::SetEnabled(const std::string& argument, bool is_enabled) {
  const std::optional<std::vector<int>> numbers = BreakpointNumbers(argument);
  if (!numbers.has_value()) return;
  if (numbers->empty()) Tell("It needs the numbers of breakpoints.\n");
  for (const int number : *numbers) breakpoints_.Find(number)->is_enabled = is_enabled;
  if (debugger_ != nullptr) debugger_->BreakpointsChanged();
}

void TerminalSession::Enable(const std::string& argument) { SetEnabled(argument, true); }
void TerminalSession::Disable(const std::string& argument) { SetEnabled(argument, false); }

void TerminalSession::Catch(const std::string& argument) {
  if (argument == "all" || argument == "none") {
    const bool all = argument == "all";
    errors_ = {all, all, all};
  } else if (argument == "error") {
    errors_.sent = true;
  } else if (argument == "doesNotUnderstand") {
    errors_.not_understood = true;
  } else if (argument == "vm") {
    errors_.of_vm = true;
  } else if (!argument.empty()) {
    Tell("catch takes all, none, error, doesNotUnderstand or vm.\n");
    return;
  }
  InfoErrors();
}

// --- looking ------------------------------------------------------------------------------------

void TerminalSession::InfoErrors() {
  std::string text;
  const auto add = [&text](bool is_on, std::string_view name) {
    if (is_on) text += Concat(text.empty() ? "" : ", ", name);
  };
  add(errors_.sent, "error");
  add(errors_.not_understood, "doesNotUnderstand");
  add(errors_.of_vm, "vm");
  Tell(Concat("Stops at errors: ", text.empty() ? "none" : text, "\n"));
}

void TerminalSession::InfoBreak() {
  if (breakpoints_.list().empty()) Tell("There are no breakpoints.\n");
  for (const Breakpoint& b : breakpoints_.list()) {
    std::string text = Concat(b.number, "  ", PlaceOf(b));
    if (b.is_temporary) text += ", once";
    if (!b.is_enabled) text += ", disabled";
    if (!b.condition.empty()) text += Concat(", if ", b.condition);
    if (b.hits < b.ignored) text += Concat(", passed by ", b.ignored - b.hits, " more times");
    if (b.hits > 0) text += Concat(", hit ", b.hits, b.hits == 1 ? " time" : " times");
    Tell(text + "\n");
  }
}

void TerminalSession::ShowVariables(const std::vector<FrameVariable>& variables,
                                    std::string_view none) {
  if (variables.empty()) Tell(Concat(none, "\n"));
  for (const FrameVariable& variable : variables)
    Tell(Concat(variable.name, " = ", BriefText(debugger_->vm(), variable.value), "\n"));
}

void TerminalSession::Info(const std::string& argument) {
  const auto is = [&argument](std::string_view word) {
    return !argument.empty() && word.starts_with(argument);
  };
  if (is("breakpoints")) return InfoBreak();
  if (is("errors")) return InfoErrors();
  if (is("display")) {
    if (displays_.empty()) Tell("Nothing is displayed.\n");
    for (const auto& [number, text] : displays_) Tell(Concat(number, "  ", text, "\n"));
    return;
  }
  const bool is_arguments = is("args") || is("arguments");
  if (!is_arguments && !is("locals") && !is("fields") && !is("frame")) {
    Tell("info takes break, locals, args, fields, frame, display or errors.\n");
    return;
  }
  if (!NeedsProgram()) return;
  const FrameVariables visible(debugger_->vm(), Selected());
  if (is("frame")) {
    ShowFrame();
    Tell(Concat("self = ", BriefText(debugger_->vm(), visible.self()), "\n"));
    return;
  }
  if (is("fields")) return ShowVariables(visible.fields(), "There are no fields.");
  std::vector<FrameVariable> variables = visible.variables();
  std::erase_if(variables, [&](const FrameVariable& variable) {
    return (variable.sort == FrameVariable::Sort::kArgument) != is_arguments;
  });
  ShowVariables(variables, is_arguments ? "There are no arguments." : "There are no variables.");
}

std::string TerminalSession::FrameText(const Frame& frame) const {
  std::string text = MethodTitle(debugger_->vm(), *frame.method);
  std::string arguments;
  for (const FrameVariable& variable : FrameVariables(debugger_->vm(), frame).variables()) {
    if (variable.sort != FrameVariable::Sort::kArgument) continue;
    arguments += Concat(arguments.empty() ? "" : ", ", variable.name, "=",
                        BriefText(debugger_->vm(), variable.value));
  }
  if (!arguments.empty()) text += Concat(" (", arguments, ")");
  return Concat(text, " at ", PathOf(frame), ":", SpanOf(frame).line);
}

void TerminalSession::ShowLines(uint32_t first, uint32_t last, uint32_t marked) {
  const ParsedClass& parsed = *Selected().method->home->parsed;
  std::string text;
  for (uint32_t line = first; line <= std::min(last, parsed.source().line_count()); ++line)
    text += absl::StrFormat("%s%4d  %s\n", line == marked ? "->" : "  ", line,
                            std::string(parsed.Line(line)));
  Tell(text);
}

void TerminalSession::ShowFrame() {
  const uint32_t line = SpanOf(Selected()).line;
  Tell(Concat("#", frame_, "  ", FrameText(Selected()), "\n"));
  ShowLines(line, line, line);
}

void TerminalSession::ShowDisplays() {
  for (const auto& [number, text] : displays_) {
    const Debugger::Result result = debugger_->Evaluate(frame_, text);
    Tell(Concat(number, ": ", text, " = ",
                result.value.has_value() ? debugger_->TextOf(*result.value)
                                         : Concat("<", result.error, ">"),
                "\n"));
  }
}

void TerminalSession::ShowStop(const Stop& stop) {
  std::string text;
  switch (stop.reason) {
    case Stop::Reason::kError:
      text = Concat("Error: ", stop.text, "\n");
      break;
    case Stop::Reason::kPause:
      text = "Interrupted\n";
      break;
    case Stop::Reason::kRestart:
      text = "Restarted\n";
      break;
    default:
      break;
  }
  for (const int number : stop.breakpoints) text += Concat("Breakpoint ", number, "\n");
  if (stop.reason != Stop::Reason::kError && !stop.text.empty()) text += Concat(stop.text, "\n");
  if (stop.value.has_value()) text += Concat("Value returned: ", *stop.value, "\n");
  Tell(text);
  ShowFrame();
  ShowDisplays();
}

void TerminalSession::Backtrace(const std::string& argument) {
  if (!NeedsProgram()) return;
  const std::vector<Frame>& frames = debugger_->frames();
  const size_t shown = std::min<size_t>(Number(argument).value_or(kBacktrace), frames.size());
  for (size_t i = 0; i < shown; ++i) {
    Tell(Concat(i == frame_ ? "->" : "  ", "#", i, "  ", FrameText(frames[i]), "\n"));
  }
  if (shown < frames.size()) Tell(Concat("  ... ", frames.size() - shown, " more\n"));
}

void TerminalSession::SelectFrame(const std::string& argument) {
  if (!NeedsProgram()) return;
  if (!argument.empty()) {
    const std::optional<uint32_t> number = Number(argument);
    if (!number.has_value() || *number >= debugger_->frames().size()) {
      Tell(Concat("There is no frame ", argument, ".\n"));
      return;
    }
    frame_ = *number;
    next_listed_ = 0;
  }
  ShowFrame();
}

void TerminalSession::MoveBy(const std::string& argument, bool towards_callers) {
  if (!NeedsProgram()) return;
  const size_t count = argument.empty() ? 1 : Number(argument).value_or(0);
  const size_t last = debugger_->frames().size() - 1;
  if (towards_callers ? frame_ == last : frame_ == 0) {
    Tell(towards_callers ? "This is the oldest frame.\n" : "This is the newest frame.\n");
    return;
  }
  frame_ = towards_callers ? std::min(frame_ + count, last) : frame_ - std::min(frame_, count);
  next_listed_ = 0;
  ShowFrame();
}

void TerminalSession::Up(const std::string& argument) { MoveBy(argument, true); }
void TerminalSession::Down(const std::string& argument) { MoveBy(argument, false); }

void TerminalSession::List(const std::string& argument) {
  if (!NeedsProgram()) return;
  const uint32_t current = SpanOf(Selected()).line;
  uint32_t first = next_listed_;
  if (!argument.empty() || first == 0) {
    const uint32_t around = argument.empty() ? current : Number(argument).value_or(0);
    if (around == 0) {
      Tell(Concat("'", argument, "' is no line.\n"));
      return;
    }
    first = around - std::min(around - 1, kListed / 2);
  }
  if (first > Selected().method->home->parsed->source().line_count()) {
    Tell("The file ends here.\n");
    return;
  }
  ShowLines(first, first + kListed - 1, current);
  next_listed_ = first + kListed;
}

// --- evaluating ---------------------------------------------------------------------------------

void TerminalSession::Print(const std::string& argument) {
  if (!NeedsProgram()) return;
  if (argument.empty()) {
    Tell("print needs an expression.\n");
    return;
  }
  const Debugger::Result result = debugger_->Evaluate(frame_, argument);
  Tell(Concat(
      result.value.has_value() ? debugger_->TextOf(*result.value) : Concat("Error: ", result.error),
      "\n"));
}

void TerminalSession::Set(const std::string& argument) {
  auto [what, rest] = FirstWord(argument);
  if (what == "library" && (rest == "on" || rest == "off")) {
    shows_library_ = rest == "on";
    if (debugger_ != nullptr) debugger_->set_shows_library(shows_library_);
    return;
  }
  if (what != "variable" && what != "var") rest = argument;
  const size_t equals = rest.find('=');
  if (equals == std::string::npos || equals == 0) {
    Tell("set takes variable NAME = EXPRESSION, or library on or off.\n");
    return;
  }
  if (!NeedsProgram()) return;
  std::string name = Trimmed(rest.substr(0, equals));
  if (name.ends_with(':')) name = Trimmed(name.substr(0, name.size() - 1));
  const Debugger::Result result =
      debugger_->Evaluate(frame_, Concat(name, " := ", rest.substr(equals + 1)));
  if (result.value.has_value()) {
    Tell(Concat(name, " = ", debugger_->TextOf(*result.value), "\n"));
  } else {
    Tell(Concat("Error: ", result.error, "\n"));
  }
}

void TerminalSession::Display(const std::string& argument) {
  if (!argument.empty()) displays_.emplace_back(next_display_++, argument);
  if (is_stopped_) ShowDisplays();
}

void TerminalSession::Undisplay(const std::string& argument) {
  if (argument.empty()) displays_.clear();
  for (const std::string& word : Words(argument)) {
    const std::optional<uint32_t> number = Number(word);
    const size_t removed = std::erase_if(displays_, [&](const auto& display) {
      return number.has_value() && display.first == static_cast<int>(*number);
    });
    if (removed == 0) Tell(Concat("Nothing is displayed as '", word, "'.\n"));
  }
}

void TerminalSession::Reload(const std::string& argument) {
  if (!NeedsProgram()) return;
  const std::string path = argument.empty() ? CurrentFile() : argument;
  if (debugger_->Reload(path)) Tell(Concat("Defined again: ", path, "\n"));
}

void TerminalSession::Help(const std::string& argument) {
  if (!argument.empty()) {
    const Command* command = Find(argument);
    if (command == nullptr) return;
    std::string text = Concat(command->name, " ", command->argument, "\n  ", command->help, "\n");
    for (size_t i = 0; i < command->others.size(); ++i)
      text += Concat(i == 0 ? "  Also: " : ", ", command->others[i]);
    Tell(text + (command->others.empty() ? "" : "\n"));
    return;
  }
  std::string text;
  for (const Command& command : Commands()) {
    std::string usage = Concat("  ", command.name, " ", command.argument);
    usage.resize(std::max(kHelpColumn, usage.size() + 1), ' ');
    text += Concat(usage, command.help, "\n");
  }
  Tell(
      text +
      "The beginning of a name is enough where it is that of no other. An empty line repeats steps "
      "and lists.\nFoo >> bar = ( ... ) defines a method, Foo = ( ... ) a class, while the program "
      "is stopped.\n");
}

}  // namespace som
