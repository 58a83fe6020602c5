// The requests of the Debug Adapter Protocol about breakpoints, and about a stopped program:
// frames, variables, values. See dap_session.h.
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "compiler/concat.h"
#include "vm/debugger/dap_session.h"
#include "vm/debugger/value_view.h"
#include "vm/observation/stack_trace.h"
#include "vm/shell/input.h"
#include "vm/vm.h"

namespace som {

namespace {

using protocol::ArrayAt;
using protocol::IntegerAt;
using protocol::StringAt;
using protocol::StringsAt;

constexpr size_t kMaxParts = 10000;

// How many hits are passed by where a client asks for the N-th: `N`; nothing if it is no number.
std::optional<uint64_t> IgnoredHits(const std::string& text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number == 0) return std::nullopt;
  return number - 1;
}

std::string AbsolutePath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

}  // namespace

// --- breakpoints --------------------------------------------------------------------------------

DapSession::Json DapSession::BreakpointBody(const Breakpoint& breakpoint) const {
  Json body = {{"id", breakpoint.number}, {"verified", true}};
  if (breakpoint.line != 0) body["line"] = ToClient(breakpoint.line);
  return body;
}

DapSession::Json DapSession::SetBreakpoints(const Json& arguments) {
  const std::string path = StringAt(arguments, "source.path").value_or("");
  if (path.empty()) return Fail("'setBreakpoints' needs the path of a source.");
  const std::string canonical = CanonicalPath(path);
  std::erase_if(breakpoints_.list(),
                [&canonical](const Breakpoint& b) { return b.path == canonical; });
  Json bodies = Json::array();
  for (const Json& wanted : ArrayAt(arguments, "breakpoints")) {
    const int64_t line = IntegerAt(wanted, "line").value_or(0) + (lines_start_at_1_ ? 0 : 1);
    const auto refuse = [&](std::string message) {
      bodies.push_back({{"verified", false}, {"message", std::move(message)}});
    };
    const std::optional<uint32_t> actual =
        line < 1 || line > UINT32_MAX
            ? std::nullopt
            : SourceLines::LineFor(canonical, static_cast<uint32_t>(line));
    const std::string hits = StringAt(wanted, "hitCondition").value_or("");
    const std::optional<uint64_t> ignored = hits.empty() ? 0 : IgnoredHits(hits);
    if (!actual.has_value()) {
      refuse("No statement begins here or behind it in its method.");
    } else if (!ignored.has_value()) {
      refuse("A count of hits is a number above 0.");
    } else {
      Breakpoint breakpoint;
      breakpoint.path = canonical;
      breakpoint.shown_path = path;
      breakpoint.line = *actual;
      breakpoint.condition = StringAt(wanted, "condition").value_or("");
      breakpoint.ignored = *ignored;
      bodies.push_back(BreakpointBody(*breakpoints_.Find(breakpoints_.Add(breakpoint))));
    }
  }
  TellOfBreakpoints();
  return {{"breakpoints", std::move(bodies)}};
}

void DapSession::TellOfBreakpoints() {
  if (Debugger* debugger = debugger_) debugger->BreakpointsChanged();
}

DapSession::Json DapSession::SetFunctionBreakpoints(const Json& arguments) {
  std::erase_if(breakpoints_.list(), [](const Breakpoint& b) { return b.path.empty(); });
  const SourceLines sources(class_path_);
  VM* vm = is_stopped_ ? &debugger_.load()->vm() : nullptr;
  Json bodies = Json::array();
  for (const Json& wanted : ArrayAt(arguments, "breakpoints")) {
    const std::string name = StringAt(wanted, "name").value_or("");
    Place place = ParsePlace(name, "", sources, vm);
    if (place.breakpoint.has_value() && !place.breakpoint->path.empty()) {
      place = {std::nullopt, "The name of a method is CLASS>>SELECTOR."};
    } else if (!place.breakpoint.has_value() && !is_launched_ &&
               name.find(">>") != std::string::npos) {
      // Where classes are is not known yet: see VerifyFunctionBreakpoints.
      place = SplitMethodName(name);
    }
    if (!place.breakpoint.has_value()) {
      bodies.push_back({{"verified", false}, {"message", place.problem}});
      continue;
    }
    place.breakpoint->condition = StringAt(wanted, "condition").value_or("");
    place.breakpoint->ignored =
        IgnoredHits(StringAt(wanted, "hitCondition").value_or("")).value_or(0);
    Json body = BreakpointBody(*breakpoints_.Find(breakpoints_.Add(*place.breakpoint)));
    body["verified"] = is_launched_;
    bodies.push_back(std::move(body));
  }
  TellOfBreakpoints();
  return {{"breakpoints", std::move(bodies)}};
}

