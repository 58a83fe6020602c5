// See universe.h.
#include "vm/loading/universe.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <optional>
#include <string_view>

#include "compiler/concat.h"
#include "compiler/own_stack.h"
#include "vm/loading/class_loader.h"
#include "vm/loading/class_path.h"
#include "vm/loading/program_file.h"
#include "vm/memory/old_space.h"
#include "vm/support/output.h"
#include "vm/text/string_object.h"
#include "vm/vm.h"

namespace som {

namespace {

// The exit status after SOM code has run. Why it has unwound, if it has, stays in vm.unwind.
int Finish(VM& vm, Value result) {
  int status = kExitSuccess;
  if (result.IsUnwind()) status = vm.unwind.exit_status;
  if (!FlushOut() && status == kExitSuccess) status = kExitFailure;
  return status;
}

int FailedStart(VM& vm) {
  vm.unwind = {};
  FlushOut();
  return kExitFailure;
}

// `system initialize:` with an Array of the class name and the arguments.
int Initialize(VM& vm, const std::string& class_name, const std::vector<std::string>& arguments) {
  HandleScope scope(vm.handles());
  Handle array(scope, vm.MakeNilArray(arguments.size() + 1));
  for (size_t i = 0; i <= arguments.size(); ++i) {
    Value text = MakeString(vm.heap(), i == 0 ? class_name : arguments[i - 1]);
    auto* target = As<Array>(array.get());
    vm.heap().Store(target, &target->elements[i], text);
  }
  Value argument = array.get();
  return Finish(vm, vm.Send(vm.CellOf(kSymbolSystem)->value, kSymbolInitialize,
                            absl::MakeConstSpan(&argument, 1)));
}

// A new instance of the expression's class, asked to run with `it`. Answers its value.
Value Evaluate(VM& vm, ClassInfo* info, Value it) {
  auto* instance =
      static_cast<Instance*>(vm.heap().AllocateOld(info->index, Kind::kInstance, InstanceBytes(0)));
  return vm.Send(Value::FromObject(instance), kSymbolRunWith, absl::MakeConstSpan(&it, 1));
}

// Statements need a class around them, a class has one already: `Name = ... (`.
bool LooksLikeClass(std::string_view text) {
  size_t i = 0;
  auto skip_blanks = [&] {
    while (i < text.size()) {
      if (text[i] == '"') {
        size_t end = text.find('"', i + 1);
        i = end == std::string_view::npos ? text.size() : end + 1;
      } else if (std::string_view(" \t\r\n\f\v").find(text[i]) != std::string_view::npos) {
        ++i;
      } else {
        return;
      }
    }
  };
  skip_blanks();
  size_t begin = i;
  while (i < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[i])) != 0 || text[i] == '_'))
    ++i;
  if (i == begin) return false;
  skip_blanks();
  return i < text.size() && text[i] == '=' && text.substr(i, 2) != "==";
}

}  // namespace

bool StartSystem(VM& vm) {
  if (vm.CellOf(kSymbolSystem)->IsBound()) return true;
  if (!vm.loader().LoadSystemClasses()) return false;
  auto bind = [&vm](SymbolId name, Value value) { vm.CellOf(name)->value = value; };
  bind(kSymbolNilName, Nil());
  bind(kSymbolTrueName, True());
  bind(kSymbolFalseName, False());
  const ClassInfo* system_class = vm.classes().At(kSystemClass);
  auto* system = static_cast<Instance*>(vm.heap().AllocateOld(
      kSystemClass, Kind::kInstance, InstanceBytes(system_class->FieldCount())));
  for (uint32_t i = 0; i < system_class->FieldCount(); ++i) system->fields[i] = Nil();
  bind(kSymbolSystem, Value::FromObject(system));
  return true;
}

int RunProgram(VM& vm, const std::string& program, const std::vector<std::string>& arguments) {
  if (!StartSystem(vm)) return FailedStart(vm);
  if (const auto problem = ProblemWithProgram(program, vm.options().class_path)) {
    WriteError(Concat("som: ", *problem, "\n"));
    return FailedStart(vm);
  }
  return Initialize(vm, ProgramClassName(program), arguments);
}

int RunExpression(VM& vm, const std::string& text) {
  if (!StartSystem(vm)) return FailedStart(vm);
  ClassInfo* info = vm.loader().DefineExpression(text, "expression");
  if (info == nullptr) return FailedStart(vm);
  return Finish(vm, Evaluate(vm, info, Nil()));
}

int RunText(VM& vm, const std::string& text, const std::vector<std::string>& arguments) {
  if (!LooksLikeClass(text)) return RunExpression(vm, text);
  if (!StartSystem(vm)) return FailedStart(vm);
  Value defined = vm.loader().DefineText(text, "standard input");
  if (defined.IsUnwind()) return FailedStart(vm);
  return Initialize(vm, std::string(vm.symbols().NameOf(As<ClassObject>(defined)->info->name)),
                    arguments);
}

int RunOnLargeStack(size_t bytes, int (*body)(void* argument, const char* stack_limit),
                    void* argument) {
  constexpr size_t kReserve = size_t{1} << 20;
  constexpr size_t kLeast = size_t{8} << 20;
  constexpr size_t kPage = 4096;
  constexpr size_t kShare = 4;  // of what may be had
  // Under a limit of address space (ulimit -v) a shorter stack has to do: recursion ends earlier.
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    bytes = std::min(bytes, std::max(kLeast, limit.rlim_cur / kShare / kPage * kPage));
  // The first thread only waits. What ends or samples a program is to reach the thread that runs
  // it, at once.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGALRM);
  sigaddset(&ending, SIGPROF);
  sigaddset(&ending, SIGTERM);
  sigset_t signals;
  pthread_sigmask(SIG_BLOCK, &ending, &signals);
  int status = kExitFailure;
  const auto run = [&](const char* lowest) {
    pthread_sigmask(SIG_SETMASK, &signals, nullptr);
    status = body(argument, lowest + kReserve);
  };
  if (!RunOnOwnStack(bytes, run)) FatalSystemMemory(bytes);
  return status;
}

}  // namespace som
