// See debugger.h.
#include "vm/debugger/debugger.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "compiler/concat.h"
#include "vm/code/frame.h"
#include "vm/linking/linker.h"
#include "vm/loading/universe.h"
#include "vm/observation/error_place.h"
#include "vm/observation/stack_trace.h"
#include "vm/observation/value_text.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

namespace {

std::string DirectoryOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

}  // namespace

Debugger::Debugger(VM& vm, Breakpoints& breakpoints, ErrorFilter& errors, DebuggerFront& front,
                   std::string program_class)
    : vm_(vm),
      breakpoints_(breakpoints),
      errors_(errors),
      front_(front),
      program_class_(std::move(program_class)),
      evaluator_(vm) {
  vm.set_listener(this);
}

Debugger::~Debugger() { vm_.set_listener(nullptr); }

bool Debugger::Start() {
  if (!StartSystem(vm_)) return false;
  library_ = DirectoryOf(vm_.classes().At(kObjectClass)->parsed->path());
  session_ = std::make_unique<Session>(vm_, 0, InterruptGuard::Deaf::kWaits);
  return session_->Start();
}

void Debugger::StopAtStart() {
  step_ = {};
  step_.kind = Step::Kind::kInto;
  step_.reason = Stop::Reason::kStart;
}

void Debugger::RequestPause() {
  pause_ = true;
  attention_ = true;
}

void Debugger::RequestAttention() { attention_ = true; }

void Debugger::BreakpointsChanged() {
  code_.clear();
  recent_ = {};
  method_ = nullptr;
}

bool Debugger::IsLibrary(const Method& method) const {
  const ParsedClass& parsed = *method.home->parsed;
  return parsed.name() != program_class_ && DirectoryOf(parsed.path()) == library_;
}

const Debugger::Code& Debugger::CodeOf(Method& method) {
  std::unique_ptr<Code>& code = code_[&method];
  if (code != nullptr) return *code;
  code = std::make_unique<Code>();
  code->is_library = IsLibrary(method);
  code->flags.resize(method.code_units);
  for (const StatementStart& statement : method.unit_description().statements) {
    if (statement.code_offset < code->flags.size())
      code->flags[statement.code_offset] |= kStatement;
  }
  const std::string path = CanonicalPath(method.home->parsed->path());
  for (const Breakpoint& breakpoint : breakpoints_.list()) {
    if (!breakpoint.is_enabled) continue;
    const std::optional<uint32_t> offset = OffsetOf(vm_, breakpoint, method, path);
    if (offset.has_value() && *offset < code->flags.size()) code->flags[*offset] |= kBreakpoint;
  }
  if (!method.is_block && method.holder->index == kObjectClass &&
      vm_.symbols().NameOf(method.selector) == kErrorReporter) {
    code->flags[method.unit_description().prologue_units] |= kError;
  }
  return *code;
}

bool Debugger::Bytecode(VM& vm, CodeUnit* ip, const Value* /*sp*/, Value* base, Value tos) {
  const bool is_fresh = std::exchange(is_fresh_, false);
  Method* method = FrameMethod(base);
  if (method != method_) {
    Recent& recent = recent_[reinterpret_cast<uintptr_t>(method) / sizeof(Method) % kRecent];
    if (recent.method != method) recent = {method, &CodeOf(*method)};
    current_ = recent.code;
    method_ = method;
  }
  const uint8_t flags = current_->flags[CodeOffset(*method, ip)];
  if (step_.kind == Step::Kind::kNone && (flags & (kBreakpoint | kError)) == 0 &&
      !attention_.load(std::memory_order_relaxed)) [[likely]] {
    return true;
  }
  if (evaluation_error_ == nullptr) return Look(ip, base, tos, is_fresh, flags);
  if ((flags & kError) == 0) return true;
  *evaluation_error_ = ValueText(vm, base[-1]);
  if (IsString(base[-1])) *evaluation_error_ = As<String>(base[-1])->View();
  vm.Exit(kExitFailure);
  return false;
}

