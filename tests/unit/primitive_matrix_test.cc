// Every primitive of the table with receivers and arguments of every kind
// (tests/matrix/MatrixValues.som): each call answers a value or ends in an error of the program,
// and leaves the heap and the stack in order.
//
//   Calls    the function itself, with any receiver: what a class library may bring about that
//   declares the
//            primitive in a class of its own
//   Sends    of its selector, by the interpreter and by compiled code, which must agree
//
// The table is asked for its rows, so a new primitive is covered. All runs in a child process:
// where a call ends it, the test tells which call that was. SOM_MATRIX_CALLS is the number of calls
// for each row.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <new>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/concat.h"
#include "primitives/primitive.h"
#include "primitives/register.h"
#include "vm/loading/class_loader.h"
#include "vm/loading/universe.h"
#include "vm/support/output.h"
#include "vm/text/number_text.h"
#include "vm/vm.h"

namespace som {
namespace {

#ifdef SOM_DEBUG
constexpr size_t kUsualCalls = 200;
#else
constexpr size_t kUsualCalls = 1000;
#endif
constexpr size_t kNativeStackBytes = size_t{256} << 20;
constexpr size_t kValueStackBytes = size_t{1} << 20;
constexpr size_t kHeapLimit = size_t{128} << 20;
// A call that lasts two of these periods is interrupted, one that does not notice for many hangs.
constexpr suseconds_t kPeriodMicroseconds = 2000;
constexpr int kPatience = 10000;
constexpr int kStatusOfHang = 99;

// What the child tells its parent, whatever becomes of it.
struct Shared {
  char call[400];
  unsigned long count;
};
Shared* shared = nullptr;

void Note(std::string_view call) {
  const size_t length = std::min(call.size(), sizeof(shared->call) - 1);
  std::copy_n(call.begin(), length, shared->call);
  shared->call[length] = '\0';
  ++shared->count;
}

size_t CallsOfRow() {
  const char* wanted = std::getenv("SOM_MATRIX_CALLS");
  return wanted == nullptr ? kUsualCalls : std::strtoul(wanted, nullptr, 10);
}

size_t ArgumentsOf(std::string_view selector) {
  const auto colons = static_cast<size_t>(std::count(selector.begin(), selector.end(), ':'));
  const bool is_word = std::isalpha(static_cast<unsigned char>(selector[0])) != 0;
  return is_word ? colons : 1;
}

struct Row {
  std::string class_name;
  std::string selector;
  bool class_side;
  PrimitiveFunction function;
};

std::vector<Row> Rows() {
  std::vector<Row> rows;
  for (const PrimitiveTable::Row& row : StandardPrimitives().rows()) {
    rows.push_back({std::string(row.class_name), std::string(row.selector),
                    row.side == PrimitiveTable::Side::kClass, row.entry.function});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.class_name, a.class_side, a.selector) <
           std::tie(b.class_name, b.class_side, b.selector);
  });
  return rows;
}

// --- the child's time
// -----------------------------------------------------------------------------

VM* running_vm = nullptr;  // while there is a call to interrupt
volatile sig_atomic_t ticks_of_call = 0;

void OnTick(int) {
  ticks_of_call = ticks_of_call + 1;
  if (ticks_of_call > kPatience) _exit(kStatusOfHang);
  if (ticks_of_call >= 2 && running_vm != nullptr &&
      running_vm->unwind.kind != UnwindState::Kind::kExit) {
    running_vm->RequestInterrupt(Interrupt::kTimeout);
  }
}

void StartTicking() {
  struct sigaction action{};
  action.sa_handler = OnTick;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  const itimerval timer{{0, kPeriodMicroseconds}, {0, kPeriodMicroseconds}};
  setitimer(ITIMER_REAL, &timer, nullptr);
}

// --- one machine and its values
// -------------------------------------------------------------------

// What the standard error of the child holds since the last time.
class ErrorText {
 public:
  ErrorText() : file_(memfd_create("errors", 0)) { dup2(file_, STDERR_FILENO); }
  std::string Take() {
    std::string text;
    const off_t end = lseek(file_, 0, SEEK_CUR);
    text.resize(static_cast<size_t>(end));
    if (end > 0 && pread(file_, text.data(), text.size(), 0) != end) text.clear();
    if (end > 0 && ftruncate(file_, 0) == 0) lseek(file_, 0, SEEK_SET);
    return text;
  }

