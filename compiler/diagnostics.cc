// Formatting of collected errors; see diagnostics.h.
#include "compiler/diagnostics.h"

#include <algorithm>
#include <utility>

#include "compiler/source.h"

namespace som {

namespace {

// A longer line is cut to a window around the error.
constexpr size_t kMaxShownColumns = 160;
constexpr size_t kColumnsBeforeCaret = 60;
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

void PrintExcerpt(std::ostream& out, std::string_view line, uint32_t column) {
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
  out << "  ";
  if (begin > 0) out << "...";
  for (size_t i = begin; i < end; ++i) out << characters[i];
  if (end < characters.size()) out << "...";
  out << "\n  ";
  if (begin > 0) out << "   ";
  for (size_t i = begin; i < caret; ++i) {
    // Tabs keep the caret aligned however wide they are shown.
    out << (i < characters.size() && characters[i] == "\t" ? '\t' : ' ');
  }
  out << "^\n";
}

}  // namespace

void Diagnostics::Add(const SourceFile& source, uint32_t offset, std::string message) {
  const SourceFile::Location location = source.Locate(offset);
  Add({source.path(), location.line, location.column, std::move(message),
       std::string(source.Line(location.line))});
}

void Diagnostics::Print(std::ostream& out) const {
  for (const Diagnostic& entry : entries_) {
    out << "File '" << entry.path << "', line " << entry.line << ", column " << entry.column
        << ":\n";
    PrintExcerpt(out, entry.source_line, entry.column);
    out << entry.message << "\n";
  }
}

}  // namespace som