bool Debugger::Look(CodeUnit* ip, Value* base, Value tos, bool is_fresh, uint8_t flags) {
  const Frame frame = {base, FrameMethod(base), ip};
  if (attention_.exchange(false)) {
    if (!front_.Attend(*this)) return Terminate();
    flags = CodeOf(*frame.method).flags[CodeOffset(*frame.method, ip)];
    if (pause_.exchange(false)) {
      step_ = {};
      step_.kind = Step::Kind::kInto;
      step_.reason = Stop::Reason::kPause;
      step_.shows_library = true;
    }
  }
  if ((flags & kError) != 0) {
    const std::vector<Frame> frames = FramesOf(vm_);
    std::vector<const Method*> methods;
    methods.reserve(frames.size());
    for (const Frame& frame : frames) methods.push_back(frame.method);
    const ErrorPlace place = FindErrorPlace(vm_, methods);
    const bool is_not_understood = place.reporter == kNotUnderstoodReporter;
    if (is_not_understood ? errors_.not_understood : errors_.sent) {
      Stop stop;
      stop.reason = Stop::Reason::kError;
      stop.frame = std::min(place.index, frames.size() - 1);
      stop.text =
          IsString(base[-1]) ? std::string(As<String>(base[-1])->View()) : ValueText(vm_, base[-1]);
      return StopHere(stop);
    }
  }
  Stop stop;
  if ((flags & kBreakpoint) != 0) HitBreakpoints(frame, &stop);
  const bool step_ends = step_.kind != Step::Kind::kNone && StepEnds(frame, tos, is_fresh, flags);
  if (!stop.breakpoints.empty()) {
    stop.reason = Stop::Reason::kBreakpoint;
  } else if (step_ends) {
    stop.reason = step_.reason;
  } else {
    return true;
  }
  if (step_ends) stop.value = step_.value;
  return StopHere(stop);
}

bool Debugger::StepEnds(const Frame& frame, Value tos, bool is_fresh, uint8_t flags) {
  const bool shows = step_.shows_library || shows_library_ || !CodeOf(*frame.method).is_library;
  const bool has_left =
      step_.base != nullptr && (frame.base < step_.base || (is_fresh && frame.base == step_.base));
  if (step_.kind == Step::Kind::kOut) {
    if (!has_left || is_fresh) return false;
    // The value is that of the activation itself, not of what called it on the library's behalf.
    if (!step_.value.has_value()) step_.value = ValueText(vm_, tos);
    return shows;
  }
  if (has_left) {
    // Goes on in the caller; where that is code that is not shown, wherever there is some that is.
    if (!shows || is_fresh) step_.kind = Step::Kind::kInto;
    step_.base = frame.base;
    step_.method = frame.method;
    step_.line = 0;
  }
  if ((flags & kStatement) == 0 || !shows) return false;
  if (frame.base != step_.base) return step_.kind == Step::Kind::kInto;
  const uint32_t offset = CodeOffset(*frame.method, frame.ip);
  return LineOfStatementAt(*frame.method, offset) != step_.line ||
         (frame.method == step_.method && offset <= step_.offset);
}

void Debugger::HitBreakpoints(const Frame& frame, Stop* stop) {
  const std::string path = CanonicalPath(PathOf(frame));
  const uint32_t offset = CodeOffset(*frame.method, frame.ip);
  std::vector<int> temporary;
  // By number: what a condition runs must not, but might, change the list.
  std::vector<int> numbers;
  for (const Breakpoint& breakpoint : breakpoints_.list()) {
    if (breakpoint.is_enabled && OffsetOf(vm_, breakpoint, *frame.method, path) == offset)
      numbers.push_back(breakpoint.number);
  }
  for (const int number : numbers) {
    Breakpoint* breakpoint = breakpoints_.Find(number);
    if (!breakpoint->condition.empty()) {
      frames_ = {frame};
      const Result result = Evaluate(0, breakpoint->condition);
      frames_.clear();
      if (!result.value.has_value()) {
        stop->text = Concat("The condition of breakpoint ", number, " fails: ", result.error);
      } else if (*result.value != True()) {
        continue;
      }
    }
    if (++breakpoint->hits <= breakpoint->ignored && stop->text.empty()) continue;
    stop->breakpoints.push_back(number);
    if (breakpoint->is_temporary) temporary.push_back(number);
  }
  for (const int number : temporary) breakpoints_.Remove(number);
  if (!temporary.empty()) BreakpointsChanged();
}

