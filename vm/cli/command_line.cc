// See command_line.h. One of the few files that deal with exceptions: CLI11's.
#include "vm/cli/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>

#include "compiler/concat.h"
#include "vm/cli/build_facts.h"
#include "vm/cli/reports.h"
#include "vm/jit/jit.h"
#include "vm/jit/passes.h"
#include "vm/loading/class_path.h"
#include "vm/loading/universe.h"
#include "vm/support/output.h"
#include "vm/support/size_option.h"

namespace som {

namespace {

// The limits of the sandbox where the command line names none.
constexpr size_t kSandboxHeapBytes = size_t{512} << 20;
constexpr double kSandboxSeconds = 60;

template <typename Enum>
CLI::Option* AddChoice(CLI::App& app, const std::string& flag, Enum* target,
                       const std::string& help, const std::string& choices) {
  auto set = [flag, target, choices](const std::string& value) {
    size_t begin = 0;
    for (int i = 0; begin <= choices.size(); ++i) {
      size_t end = std::min(choices.find('|', begin), choices.size());
      if (choices.substr(begin, end - begin) == value) {
        *target = static_cast<Enum>(i);
        return;
      }
      begin = end + 1;
    }
    throw CLI::ValidationError(flag, Concat("'", value, "' is none of ", choices));
  };
  return app.add_option_function<std::string>(flag, set, help)
      ->type_name(choices)
      ->group("Experiments");
}

// --flag on|off
CLI::Option* AddToggle(CLI::App& app, const std::string& flag, bool* target,
                       const std::string& help) {
  return app
      .add_option_function<std::string>(
          flag, [target](const std::string& value) { *target = value == "on"; }, help)
      ->check(CLI::IsMember({"on", "off"}).description(""))
      ->type_name("on|off")
      ->group("Experiments");
}

CLI::Option* AddSize(CLI::App& app, const std::string& flag, size_t* target,
                     const std::string& help) {
  return app
      .add_option_function<std::string>(
          flag,
          [target, flag](const std::string& text) {
            std::optional<uint64_t> size = ParseSize(text);
            if (!size.has_value())
              throw CLI::ValidationError(flag, Concat("'", text, "' is not a size such as 64MB"));
            *target = *size;
          },
          help)
      ->type_name("SIZE")
      ->group("Memory");
}

// The spellings of other SOM virtual machines that CLI11 would take for bundles of single letters.
// Only options in front of the program are touched.
std::vector<std::string> ModernSpellings(const std::vector<std::string>& arguments) {
  static const std::map<std::string, std::string> kSpellings = {
      {"-cp", "--class-path"}, {"--cp", "--class-path"},          {"-c", "--class-path"},
      {"-g", "--gc-stats"},    {"-disassemble", "--disassemble"}, {"-di", "--disassemble"},
      {"-?", "--help"},
  };
  static const std::vector<std::string> kWithValue = {
      "--class-path",
      "-e",
      "--evaluate",
      "-p",
      "--print",
      "-H",
      "--heap",
      "--nursery",
      "--stack",
      "--stats-file",
      "--gc-stats-file",
      "--timeout",
      "--max-steps",
      "--gc-fail-at",
      "--jit-threshold",
      "--jit-stress-exits",
      "--jit-dump",
      "--jit-page",
      "--jit-passes",
      "--hints",
      "-o",
      "--explain-page",
      "--explain-steps",
      "--explain-from",
#define SOM_CHOICE(member, flag, type, choices, help) flag,
#include "vm/options.def"
#define SOM_TOGGLE(member, flag, default_value, help) flag,
#include "vm/options.def"
  };
  std::vector<std::string> result;
  size_t i = 0;
  for (; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument.size() < 2 || argument[0] != '-') break;
    if (argument == "--") {
      ++i;
      break;
    }
    auto it = kSpellings.find(argument);
    result.push_back(it == kSpellings.end() ? argument : it->second);
    bool takes_value =
        std::find(kWithValue.begin(), kWithValue.end(), result.back()) != kWithValue.end();
    if (takes_value && i + 1 < arguments.size()) result.push_back(arguments[++i]);
  }
  // `--explain PROGRAM -o PAGE` is what people write.
  std::vector<std::string> rest(arguments.begin() + static_cast<ptrdiff_t>(i), arguments.end());
  const bool is_explained = std::find(result.begin(), result.end(), "--explain") != result.end();
  const bool is_protected = i > 0 && arguments[i - 1] == "--";
  if (is_explained && !is_protected && rest.size() > 2 && rest[1] == "-o") {
    result.insert(result.end(), rest.begin() + 1, rest.begin() + 3);
    rest.erase(rest.begin() + 1, rest.begin() + 3);
  }
  // From the program on, everything is the program's.
  if (!rest.empty()) result.push_back("--");
  result.insert(result.end(), rest.begin(), rest.end());
  return result;
}

void DefineClassPath(CLI::App& app, Command* command) {
  app.add_option("--class-path,-c", command->class_path,
                 "directories to search for classes (also -cp)")
      ->type_name("DIR:DIR...");
}

// Whether an argument, in its modern spelling and in front of the program, may be another option
// than the class path.
bool MayNameOption(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size() && arguments[i] != "--"; i += 2) {
    if (arguments[i] != "--class-path" || i + 1 == arguments.size()) return true;
  }
  return false;
}

