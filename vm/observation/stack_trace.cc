// See stack_trace.h.
#include "vm/observation/stack_trace.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "compiler/concat.h"
#include "vm/code/class_table.h"
#include "vm/interpreter/activations.h"
#include "vm/linking/linker.h"
#include "vm/linking/loop_variant.h"
#include "vm/observation/error_place.h"
#include "vm/vm.h"

namespace som {

namespace {

// Of a deeper stack only the oldest and the newest activations are shown.
constexpr size_t kOldestShown = 10;
constexpr size_t kNewestShown = 30;

std::string_view Trimmed(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  size_t begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

void AppendFrame(VM& vm, const ActivationView& activation, std::string* text) {
  const Method& method = *activation.method;
  SourceSpan span = PositionOf(method, activation.ip);
  const ParsedClass& parsed = *method.home->parsed;
  text->append(Concat("  File ", parsed.path(), ", line ", span.line, ", column ",
                      span.column == 0 ? 0 : span.column - 1, ": in ", MethodTitle(vm, method),
                      "\n"));
  for (uint32_t line = span.line; line <= std::max(span.line, span.end_line); ++line) {
    text->append(Concat("    ", Trimmed(parsed.Line(line)), "\n"));
  }
}

// `head` stands above the oldest.
std::string TextOf(VM& vm, const std::vector<ActivationView>& newest_first,
                   const std::string& head) {
  const size_t count = newest_first.size();
  if (count == 0) return "";
  std::string text = Concat("Traceback (most recent call at bottom):\n", head);
  for (size_t i = 0; i < count; ++i) {
    if (count > kOldestShown + kNewestShown && i == kOldestShown) {
      const size_t left_out = count - kOldestShown - kNewestShown;
      text.append(Concat("  ... ", left_out, " more activations ...\n"));
      i += left_out;
    }
    AppendFrame(vm, newest_first[count - 1 - i], &text);
  }
  return text;
}

std::string Dimmed(VM& vm, const std::string& text) {
  return vm.options().colour ? Concat("\x1B[2m", text, "\x1B[0m") : text;
}

// Newest first.
std::vector<ActivationView> Activations(VM& vm) {
  std::vector<ActivationView> activations;
  for (FrameIterator frame(vm); !frame.done(); frame.Next()) frame.AppendActivations(&activations);
  return activations;
}

// Takes the library's methods off the two ends, those that start a program and those that fail and
// report it, unless nothing would be left. Answers how many.
size_t FoldMachinery(VM& vm, std::vector<ActivationView>* newest_first) {
  std::vector<const Method*> methods;
  methods.reserve(newest_first->size());
  for (const ActivationView& activation : *newest_first) methods.push_back(activation.method);
  size_t newest = FindErrorPlace(vm, methods).index;
  while (newest < methods.size() && IsOfLibrary(vm, *methods[newest])) ++newest;
  if (newest == methods.size()) return 0;
  size_t oldest = 0;
  while (IsOfLibrary(vm, *methods[methods.size() - 1 - oldest])) ++oldest;
  newest_first->resize(methods.size() - oldest);
  newest_first->erase(newest_first->begin(),
                      newest_first->begin() + static_cast<ptrdiff_t>(newest));
  return newest + oldest;
}

}  // namespace

std::string MethodTitle(VM& vm, const Method& method) {
  return Concat(method.is_block ? "block in " : "", vm.symbols().NameOf(method.holder->name), ">>",
                vm.symbols().NameOf(method.selector));
}

SourceSpan PositionOf(const Method& method, const CodeUnit* ip) {
  uint32_t offset = DescriptionOffset(method, ip);
  const std::vector<PositionEntry>& positions = method.unit_description().positions;
  auto after = std::upper_bound(
      positions.begin(), positions.end(), offset,
      [](uint32_t value, const PositionEntry& entry) { return value < entry.code_offset; });
  return after == positions.begin() ? SourceSpan{} : std::prev(after)->span;
}

bool IsInError(VM& vm) {
  const FrameIterator newest(vm);
  if (newest.done()) return false;
  std::vector<ActivationView> activations;
  newest.AppendActivations(&activations);
  return !activations.empty() &&
         activations.front().method->selector == vm.symbols().Intern("error:");
}

std::string StackTraceText(VM& vm, TraceOf purpose) {
  std::vector<ActivationView> activations = Activations(vm);
  if (purpose == TraceOf::kErrorMethod && !activations.empty())
    activations.erase(activations.begin());
  std::string full = TextOf(vm, activations, "");
  if (purpose == TraceOf::kPlace) return full;
  vm.set_last_error_trace(full);
  if (!vm.options().hints || vm.options().full_trace) return full;
  const size_t folded = FoldMachinery(vm, &activations);
  if (folded == 0) return full;
  const std::string note = Concat("... ", folded, folded == 1 ? " activation" : " activations",
                                  " of the library, shown with --full-trace ...");
  return TextOf(vm, activations, Concat("  ", Dimmed(vm, note), "\n"));
}

}  // namespace som