 private:
  int file_;
};

class Matrix {
 public:
  Matrix(const Options& options, const PrimitiveTable& table, const char* stack_limit,
         ErrorText& errors)
      : vm_(*new(Room()) VM(options, &table)), errors_(errors) {
    vm_.set_native_stack_limit(stack_limit);
    if (RunOnce("nil") != kExitSuccess) Fail("the library does not start");
  }
  ~Matrix() { vm_.~VM(); }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;

  VM& vm() { return vm_; }
  std::vector<std::string>& failures() { return failures_; }
  void Fail(const std::string& what) {
    if (failures_.size() < 20) failures_.push_back(Concat(what, ": ", shared->call));
  }

  Value Define(const std::string& text) {
    const Value defined = vm_.loader().DefineText(text, "matrix");
    if (defined.IsUnwind()) Fail(Concat("cannot be compiled: ", text, errors_.Take()));
    return defined;
  }
  Value NewOf(std::string_view class_name) {
    const Value made = vm_.loader().Load(vm_.symbols().Intern(class_name));
    if (IsClass(made)) return vm_.Send(made, vm_.symbols().Intern("new"), {});
    Fail(Concat("there is no class ", class_name, ": ", errors_.Take()));
    return Nil();
  }
  // Fresh values in the Array that `values` becomes.
  void Renew(Handle* values) {
    Note("renewing the values");
    const Value all = vm_.Send(NewOf("MatrixValues"), vm_.symbols().Intern("all"), {});
    if (!IsArray(all)) Fail(Concat("no values: ", errors_.Take()));
    values->set(all.IsUnwind() ? Nil() : all);
  }

  // Calls `body` with some of the combinations of `count` indexes below `size`, spread evenly.
  static void Combine(size_t size, size_t count, size_t calls,
                      const std::function<void(const std::vector<size_t>&)>& body) {
    size_t total = 1;
    for (size_t i = 0; i < count; ++i) total *= size;
    // Any step that has no factor in common with the total meets each combination once.
    size_t step = total <= calls ? 1 : total / calls * 2 / 3 + 1;
    while (std::gcd(step, total) != 1) ++step;
    std::vector<size_t> indexes(count);
    size_t number = 0;
    for (size_t i = 0; i < std::min(total, calls); ++i, number = (number + step) % total) {
      size_t rest = number;
      for (size_t& index : indexes) {
        index = rest % size;
        rest /= size;
      }
      body(indexes);
    }
  }

  // In front of each call, with what it is.
  void Begin(std::string_view call) {
    Note(call);
    ticks_of_call = 0;
    running_vm = &vm_;
  }

  // Behind each call. In words, the same for equal outcomes: the value, or how the call ended.
  // Checks that the call ended as calls may.
  std::string Outcome(Value result, const Value* sp) {
    running_vm = nullptr;
    ticks_of_call = 0;
    if (vm_.sp != sp) Fail("the value stack's top has moved");
    const UnwindState unwind = vm_.unwind;
    vm_.unwind = {};
    if (vm_.interrupt_pending) {
      vm_.interrupt_pending = false;
      vm_.requested_interrupt = Interrupt::kNone;
      vm_.ResetStackLimit();
    }
    const std::string errors = errors_.Take();
    if (!result.IsUnwind()) {
      if (unwind.kind != UnwindState::Kind::kNone) Fail("a value while the stack unwinds");
      return Show(result);
    }
    switch (unwind.kind) {
      case UnwindState::Kind::kNone:
        Fail("unwinds for no reason");
        return "";
      case UnwindState::Kind::kNonLocalReturn:
        return "returns elsewhere";
      case UnwindState::Kind::kRestart:
        return "restarts";
      case UnwindState::Kind::kReenter:
        Fail("a frame begins anew without a debugger");
        return "";
      case UnwindState::Kind::kExit:
        break;
    }
    if (unwind.exit_status == StatusOf(Interrupt::kTimeout)) return std::string(kTimedOut);
    if (unwind.exit_status == 1 && errors.empty() &&
        std::string_view(shared->call).find("exit") == std::string_view::npos) {
      Fail("an error without a word");
    }
    const size_t line = errors.size() < 2 ? 0 : errors.rfind('\n', errors.size() - 2) + 1;
    return Concat("status ", unwind.exit_status, " ", errors.substr(line));
  }

