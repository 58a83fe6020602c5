// Access to the characters of Strings by position: the table of one-character Strings, and the
// cursor that makes stepping through a String that is not ASCII as cheap as through one that is.
// One of each belongs to the VM.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vm/memory/heap.h"
#include "vm/memory/roots.h"
#include "vm/objects/object.h"

namespace som {

class Characters : public RootProvider {
 public:
  // Makes the table, in old space. `heap` must outlive this object.
  explicit Characters(Heap& heap);

  // The String of one ASCII character; always the same object.
  Value Single(unsigned char c) const { return singles_[c]; }
  // Where the table begins: kAsciiCount Values.
  const Value* table() const { return singles_.data(); }
  Value Empty() const { return empty_; }

  // The byte at which character `index` (0-based, at most the length) of `string` starts. Constant
  // time for ASCII; otherwise the distance to the position asked for last, if that was in the same
  // String. Does not allocate.
  size_t ByteOffset(const String* string, size_t index);
  // The inverse: how many characters there are in front of the byte at `offset`, where a character
  // starts.
  size_t CharacterIndex(const String* string, size_t offset);

  void VisitRoots(RootVisitor& visitor) override;
  void VisitOldRoots(RootVisitor& visitor) override;

  static constexpr size_t kAsciiCount = 128;

 private:
  // Sets the cursor to the start of `string` unless it is in there already.
  void Enter(const String* string);
  void StepForward(std::string_view text);
  void StepBack(std::string_view text);

  std::array<Value, kAsciiCount> singles_;
  Value empty_;
  // The character at cursor_index_ of cursor_string_ starts at cursor_offset_. No String yet:
  // Int(0).
  Value cursor_string_;
  size_t cursor_index_ = 0;
  size_t cursor_offset_ = 0;
};

}  // namespace som
