// See object_watch.h.
#include "vm/explain/object_watch.h"

#include <algorithm>
#include <utility>

#include "compiler/concat.h"
#include "vm/code/class_table.h"
#include "vm/explain/code_watch.h"
#include "vm/numbers/big_integer.h"
#include "vm/observation/live_listing.h"
#include "vm/observation/stack_trace.h"
#include "vm/observation/value_text.h"
#include "vm/text/string_object.h"
#include "vm/vm.h"

namespace som::explain {

namespace {

constexpr size_t kMostTextBytes = 200;

// Strings and Symbols as they are written, long ones cut between characters.
std::string TextOf(const String& string) {
  std::string_view bytes = string.View();
  const bool is_long = bytes.size() > kMostTextBytes;
  if (is_long) {
    size_t end = kMostTextBytes;
    while (end > 0 && (static_cast<unsigned char>(bytes[end]) & 0xC0) == 0x80) --end;
    bytes = bytes.substr(0, end);
  }
  const std::string rest = is_long ? "…" : "";
  return string.kind() == Kind::kSymbol ? Concat("#", bytes, rest) : Concat("'", bytes, rest, "'");
}

// Digits of very long numbers are not worth the time that they take.
constexpr size_t kMostLimbs = 64;

// What an atom that is an object is called.
std::string TextOfObject(VM& vm, Value value) {
  if (IsString(value)) return TextOf(*As<String>(value));
  if (!IsKind(value, Kind::kBigInteger)) return ValueText(vm, value);
  const size_t limbs = As<BigInteger>(value)->LimbCount();
  return limbs > kMostLimbs ? Concat("Integer of about ", limbs * 64, " bits")
                            : IntegerDigits(value);
}

// The place of the object that a reference below 0 means.
size_t PlaceOf(Ref ref) {
  const Ref number = ~ref;
  return static_cast<size_t>(number);
}

bool IsAtom(Value value) {
  if (!value.IsObject() || value == Nil() || value == True() || value == False()) return true;
  switch (value.AsObject()->kind()) {
    case Kind::kString:
    case Kind::kGrownString:
    case Kind::kSymbol:
    case Kind::kBigInteger:
    case Kind::kDouble:
      return true;
    default:
      return false;
  }
}

}  // namespace

ObjectWatch::ObjectWatch(VM& vm, Recording& recording, NameTable& names, CodeWatch& code)
    : vm_(vm), recording_(recording), names_(names), code_(code) {
  vm.heap().AddRoots(this);
}

Ref ObjectWatch::RefOf(Value value) {
  const Ref ref = NumberOf(value);
  LookIntoPending();
  return ref;
}

Ref ObjectWatch::AtomOf(Value value, const std::string& text) {
  const int32_t class_name = names_.NumberOf(vm_.symbols().NameOf(vm_.classes().Of(value)->name));
  const auto [it, is_new] =
      atoms_.try_emplace({class_name, text}, static_cast<Ref>(recording_.atoms.size()));
  if (is_new) recording_.atoms.push_back({text, class_name});
  return it->second;
}

Ref ObjectWatch::NumberOf(Value value) {
  if (!value.IsObject()) {
    const auto it = immediates_.find(value.bits());
    if (it != immediates_.end()) return it->second;
    const Ref atom = AtomOf(value, ValueText(vm_, value));
    immediates_.emplace(value.bits(), atom);
    return atom;
  }
  if (IsAtom(value)) return AtomOf(value, TextOfObject(vm_, value));
  if (numbers_epoch_ != epoch_) {
    numbers_.clear();
    for (size_t i = 0; i < seen_.size(); ++i)
      numbers_[seen_[i].value.bits()] = static_cast<int32_t>(i);
    numbers_epoch_ = epoch_;
  }
  const auto [it, is_new] = numbers_.try_emplace(value.bits(), static_cast<int32_t>(seen_.size()));
  const int32_t number = it->second;
  if (is_new) {
    seen_.emplace_back();
    seen_.back().value = value;
    recording_.objects.push_back(Describe(value));
    if (seen_.size() <= kMostObjects) pending_.push_back(number);
  }
  return ~number;
}

RecordedObject ObjectWatch::Describe(Value value) {
  RecordedObject object;
  object.kind = value.AsObject()->kind();
  if (object.kind == Kind::kContext) {
    object.class_name = names_.NumberOf("context");
    return object;
  }
  object.class_name = names_.NumberOf(vm_.symbols().NameOf(vm_.classes().Of(value)->name));
  switch (object.kind) {
    case Kind::kArray:
      object.detail = static_cast<int32_t>(As<Array>(value)->Length());
      break;
    case Kind::kBlock: {
      const Method* code = As<Block>(value)->code;
      if (code->home != nullptr) object.detail = code_.UnitOf(*code);
      break;
    }
    case Kind::kClass:
      object.text = std::string(vm_.symbols().NameOf(As<ClassObject>(value)->info->name));
      object.detail = FieldNamesOf(value);
      break;
    case Kind::kMirror:
      object.text = MethodTitle(vm_, *As<Mirror>(value)->method);
      break;
    case Kind::kInstance:
      object.detail = FieldNamesOf(value);
      break;
    default:
      break;
  }
  return object;
}

int32_t ObjectWatch::FieldNamesOf(Value value) {
  const ClassInfo& info = *vm_.classes().Of(value);
  const auto [it, is_new] =
      field_names_.try_emplace(info.index, static_cast<int32_t>(recording_.field_names.size()));
  if (is_new) recording_.field_names.push_back(FieldNames(vm_, info));
  return it->second;
}

void ObjectWatch::LookIntoPending() {
  // Looking into one may add others.
  while (!pending_.empty()) {
    const int32_t number = pending_.back();
    pending_.pop_back();
    Look(number);
  }
}

void ObjectWatch::LookAgain(const std::vector<Ref>& refs) {
  for (const Ref ref : refs) {
    if (ref < 0 && PlaceOf(ref) < seen_.size() && seen_[PlaceOf(ref)].is_looked_into) Look(~ref);
  }
  LookIntoPending();
}

void ObjectWatch::LookAtAllNowAndThen() {
  const auto count = static_cast<int32_t>(seen_.size());
  const int32_t interval = is_urgent_ ? count / kObjectsForStep : std::max(kSweepInterval, count);
  if (recording_.Now() - last_sweep_ < interval) return;
  last_sweep_ = recording_.Now();
  is_urgent_ = false;
  for (int32_t i = 0; i < count; ++i) {
    if (seen_[static_cast<size_t>(i)].is_looked_into) Look(i);
  }
  LookIntoPending();
}

void ObjectWatch::Look(int32_t number) {
  const auto index = static_cast<size_t>(number);
  const Value value = seen_[index].value;
  const ValueRange range = ObjectValues(value.AsObject(), *vm_.classes().field_counts());
  const auto count = static_cast<size_t>(std::min<int64_t>(range.end - range.begin, kMostValues));
  const bool is_first = !seen_[index].is_looked_into;
  const bool has_moved = seen_[index].epoch != epoch_;
  ObjectChange change{recording_.Now(), number, {}};
  seen_[index].is_looked_into = true;
  seen_[index].epoch = epoch_;
  seen_[index].bits.resize(count);
  seen_[index].refs.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t bits = range.begin[i].bits();
    if (!is_first && !has_moved && seen_[index].bits[i] == bits) continue;
    // May add to seen_.
    const Ref ref = NumberOf(range.begin[i]);
    if (is_first || seen_[index].refs[i] != ref) change.values.emplace_back(i, ref);
    seen_[index].bits[i] = bits;
    seen_[index].refs[i] = ref;
  }
  if (is_first || !change.values.empty()) recording_.object_changes.push_back(std::move(change));
}

void ObjectWatch::SetHome(Ref closure, int32_t activation) {
  if (closure < 0) recording_.objects[PlaceOf(closure)].home = activation;
}

void ObjectWatch::NameVariable(Ref context, int32_t index, const std::string& name) {
  if (context >= 0) return;
  if (!named_variables_.try_emplace({~context, index}, true).second) return;
  recording_.context_names.push_back({~context, index, name});
}

void ObjectWatch::Release() {
  seen_.clear();
  numbers_.clear();
}

void ObjectWatch::VisitRoots(RootVisitor& visitor) {
  ++epoch_;
  for (Seen& seen : seen_) visitor.Visit(&seen.value);
}

}  // namespace som::explain
