// See unicode.h. The tables are generated: scripts/generate-unicode-tables.
#include "vm/text/unicode.h"

#include <algorithm>
#include <iterator>

namespace som {

namespace {

struct CharacterRange {
  uint32_t first;
  uint32_t last;
};

// Every step-th character from first to last maps to itself + delta.
struct CaseRange {
  uint32_t first;
  uint32_t last;
  uint32_t step;
  int32_t delta;
};

#include "vm/text/unicode_tables.inc"

// The range that `c` lies in, or null. The tables are in ascending order.
template <typename Range, size_t kCount>
const Range* Find(const Range (&table)[kCount], uint32_t c) {
  const Range* range = std::lower_bound(std::begin(table), std::end(table), c,
                                        [](const Range& r, uint32_t x) { return r.last < x; });
  return range != std::end(table) && range->first <= c ? range : nullptr;
}

template <size_t kCount>
uint32_t Map(const CaseRange (&table)[kCount], uint32_t c) {
  const CaseRange* range = Find(table, c);
  if (range == nullptr || (c - range->first) % range->step != 0) return c;
  return static_cast<uint32_t>(static_cast<int32_t>(c) + range->delta);
}

}  // namespace

bool IsLetter(uint32_t c) {
  if (c < 0x80) return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  return Find(kLetters, c) != nullptr;
}

bool IsWhiteSpace(uint32_t c) { return Find(kWhiteSpace, c) != nullptr; }

bool IsAsciiDigit(uint32_t c) { return c >= '0' && c <= '9'; }

const ByteKinds& KindsOfBytes() {
  static const ByteKinds kKinds = [] {
    ByteKinds kinds{};
    for (uint32_t c = 0; c < 0x80; ++c) {
      kinds[c] = static_cast<uint8_t>((IsLetter(c) ? kLetterKind : 0) |
                                      (IsWhiteSpace(c) ? kWhiteSpaceKind : 0) |
                                      (IsAsciiDigit(c) ? kDigitKind : 0));
    }
    return kinds;
  }();
  return kKinds;
}

uint32_t ToUpper(uint32_t c) { return Map(kToUpper, c); }

uint32_t ToLower(uint32_t c) { return Map(kToLower, c); }

uint32_t DecodeCharacter(std::string_view text, size_t position, size_t bytes) {
  const uint32_t lead = static_cast<unsigned char>(text[position]);
  if (bytes == 1) return lead < 0x80 ? lead : kInvalidByte + lead;
  uint32_t c = lead & (0xFFu >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    c = (c << 6) | (static_cast<unsigned char>(text[position + i]) & 0x3F);
  }
  return c;
}

void AppendCharacter(std::string* text, uint32_t c) {
  const auto append = [text](uint32_t byte) { *text += static_cast<char>(byte); };
  const auto append_continuation = [&](int shift) { append(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    append(c);
  } else if (c >= kInvalidByte + 0x80 && c <= kInvalidByte + 0xFF) {
    append(c - kInvalidByte);
  } else if (c < 0x800) {
    append(0xC0 | (c >> 6));
    append_continuation(0);
  } else if (c < 0x10000) {
    append(0xE0 | (c >> 12));
    append_continuation(6);
    append_continuation(0);
  } else {
    append(0xF0 | (c >> 18));
    append_continuation(12);
    append_continuation(6);
    append_continuation(0);
  }
}

}  // namespace som
