// See control_methods.h. Methods of true, false, nil and Object are evaluated on symbols; loops
// have to be the library loops of native_loops.def.
#include "vm/linking/control_methods.h"

#include <string_view>
#include <vector>

#include "compiler/inline_control.h"
#include "vm/linking/native_loops.h"
#include "vm/linking/symbolic_evaluation.h"
#include "vm/vm.h"

namespace som {

namespace {

// A send of this form to the receiver: what it answers. kFirstValue means that it evaluates its
// first argument, once, and answers what that answers; every other answer means that it evaluates
// nothing.
struct ControlRow {
  InlineForm form;
  Symbolic receiver;
  Symbolic answer;
};

constexpr Symbolic kObject = Symbolic::kSelf;  // a receiver that is not nil
constexpr Symbolic kTrue = Symbolic::kTrue;
constexpr Symbolic kFalse = Symbolic::kFalse;
constexpr Symbolic kNil = Symbolic::kNil;
constexpr Symbolic kFirst = Symbolic::kFirstValue;
constexpr Symbolic kSecond = Symbolic::kSecondValue;

constexpr ControlRow kControl[] = {
    {InlineForm::kIfTrue, kTrue, kFirst},
    {InlineForm::kIfTrue, kFalse, kNil},
    {InlineForm::kIfFalse, kTrue, kNil},
    {InlineForm::kIfFalse, kFalse, kFirst},
    {InlineForm::kIfTrueIfFalse, kTrue, kFirst},
    {InlineForm::kIfTrueIfFalse, kFalse, kSecond},
    {InlineForm::kIfFalseIfTrue, kTrue, kSecond},
    {InlineForm::kIfFalseIfTrue, kFalse, kFirst},
    {InlineForm::kAnd, kTrue, kFirst},
    {InlineForm::kAnd, kFalse, kFalse},
    {InlineForm::kOr, kTrue, kTrue},
    {InlineForm::kOr, kFalse, kFirst},
    {InlineForm::kIfNil, kNil, kFirst},
    {InlineForm::kIfNil, kObject, kObject},
    {InlineForm::kIfNotNil, kNil, kNil},
    {InlineForm::kIfNotNil, kObject, kFirst},
    {InlineForm::kIfNilIfNotNil, kNil, kFirst},
    {InlineForm::kIfNilIfNotNil, kObject, kSecond},
    {InlineForm::kIfNotNilIfNil, kNil, kSecond},
    {InlineForm::kIfNotNilIfNil, kObject, kFirst},
};

struct InlinedSelector {
  InlineForm form;
  std::string_view selector;
};

constexpr InlinedSelector kInlined[] = {
#define SOM_INLINED(form, selector, group, receiver, arguments) {InlineForm::k##form, selector},
#include "compiler/inlined_sends.def"
};

constexpr bool EachFormHasAMeaning() {
  for (const InlinedSelector& inlined : kInlined) {
    size_t rows = IsLoop(inlined.form) ? 1 : 0;
    for (const ControlRow& row : kControl) rows += row.form == inlined.form ? 1 : 0;
    if (rows == 0) return false;
  }
  return true;
}
static_assert(EachFormHasAMeaning(), "what is inlined needs a meaning to be checked");

InlineForm FormOf(std::string_view selector) {
  for (const InlinedSelector& inlined : kInlined) {
    if (inlined.selector == selector) return inlined.form;
  }
  return InlineForm::kNone;
}

// Evaluates messages to true, false, nil and an object, noting which arguments are evaluated.
class ControlEvaluator {
 public:
  explicit ControlEvaluator(VM& vm) : vm_(vm) {}

  Symbolic Send(std::string_view selector, Symbolic receiver,
                absl::Span<const Symbolic> arguments) {
    if (receiver == Symbolic::kFirstArgument || receiver == Symbolic::kSecondArgument)
      return selector == "value" ? ValueOf(receiver) : Symbolic::kUnknown;
    const Method* method = Lookup(selector, receiver);
    if (method == nullptr || depth_ == kMaxDepth) return Symbolic::kUnknown;
    // A primitive of one of these names does what the name says.
    if (method->kind == MethodKind::kPrimitive) return AsNamed(selector, receiver, arguments);
    ++depth_;
    const Symbolic answer =
        EvaluateSymbolically(method->unit_description(), receiver, arguments,
                             [this](const SendSiteDescription& site, Symbolic inner_receiver,
                                    absl::Span<const Symbolic> inner_arguments) {
                               return Send(site.selector, inner_receiver, inner_arguments);
                             });
    --depth_;
    return answer;
  }

