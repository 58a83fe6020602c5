// See hints.h.
#include "vm/observation/hints.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "absl/strings/numbers.h"
#include "compiler/ast.h"
#include "compiler/concat.h"
#include "compiler/diagnostics.h"
#include "compiler/foreign_names.h"
#include "compiler/lexer.h"
#include "compiler/similar_names.h"
#include "compiler/source.h"
#include "compiler/tree_walk.h"
#include "vm/interpreter/activations.h"
#include "vm/loading/class_path.h"
#include "vm/observation/error_place.h"
#include "vm/observation/stack_trace.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

namespace {

// The program's activation is looked for behind so many of the library's.
constexpr size_t kMostOfLibrary = 64;

DiagnosticStyle StyleOf(VM& vm) { return {vm.options().hints, vm.options().colour}; }

bool IsWord(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         text.find(':') == std::string_view::npos;
}

// `at:put:` as `at:` and `put:`.
std::vector<std::string_view> Keywords(std::string_view selector) {
  std::vector<std::string_view> parts;
  while (!selector.empty()) {
    const size_t end = selector.find(':');
    if (end == std::string_view::npos) return {};
    parts.push_back(selector.substr(0, end + 1));
    selector.remove_prefix(end + 1);
  }
  return parts;
}

// The error whose activations are on the stack.
class ErrorHinter {
 public:
  explicit ErrorHinter(VM& vm) : vm_(vm) {
    std::vector<ActivationView> activations;
    const auto is_enough = [&] {
      return activations.size() > kMaxReporters &&
             (activations.size() > kMostOfLibrary || !IsOfLibrary(vm, *activations.back().method));
    };
    for (FrameIterator frame(vm); !frame.done() && !is_enough(); frame.Next())
      frame.AppendActivations(&activations);
    std::vector<const Method*> methods;
    methods.reserve(activations.size());
    for (const ActivationView& activation : activations) methods.push_back(activation.method);
    const ErrorPlace place = FindErrorPlace(vm, methods);
    reporter_ = place.reporter;
    if (place.index == activations.size()) return;
    place_ = activations[place.index].method;
    span_ = PositionOf(*place_, activations[place.index].ip);
    // People look for their mistakes in what they have written.
    size_t shown = place.index;
    while (shown < methods.size() && IsOfLibrary(vm, *methods[shown])) ++shown;
    if (shown == methods.size()) shown = place.index;
    shown_ = methods[shown];
    shown_span_ = PositionOf(*shown_, activations[shown].ip);
  }

  std::string Text() {
    if (place_ == nullptr) return "";
    const ParsedClass& parsed = *shown_->home->parsed;
    const SourceSpan& span = shown_span_;
    const std::string_view line = parsed.Line(span.line);
    const uint32_t line_end = static_cast<uint32_t>(line.size()) + 1;
    const uint32_t end = span.end_line == span.line ? span.end_column : line_end;
    std::string text =
        Concat("File '", parsed.path(), "', line ", span.line, ", column ", span.column, ":\n",
               Excerpt(line, span.column, end - std::min(end, span.column), StyleOf(vm_)));
    for (const std::string& hint : Hints()) text += HintLine(hint, StyleOf(vm_));
    return text;
  }

 private:
  std::vector<std::string> Hints() {
    if (reporter_ == kNotUnderstoodReporter) return OfNotUnderstood();
    if (reporter_ == "unknownGlobal:") return OfUnknownGlobal();
    if (reporter_ == "outOfBounds:") return {"Indexes count from 1 to the size."};
    if (vm_.error_context.refuses_nil) return OfNilArgument();
    if (reporter_ == kErrorReporter && AsksForCharacters())
      return {"Positions in a String count from 1 to its length."};
    return {};
  }

  // Whether the program's send is one of those that take parts of a String.
  bool AsksForCharacters() const {
    const auto is_one = [this](const Expression& expression) {
      if (expression.kind != ExpressionKind::kSend) return false;
      const std::string_view selector = As<SendExpression>(&expression)->selector;
      return (selector == "charAt:" || selector == "codePointAt:" || selector == "substringFrom:" ||
              selector == "substringFrom:to:") &&
             IsAt(expression, *shown_, shown_span_);
    };
    return FindExpression(TreeOf(*shown_), is_one) != nullptr;
  }

  std::string_view NameOf(SymbolId id) const { return vm_.symbols().NameOf(id); }

  // --- nil where a primitive wants something else ------------------------------------------------

