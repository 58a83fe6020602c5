// See kind_verifier.h.
#include "vm/jit/kind_verifier.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "vm/code/class_table.h"
#include "vm/code/frame.h"
#include "vm/code/method.h"
#include "vm/jit/graph_text.h"
#include "vm/jit/loops.h"
#include "vm/objects/object.h"

namespace som::jit {

namespace {

constexpr Kind kWellKnownKinds[] = {
    Kind::kInstance,  // kNoClass
#define SOM_CLASS(name, superclass, kind) Kind::k##kind,
#include "vm/objects/well_known.def"
};

// What is asked of a value: a need with the operands of the node that has it.
struct Wanted {
  enum class What : uint8_t {
    kInt,
    kDouble,
    kBoolean,
    kObject,
    kArray,
    kText,
    kBytes,
    kClosure,
    kContext,
    kContextOrNil,
    kClass,     // of exactly the class with the index `detail`
    kField,     // a field is word `detail` of it
    kInstance,  // of the ClassInfo `detail` or of a class that inherits from it
    kTaking,    // a closure with `detail` parameters
    kCopying,   // a closure with more than `detail` copied values
    // A closure whose self is that.
    kClosureOverField,
    kClosureOverInstance,
  };
  What what = What::kInt;
  uint64_t detail = 0;

  friend bool operator==(const Wanted&, const Wanted&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Wanted& wanted) {
    return H::combine(std::move(h), wanted.what, wanted.detail);
  }
};

using What = Wanted::What;

const ClassInfo* ClassOf(const Wanted& wanted) {
  return reinterpret_cast<const ClassInfo*>(wanted.detail);
}

Wanted InstanceOf(const ClassInfo* info) {
  return {What::kInstance, reinterpret_cast<uint64_t>(info)};
}

std::string TextOf(const Wanted& wanted) {
  switch (wanted.what) {
    case What::kInt:
      return "a small integer";
    case What::kDouble:
      return "an immediate double";
    case What::kBoolean:
      return "a Boolean";
    case What::kObject:
      return "a heap object";
    case What::kArray:
      return "an Array";
    case What::kText:
      return "a String or Symbol";
    case What::kBytes:
      return "a String, a Symbol or a text buffer";
    case What::kClosure:
      return "a closure";
    case What::kContext:
      return "a Context";
    case What::kContextOrNil:
      return "a Context or nil";
    case What::kClass:
      return absl::StrCat("of class ", wanted.detail);
    case What::kField:
      return absl::StrCat("an object with a field as word ", wanted.detail);
    case What::kInstance:
      return absl::StrCat("an instance of class ", ClassOf(wanted)->index);
    case What::kTaking:
      return absl::StrCat("a closure with ", wanted.detail, " parameters");
    case What::kCopying:
      return absl::StrCat("a closure with more than ", wanted.detail, " copied values");
    case What::kClosureOverField:
    case What::kClosureOverInstance:
      return "a closure of known code";
  }
  __builtin_unreachable();
}

class KindVerifier {
 public:
  KindVerifier(const Graph& graph, const ClassTable* classes)
      : graph_(graph), classes_(classes), dominators_(graph), position_(graph.node_count(), 0) {}

  std::string Run() {
    for (const Block* block : graph_.blocks()) LearnFrom(block);
    for (const Block* block : graph_.blocks()) {
      for (const Node* phi : block->phis) CheckType(phi, block);
      for (const Node* node : block->nodes) {
        CheckType(node, block);
        for (size_t i = 0; i < node->inputs.size(); ++i) CheckInput(node, i, block);
      }
      if (!problem_.empty()) break;
    }
    return problem_;
  }

 private:
  // Of a value behind a place, and wherever that place dominates.
  struct Fact {
    const Block* block;
    size_t position;
    Type type;
    const Method* code = nullptr;  // of a closure
  };

  // Whether a value is known to be something at the end of a block.
  struct Question {
    const Node* value;
    Wanted wanted;
    const Block* block;

    friend bool operator==(const Question&, const Question&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Question& q) {
      return H::combine(std::move(h), q.value, q.wanted, q.block);
    }
  };

  struct Answer {
    bool holds = true;
    std::vector<size_t> users;  // answers that are wrong when this one is
  };

  static constexpr size_t kEnd = ~size_t{0};

  void Report(const Block* block, const Node* node, const std::string& what) {
    if (!problem_.empty()) return;
    problem_ = absl::StrCat("b", block->id, " v", node->id, " ", std::string(InfoOf(node->op).name),
                            ": ", what);
  }

  // --- What the checks and branches tell ---

