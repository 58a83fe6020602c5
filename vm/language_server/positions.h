// Places in a text: bytes here, lines and UTF-16 units in the protocol. Lines end as the protocol
// says, in "\n", "\r\n" or "\r". Knows nothing of SOM.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace som::lsp {

// A stretch [begin, end) of a text, in bytes.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;

  // Whether a cursor at `offset` touches it, at its ends included.
  bool Touches(uint32_t offset) const { return begin <= offset && offset <= end; }
  friend bool operator==(const Span&, const Span&) = default;
};

// Line and UTF-16 unit, both from 0.
struct Position {
  uint32_t line = 0;
  uint32_t character = 0;

  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Range {
  Position start;
  Position end;
};

// The lines of a text, which must outlive it. Bytes that are no UTF-8 count as one unit each.
class LineMap {
 public:
  explicit LineMap(std::string_view text);

  // Offsets behind the end mean the end. Ascending offsets are answered in time linear in the text
  // however long its lines are.
  Position PositionOf(uint32_t offset) const;
  Range RangeOf(Span span) const { return {PositionOf(span.begin), PositionOf(span.end)}; }
  // What lies behind the end of a line means its end, what lies behind the last line the end of the
  // text, and the middle of a character its start.
  uint32_t OffsetOf(Position position) const;

  uint32_t line_count() const { return static_cast<uint32_t>(starts_.size()); }
  uint32_t LineOf(uint32_t offset) const;
  // Offset of the end of a line, in front of its line end.
  uint32_t EndOf(uint32_t line) const;

 private:
  // The last answer of PositionOf.
  struct Memo {
    uint32_t line = 0;
    uint32_t offset = 0;
    uint32_t units = 0;
  };

  std::string_view text_;
  std::vector<uint32_t> starts_;
  mutable Memo memo_;
};

}  // namespace som::lsp