  // Of several arguments, it is not known which.
  std::vector<std::string> OfNilArgument() {
    const Expression* found = FindExpression(Tree(), [this](const Expression& expression) {
      return expression.kind == ExpressionKind::kSend && IsPlace(expression);
    });
    if (found == nullptr || As<SendExpression>(found)->arguments.size() != 1) return {};
    std::string text = WhatIsNil(As<SendExpression>(found)->arguments.front());
    if (text.empty()) return {};
    return {std::move(text)};
  }

  // --- a message that nobody understands ---------------------------------------------------------

  std::vector<std::string> OfNotUnderstood() {
    selector_ = NameOf(vm_.error_context.selector);
    receiver_ = vm_.classes().At(vm_.error_context.receiver_class);
    FindSend();
    for (const auto hint :
         {&ErrorHinter::OtherNumber, &ErrorHinter::MissingPeriod, &ErrorHinter::BlockArguments,
          &ErrorHinter::NilReceiver, &ErrorHinter::SwallowedMessage, &ErrorHinter::NoBoolean,
          &ErrorHinter::ClassMessage, &ErrorHinter::ForeignSelector, &ErrorHinter::OtherSide,
          &ErrorHinter::LikeSelectors}) {
      std::string text = (this->*hint)();
      if (!text.empty()) return {text};
    }
    return {};
  }

  static const MethodNode& TreeOf(const Method& method) {
    const ClassNode& tree = method.home->parsed->tree();
    const ClassSide& side = method.class_side ? tree.class_side : tree.instance_side;
    return *side.methods[method.home->index_in_class];
  }
  const MethodNode& Tree() const { return TreeOf(*place_); }

  const SourceFile& Source() const { return place_->home->parsed->source(); }

  // Whether the expression, one of the method, covers that part of the source.
  static bool IsAt(const Expression& expression, const Method& method, const SourceSpan& place) {
    const SourceSpan span = method.home->parsed->source().Span(expression.begin, expression.end);
    return span.line == place.line && span.column == place.column &&
           span.end_line == place.end_line && span.end_column == place.end_column;
  }
  bool IsPlace(const Expression& expression) const { return IsAt(expression, *place_, span_); }

  void FindSend() {
    const Expression* found = FindExpression(Tree(), [this](const Expression& expression) {
      return expression.kind == ExpressionKind::kSend &&
             As<SendExpression>(&expression)->selector == selector_ && IsPlace(expression);
    });
    send_ = found == nullptr ? nullptr : As<SendExpression>(found);
  }

  bool Understands(const ClassInfo* info, std::string_view selector) const {
    for (; info != nullptr; info = info->superclass) {
      for (const auto& [id, method] : info->dictionary) {
        if (NameOf(id) == selector) return true;
      }
    }
    return false;
  }

  // 16r1F and 1e10: a number and a unary message that touches it.
  std::string OtherNumber() {
    if (send_ == nullptr || send_->receiver->kind != ExpressionKind::kLiteral ||
        send_->receiver->end != send_->selector_begin) {
      return "";
    }
    const std::string& text = Source().text();
    const std::string number =
        text.substr(send_->receiver->begin, send_->receiver->end - send_->receiver->begin);
    if (number.empty() || std::isdigit(static_cast<unsigned char>(number.back())) == 0) return "";
    if (selector_.front() == 'r' && selector_.size() > 1)
      return Concat("SOM has no numbers of other bases: write ",
                    DecimalOf(number, selector_.substr(1)), ".");
    const bool is_exponent = selector_.size() > 1 &&
                             (selector_.front() == 'e' || selector_.front() == 'E') &&
                             selector_.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (!is_exponent) return "";
    constexpr int kMostZeros = 30;
    int zeros = kMostZeros + 1;
    const bool is_short = absl::SimpleAtoi(std::string(selector_.substr(1)), &zeros) &&
                          zeros <= kMostZeros && number.find('.') == std::string::npos;
    return is_short ? Concat("SOM has no exponents: write ", number,
                             std::string(static_cast<size_t>(zeros), '0'), ".")
                    : Concat("SOM has no exponents: write all digits of ", number, selector_, ".");
  }

  // The number that `digits` stand for to the base, as far as it can be told.
  static std::string DecimalOf(const std::string& base, std::string_view digits) {
    constexpr int kMostDigits = 15;
    constexpr int kLargestBase = 16;
    int radix = 0;
    uint64_t value = 0;
    bool is_number = absl::SimpleAtoi(base, &radix) && radix >= 2 && radix <= kLargestBase &&
                     digits.size() <= kMostDigits;
    for (const char digit : digits) {
      const auto byte = static_cast<unsigned char>(digit);
      const int worth = std::isdigit(byte) != 0 ? byte - '0' : std::toupper(byte) - 'A' + 10;
      is_number = is_number && std::isalnum(byte) != 0 && worth < radix;
      value = value * static_cast<uint64_t>(radix) + static_cast<uint64_t>(worth);
    }
    return is_number ? std::to_string(value) : Concat(base, "r", digits, " in decimal digits");
  }

