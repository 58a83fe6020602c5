// Methods with a known meaning, on operands whose kind is known or guessed from what the site saw:
// arithmetic, comparison, identity, arrays, strings. Each does what the quickened bytecode of the
// same meaning does and leaves where that one takes the send.
#include <bit>
#include <cmath>
#include <utility>

#include "vm/code/class_table.h"
#include "vm/code/standard_methods.h"
#include "vm/interpreter/handler_support.h"
#include "vm/jit/builder.h"
#include "vm/numbers/numeric.h"
#include "vm/objects/object.h"
#include "vm/text/characters.h"

namespace som::jit {

namespace {

bool IsIntOpcode(Opcode opcode) { return opcode >= Opcode::kAddInt && opcode <= Opcode::kAbsInt; }

bool IsDoubleOpcode(Opcode opcode) {
  return opcode >= Opcode::kAddDouble && opcode <= Opcode::kSquareRootDouble;
}

bool IsComparison(Intrinsic intrinsic, IrCondition* condition) {
  switch (intrinsic) {
    case Intrinsic::kLess:
      *condition = IrCondition::kLess;
      return true;
    case Intrinsic::kLessEqual:
      *condition = IrCondition::kLessEqual;
      return true;
    case Intrinsic::kGreater:
      *condition = IrCondition::kGreater;
      return true;
    case Intrinsic::kGreaterEqual:
      *condition = IrCondition::kGreaterEqual;
      return true;
    case Intrinsic::kEqual:
    case Intrinsic::kIdentical:
      *condition = IrCondition::kEqual;
      return true;
    case Intrinsic::kNotEqual:
    case Intrinsic::kNotIdentical:
      *condition = IrCondition::kNotEqual;
      return true;
    default:
      return false;
  }
}

// A double of its own, as comparisons need it.
bool IsExactInt(Value v) {
  constexpr int64_t kExact = int64_t{1} << 53;
  return v.AsInt() >= -kExact && v.AsInt() <= kExact;
}

}  // namespace

bool Builder::IsDouble(Node* node) const {
  return node->rep == IrRep::kDouble || TypeOf(node).IsDouble();
}

bool Builder::IsNumber(Node* node) const { return IsDouble(node) || TypeOf(node).IsInt(); }

// The node as a small integer; leaves if it is none. Null: it never is one, and the way ends here.
Node* Builder::GuardInt(Node* node) {
  if (!IsReachable()) return nullptr;
  node = Resolve(node);
  const Type type = TypeOf(node);
  if (type.IsInt() && node->rep != IrRep::kDouble) return node;
  if (node->rep == IrRep::kDouble || node->op == IrOp::kVirtual || type.IsDouble() ||
      type.IsHeapObject()) {
    LeaveHere();
    return nullptr;
  }
  Learn(node, Type::Int(), Emit(IrOp::kCheckInt, {node}));
  return node;
}

// The node as an unboxed double. `exact`: an integer must have a double of its own. Of what may be
// an integer or a double, `must_be_double` takes the latter only.
Node* Builder::AsDouble(Node* node, bool exact, bool must_be_double) {
  node = Resolve(node);
  if (node->rep == IrRep::kDouble) return node;
  if (node->IsConstant()) {
    const Value value = node->ConstantValue();
    if (value.IsInt() && (!exact || IsExactInt(value)))
      return NewDouble(static_cast<double>(value.AsInt()));
    if (value.IsImmediateDouble()) return NewDouble(value.AsImmediateDouble());
  }
  const Type type = TypeOf(node);
  if (type.IsInt()) {
    if (exact) Emit(IrOp::kCheckExactInt, {node});
    return Emit(IrOp::kIntToDouble, {node});
  }
  if (node->op == IrOp::kPhi) taken_as_double_.insert(node);
  if (type.IsDouble()) return Emit(IrOp::kUnbox, {node});
  if (must_be_double || exact) {
    Learn(node, Type::Double(), Emit(IrOp::kCheckDouble, {node}));
    return Emit(IrOp::kUnbox, {node});
  }
  return Emit(IrOp::kToDouble, {node});
}

bool Builder::SendIntrinsic(Method* target, const SendSite& site, Opcode opcode) {
  const StandardMethods& standard = vm_.standard_methods();
  switch (target->intrinsic) {
    case Intrinsic::kNone:
    case Intrinsic::kClassNew:
    case Intrinsic::kArrayNew:
    case Intrinsic::kBlockValue:
      return false;
    case Intrinsic::kIdentical:
      if (site.argument_count != 1) return false;
      if (IsNumber(Resolve(Top(1)))) return MayGuess() && Arithmetic(target->intrinsic, opcode);
      return site.selector == kSymbolIdentical && Identity(true);
    case Intrinsic::kNotIdentical:
      if (site.argument_count != 1) return false;
      if (IsNumber(Resolve(Top(1)))) return MayGuess() && Arithmetic(target->intrinsic, opcode);
      return Identity(false);
    case Intrinsic::kArrayAt:
    case Intrinsic::kArrayAtPut:
    case Intrinsic::kArrayLength:
      return MayGuess() && ArrayAccess(target->intrinsic);
    case Intrinsic::kStringLength: {
      Node* string = Resolve(Top());
      const uint32_t known = KnownClassOf(string);
      if (!standard.string_length || (known != kStringClass && known != kSymbolClass)) return false;
      Node* length = Emit(IrOp::kLoadStringLength, {string});
      DependOn(length, string);
      Result(1, length);
      return true;
    }
    case Intrinsic::kStringCharAt:
      return MayGuess() && CharacterAccess();
    case Intrinsic::kIsWhiteSpace:
      return MayGuess() && CharacterIs(kWhiteSpaceKind);
    case Intrinsic::kIsLetters:
      return MayGuess() && CharacterIs(kLetterKind);
    case Intrinsic::kIsDigits:
      return MayGuess() && CharacterIs(kDigitKind);
    case Intrinsic::kStringEqual:
      return standard.string_equal && StringEquality();
    case Intrinsic::kNot:
      if (!standard.boolean_not || !TypeOf(Resolve(Top())).IsBoolean()) return false;
      BooleanNot();
      return true;
    case Intrinsic::kObjectClass:
      if (!standard.object_class) return false;
      Result(1, Emit(IrOp::kLoadClass, {Tagged(Top())}));
      return true;
    case Intrinsic::kAsInteger:
    case Intrinsic::kRound:
    case Intrinsic::kAsDouble:
      return MayGuess() && Conversion(target->intrinsic);
    case Intrinsic::kIsNilTrue:
    case Intrinsic::kIsNilFalse:
      return false;
    default:
      return MayGuess() && Arithmetic(target->intrinsic, opcode);
  }
}

// --- Numbers -------------------------------------------------------------------------------------

bool Builder::Arithmetic(Intrinsic intrinsic, Opcode opcode) {
  const bool unary = intrinsic == Intrinsic::kAbs || intrinsic == Intrinsic::kSquareRoot;
  Node* b = Resolve(Top());
  Node* a = unary ? b : Resolve(Top(1));
  if (a->op == IrOp::kVirtual || b->op == IrOp::kVirtual) return false;
  const Type type_a = a->rep == IrRep::kDouble ? Type::Double() : TypeOf(a);
  const Type type_b = b->rep == IrRep::kDouble ? Type::Double() : TypeOf(b);
  auto excludes = [](Type t, bool as_int) {
    return t.IsHeapObject() || (as_int ? t.IsDouble() : t.IsInt());
  };
  if (type_a.IsHeapObject() || type_b.IsHeapObject()) return false;
  if (Node* mixed = MixedOperand(intrinsic, opcode, a, b)) {
    SplitByKind(mixed, intrinsic, opcode);
    return true;
  }
  const bool both_int = type_a.IsInt() && type_b.IsInt();
  const bool some_double = type_a.IsDouble() || type_b.IsDouble();
  const bool guess_int =
      IsIntOpcode(opcode) || (!IsDoubleOpcode(opcode) && (type_a.IsInt() || type_b.IsInt()));
  if (intrinsic != Intrinsic::kFloatDivide && intrinsic != Intrinsic::kSquareRoot &&
      !excludes(type_a, true) && !excludes(type_b, true) && (both_int || guess_int)) {
    return IntArithmetic(intrinsic, a, b);
  }
  if (both_int && intrinsic != Intrinsic::kFloatDivide) return false;
  if (!vm_.immediate_doubles()) return false;
  if (some_double || IsDoubleOpcode(opcode)) return DoubleArithmetic(intrinsic, a, b);
  return false;
}

// Where a guess was wrong: the operand of which it is not known whether it is an integer or a
// double, although that makes a difference. Null if there is none.
//
// Where mostly doubles meet, the integer is the 0 that a sum begins with, and the other operand is
// guessed to be a double: unless this method's code has found it otherwise.
Node* Builder::MixedOperand(Intrinsic intrinsic, Opcode opcode, Node* a, Node* b) const {
  IrCondition condition{};
  const bool compares = IsComparison(intrinsic, &condition);
  if (intrinsic != Intrinsic::kAdd && intrinsic != Intrinsic::kSubtract &&
      intrinsic != Intrinsic::kMultiply && (!compares || condition == IrCondition::kNotEqual))
    return nullptr;
  if (!request_.options.polymorphic_inlining || !vm_.immediate_doubles() ||
      request_.failures(act_->method, act_->offset) == 0)
    return nullptr;
  if (!compares && IsDoubleOpcode(opcode) && (TypeOf(a).IsInt() || TypeOf(b).IsInt()) &&
      !request_.has_left_at(act_->method, act_->offset))
    return nullptr;
  if (!IsNumber(b) && (compares || !IsDouble(a))) return b;
  if (!IsNumber(a) && (compares || !IsDouble(b))) return a;
  return nullptr;
}

// Does the operation for integers and for doubles, each on its way; leaves for anything else.
void Builder::SplitByKind(Node* operand, Intrinsic intrinsic, Opcode opcode) {
  Activation& act = *act_;
  std::vector<Edge> edges;
  auto build = [&] {
    if (!Arithmetic(intrinsic, opcode) && IsReachable()) LeaveHere();
  };
  BuildWay(IrOp::kBranchIsInt, operand, Type::Int(), &edges, build);
  BuildWay(IrOp::kBranchIsDouble, operand, Type::Double(), &edges, build);
  LeaveHere();
  if (!edges.empty()) Meet(act, edges, act.offset + LengthOf(Opcode::kSend));
}

// The result of comparing, adding, subtracting or multiplying two constants, if it is a small
// integer; otherwise null. `op` is kConstant for comparisons.
Node* Builder::FoldInts(IrOp op, IrCondition condition, const Node* a, const Node* b) {
  if (!a->IsConstant() || !b->IsConstant()) return nullptr;
  const int64_t x = a->ConstantValue().AsInt();
  const int64_t y = b->ConstantValue().AsInt();
  int64_t result = 0;
  switch (op) {
    case IrOp::kConstant:
      return NewConstant(Bool(Holds(condition, x, y)));
    case IrOp::kAddInt:
      result = x + y;
      break;
    case IrOp::kSubtractInt:
      result = x - y;
      break;
    case IrOp::kMultiplyInt:
      if (__builtin_mul_overflow(x, y, &result)) return nullptr;
      break;
    default:
      return nullptr;
  }
  return Value::FitsInt(result) ? NewConstant(Value::Int(result)) : nullptr;
}

bool Builder::IntArithmetic(Intrinsic intrinsic, Node* a, Node* b) {
  IrOp op = IrOp::kConstant;
  IrCondition condition{};
  const bool compares = IsComparison(intrinsic, &condition);
  switch (intrinsic) {
    case Intrinsic::kAdd:
      op = IrOp::kAddInt;
      break;
    case Intrinsic::kSubtract:
      op = IrOp::kSubtractInt;
      break;
    case Intrinsic::kMultiply:
      op = IrOp::kMultiplyInt;
      break;
    case Intrinsic::kDivide:
      op = IrOp::kDivideInt;
      break;
    case Intrinsic::kModulo:
      op = IrOp::kModuloInt;
      break;
    case Intrinsic::kRemainder:
      op = IrOp::kRemainderInt;
      break;
    case Intrinsic::kBitAnd:
      op = IrOp::kAndInt;
      break;
    case Intrinsic::kBitOr:
      op = IrOp::kOrInt;
      break;
    case Intrinsic::kBitXor:
      op = IrOp::kXorInt;
      break;
    case Intrinsic::kShiftLeft:
      op = IrOp::kShiftLeftInt;
      break;
    case Intrinsic::kShiftRight:
      op = IrOp::kShiftRightInt;
      break;
    case Intrinsic::kMax:
      op = IrOp::kMaxInt;
      break;
    case Intrinsic::kMin:
      op = IrOp::kMinInt;
      break;
    case Intrinsic::kAbs:
      op = IrOp::kAbsInt;
      break;
    default:
      if (!compares) return false;
      break;
  }
  const bool unary = intrinsic == Intrinsic::kAbs;
  if (GuardInt(a) == nullptr) return true;
  if (!unary && GuardInt(b) == nullptr) return true;
  if (op == IrOp::kModuloInt && b->IsConstant() && b->ConstantValue().AsInt() > 0 &&
      std::has_single_bit(static_cast<uint64_t>(b->ConstantValue().AsInt()))) {
    // Floored: the lower bits, whatever the sign.
    op = IrOp::kAndInt;
    b = NewConstant(Value::Int(b->ConstantValue().AsInt() - 1));
  }
  if (Node* constant = FoldInts(op, condition, a, b)) {
    Result(2, constant);
    return true;
  }
  Node* result = compares ? Emit(IrOp::kCompareInt, {a, b}, static_cast<int64_t>(condition))
                 : unary  ? Emit(op, {a})
                          : Emit(op, {a, b});
  Result(unary ? 1 : 2, result);
  return true;
}

namespace {

bool IsTwo(const Node* node) {
  return node->op == IrOp::kDoubleConstant && std::bit_cast<double>(node->imm) == 2.0;
}

// Whether dividing by it gives what multiplying by its inverse does, to the last bit: a power of
// two whose inverse is no subnormal number.
bool HasExactInverse(const Node* node) {
  if (node->op != IrOp::kDoubleConstant) return false;
  const double divisor = std::bit_cast<double>(node->imm);
  int exponent = 0;
  return std::fabs(std::frexp(divisor, &exponent)) == 0.5 && std::isnormal(divisor) &&
         std::isnormal(1.0 / divisor);
}

}  // namespace

bool Builder::DoubleArithmetic(Intrinsic intrinsic, Node* a, Node* b) {
  IrOp op = IrOp::kConstant;
  IrCondition condition{};
  if (intrinsic == Intrinsic::kSquareRoot) {
    if (TypeOf(a).IsInt()) return false;
    Node* root = Emit(IrOp::kSquareRoot, {AsDouble(a, false, true)});
    Result(1, request_.options.doubles ? root : Tagged(root));
    return true;
  }
  if (IsComparison(intrinsic, &condition)) {
    if (intrinsic != Intrinsic::kLess && intrinsic != Intrinsic::kLessEqual &&
        intrinsic != Intrinsic::kGreater && intrinsic != Intrinsic::kGreaterEqual &&
        intrinsic != Intrinsic::kEqual)
      return false;
    Node* x = AsDouble(a, true, true);
    Node* y = AsDouble(b, true, true);
    Emit(IrOp::kCheckOrdered, {x, y});
    Result(2, Emit(IrOp::kCompareDouble, {x, y}, static_cast<int64_t>(condition)));
    return true;
  }
  switch (intrinsic) {
    case Intrinsic::kAdd:
      op = IrOp::kAddDouble;
      break;
    case Intrinsic::kSubtract:
      op = IrOp::kSubtractDouble;
      break;
    case Intrinsic::kMultiply:
      op = IrOp::kMultiplyDouble;
      break;
    case Intrinsic::kFloatDivide:
      op = IrOp::kDivideDouble;
      break;
    default:
      return false;
  }
  // Two integers would be integer arithmetic: one of the operands has to be a double.
  const bool divides = intrinsic == Intrinsic::kFloatDivide;
  const bool known = divides || IsDouble(a) || IsDouble(b);
  Node* x = AsDouble(a, false, !known);
  Node* y = AsDouble(b, false, !known && TypeOf(b).kind == Type::Kind::kAnything);
  if (divides && vm_.options().strict) {
    if (y->op != IrOp::kDoubleConstant || std::bit_cast<double>(y->imm) == 0.0)
      Emit(IrOp::kCheckNotZero, {y});
  }
  if (op == IrOp::kDivideDouble && HasExactInverse(y)) {
    op = IrOp::kMultiplyDouble;
    y = NewDouble(1.0 / std::bit_cast<double>(y->imm));
  }
  if (op == IrOp::kMultiplyDouble && IsTwo(x)) std::swap(x, y);
  // The same number, sooner.
  if (op == IrOp::kMultiplyDouble && IsTwo(y)) {
    op = IrOp::kAddDouble;
    y = x;
  }
  Node* result = Emit(op, {x, y});
  Result(2, request_.options.doubles ? result : Tagged(result));
  return true;
}

bool Builder::Conversion(Intrinsic intrinsic) {
  if (!vm_.immediate_doubles()) return false;
  Node* number = Resolve(Top());
  if (number->op == IrOp::kVirtual) return false;
  const bool is_int = TypeOf(number).IsInt() && number->rep != IrRep::kDouble;
  if (is_int != (intrinsic == Intrinsic::kAsDouble)) return false;
  if (is_int) {
    Node* converted = AsDouble(number, false, false);
    Result(1, request_.options.doubles ? converted : Tagged(converted));
  } else {
    Result(1, Emit(IrOp::kDoubleToInt, {AsDouble(number, false, true)},
                   intrinsic == Intrinsic::kRound ? 1 : 0));
  }
  return true;
}

// --- Identity, Booleans
// ----------------------------------------------------------------------------

bool Builder::Identity(bool same) {
  Node* b = Resolve(Top());
  Node* a = Resolve(Top(1));
  const auto condition = static_cast<int64_t>(same ? IrCondition::kEqual : IrCondition::kNotEqual);
  if (a->op == IrOp::kVirtual || b->op == IrOp::kVirtual) {
    // An object that is only here is the same as nothing but itself.
    Result(2, NewConstant(Bool((a == b) == same)));
    return true;
  }
  // A word is its own identity where one side is a heap object that is no number, or both are small
  // integers. (1 and 1.0 are identical.)
  auto decides = [this](Node* node) {
    const uint32_t known = KnownClassOf(node);
    if (known != kNoClass) return known != kIntegerClass && known != kDoubleClass;
    return TypeOf(node).IsBoolean();
  };
  if (!decides(a) && !decides(b) && !(TypeOf(a).IsInt() && TypeOf(b).IsInt())) {
    // Of the numbers only small integers are told by their word: no guess for the others.
    auto is_other_number = [this](Node* node) {
      const uint32_t known = KnownClassOf(node);
      return node->rep == IrRep::kDouble || known == kDoubleClass ||
             (known == kIntegerClass && !TypeOf(node).IsInt());
    };
    if (is_other_number(a) || is_other_number(b) || !MayGuess()) return false;
    Emit(IrOp::kCheckIdentityKnown, {a, b});
  }
  if (a->rep == IrRep::kDouble || b->rep == IrRep::kDouble) {
    Result(2, NewConstant(Bool(!same)));
    return true;
  }
  Result(2, Emit(IrOp::kCompareSame, {a, b}, condition));
  return true;
}

void Builder::BooleanNot() {
  Node* value = Tagged(Top());
  if (value->IsConstant() &&
      (value->ConstantValue() == True() || value->ConstantValue() == False())) {
    Result(1, NewConstant(Bool(value->ConstantValue() == False())));
    return;
  }
  if ((value->op == IrOp::kCompareInt || value->op == IrOp::kCompareDouble)) {
    // Doubles that are compared are ordered: the opposite condition is the negation.
    Result(1, Emit(value->op, {value->inputs[0], value->inputs[1]},
                   static_cast<int64_t>(Negated(static_cast<IrCondition>(value->imm)))));
    return;
  }
  GuardBoolean(value);
  Result(1, Emit(IrOp::kCompareSame, {value, NewConstant(False())},
                 static_cast<int64_t>(IrCondition::kEqual)));
}

void Builder::GuardBoolean(Node* value) {
  if (TypeOf(value).IsBoolean()) return;
  Learn(value, Type::Boolean(), Emit(IrOp::kCheckBoolean, {value}));
}

// and: and or: of two Booleans that have both been computed.
void Builder::BooleanConnective(bool conjunction) {
  Node* a = Tagged(Top(1));
  Node* b = Tagged(Top());
  GuardBoolean(a);
  GuardBoolean(b);
  Node* result =
      Emit(IrOp::kSelect, conjunction ? std::initializer_list<Node*>{a, b, NewConstant(False())}
                                      : std::initializer_list<Node*>{a, NewConstant(True()), b});
  result->type = Type::Boolean();
  DependOn(result, b);
  Result(2, result);
}

// --- Arrays and strings
// ----------------------------------------------------------------------------

bool Builder::ArrayAccess(Intrinsic intrinsic) {
  const size_t from_top = intrinsic == Intrinsic::kArrayLength ? 0
                          : intrinsic == Intrinsic::kArrayAt   ? 1
                                                               : 2;
  Node* array = Resolve(Top(from_top));
  if (KnownClassOf(array) != kArrayClass || array->op == IrOp::kVirtual) return false;
  // Strict mode must notice stores into the Arrays that hold a class's methods.
  if (intrinsic == Intrinsic::kArrayAtPut && vm_.options().strict) return false;
  if (intrinsic == Intrinsic::kArrayLength) {
    Node* length = Emit(IrOp::kLoadLength, {array});
    DependOn(length, array);
    Result(1, length);
    return true;
  }
  Node* index = Resolve(Top(from_top - 1));
  if (index->op == IrOp::kVirtual || index->rep == IrRep::kDouble) return false;
  if (GuardInt(index) == nullptr) return true;
  Node* length = Emit(IrOp::kLoadLength, {array});
  DependOn(length, array);
  Node* bounds = Emit(IrOp::kCheckBounds, {index, length});
  if (intrinsic == Intrinsic::kArrayAt) {
    Node* load =
        Emit(IrOp::kLoadElement, {array, index}, 0, static_cast<int64_t>(IrMemory::kElement));
    load->guard = bounds;
    Result(2, load);
    return true;
  }
  Node* value = Tagged(Top());
  Emit(IrOp::kStoreElement, {array, index, value}, 0, static_cast<int64_t>(IrMemory::kElement));
  Result(3, array);
  return true;
}

bool Builder::IsText(Node* node) const {
  const uint32_t known = KnownClassOf(node);
  return known == kStringClass || known == kSymbolClass;
}

bool Builder::CharacterAccess() {
  Node* string = Resolve(Top(1));
  Node* index = Resolve(Top());
  if (!IsText(string) || index->op == IrOp::kVirtual || index->rep == IrRep::kDouble) return false;
  if (string->IsConstant() && As<String>(string->ConstantValue())->IsGrown()) return false;
  if (GuardInt(index) == nullptr) return true;
  Node* length = Emit(IrOp::kLoadStringLength, {string});
  DependOn(length, string);
  Node* text = string;
  // Texts are guessed to be ASCII and not in a buffer, then to be ASCII.
  if (!string->IsConstant() && HasGuessedWrong()) {
    text = Emit(IrOp::kLoadText, {string});
    DependOn(text, string);
  }
  Node* ascii = Emit(IrOp::kCheckAscii, {text});
  DependOn(ascii, string);
  Node* bounds = Emit(IrOp::kCheckBounds, {index, length});
  Node* character = Emit(IrOp::kLoadCharacter, {text, index});
  character->guard = bounds;
  Result(2, character);
  return true;
}

// Whether a String is of that kind, which is guessed to be one ASCII character.
bool Builder::CharacterIs(CharacterKind kind) {
  Node* string = Resolve(Top());
  if (!IsText(string)) return false;
  if (string->IsConstant()) {
    const std::string_view text = As<String>(string->ConstantValue())->View();
    if (text.size() != 1) return false;
    Result(1, NewConstant(Bool((KindsOfBytes()[static_cast<unsigned char>(text[0])] & kind) != 0)));
    return true;
  }
  Node* kinds = nullptr;
  if (string->op == IrOp::kLoadCharacter) {
    kinds = Emit(IrOp::kLoadKinds, {string});
  } else {
    Node* length = Emit(IrOp::kLoadStringLength, {string});
    DependOn(length, string);
    Node* one = Emit(IrOp::kCheckRange, {length}, 1, 1);
    DependOn(Emit(IrOp::kCheckAscii, {string}), string);
    kinds = Emit(IrOp::kLoadKinds, {string});
    // Behind an empty text there may be no byte.
    kinds->guard = one;
  }
  Node* bit = Emit(IrOp::kAndInt, {kinds, NewConstant(Value::Int(kind))});
  Result(1, Emit(IrOp::kCompareInt, {bit, NewConstant(Value::Int(0))},
                 static_cast<int64_t>(IrCondition::kNotEqual)));
  return true;
}

bool Builder::StringEquality() {
  Node* b = Resolve(Top());
  Node* a = Resolve(Top(1));
  if (!IsText(a)) return false;
  if (b->op == IrOp::kVirtual || b->rep == IrRep::kDouble ||
      (b->IsConstant() && !IsString(b->ConstantValue()))) {
    Result(2, NewConstant(False()));
    return true;
  }
  const bool is_text = IsText(b);
  if (a->IsConstant() && is_text) std::swap(a, b);
  if (a->IsConstant() && b->IsConstant()) {
    Result(2, NewConstant(Bool(StringsEqual(a->ConstantValue(), b->ConstantValue()))));
    return true;
  }
  const auto equal = static_cast<int64_t>(IrCondition::kEqual);
  if (KnownClassOf(a) == kSymbolClass && KnownClassOf(b) == kSymbolClass) {
    Result(2, Emit(IrOp::kCompareSame, {a, b}, equal));
    return true;
  }
  const bool are_characters =
      a->op == IrOp::kLoadCharacter && (b->op == IrOp::kLoadCharacter || b->IsConstant());
  if (!are_characters) {
    Node* result = Emit(IrOp::kStringsEqual, {a, b}, is_text ? 0 : 1);
    result->guard = result;
    Result(2, result);
    return true;
  }
  // There is one String for each character.
  if (b->IsConstant()) {
    const std::string_view text = As<String>(b->ConstantValue())->View();
    if (text.size() != 1 || static_cast<unsigned char>(text[0]) >= Characters::kAsciiCount) {
      Result(2, NewConstant(False()));
      return true;
    }
    b = NewConstant(vm_.characters().Single(static_cast<unsigned char>(text[0])));
  }
  Result(2, Emit(IrOp::kCompareSame, {a, b}, equal));
  return true;
}

}  // namespace som::jit
