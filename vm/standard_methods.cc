// See standard_methods.h. A method written in SOM is recognised by what it computes, not by how it
// is spelled: its bytecode is evaluated on symbols for self and the argument, once for each way the
// two can compare.
#include "vm/standard_methods.h"

#include <array>
#include <optional>
#include <string_view>

#include "compiler/bytecode.h"
#include "vm/inline_cache.h"
#include "vm/vm.h"

namespace som {

namespace {

enum class Ordering { kLess, kEqual, kGreater };
enum class Symbolic { kSelf, kArgument, kTrue, kFalse, kUnknown };

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

// Evaluates a method of one argument on two numbers of a known ordering.
class Evaluator {
 public:
  Evaluator(VM& vm, const ClassInfo& info, Ordering ordering)
      : vm_(vm), info_(info), ordering_(ordering) {}

  Symbolic Run(const Method& method, int depth) {
    if (depth > kMaxDepth) return Symbolic::kUnknown;
    const CodeDescription& unit = method.unit_description();
    absl::Span<const uint16_t> code = unit.code;
    std::vector<Symbolic> stack;
    auto pop = [&stack] {
      if (stack.empty()) return Symbolic::kUnknown;
      Symbolic top = stack.back();
      stack.pop_back();
      return top;
    };
    int64_t offset = 0;
    for (int steps = 0; steps < kMaxSteps; ++steps) {
      std::optional<Instruction> instruction = DecodeAt(code, static_cast<uint32_t>(offset));
      if (!instruction.has_value()) return Symbolic::kUnknown;
      offset = instruction->end();
      switch (instruction->opcode) {
        case Opcode::kPushSelf:
          stack.push_back(Symbolic::kSelf);
          break;
        case Opcode::kPushSlot:
          stack.push_back(instruction->SignedUnit(0) == -1 ? Symbolic::kArgument
                                                           : Symbolic::kUnknown);
          break;
        case Opcode::kPushTrue:
          stack.push_back(kT);
          break;
        case Opcode::kPushFalse:
          stack.push_back(kF);
          break;
        case Opcode::kDup:
          stack.push_back(stack.empty() ? Symbolic::kUnknown : stack.back());
          break;
        case Opcode::kPop:
          pop();
          break;
        case Opcode::kSend: {
          const SendSiteDescription& site = unit.sites[instruction->Index()];
          Symbolic argument = site.argument_count == 1 ? pop() : Symbolic::kUnknown;
          if (site.argument_count > 1) return Symbolic::kUnknown;
          Symbolic answer = Send(site, pop(), argument, depth);
          if (answer == Symbolic::kUnknown) return answer;
          stack.push_back(answer);
          break;
        }
        case Opcode::kJump:
          offset = instruction->JumpTarget();
          break;
        case Opcode::kJumpIfTrue:
        case Opcode::kJumpIfFalse: {
          Symbolic condition = pop();
          if (condition != kT && condition != kF) return Symbolic::kUnknown;
          if ((condition == kT) == (instruction->opcode == Opcode::kJumpIfTrue))
            offset = instruction->JumpTarget();
          break;
        }
        case Opcode::kReturnLocal:
          return pop();
        case Opcode::kReturnSelf:
          return Symbolic::kSelf;
        default:
          return Symbolic::kUnknown;
      }
    }
    return Symbolic::kUnknown;
  }

 private:
  static constexpr int kMaxDepth = 4;
  static constexpr int kMaxSteps = 100;

  Symbolic Send(const SendSiteDescription& site, Symbolic receiver, Symbolic argument, int depth) {
    if (site.is_super) return Symbolic::kUnknown;
    if (site.argument_count == 0) {
      if (site.selector == "not" && (receiver == kT || receiver == kF))
        return FromBool(receiver == kF);
      return Symbolic::kUnknown;
    }
    if (receiver == kT || receiver == kF) return Boolean(site.selector, receiver, argument);
    bool forward = receiver == Symbolic::kSelf && argument == Symbolic::kArgument;
    bool backward = receiver == Symbolic::kArgument && argument == Symbolic::kSelf;
    if (!forward && !backward) return Symbolic::kUnknown;
    Ordering ordering = ordering_;
    if (backward && ordering != Ordering::kEqual) {
      ordering = ordering == Ordering::kLess ? Ordering::kGreater : Ordering::kLess;
    }
    const Method* method = ClassTable::Lookup(&info_, vm_.symbols().Intern(site.selector));
    if (method == nullptr) return Symbolic::kUnknown;
    if (const Meaning* meaning = MeaningOf(method->intrinsic))
      return meaning->answers[static_cast<size_t>(ordering)];
    if (method->kind == MethodKind::kPrimitive || method->argument_count != 1)
      return Symbolic::kUnknown;
    return Evaluator(vm_, info_, ordering).Run(*method, depth + 1);
  }

