// See display.h.
#include "vm/shell/display.h"

#include <algorithm>
#include <array>

#include "compiler/concat.h"
#include "compiler/disassembler.h"
#include "vm/numbers/big_integer.h"
#include "vm/objects/object.h"
#include "vm/observation/value_text.h"
#include "vm/vm.h"

namespace som {

namespace {

constexpr int64_t kMaxElements = 100;
constexpr int kMaxDepth = 5;
constexpr size_t kMaxTextBytes = 10000;

// Both answer an Array: up to `limit` elements (or keys and values in turn), and in its last
// position how many there are in all.
constexpr std::string_view kMethods = R"(
  elementsOf: collection limit: limit = (
    | found count |
    found := Array new: limit + 1.
    count := 0.
    collection do: [:each |
      count := count + 1.
      count <= limit ifTrue: [ found at: count put: each ] ].
    found at: limit + 1 put: count.
    ^ found
  )
  pairsOf: collection limit: limit = (
    | found count |
    found := Array new: limit + limit + 1.
    count := 0.
    collection keysAndValuesDo: [:key :value |
      count := count + 1.
      count <= limit ifTrue: [
        found at: count + count - 1 put: key.
        found at: count + count put: value ] ].
    found at: limit + limit + 1 put: count.
    ^ found
  )
)";

// The library's collections that are shown with their elements, by the message that walks them.
struct KnownCollection {
  std::string_view class_name;
  std::string_view walk;
  bool has_pairs;
};
constexpr std::array<KnownCollection, 4> kCollections = {{
    {"Vector", "do:", false},
    {"Set", "do:", false},
    {"Dictionary", "keysAndValuesDo:", true},
    {"Hashtable", "keysAndValuesDo:", true},
}};

class Displayer {
 public:
  Displayer(VM& vm, Value workspace) : vm_(vm), workspace_(workspace) {}

  std::optional<std::string> TextOf(Value value, int depth) {
    if (value.IsInt() || IsKind(value, Kind::kBigInteger)) return IntegerDigits(value);
    if (vm_.IsDouble(value) || value == Nil() || value == True() || value == False())
      return ValueText(vm_, value);
    switch (value.AsObject()->kind()) {
      case Kind::kString:
      case Kind::kGrownString:
        return Quoted(StringText{Cut(As<String>(value)->View())});
      case Kind::kSymbol:
        return Quoted(SymbolText{Cut(As<String>(value)->View())});
      case Kind::kArray: {
        const int64_t length = As<Array>(value)->Length();
        std::optional<std::string> elements =
            Elements(value, std::min(length, kMaxElements), length, false, depth);
        if (elements.has_value()) elements->insert(0, 1, '#');
        return elements;
      }
      default:
        break;
    }
    const ClassInfo& info = *vm_.classes().Of(value);
    for (const KnownCollection& known : kCollections) {
      if (IsA(info, known.class_name) &&
          vm_.classes().Lookup(&info, vm_.symbols().Intern(known.walk)) != nullptr) {
        return Collection(value, known.has_pairs, depth);
      }
    }
    HandleScope scope(vm_.handles());
    const Handle shown(scope, value);
    const Value text = vm_.Send(value, vm_.symbols().Intern("asString"), {});
    if (text.IsUnwind()) return std::nullopt;
    if (!IsString(text)) return ValueText(vm_, shown.get());
    return Printable(Cut(As<String>(text)->View()));
  }

 private:
  bool IsA(const ClassInfo& info, std::string_view name) const {
    for (const ClassInfo* c = &info; c != nullptr; c = c->superclass) {
      if (vm_.symbols().NameOf(c->name) == name) return true;
    }
    return false;
  }

  // At most kMaxTextBytes, whole characters.
  static std::string Cut(std::string_view text) {
    if (text.size() <= kMaxTextBytes) return std::string(text);
    size_t end = kMaxTextBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return Concat(text.substr(0, end), "...");
  }

  // What a terminal would obey is replaced.
  static std::string Printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(),
        [](char c) {
          const auto byte = static_cast<unsigned char>(c);
          return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
        },
        '?');
    return text;
  }

  template <typename Literal>
  static std::string Quoted(Literal literal) {
    return Printable(LiteralSource({std::move(literal)}));
  }

  std::optional<std::string> Collection(Value value, bool has_pairs, int depth) {
    const std::string name(vm_.symbols().NameOf(vm_.classes().Of(value)->name));
    const std::string_view selector = has_pairs ? "pairsOf:limit:" : "elementsOf:limit:";
    const Value arguments[] = {value, Value::Int(kMaxElements)};
    const Value found = vm_.Send(workspace_, vm_.symbols().Intern(selector), arguments);
    if (found.IsUnwind()) return std::nullopt;
    const auto* array = As<Array>(found);
    const int64_t all = array->elements[array->Length() - 1].AsInt();
    std::optional<std::string> elements =
        Elements(found, std::min(all, kMaxElements), all, has_pairs, depth);
    if (!elements.has_value()) return std::nullopt;
    const bool vowel = std::string_view("AEIOU").find(name.front()) != std::string_view::npos;
    return Concat(vowel ? "an " : "a ", name, *elements);
  }

  // The first `shown` of `all` elements, in parentheses. With pairs, each takes two positions.
  std::optional<std::string> Elements(Value array, int64_t shown, int64_t all, bool has_pairs,
                                      int depth) {
    if (depth >= kMaxDepth) return all == 0 ? "()" : "(...)";
    HandleScope scope(vm_.handles());
    const Handle elements(scope, array);
    const auto text_at = [&](int64_t index) {
      return TextOf(As<Array>(elements.get())->elements[index], depth + 1);
    };
    std::string text = "(";
    for (int64_t i = 0; i < shown; ++i) {
      if (i > 0) text += ' ';
      const std::optional<std::string> first = text_at(has_pairs ? 2 * i : i);
      if (!first.has_value()) return std::nullopt;
      text += *first;
      if (has_pairs) {
        const std::optional<std::string> second = text_at(2 * i + 1);
        if (!second.has_value()) return std::nullopt;
        text += Concat("->", *second);
      }
      if (text.size() > kMaxTextBytes) shown = i + 1;
    }
    if (shown < all) text += Concat(" ... ", all - shown, " more");
    return text + ")";
  }

  VM& vm_;
  Value workspace_;
};

}  // namespace

std::string_view DisplayMethods() { return kMethods; }

std::optional<std::string> DisplayText(VM& vm, Value workspace, Value value) {
  return Displayer(vm, workspace).TextOf(value, 0);
}

}  // namespace som