void DefineExplainOptions(CLI::App& app, Command* command) {
  app.add_flag("--explain", command->explains,
               "record the run, and write a page that shows it step by step")
      ->group("Explaining");
  app.add_option_function<std::string>(
         "-o,--explain-page",
         [command](const std::string& file) {
           if (file.empty()) throw CLI::ValidationError("-o", "the file's name is empty");
           command->explain_page = file;
         },
         "where the page goes; without it to PROGRAM.explain.html; may also stand behind PROGRAM")
      ->type_name("FILE")
      ->group("Explaining");
  app.add_option("--explain-steps", command->explain_steps, "bytecodes to record at most")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000).description(""))
      ->group("Explaining");
  app.add_option_function<std::string>(
         "--explain-from",
         [command](const std::string& text) {
           if (text.empty() || !explain::StartCondition::Parse(text, &command->explain_from))
             throw CLI::ValidationError("--explain-from",
                                        Concat("'", text, "' is not Class>>selector or FILE:LINE"));
         },
         "where to start; without it at the program's run")
      ->type_name("PLACE")
      ->group("Explaining");
}

// All options but the class path.
void DefineOptions(CLI::App& app, Command* command) {
  Options& options = command->options;
  app.add_option("-e,--evaluate", command->expression,
                 "evaluate an expression instead of a program")
      ->type_name("EXPRESSION");
  app.add_option_function<std::string>(
         "-p,--print",
         [command](const std::string& text) {
           command->expression = text;
           command->prints_value = true;
         },
         "the same, and print its value")
      ->type_name("EXPRESSION");
  app.add_flag("-i,--interactive", command->runs_shell,
               "the shell behind the program, or with prompts where there is no terminal");
  app.add_flag("--strict-shell", command->shell_stops_at_errors,
               "end the shell at the first error, with status 1");
  app.add_flag("-d{static},--disassemble{static}", command->disassemble,
               "list a class's bytecodes instead of running it; =live: run it, then list with "
               "counts and cache states")
      ->type_name("static|live");
  app.add_option("--hints", command->hints,
                 "below errors, the place in the source and what may be meant; auto: on a terminal")
      ->check(CLI::IsMember({"on", "off", "auto"}).description(""))
      ->type_name("on|off|auto");
  app.add_flag("--full-trace", options.full_trace,
               "with hints, too, show the library's own activations in the traces of errors");
#define SOM_MODE(member, flag, help) app.add_flag(flag, command->member, help);
#include "vm/options.def"
  app.add_flag("-W,--warnings", options.warnings, "tell of what is correct but hardly meant");
  app.add_flag(
      "--sandbox", options.sandbox,
      "for programs that are not trusted: no file but those of the class path is read, none "
      "is written; 512 MB and 60 s, unless --heap and --timeout say otherwise");
  app.add_flag("--strict", options.strict,
               "the stricter variants where SOM virtual machines differ");
#define SOM_CHOICE(member, flag, type, choices, help) \
  AddChoice(app, flag, &options.member, help, choices);
#include "vm/options.def"
#define SOM_TOGGLE(member, flag, default_value, help) AddToggle(app, flag, &options.member, help);
#include "vm/options.def"
  AddSize(app, "-H,--heap", &options.heap.limit_bytes, "limit of the heap");
  AddSize(app, "--nursery", &options.heap.nursery_bytes, "size of the nursery, a power of two");
  AddSize(app, "--stack", &options.stack_bytes,
          "size of the value stack: bounds the depth of recursion");
  app.add_option("--timeout", options.timeout, "end the program after so many seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, 1e9).description(""));
  app.add_option("--max-steps", options.max_steps,
                 "end the program after so many bytecodes; nothing is compiled then")
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 62).description(""));
  app.add_option("--jit-threshold", options.jit_threshold,
                 "activations after which a method is compiled; 0: at once")
      ->type_name("N")
      ->check(CLI::Range(0, 1000000000).description(""))
      ->group("Compiled tier");
  app.add_option("--jit-stress-exits", options.jit_stress_exits,
                 "every N-th check of compiled code fails")
      ->type_name("N")
      ->check(CLI::Range(0, 1000000000).description(""))
      ->group("Compiled tier");
  app.add_flag("--jit-stress-inline", options.jit_stress_inline, "inline whatever can be")
      ->group("Compiled tier");
  app.add_flag("--jit-log", options.jit_log, "a line on stderr for each decision")
      ->group("Compiled tier");
  app.add_flag("--jit-verify,!--no-jit-verify", options.jit_verify,
               "check graphs after each pass, and register allocations")
      ->group("Compiled tier");
  app.add_option("--jit-dump", options.jit_dump,
                 "graphs, registers or machine code on stderr, of methods that contain PATTERN")
      ->type_name("graph|registers|code[:PATTERN]")
      ->check([](const std::string& text) {
        const std::string what = text.substr(0, text.find(':'));
        return what == "graph" || what == "registers" || what == "code"
                   ? std::string()
                   : Concat("'", text, "' is not graph, registers or code, or one with :PATTERN");
      })
      ->group("Compiled tier");
  app.add_option_function<std::string>(
         "--jit-page",
         [command](const std::string& text) {
           const size_t colon = text.find(':');
           command->jit_page = text.substr(0, colon);
           command->options.jit_record = colon == std::string::npos ? "" : text.substr(colon + 1);
           if (command->jit_page.empty())
             throw CLI::ValidationError("--jit-page", "the file's name is empty");
         },
         "write a page about each compile, of methods that contain PATTERN, when the program ends")
      ->type_name("FILE[:PATTERN]")
      ->group("Compiled tier");
  app.add_option("--jit-passes", options.jit_passes,
                 "optimisations to leave out, with commas; all: every one")
      ->type_name("NAME,...")
      ->check([](const std::string& text) {
        std::string unknown;
        jit::PassSet passes;
        return jit::PassSet::Parse(text, &passes, &unknown)
                   ? std::string()
                   : Concat("there is no optimisation '", unknown, "'");
      })
      ->group("Compiled tier");
  app.add_flag("--perf-map", options.perf_map, "write /tmp/perf-PID.map for perf")
      ->group("Compiled tier");
  app.add_flag("--gc-stress{1}", options.heap.stress_interval,
               "collect at every allocation; =N: at every N-th")
      ->group("Memory");
  app.add_option("--gc-fail-at", options.heap.fail_at,
                 "the N-th allocation reports that the heap's limit is reached")
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 62).description(""))
      ->group("");  // for tests
  app.add_flag("--gc-verify", options.heap.verify, "check the whole heap after each collection")
      ->group("Memory");
  app.add_flag("--gc-log", options.heap.log, "a line for each collection")->group("Memory");
  app.add_flag("--gc-stats{text}", command->gc_statistics, "report on memory at the end; =json")
      ->group("Memory");
  app.add_option("--gc-stats-file", command->gc_statistics_file,
                 "where to, instead of standard error")
      ->type_name("FILE")
      ->group("Memory");
  app.add_flag("--gc-age,!--no-gc-age", options.heap.age,
               "copy survivors once within the nursery before promoting them")
      ->group("Memory");
  app.add_flag("--stats{text}", command->statistics,
               "count what is executed and report at the end; =json")
      ->group("Observation");
  app.add_option("--stats-file", command->statistics_file, "where to, instead of standard error")
      ->type_name("FILE")
      ->group("Observation");
  DefineExplainOptions(app, command);
