// The listing; see disassembler.h.
#include "compiler/disassembler.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "compiler/bytecode.h"
#include "compiler/concat.h"

namespace som {

namespace {

constexpr size_t kMaxLiteralLength = 60;
constexpr size_t kNameWidth = 18;
constexpr size_t kAnnotationColumn = 60;

std::string QuoteString(std::string_view bytes) {
  std::string quoted = "'";
  for (const char c : bytes) {
    switch (c) {
      case '\t':
        quoted += "\\t";
        break;
      case '\b':
        quoted += "\\b";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\f':
        quoted += "\\f";
        break;
      case '\0':
        quoted += "\\0";
        break;
      case '\'':
      case '\\':
        quoted += '\\';
        [[fallthrough]];
      default:
        quoted += c;
    }
  }
  return quoted + "'";
}

std::string FormatDouble(double value) {
  if (std::isinf(value)) return value < 0 ? "-infinity" : "infinity";
  char buffer[400];
  const auto result =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  std::string text(buffer, result.ptr);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

bool IsPlainSymbol(std::string_view bytes) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_word = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == ':';
  };
  if (bytes.empty()) return false;
  constexpr std::string_view kOperators = "~&|*/\\+=><,@%-";
  if (bytes.find_first_not_of(kOperators) == std::string_view::npos) return true;
  return is_letter(bytes[0]) && std::all_of(bytes.begin(), bytes.end(), is_word);
}

std::string JoinNames(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += ' ';
    joined += name.empty() ? "-" : name;
  }
  return joined;
}

class UnitLister {
 public:
  UnitLister(const CodeDescription& code, uint32_t unit,
             const std::vector<std::string>& field_names, const LiveListing& live)
      : code_(code),
        unit_(unit),
        field_names_(field_names),
        live_(live),
        units_(live.code ? live.code(unit) : absl::Span<const uint16_t>(code_.code)) {}

  std::string Run() {
    ListHeader();
    FindTargets();
    for (InstructionIterator i(units_); !i.done(); i.Next()) List(*i);
    CloseRegions(static_cast<uint32_t>(units_.size()));
    return std::move(text_);
  }

  std::vector<ListedInstruction> Instructions() {
    FindTargets();
    std::vector<ListedInstruction> result;
    for (InstructionIterator i(units_); !i.done(); i.Next())
      result.push_back({i->offset, std::string(NameOf(i->opcode)), Operands(*i), IsTarget(*i)});
    return result;
  }

