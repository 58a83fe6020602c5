// Characters: classes, simple case mappings, UTF-8 encoding and decoding of single code points.
// Whole Strings are string_object.h's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace som {

constexpr uint32_t kMaxCodePoint = 0x10FFFF;
constexpr bool IsSurrogate(uint32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

bool IsLetter(uint32_t c);
bool IsWhiteSpace(uint32_t c);
bool IsAsciiDigit(uint32_t c);

// The classes as bits, and those that each character of one byte is in: for code that must not look
// into tables of ranges. Bytes that are no ASCII character are in none.
enum CharacterKind : uint8_t { kLetterKind = 1, kWhiteSpaceKind = 2, kDigitKind = 4 };
using ByteKinds = std::array<uint8_t, 256>;
const ByteKinds& KindsOfBytes();

// The character that the Unicode database gives as one-to-one counterpart; `c` itself if there is
// none.
uint32_t ToUpper(uint32_t c);
uint32_t ToLower(uint32_t c);

// The character that starts at `text[position]`, which takes `bytes` bytes (as CharacterBytes
// answers). A byte outside any valid sequence is the character of its number plus kInvalidByte,
// which no class contains.
constexpr uint32_t kInvalidByte = 0xDC00;
uint32_t DecodeCharacter(std::string_view text, size_t position, size_t bytes);
// Appends `c`; a character made from an invalid byte becomes that byte again.
void AppendCharacter(std::string* text, uint32_t c);

}  // namespace som
