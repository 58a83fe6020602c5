// See inline_cache.h.
#include "vm/interpreter/inline_cache.h"

#include <algorithm>

#include "vm/code/class_table.h"
#include "vm/code/global_cache.h"
#include "vm/code/listener.h"
#include "vm/code/standard_methods.h"
#include "vm/code/tier.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/linking/control_methods.h"
#include "vm/linking/peephole.h"
#include "vm/vm.h"

namespace som {

namespace {

// How often a site may change its opcode for what its operands are; afterwards only its cache state
// decides, which changes a bounded number of times.
constexpr int kRequickeningLimit = 12;

void SetMonomorphic(SendSite& site, uint32_t class_index, Method* method) {
  site.class_index = class_index;
  site.method = method;
  site.state = CacheState::kMonomorphic;
}

void Enter(VM& vm, SendSite& site, uint32_t class_index, Method* method) {
  bool mono_only = vm.options().inline_cache == InlineCachePolicy::kMono;
  switch (site.state) {
    case CacheState::kEmpty:
      SetMonomorphic(site, class_index, method);
      return;
    case CacheState::kMonomorphic:
      if (mono_only) {
        SetMonomorphic(site, class_index, method);
        return;
      }
      if (site.entries == nullptr) site.entries = vm.NewCacheEntries();
      site.entries[0] = {site.class_index, site.method};
      site.entries[1] = {class_index, method};
      site.entry_count = 2;
      site.state = CacheState::kPolymorphic;
      return;
    case CacheState::kPolymorphic:
      if (site.entry_count == SendSite::kPolymorphicLimit) {
        site.state = CacheState::kMegamorphic;
      } else {
        site.entries[site.entry_count++] = {class_index, method};
      }
      return;
    case CacheState::kMegamorphic:
      return;
  }
}

Method* FindCached(const SendSite& site, uint32_t class_index) {
  if (site.state == CacheState::kMonomorphic) {
    return site.class_index == class_index ? site.method : nullptr;
  }
  if (site.state == CacheState::kPolymorphic) {
    for (int i = 0; i < site.entry_count; ++i) {
      if (site.entries[i].class_index == class_index) return site.entries[i].method;
    }
  }
  return nullptr;
}

void CountHit(VM& vm, SendSite& site) {
  if (vm.listener() == nullptr) return;
  switch (site.state) {
    case CacheState::kMonomorphic:
      ++site.hits_monomorphic;
      break;
    case CacheState::kPolymorphic:
      ++site.hits_polymorphic;
      break;
    default:
      ++site.hits_megamorphic;
      break;
  }
}

bool IsBoolean(Value v) { return v == True() || v == False(); }

bool IsNumberWord(Value v) { return v.IsInt() || v.IsImmediateDouble(); }

// The specialised bytecode for an intrinsic and its operands, or kSend if none fits. One that takes
// receivers of several classes counts on what all of them do under the usual selector: reflection
// may have given the method another one in one of them.
Opcode IntrinsicOpcode(VM& vm, const SendSite& site, const Method* target, const Value* arguments) {
  Value receiver = arguments[0];
  const StandardMethods& standard = vm.standard_methods();
  if (site.argument_count == 0) {
    switch (target->intrinsic) {
      case Intrinsic::kAbs:
        return receiver.IsInt() ? Opcode::kAbsInt : Opcode::kSend;
      case Intrinsic::kSquareRoot:
        return receiver.IsImmediateDouble() ? Opcode::kSquareRootDouble : Opcode::kSend;
      case Intrinsic::kArrayLength:
        return ClassIndexOf(receiver) == kArrayClass ? Opcode::kArrayLength : Opcode::kSend;
      case Intrinsic::kStringLength:
        return site.selector == kSymbolLength && standard.string_length && IsString(receiver)
                   ? Opcode::kStringLength
                   : Opcode::kSend;
      case Intrinsic::kBlockValue:
        return ClassIndexOf(receiver) == kBlock1Class ? Opcode::kBlockValue0 : Opcode::kSend;
      case Intrinsic::kObjectClass:
        return site.selector == kSymbolAskClass && standard.object_class ? Opcode::kObjectClass
                                                                         : Opcode::kSend;
      case Intrinsic::kNot:
        return site.selector == kSymbolNot && standard.boolean_not ? Opcode::kNot : Opcode::kSend;
      case Intrinsic::kIsNilTrue:
      case Intrinsic::kIsNilFalse:
        if (site.selector == kSymbolIsNil && standard.is_nil) return Opcode::kIsNil;
        if (site.selector == kSymbolNotNil && standard.not_nil) return Opcode::kNotNil;
        return Opcode::kSend;
      default:
        return Opcode::kSend;
    }
  }
  Value argument = arguments[1];
  if (site.argument_count == 2) {
    // Strict mode must notice stores into the Arrays that hold a class's methods.
    if (target->intrinsic == Intrinsic::kArrayAtPut && ClassIndexOf(receiver) == kArrayClass &&
        !vm.options().strict) {
      return Opcode::kArrayAtPut;
    }
    if (target->intrinsic == Intrinsic::kBlockValue && ClassIndexOf(receiver) == kBlock3Class)
      return Opcode::kBlockValue2;
    return Opcode::kSend;
  }
  if (site.argument_count != 1) return Opcode::kSend;
  if (IsBoolean(receiver) && IsBoolean(argument)) {
    switch (ConnectiveOf(vm, site.selector)) {
      case Connective::kAnd:
        return Opcode::kAndBoolean;
      case Connective::kOr:
        return Opcode::kOrBoolean;
      default:
        break;
    }
  }
  switch (target->intrinsic) {
    case Intrinsic::kArrayAt:
      return ClassIndexOf(receiver) == kArrayClass ? Opcode::kArrayAt : Opcode::kSend;
    case Intrinsic::kBlockValue:
      return ClassIndexOf(receiver) == kBlock2Class ? Opcode::kBlockValue1 : Opcode::kSend;
    case Intrinsic::kStringEqual:
      return site.selector == kSymbolEqual && standard.string_equal && IsString(receiver) &&
                     IsString(argument)
                 ? Opcode::kStringEqual
                 : Opcode::kSend;
    case Intrinsic::kIdentical:
      if (site.selector == kSymbolIdentical && standard.identical) return Opcode::kIdentical;
      break;
    case Intrinsic::kNotIdentical:
      return site.selector == kSymbolNotIdentical && standard.not_identical ? Opcode::kNotIdentical
                                                                            : Opcode::kSend;
    default:
      break;
  }
  if (Value::BothInt(receiver, argument)) {
    switch (target->intrinsic) {
#define SOM_INT_CASE(intrinsic, opcode) \
  case Intrinsic::k##intrinsic:         \
    return Opcode::k##opcode;
      SOM_INT_CASE(Add, AddInt)
      SOM_INT_CASE(Subtract, SubtractInt)
      SOM_INT_CASE(Multiply, MultiplyInt)
      SOM_INT_CASE(Divide, DivideInt)
      SOM_INT_CASE(Modulo, ModuloInt)
      SOM_INT_CASE(Remainder, RemainderInt)
      SOM_INT_CASE(FloatDivide, DivideDouble)
      SOM_INT_CASE(Less, LessInt)
      SOM_INT_CASE(LessEqual, LessEqualInt)
      SOM_INT_CASE(Greater, GreaterInt)
      SOM_INT_CASE(GreaterEqual, GreaterEqualInt)
      SOM_INT_CASE(Equal, EqualInt)
      SOM_INT_CASE(Identical, EqualInt)
      SOM_INT_CASE(NotEqual, NotEqualInt)
      SOM_INT_CASE(NotIdentical, NotEqualInt)
      SOM_INT_CASE(BitAnd, AndInt)
      SOM_INT_CASE(BitXor, XorInt)
      SOM_INT_CASE(ShiftLeft, ShiftLeftInt)
      SOM_INT_CASE(ShiftRight, ShiftRightInt)
      SOM_INT_CASE(Max, MaxInt)
      SOM_INT_CASE(Min, MinInt)
#undef SOM_INT_CASE
      default:
        return Opcode::kSend;
    }
  }
  if (!vm.immediate_doubles() || !IsNumberWord(receiver) || !IsNumberWord(argument))
    return Opcode::kSend;
  switch (target->intrinsic) {
#define SOM_DOUBLE_CASE(intrinsic, opcode) \
  case Intrinsic::k##intrinsic:            \
    return Opcode::k##opcode;
    SOM_DOUBLE_CASE(Add, AddDouble)
    SOM_DOUBLE_CASE(Subtract, SubtractDouble)
    SOM_DOUBLE_CASE(Multiply, MultiplyDouble)
    SOM_DOUBLE_CASE(FloatDivide, DivideDouble)
    SOM_DOUBLE_CASE(Less, LessDouble)
    SOM_DOUBLE_CASE(LessEqual, LessEqualDouble)
    SOM_DOUBLE_CASE(Greater, GreaterDouble)
    SOM_DOUBLE_CASE(GreaterEqual, GreaterEqualDouble)
    SOM_DOUBLE_CASE(Equal, EqualDouble)
#undef SOM_DOUBLE_CASE
    default:
      return Opcode::kSend;
  }
}

// The bytecode for what the cache knows, given a target without a fitting intrinsic.
Opcode CacheOpcode(VM& vm, SendSite& site, Method* target, const Value* arguments) {
  switch (site.state) {
    case CacheState::kEmpty:
      return Opcode::kSend;
    case CacheState::kPolymorphic:
      return Opcode::kSendPolymorphic;
    case CacheState::kMegamorphic:
      return Opcode::kSendMegamorphic;
    case CacheState::kMonomorphic:
      break;
  }
  switch (target->kind) {
    case MethodKind::kGetter:
      if (!arguments[0].IsObject()) break;
      site.payload = target->trivial_word;
      return Opcode::kSendGetter;
    case MethodKind::kSetter:
      if (!arguments[0].IsObject()) break;
      site.payload = target->trivial_word;
      return Opcode::kSendSetter;
    case MethodKind::kReturnConstant:
      site.payload = target->trivial_constant.bits();
      return Opcode::kSendConstant;
    case MethodKind::kReturnSelf:
      return Opcode::kSendReturnSelf;
    case MethodKind::kPrimitive:
      if (target->intrinsic == Intrinsic::kClassNew && IsKind(arguments[0], Kind::kClass)) {
        const ClassInfo* info = As<ClassObject>(arguments[0])->info;
        if (info->instance_kind == Kind::kInstance) {
          site.payload = NewInstancePayload(info->index, info->FieldCount());
          return Opcode::kSendNew;
        }
      }
      return Opcode::kSendPrimitive;
    case MethodKind::kBytecode:
      break;
  }
  (void)vm;
  switch (site.argument_count) {
    case 0:
      return Opcode::kSendMethod0;
    case 1:
      return Opcode::kSendMethod1;
    case 2:
      return Opcode::kSendMethod2;
    default:
      return Opcode::kSendMethod;
  }
}

Opcode SuperOpcode(SendSite& site, const Method* target, const Value* arguments) {
  if (target->intrinsic == Intrinsic::kClassNew && IsKind(arguments[0], Kind::kClass)) {
    const ClassInfo* info = As<ClassObject>(arguments[0])->info;
    if (info->instance_kind == Kind::kInstance) {
      site.class_index = ClassIndexOf(arguments[0]);
      site.payload = NewInstancePayload(info->index, info->FieldCount());
      return Opcode::kSuperSendNew;
    }
  }
  return target->kind == MethodKind::kPrimitive ? Opcode::kSuperSendPrimitive
                                                : Opcode::kSuperSendMethod;
}

}  // namespace

Method* FindThroughCache(VM& vm, SendSite& site, uint32_t class_index) {
  switch (vm.options().inline_cache) {
    case InlineCachePolicy::kNone:
      return vm.classes().Lookup(vm.classes().At(class_index), site.selector);
    case InlineCachePolicy::kGlobal:
      return vm.global_cache().FindOrLookup(vm.classes(), class_index, site.selector);
    case InlineCachePolicy::kMono:
    case InlineCachePolicy::kPoly:
      break;
  }
  if (Method* method = FindCached(site, class_index)) {
    CountHit(vm, site);
    return method;
  }
  ++site.misses;
  Method* method = vm.global_cache().FindOrLookup(vm.classes(), class_index, site.selector);
  if (method != nullptr) Enter(vm, site, class_index, method);
  return method;
}

Method* FindSuper(VM& vm, SendSite& site, const ClassInfo* holder) {
  if (site.method != nullptr) return site.method;
  Method* method = vm.classes().Lookup(holder->superclass, site.selector);
  if (vm.options().inline_cache != InlineCachePolicy::kNone) site.method = method;
  return method;
}

bool EvaluatesBlock(Opcode opcode) {
  return opcode == Opcode::kBlockValue0 || opcode == Opcode::kBlockValue1 ||
         opcode == Opcode::kBlockValue2;
}

void QuickenSend(VM& vm, Method* running, CodeUnit* ip, SendSite& site, Method* target,
                 const Value* arguments) {
  auto current = static_cast<Opcode>(UnfusedOpcode(*ip));
  Opcode chosen = Opcode::kSend;
  bool caching = vm.options().inline_cache == InlineCachePolicy::kMono ||
                 vm.options().inline_cache == InlineCachePolicy::kPoly;
  if (site.is_super) {
    if (!caching) return;
    chosen = SuperOpcode(site, target, arguments);
    if (chosen == current && chosen != Opcode::kSuperSendNew) return;
  } else {
    bool may_specialise = site.requickenings < kRequickeningLimit;
    if (may_specialise) chosen = IntrinsicOpcode(vm, site, target, arguments);
    if (chosen == Opcode::kSend && caching) {
      // A monomorphic-only site that keeps missing stays with the plain send: rewriting it each
      // time would cost more.
      if (may_specialise || vm.options().inline_cache == InlineCachePolicy::kPoly) {
        chosen = CacheOpcode(vm, site, target, arguments);
      }
    }
  }
  if (chosen == current) return;
  if (EvaluatesBlock(chosen))
    site.payload = reinterpret_cast<uint64_t>(As<Block>(arguments[0])->code);
  ++site.requickenings;
  if (vm.listener() != nullptr)
    vm.listener()->Quickened(current != Opcode::kSend && current != Opcode::kSuperSend);
  *ip = static_cast<CodeUnit>(chosen);
  if (vm.options().superinstructions) FuseAround(*running, ip);
}

void FlushCaches(VM& vm) {
  vm.global_cache().Clear();
  if (vm.tier() != nullptr) vm.tier()->InvalidateAll();
  auto flush = [](Method& unit) {
    for (size_t i = 0; i < unit.site_count; ++i) {
      SendSite& site = unit.sites[i];
      site.class_index = 0;
      site.method = nullptr;
      site.state = CacheState::kEmpty;
      site.entry_count = 0;
    }
    UnquickenMethod(unit);
  };
  for (uint32_t i = 1; i < vm.classes().size(); ++i) {
    ClassInfo* info = vm.classes().At(i);
    for (auto* list : {&info->methods, &info->retired_methods}) {
      for (auto& method : *list) {
        for (Method* unit : method->unit_methods) {
          flush(*unit);
          for (auto& variant : unit->loop_variants) {
            if (variant != nullptr) flush(*variant);
          }
        }
      }
    }
  }
}

}  // namespace som
