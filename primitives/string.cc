// Primitives of String and Symbol that treat the text as a whole or take parts of it. What looks at
// the kind of characters is in string_characters.cc.
#include <cstring>

#include "primitives/primitive.h"

namespace som::primitives {

namespace {

const String* StringOf(Value v) { return As<String>(v); }

// A String of that size with everything but its bytes filled in; null after reporting that there is
// no room for it.
String* AllocateString(VM& vm, size_t bytes, size_t characters) {
  if (!CanMakeString(vm.heap(), bytes)) {
    FailOutOfMemory(vm);
    return nullptr;
  }
  auto* string =
      static_cast<String*>(vm.heap().Allocate(kStringClass, Kind::kString, StringBytes(bytes)));
  string->byte_length = static_cast<uint32_t>(bytes);
  string->char_length = static_cast<uint32_t>(characters);
  string->hash = 0;
  string->symbol_index = 0;
  ClearLastWord(string);
  return string;
}

// The characters from `start` up to, not including, `end`, counted from 0, of the String in the
// argument slot.
Value Substring(VM& vm, const Value* slot, size_t start, size_t end) {
  if (start == end) return vm.characters().Empty();
  const size_t begin_byte = vm.characters().ByteOffset(StringOf(*slot), start);
  const size_t end_byte = vm.characters().ByteOffset(StringOf(*slot), end);
  const size_t bytes = end_byte - begin_byte;
  const auto first = static_cast<unsigned char>(StringOf(*slot)->View()[begin_byte]);
  if (bytes == 1 && first < Characters::kAsciiCount) return vm.characters().Single(first);
  String* result = AllocateString(vm, bytes, end - start);
  if (result == nullptr) return Value::Unwind();
  std::memcpy(result->bytes, StringOf(*slot)->View().data() + begin_byte, bytes);
  return Value::FromObject(result);
}

// Whether bytes that are invalid at the end of one text and at the start of the next may form a
// character together.
bool MayMerge(std::string_view left, std::string_view right) {
  const auto is_continuation = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
  };
  return !left.empty() && !right.empty() && is_continuation(right.front());
}

// UTF-8 sorts like the code points it stands for.
template <typename Predicate>
Value Compare(VM& vm, Value* arguments, Predicate predicate) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  if (!IsString(arguments[1])) return FailType(vm, "String_", arguments[1]);
  return Bool(predicate(StringOf(arguments[0])->View().compare(StringOf(arguments[1])->View())));
}

