// Inlining: whether, and how an activation is built inside another one.
#include "absl/strings/str_cat.h"
#include "vm/jit/builder.h"
#include "vm/jit/code_origins.h"
#include "vm/jit/compile_record.h"
#include "vm/linking/native_loops.h"

namespace som::jit {

namespace {

// Bytecodes (in units of code) that a callee may have.
constexpr size_t kAlways = 24;         // accessors, constants, tests
constexpr size_t kSmall = 120;         // ordinary methods
constexpr size_t kInLoop = 200;        // those that a loop of the graph calls
constexpr size_t kWithClosures = 500;  // those that closures of the caller are passed to, and these
constexpr size_t kConsumer = 60;       // of what evaluates a closure, roughly

// Bytes of machine code: a method whose own code, with all that it calls, is larger than this makes
// a call of it cheap in comparison, and the code of its callers worse. (HotSpot's InlineSmallCode.)
constexpr size_t kOwnCode = 2500;

// What a callee of the graph's own method may spend, with all that it calls, of what is left.
constexpr size_t ShareOf(size_t units) { return units * 2 / 3; }

constexpr uint32_t kNodes = 12000;
constexpr int kDepth = 14;
constexpr int kRecursion = 1;  // activations of the same code in a chain, beyond the first

// With the closures it makes and what evaluates them.
size_t UnitsWithClosures(const Method& method) {
  size_t units = method.code_units;
  for (const auto& site : method.blocks) units += kConsumer + UnitsWithClosures(*site->code);
  return units;
}

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t h = (a ^ (b + 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
  return h ^ (h >> 32);
}

}  // namespace

std::string Builder::ReasonAgainst(Method* target, Node* closure, size_t operand_count,
                                   bool one_of_several) const {
  const BuildOptions& options = request_.options;
  if (!options.inlining) return "inlining is off";
  if (closure != nullptr && !options.block_inlining) return "inlining of blocks is off";
  if (target->kind != MethodKind::kBytecode || target->home == nullptr) return "no bytecodes";
  bool passes_closure = closure != nullptr && ClosureOf(closure) >= 0;
  for (size_t k = 0; k < operand_count && options.block_inlining; ++k)
    passes_closure |= ClosureOf(Resolve(act_->values[act_->values.size() - 1 - k])) >= 0;
  if (target->native_loop != nullptr && !passes_closure) return "a loop over an unknown block";
  int same = 0;
  int depth = 0;
  for (const Activation* a = act_; a != nullptr; a = a->caller) {
    ++depth;
    same += a->method == target ? 1 : 0;
  }
  // Several methods that call each other by sites of several classes (the nodes of a tree) would
  // become a graph as large as the budget.
  if (same > (one_of_several ? 0 : kRecursion)) return "recursion";
  if (depth > kDepth) return "too deep";
  const size_t units = target->code_units;
  if (options.stress_inlining) {
    if (units > 2000 || inlined_units_ > 4 * kInlinedUnits) return "too large even so";
    return "";
  }
  if (graph_->node_count() > kNodes) return "the graph is full";
  if (units <= kAlways) return "";
  if (!passes_closure && request_.code_bytes(target) > kOwnCode) return "its own code is large";
  // Where there is no room for its closures it had better be code of its own, in which there is.
  if (inlined_units_ + UnitsWithClosures(*target) > act_->inlining_limit)
    return "the budget is spent";
  const size_t most = passes_closure ? kWithClosures : act_->is_in_loop ? kInLoop : kSmall;
  if (units > most) return "too large";
  return "";
}

// Why a target is built in place, given that nothing is against it.
std::string Builder::ReasonFor(const Method& target) const {
  const size_t units = target.code_units;
  if (request_.options.stress_inlining) return "everything is";
  if (units <= kAlways) return absl::StrCat(units, " units, at most ", kAlways);
  if (units <= kSmall) return absl::StrCat(units, " units, at most ", kSmall);
  if (act_->is_in_loop && units <= kInLoop)
    return absl::StrCat("in a loop: ", units, " units, at most ", kInLoop);
  return absl::StrCat("takes part in closures: ", units, " units, at most ", kWithClosures);
}

// Decides, and says so in the log.
bool Builder::MayInline(Method* target, Node* closure, size_t operand_count, bool one_of_several) {
  const std::string reason = ReasonAgainst(target, closure, operand_count, one_of_several);
  if (request_.log) {
    Log(absl::StrCat(reason.empty() ? "inline " : "call ", NameOf(*target), " at ", act_->offset,
                     reason.empty() ? "" : ": ", reason));
  }
  if (request_.record != nullptr)
    request_.record->SendDecided(act_->number, act_->offset, *target, reason, ReasonFor(*target));
  return reason.empty();
}

bool Builder::TryInline(Method* target, Node* closure, size_t operand_count, bool one_of_several) {
  if (!MayInline(target, closure, operand_count, one_of_several)) return false;
  Inline(target, closure, operand_count);
  return true;
}

void Builder::Inline(Method* target, Node* closure, size_t operand_count) {
  Activation& caller = *act_;
  ++inlined_;
  inlined_units_ += target->code_units;
  Activation& act = activations_.emplace_back();
  act.caller = &caller;
  act.number = static_cast<uint32_t>(activations_.size()) - 1;
  if (request_.record != nullptr)
    request_.record->ActivationInlined(caller.number, caller.offset, *target);
  if (request_.origins != nullptr)
    request_.origins->ActivationInlined(caller.number, caller.offset, *target);
  act.has_home_id = graph_->NewFlag();
  act.method = target;
  act.depth = caller.depth + 1;
  act.inlining_limit = caller.inlining_limit;
  // What is called first may not spend what the loop behind it needs.
  if (caller.caller == nullptr && inlined_units_ < caller.inlining_limit)
    act.inlining_limit = inlined_units_ + ShareOf(caller.inlining_limit - inlined_units_);
  act.key = Mix(Mix(caller.key, caller.offset), reinterpret_cast<uint64_t>(target));
  const size_t depth = caller.values.size() - caller.FirstOperand();
  act.base = caller.base + kFrameHeaderWords + caller.method->local_count + 1 +
             static_cast<int32_t>(depth);
  graph_->extent_words =
      std::max(graph_->extent_words, act.base + static_cast<int32_t>(target->frame_words));
  act.values.assign(caller.values.end() - static_cast<ptrdiff_t>(operand_count),
                    caller.values.end());
  Node* receiver = Resolve(act.values[0]);
  Node* nil = NewConstant(Nil());
  size_t copied = 0;
  if (closure != nullptr) {
    // What is known of a closure from elsewhere is its code.
    const int id = ClosureOf(closure);
    act.home = id < 0 ? nullptr : virtuals_[static_cast<size_t>(id)].home;
    act.values.push_back(ClosureField(closure, 0));
    act.values.push_back(ClosureField(closure, 1));
    for (; copied < target->copied_count; ++copied)
      act.values.push_back(ClosureField(closure, 2 + copied));
  } else {
    act.home = &act;
    act.values.push_back(receiver);
    act.values.push_back(nil);
  }
  act.values.resize(act.FirstOperand(), nil);
  // The operands belong to the callee from here on.
  Drop(operand_count);
  act_ = &act;
  if (target->is_home && !target->is_block) {
    *act.has_home_id = true;
    Emit(IrOp::kEnterHome, {}, act.base);
  }
  BuildBody(act, 0);
  act_ = &caller;
  if (HasGivenUp()) return;
  if (act.returns.empty()) {
    flow_ = {};
    return;
  }
  const uint32_t offset = caller.offset;
  Meet(caller, act.returns, offset + LengthOf(Opcode::kSend));
  act.returns.clear();
}

}  // namespace som::jit
