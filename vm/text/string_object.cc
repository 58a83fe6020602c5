// See string_object.h.
#include "vm/text/string_object.h"

#include <cstring>

#include "vm/objects/well_known.h"

namespace som {

namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool IsAsciiText(std::string_view text) {
  const char* p = text.data();
  size_t n = text.size();
  while (n >= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    if ((word & 0x8080808080808080u) != 0) return false;
    p += 8;
    n -= 8;
  }
  for (; n > 0; --n, ++p) {
    if (static_cast<unsigned char>(*p) >= 0x80) return false;
  }
  return true;
}

}  // namespace

size_t CharacterBytes(std::string_view text, size_t position) {
  auto lead = static_cast<unsigned char>(text[position]);
  size_t length = 1;
  if (lead >= 0xC2 && lead < 0xE0) {
    length = 2;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3;
  } else if (lead >= 0xF0 && lead < 0xF5) {
    length = 4;
  }
  if (position + length > text.size()) return 1;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[position + i])) return 1;
  }
  return length;
}

uint32_t CountCodePoints(std::string_view text) {
  if (IsAsciiText(text)) return static_cast<uint32_t>(text.size());
  uint32_t count = 0;
  for (size_t i = 0; i < text.size(); i += CharacterBytes(text, i)) ++count;
  return count;
}

void FillString(String* string, std::string_view text) {
  string->byte_length = static_cast<uint32_t>(text.size());
  string->char_length = CountCodePoints(text);
  string->hash = 0;
  string->symbol_index = 0;
  ClearLastWord(string);
  if (!text.empty()) std::memcpy(string->bytes, text.data(), text.size());
}

Value MakeString(Heap& heap, std::string_view text) {
  auto* string =
      static_cast<String*>(heap.Allocate(kStringClass, Kind::kString, StringBytes(text.size())));
  FillString(string, text);
  return Value::FromObject(string);
}

Value MakeOldString(Heap& heap, std::string_view text) {
  auto* string =
      static_cast<String*>(heap.AllocateOld(kStringClass, Kind::kString, StringBytes(text.size())));
  FillString(string, text);
  return Value::FromObject(string);
}

uint32_t StringHash(String* string) {
  if (string->hash == 0) {
    // FNV-1a, folded to 30 bits: the same on every run, so that benchmark results are repeatable.
    uint64_t h = 0xCBF29CE484222325u;
    for (char c : string->View()) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    auto folded = static_cast<uint32_t>((h ^ (h >> 32)) & 0x3FFFFFFF);
    string->hash = folded == 0 ? 1 : folded;
  }
  return string->hash;
}

}  // namespace som