bool Debugger::StopHere(const Stop& stop) {
  step_ = {};
  pause_ = false;
  FlushOut();
  const ErrorContext error_context = vm_.error_context;
  Resume resume;
  {
    HandleScope scope(vm_.handles());
    scope_ = &scope;
    frames_ = FramesOf(vm_);
    resume = front_.Stopped(*this, stop);
    scope_ = nullptr;
  }
  vm_.error_context = error_context;
  is_fresh_ = false;
  const bool goes_on = Apply(resume, stop.frame);
  frames_.clear();
  return goes_on;
}

bool Debugger::Apply(Resume resume, size_t place) {
  const Frame& frame = frames_[std::min(resume.frame, frames_.size() - 1)];
  switch (resume.kind) {
    case Resume::Kind::kContinue:
      return true;
    case Resume::Kind::kStepInto:
      BeginStep(Step::Kind::kInto, frames_[place]);
      return true;
    case Resume::Kind::kStepOver:
      BeginStep(Step::Kind::kOver, frames_[place]);
      return true;
    case Resume::Kind::kStepOut:
      BeginStep(Step::Kind::kOut, frame);
      return true;
    case Resume::Kind::kRestart:
      BeginStep(Step::Kind::kInto, frame);
      step_.reason = Stop::Reason::kRestart;
      step_.line = 0;
      vm_.unwind = {UnwindState::Kind::kReenter, frame.base, Nil(), 0, false};
      return false;
    case Resume::Kind::kTerminate:
      return Terminate();
  }
  return true;
}

bool Debugger::Terminate() {
  vm_.Exit(kExitSuccess);
  vm_.unwind.is_asked_for = true;
  return false;
}

void Debugger::BeginStep(Step::Kind kind, const Frame& frame) {
  step_ = {};
  step_.kind = kind;
  step_.base = frame.base;
  step_.method = frame.method;
  step_.offset = CodeOffset(*frame.method, frame.ip);
  step_.line = SpanOf(frame).line;
  step_.shows_library = IsLibrary(*frame.method);
}

bool Debugger::Failure(VM& vm, std::string_view message) {
  if (evaluation_error_ != nullptr) {
    *evaluation_error_ = message;
    vm.Exit(kExitFailure);
    return false;
  }
  if (vm.base == nullptr || !errors_.of_vm) return true;
  Stop stop;
  stop.reason = Stop::Reason::kError;
  stop.text = message;
  return StopHere(stop);
}

Debugger::Result Debugger::Evaluate(size_t frame, const std::string& text) {
  Result result;
  const ErrorContext error_context = vm_.error_context;
  const Step step = std::exchange(step_, Step());
  const Frame in = frames_[frame];
  evaluation_error_ = &result.error;
  {
    const InterruptGuard guard(vm_, 0, InterruptGuard::Deaf::kWaits);
    const Value value = evaluator_.Evaluate(in, text, &result.error);
    if (!value.IsUnwind()) result.value = value;
  }
  evaluation_error_ = nullptr;
  step_ = step;
  is_fresh_ = false;
  method_ = nullptr;
  if (!result.value.has_value() && result.error.empty()) {
    result.error = vm_.unwind.kind == UnwindState::Kind::kExit && vm_.unwind.is_asked_for
                       ? "it would end the program"
                       : "it would leave the activation that it is evaluated in";
  }
  vm_.Recover();
  vm_.error_context = error_context;
  return result;
}

std::string Debugger::TextOf(Value value) {
  std::string error;
  evaluation_error_ = &error;
  HandleScope scope(vm_.handles());
  const Handle shown(scope, value);
  const std::optional<std::string> text = session_->TextOf(value);
  evaluation_error_ = nullptr;
  is_fresh_ = false;
  method_ = nullptr;
  return text.has_value() ? *text : ValueText(vm_, shown.get());
}

bool Debugger::Define(const std::string& text) {
  const Session::Outcome outcome = session_->Run(text);
  BreakpointsChanged();
  return outcome == Session::Outcome::kNothing;
}

bool Debugger::Reload(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!(file && text << file.rdbuf())) {
    WriteError(Concat("Can't read '", path, "'.\n"));
    return false;
  }
  const Session::Outcome outcome = session_->RunFile(std::move(text).str(), path);
  BreakpointsChanged();
  return outcome == Session::Outcome::kNothing;
}

}  // namespace som