  // Of constants as well: behind a check that never holds everything is known.
  void Learn(const Node* value, Fact fact) { facts_[value].push_back(fact); }

  void LearnSame(const Node* a, const Node* b, const Block* block, size_t position) {
    if (b->IsConstant()) Learn(a, {block, position, Type::Of(b->ConstantValue())});
    if (a->IsConstant()) Learn(b, {block, position, Type::Of(a->ConstantValue())});
  }

  void LearnFrom(const Block* block) {
    size_t position = 0;
    for (const Node* node : block->nodes) {
      position_[node->id] = ++position;
      switch (node->op) {
        case IrOp::kCheckInt:
          Learn(node->inputs[0], {block, position, Type::Int()});
          break;
        case IrOp::kCheckDouble:
          Learn(node->inputs[0], {block, position, Type::Double()});
          break;
        case IrOp::kCheckBoolean:
          Learn(node->inputs[0], {block, position, Type::Boolean()});
          break;
        case IrOp::kCheckClass:
          Learn(node->inputs[0],
                {block, position, Type::OfClass(static_cast<uint32_t>(node->imm))});
          break;
        case IrOp::kCheckWord:
          LearnCode(node, block, position);
          break;
        case IrOp::kCheckSame:
          LearnSame(node->inputs[0], node->inputs[1], block, position);
          break;
        default:
          if (node->Has(ir_effect::kEnds)) LearnFromBranch(node, *block);
          break;
      }
    }
  }

  void LearnCode(const Node* test, const Block* block, size_t position) {
    if (classes_ == nullptr) return;
    Learn(test->inputs[0],
          {block, position, Type::Anything(), static_cast<const Method*>(test->data)});
  }

  // No edge to a block that other edges lead to as well tells anything.
  void LearnFromBranch(const Node* branch, const Block& block) {
    if (block.successors.size() != 2 || block.successors[0] == block.successors[1]) return;
    const auto condition = static_cast<IrCondition>(branch->imm);
    const bool is_negated = branch->op == IrOp::kBranchInt && condition == IrCondition::kNotEqual;
    const Block* taken = block.successors[is_negated ? 1 : 0];
    if (taken->predecessors.size() != 1) return;
    switch (branch->op) {
      case IrOp::kBranchIsInt:
        Learn(branch->inputs[0], {taken, 0, Type::Int()});
        break;
      case IrOp::kBranchIsDouble:
        Learn(branch->inputs[0], {taken, 0, Type::Double()});
        break;
      case IrOp::kBranchIsObject:
        Learn(branch->inputs[0], {taken, 0, Type::AnyObject()});
        break;
      case IrOp::kBranchClass:
        Learn(branch->inputs[0], {taken, 0, Type::OfClass(static_cast<uint32_t>(branch->imm))});
        break;
      case IrOp::kBranchWord:
        LearnCode(branch, taken, 0);
        break;
      case IrOp::kBranchInt:
        if (!is_negated && condition != IrCondition::kEqual) break;
        [[fallthrough]];
      case IrOp::kBranchSame:
        LearnSame(branch->inputs[0], branch->inputs[1], taken, 0);
        break;
      default:
        break;
    }
  }

  // --- What types and classes tell ---

  Kind KindOf(uint32_t class_index) const {
    if (classes_ != nullptr) return classes_->At(class_index)->instance_kind;
    return class_index < kFirstFreeClass ? kWellKnownKinds[class_index] : Kind::kInstance;
  }

  // Whether a word of the instances that a class has, or would have, is a field.
  static bool HasField(const ClassInfo& info, uint64_t word) {
    return word >= info.FirstFieldWord() && word < info.FirstFieldWord() + info.FieldCount();
  }

  bool HasField(uint32_t class_index, uint64_t word) const {
    if (classes_ != nullptr) return HasField(*classes_->At(class_index), word);
    return KindOf(class_index) == Kind::kInstance || KindOf(class_index) == Kind::kClass;
  }

  bool Inherits(uint32_t class_index, const ClassInfo* from) const {
    return classes_ == nullptr || classes_->At(class_index)->InheritsFrom(from);
  }