  static constexpr std::string_view kTimedOut = "time limit";

  std::string Show(Value v) {
    if (IsInteger(v)) return IntegerDigits(v);
    if (IsDouble(v)) return FormatDouble(VM::DoubleOf(v));
    if (IsString(v)) return Concat("'", As<String>(v)->View(), "'");
    std::string name(vm_.symbols().NameOf(vm_.classes().Of(v)->name));
    if (!IsArray(v)) return name;
    return Concat(name, " of ", As<Array>(v)->Length());
  }

  int RunOnce(const std::string& text) { return RunExpression(vm_, text); }

 private:
  // There is one matrix at a time. Static: compiled code addresses the machine with four bytes.
  static void* Room() {
    alignas(VM) static std::array<std::byte, sizeof(VM)> room;
    return room.data();
  }

  VM& vm_;
  ErrorText& errors_;
  std::vector<std::string> failures_;
};

std::string Describe(Matrix& matrix, const std::string& selector, const Value& values,
                     const std::vector<size_t>& indexes) {
  std::string text = selector;
  for (const size_t index : indexes) {
    std::string shown = matrix.Show(As<Array>(values)->elements[index]);
    if (shown.size() > 60) shown.resize(60);
    text += Concat(" [", index, "] ", shown);
  }
  return text;
}

// --- calls of the functions
// -----------------------------------------------------------------------

Matrix* calling_matrix = nullptr;

// The primitive from which the rows' functions are called: they see an activation that called them.
Value CallAllRows(VM& vm, Value* arguments) {
  HandleScope scope(vm.handles());
  Handle values(scope, Nil());
  Handle last_results(scope, vm.MakeNilArray(64));
  for (const Row& row : Rows()) {
    calling_matrix->Renew(&values);
    if (!IsArray(values.get())) return Nil();
    const auto size = static_cast<size_t>(As<Array>(values.get())->Length());
    const size_t count = 1 + ArgumentsOf(row.selector);
    const std::string name =
        Concat(row.class_name, row.class_side ? " class" : "", ">>", row.selector);
    size_t calls = 0;
    Matrix::Combine(size, count, CallsOfRow(), [&](const std::vector<size_t>& indexes) {
      calling_matrix->Begin(Describe(*calling_matrix, name, values.get(), indexes));
      Value* saved_sp = vm.sp;
      for (const size_t index : indexes) *++vm.sp = As<Array>(values.get())->elements[index];
      const Value* called_sp = vm.sp;
      const Value result = row.function(vm, saved_sp + 1);
      calling_matrix->Outcome(result, called_sp);
      vm.sp = saved_sp;
      if (!result.IsUnwind()) {
        auto* kept = As<Array>(last_results.get());
        vm.heap().Store(kept, &kept->elements[calls++ % 64], result);
      }
    });
    Note(Concat("the heap after ", name));
    vm.heap().Verify();
  }
  return arguments[0];
}

// --- sends of the selectors
// -----------------------------------------------------------------------

// Selectors whose answers depend on more than receiver and arguments.
bool IsRepeatable(std::string_view selector) {
  static const std::set<std::string_view> kOthers = {"atRandom", "time",       "ticks",  "gcStats",
                                                     "hashcode", "objectSize", "hashOf:"};
  return kOthers.count(selector) == 0;
}

// `mN: r with: a ... = ( ^ r SELECTOR a ... )` for the N-th selector.
std::string MethodThatSends(const std::string& name, const std::string& selector) {
  std::string pattern = name;
  std::string send = "r ";
  size_t begin = 0;
  const size_t count = ArgumentsOf(selector);
  if (count == 1 && selector.find(':') == std::string::npos) {
    return Concat(name, "r with: a0 = ( ^ r ", selector, " a0 )\n");
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t end = selector.find(':', begin) + 1;
    pattern += Concat(i == 0 ? "r" : "", " with: a", i);
    send += Concat(selector.substr(begin, end - begin), " a", i, " ");
    begin = end;
  }
  if (count == 0) return Concat(name, " r = ( ^ r ", selector, " )\n");
  return Concat(pattern, " = ( ^ ", send, ")\n");
}

