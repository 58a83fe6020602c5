// See dap_session.h. The life of a session: messages in and out, running the program, stops. What
// requests about a stopped program do is dap_inspection.cc's.
#include "vm/debugger/dap_session.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "compiler/concat.h"
#include "vm/interpreter/interrupts.h"
#include "vm/loading/class_path.h"
#include "vm/loading/program_file.h"
#include "vm/loading/universe.h"
#include "vm/vm.h"

namespace som {

namespace {

using protocol::BoolAt;
using protocol::IntegerAt;
using protocol::Member;
using protocol::ObjectAt;
using protocol::StringAt;
using protocol::StringsAt;

constexpr std::chrono::milliseconds kPatience(2000);
// The one thread that SOM programs have.
constexpr int kThread = 1;

pthread_t vm_thread;
VM* signalled_vm = nullptr;

void OnRequest(int /*signal*/) {
  if (signalled_vm != nullptr) signalled_vm->RequestSafepoint();
}

}  // namespace

DapSession::DapSession(const DapHost& host, MessageChannel& channel)
    : host_(host), channel_(channel) {
  vm_thread = pthread_self();
}

DapSession::~DapSession() = default;

const std::vector<DapSession::Request>& DapSession::Requests() {
  static const std::vector<Request> requests = {
#define SOM_DAP_REQUEST(function, command, when) {command, When::when, &DapSession::function},
#include "vm/debugger/dap_requests.def"
  };
  return requests;
}

// --- messages -----------------------------------------------------------------------------------

void DapSession::SendEvent(std::string_view event, Json body) {
  channel_.Send(
      {{"seq", sequence_++}, {"type", "event"}, {"event", event}, {"body", std::move(body)}});
}

DapSession::Json DapSession::Fail(std::string message) {
  failure_ = std::move(message);
  return Json::object();
}

void DapSession::Serve(const Incoming& incoming) {
  if (incoming.is_end) {
    ends_program_ = true;
    is_over_ = true;
    return;
  }
  const Json& message = incoming.message;
  const std::string command = StringAt(message, "command").value_or("");
  failure_ = incoming.problem;
  Json body = Json::object();
  if (failure_.empty()) {
    const auto request = std::find_if(Requests().begin(), Requests().end(),
                                      [&](const Request& r) { return r.command == command; });
    if (StringAt(message, "type").value_or("") != "request") {
      failure_ = "A message is no request.";
    } else if (request == Requests().end()) {
      failure_ = Concat("There is no request '", command, "'.");
    } else if (!is_initialized_ && command != "initialize" && command != "disconnect") {
      failure_ = Concat("'", command, "' comes before 'initialize'.");
    } else if (request->when == When::kStopped && !is_stopped_) {
      failure_ = Concat("'", command, "' needs a program that is stopped.");
    } else {
      body = (this->*request->serve)(ObjectAt(message, "arguments"));
    }
  }
  Json response = {{"seq", sequence_++},
                   {"type", "response"},
                   {"request_seq", IntegerAt(message, "seq").value_or(0)},
                   {"success", failure_.empty()},
                   {"command", command}};
  if (!failure_.empty()) {
    response["message"] = failure_;
    body = {{"error", {{"id", 1}, {"format", failure_}, {"showUser", true}}}};
  }
  response["body"] = std::move(body);
  if (!channel_.Send(response)) is_over_ = ends_program_ = true;
  for (const Json& event : std::exchange(after_response_, {}))
    SendEvent(StringAt(event, "event").value_or(""), ObjectAt(event, "body"));
}

bool DapSession::Arrived(const Incoming& incoming, std::chrono::milliseconds waited) {
  if (Debugger* debugger = debugger_) debugger->RequestAttention();
  if (plain_vm_ != nullptr) pthread_kill(vm_thread, SIGUSR1);
  // A program in one long primitive, or waiting for input, is ended without its help.
  const std::string command = StringAt(incoming.message, "command").value_or("");
  const bool ends = incoming.is_end || command == "terminate" || command == "disconnect";
  const bool runs = debugger_ != nullptr || plain_vm_ != nullptr;
  if (!ends || waited < kPatience || !runs) return ends && runs;
  if (!incoming.is_end) {
    channel_.Send({{"seq", sequence_++},
                   {"type", "response"},
                   {"request_seq", IntegerAt(incoming.message, "seq").value_or(0)},
                   {"success", true},
                   {"command", command}});
    SendEvent("exited", {{"exitCode", StatusOf(Interrupt::kTermination)}});
    SendEvent("terminated", Json::object());
  }
  _exit(0);
}

// The bytes of a character that is not complete yet wait for the rest.
void DapSession::SendOutput(std::string_view category, std::string_view text, std::string* rest) {
  std::string whole = std::exchange(*rest, {}) + std::string(text);
  size_t end = whole.size();
  for (size_t back = 1; back <= std::min<size_t>(4, whole.size()); ++back) {
    const auto byte = static_cast<unsigned char>(whole[whole.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    const size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    if (length > back) end = whole.size() - back;
    break;
  }
  *rest = whole.substr(end);
  whole.resize(end);
  if (!whole.empty()) SendEvent("output", {{"category", category}, {"output", whole}});
}

void DapSession::Out(std::string_view text) { SendOutput("stdout", text, &out_rest_); }
void DapSession::Error(std::string_view text) { SendOutput("stderr", text, &error_rest_); }

// --- the program --------------------------------------------------------------------------------

void DapSession::Run() {
  while (!is_over_ && !(is_launched_ && is_configured_)) Serve(channel_.Wait());
  if (is_over_) return;
  RunProgram();
  while (!is_over_) Serve(channel_.Wait());
}

void DapSession::RunProgram() {
  has_run_ = true;
  VerifyFunctionBreakpoints();
  VM& vm = host_.make_vm(class_path_, debugs_);
  SetOutputSink(this);
  int status = kExitFailure;
  if (debugs_) {
    Debugger debugger(vm, breakpoints_, errors_, *this, ProgramClassName(program_));
    debugger.set_shows_library(shows_library_);
    if (debugger.Start()) {
      if (stops_on_entry_) debugger.StopAtStart();
      debugger_ = &debugger;
      debugger.RequestAttention();
      status = som::RunProgram(vm, program_, arguments_);
      debugger_ = nullptr;
    }
  } else {
    const InterruptGuard guard(vm, 0, InterruptGuard::Deaf::kWaits);
    struct sigaction action{};
    action.sa_handler = OnRequest;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, nullptr);
    signalled_vm = &vm;
    vm.set_sampler(this);
    plain_vm_ = &vm;
    status = som::RunProgram(vm, program_, arguments_);
    plain_vm_ = nullptr;
    vm.set_sampler(nullptr);
    signalled_vm = nullptr;
  }
  FlushOut();
  SetOutputSink(nullptr);
  SendEvent("exited", {{"exitCode", status}});
  SendEvent("terminated", Json::object());
}

void DapSession::Safepoint(VM& vm) {
  while (const std::optional<Incoming> incoming = channel_.Poll()) {
    Serve(*incoming);
    if (!ends_program_) continue;
    vm.RequestInterrupt(Interrupt::kTermination);
    return;
  }
}

bool DapSession::Attend(Debugger& /*debugger*/) {
  while (!ends_program_) {
    const std::optional<Incoming> incoming = channel_.Poll();
    if (!incoming.has_value()) break;
    Serve(*incoming);
  }
  return !ends_program_;
}

Resume DapSession::Stopped(Debugger& debugger, const Stop& stop) {
  stop_ = stop;
  is_stopped_ = true;
  resume_.reset();
  Json body = {{"threadId", kThread}, {"allThreadsStopped", true}};
  switch (stop.reason) {
    case Stop::Reason::kStart:
      body["reason"] = "entry";
      break;
    case Stop::Reason::kStep:
      body["reason"] = "step";
      break;
    case Stop::Reason::kBreakpoint: {
      const Breakpoint* hit = debugger.breakpoints().Find(stop.breakpoints.front());
      const bool is_function = hit != nullptr && hit->path.empty();
      body["reason"] = is_function ? "function breakpoint" : "breakpoint";
      body["hitBreakpointIds"] = stop.breakpoints;
      break;
    }
    case Stop::Reason::kPause:
      body["reason"] = "pause";
      break;
    case Stop::Reason::kError:
      body["reason"] = "exception";
      body["description"] = "Paused on an error";
      break;
    case Stop::Reason::kRestart:
      body["reason"] = "restart";
      break;
  }
  if (!stop.text.empty()) body["text"] = stop.text;
  SendEvent("stopped", body);
  while (!resume_.has_value() && !ends_program_) Serve(channel_.Wait());
  is_stopped_ = false;
  references_.clear();
  handles_.clear();
  return ends_program_ ? Resume{Resume::Kind::kTerminate} : resume_.value_or(Resume{});
}

// --- requests about the session -----------------------------------------------------------------

DapSession::Json DapSession::Initialize(const Json& arguments) {
  if (is_initialized_) return Fail("'initialize' comes for the second time.");
  if (StringAt(arguments, "pathFormat").value_or("path") != "path")
    return Fail("Only paths of pathFormat 'path' are understood.");
  lines_start_at_1_ = BoolAt(arguments, "linesStartAt1", true);
  is_initialized_ = true;
  after_response_.push_back({{"event", "initialized"}, {"body", Json::object()}});
  const auto filter = [](std::string_view name, std::string_view label, std::string_view text) {
    return Json{{"filter", name}, {"label", label}, {"description", text}, {"default", true}};
  };
  return {{"supportsConfigurationDoneRequest", true},
          {"supportsFunctionBreakpoints", true},
          {"supportsConditionalBreakpoints", true},
          {"supportsHitConditionalBreakpoints", true},
          {"supportsEvaluateForHovers", true},
          {"supportsSetVariable", true},
          {"supportsRestartFrame", true},
          {"supportsTerminateRequest", true},
          {"supportsDelayedStackTraceLoading", true},
          {"supportsExceptionInfoRequest", true},
          {"supportsBreakpointLocationsRequest", true},
          {"exceptionBreakpointFilters",
           {filter("error", "Errors", "error: and what the library reports by it"),
            filter("doesNotUnderstand", "Messages not understood", "messages without a method"),
            filter("vm", "Errors of the VM", "what the VM and its primitives refuse")}}};
}

DapSession::Json DapSession::Launch(const Json& arguments) {
  if (is_launched_) return Fail("The program is launched already.");
  const std::string program = StringAt(arguments, "program").value_or("");
  if (program.empty()) return Fail("'launch' needs a 'program': a class or its file.");
  const std::string directory = StringAt(arguments, "cwd").value_or("");
  if (!directory.empty() && chdir(directory.c_str()) != 0)
    return Fail(Concat("Can't change to the directory '", directory, "'."));
  std::optional<std::string> class_path = StringAt(arguments, "classPath");
  const Json* given = Member(arguments, "classPath");
  if (given != nullptr && given->is_array()) {
    class_path.emplace();
    for (const std::string& entry : StringsAt(arguments, "classPath"))
      *class_path += Concat(class_path->empty() ? "" : ":", entry);
  }
  std::vector<std::string> path = host_.class_path(program, class_path);
  const std::optional<std::string> problem = ProblemWithProgram(program, path);
  if (problem.has_value()) return Fail(*problem);
  program_ = program;
  class_path_ = std::move(path);
  arguments_ = StringsAt(arguments, "args");
  stops_on_entry_ = BoolAt(arguments, "stopOnEntry", false);
  debugs_ = !BoolAt(arguments, "noDebug", false);
  shows_library_ = !BoolAt(arguments, "justMyCode", true);
  is_launched_ = true;
  return Json::object();
}

DapSession::Json DapSession::ConfigurationDone(const Json& /*arguments*/) {
  is_configured_ = true;
  return Json::object();
}

DapSession::Json DapSession::Threads(const Json& /*arguments*/) {
  return {{"threads", Json::array({{{"id", kThread}, {"name", "main"}}})}};
}

DapSession::Json DapSession::Terminate(const Json& /*arguments*/) {
  ends_program_ = true;
  // Not started yet: there is nothing to end.
  if (!has_run_) after_response_.push_back({{"event", "terminated"}, {"body", Json::object()}});
  return Json::object();
}

DapSession::Json DapSession::Disconnect(const Json& /*arguments*/) {
  ends_program_ = true;
  is_over_ = true;
  return Json::object();
}

DapSession::Json DapSession::Pause(const Json& /*arguments*/) {
  Debugger* debugger = debugger_;
  if (debugger == nullptr) return Fail("There is no program that could be stopped.");
  if (!is_stopped_) debugger->RequestPause();
  return Json::object();
}

DapSession::Json DapSession::GoOn(Resume::Kind kind, size_t frame) {
  resume_ = Resume{kind, frame};
  return Json::object();
}

DapSession::Json DapSession::Continue(const Json& /*arguments*/) {
  GoOn(Resume::Kind::kContinue, 0);
  return {{"allThreadsContinued", true}};
}
DapSession::Json DapSession::Next(const Json& /*arguments*/) {
  return GoOn(Resume::Kind::kStepOver, 0);
}
DapSession::Json DapSession::StepIn(const Json& /*arguments*/) {
  return GoOn(Resume::Kind::kStepInto, 0);
}
DapSession::Json DapSession::StepOut(const Json& /*arguments*/) {
  return GoOn(Resume::Kind::kStepOut, stop_.frame);
}
DapSession::Json DapSession::RestartFrame(const Json& arguments) {
  const std::optional<size_t> frame = FrameOf(arguments);
  if (!frame.has_value()) return Json::object();
  return GoOn(Resume::Kind::kRestart, *frame);
}

}  // namespace som