void DapSession::VerifyFunctionBreakpoints() {
  const SourceLines sources(class_path_);
  for (const Breakpoint& breakpoint : breakpoints_.list()) {
    if (!breakpoint.path.empty()) continue;
    const Place place = ParsePlace(MethodName(breakpoint), "", sources, nullptr);
    Json body = {{"id", breakpoint.number}, {"verified", place.breakpoint.has_value()}};
    if (!place.breakpoint.has_value()) body["message"] = place.problem;
    SendEvent("breakpoint", {{"reason", "changed"}, {"breakpoint", std::move(body)}});
  }
}

DapSession::Json DapSession::SetExceptionBreakpoints(const Json& arguments) {
  errors_ = {false, false, false};
  Json bodies = Json::array();
  for (const std::string& filter : StringsAt(arguments, "filters")) {
    bool* const on = filter == "error"               ? &errors_.sent
                     : filter == "doesNotUnderstand" ? &errors_.not_understood
                     : filter == "vm"                ? &errors_.of_vm
                                                     : nullptr;
    if (on != nullptr) *on = true;
    bodies.push_back({{"verified", on != nullptr}});
  }
  return {{"breakpoints", std::move(bodies)}};
}

DapSession::Json DapSession::BreakpointLocations(const Json& arguments) {
  const std::string path = StringAt(arguments, "source.path").value_or("");
  const int64_t shift = lines_start_at_1_ ? 0 : 1;
  const int64_t first = IntegerAt(arguments, "line").value_or(0) + shift;
  const int64_t last = IntegerAt(arguments, "endLine").value_or(first - shift) + shift;
  Json locations = Json::array();
  for (const uint32_t line : SourceLines::LinesOf(path)) {
    if (first <= line && line <= last) locations.push_back({{"line", ToClient(line)}});
  }
  return {{"breakpoints", std::move(locations)}};
}

// --- frames -------------------------------------------------------------------------------------

// Clients' numbers of frames count from 1, from the one that the stop is about.
std::optional<size_t> DapSession::FrameOf(const Json& arguments) {
  const int64_t number = IntegerAt(arguments, "frameId").value_or(1);
  const size_t count = debugger_.load()->frames().size() - stop_.frame;
  if (number < 1 || number > static_cast<int64_t>(count)) {
    Fail(Concat("There is no frame ", number, "."));
    return std::nullopt;
  }
  return stop_.frame + static_cast<size_t>(number) - 1;
}

DapSession::Json DapSession::SourceOf(const Frame& frame) {
  const ParsedClass* parsed = frame.method->home->parsed.get();
  const std::filesystem::path path = parsed->path();
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error))
    return {{"name", path.filename().string()}, {"path", AbsolutePath(path.string())}};
  auto found = std::find(sources_.begin(), sources_.end(), parsed);
  if (found == sources_.end()) found = sources_.insert(sources_.end(), parsed);
  return {{"name", path.string()}, {"sourceReference", found - sources_.begin() + 1}};
}