  // The method that a message to the receiver reaches, or null.
  const Method* Lookup(std::string_view selector, Symbolic receiver) const {
    WellKnownClass index = kObjectClass;
    switch (receiver) {
      case Symbolic::kTrue:
        index = kTrueClass;
        break;
      case Symbolic::kFalse:
        index = kFalseClass;
        break;
      case Symbolic::kNil:
        index = kNilClass;
        break;
      case Symbolic::kSelf:
        break;
      default:
        return nullptr;
    }
    return vm_.classes().Lookup(vm_.classes().At(index), vm_.symbols().Intern(selector));
  }

  // The values of arguments asked for, in order.
  const std::vector<Symbolic>& evaluated() const { return evaluated_; }

 private:
  static constexpr int kMaxDepth = 5;

  Symbolic ValueOf(Symbolic argument) {
    switch (argument) {
      case Symbolic::kFirstArgument:
        evaluated_.push_back(Symbolic::kFirstValue);
        return Symbolic::kFirstValue;
      case Symbolic::kSecondArgument:
        evaluated_.push_back(Symbolic::kSecondValue);
        return Symbolic::kSecondValue;
      case Symbolic::kTrue:
      case Symbolic::kFalse:
        return argument;
      default:
        return Symbolic::kUnknown;
    }
  }

  Symbolic AsNamed(std::string_view selector, Symbolic receiver,
                   absl::Span<const Symbolic> arguments) {
    for (const ControlRow& row : kControl) {
      if (row.form != FormOf(selector) || row.receiver != receiver) continue;
      if (row.answer == kFirst) return ValueOf(arguments[0]);
      if (row.answer == kSecond) return ValueOf(arguments[1]);
      return row.answer;
    }
    if (selector == "not" && receiver == kTrue) return kFalse;
    if (selector == "not" && receiver == kFalse) return kTrue;
    return Symbolic::kUnknown;
  }

  VM& vm_;
  int depth_ = 0;
  std::vector<Symbolic> evaluated_;
};

bool MeansRow(VM& vm, std::string_view selector, const ControlRow& row) {
  constexpr Symbolic kArguments[] = {Symbolic::kFirstArgument, Symbolic::kSecondArgument};
  ControlEvaluator evaluator(vm);
  const Method* method = evaluator.Lookup(selector, row.receiver);
  if (method == nullptr) return true;
  const Symbolic answer = evaluator.Send(selector, row.receiver,
                                         absl::MakeConstSpan(kArguments, method->argument_count));
  std::vector<Symbolic> expected;
  if (row.answer == kFirst || row.answer == kSecond) expected.push_back(row.answer);
  return answer == row.answer && evaluator.evaluated() == expected;
}

// A library may leave a selector undefined: then only its inlined form is understood.
bool IsUsual(VM& vm, const InlinedSelector& inlined) {
  if (IsLoop(inlined.form)) {
    const WellKnownClass receiver = IsWhile(inlined.form) ? kBlock1Class : kIntegerClass;
    const Method* method =
        vm.classes().Lookup(vm.classes().At(receiver), vm.symbols().Intern(inlined.selector));
    return method == nullptr || method->primitive != nullptr || IsLibraryLoop(vm, *method);
  }
  for (const ControlRow& row : kControl) {
    if (row.form == inlined.form && !MeansRow(vm, inlined.selector, row)) return false;
  }
  return true;
}

}  // namespace

Connective ConnectiveOf(VM& vm, SymbolId selector) {
  Connective& known = vm.standard_methods().connectives[selector];
  if (known != Connective::kUnknown) return known;
  const std::string_view name = vm.symbols().NameOf(selector);
  bool is_and = true;
  bool is_or = true;
  for (bool receiver : {true, false}) {
    for (bool argument : {true, false}) {
      auto symbol = [](bool b) { return b ? kTrue : kFalse; };
      const Symbolic answer = ControlEvaluator(vm).Send(name, symbol(receiver), {symbol(argument)});
      is_and = is_and && answer == symbol(receiver && argument);
      is_or = is_or && answer == symbol(receiver || argument);
    }
  }
  known = is_and ? Connective::kAnd : is_or ? Connective::kOr : Connective::kNone;
  return known;
}

std::set<std::string, std::less<>> UnusualControlSelectors(VM& vm) {
  std::set<std::string, std::less<>> unusual;
  const Options& options = vm.options();
  for (const InlinedSelector& inlined : kInlined) {
    const bool may_inline = IsCountingLoop(inlined.form) ? options.loops == LoopStrategy::kInlined
                                                         : options.inline_control;
    if (may_inline && !IsUsual(vm, inlined)) unusual.emplace(inlined.selector);
  }
  return unusual;
}

}  // namespace som
