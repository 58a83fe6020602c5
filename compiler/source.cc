// Line table and UTF-8; see source.h.
#include "compiler/source.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace som {

namespace {

constexpr size_t kUsualLine = 24;  // bytes; how long lines are does not matter

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Word by word.
bool IsAscii(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  uint64_t bits = 0;
  size_t i = 0;
  for (; i + sizeof(uint64_t) <= text.size(); i += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    bits |= word;
  }
  for (; i < text.size(); ++i) bits |= static_cast<unsigned char>(text[i]);
  return (bits & kHighBits) == 0;
}

}  // namespace

uint32_t Utf8SequenceLength(std::string_view text, size_t offset) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const size_t left = text.size() - offset;
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const uint32_t length = first >= 0xC2 && first <= 0xDF   ? 2
                          : first >= 0xE0 && first <= 0xEF ? 3
                          : first >= 0xF0 && first <= 0xF4 ? 4
                                                           : 0;
  if (length == 0 || left < length) return 0;
  for (uint32_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[offset + i])) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) > 0x9F) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

SourceFile::SourceFile(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)) {
  line_starts_.reserve(text_.size() / kUsualLine + 1);
  line_starts_.push_back(0);
  const char* const begin = text_.data();
  const char* const end = begin + text_.size();
  const char* line = begin;
  while (const void* found = std::memchr(line, '\n', static_cast<size_t>(end - line))) {
    line = static_cast<const char*>(found) + 1;
    line_starts_.push_back(static_cast<uint32_t>(line - begin));
  }
  ascii_ = IsAscii(text_);
}

SourceFile::Location SourceFile::Locate(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  return LocateIn(static_cast<uint32_t>(next - line_starts_.begin()), offset);
}

SourceFile::Location SourceFile::LocateIn(uint32_t line, uint32_t offset) const {
  const uint32_t start = line_starts_[line - 1];
  Location location;
  location.line = line;
  if (ascii_) {
    location.column = offset - start + 1;
  } else {
    for (uint32_t i = start; i < offset; ++i) {
      if (!IsContinuation(text_[i])) ++location.column;
    }
  }
  return location;
}

SourceSpan SourceFile::Span(uint32_t begin, uint32_t end) const {
  const Location first = Locate(begin);
  const bool in_one_line = end >= begin && end <= text_.size() &&
                           (first.line == line_count() || end < line_starts_[first.line]);
  const Location last = in_one_line ? LocateIn(first.line, end) : Locate(end);
  return {first.line, first.column, last.line, last.column};
}

std::string_view SourceFile::Line(uint32_t line) const {
  if (line == 0 || line > line_count()) return {};
  const uint32_t start = line_starts_[line - 1];
  const size_t end = line < line_count() ? line_starts_[line] - 1 : text_.size();
  std::string_view result = std::string_view(text_).substr(start, end - start);
  if (!result.empty() && result.back() == '\r') result.remove_suffix(1);
  return result;
}

}  // namespace som