#define SOM_PROFILE(kind, flag, help)                                                 \
  app.add_flag(flag "{-}", command->profiles[static_cast<size_t>(ProfileKind::kind)], \
               help "; =FILE: to FILE, too, as its suffix says")                      \
      ->group("Observation");
#include "vm/options.def"
  app.add_flag("--debug", command->debugs,
               "run the program under the debugger, which reads commands from standard input")
      ->group("Observation");
  app.add_flag(
         "--dap{-}", command->dap,
         "serve an editor by the Debug Adapter Protocol, on standard input and output; =PORT: "
         "on that port of 127.0.0.1")
      ->type_name("PORT")
      ->group("Observation");
  app.add_flag("--trace{*}", options.trace_pattern,
               "trace bytecodes; =PATTERN: of methods whose Class>>selector contains it")
      ->each([&options](const std::string&) { options.trace_bytecodes = true; })
      ->group("Observation");
  app.add_flag("--trace-sends{*}", options.trace_pattern,
               "trace sends only; =PATTERN as for --trace")
      ->each([&options](const std::string&) { options.trace_sends = true; })
      ->group("Observation");
}

int Usage(const CLI::App& app) {
  WriteOut(app.help());
  return FinishOutput(kExitSuccess);
}

// Whether standard error shows colours and its reader wants them (no-color.org).
bool IsColourTerminal() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  return isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

