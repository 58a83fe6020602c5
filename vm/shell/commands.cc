// See commands.h.
#include "vm/shell/commands.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

#include "absl/strings/str_format.h"
#include "compiler/concat.h"
#include "compiler/disassembler.h"
#include "vm/code/tier.h"
#include "vm/observation/live_listing.h"
#include "vm/shell/input.h"
#include "vm/shell/session.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kHelpColumn = 31;
constexpr size_t kMaxLineWidth = 80;

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

CommandOutcome Fail(const std::string& message) {
  WriteError(message + "\n");
  return CommandOutcome::kError;
}

// `Foo>>bar:`, `Foo class >> bar:`, `Foo`.
struct Place {
  ClassInfo* info = nullptr;
  Method* method = nullptr;  // null: none was named
};

// Nothing after saying what there is not.
std::optional<Place> PlaceNamed(Session& session, std::string_view text) {
  const size_t arrow = text.find(">>");
  Place place;
  place.info = session.ClassNamed(std::string(Trimmed(text.substr(0, arrow))));
  if (place.info == nullptr) return std::nullopt;
  if (arrow == std::string_view::npos) return place;
  std::string_view selector = Trimmed(text.substr(arrow + 2));
  if (selector.starts_with('#')) selector.remove_prefix(1);
  VM& vm = session.vm();
  place.method = vm.classes().Lookup(place.info, vm.symbols().Intern(selector));
  if (place.method != nullptr) return place;
  WriteError(Concat("Class '", vm.symbols().NameOf(place.info->name), "' does not understand ",
                    selector, ".\n"));
  return std::nullopt;
}

CommandOutcome Help(Session&, std::string_view) {
  std::string text =
      "Statements are evaluated; `it` is the last value, `it2` the one before. An assignment makes "
      "a variable.\n"
      "Foo = ( ... ) defines a class or defines it again, Foo >> bar = ( ... ) a method.\n";
  const auto add = [&text](std::string_view name, std::string_view argument,
                           std::string_view help) {
    std::string usage = Concat("  ", name, " ", argument);
    usage.resize(std::max(kHelpColumn, usage.size() + 1), ' ');
    text += Concat(usage, help, "\n");
  };
#define SOM_COMMAND(function, name, argument, help) add(name, argument, help);
#include "vm/shell/commands.def"
  WriteOut(text);
  return CommandOutcome::kDone;
}

CommandOutcome Load(Session& session, std::string_view argument) {
  if (argument.empty()) return Fail(":load needs the name of a file.");
  const std::string path(argument);
  std::ifstream file(path);
  std::ostringstream text;
  if (!(file && text << file.rdbuf())) return Fail(Concat("Can't read '", path, "'."));
  switch (session.RunFile(std::move(text).str(), path)) {
    case Session::Outcome::kError:
      return CommandOutcome::kError;
    case Session::Outcome::kExit:
      return CommandOutcome::kExit;
    default:
      return CommandOutcome::kDone;
  }
}

// The selectors of one side, in lines.
std::string SelectorsOf(VM& vm, const ClassInfo& side) {
  std::string text;
  std::string line;
  for (const auto& method : side.methods) {
    const std::string_view selector = vm.symbols().NameOf(method->selector);
    if (!line.empty() && line.size() + selector.size() > kMaxLineWidth) {
      text += Concat(line, "\n");
      line.clear();
    }
    line += Concat("  ", selector);
  }
  return line.empty() ? text : Concat(text, line, "\n");
}

CommandOutcome Methods(Session& session, std::string_view argument) {
  const std::optional<Place> place = PlaceNamed(session, argument);
  if (!place.has_value()) return CommandOutcome::kError;
  VM& vm = session.vm();
  std::string text(vm.symbols().NameOf(place->info->name));
  for (const ClassInfo* above = place->info->superclass; above != nullptr;
       above = above->superclass) {
    text += Concat(" < ", vm.symbols().NameOf(above->name));
  }
  text += Concat("\n", SelectorsOf(vm, *place->info));
  if (!place->info->IsMetaclass()) {
    const std::string class_side = SelectorsOf(vm, *place->info->metaclass);
    if (!class_side.empty())
      text += Concat(vm.symbols().NameOf(place->info->metaclass->name), "\n", class_side);
  }
  WriteOut(text);
  return CommandOutcome::kDone;
}