  static Symbolic Boolean(std::string_view selector, Symbolic receiver, Symbolic argument) {
    if (argument != kT && argument != kF) return Symbolic::kUnknown;
    if (selector == "and:" || selector == "&&") return FromBool(receiver == kT && argument == kT);
    if (selector == "or:" || selector == "||") return FromBool(receiver == kT || argument == kT);
    return Symbolic::kUnknown;
  }

  VM& vm_;
  const ClassInfo& info_;
  Ordering ordering_;
};

// The comparison, minimum or maximum that a method of a number class computes.
Intrinsic RecogniseNumberMethod(VM& vm, const ClassInfo& info, const Method& method) {
  if (method.kind != MethodKind::kBytecode || method.argument_count != 1) return Intrinsic::kNone;
  std::array<Symbolic, 3> answers;
  for (size_t i = 0; i < answers.size(); ++i) {
    answers[i] = Evaluator(vm, info, static_cast<Ordering>(i)).Run(method, 0);
    if (answers[i] == Symbolic::kUnknown) return Intrinsic::kNone;
  }
  for (const Meaning& meaning : kMeanings) {
    if (meaning.answers == answers) return meaning.intrinsic;
  }
  auto picks = [&answers](Symbolic less, Symbolic greater) {
    return answers[0] == less && answers[2] == greater;
  };
  bool equal_picks = answers[1] == Symbolic::kSelf || answers[1] == Symbolic::kArgument;
  if (equal_picks && picks(Symbolic::kArgument, Symbolic::kSelf)) return Intrinsic::kMax;
  if (equal_picks && picks(Symbolic::kSelf, Symbolic::kArgument)) return Intrinsic::kMin;
  return Intrinsic::kNone;
}

// Evaluates a message to a Boolean whose argument, if any, is a Boolean too.
Symbolic EvaluateBoolean(VM& vm, SymbolId selector, Symbolic receiver, Symbolic argument,
                         int depth) {
  constexpr int kMaxDepth = 4;
  constexpr int kMaxSteps = 50;
  if (depth > kMaxDepth || (receiver != kT && receiver != kF)) return Symbolic::kUnknown;
  const Method* method =
      ClassTable::Lookup(vm.classes().At(receiver == kT ? kTrueClass : kFalseClass), selector);
  if (method == nullptr) return Symbolic::kUnknown;
  if (method->kind == MethodKind::kReturnSelf) return receiver;
  if (method->kind == MethodKind::kPrimitive) {
    // A primitive of this name does what the name says; perform: and the like are not asked for
    // here.
    std::string_view name = vm.symbols().NameOf(selector);
    if (name == "and:" || name == "&&") return receiver == kF ? kF : argument;
    if (name == "or:" || name == "||") return receiver == kT ? kT : argument;
    return Symbolic::kUnknown;
  }
  if (method->argument_count > 1) return Symbolic::kUnknown;
  const CodeDescription& unit = method->unit_description();
  std::vector<Symbolic> stack;
  auto pop = [&stack] {
    Symbolic top = stack.empty() ? Symbolic::kUnknown : stack.back();
    if (!stack.empty()) stack.pop_back();
    return top;
  };
  int64_t offset = 0;
  for (int steps = 0; steps < kMaxSteps; ++steps) {
    std::optional<Instruction> instruction = DecodeAt(unit.code, static_cast<uint32_t>(offset));
    if (!instruction.has_value()) return Symbolic::kUnknown;
    offset = instruction->end();
    switch (instruction->opcode) {
      case Opcode::kPushSelf:
        stack.push_back(receiver);
        break;
      case Opcode::kPushSlot:
        stack.push_back(instruction->SignedUnit(0) == -1 ? argument : Symbolic::kUnknown);
        break;
      case Opcode::kPushTrue:
        stack.push_back(kT);
        break;
      case Opcode::kPushFalse:
        stack.push_back(kF);
        break;
      case Opcode::kSend: {
        const SendSiteDescription& site = unit.sites[instruction->Index()];
        if (site.argument_count > 1) return Symbolic::kUnknown;
        Symbolic inner_argument = site.argument_count == 1 ? pop() : Symbolic::kUnknown;
        Symbolic answer = EvaluateBoolean(vm, vm.symbols().Intern(site.selector), pop(),
                                          inner_argument, depth + 1);
        if (answer == Symbolic::kUnknown) return answer;
        stack.push_back(answer);
        break;
      }
      case Opcode::kJump:
        offset = instruction->JumpTarget();
        break;
      case Opcode::kJumpIfTrue:
      case Opcode::kJumpIfFalse: {
        Symbolic condition = pop();
        if (condition != kT && condition != kF) return Symbolic::kUnknown;
        if ((condition == kT) == (instruction->opcode == Opcode::kJumpIfTrue))
          offset = instruction->JumpTarget();
        break;
      }
      case Opcode::kReturnLocal:
        return pop();
      default:
        return Symbolic::kUnknown;
    }
  }
  return Symbolic::kUnknown;
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

Connective ConnectiveOf(VM& vm, SymbolId selector) {
  Connective& known = vm.standard_methods().connectives[selector];
  if (known != Connective::kUnknown) return known;
  bool is_and = true;
  bool is_or = true;
  for (Symbolic receiver : {kT, kF}) {
    for (Symbolic argument : {kT, kF}) {
      Symbolic answer = EvaluateBoolean(vm, selector, receiver, argument, 0);
      is_and = is_and && answer == FromBool(receiver == kT && argument == kT);
      is_or = is_or && answer == FromBool(receiver == kT || argument == kT);
    }
  }
  known = is_and ? Connective::kAnd : is_or ? Connective::kOr : Connective::kNone;
  return known;
}

void ClassifyMethods(VM& vm, ClassInfo& info) {
  StandardMethods& standard = vm.standard_methods();
  StandardMethods before = standard;
  SymbolTable& symbols = vm.symbols();
  auto own = [&info](SymbolId selector) -> Method* {
    auto it = info.dictionary.find(selector);
    return it == info.dictionary.end() ? nullptr : it->second;
  };
  if (info.index == kIntegerClass || info.index == kDoubleClass) {
    for (auto& method : info.methods) {
      if (method->intrinsic == Intrinsic::kNone)
        method->intrinsic = RecogniseNumberMethod(vm, info, *method);
    }
  }
  SymbolId not_identical = symbols.Intern("~=");
  if (Method* method = own(kSymbolIdentical); method != nullptr) {
    bool usual = IsNumberOrObject(info) &&
                 (method->intrinsic == Intrinsic::kIdentical ||
                  (info.index != kObjectClass && method->intrinsic == Intrinsic::kEqual));
    if (!usual) standard.identical = false;
  }
  if (Method* method = own(not_identical); method != nullptr) {
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
  if (Method* method = own(symbols.Intern("class")); method != nullptr) {
    if (info.index != kObjectClass || method->intrinsic != Intrinsic::kObjectClass)
      standard.object_class = false;
  }
  if (info.index == kTrueClass || info.index == kFalseClass) {
    Method* method = own(symbols.Intern("not"));
    Value wanted = Bool(info.index == kFalseClass);
    if (method != nullptr &&
        (AnswersConstant(method, wanted) || method->intrinsic == Intrinsic::kNot)) {
      method->intrinsic = Intrinsic::kNot;
    } else {
      standard.boolean_not = false;
    }
  }
  if (info.index == kStringClass) {
    Method* equal = own(symbols.Intern("="));
    if (equal == nullptr || equal->intrinsic != Intrinsic::kStringEqual)
      standard.string_equal = false;
    Method* length = own(symbols.Intern("length"));
    if (length == nullptr || length->intrinsic != Intrinsic::kStringLength)
      standard.string_length = false;
  }
  if (info.index == kSymbolClass) {
    Method* equal = own(symbols.Intern("="));
    if (equal != nullptr && equal->intrinsic != Intrinsic::kStringEqual)
      standard.string_equal = false;
    if (own(symbols.Intern("length")) != nullptr) standard.string_length = false;
  }
  if (info.index != kObjectClass && info.index != kNilClass && !info.IsMetaclass()) {
    for (SymbolId selector :
         {kSymbolIfNil, kSymbolIfNotNil, kSymbolIfNilIfNotNil, kSymbolIfNotNilIfNil}) {
      if (own(selector) != nullptr) vm.nil_protocol_is_custom = true;
    }
  }
  bool fell = before.identical != standard.identical ||
              before.not_identical != standard.not_identical || before.is_nil != standard.is_nil ||
              before.not_nil != standard.not_nil || before.object_class != standard.object_class ||
              before.boolean_not != standard.boolean_not;
  if (fell) FlushCaches(vm);
}

}  // namespace som