// The first occurrence of `part` in `text` at or behind `offset`, npos if there is none. Linear,
// unlike find().
size_t FindText(std::string_view text, std::string_view part, size_t offset) {
  const void* found = memmem(text.data() + offset, text.size() - offset, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

// Writes a text behind the bytes in use; there is room for it.
void Append(TextBuffer* buffer, std::string_view text, uint32_t characters) {
  std::memcpy(buffer->bytes + buffer->byte_length, text.data(), text.size());
  buffer->byte_length += static_cast<uint32_t>(text.size());
  buffer->char_length += characters;
}

// The buffer of the text in arguments[0] if it has room for `more` bytes and nothing has been
// written behind the text; otherwise null.
TextBuffer* BufferToGrowIn(const Value* arguments, size_t more) {
  const String* left = StringOf(arguments[0]);
  if (!left->IsGrown()) return nullptr;
  auto* buffer = As<TextBuffer>(left->grown.buffer);
  const bool fits = buffer->byte_length == left->grown.byte_length &&
                    more <= buffer->capacity - buffer->byte_length;
  return fits ? buffer : nullptr;
}

// A buffer with the text of arguments[0] and room for `more` bytes and as much as makes growing
// cheap: half where a buffer is full, an eighth otherwise, as the text may not grow again. Null
// after reporting that there is no room.
TextBuffer* MakeBuffer(VM& vm, const Value* arguments, size_t more) {
  const String* left = StringOf(arguments[0]);
  const size_t needed = left->View().size() + more;
  const bool fills_buffer =
      left->IsGrown() && As<TextBuffer>(left->grown.buffer)->byte_length == left->grown.byte_length;
  const size_t wanted =
      std::min<size_t>(needed + needed / (fills_buffer ? 2 : 8), String::kMaxBytes);
  const size_t capacity = CanMakeString(vm.heap(), wanted) ? wanted : needed;
  if (!CanMakeString(vm.heap(), std::max(needed, capacity))) {
    FailOutOfMemory(vm);
    return nullptr;
  }
  auto* buffer = static_cast<TextBuffer*>(
      vm.heap().Allocate(kStringClass, Kind::kTextBuffer, StringBytes(capacity)));
  buffer->byte_length = 0;
  buffer->char_length = 0;
  buffer->capacity = static_cast<uint32_t>(capacity);
  buffer->unused = 0;
  left = StringOf(arguments[0]);
  Append(buffer, left->View(), left->char_length);
  return buffer;
}

// The texts of both arguments as a text that grows: what is made by adding to the answer costs as
// much as what is added. The characters of both add up.
Value Grow(VM& vm, Value* arguments) {
  const size_t more = StringOf(arguments[1])->View().size();
  HandleScope scope(vm.handles());
  TextBuffer* buffer = BufferToGrowIn(arguments, more);
  if (buffer == nullptr) buffer = MakeBuffer(vm, arguments, more);
  if (buffer == nullptr) return Value::Unwind();
  const Handle kept(scope, Value::FromObject(buffer));
  auto* result =
      static_cast<String*>(vm.heap().Allocate(kStringClass, Kind::kGrownString, kGrownStringBytes));
  const String* right = StringOf(arguments[1]);
  buffer = As<TextBuffer>(kept.get());
  Append(buffer, right->View(), right->char_length);
  result->byte_length = String::kInBuffer;
  result->char_length = StringOf(arguments[0])->char_length + right->char_length;
  result->hash = 0;
  result->symbol_index = 0;
  result->grown.byte_length = buffer->byte_length;
  vm.heap().Store(result, &result->grown.buffer, kept.get());
  return Value::FromObject(result);
}

// The texts of both arguments in a String with bytes of its own. `view` answers a String's text.
template <typename View>
Value Concatenate(VM& vm, Value* arguments, View view) {
  const String* left = StringOf(arguments[0]);
  const String* right = StringOf(arguments[1]);
  const size_t left_bytes = view(left).size();
  const size_t right_bytes = view(right).size();
  const bool adds_up = !MayMerge(view(left), view(right));
  String* result =
      AllocateString(vm, left_bytes + right_bytes, size_t{left->char_length} + right->char_length);
  if (result == nullptr) return Value::Unwind();
  std::memcpy(result->bytes, view(StringOf(arguments[0])).data(), left_bytes);
  std::memcpy(result->bytes + left_bytes, view(StringOf(arguments[1])).data(), right_bytes);
  if (!adds_up) result->char_length = CountCodePoints(result->View());
  return Value::FromObject(result);
}

}  // namespace

Value StringConcatenate(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  if (!IsString(arguments[1])) return FailType(vm, "String_", arguments[1]);
  const String* left = StringOf(arguments[0]);
  const String* right = StringOf(arguments[1]);
  if (left->byte_length < String::kLeastGrownBytes && !right->IsGrown()) {
    return Concatenate(vm, arguments, [](const String* text) {
      return std::string_view(text->bytes, text->byte_length);
    });
  }
  const size_t left_bytes = left->View().size();
  if (left_bytes >= String::kLeastGrownBytes && right->View().size() <= left_bytes / 2 &&
      !MayMerge(left->View(), right->View())) {
    return Grow(vm, arguments);
  }
  return Concatenate(vm, arguments, [](const String* text) { return text->View(); });
}

Value StringAsSymbol(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  return vm.symbols().InternValue(StringOf(arguments[0])->View());
}

Value StringHashcode(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  return Value::Int(StringHash(As<String>(arguments[0])));
}

Value StringLength(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  return Value::Int(StringOf(arguments[0])->char_length);
}

// Strings and Symbols by content; nothing else equals them.
Value StringEqual(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  if (arguments[0] == arguments[1]) return True();
  if (!IsString(arguments[1])) return False();
  const String* a = StringOf(arguments[0]);
  const String* b = StringOf(arguments[1]);
  if (a->hash != b->hash && a->hash != 0 && b->hash != 0) return False();
  return Bool(a->View() == b->View());
}

Value StringLess(VM& vm, Value* arguments) {
  return Compare(vm, arguments, [](int order) { return order < 0; });
}

Value StringGreater(VM& vm, Value* arguments) {
  return Compare(vm, arguments, [](int order) { return order > 0; });
}

Value StringLessEqual(VM& vm, Value* arguments) {
  return Compare(vm, arguments, [](int order) { return order <= 0; });
}

Value StringGreaterEqual(VM& vm, Value* arguments) {
  return Compare(vm, arguments, [](int order) { return order >= 0; });
}

// A bad index is an error of the library, which programs may handle by overriding error:.
Value StringCharAt(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  if (!IsInteger(arguments[1])) return FailType(vm, "Int", arguments[1]);
  const int64_t length = StringOf(arguments[0])->char_length;
  if (!IsIndex(arguments[1], length)) {
    const std::string index = IntegerDigits(arguments[1]);
    const Value message =
        MakeString(vm.heap(), Concat("Attempting to index string out of its bounds (start: ", index,
                                     " end: ", index, " length: ", length, ")"));
    return vm.Send(arguments[0], vm.symbols().Intern("error:"), {&message, 1});
  }
  const auto position = static_cast<size_t>(arguments[1].AsInt());
  return Substring(vm, &arguments[0], position - 1, position);
}

// From start to end, both included; start may be one past the end, which gives the empty String.
Value StringSubstring(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  const int64_t length = StringOf(arguments[0])->char_length;
  const Value start = arguments[1];
  const Value end = arguments[2];
  if (!IsIndex(start, length + 1)) return FailIndex(vm, start, length);
  if (end != Value::Int(0) && !IsIndex(end, length)) return FailIndex(vm, end, length);
  if (end.AsInt() < start.AsInt() - 1) return FailIndex(vm, start, end.AsInt());
  return Substring(vm, &arguments[0], static_cast<size_t>(start.AsInt() - 1),
                   static_cast<size_t>(end.AsInt()));
}

// The first position from `start` on, -1 if there is none. The empty text is everywhere.
Value StringIndexOfStartingAt(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  if (!IsString(arguments[1])) return FailType(vm, "String_", arguments[1]);
  if (!IsInteger(arguments[2])) return FailType(vm, "Int", arguments[2]);
  const String* text = StringOf(arguments[0]);
  const Value start = Sign(arguments[2]) > 0 ? arguments[2] : Value::Int(1);
  if (!IsIndex(start, int64_t{text->char_length} + 1)) return Value::Int(-1);
  const size_t offset = vm.characters().ByteOffset(text, static_cast<size_t>(start.AsInt() - 1));
  const size_t found = FindText(text->View(), StringOf(arguments[1])->View(), offset);
  if (found == std::string_view::npos) return Value::Int(-1);
  return Value::Int(static_cast<int64_t>(vm.characters().CharacterIndex(text, found)) + 1);
}

// A String with the same text.
Value SymbolAsString(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  return Substring(vm, &arguments[0], 0, StringOf(arguments[0])->char_length);
}

}  // namespace som::primitives