CommandOutcome Source(Session& session, std::string_view argument) {
  const std::optional<Place> place = PlaceNamed(session, argument);
  if (!place.has_value()) return CommandOutcome::kError;
  if (place->method == nullptr) return Fail(":source needs CLASS>>SELECTOR.");
  const Method& method = *place->method;
  WriteOut(Concat(method.parsed->MethodText(method.class_side, method.index_in_class), "\n"));
  return CommandOutcome::kDone;
}

CommandOutcome Bytecodes(Session& session, std::string_view argument) {
  const std::optional<Place> place = PlaceNamed(session, argument);
  if (!place.has_value()) return CommandOutcome::kError;
  if (place->method != nullptr) {
    WriteOut(ListMethod(session.vm(), *place->method));
  } else {
    WriteOut(ListMethods(session.vm(), *place->info));
  }
  return CommandOutcome::kDone;
}

CommandOutcome Time(Session& session, std::string_view argument) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const Session::Outcome outcome = session.Run(std::string(argument));
  const double milliseconds =
      std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  if (outcome == Session::Outcome::kExit) return CommandOutcome::kExit;
  WriteOut(absl::StrFormat("%.3f ms\n", milliseconds));
  return outcome == Session::Outcome::kError ? CommandOutcome::kError : CommandOutcome::kDone;
}

CommandOutcome Stats(Session& session, std::string_view) {
  VM& vm = session.vm();
  size_t classes = 0;
  size_t methods = 0;
  for (uint32_t i = 1; i < vm.classes().size(); ++i) {
    const ClassInfo& info = *vm.classes().At(i);
    if (info.is_loaded && !info.IsMetaclass()) ++classes;
    methods += info.methods.size();
  }
  std::string text =
      Concat(classes, " classes, ", methods, " methods, ", session.variables().size(),
             " variables\n", vm.heap().StatisticsText(), "\n");
  if (vm.tier() != nullptr) {
    const jit::Counters& counters = vm.tier()->counters();
    text += Concat("compiled ", counters.compiled, " methods into ", counters.code_bytes,
                   " bytes, given up ", counters.given_up, ", invalidated ", counters.invalidated,
                   "\n");
  }
  WriteOut(text);
  return CommandOutcome::kDone;
}

CommandOutcome Trace(Session& session, std::string_view) {
  const std::string& trace = session.vm().last_error_trace();
  WriteOut(trace.empty() ? "There was no error.\n" : trace);
  return CommandOutcome::kDone;
}

CommandOutcome Reset(Session& session, std::string_view) {
  session.Reset();
  return CommandOutcome::kDone;
}

CommandOutcome Quit(Session&, std::string_view) { return CommandOutcome::kQuit; }

struct Command {
  std::string_view name;
  CommandOutcome (*run)(Session& session, std::string_view argument);
};
constexpr Command kCommands[] = {
#define SOM_COMMAND(function, name, argument, help) {name, function},
#include "vm/shell/commands.def"
};

}  // namespace

CommandOutcome RunCommand(Session& session, const std::string& input) {
  const std::string_view text = Trimmed(input);
  const size_t end = std::min(text.find_first_of(kBlanks), text.size());
  const std::string_view name = text.substr(0, end);
  for (const Command& command : kCommands) {
    if (command.name == name) return command.run(session, Trimmed(text.substr(end)));
  }
  return Fail(Concat("There is no command ", name, "; :help lists them."));
}

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  names.reserve(std::size(kCommands));
  for (const Command& command : kCommands) names.emplace_back(command.name);
  return names;
}

}  // namespace som