 private:
  void ListHeader() {
    std::vector<std::string> parts;
    if (code_.argument_count > 0) parts.push_back("arguments " + JoinNames(code_.argument_names));
    if (code_.copied_count > 0) {
      const auto end = code_.local_names.begin() + code_.copied_count;
      parts.push_back("copied " + JoinNames({code_.local_names.begin(), end}));
    }
    if (code_.local_count > code_.copied_count) {
      const auto begin = code_.local_names.begin() + code_.copied_count;
      parts.push_back("locals " + JoinNames({begin, code_.local_names.end()}));
    }
    parts.push_back(Concat("stack ", code_.max_stack));
    if (code_.is_block && !code_.uses_self) parts.emplace_back("no self");
    if (code_.uses_outer_context) parts.emplace_back("outer context");
    if (code_.is_home) {
      parts.emplace_back("home");
    } else if (code_.returns_non_locally) {
      parts.emplace_back("returns non-locally");
    }
    text_ += "    ";
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) text_ += "; ";
      text_ += parts[i];
    }
    text_ += '\n';
  }

  void FindTargets() {
    for (InstructionIterator i(units_); !i.done(); i.Next()) {
      if (i->HasJump()) targets_.push_back(i->JumpTarget());
    }
    std::sort(targets_.begin(), targets_.end());
    // Outer regions before the inner ones that start with them; an inner one was added before its
    // outer one.
    regions_.assign(code_.inlined_regions.rbegin(), code_.inlined_regions.rend());
    for (size_t n = 0; n < regions_.size(); ++n) region_order_.push_back(n);
    std::sort(region_order_.begin(), region_order_.end(), [this](size_t a, size_t b) {
      if (regions_[a].begin != regions_[b].begin) return regions_[a].begin < regions_[b].begin;
      if (regions_[a].end != regions_[b].end) return regions_[a].end > regions_[b].end;
      return a < b;
    });
  }

  bool IsTarget(const Instruction& i) const {
    return std::binary_search(targets_.begin(), targets_.end(), static_cast<int64_t>(i.offset));
  }

  void List(const Instruction& i) {
    CloseRegions(i.offset);
    for (; next_region_ < regions_.size(); ++next_region_) {
      const InlinedRegion& region = regions_[region_order_[next_region_]];
      if (region.begin != i.offset) break;
      text_ += Concat(std::string(kMargin, ' '), Bars(), "inlined ", region.selector, "\n");
      open_.push_back(region.end);
    }
    std::string line = Concat(LineNumber(i.offset), IsTarget(i) ? " >" : "  ",
                              absl::StrFormat("%5u  ", i.offset), Bars());
    std::string name(NameOf(i.opcode));
    const std::string operands = Operands(i);
    if (!operands.empty()) {
      if (name.size() < kNameWidth) name.resize(kNameWidth, ' ');
      name += ' ' + operands;
    }
    line += name;
    if (live_.annotation) {
      const std::string note = live_.annotation(unit_, i.offset);
      if (!note.empty()) {
        if (line.size() < kAnnotationColumn) line.resize(kAnnotationColumn, ' ');
        line += "  ; " + note;
      }
    }
    text_ += line + '\n';
  }

  void CloseRegions(uint32_t offset) {
    while (!open_.empty() && open_.back() <= offset) open_.pop_back();
  }

  std::string Bars() const {
    std::string bars;
    for (size_t i = 0; i < open_.size(); ++i) bars += "| ";
    return bars;
  }

  // Shown where it changes.
  std::string LineNumber(uint32_t offset) {
    while (next_position_ < code_.positions.size() &&
           code_.positions[next_position_].code_offset <= offset) {
      line_ = code_.positions[next_position_++].span.line;
    }
    if (line_ == shown_line_) return std::string(6, ' ');
    shown_line_ = line_;
    return absl::StrFormat("%6u", line_);
  }

  std::string Slot(int slot) const {
    std::string name;
    if (slot < 0) {
      name = code_.argument_names[code_.argument_names.size() - static_cast<size_t>(-slot)];
    } else {
      name = code_.local_names[static_cast<size_t>(slot)];
    }
    return name.empty() ? Concat("local ", slot) : name;
  }

  std::string ContextName(uint32_t offset) const {
    const auto at = std::lower_bound(
        code_.context_names.begin(), code_.context_names.end(), offset,
        [](const ContextAccessName& entry, uint32_t o) { return entry.code_offset < o; });
    return at != code_.context_names.end() && at->code_offset == offset ? at->name : "?";
  }

  std::string Inlined(const Instruction& i) const {
    return Concat("(", code_.inlined_sends[i.InlinedSend()].selector, ")");
  }

  std::string Operands(const Instruction& i) const {
    switch (i.format()) {
      case OperandFormat::kNone:
        return "";
      case OperandFormat::kSlot:
        return Slot(i.SignedUnit(0));
      case OperandFormat::kField:
        return field_names_[i.Unit(0)];
      case OperandFormat::kContext:
        return Concat(ContextName(i.offset), " (", i.Unit(1), " in context ", i.Unit(0), " up)");
      case OperandFormat::kInt:
        return Concat(i.SignedUnit(0));
      case OperandFormat::kCount:
        return Concat(i.Unit(0));
      case OperandFormat::kSlots: {
        std::string names;
        for (int n = 0; n < i.Unit(1); ++n) {
          names += Concat(n == 0 ? "" : " ", Slot(i.SignedUnit(0) + n));
        }
        return names;
      }
      case OperandFormat::kLiteral: {
        std::string text = LiteralSource(code_.literals[i.Index()]);
        if (text.size() > kMaxLiteralLength) text = text.substr(0, kMaxLiteralLength) + "...";
        return text;
      }
      case OperandFormat::kSite:
        return Concat("#", code_.sites[i.Index()].selector);
      case OperandFormat::kGlobal:
        return code_.globals[i.Index()];
      case OperandFormat::kBlock:
        return Block(code_.blocks[i.Index()]);
      case OperandFormat::kJump:
        return Concat("-> ", i.JumpTarget());
      case OperandFormat::kJumpInlined:
        return Concat("-> ", i.JumpTarget(), " ", Inlined(i));
      case OperandFormat::kLoopBegin:
        return Concat(Slot(i.SignedUnit(0)), " -> ", i.JumpTarget(), " ", Inlined(i));
      case OperandFormat::kLoopNext:
        return Concat(Slot(i.SignedUnit(0)), " by ", i.SignedUnit(1), " -> ", i.JumpTarget());
    }
    return "";
  }

  std::string Block(const BlockDescription& block) const {
    std::string text = Concat("block ", block.unit);
    for (size_t n = 0; n < block.copied_slots.size(); ++n) {
      text += Concat(n == 0 ? " copying " : " ", Slot(block.copied_slots[n]));
    }
    return text;
  }

  // Where instructions start in a line.
  static constexpr size_t kMargin = 15;

  const CodeDescription& code_;
  uint32_t unit_;
  const std::vector<std::string>& field_names_;
  const LiveListing& live_;
  absl::Span<const uint16_t> units_;
  std::string text_;
  std::vector<int64_t> targets_;
  std::vector<InlinedRegion> regions_;
  std::vector<size_t> region_order_;
  size_t next_region_ = 0;
  std::vector<uint32_t> open_;
  size_t next_position_ = 0;
  uint32_t line_ = 0;
  uint32_t shown_line_ = 0;
};