// What does not go together with a debugger; nothing where all is well.
std::optional<std::string> ProblemWithDebugging(const Command& command, bool has_program) {
  constexpr long kMaxPort = 65535;
  const bool serves = !command.dap.empty();
  if (!command.debugs && !serves) return std::nullopt;
  const char* option = serves ? "--dap" : "--debug";
  if (command.debugs && serves) return "--debug and --dap exclude each other";
  const Options& options = command.options;
  const bool observes = !command.statistics.empty() || !command.disassemble.empty() ||
                        options.trace_bytecodes || options.trace_sends || options.max_steps != 0 ||
                        options.timeout > 0 || command.IsProfiled() || !command.jit_page.empty() ||
                        command.runs_shell || command.expression.has_value();
  if (observes) {
    return Concat(option,
                  " goes without -e, -p, -i, -d, --stats, --trace, --trace-sends, --profile, "
                  "--max-steps, --timeout and --jit-page");
  }
  if (!serves) {
    if (has_program && command.program != "-") return std::nullopt;
    return "--debug needs a program, which is no -";
  }
  if (has_program) return "--dap takes no program: the editor names it";
  if (command.dap == kNoFile) return std::nullopt;
  char* end = nullptr;
  const long port = std::strtol(command.dap.c_str(), &end, 10);
  if (*end == '\0' && port >= 0 && port <= kMaxPort) return std::nullopt;
  return Concat("'", command.dap, "' is no port");
}

}  // namespace