DapSession::Json DapSession::Source(const Json& arguments) {
  const int64_t reference = IntegerAt(arguments, "source.sourceReference")
                                .value_or(IntegerAt(arguments, "sourceReference").value_or(0));
  if (reference < 1 || reference > static_cast<int64_t>(sources_.size()))
    return Fail(Concat("There is no source ", reference, "."));
  return {{"content", sources_[static_cast<size_t>(reference) - 1]->text()}};
}

DapSession::Json DapSession::StackTrace(const Json& arguments) {
  Debugger& debugger = *debugger_.load();
  const std::vector<Frame>& frames = debugger.frames();
  const size_t first = stop_.frame + static_cast<size_t>(std::max<int64_t>(
                                         IntegerAt(arguments, "startFrame").value_or(0), 0));
  const int64_t levels = IntegerAt(arguments, "levels").value_or(0);
  const size_t count = levels <= 0 ? frames.size() : static_cast<size_t>(levels);
  Json bodies = Json::array();
  for (size_t i = first; i < frames.size() && i - first < count; ++i) {
    const SourceSpan span = SpanOf(frames[i]);
    Json body = {
        {"id", i - stop_.frame + 1},     {"name", MethodTitle(debugger.vm(), *frames[i].method)},
        {"source", SourceOf(frames[i])}, {"line", ToClient(span.line)},
        {"column", span.column},         {"canRestart", true}};
    if (debugger.IsLibrary(*frames[i].method)) body["presentationHint"] = "subtle";
    bodies.push_back(std::move(body));
  }
  return {{"stackFrames", std::move(bodies)}, {"totalFrames", frames.size() - stop_.frame}};
}

DapSession::Json DapSession::ExceptionInfo(const Json& /*arguments*/) {
  if (stop_.reason != Stop::Reason::kError) return Fail("The program has not stopped at an error.");
  return {{"exceptionId", "error"}, {"description", stop_.text}, {"breakMode", "always"}};
}

// --- variables ----------------------------------------------------------------------------------

int64_t DapSession::AddReference(Reference::Sort sort, size_t frame) {
  references_.push_back({sort, frame, handles_.size()});
  return static_cast<int64_t>(references_.size());
}

int64_t DapSession::ReferenceTo(Value value) {
  Debugger& debugger = *debugger_.load();
  if (PartCount(debugger.vm(), value) == 0) return 0;
  const int64_t reference = AddReference(Reference::Sort::kValue, 0);
  handles_.emplace_back(debugger.scope(), value);
  return reference;
}

DapSession::Json DapSession::Scopes(const Json& arguments) {
  const std::optional<size_t> frame = FrameOf(arguments);
  if (!frame.has_value()) return Json::object();
  const FrameVariables variables(debugger_.load()->vm(), debugger_.load()->frames()[*frame]);
  const std::vector<FrameVariable> all = variables.variables();
  const bool captures = std::any_of(all.begin(), all.end(), [](const FrameVariable& variable) {
    return variable.sort == FrameVariable::Sort::kCaptured;
  });
  Json scopes = Json::array();
  const auto add = [&](std::string_view name, Reference::Sort sort) {
    scopes.push_back(
        {{"name", name}, {"variablesReference", AddReference(sort, *frame)}, {"expensive", false}});
  };
  add("Locals", Reference::Sort::kLocals);
  scopes.back()["presentationHint"] = "locals";
  if (captures) add("Captured", Reference::Sort::kCaptured);
  add("Self", Reference::Sort::kSelf);
  return {{"scopes", std::move(scopes)}};
}

DapSession::Json DapSession::VariableBody(const std::string& name, Value value, bool can_evaluate) {
  VM& vm = debugger_.load()->vm();
  Json body = {{"name", name},
               {"value", BriefText(vm, value)},
               {"type", vm.symbols().NameOf(vm.classes().Of(value)->name)},
               {"variablesReference", ReferenceTo(value)}};
  if (can_evaluate) body["evaluateName"] = name;
  const size_t parts = PartCount(vm, value);
  if (parts != 0) body[IsKind(value, Kind::kArray) ? "indexedVariables" : "namedVariables"] = parts;
  return body;
}