struct Outcomes {
  std::vector<std::string> texts;
  std::vector<std::string> failures;
};

Outcomes SendAll(const Options& options, const char* stack_limit, ErrorText& errors) {
  Matrix matrix(options, StandardPrimitives(), stack_limit, errors);
  VM& vm = matrix.vm();
  std::set<std::string> selectors;
  for (const Row& row : Rows()) selectors.insert(row.selector);
  std::string text = "MatrixSends = (\n";
  std::map<std::string, std::string> names;
  for (const std::string& selector : selectors) {
    std::string name = Concat("m", names.size(), ":");
    text += MethodThatSends(name, selector);
    for (size_t i = 0; i < ArgumentsOf(selector); ++i) name += "with:";
    names[selector] = name;
  }
  matrix.Define(text + ")\n");
  HandleScope scope(vm.handles());
  Handle sender(scope, matrix.NewOf("MatrixSends"));
  Handle values(scope, Nil());
  Outcomes outcomes;
  for (const auto& [selector, name] : names) {
    matrix.Renew(&values);
    if (!IsArray(values.get())) break;
    const auto size = static_cast<size_t>(As<Array>(values.get())->Length());
    const SymbolId sends = vm.symbols().Intern(name);
    Matrix::Combine(size, 1 + ArgumentsOf(selector), CallsOfRow() / 2,
                    [&, &selector = selector](const std::vector<size_t>& indexes) {
                      matrix.Begin(Describe(matrix, selector, values.get(), indexes));
                      std::vector<Value> arguments;
                      arguments.reserve(indexes.size());
                      for (const size_t index : indexes)
                        arguments.push_back(As<Array>(values.get())->elements[index]);
                      const Value* sp = vm.sp;
                      const Value result = vm.Send(sender.get(), sends, arguments);
                      std::string outcome = matrix.Outcome(result, sp);
                      if (!IsRepeatable(selector)) outcome.clear();
                      outcomes.texts.push_back(Concat(shared->call, " -> ", outcome));
                    });
    Note(Concat("the heap after sends of ", selector));
    vm.heap().Verify();
  }
  outcomes.failures = matrix.failures();
  return outcomes;
}

// What differs, but for calls that one of them interrupted.
std::vector<std::string> Differences(const Outcomes& one, const Outcomes& other) {
  std::vector<std::string> result;
  if (one.texts.size() != other.texts.size()) result.emplace_back("not as many outcomes");
  for (size_t i = 0; i < std::min(one.texts.size(), other.texts.size()); ++i) {
    const auto timed_out = [](const std::string& text) {
      return text.ends_with(Matrix::kTimedOut);
    };
    if (one.texts[i] == other.texts[i] || timed_out(one.texts[i]) || timed_out(other.texts[i]))
      continue;
    result.push_back(Concat(one.texts[i], "\n  but ", other.texts[i]));
    if (result.size() == 20) break;
  }
  return result;
}

// --- the child
// ------------------------------------------------------------------------------------

using Body = std::function<std::vector<std::string>(const char* stack_limit, ErrorText& errors)>;

// Runs `body` in a child with a large C++ stack, without input or output, and in a directory of its
// own, for primitives write files; its failures are the test's.
// The body makes at least so many calls.
void RunInChild(const Body& body, unsigned long least_calls = 10000) {
  shared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(shared, MAP_FAILED);
  const int report = memfd_create("report", 0);
  std::string directory = testing::TempDir() + "matrixXXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(directory.c_str()) != 0) _exit(1);
    if (freopen("/dev/null", "r", stdin) == nullptr) _exit(1);
    if (freopen("/dev/null", "w", stdout) == nullptr) _exit(1);
    ErrorText errors;
    struct Arguments {
      const Body& body;
      ErrorText& errors;
      int report;
    } arguments{body, errors, report};
    RunOnLargeStack(
        kNativeStackBytes,
        [](void* raw, const char* stack_limit) -> int {
          auto* all = static_cast<Arguments*>(raw);
          StartTicking();
          for (const std::string& failure : all->body(stack_limit, all->errors)) {
            const std::string line = Concat(failure, "\n");
            if (write(all->report, line.data(), line.size()) < 0) _exit(1);
          }
          _exit(0);
        },
        &arguments);
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::filesystem::remove_all(directory);
  std::string failures(static_cast<size_t>(lseek(report, 0, SEEK_END)), '\0');
  EXPECT_GE(pread(report, failures.data(), failures.size(), 0), 0);
  EXPECT_EQ(failures, "");
  const bool hangs = WIFEXITED(status) && WEXITSTATUS(status) == kStatusOfHang;
  EXPECT_EQ(status, 0) << (hangs ? "hangs in " : "ends in ") << shared->call;
  testing::Test::RecordProperty("calls", std::to_string(shared->count));
  EXPECT_GE(shared->count, least_calls);
  close(report);
  munmap(shared, sizeof(Shared));
}

