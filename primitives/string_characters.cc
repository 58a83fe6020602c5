// Primitives of String that look at its characters: their kind, their case, their code points.
#include <algorithm>
#include <array>

#include "primitives/primitive.h"
#include "vm/text/unicode.h"

namespace som::primitives {

namespace {

// Calls visit(code point) for each character until it answers false; answers whether it never did.
template <typename Visit>
bool VisitCharacters(std::string_view text, Visit visit) {
  for (size_t i = 0; i < text.size();) {
    const size_t bytes = CharacterBytes(text, i);
    if (!visit(DecodeCharacter(text, i, bytes))) return false;
    i += bytes;
  }
  return true;
}

// False for the empty String. `kind` is what is_of_kind answers for ASCII characters.
Value AllAre(VM& vm, Value* arguments, CharacterKind kind, bool (*is_of_kind)(uint32_t)) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  const std::string_view text = As<String>(arguments[0])->View();
  if (text.size() == 1)
    return Bool((KindsOfBytes()[static_cast<unsigned char>(text[0])] & kind) != 0);
  return Bool(!text.empty() && VisitCharacters(text, is_of_kind));
}

using AsciiMap = std::array<char, 128>;

AsciiMap AsciiPartOf(uint32_t (*map)(uint32_t)) {
  AsciiMap result{};
  for (size_t c = 0; c < result.size(); ++c)
    result[c] = static_cast<char>(map(static_cast<uint32_t>(c)));
  return result;
}

// `ascii` is AsciiPartOf(map).
Value MapCharacters(VM& vm, Value* arguments, uint32_t (*map)(uint32_t), const AsciiMap& ascii) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  const auto* string = As<String>(arguments[0]);
  const std::string_view text = string->View();
  std::string result;
  if (string->IsAscii()) {
    // Bytes that are no UTF-8 stand for themselves.
    result.resize(text.size());
    std::transform(text.begin(), text.end(), result.begin(), [&ascii](char c) {
      return static_cast<unsigned char>(c) < ascii.size() ? ascii[static_cast<size_t>(c)] : c;
    });
  } else {
    VisitCharacters(text, [&](uint32_t c) {
      AppendCharacter(&result, map(c));
      return true;
    });
  }
  if (!CanMakeString(vm.heap(), result.size())) return FailOutOfMemory(vm);
  return MakeString(vm.heap(), result);
}

}  // namespace

Value StringIsWhiteSpace(VM& vm, Value* arguments) {
  return AllAre(vm, arguments, kWhiteSpaceKind, IsWhiteSpace);
}

Value StringIsLetters(VM& vm, Value* arguments) {
  return AllAre(vm, arguments, kLetterKind, IsLetter);
}

Value StringIsDigits(VM& vm, Value* arguments) {
  return AllAre(vm, arguments, kDigitKind, IsAsciiDigit);
}

Value StringAsUppercase(VM& vm, Value* arguments) {
  static const AsciiMap ascii = AsciiPartOf(ToUpper);
  return MapCharacters(vm, arguments, ToUpper, ascii);
}

Value StringAsLowercase(VM& vm, Value* arguments) {
  static const AsciiMap ascii = AsciiPartOf(ToLower);
  return MapCharacters(vm, arguments, ToLower, ascii);
}

Value StringCodePointAt(VM& vm, Value* arguments) {
  if (!IsString(arguments[0])) return FailType(vm, "String_", arguments[0]);
  const auto* string = As<String>(arguments[0]);
  if (!IsIndex(arguments[1], string->char_length)) {
    return FailIndex(vm, arguments[1], string->char_length);
  }
  const std::string_view text = string->View();
  const auto index = static_cast<size_t>(arguments[1].AsInt() - 1);
  if (string->IsAscii() && static_cast<signed char>(text[index]) >= 0)
    return Value::Int(text[index]);
  const size_t offset = vm.characters().ByteOffset(string, index);
  return Value::Int(DecodeCharacter(text, offset, CharacterBytes(text, offset)));
}

Value StringFromCodePoint(VM& vm, Value* arguments) {
  if (!IsInteger(arguments[1])) return FailType(vm, "Int", arguments[1]);
  if (!arguments[1].IsInt() || arguments[1].AsInt() < 0 || arguments[1].AsInt() > kMaxCodePoint) {
    return FailDomain(vm);
  }
  const auto c = static_cast<uint32_t>(arguments[1].AsInt());
  if (IsSurrogate(c)) return FailDomain(vm);
  if (c < Characters::kAsciiCount) return vm.characters().Single(static_cast<unsigned char>(c));
  std::string text;
  AppendCharacter(&text, c);
  return MakeString(vm.heap(), text);
}

}  // namespace som::primitives
