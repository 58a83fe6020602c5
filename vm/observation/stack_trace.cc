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

std::string StackTraceText(VM& vm, ErrorActivation error) {
  std::vector<ActivationView> frames;
  for (FrameIterator frame(vm); !frame.done(); frame.Next()) frame.AppendActivations(&frames);
  if (error == ErrorActivation::kLeftOut && IsInError(vm)) frames.erase(frames.begin());
  std::reverse(frames.begin(), frames.end());
  if (frames.empty()) return "";
  std::string text = "Traceback (most recent call at bottom):\n";
  for (size_t i = 0; i < frames.size(); ++i) {
    if (frames.size() > kOldestShown + kNewestShown && i == kOldestShown) {
      size_t left_out = frames.size() - kOldestShown - kNewestShown;
      text.append(Concat("  ... ", left_out, " more activations ...\n"));
      i += left_out;
    }
    AppendFrame(vm, frames[i], &text);
  }
  return text;
}

}  // namespace som