Options MatrixOptions() {
  Options options;
  for (const char* entry : {"core-lib", "tests/matrix"})
    options.class_path.push_back(std::filesystem::absolute(entry));
  options.stack_bytes = kValueStackBytes;
  options.heap.limit_bytes = kHeapLimit;
  options.heap.nursery_bytes = size_t{256} << 10;
  return options;
}

void CallFunctions(const Options& options) {
  RunInChild([&options](const char* stack_limit, ErrorText& errors) {
    const auto standard = StandardPrimitives().rows();
    std::vector<PrimitiveTable::Row> all(standard.begin(), standard.end());
    all.push_back({"MatrixCalls", PrimitiveTable::Side::kInstance, "callAllRows", {CallAllRows}});
    const PrimitiveTable table(all);
    Matrix matrix(options, table, stack_limit, errors);
    calling_matrix = &matrix;
    matrix.Define("MatrixCalls = ( run = ( ^ self callAllRows ) callAllRows = primitive )");
    const Value caller = matrix.NewOf("MatrixCalls");
    if (matrix.vm().Send(caller, matrix.vm().symbols().Intern("run"), {}).IsUnwind())
      matrix.Fail("the calls did not end");
    return matrix.failures();
  });
}

// All kinds that a program can hold a value of: neither activations' variables nor the bytes of
// texts that grow are handed out.
TEST(PrimitiveMatrix, ValuesAreOfEveryKind) {
  const Options options = MatrixOptions();
  RunInChild(
      [&options](const char* stack_limit, ErrorText& errors) {
        Matrix matrix(options, StandardPrimitives(), stack_limit, errors);
        HandleScope scope(matrix.vm().handles());
        Handle values(scope, Nil());
        matrix.Renew(&values);
        if (!IsArray(values.get())) return matrix.failures();
        std::set<Kind> kinds = {Kind::kContext, Kind::kTextBuffer};
        for (int64_t i = 0; i < As<Array>(values.get())->Length(); ++i) {
          const Value value = As<Array>(values.get())->elements[i];
          if (value.IsObject()) kinds.insert(value.AsObject()->kind());
        }
#define SOM_KIND(name, text) \
  if (!kinds.contains(Kind::k##name)) matrix.Fail("no " #name);
#include "vm/objects/kinds.def"
        return matrix.failures();
      },
      1);
}

TEST(PrimitiveMatrix, CallsEndInOrder) { CallFunctions(MatrixOptions()); }

TEST(PrimitiveMatrix, CallsEndInOrderInStrictMode) {
  Options options = MatrixOptions();
  options.strict = true;
  CallFunctions(options);
}

TEST(PrimitiveMatrix, CallsEndInOrderWithBoxedDoublesThatMove) {
  Options options = MatrixOptions();
  options.doubles = DoubleEncoding::kBoxed;
  options.heap.stress_interval = 3;
  options.heap.nursery_bytes = size_t{64} << 10;
  CallFunctions(options);
}

TEST(PrimitiveMatrix, SendsAgreeInInterpretersAndCompiledCode) {
  Options interpreted = MatrixOptions();
  RunInChild([&interpreted](const char* stack_limit, ErrorText& errors) {
    Options compiled = interpreted;
    compiled.jit_threshold = 2;
    Options boxed = interpreted;
    boxed.doubles = DoubleEncoding::kBoxed;
    boxed.jit_threshold = 0;
    interpreted.jit = false;
    Options plain = interpreted;
    plain.dispatch = Dispatch::kSwitch;
    plain.inline_cache = InlineCachePolicy::kNone;
    plain.quicken = false;
    plain.superinstructions = false;
    Options other_engine = interpreted;
    other_engine.dispatch = Dispatch::kGoto;
    other_engine.inline_cache = InlineCachePolicy::kMono;
    other_engine.loops = LoopStrategy::kPrimitive;
    const Outcomes first = SendAll(interpreted, stack_limit, errors);
    std::vector<std::string> failures = first.failures;
    for (const Options& options : {compiled, boxed, plain, other_engine}) {
      const Outcomes other = SendAll(options, stack_limit, errors);
      failures.insert(failures.end(), other.failures.begin(), other.failures.end());
      const std::vector<std::string> differences = Differences(first, other);
      failures.insert(failures.end(), differences.begin(), differences.end());
    }
    return failures;
  });
}

// A class of a program may call any method a primitive; those that its name does not entitle it to
// are errors when they are sent, nothing else.
TEST(PrimitiveMatrix, DeclaredElsewhereTheyAreErrors) {
  const Options options = MatrixOptions();
  RunInChild([&options](const char* stack_limit, ErrorText& errors) {
    Matrix matrix(options, StandardPrimitives(), stack_limit, errors);
    VM& vm = matrix.vm();
    std::set<std::string> selectors;
    for (const Row& row : Rows()) selectors.insert(row.selector);
    selectors.insert("noSuchPrimitive");
    HandleScope scope(vm.handles());
    Handle values(scope, Nil());
    Handle made(scope, Nil());
    for (const std::string superclass : {"Object", "Array", "MatrixOdd", "System"}) {
      std::string methods;
      for (const std::string& selector : selectors) {
        std::string pattern;
        size_t argument = 0;
        for (const char c : selector) {
          pattern += c;
          if (c == ':') pattern += Concat(" a", argument++, " ");
        }
        if (argument == 0 && ArgumentsOf(selector) == 1) pattern += " a";
        methods += Concat("  ", pattern, " = primitive\n");
      }
      const std::string name = Concat("MatrixDeclares", superclass);
      matrix.Define(Concat(name, " = ", superclass, " (\n", methods, "  ----\n", methods, ")\n"));
      matrix.Renew(&values);
      for (const bool class_side : {false, true}) {
        for (const std::string& selector : selectors) {
          const Value class_object = vm.loader().Load(vm.symbols().Intern(name));
          // `new` is one of those that are errors: the instance comes from elsewhere.
          const uint32_t index = As<ClassObject>(class_object)->info->index;
          if (class_side) {
            made.set(class_object);
          } else if (superclass == "Array") {
            auto* array =
                static_cast<Array*>(vm.heap().Allocate(index, Kind::kArray, ArrayBytes(0)));
            array->length = Value::Int(0);
            made.set(Value::FromObject(array));
          } else {
            const uint32_t fields = As<ClassObject>(class_object)->info->FieldCount();
            auto* instance = static_cast<Instance*>(
                vm.heap().Allocate(index, Kind::kInstance, InstanceBytes(fields)));
            std::fill_n(instance->fields, fields, Nil());
            made.set(Value::FromObject(instance));
          }
          const auto size = static_cast<size_t>(As<Array>(values.get())->Length());
          Matrix::Combine(size, ArgumentsOf(selector), 40, [&](const std::vector<size_t>& indexes) {
            matrix.Begin(Describe(matrix, Concat(name, class_side ? " class>>" : ">>", selector),
                                  values.get(), indexes));
            std::vector<Value> arguments;
            arguments.reserve(indexes.size());
            for (const size_t i : indexes)
              arguments.push_back(As<Array>(values.get())->elements[i]);
            const Value* sp = vm.sp;
            const Value result = vm.Send(made.get(), vm.symbols().Intern(selector), arguments);
            if (!result.IsUnwind()) matrix.Fail("answers");
            matrix.Outcome(result, sp);
          });
        }
      }
    }
    return matrix.failures();
  });
}

}  // namespace
}  // namespace som