DapSession::Json DapSession::Variables(const Json& arguments) {
  const int64_t number = IntegerAt(arguments, "variablesReference").value_or(0);
  if (number < 1 || number > static_cast<int64_t>(references_.size()))
    return Fail(Concat("There are no variables ", number, "."));
  Debugger& debugger = *debugger_.load();
  const Reference reference = references_[static_cast<size_t>(number) - 1];
  const auto start =
      static_cast<size_t>(std::max<int64_t>(IntegerAt(arguments, "start").value_or(0), 0));
  const int64_t wanted = IntegerAt(arguments, "count").value_or(0);
  const size_t count = wanted <= 0 ? kMaxParts : static_cast<size_t>(wanted);
  Json bodies = Json::array();
  if (reference.sort == Reference::Sort::kValue) {
    const Value value = handles_[reference.handle].get();
    for (const Part& part : PartsOf(debugger.vm(), value, start, count))
      bodies.push_back(VariableBody(part.name, part.value, false));
    return {{"variables", std::move(bodies)}};
  }
  const FrameVariables frame(debugger.vm(), debugger.frames()[reference.frame]);
  std::vector<FrameVariable> variables;
  if (reference.sort == Reference::Sort::kSelf) {
    bodies.push_back(VariableBody("self", frame.self(), true));
    variables = frame.fields();
  } else {
    variables = frame.variables();
    const bool captured = reference.sort == Reference::Sort::kCaptured;
    std::erase_if(variables, [captured](const FrameVariable& variable) {
      return (variable.sort == FrameVariable::Sort::kCaptured) != captured;
    });
  }
  for (const FrameVariable& variable : variables)
    bodies.push_back(VariableBody(variable.name, variable.value, true));
  return {{"variables", std::move(bodies)}};
}

DapSession::Json DapSession::SetVariable(const Json& arguments) {
  const int64_t number = IntegerAt(arguments, "variablesReference").value_or(0);
  if (number < 1 || number > static_cast<int64_t>(references_.size()))
    return Fail(Concat("There are no variables ", number, "."));
  Debugger& debugger = *debugger_.load();
  const Reference reference = references_[static_cast<size_t>(number) - 1];
  const std::string name = StringAt(arguments, "name").value_or("");
  const std::string text = StringAt(arguments, "value").value_or("");
  const bool is_part = reference.sort == Reference::Sort::kValue;
  const Debugger::Result result =
      is_part ? debugger.Evaluate(stop_.frame, text)
              : debugger.Evaluate(reference.frame, Concat(name, " := ", text));
  if (!result.value.has_value()) return Fail(result.error);
  if (is_part && !SetPart(debugger.vm(), handles_[reference.handle].get(), name, *result.value)) {
    return Fail(Concat("There is no variable '", name, "'."));
  }
  return VariableBody(name, *result.value, !is_part);
}

DapSession::Json DapSession::Evaluate(const Json& arguments) {
  const std::optional<size_t> frame = FrameOf(arguments);
  if (!frame.has_value()) return Json::object();
  Debugger& debugger = *debugger_.load();
  const std::string text = StringAt(arguments, "expression").value_or("");
  const InputKind kind = SortInput(text).kind;
  if (kind == InputKind::kClass || kind == InputKind::kMethod) {
    if (!debugger.Define(text)) return Fail("It has errors, which are in the output.");
    return {{"result", "defined"}, {"variablesReference", 0}};
  }
  const Debugger::Result result = debugger.Evaluate(*frame, text);
  FlushOut();
  if (!result.value.has_value()) return Fail(result.error);
  const int64_t reference = ReferenceTo(*result.value);
  VM& vm = debugger.vm();
  Json body = {{"type", vm.symbols().NameOf(vm.classes().Of(*result.value)->name)},
               {"variablesReference", reference}};
  body["result"] = debugger.TextOf(*result.value);
  return body;
}

}  // namespace som
