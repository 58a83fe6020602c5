// Making and reading String objects: UTF-8 text with its length in code points, cached hash.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "vm/memory/heap.h"
#include "vm/objects/object.h"

namespace som {

// Number of code points in UTF-8 text; every byte that is not part of a valid sequence counts as
// one.
uint32_t CountCodePoints(std::string_view text);
// Bytes of the character that starts at `position` (1 for an invalid byte).
size_t CharacterBytes(std::string_view text, size_t position);
// Makes the last word that the text of a fresh String reaches into end in zeros; byte_length is
// set.
inline void ClearLastWord(String* string) {
  if (string->byte_length == 0) return;
  const size_t start = (size_t{string->byte_length} - 1) / 8 * 8;
  std::memset(string->bytes + start, 0, 8);
}
// Whether there can be a String of so many bytes: what makes texts of unbounded size asks first.
inline bool CanMakeString(const Heap& heap, size_t bytes) {
  return bytes <= String::kMaxBytes && heap.CanAllocate(StringBytes(bytes));
}
// Fills a freshly allocated String or Symbol (symbol_index is set to 0).
void FillString(String* string, std::string_view text);
// A new String. SAFEPOINT: `text` must not point into the moving part of the heap.
Value MakeString(Heap& heap, std::string_view text);
// The same in old space; does not collect.
Value MakeOldString(Heap& heap, std::string_view text);
// Content hash, computed once; equal for Strings and Symbols of equal content. At most 30 bits,
// never 0.
uint32_t StringHash(String* string);

}  // namespace som