  // A name at the beginning of a line that was taken for a message.
  std::string MissingPeriod() {
    if (send_ == nullptr || !IsWord(selector_)) return "";
    const uint32_t line = Source().Locate(send_->receiver->end).line;
    if (line == Source().Locate(send_->selector_begin).line) return "";
    if (!IsReserved(selector_) && !IsVariable(selector_) && !IsGlobal(selector_)) return "";
    return Concat("A period is missing at the end of line ", line, ".");
  }

  bool IsGlobal(std::string_view name) const {
    return std::any_of(vm_.globals().begin(), vm_.globals().end(), [&](const auto& global) {
      return global.second.IsBound() && NameOf(global.first) == name;
    });
  }

  bool IsField(std::string_view name) const {
    const std::vector<SymbolId>& fields = place_->holder->fields;
    return std::any_of(fields.begin(), fields.end(),
                       [&](SymbolId field) { return NameOf(field) == name; });
  }

  bool IsVariable(std::string_view name) const {
    std::vector<std::string> names;
    AddVariables(&names);
    return IsField(name) || std::find(names.begin(), names.end(), name) != names.end();
  }

  bool IsBlockArgument(std::string_view name) const {
    return FindExpression(Tree(), [name](const Expression& expression) {
             if (expression.kind != ExpressionKind::kBlock) return false;
             const absl::Span<const Name> parameters = As<BlockExpression>(&expression)->parameters;
             return std::any_of(parameters.begin(), parameters.end(),
                                [name](const Name& other) { return other.text == name; });
           }) != nullptr;
  }

  std::string BlockArguments() {
    if (!receiver_->InheritsFrom(vm_.classes().At(kBlockClass))) return "";
    if (selector_ != "value" && !selector_.starts_with("value:")) return "";
    const std::string_view name = NameOf(receiver_->name);
    const size_t digits = name.find_last_not_of("0123456789") + 1;
    if (digits >= name.size()) return "";
    const int wanted = std::stoi(std::string(name.substr(digits))) - 1;
    std::string evaluation = wanted == 0 ? "value" : "value:";
    for (int i = 1; i < wanted; ++i) evaluation += "with:";
    return Concat("The block takes ", wanted, wanted == 1 ? " argument" : " arguments",
                  ": it is evaluated by ", evaluation, ".");
  }

  std::string NilReceiver() {
    if (receiver_->index != kNilClass || send_ == nullptr) return "";
    return WhatIsNil(send_->receiver);
  }

  std::string WhatIsNil(const Expression* expression) {
    if (expression->kind == ExpressionKind::kSend)
      return Concat("The answer of #", As<SendExpression>(expression)->selector, " is nil.");
    if (expression->kind != ExpressionKind::kVariable) return "";
    const std::string_view name = As<VariableExpression>(expression)->name;
    if (IsField(name)) return Concat("'", name, "' is nil, as fields are until they are assigned.");
    if (place_->is_block && IsBlockArgument(name)) {
      return Concat("'", name,
                    "' is nil, as are the arguments that a block takes and is not given.");
    }
    return Concat("'", name, "' is nil.");
  }

  // `a foo: b bar: c` is one message, foo:bar:.
  std::string SwallowedMessage() {
    const std::vector<std::string_view> parts = Keywords(selector_);
    for (size_t split = 1; split < parts.size(); ++split) {
      std::string first;
      std::string second;
      for (size_t i = 0; i < parts.size(); ++i) (i < split ? first : second) += parts[i];
      if (!Understands(receiver_, first)) continue;
      const ClassInfo* argument = nullptr;
      if (split <= ErrorContext::kArguments)
        argument = vm_.classes().At(vm_.error_context.argument_classes[split - 1]);
      if (!Understands(argument, second) && !Understands(receiver_, second)) continue;
      return Concat("Keywords that follow each other are one message. For #", first, " and #",
                    second, " put parentheses around one of them.");
    }
    return "";
  }

  std::string NoBoolean() {
    if (!selector_.starts_with("ifTrue:") && !selector_.starts_with("ifFalse:")) return "";
    return Concat("Only true and false decide; this is an instance of ", NameOf(receiver_->name),
                  ".");
  }

