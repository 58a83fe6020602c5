// See method_meaning.h. A method written in SOM is recognised by what it computes, not by how it
// is spelled: its bytecode is evaluated on symbols for self and the argument, once for each way the
// two can compare.
#include "vm/linking/method_meaning.h"

#include <array>
#include <string_view>

#include "vm/code/class_provider.h"
#include "vm/linking/symbolic_evaluation.h"
#include "vm/vm.h"

namespace som {

namespace {

enum class Ordering { kLess, kEqual, kGreater };

// What a comparison answers for each ordering of receiver and argument; for min: and max: which of
// them.
struct Meaning {
  Intrinsic intrinsic;
  std::array<Symbolic, 3> answers;
};

constexpr Symbolic kT = Symbolic::kTrue;
constexpr Symbolic kF = Symbolic::kFalse;

constexpr Meaning kMeanings[] = {
    {Intrinsic::kLess, {kT, kF, kF}},      {Intrinsic::kLessEqual, {kT, kT, kF}},
    {Intrinsic::kGreater, {kF, kF, kT}},   {Intrinsic::kGreaterEqual, {kF, kT, kT}},
    {Intrinsic::kEqual, {kF, kT, kF}},     {Intrinsic::kNotEqual, {kT, kF, kT}},
    {Intrinsic::kIdentical, {kF, kT, kF}}, {Intrinsic::kNotIdentical, {kT, kF, kT}},
};

const Meaning* MeaningOf(Intrinsic intrinsic) {
  for (const Meaning& meaning : kMeanings) {
    if (meaning.intrinsic == intrinsic) return &meaning;
  }
  return nullptr;
}

Symbolic FromBool(bool b) { return b ? kT : kF; }

// Evaluates the methods of a number class on two numbers of a known ordering.
class Evaluator {
 public:
  Evaluator(VM& vm, const ClassInfo& info) : vm_(vm), info_(info) {}

  // A method of one argument.
  Symbolic Run(const Method& method, Ordering ordering, int depth = 0) {
    if (depth > kMaxDepth) return Symbolic::kUnknown;
    return EvaluateSymbolically(method.unit_description(), Symbolic::kSelf,
                                {Symbolic::kFirstArgument},
                                [&](const SendSiteDescription& site, Symbolic receiver,
                                    absl::Span<const Symbolic> arguments) {
                                  return Send(site.selector, receiver, arguments, ordering, depth);
                                });
  }

 private:
  static constexpr int kMaxDepth = 4;

  Symbolic Send(std::string_view selector, Symbolic receiver, absl::Span<const Symbolic> arguments,
                Ordering ordering, int depth) {
    const bool to_boolean = receiver == kT || receiver == kF;
    if (arguments.empty())
      return to_boolean && selector == "not" ? FromBool(receiver == kF) : Symbolic::kUnknown;
    if (arguments.size() != 1) return Symbolic::kUnknown;
    const Symbolic argument = arguments[0];
    if (to_boolean) return Boolean(selector, receiver, argument);
    const bool forward = receiver == Symbolic::kSelf && argument == Symbolic::kFirstArgument;
    const bool backward = receiver == Symbolic::kFirstArgument && argument == Symbolic::kSelf;
    if (!forward && !backward) return Symbolic::kUnknown;
    if (backward && ordering != Ordering::kEqual)
      ordering = ordering == Ordering::kLess ? Ordering::kGreater : Ordering::kLess;
    const Method* method = vm_.classes().Lookup(&info_, vm_.symbols().Intern(selector));
    if (method == nullptr) return Symbolic::kUnknown;
    if (const Meaning* meaning = MeaningOf(method->intrinsic))
      return meaning->answers[static_cast<size_t>(ordering)];
    if (method->kind == MethodKind::kPrimitive || method->argument_count != 1)
      return Symbolic::kUnknown;
    const Symbolic answer = Run(*method, ordering, depth + 1);
    return backward ? Swapped(answer) : answer;
  }

