// Does what the command line asks for: which of the things in universe.h, and what is reported
// behind it. The one file that sees everything.
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "compiler/concat.h"
#include "primitives/register.h"
#include "vm/cli/command_line.h"
#include "vm/cli/refused_memory.h"
#include "vm/cli/reports.h"
#include "vm/debugger/dap.h"
#include "vm/debugger/terminal.h"
#include "vm/explain/document.h"
#include "vm/explain/recorder.h"
#include "vm/interpreter/interrupts.h"
#include "vm/jit/jit.h"
#include "vm/language_server/language_server.h"
#include "vm/loading/class_path.h"
#include "vm/loading/universe.h"
#include "vm/observation/allocation_profiler.h"
#include "vm/observation/live_listing.h"
#include "vm/observation/observer.h"
#include "vm/observation/profile.h"
#include "vm/observation/time_profiler.h"
#include "vm/options.h"
#include "vm/shell/shell.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {
namespace {

// Address space for C++ activations: more than the value stack can make at a few hundred bytes
// each.
constexpr size_t kNativeStackBytes = size_t{1} << 30;

// The page of --jit-page. False if there is one and it cannot be written.
bool WritePage(VM& vm, const Command& command) {
  const std::string page = jit::CompilePage(vm);
  if (!page.empty()) return WriteFile(command.jit_page, page);
  const std::string pattern = command.options.jit_record.value_or("");
  WriteError(Concat("som: nothing was compiled",
                    pattern.empty() ? "" : Concat(" of methods that contain '", pattern, "'"),
                    ": '", command.jit_page, "' is not written\n"));
  return true;
}

std::string ReadStandardInput() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

// Runs what the command line names.
int ExecuteProgram(VM& vm, const Command& command) {
  if (command.prints_value && command.expression.has_value()) {
    if (!StartSystem(vm)) return kExitFailure;
    return PrintExpression(vm, *command.expression, command.options.timeout);
  }
  // The process must not end without its profile.
  const InterruptGuard guard(vm, command.options.timeout,
                             command.IsProfiled() || command.explains
                                 ? InterruptGuard::Deaf::kWaits
                                 : InterruptGuard::Deaf::kEnds);
  if (command.expression.has_value()) return RunExpression(vm, *command.expression);
  if (command.program == "-") return RunText(vm, ReadStandardInput(), command.arguments);
  if (command.disassemble == "static") return ListClass(vm, ProgramClassName(command.program));
  return RunProgram(vm, command.program, command.arguments);
}

int Execute(VM& vm, const Command& command) {
  const bool has_program = command.expression.has_value() || !command.program.empty();
  if (has_program && !command.runs_shell) return ExecuteProgram(vm, command);
  if (!StartSystem(vm)) {
    FlushOut();
    return kExitFailure;
  }
  if (has_program) {
    const int status = ExecuteProgram(vm, command);
    // Errors lead to the shell, `system exit:` leaves.
    if (vm.unwind.is_asked_for) return status;
    vm.Recover();
  }
  return RunShell(vm, {command.runs_shell, command.shell_stops_at_errors, command.options.timeout});
}

// What was run, for the heads of pages.
std::string TitleOf(const Command& command) {
  if (command.expression.has_value()) return "expression";
  if (command.program == "-") return "standard input";
  return command.program.empty() ? "shell" : command.program;
}

// The profilers that the command line asks for. They live until the process ends.
struct Profilers {
  std::optional<TimeProfiler> time;
  std::optional<AllocationProfiler> allocations;

  void Start(VM& vm, const Command& command) {
    if (!command.ProfileOf(ProfileKind::kTime).empty()) time.emplace(vm);
    if (!command.ProfileOf(ProfileKind::kAllocations).empty()) allocations.emplace(vm);
  }

  // Ends sampling and reports. False if a file cannot be written or there was nothing to sample by.
  bool Report(VM& vm, const Command& command) {
    bool is_complete = true;
    auto report = [&](const CallTree& tree, ProfileKind kind) {
      const Profile profile = MakeProfile(vm, tree, kind);
      const std::string& file = command.ProfileOf(kind);
      const std::optional<ProfileForm> form = ProfileFormOf(file);
      if (form.has_value())
        is_complete &= WriteFile(file, ProfileFile(profile, *form, TitleOf(command)));
      WriteError(ProfileTables(profile));
    };
    if (time.has_value()) {
      time->Stop();
      if (time->error().empty()) {
        report(time->tree(), ProfileKind::kTime);
      } else {
        WriteError(Concat("som: the system gives no timer for the profile: ", time->error(), "\n"));
        is_complete = false;
      }
    }
    if (allocations.has_value()) report(allocations->tree(), ProfileKind::kAllocations);
    return is_complete;
  }
};

// The recording that the command line asks for. It lives until the process ends.
struct Explanation {
  std::optional<explain::Recorder> recorder;
  bool is_reported = false;
  bool is_written = true;

  void Start(VM& vm, const Command& command) {
    if (!command.explains) return;
    explain::RecorderOptions options;
    options.most_steps = command.explain_steps;
    options.start = command.explain_from;
    options.title = TitleOf(command);
    options.program = command.expression.has_value() || command.program == "-"
                          ? ""
                          : ProgramClassName(command.program);
    recorder.emplace(vm, std::move(options));
    // The program may never end.
    recorder->set_limit_hook([this, &command] { Report(command); });
  }

  // Writes the page, once. False if it cannot be written.
  bool Finish(const Command& command, int status) {
    if (!recorder.has_value()) return true;
    recorder->Finish(status);
    Report(command);
    return is_written;
  }

