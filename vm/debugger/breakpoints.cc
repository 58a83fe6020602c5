// See breakpoints.h.
#include "vm/debugger/breakpoints.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "compiler/concat.h"
#include "compiler/description.h"
#include "compiler/similar_names.h"
#include "vm/code/class_table.h"
#include "vm/code/method.h"
#include "vm/objects/well_known.h"
#include "vm/vm.h"

namespace som {

namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kClassSide = " class";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::optional<uint32_t> Number(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// The loaded class of that name; null if there is none.
const ClassInfo* LoadedClass(VM* vm, std::string_view name) {
  if (vm == nullptr) return nullptr;
  const auto found = vm->globals().find(vm->symbols().Intern(name));
  if (found == vm->globals().end() || !found->second.IsBound() ||
      !IsKind(found->second.value, Kind::kClass)) {
    return nullptr;
  }
  return As<ClassObject>(found->second.value)->info;
}

Place ParseMethodPlace(std::string_view name, const SourceLines& sources, VM* vm) {
  Place split = SplitMethodName(name);
  if (!split.breakpoint.has_value()) return split;
  Breakpoint& breakpoint = *split.breakpoint;
  const std::string& class_name = breakpoint.class_name;
  std::vector<std::string> selectors;
  const ClassInfo* info = LoadedClass(vm, class_name);
  if (info != nullptr) {
    const ClassInfo& side = breakpoint.class_side ? *info->metaclass : *info;
    for (const auto& method : side.methods)
      selectors.emplace_back(vm->symbols().NameOf(method->selector));
  } else {
    const std::optional<std::string> file = sources.FindFile(breakpoint.class_name);
    if (!file.has_value()) return {{}, Concat("There is no class '", class_name, "'.")};
    std::optional<std::vector<std::string>> own =
        SourceLines::SelectorsOf(*file, breakpoint.class_side);
    if (!own.has_value()) return {{}, Concat("The class in '", *file, "' has errors.")};
    selectors = std::move(*own);
  }
  if (std::find(selectors.begin(), selectors.end(), breakpoint.selector) == selectors.end()) {
    std::string problem =
        Concat("Class '", class_name, breakpoint.class_side ? kClassSide : std::string_view(),
               "' has no method '", breakpoint.selector, "' of its own.");
    const std::vector<std::string> like = NamesLike(breakpoint.selector, selectors);
    if (!like.empty()) problem += Concat(" Did you mean ", like.front(), "?");
    return {{}, problem};
  }
  return split;
}

}  // namespace

Place SplitMethodName(std::string_view name) {
  const size_t arrow = name.find(">>");
  if (arrow == std::string_view::npos) return {{}, Concat("'", name, "' is no CLASS>>SELECTOR.")};
  Breakpoint breakpoint;
  std::string_view class_name = Trimmed(name.substr(0, arrow));
  std::string_view selector = Trimmed(name.substr(arrow + 2));
  if (class_name.ends_with(kClassSide)) {
    breakpoint.class_side = true;
    class_name = Trimmed(class_name.substr(0, class_name.size() - kClassSide.size()));
  }
  if (selector.starts_with('#')) selector.remove_prefix(1);
  breakpoint.class_name = class_name;
  breakpoint.selector = selector;
  return {std::move(breakpoint), ""};
}

std::string MethodName(const Breakpoint& breakpoint) {
  return Concat(breakpoint.class_name, breakpoint.class_side ? kClassSide : std::string_view(),
                ">>", breakpoint.selector);
}

std::string PlaceOf(const Breakpoint& breakpoint) {
  if (breakpoint.path.empty()) return MethodName(breakpoint);
  return Concat(std::filesystem::path(breakpoint.shown_path).filename().string(), ":",
                breakpoint.line);
}

Place ParsePlace(const std::string& text, const std::string& current_file,
                 const SourceLines& sources, VM* vm) {
  const std::string_view place = Trimmed(text);
  if (place.find(">>") != std::string_view::npos) return ParseMethodPlace(place, sources, vm);
  const size_t colon = place.rfind(':');
  const bool names_file = colon != std::string_view::npos;
  const std::optional<uint32_t> line = Number(names_file ? place.substr(colon + 1) : place);
  if (!line.has_value()) {
    return {{}, Concat("'", place, "' is no place: it takes FILE:LINE, LINE or CLASS>>SELECTOR.")};
  }
  const std::string name(names_file ? place.substr(0, colon) : std::string_view(current_file));
  const std::optional<std::string> file = sources.FindFile(name);
  if (!file.has_value()) return {{}, Concat("There is no file '", name, "'.")};
  const std::optional<uint32_t> actual = SourceLines::LineFor(*file, *line);
  if (!actual.has_value()) {
    return {{},
            Concat("No statement begins on line ", *line, " of '", name,
                   "' or behind it in its method.")};
  }
  Breakpoint breakpoint;
  breakpoint.path = CanonicalPath(*file);
  breakpoint.shown_path = *file;
  breakpoint.line = *actual;
  return {std::move(breakpoint), ""};
}

int Breakpoints::Add(Breakpoint breakpoint) {
  breakpoint.number = next_number_++;
  list_.push_back(std::move(breakpoint));
  return list_.back().number;
}

bool Breakpoints::Remove(int number) {
  return std::erase_if(list_, [number](const Breakpoint& b) { return b.number == number; }) != 0;
}

Breakpoint* Breakpoints::Find(int number) {
  const auto found = std::find_if(list_.begin(), list_.end(),
                                  [number](const Breakpoint& b) { return b.number == number; });
  return found == list_.end() ? nullptr : &*found;
}

std::optional<uint32_t> OffsetOf(VM& vm, const Breakpoint& breakpoint, const Method& unit,
                                 const std::string& canonical_path) {
  const Method& home = *unit.home;
  if (breakpoint.path.empty()) {
    if (unit.is_block || vm.symbols().NameOf(home.selector) != breakpoint.selector ||
        home.class_side != breakpoint.class_side) {
      return std::nullopt;
    }
    const ClassInfo& holder = *home.holder;
    const SymbolId name = holder.IsMetaclass() ? holder.instance_side->name : holder.name;
    if (vm.symbols().NameOf(name) != breakpoint.class_name) return std::nullopt;
    return unit.unit_description().prologue_units;
  }
  if (canonical_path != breakpoint.path) return std::nullopt;
  const auto first_of = [&](const CodeDescription& code) -> std::optional<uint32_t> {
    for (const StatementStart& statement : code.statements) {
      if (statement.line == breakpoint.line) return statement.code_offset;
    }
    return std::nullopt;
  };
  // A closure on the line of its statement belongs to that.
  const std::vector<CodeDescription>& units = home.description->units;
  for (uint32_t outer = unit.unit; units[outer].is_block;) {
    outer = units[outer].enclosing_unit;
    if (first_of(units[outer]).has_value()) return std::nullopt;
  }
  return first_of(units[unit.unit]);
}

}  // namespace som