  // What a method run with self and argument exchanged answers, in the caller's terms.
  static Symbolic Swapped(Symbolic answer) {
    if (answer == Symbolic::kSelf) return Symbolic::kFirstArgument;
    if (answer == Symbolic::kFirstArgument) return Symbolic::kSelf;
    return answer;
  }

  static Symbolic Boolean(std::string_view selector, Symbolic receiver, Symbolic argument) {
    if (argument != kT && argument != kF) return Symbolic::kUnknown;
    if (selector == "and:" || selector == "&&") return FromBool(receiver == kT && argument == kT);
    if (selector == "or:" || selector == "||") return FromBool(receiver == kT || argument == kT);
    return Symbolic::kUnknown;
  }

  VM& vm_;
  const ClassInfo& info_;
};

// The comparison, minimum or maximum that a method of a number class computes.
Intrinsic RecogniseNumberMethod(VM& vm, const ClassInfo& info, const Method& method) {
  if (method.kind != MethodKind::kBytecode || method.argument_count != 1) return Intrinsic::kNone;
  std::array<Symbolic, 3> answers;
  for (size_t i = 0; i < answers.size(); ++i) {
    answers[i] = Evaluator(vm, info).Run(method, static_cast<Ordering>(i));
    if (answers[i] == Symbolic::kUnknown) return Intrinsic::kNone;
  }
  for (const Meaning& meaning : kMeanings) {
    if (meaning.answers == answers) return meaning.intrinsic;
  }
  auto picks = [&answers](Symbolic less, Symbolic greater) {
    return answers[0] == less && answers[2] == greater;
  };
  bool equal_picks = answers[1] == Symbolic::kSelf || answers[1] == Symbolic::kFirstArgument;
  if (equal_picks && picks(Symbolic::kFirstArgument, Symbolic::kSelf)) return Intrinsic::kMax;
  if (equal_picks && picks(Symbolic::kSelf, Symbolic::kFirstArgument)) return Intrinsic::kMin;
  return Intrinsic::kNone;
}

bool AnswersConstant(const Method* method, Value constant) {
  return method != nullptr && method->kind == MethodKind::kReturnConstant &&
         method->trivial_constant == constant;
}

// Whether the class stands outside the usual definers of a watched selector.
bool IsNumberOrObject(const ClassInfo& info) {
  return info.index == kObjectClass || info.index == kIntegerClass || info.index == kDoubleClass;
}

}  // namespace

void ClassifyNumberMethod(VM& vm, Method& method) {
  const ClassInfo& info = *method.holder;
  if (info.index != kIntegerClass && info.index != kDoubleClass) return;
  if (method.intrinsic == Intrinsic::kNone)
    method.intrinsic = RecogniseNumberMethod(vm, info, method);
}

bool ClassifyMethods(VM& vm, ClassInfo& info) {
  StandardMethods& standard = vm.standard_methods();
  StandardMethods before = standard;
  const bool nil_protocol_was_custom = vm.nil_protocol_is_custom;
  auto own = [&vm, &info](SymbolId selector) -> Method* {
    auto it = info.dictionary.find(selector);
    if (it == info.dictionary.end()) return nullptr;
    vm.class_provider().CompileMethod(*it->second);
    return it->second;
  };
  for (auto& method : info.methods) {
    if (method->IsCompiled()) ClassifyNumberMethod(vm, *method);
  }
  if (info.index == kObjectClass) {
    const Method* method = own(kSymbolEqual);
    if (method == nullptr || (method->intrinsic != Intrinsic::kIdentical &&
                              RecogniseNumberMethod(vm, info, *method) != Intrinsic::kEqual))
      standard.equal_is_identity = false;
  }
  if (Method* method = own(kSymbolIdentical); method != nullptr) {
    bool usual = IsNumberOrObject(info) &&
                 (method->intrinsic == Intrinsic::kIdentical ||
                  (info.index != kObjectClass && method->intrinsic == Intrinsic::kEqual));
    if (!usual) standard.identical = false;
  }
  if (Method* method = own(kSymbolNotIdentical); method != nullptr) {
    if (info.index == kObjectClass) {
      // Object's own text: recognised like a comparison, by what it makes of ==.
      if (method->intrinsic == Intrinsic::kNone) {
        Intrinsic meaning = RecogniseNumberMethod(vm, info, *method);
        if (meaning == Intrinsic::kNotEqual || meaning == Intrinsic::kNotIdentical)
          method->intrinsic = Intrinsic::kNotIdentical;
      }
      if (method->intrinsic != Intrinsic::kNotIdentical) standard.not_identical = false;
    } else if (!IsNumberOrObject(info)) {
      standard.not_identical = false;
    }
  }
  auto check_nil = [&](SymbolId selector, Value in_object, bool* flag) {
    Method* method = own(selector);
    if (method == nullptr) return;
    Value wanted = info.index == kObjectClass ? in_object : Bool(in_object == False());
    bool usual = (info.index == kObjectClass || info.index == kNilClass) &&
                 (AnswersConstant(method, wanted) || method->intrinsic == Intrinsic::kIsNilTrue ||
                  method->intrinsic == Intrinsic::kIsNilFalse);
    if (!usual) {
      *flag = false;
    } else if (method->intrinsic == Intrinsic::kNone) {
      method->intrinsic = wanted == True() ? Intrinsic::kIsNilTrue : Intrinsic::kIsNilFalse;
    }
  };
  check_nil(kSymbolIsNil, False(), &standard.is_nil);
  check_nil(kSymbolNotNil, True(), &standard.not_nil);
  if (Method* method = own(kSymbolAskClass); method != nullptr) {
    if (info.index != kObjectClass || method->intrinsic != Intrinsic::kObjectClass)
      standard.object_class = false;
  }
  if (info.index == kTrueClass || info.index == kFalseClass) {
    Method* method = own(kSymbolNot);
    Value wanted = Bool(info.index == kFalseClass);
    if (method != nullptr &&
        (AnswersConstant(method, wanted) || method->intrinsic == Intrinsic::kNot)) {
      method->intrinsic = Intrinsic::kNot;
    } else {
      standard.boolean_not = false;
    }
  }
  if (info.index == kIntegerClass) {
    const Method* equal = own(kSymbolEqual);
    if (equal == nullptr || equal->kind != MethodKind::kPrimitive ||
        equal->intrinsic != Intrinsic::kEqual)
      standard.integer_equal = false;
  }
  if (info.index == kStringClass) {
    Method* equal = own(kSymbolEqual);
    if (equal == nullptr || equal->intrinsic != Intrinsic::kStringEqual)
      standard.string_equal = false;
    Method* hashcode = own(kSymbolHashcode);
    if (hashcode == nullptr || hashcode->kind != MethodKind::kPrimitive)
      standard.string_hashcode = false;
    Method* length = own(kSymbolLength);
    if (length == nullptr || length->intrinsic != Intrinsic::kStringLength)
      standard.string_length = false;
  }
  if (info.index == kSymbolClass) {
    Method* equal = own(kSymbolEqual);
    if (equal != nullptr && equal->intrinsic != Intrinsic::kStringEqual)
      standard.string_equal = false;
    if (own(kSymbolHashcode) != nullptr) standard.string_hashcode = false;
    if (own(kSymbolLength) != nullptr) standard.string_length = false;
  }
  if (info.index != kObjectClass && info.index != kNilClass && !info.IsMetaclass()) {
    for (SymbolId selector :
         {kSymbolIfNil, kSymbolIfNotNil, kSymbolIfNilIfNotNil, kSymbolIfNotNilIfNil}) {
      if (own(selector) != nullptr) vm.nil_protocol_is_custom = true;
    }
  }
  return before.identical != standard.identical || before.not_identical != standard.not_identical ||
         before.is_nil != standard.is_nil || before.not_nil != standard.not_nil ||
         before.object_class != standard.object_class ||
         before.boolean_not != standard.boolean_not ||
         before.string_equal != standard.string_equal ||
         before.string_length != standard.string_length ||
         nil_protocol_was_custom != vm.nil_protocol_is_custom;
}

}  // namespace som