  std::string ClassMessage() {
    if (!receiver_->IsMetaclass() || !selector_.starts_with("subclass:")) return "";
    return Concat("SOM defines classes by syntax, not by a message: Name = ",
                  NameOf(receiver_->instance_side->name), " ( ... ).");
  }

  std::string ForeignSelector() {
    for (const std::string_view here : SelectorsFor(selector_)) {
      if (Understands(receiver_, here)) return Concat("In SOM this is #", here, ".");
    }
    return "";
  }

  // A message for instances that went to their class, or the other way round.
  std::string OtherSide() {
    const std::string_view name = NameOf(receiver_->name);
    if (receiver_->IsMetaclass()) {
      if (!Understands(receiver_->instance_side, selector_)) return "";
      return Concat("Instances of ", NameOf(receiver_->instance_side->name), " understand #",
                    selector_, ", the class does not.");
    }
    if (!Understands(receiver_->metaclass, selector_)) return "";
    return Concat("The class ", name, " understands #", selector_, ", its instances do not.");
  }

  std::string LikeSelectors() {
    std::vector<std::string> candidates;
    for (const ClassInfo* info = receiver_; info != nullptr; info = info->superclass) {
      for (const auto& [id, method] : info->dictionary) candidates.emplace_back(NameOf(id));
    }
    return DidYouMean(NamesLike(selector_, candidates), "#");
  }

  static std::string DidYouMean(const std::vector<std::string>& names, std::string_view mark) {
    std::string text;
    for (const std::string& name : names)
      text += Concat(text.empty() ? "Did you mean " : " or ", mark, name);
    return text.empty() ? text : text + "?";
  }

  // --- a global that there is not ----------------------------------------------------------------

  std::vector<std::string> OfUnknownGlobal() {
    const std::string name(NameOf(vm_.error_context.unknown_global));
    const ClassInfo* string_class = vm_.classes().At(kStringClass);
    if (IsBehindComment(name) && Understands(string_class, name))
      return {"Text in double quotes is a comment: Strings are written in single quotes."};
    const std::string_view elsewhere = HintForGlobal(name);
    if (!elsewhere.empty()) return {std::string(elsewhere)};
    std::vector<std::string> candidates = ClassesOnPath(vm_.options().class_path);
    for (const auto& [id, cell] : vm_.globals()) {
      if (cell.IsBound()) candidates.emplace_back(NameOf(id));
    }
    for (const SymbolId field : place_->holder->fields) candidates.emplace_back(NameOf(field));
    AddVariables(&candidates);
    std::string like = DidYouMean(NamesLike(name, candidates), "");
    if (!like.empty()) return {like};
    if (std::islower(static_cast<unsigned char>(name.front())) != 0)
      return {Concat("'", name, "' is neither a variable here nor a global.")};
    return {};
  }

  void AddVariables(std::vector<std::string>* names) const {
    const auto add = [names](absl::Span<const Name> more) {
      for (const Name& name : more) names->emplace_back(name.text);
    };
    const MethodNode& method = Tree();
    add(method.parameters);
    add(method.body.locals);
    FindExpression(method, [&](const Expression& expression) {
      if (expression.kind == ExpressionKind::kBlock) {
        add(As<BlockExpression>(&expression)->parameters);
        add(As<BlockExpression>(&expression)->body.locals);
      }
      return false;
    });
  }

  // Whether the place is a name with a comment right in front of it.
  bool IsBehindComment(std::string_view name) const {
    const std::string_view line = place_->home->parsed->Line(span_.line);
    const size_t begin = span_.column == 0 ? 0 : span_.column - 1;
    if (begin > line.size() || line.substr(begin, name.size()) != name) return false;
    const size_t before = line.substr(0, begin).find_last_not_of(" \t");
    return before != std::string_view::npos && line[before] == '"';
  }

  VM& vm_;
  const Method* place_ = nullptr;  // where it happened; hints are about it
  SourceSpan span_;
  const Method* shown_ = nullptr;  // the program's method that led there; the same, as a rule
  SourceSpan shown_span_;
  std::string_view reporter_;  // the outermost of the library's methods that report it
  std::string_view selector_;
  const ClassInfo* receiver_ = nullptr;
  const SendExpression* send_ = nullptr;
};

}  // namespace

std::string ErrorHints(VM& vm) { return vm.options().hints ? ErrorHinter(vm).Text() : ""; }

void WriteHint(VM& vm, std::string_view hint) {
  if (vm.options().hints) WriteError(HintLine(hint, StyleOf(vm)));
}

}  // namespace som