std::optional<int> ParseCommandLine(std::vector<std::string> arguments, Command* result) {
  Command& command = *result;
  CLI::App app(
      "A virtual machine for SOM, the Simple Object Machine.\n"
      "PROGRAM is a class or its file; - reads a program from standard input; without one the "
      "shell starts.",
      "som");
  app.set_version_flag("--version", "");
  app.allow_windows_style_options(false);
  arguments = ModernSpellings(arguments);
  DefineClassPath(app, &command);
  // Defining forty options that nobody asks for would be a tenth of the start of a short program.
  if (MayNameOption(arguments)) DefineOptions(app, &command);
  std::vector<std::string> positionals;
  app.add_option("program", positionals, "the program and its arguments")->type_name("")->group("");
  if (!arguments.empty() && arguments.back() == "--class-path") return Usage(app);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return Usage(app);
  } catch (const CLI::CallForVersion&) {
    WriteOut(Concat("som " SOM_VERSION "\ncompiled tier: ", jit::TierDescription(),
                    "\nbuilt from: ", BuildFacts(), "\n"));
    return FinishOutput(kExitSuccess);
  } catch (const CLI::ParseError& error) {
    std::cerr << "som: " << error.what() << "\nTry som --help.\n";
    return kExitFailure;
  }
  // The other profile, as one may say it.
  std::string& profile = command.profiles[static_cast<size_t>(ProfileKind::kTime)];
  if (profile == "allocations") {
    std::string& allocations = command.profiles[static_cast<size_t>(ProfileKind::kAllocations)];
    if (allocations.empty()) allocations = kNoFile;
    profile.clear();
  }
  if (command.options.trace_pattern == "*") command.options.trace_pattern.clear();
  for (const std::string* choice : {&command.statistics, &command.gc_statistics}) {
    if (!choice->empty() && *choice != "text" && *choice != "json") {
      std::cerr << "som: a report is text or json, not '" << *choice << "'\nTry som --help.\n";
      return kExitFailure;
    }
  }
  for (const std::string& file : command.profiles) {
    if (!file.empty() && file != kNoFile && !ProfileFormOf(file).has_value()) {
      std::cerr << "som: the file of a profile ends in one of " << kProfileSuffixes << ", not '"
                << file << "'\nTry som --help.\n";
      return kExitFailure;
    }
  }
  if (!positionals.empty()) {
    command.program = positionals[0];
    command.arguments.assign(positionals.begin() + 1, positionals.end());
  }
  if (const std::optional<std::string> problem =
          ProblemWithDebugging(command, !positionals.empty())) {
    std::cerr << "som: " << *problem << "\nTry som --help.\n";
    return kExitFailure;
  }
  command.has_class_path = app.count("--class-path") > 0;
  command.options.profiles = !command.ProfileOf(ProfileKind::kTime).empty();
  // Objects that get their room together would be sampled together.
  if (!command.ProfileOf(ProfileKind::kAllocations).empty())
    command.options.jit_passes += command.options.jit_passes.empty() ? "folding" : ",folding";
  command.options.hints =
      command.hints == "on" || (command.hints == "auto" && isatty(STDERR_FILENO) != 0);
  command.options.colour = command.options.hints && IsColourTerminal();
  command.options.statistics = !command.statistics.empty() || command.disassemble == "live";
  if (command.options.sandbox) {
    if (app.count("--heap") == 0) command.options.heap.limit_bytes = kSandboxHeapBytes;
    if (app.count("--timeout") == 0) command.options.timeout = kSandboxSeconds;
  }
  const CLI::Option* jit = app.get_option_no_throw("--jit");
  command.options.jit_requested = jit != nullptr && jit->count() > 0;
  if (!command.expression.has_value() && !positionals.empty() && command.program.empty()) {
    std::cerr << "som: the program's name is empty\nTry som --help.\n";
    return kExitFailure;
  }
  if (command.serves_editor && (!positionals.empty() || command.expression.has_value())) {
    std::cerr << "som: --lsp serves an editor and runs no program\nTry som --help.\n";
    return kExitFailure;
  }
  const bool has_program = command.expression.has_value() || !command.program.empty();
  if (command.explains && (!has_program || command.disassemble == "static")) {
    std::cerr << "som: --explain needs a program to run\nTry som --help.\n";
    return kExitFailure;
  }
  for (const char* flag : {"--explain-page", "--explain-steps", "--explain-from"}) {
    const CLI::Option* option = app.get_option_no_throw(flag);
    if (!command.explains && option != nullptr && option->count() > 0) {
      std::cerr << "som: " << option->get_name() << " belongs to --explain\nTry som --help.\n";
      return kExitFailure;
    }
  }
  command.options.recorded = command.explains;
  // What was compiled and why belongs to the page.
  if (command.explains && command.options.jit_requested && !command.options.jit_record.has_value())
    command.options.jit_record = "";
  std::string program_directory = command.program == "-" ? "" : ProgramDirectory(command.program);
  command.options.class_path = MakeClassPath(
      program_directory,
      command.has_class_path ? std::optional<std::string>(command.class_path) : std::nullopt,
      SOM_SOURCE_CORE_LIB, command.options.sandbox);
  return std::nullopt;
}

}  // namespace som