  // Whether all values of the type are what is wanted.
  bool IsEach(Type type, const Wanted& wanted) const {
    const bool has_class = type.kind == Type::Kind::kClass;
    const uint32_t exact = type.ExactClass();
    switch (wanted.what) {
      case What::kInt:
        return type.IsInt();
      case What::kDouble:
        return type.IsDouble();
      case What::kBoolean:
        return type.IsBoolean();
      case What::kObject:
        return type.IsHeapObject();
      case What::kArray:
        return has_class && KindOf(exact) == Kind::kArray;
      case What::kText:
      case What::kBytes:
        return has_class && (KindOf(exact) == Kind::kString || KindOf(exact) == Kind::kSymbol);
      case What::kClosure:
        return has_class && KindOf(exact) == Kind::kBlock;
      case What::kContextOrNil:
        return type.IsClass(kNilClass);
      case What::kClass:
        return type.IsClass(static_cast<uint32_t>(wanted.detail));
      case What::kField:
        return has_class && HasField(exact, wanted.detail);
      case What::kInstance:
        return ClassOf(wanted)->superclass == nullptr ||
               (exact != kNoClass && Inherits(exact, ClassOf(wanted)));
      case What::kTaking:
        // The class of closures with more is the library's.
        return has_class && wanted.detail <= kBlock3Class - kBlock1Class &&
               exact == kBlock1Class + wanted.detail;
      case What::kContext:
      case What::kCopying:
      case What::kClosureOverField:
      case What::kClosureOverInstance:
        return false;
    }
    __builtin_unreachable();
  }

  // Whether the self of a class's methods is what is wanted; or a closure over it.
  static bool IsSelfOf(const ClassInfo& holder, const Wanted& wanted) {
    switch (wanted.what) {
      case What::kField:
      case What::kClosureOverField:
        return HasField(holder, wanted.detail);
      case What::kInstance:
      case What::kClosureOverInstance:
        return holder.InheritsFrom(ClassOf(wanted));
      default:
        return false;
    }
  }

  static bool IsOverSelf(What what) {
    return what == What::kClosureOverField || what == What::kClosureOverInstance;
  }

  // Whether a closure of the code is what is wanted.
  bool IsClosureOf(const Method* code, const Wanted& wanted) const {
    if (wanted.what == What::kClosure) return true;
    if (code == nullptr) return false;
    if (IsOverSelf(wanted.what)) return IsSelfOf(*code->holder, wanted);
    if (wanted.what == What::kTaking) return code->argument_count == wanted.detail;
    if (wanted.what == What::kCopying) return code->copied_count > wanted.detail;
    return code->closure_class != kNoClass && IsEach(Type::OfClass(code->closure_class), wanted);
  }

  bool IsConstantWanted(Value value, const Wanted& wanted) const {
    if (IsEach(Type::Of(value), wanted)) return true;
    if (!value.IsObject()) return false;
    if (IsKind(value, Kind::kBlock)) return IsClosureOf(As<som::Block>(value)->code, wanted);
    return IsEach(Type::OfClass(ClassIndexOf(value)), wanted);
  }

  // --- What operations tell ---

  static bool IsContext(What what) { return what == What::kContext || what == What::kContextOrNil; }

  bool IsFrameWordWanted(const Node* word, const Wanted& wanted) const {
    if (IsEach(word->type, wanted)) return true;
    if (word->imm == kFrameContext && IsContext(wanted.what)) return true;
    const Method* method = graph_.method;
    if (method == nullptr) return false;
    const bool is_receiver = word->imm == -int64_t{method->argument_count} - 1;
    if (is_receiver && method->is_block) return IsClosureOf(method, wanted);
    return (is_receiver || word->imm == kFrameSelf) && IsSelfOf(*method->holder, wanted);
  }

  // What scopes say of contexts is the bytecode verifier's matter.
  static bool IsLoadWanted(const Node* load, const Wanted& wanted) {
    switch (static_cast<IrMemory>(load->imm2)) {
      case IrMemory::kContextOuter:
        return wanted.what == What::kObject || IsContext(wanted.what);
      case IrMemory::kClosure:
        return load->imm == offsetof(som::Block, context) && IsContext(wanted.what);
      default:
        return false;
    }
  }

  // Whether the operation that makes the value tells that it is what is wanted.
  bool IsMadeAs(const Node* value, const Wanted& wanted) const {
    switch (value->op) {
      case IrOp::kConstant:
        return IsConstantWanted(value->ConstantValue(), wanted);
      case IrOp::kFrameWord:
        return IsFrameWordWanted(value, wanted);
      case IrOp::kLoadField:
        return IsLoadWanted(value, wanted);
      case IrOp::kLoadText:
        return wanted.what == What::kObject || wanted.what == What::kBytes;
      case IrOp::kNewInstance:
      case IrOp::kNewArray:
        return IsEach(Type::OfClass(static_cast<uint32_t>(value->imm)), wanted);
      case IrOp::kNewContext:
        return wanted.what == What::kObject || IsContext(wanted.what);
      case IrOp::kNewClosure: {
        if (wanted.what == What::kObject) return true;
        const auto* site = static_cast<const BlockSite*>(value->data);
        return IsClosureOf(classes_ == nullptr ? nullptr : site->code, wanted);
      }
      default:
        return IsEach(InfoOf(value->op).type, wanted);
    }
  }

