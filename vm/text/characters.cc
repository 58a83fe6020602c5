// See characters.h.
#include "vm/text/characters.h"

#include <algorithm>

#include "vm/text/string_object.h"

namespace som {

Characters::Characters(Heap& heap)
    : empty_(MakeOldString(heap, "")), cursor_string_(Value::Int(0)) {
  for (size_t c = 0; c < kAsciiCount; ++c) {
    const char character = static_cast<char>(c);
    singles_[c] = MakeOldString(heap, std::string_view(&character, 1));
  }
  heap.AddRoots(this);
}

size_t Characters::ByteOffset(const String* string, size_t index) {
  if (string->IsAscii()) return index;
  Enter(string);
  const std::string_view text = string->View();
  if (index < cursor_index_ / 2) {
    cursor_index_ = 0;
    cursor_offset_ = 0;
  }
  while (cursor_index_ < index) StepForward(text);
  while (cursor_index_ > index) StepBack(text);
  return cursor_offset_;
}

size_t Characters::CharacterIndex(const String* string, size_t offset) {
  if (string->IsAscii()) return offset;
  Enter(string);
  const std::string_view text = string->View();
  while (cursor_offset_ < offset) StepForward(text);
  while (cursor_offset_ > offset) StepBack(text);
  return cursor_index_;
}

void Characters::Enter(const String* string) {
  const Value value = Value::FromObject(string);
  if (cursor_string_ == value) return;
  cursor_string_ = value;
  cursor_index_ = 0;
  cursor_offset_ = 0;
}

void Characters::StepForward(std::string_view text) {
  cursor_offset_ += CharacterBytes(text, cursor_offset_);
  ++cursor_index_;
}

void Characters::StepBack(std::string_view text) {
  // The character in front is the longest valid sequence that ends here, or else a lone byte.
  constexpr size_t kLongest = 4;
  size_t bytes = std::min(kLongest, cursor_offset_);
  while (bytes > 1 && CharacterBytes(text, cursor_offset_ - bytes) != bytes) --bytes;
  cursor_offset_ -= bytes;
  --cursor_index_;
}

void Characters::VisitRoots(RootVisitor& visitor) { visitor.Visit(&cursor_string_); }

void Characters::VisitOldRoots(RootVisitor& visitor) {
  visitor.VisitRange(singles_.data(), singles_.data() + singles_.size());
  visitor.Visit(&empty_);
}

}  // namespace som