 private:
  void Report(const Command& command) {
    if (is_reported || !recorder.has_value()) return;
    is_reported = true;
    const std::string file = FileOf(command);
    const explain::Recording& recording = recorder->recording();
    if (recording.steps.empty()) {
      WriteError(Concat("som: nothing was recorded: '", file, "' is not written\n"));
      return;
    }
    is_written = WriteFile(file, explain::PageOf(recording));
    // Who has named the file knows where to look.
    if (is_written && command.explain_page.empty())
      WriteError(Concat("som: '", file, "' shows ", recording.steps.size(), " steps\n"));
  }

  static std::string FileOf(const Command& command) {
    if (!command.explain_page.empty()) return command.explain_page;
    if (command.expression.has_value()) return "expression.explain.html";
    if (command.program == "-") return "input.explain.html";
    return Concat(ProgramClassName(command.program), ".explain.html");
  }
};

// Static: compiled code addresses its fields with four bytes.
alignas(VM) std::array<std::byte, sizeof(VM)> vm_room;

VM& MakeVm(const Options& options, const char* stack_limit) {
  VM& vm = *new (vm_room.data()) VM(options, &StandardPrimitives());
  vm.set_native_stack_limit(stack_limit);
  return vm;
}

Options DebugOptions(Options options) {
  options.debug = true;
  options.jit = false;
  options.superinstructions = false;
  return options;
}

// Runs the program as often as the user of a debugger wants.
int Debug(const Command& command, const char* stack_limit) {
  const Options options = DebugOptions(command.options);
  VM* vm = nullptr;
  const auto make_vm = [&]() -> VM& {
    if (vm != nullptr) vm->~VM();
    vm = &MakeVm(options, stack_limit);
    return *vm;
  };
  return FinishOutput(
      DebugInTerminal({command.program, command.arguments, options.class_path}, make_vm));
}

// Serves an editor.
int ServeDebugAdapter(const Command& command, const char* stack_limit) {
  DapHost host;
  host.class_path = [&command](const std::string& program,
                               const std::optional<std::string>& class_path) {
    std::optional<std::string> path = class_path;
    if (!path.has_value() && command.has_class_path) path = command.class_path;
    return MakeClassPath(ProgramDirectory(program), path, SOM_SOURCE_CORE_LIB,
                         command.options.sandbox);
  };
  host.make_vm = [&](const std::vector<std::string>& class_path, bool debugs) -> VM& {
    Options options = debugs ? DebugOptions(command.options) : command.options;
    options.class_path = class_path;
    options.profiles = !debugs;  // it is asked for safepoints
    return MakeVm(options, stack_limit);
  };
  std::optional<int> port;
  if (command.dap != kNoFile) port = std::stoi(command.dap);
  return ServeDap(host, port);
}

int Main(void* argument, const char* stack_limit) {
  const Command& command = *static_cast<Command*>(argument);
  if (!command.dap.empty()) std::exit(ServeDebugAdapter(command, stack_limit));
  if (command.debugs) std::exit(Debug(command, stack_limit));
  // It ends with the process: taking it to pieces would be for nothing.
  VM& vm = MakeVm(command.options, stack_limit);
  static Profilers profilers;
  profilers.Start(vm, command);
  static Explanation explanation;
  explanation.Start(vm, command);
  int status = Execute(vm, command);
  if (command.disassemble == "live") ListLoadedClasses(vm);
  status = FinishOutput(status);
  bool complete = true;
  if (!command.statistics.empty()) {
    complete &= WriteReport(command.statistics_file, command.statistics == "json"
                                                         ? vm.observer()->Json(vm)
                                                         : vm.observer()->Text(vm));
  }
  if (!command.gc_statistics.empty()) {
    complete &= WriteReport(command.gc_statistics_file, command.gc_statistics == "json"
                                                            ? vm.heap().StatisticsJson()
                                                            : vm.heap().StatisticsText());
  }
  if (!command.jit_page.empty()) complete &= WritePage(vm, command);
  complete &= explanation.Finish(command, status);
  complete &= profilers.Report(vm, command);
  if (!complete && status == kExitSuccess) status = kExitFailure;
  // Not by way of the thread's end, at which mimalloc would take its heap to pieces.
  std::exit(status);
}

// Serves an editor until it says that it is done.
int ServeEditor(void* argument, const char* /*stack_limit*/) {
  const Command& command = *static_cast<Command*>(argument);
  // An editor that is gone is noticed by writes that fail.
  std::signal(SIGPIPE, SIG_IGN);
  lsp::ServerOptions options;
  options.version = SOM_VERSION;
  if (command.has_class_path)
    options.class_path = MakeClassPath("", command.class_path, SOM_SOURCE_CORE_LIB, true);
  const std::vector<std::string> library =
      MakeClassPath("", std::nullopt, SOM_SOURCE_CORE_LIB, true);
  if (!library.empty()) options.core_library = library.front();
  std::exit(lsp::RunLanguageServer(options, STDIN_FILENO, STDOUT_FILENO));
}

int Run(std::vector<std::string> arguments) {
  Command command;
  const std::optional<int> status = ParseCommandLine(std::move(arguments), &command);
  if (status.has_value()) return *status;
  return RunOnLargeStack(kNativeStackBytes, command.serves_editor ? ServeEditor : Main, &command);
}

}  // namespace
}  // namespace som

int main(int argc, char** argv) {
  som::EndProcessWhereNumbersAreRefusedMemory();
  try {
    return som::Run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "som: internal error: " << error.what() << "\n";
    return som::kExitFailure;
  }
}
