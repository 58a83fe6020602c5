// Formatting of collected errors; see diagnostics.h.
#include "compiler/diagnostics.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "compiler/concat.h"
#include "compiler/source.h"

namespace som {

namespace {

// A longer line is cut to a window around the error.
constexpr size_t kMaxShownColumns = 160;
constexpr size_t kColumnsBeforeCaret = 60;
constexpr std::string_view kRed = "\x1B[31m";
constexpr std::string_view kCyan = "\x1B[36m";
constexpr std::string_view kPlain = "\x1B[0m";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

// Splits into characters that are safe to print: control characters and malformed bytes are
// replaced.
std::vector<std::string_view> PrintableCharacters(std::string_view line) {
  std::vector<std::string_view> characters;
  size_t i = 0;
  while (i < line.size()) {
    const uint32_t length = Utf8SequenceLength(line, i);
    const auto byte = static_cast<unsigned char>(line[i]);
    const bool shown = length > 0 && (byte >= 0x20 || byte == '\t') && byte != 0x7F;
    characters.push_back(shown ? line.substr(i, length) : kReplacement);
    i += std::max<size_t>(1, length);
    // A column counts bytes that start a character, so stray continuation bytes belong to the one
    // before.
    if (length == 0) {
      while (i < line.size() && (static_cast<unsigned char>(line[i]) & 0xC0) == 0x80) ++i;
    }
  }
  return characters;
}

}  // namespace

std::string Excerpt(std::string_view line, uint32_t column, uint32_t width,
                    const DiagnosticStyle& style) {
  size_t leading = 0;
  while (leading < line.size() && IsBlank(line[leading])) ++leading;
  std::string_view trimmed = line.substr(leading);
  while (!trimmed.empty() && IsBlank(trimmed.back())) trimmed.remove_suffix(1);

  const std::vector<std::string_view> characters = PrintableCharacters(trimmed);
  const size_t caret = column > leading ? column - 1 - leading : 0;
  size_t begin = 0;
  size_t end = characters.size();
  if (end > kMaxShownColumns) {
    begin = caret > kColumnsBeforeCaret ? caret - kColumnsBeforeCaret : 0;
    begin = std::min(begin, end - kMaxShownColumns);
    end = begin + kMaxShownColumns;
  }
  std::string out = "  ";
  if (begin > 0) out += "...";
  for (size_t i = begin; i < end; ++i) out += characters[i];
  if (end < characters.size()) out += "...";
  out += "\n  ";
  if (begin > 0) out += "   ";
  for (size_t i = begin; i < caret; ++i) {
    // Tabs keep the caret aligned however wide they are shown.
    out += i < characters.size() && characters[i] == "\t" ? '\t' : ' ';
  }
  std::string mark = "^";
  if (style.hints && width > 1 && caret + 1 < end)
    mark.append(std::min<size_t>(width - 1, end - caret - 1), '~');
  out += style.colour ? Concat(kRed, mark, kPlain) : mark;
  return out + "\n";
}

std::string HintLine(std::string_view text, const DiagnosticStyle& style) {
  return style.colour ? Concat(kCyan, "hint:", kPlain, " ", text, "\n")
                      : Concat("hint: ", text, "\n");
}

void Diagnostics::Add(const SourceFile& source, uint32_t offset, std::string message) {
  const SourceFile::Location location = source.Locate(offset);
  Add({source.path(), location.line, location.column, std::move(message),
       std::string(source.Line(location.line)), 1, ""});
}

void Diagnostics::Add(const SourceFile& source, uint32_t begin, uint32_t end, std::string message,
                      std::string hint) {
  Add(source, begin, std::move(message));
  const SourceSpan span = source.Span(begin, std::max(begin, end));
  Diagnostic& added = entries_.back();
  const uint32_t line_end = static_cast<uint32_t>(added.source_line.size()) + 1;
  const uint32_t end_column = span.end_line == span.line ? span.end_column : line_end;
  added.width = std::max<uint32_t>(1, end_column - std::min(end_column, span.column));
  added.hint = std::move(hint);
}

void Diagnostics::SortByPlace() {
  std::sort(entries_.begin(), entries_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column, a.message) < std::tie(b.line, b.column, b.message);
  });
}

void Diagnostics::Print(std::ostream& out, const DiagnosticStyle& style) const {
  for (const Diagnostic& entry : entries_) {
    out << "File '" << entry.path << "', line " << entry.line << ", column " << entry.column
        << ":\n";
    out << Excerpt(entry.source_line, entry.column, entry.width, style) << entry.message << "\n";
    if (style.hints && !entry.hint.empty()) out << HintLine(entry.hint, style);
  }
}

}  // namespace som
