// See value_view.h.
#include "vm/debugger/value_view.h"

#include <algorithm>

#include "compiler/concat.h"
#include "compiler/disassembler.h"
#include "vm/numbers/big_integer.h"
#include "vm/objects/object.h"
#include "vm/observation/value_text.h"
#include "vm/vm.h"

namespace som {

namespace {

constexpr size_t kMaxText = 200;
constexpr int64_t kMaxElements = 8;

std::string Cut(std::string_view text) {
  if (text.size() <= kMaxText) return std::string(text);
  size_t end = kMaxText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return Concat(text.substr(0, end), "...");
}

// What a terminal would obey is replaced.
std::string Printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
      },
      '?');
  return text;
}

std::string Text(VM& vm, Value value, bool with_elements) {
  if (value.IsInt() || IsKind(value, Kind::kBigInteger)) return Cut(IntegerDigits(value));
  if (!value.IsObject() || vm.IsDouble(value) || value == Nil() || value == True() ||
      value == False()) {
    return ValueText(vm, value);
  }
  switch (value.AsObject()->kind()) {
    case Kind::kString:
    case Kind::kGrownString:
      return Printable(LiteralSource({StringText{Cut(As<String>(value)->View())}}));
    case Kind::kSymbol:
      return Printable(LiteralSource({SymbolText{Cut(As<String>(value)->View())}}));
    case Kind::kArray: {
      const auto* array = As<Array>(value);
      if (!with_elements) return ValueText(vm, value);
      std::string text = "#(";
      for (int64_t i = 0; i < std::min(array->Length(), kMaxElements); ++i)
        text += Concat(i == 0 ? "" : " ", Text(vm, array->elements[i], false));
      return text + (array->Length() > kMaxElements
                         ? Concat(" ... ", array->Length() - kMaxElements, " more)")
                         : ")");
    }
    case Kind::kClass:
      return ValueText(vm, value);
    default:
      break;
  }
  const std::string_view name = vm.symbols().NameOf(vm.classes().Of(value)->name);
  const bool is_vowel = std::string_view("AEIOU").find(name.front()) != std::string_view::npos;
  return Concat(is_vowel ? "an " : "a ", name);
}

// Fields lie one behind the other; null where there are none.
Value* FieldsOf(VM& vm, Value value) {
  if (!value.IsObject()) return nullptr;
  const Kind kind = value.AsObject()->kind();
  const ClassInfo& info = *vm.classes().Of(value);
  if ((kind != Kind::kInstance && kind != Kind::kClass) || info.FieldCount() == 0) return nullptr;
  return reinterpret_cast<Value*>(value.AsObject()) + info.FirstFieldWord();
}

}  // namespace

std::string BriefText(VM& vm, Value value) { return Text(vm, value, true); }

size_t PartCount(VM& vm, Value value) {
  if (IsKind(value, Kind::kArray)) return static_cast<size_t>(As<Array>(value)->Length());
  return FieldsOf(vm, value) == nullptr ? 0 : vm.classes().Of(value)->FieldCount();
}

std::vector<Part> PartsOf(VM& vm, Value value, size_t start, size_t count) {
  std::vector<Part> parts;
  const size_t all = PartCount(vm, value);
  const size_t end = start >= all ? start : start + std::min(count, all - start);
  parts.reserve(end - start);
  const Value* fields = FieldsOf(vm, value);
  for (size_t i = start; i < end; ++i) {
    if (fields == nullptr) {
      parts.push_back({Concat(i + 1), As<Array>(value)->elements[i]});
    } else {
      const SymbolId name = vm.classes().Of(value)->fields[i];
      parts.push_back({std::string(vm.symbols().NameOf(name)), fields[i]});
    }
  }
  return parts;
}

bool SetPart(VM& vm, Value value, const std::string& name, Value part) {
  const size_t all = PartCount(vm, value);
  Value* fields = FieldsOf(vm, value);
  for (size_t i = 0; i < all; ++i) {
    Value* slot = fields == nullptr ? &As<Array>(value)->elements[i] : &fields[i];
    const bool is_it = fields == nullptr
                           ? Concat(i + 1) == name
                           : vm.symbols().NameOf(vm.classes().Of(value)->fields[i]) == name;
    if (!is_it) continue;
    vm.heap().Store(value.AsObject(), slot, part);
    return true;
  }
  return false;
}

}  // namespace som