std::string DisassembleSide(const std::vector<MethodDescription>& methods,
                            const std::string& holder, const std::vector<std::string>& inherited,
                            const std::vector<std::string>& own) {
  std::vector<std::string> fields = inherited;
  fields.insert(fields.end(), own.begin(), own.end());
  std::string text;
  for (const MethodDescription& method : methods) {
    text += DisassembleMethod(method, holder, fields) + '\n';
  }
  return text;
}

std::string ArraySource(const LiteralArray& array) {
  std::string text;
  std::vector<uint32_t> missing;  // of each open array: how many elements are still to come
  for (const LiteralDescription& part : array) {
    if (!text.empty() && text.back() != '(') text += ' ';
    text += LiteralSource(part);
    if (!missing.empty()) --missing.back();
    const auto* start = std::get_if<ArrayStart>(&part.value);
    if (start != nullptr) missing.push_back(start->element_count);
    while (!missing.empty() && missing.back() == 0) {
      text += ')';
      missing.pop_back();
    }
  }
  return text;
}

}  // namespace

std::string LiteralSource(const LiteralDescription& literal) {
  return std::visit(
      [](const auto& value) -> std::string {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, int64_t>) {
          return std::to_string(value);
        } else if constexpr (std::is_same_v<T, BigIntegerText>) {
          return value.digits;
        } else if constexpr (std::is_same_v<T, double>) {
          return FormatDouble(value);
        } else if constexpr (std::is_same_v<T, StringText>) {
          return QuoteString(value.bytes);
        } else if constexpr (std::is_same_v<T, SymbolText>) {
          return IsPlainSymbol(value.bytes) ? "#" + value.bytes : "#" + QuoteString(value.bytes);
        } else if constexpr (std::is_same_v<T, LiteralArray>) {
          return ArraySource(value);
        } else {
          return "#(";
        }
      },
      literal.value);
}

std::string DisassembleMethod(const MethodDescription& method, std::string_view holder,
                              const std::vector<std::string>& field_names,
                              const LiveListing& live) {
  const std::string title = Concat(holder, ">>#", method.selector);
  if (method.is_primitive) return Concat(title, " (line ", method.span.line, "): primitive\n");
  std::string text;
  for (uint32_t unit = 0; unit < method.units.size(); ++unit) {
    const uint32_t line = method.units[unit].span.line;
    text += unit == 0 ? Concat(title, " (line ", line, ")\n")
                      : Concat("  block ", unit, " of ", title, " (line ", line, ")\n");
    text += UnitLister(method.units[unit], unit, field_names, live).Run();
  }
  return text;
}

std::string DisassembleUnit(const CodeDescription& code,
                            const std::vector<std::string>& field_names, const LiveListing& live) {
  return UnitLister(code, 0, field_names, live).Run();
}

std::vector<ListedInstruction> ListInstructions(const CodeDescription& code,
                                                const std::vector<std::string>& field_names) {
  return UnitLister(code, 0, field_names, LiveListing()).Instructions();
}

std::string Disassemble(const ClassDescription& description) {
  return Concat(description.name, " = ", description.superclass_name, "\n\n") +
         DisassembleSide(description.instance_methods, description.name,
                         description.inherited_instance_fields, description.instance_fields) +
         DisassembleSide(description.class_methods, description.name + " class",
                         description.inherited_class_fields, description.class_fields);
}

}  // namespace som