  bool Tells(const Fact& fact, const Wanted& wanted) const {
    return IsEach(fact.type, wanted) || (fact.code != nullptr && IsClosureOf(fact.code, wanted));
  }

  // --- What is known at a place ---

  // False: the value is not known to be what is wanted in front of a place. True: it is if what
  // is added to `open` is known at the ends of blocks.
  bool Ask(const Node* value, const Wanted& wanted, const Block* block, size_t position,
           std::vector<Question>* open) const {
    if (IsMadeAs(value, wanted)) return true;
    bool is_told = false;
    if (auto it = facts_.find(value); it != facts_.end()) {
      for (const Fact& fact : it->second) {
        if (!Tells(fact, wanted)) continue;
        is_told = true;
        if (fact.block == block ? fact.position < position
                                : dominators_.Dominates(fact.block, block))
          return true;
      }
    }
    const bool is_composed = value->op == IrOp::kPhi || value->op == IrOp::kSelect ||
                             (value->op == IrOp::kLoadField && IsSelfOfClosure(value, wanted));
    if (!is_told && !is_composed) return false;
    // Where nothing tells on the way, it is known at one place if it is at all others.
    if (!is_told) block = value->block;
    if (value->block != block) {
      for (const Block* predecessor : block->predecessors)
        open->push_back({value, wanted, predecessor});
      return !block->predecessors.empty();
    }
    const size_t made_at = position_[value->id];
    switch (value->op) {
      case IrOp::kPhi:
        for (size_t p = 0; p < value->inputs.size(); ++p)
          open->push_back({value->inputs[p], wanted, block->predecessors[p]});
        return true;
      case IrOp::kSelect:
        return Ask(value->inputs[1], wanted, block, made_at, open) &&
               Ask(value->inputs[2], wanted, block, made_at, open);
      case IrOp::kLoadField:
        return IsSelfOfClosure(value, wanted) &&
               Ask(value->inputs[0],
                   {wanted.what == What::kField ? What::kClosureOverField
                                                : What::kClosureOverInstance,
                    wanted.detail},
                   block, made_at, open);
      default:
        return false;
    }
  }

  static bool IsSelfOfClosure(const Node* load, const Wanted& wanted) {
    return load->imm2 == static_cast<int64_t>(IrMemory::kClosure) &&
           load->imm == offsetof(som::Block, self) &&
           (wanted.what == What::kField || wanted.what == What::kInstance);
  }

  // The place of the answer to a question. A new one is taken to hold; `asked_` has those that are
  // to be looked into.
  size_t AnswerTo(const Question& question) {
    const auto [it, is_new] = places_.try_emplace(question, answers_.size());
    if (is_new) {
      answers_.emplace_back();
      asked_.push_back(question);
    }
    return it->second;
  }

  // Takes back an answer, and with it those that rest on it.
  void TakeBack(size_t place) {
    std::vector<size_t> work{place};
    while (!work.empty()) {
      Answer& answer = answers_[work.back()];
      work.pop_back();
      if (!answer.holds) continue;
      answer.holds = false;
      work.insert(work.end(), answer.users.begin(), answer.users.end());
    }
  }

  // Whether the value is known to be what is wanted in front of a place: whether no way there
  // begins without that being known. Ways in circles add nothing.
  bool IsKnown(const Node* value, const Wanted& wanted, const Block* block, size_t position) {
    std::vector<Question> open;
    if (!Ask(value, wanted, block, position, &open)) return false;
    std::vector<size_t> needed;
    needed.reserve(open.size());
    for (const Question& question : open) needed.push_back(AnswerTo(question));
    while (!asked_.empty()) {
      const Question question = asked_.back();
      asked_.pop_back();
      const size_t place = places_[question];
      open.clear();
      if (!Ask(question.value, question.wanted, question.block, kEnd, &open)) TakeBack(place);
      for (const Question& next : open) {
        const size_t other = AnswerTo(next);
        if (!answers_[other].holds) TakeBack(place);
        answers_[other].users.push_back(place);
      }
    }
    return std::all_of(needed.begin(), needed.end(),
                       [this](size_t place) { return answers_[place].holds; });
  }

  // --- What has to be known ---

  // False: nothing.
  static bool WantedAsType(Type type, Wanted* wanted) {
    switch (type.kind) {
      case Type::Kind::kInt:
        *wanted = {What::kInt, 0};
        return true;
      case Type::Kind::kDouble:
        *wanted = {What::kDouble, 0};
        return true;
      case Type::Kind::kBoolean:
        *wanted = {What::kBoolean, 0};
        return true;
      case Type::Kind::kObject:
        *wanted = {What::kObject, 0};
        return true;
      case Type::Kind::kClass:
        *wanted = {What::kClass, type.class_index};
        return true;
      default:
        return false;
    }
  }

  Wanted OwnerOf(const Node* access) const {
    switch (static_cast<IrMemory>(access->imm2)) {
      case IrMemory::kContextSlot:
      case IrMemory::kContextOuter:
        return {What::kContext, 0};
      case IrMemory::kClosure:
        if (classes_ == nullptr || access->imm < int64_t{offsetof(som::Block, copied)})
          return {What::kClosure, 0};
        return {
            What::kCopying,
            (static_cast<uint64_t>(access->imm) - offsetof(som::Block, copied)) / sizeof(Value)};
      default:
        return {What::kField, static_cast<uint64_t>(access->imm) / sizeof(Value)};
    }
  }

  bool WantedAsReceiver(const Node* node, Wanted* wanted) const {
    if (classes_ == nullptr) return false;
    const Method* method = node->op == IrOp::kNewClosure
                               ? static_cast<const BlockSite*>(node->data)->code
                               : static_cast<const Method*>(node->data);
    // Reflection may have put it into any class.
    if (method->home != nullptr && method->home->is_borrowed) return false;
    *wanted = InstanceOf(method->holder);
    return true;
  }

  bool WantedAsInput(const Node* node, size_t index, Wanted* wanted) const {
    switch (NeedOf(*node, index)) {
      case IrNeed::kNothing:
        return false;
      case IrNeed::kInt:
        *wanted = {What::kInt, 0};
        return true;
      case IrNeed::kDouble:
        *wanted = {What::kDouble, 0};
        return true;
      case IrNeed::kBoolean:
        *wanted = {What::kBoolean, 0};
        return true;
      case IrNeed::kObject:
        *wanted = {What::kObject, 0};
        return true;
      case IrNeed::kArray:
        *wanted = {What::kArray, 0};
        return true;
      case IrNeed::kText:
        *wanted = {What::kText, 0};
        return true;
      case IrNeed::kBytes:
        *wanted = {What::kBytes, 0};
        return true;
      case IrNeed::kClosure:
        *wanted = {What::kClosure, 0};
        if (node->op == IrOp::kCallBlock && classes_ != nullptr)
          *wanted = {What::kTaking, node->inputs.size() - 1};
        return true;
      case IrNeed::kContextOrNil:
        *wanted = {What::kContextOrNil, 0};
        return true;
      case IrNeed::kOwner:
        *wanted = OwnerOf(node);
        return true;
      case IrNeed::kReceiver:
        return WantedAsReceiver(node, wanted);
    }
    __builtin_unreachable();
  }

  void CheckInput(const Node* node, size_t index, const Block* block) {
    Wanted wanted;
    if (!WantedAsInput(node, index, &wanted)) return;
    if (IsKnown(node->inputs[index], wanted, block, position_[node->id])) return;
    Report(block, node,
           absl::StrCat(node->inputs[index]->IsAnyConstant()
                            ? ConstantText(*node->inputs[index])
                            : absl::StrCat("v", node->inputs[index]->id),
                        " is not known to be ", TextOf(wanted)));
  }

  // Passes rely on the types of values.
  void CheckType(const Node* node, const Block* block) {
    Wanted wanted;
    if (node->rep != IrRep::kTagged || node->op == IrOp::kFrameWord ||
        !WantedAsType(node->type, &wanted))
      return;
    // At its own place: what is checked behind it does not make the type true everywhere.
    if (!IsKnown(node, wanted, block, node->op == IrOp::kPhi ? 0 : position_[node->id] + 1))
      Report(block, node,
             absl::StrCat("is not known to be ", TextOf(wanted), ", as its type says"));
  }

  const Graph& graph_;
  const ClassTable* classes_;
  Dominators dominators_;
  std::vector<size_t> position_;  // by node id: in its block, phis at 0
  absl::flat_hash_map<const Node*, std::vector<Fact>> facts_;
  absl::flat_hash_map<Question, size_t> places_;  // in answers_
  std::vector<Answer> answers_;
  std::vector<Question> asked_;  // not looked into yet
  std::string problem_;
};

}  // namespace

std::string VerifyKinds(const Graph& graph, const ClassTable* classes) {
  return KindVerifier(graph, classes).Run();
}

}  // namespace som::jit
