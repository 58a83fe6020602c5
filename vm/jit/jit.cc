// See jit.h: the policy of the compiled tier. When methods and loops are compiled, how often again,
// when it is given up; and the functions that compiled code calls.
#include "vm/jit/jit.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "vm/code/frame.h"
#include "vm/code/global_cache.h"
#include "vm/interpreter/entries.h"
#include "vm/interpreter/handler_support.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/jit/allocation_verifier.h"
#include "vm/jit/bytecode_graph.h"
#include "vm/jit/code.h"
#include "vm/jit/code_space.h"
#include "vm/jit/compile_page.h"
#include "vm/jit/compile_record.h"
#include "vm/jit/deoptimization.h"
#include "vm/jit/graph_builder.h"
#include "vm/jit/graph_text.h"
#include "vm/jit/graph_verifier.h"
#include "vm/jit/kind_verifier.h"
#include "vm/jit/ordering.h"
#include "vm/jit/passes.h"
#include "vm/jit/register_allocator.h"
#include "vm/jit/x64/abi.h"
#include "vm/jit/x64/constraints.h"
#include "vm/jit/x64/emitter.h"
#include "vm/observation/stack_trace.h"
#include "vm/support/check.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som::jit {

namespace {

// Jumps backwards between two looks at who loops, and looks that make a loop hot: by then it has
// run for about as long as its code takes to make. Low thresholds ask for fewer looks.
constexpr int64_t kLoopBudget = 1500;
constexpr size_t kLoopLooks = 10;
constexpr size_t kActivationsPerLook = 100;
// Exits that a piece of code may take before it is thrown away, and pieces made of one method.
constexpr uint32_t kExitLimit = 12;
constexpr uint32_t kCompileLimit = 14;
// Sends in a row to receivers of one class that make a send of many classes count as settled; low
// thresholds ask for fewer, each activation for some.
constexpr uint32_t kSettledSends = 4096;
constexpr uint32_t kFewestSettledSends = 16;
constexpr uint32_t kSendsPerActivation = 5;
// Pieces made of a method behind which no send settles any more, and those behind which none counts
// as settled: what is left is for other guesses, and for a last piece without.
constexpr uint32_t kSettlingCompiles = kCompileLimit / 2;
constexpr uint32_t kSettledCompiles = kCompileLimit - 4;
// After so many, other closures where one was expected are expected everywhere.
constexpr uint32_t kClosureRetries = 3;
constexpr int32_t kRetryThreshold = 100;
// Activations until a method counts as hot whose loop has code of its own, and what another one is
// worth: where that code is large, entering it time and again costs less than making it twice.
constexpr int32_t kEnteredThreshold = 2;
constexpr size_t kBytesPerActivation = 1000;

// What is known of a method beyond its record.
struct MethodState {
  uint32_t compiled = 0;
  bool given_up = false;
  size_t code_bytes = 0;                   // of the last code that is entered at the start
  std::map<int64_t, CompiledCode*> loops;  // by the offset where they are entered
  std::map<int64_t, uint32_t> loop_samples;
};

// Room of `bytes` for an object with that header, and for others that are made with it.
Object* AllocateWith(VM* vm, uint64_t header, uint64_t bytes) {
  return vm->heap().Allocate(static_cast<uint32_t>(header >> Object::kClassShift),
                             static_cast<Kind>((header >> Object::kKindShift) & 0xF), bytes);
}

class TierImplementation final : public Tier {
 public:
  explicit TierImplementation(VM& vm) : vm_(vm) {
    const Options& options = vm.options();
    PassSet::Parse(options.jit_passes, &passes_, nullptr);
    loop_budget_ = options.jit_threshold == 0 ? 1 : kLoopBudget;
    settled_sends_ = static_cast<uint32_t>(std::clamp<uint64_t>(
        uint64_t{options.jit_threshold} * kSendsPerActivation, kFewestSettledSends, kSettledSends));
    loop_looks_ = std::clamp<size_t>(options.jit_threshold / kActivationsPerLook, 1, kLoopLooks);
    vm.loop_budget = loop_budget_;
    stress_counter_ = static_cast<int32_t>(options.jit_stress_exits);
    FillAddresses();
    if (options.jit_record.has_value())
      records_ = std::make_unique<CompileRecords>(vm, *options.jit_record);
  }

  ~TierImplementation() override {
    if (perf_map_ != nullptr) std::fclose(perf_map_);
    if (log_) {
      Log(absl::StrCat("total ", counters_.compiled, " compiled, ", counters_.given_up,
                       " given up, ", counters_.invalidated, " invalidated, ", counters_.exits,
                       " exits, ", counters_.loop_entries, " loop entries, ", counters_.code_bytes,
                       " bytes, ", counters_.nanoseconds / 1000, " us"));
    }
  }

  void MethodIsHot(Method& method) override {
    MethodState& state = states_[&method];
    if (!state.given_up) {
      if (CompiledCode* code = Compile(Request(method), state)) {
        InstallCompiledEntry(method, code->entry);
        return;
      }
    }
    StopCounting(vm_, method);
  }

  Entry LoopIsHot(Value* base, const CodeUnit* target, const Value* sp) override {
    vm_.loop_budget = loop_budget_;
    Method& method = *FrameMethod(base);
    if (!passes_.Has("osr") || method.is_loop_variant || method.home == nullptr) return nullptr;
    MethodState& state = states_[&method];
    if (state.given_up) return nullptr;
    const int64_t offset = target - method.code;
    CompiledCode*& code = state.loops[offset];
    if (code == nullptr || !code->is_valid) {
      if (++state.loop_samples[offset] < loop_looks_) return nullptr;
      BuildRequest request = Request(method);
      request.loop_entry = offset;
      request.base = base;
      request.sp = sp;
      code = Compile(std::move(request), state);
      if (code == nullptr) return nullptr;
      const auto activations = static_cast<int32_t>(code->size / kBytesPerActivation);
      method.countdown = std::min(method.countdown, kEnteredThreshold + activations);
    }
    if (base + code->extent_words >= vm_.stack_limit) return nullptr;
    ++counters_.loop_entries;
    return code->entry;
  }

  void InvalidateAll() override {
    for (const auto& code : codes_) Invalidate(*code, "an assumption fell");
  }

  const Counters& counters() const override { return counters_; }

  // Null unless they are asked for.
  const CompileRecords* records() const { return records_.get(); }

  // The safepoint whose number a compiled activation has stored as the ip of its frame.
  const ExitState& SafepointOf(const Value* base) const {
    return *exits_[base[kFrameIp].bits() >> 1];
  }

  FrameRoots RootsOf(Value* base) const override {
    const ExitState& exit = SafepointOf(base);
    return {&exit.live_slots, base + exit.code->outgoing_words};
  }

  void AppendActivations(Value* base, std::vector<ActivationView>* activations) const override {
    const std::vector<ActivationState>& states = SafepointOf(base).activations;
    for (size_t i = states.size(); i-- > 0;) {
      const ActivationState& state = states[i];
      activations->push_back({base + state.base, state.method, state.method->code + state.offset});
    }
  }

  bool AppendActivationsAt(uintptr_t address, const Value* base,
                           std::vector<ActivationView>* activations) const override {
    const auto* place = reinterpret_cast<const uint8_t*>(address);
    auto it = codes_by_address_.upper_bound(place);
    if (it == codes_by_address_.begin()) return false;
    const CompiledCode& code = *std::prev(it)->second;
    if (place >= code.executable + code.size) return false;
    code.origins.AppendActivationsAt(static_cast<uint32_t>(place - code.executable), activations);
    return base != nullptr && IsCompiledFrame(base) && SafepointOf(base).code == &code;
  }

  // --- Called by compiled code ---

  Value Exit(uint32_t index, const RegisterFile* registers, Value* base,
             const uint8_t* machine_sp) {
    ExitState& exit = *exits_[index];
    ++counters_.exits;
    ++exit.count;
    CompiledCode& code = *exit.code;
    if (vm_.options().jit_stress_exits != 0) {
      if (stress_counter_ <= 0)
        stress_counter_ = static_cast<int32_t>(vm_.options().jit_stress_exits);
    }
    const ActivationState& inner = exit.activations.back();
    if (log_) {
      Log(absl::StrCat("exit ", std::string(InfoOf(exit.reason).name), " in ",
                       MethodTitle(vm_, *inner.method), " at ", inner.offset, " of ",
                       MethodTitle(vm_, *code.method)));
    }
    if (IsWrongGuess(exit) && ++code.exits_taken >= kExitLimit && code.is_valid &&
        vm_.options().jit_stress_exits == 0) {
      // A method that keeps meeting other closures is not made again for each of them.
      const bool meets_many = states_[code.method].compiled > kClosureRetries;
      for (const ExitState& other : code.exits) {
        const ActivationState& at = other.activations.back();
        // Another closure says nothing against what else is guessed there.
        if (other.reason == IrOp::kCheckWord) {
          if (other.count != 0 || meets_many) meets_closures_.insert({at.method, at.offset});
          continue;
        }
        if (other.count == 0 || other.is_safepoint || HasLearnt(other)) continue;
        // What one caller's receivers do says nothing about those of another one.
        if (SettledWrongly(other)) continue;
        // What is wrong time and again is guessed once more only, when the site has seen more.
        failures_[{at.method, at.offset}] += other.count >= kExitLimit / 2 ? 2 : 1;
        left_at_.insert({code.method, at.method, at.offset});
        if (other.reason == IrOp::kCheckRange) counts_far_.insert(at.method);
      }
      Invalidate(code, "too many exits");
    }
    return LeaveCompiledCode(&vm_, exit, registers, base, machine_sp);
  }

  Value Returned(uint32_t index, Value result, Value* base, const uint8_t* machine_sp) {
    ++exits_[index]->count;
    return ReturnToInterpreter(&vm_, *exits_[index], result, base, machine_sp);
  }

  // An interrupt is pending. Answers where the code goes on; null if it is to be left.
  const uint8_t* Poll(uint32_t index, Value* base) {
    const ExitState& exit = *exits_[index];
    // Failing makes frames of what is in registers: that is the way out's business.
    if (exit.resume_offset == 0) return nullptr;
    Value* const caller = vm_.base;
    const Value ip = base[kFrameIp];
    vm_.base = base;
    base[kFrameIp] = Value::FromBits((uint64_t{index} << 1) | 1);
    const bool goes_on = ServeSample(&vm_);
    base[kFrameIp] = ip;
    vm_.base = caller;
    return goes_on ? exit.code->executable + exit.resume_offset : nullptr;
  }

  // A send that has met many classes has met one only for long: its method is compiled again with a
  // guess, and so are others that are on the way there.
  void SendHasSettled(ExitState& exit) {
    CompiledCode& code = *exit.code;
    if (!code.is_valid || !MaySettle(exit)) return;
    for (ExitState& other : code.exits) {
      if (other.site == nullptr || other.sends_left > settled_sends_ / 2 || !MaySettle(other))
        continue;
      settled_[PathOf(other)] = other.class_index;
    }
    Invalidate(code, "a send has settled on a class");
  }

  Value Interrupted(uint32_t index, Value* base, const uint8_t* machine_sp) {
    vm_.base = base;
    ServeInterrupt(&vm_);
    return ReturnToInterpreter(&vm_, *exits_[index], Value::Unwind(), base, machine_sp);
  }

 private:
  static TierImplementation* Of(VM* vm) { return static_cast<TierImplementation*>(vm->tier()); }

  void FillAddresses();

  // Whether compiling again may do better than the exit. A return through an activation that the
  // code knows nothing of is always the interpreter's.
  static bool IsWrongGuess(const ExitState& exit) {
    const ActivationState& at = exit.activations.back();
    return exit.reason != IrOp::kCheckInterrupt &&
           (exit.reason != IrOp::kLeave ||
            BaseOpcode(at.method->code + at.offset) != Opcode::kReturnNonLocal);
  }

  // Whether the bytecode that code left at for want of knowledge has been executed with success
  // since. A send that nobody understands never fills its cache.
  static bool HasLearnt(const ExitState& exit) {
    if (exit.reason != IrOp::kLeave) return false;
    const ActivationState& at = exit.activations.back();
    CodeUnit* ip = at.method->code + at.offset;
    const Opcode opcode = BaseOpcode(ip);
    return opcode != Opcode::kSend || InstructionData<SendSite>(ip)->state != CacheState::kEmpty;
  }

  static InlinePath PathOf(const ExitState& exit) {
    InlinePath path;
    path.reserve(exit.activations.size());
    for (const ActivationState& at : exit.activations) path.emplace_back(at.method, at.offset);
    return path;
  }

  // Not a second time in one place, nor where the method is given up or would soon be for the
  // attempts, nor where nobody understands the message: that would be the same call again.
  bool MaySettle(const ExitState& exit) {
    const MethodState& state = states_[exit.code->method];
    return passes_.Has("splitting") && !exit.site->is_super && !settled_.contains(PathOf(exit)) &&
           !state.given_up && state.compiled < kSettlingCompiles &&
           vm_.classes().Lookup(vm_.classes().At(exit.class_index), exit.site->selector) != nullptr;
  }

  // Whether code left where a send had settled; no class is guessed there again.
  bool SettledWrongly(const ExitState& exit) {
    auto it = settled_.find(PathOf(exit));
    if (it == settled_.end() || it->second == kNoClass) return false;
    it->second = kNoClass;
    return true;
  }

  static BuildRequest Request(Method& method) {
    BuildRequest request;
    request.method = &method;
    return request;
  }

  CompiledCode* Compile(BuildRequest request, MethodState& state) {
    const auto start = std::chrono::steady_clock::now();
    CompiledCode* code = CompileNow(std::move(request), state);
    counters_.nanoseconds +=
        static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                  std::chrono::steady_clock::now() - start)
                                  .count());
    return code;
  }

  CompiledCode* CompileNow(BuildRequest request, MethodState& state) {
    Method& method = *request.method;
    const std::string title = MethodTitle(vm_, method);
    CompileRecord* record = records_ == nullptr
                                ? nullptr
                                : records_->Begin(method, request.loop_entry, state.compiled + 1);
    auto give_up = [&](const std::string& reason) -> CompiledCode* {
      ++counters_.given_up;
      state.given_up = true;
      if (record != nullptr) record->GivenUp(reason);
      if (log_) Log(absl::StrCat("give up ", title, ": ", reason));
      return nullptr;
    };
    if (state.compiled++ >= kCompileLimit) return give_up("compiled too often");
    request.options = passes_.ToBuildOptions();
    request.options.stress_inlining = vm_.options().jit_stress_inline;
    request.record = record;
    CodeOrigins origins;
    if (vm_.options().profiles) request.origins = &origins;
    request.failures = [this, record](const Method* m, uint32_t offset) -> uint32_t {
      auto it = failures_.find({m, offset});
      if (it == failures_.end()) return 0;
      if (record != nullptr) record->FailureKnown(*m, offset, it->second);
      return it->second;
    };
    request.has_left_at = [this, &method](const Method* m, uint32_t offset) {
      return left_at_.contains({&method, m, offset});
    };
    request.meets_closures = [this](const Method* m, uint32_t offset) {
      return meets_closures_.contains({m, offset});
    };
    request.settled_class = [this, &state](const InlinePath& path) {
      auto it = settled_.find(path);
      return it == settled_.end() || state.compiled > kSettledCompiles ? kNoClass : it->second;
    };
    request.counts_far = [this](const Method* m) { return counts_far_.contains(m); };
    request.code_bytes = [this](Method* m) {
      auto it = states_.find(m);
      return it == states_.end() ? size_t{0} : it->second.code_bytes;
    };
    request.bytecodes = [this](const Method& m, uint32_t entry,
                               const std::vector<uint32_t>& peeled) -> const BytecodeGraph& {
      auto [it, is_new] = bytecode_graphs_.try_emplace({&m, entry, peeled});
      if (is_new)
        it->second =
            std::make_unique<BytecodeGraph>(AnalyseBytecodes(m.unit_description(), entry, peeled));
      return *it->second;
    };
    if (log_) request.log = [](const std::string& line) { Log(absl::StrCat("  ", line)); };
    BuildResult built = BuildGraph(vm_, request);
    if (built.graph == nullptr) return give_up(built.reason);
    Graph& graph = *built.graph;
    OrderBlocks(graph);
    std::string last_text;
    auto after = [&](std::string_view step) {
      if (record != nullptr) record->StepDone(step, graph);
      LookAt(graph, step, title, &last_text);
    };
    after("building");
    RunPasses(graph, passes_, after);
    OrderBlocks(graph);
    if (record != nullptr) record->StepDone("ordering", graph);
    const Allocation allocation = AllocateRegisters(graph, x64::kAllocatable, x64::ConstraintsOf);
    if (record != nullptr) record->RegistersAllocated(graph, allocation);
    if (vm_.options().jit_verify)
      Require(VerifyAllocation(graph, allocation, x64::ConstraintsOf), "register allocation", graph,
              title);
    if (Dumps("registers", title))
      WriteError(absl::StrCat(title, ", registers\n", AllocationText(graph, allocation)));
    if (addresses_.stubs.exit == nullptr)
      addresses_.stubs = x64::EmitStubs(addresses_, vm_.options().profiles, space_);
    if (addresses_.stubs.exit == nullptr) return give_up("no room for code");
    x64::RuntimeAddresses addresses = addresses_;
    addresses.interpreted_entry = InterpretedEntry(vm_, method);
    x64::EmitRequest emit{&graph, &allocation,    &addresses, static_cast<uint32_t>(exits_.size()),
                          false,  request.origins};
    const bool dumps_code = Dumps("code", title);
    emit.listing = dumps_code || record != nullptr;
    std::unique_ptr<CompiledCode> code = x64::EmitCode(emit, space_);
    if (code == nullptr) return give_up("no room for code");
    for (ExitState& exit : code->exits) exits_.push_back(&exit);
    if (record != nullptr) record->CodeEmitted(*code);
    ++counters_.compiled;
    counters_.inlined += built.inlined;
    counters_.code_bytes += code->size;
    if (request.loop_entry < 0) state.code_bytes = code->size;
    if (log_) {
      Log(absl::StrCat("compiled ", title, request.loop_entry < 0 ? "" : " loop at ",
                       request.loop_entry < 0 ? "" : std::to_string(request.loop_entry), ": ",
                       graph.node_count(), " nodes, ", code->size, " bytes, ", built.rounds,
                       " rounds, ", built.inlined, " inlined"));
    }
    if (dumps_code) WriteError(absl::StrCat(title, "\n", code->listing));
    if (vm_.options().perf_map)
      WritePerfMap(code->executable, code->size,
                   absl::StrCat(title, code->loop_entry < 0 ? "" : " (loop)"));
    if (vm_.options().profiles) codes_by_address_[code->executable] = code.get();
    codes_.push_back(std::move(code));
    return codes_.back().get();
  }

  // Verifies and dumps the graph behind a step, as the options ask for.
  void LookAt(const Graph& graph, std::string_view step, const std::string& title,
              std::string* last_text) const {
    if (vm_.options().jit_verify) {
      Require(VerifyGraph(graph), step, graph, title);
      Require(VerifyKinds(graph, &vm_.classes()), step, graph, title);
    }
    if (!Dumps("graph", title)) return;
    std::string text = NamedText(graph);
    WriteError(absl::StrCat(title, ", graph after ", std::string(step),
                            text == *last_text ? ": as before\n" : "\n",
                            text == *last_text ? "" : text));
    *last_text = std::move(text);
  }

  // A graph that breaks a rule is a fault of the tier.
  void Require(const std::string& problem, std::string_view step, const Graph& graph,
               const std::string& title) const {
    if (problem.empty()) return;
    WriteError(
        absl::StrCat(title, " after ", std::string(step), ": ", problem, "\n", NamedText(graph)));
    Check(false, "the compiled tier made a graph or an allocation that breaks its rules");
  }

  std::string NamedText(const Graph& graph) const {
    GraphNames names;
    names.method = [this](const Method& method) { return MethodTitle(vm_, method); };
    names.data = [this](const Node& node) {
      return node.op == IrOp::kCallMethod
                 ? MethodTitle(vm_, *static_cast<const Method*>(node.data))
                 : absl::StrCat(absl::Hex(reinterpret_cast<uintptr_t>(node.data)));
    };
    return GraphText(graph, names);
  }

  // Entries lead to the interpreter again; activations of the code leave when their calls return.
  void Invalidate(CompiledCode& code, const char* reason) {
    if (!code.is_valid) return;
    code.is_valid = false;
    ++counters_.invalidated;
    if (records_ != nullptr) records_->Invalidated(code, reason);
    if (log_) Log(absl::StrCat("invalidate ", MethodTitle(vm_, *code.method), ": ", reason));
    Method& method = *code.method;
    if (code.loop_entry < 0 && method.entry == code.entry) {
      CountAgain(vm_, method, kRetryThreshold);
    }
    x64::PatchReturns(code, space_);
  }

  bool Dumps(std::string_view what, const std::string& title) const {
    const std::string& dump = vm_.options().jit_dump;
    if (!dump.starts_with(what)) return false;
    return dump.size() <= what.size() + 1 ||
           title.find(dump.substr(what.size() + 1)) != std::string::npos;
  }

  void WritePerfMap(const uint8_t* code, size_t bytes, const std::string& name) {
    if (perf_map_ == nullptr) {
      perf_map_ = std::fopen(absl::StrCat("/tmp/perf-", getpid(), ".map").c_str(), "w");
      if (perf_map_ == nullptr) return;
      WritePerfMap(addresses_.stubs.exit, addresses_.stubs.bytes, "(stubs of compiled code)");
    }
    std::fprintf(perf_map_, "%lx %zx %s\n", reinterpret_cast<unsigned long>(code), bytes,
                 name.c_str());
    std::fflush(perf_map_);
  }

  static void Log(const std::string& line) { WriteError(absl::StrCat("jit: ", line, "\n")); }

  VM& vm_;
  PassSet passes_;
  bool log_ = vm_.options().jit_log;
  int64_t loop_budget_ = kLoopBudget;
  size_t loop_looks_ = kLoopLooks;
  uint32_t settled_sends_ = kSettledSends;
  int32_t stress_counter_ = 0;
  Counters counters_;
  CodeSpace space_;
  x64::RuntimeAddresses addresses_;
  std::vector<std::unique_ptr<CompiledCode>> codes_;
  std::map<const uint8_t*, CompiledCode*> codes_by_address_;
  std::vector<ExitState*> exits_;
  absl::flat_hash_map<Method*, MethodState> states_;
  std::map<std::pair<const Method*, uint32_t>, uint32_t> failures_;
  // The same by the method whose code it was, without a number.
  std::set<std::tuple<const Method*, const Method*, uint32_t>> left_at_;
  // Where closures with other code came than the one that was seen first.
  std::set<std::pair<const Method*, uint32_t>> meets_closures_;
  // By where they are in the code of an outermost method: classes that sends of many have settled
  // on; kNoClass where that was wrong.
  std::map<InlinePath, uint32_t> settled_;
  std::set<const Method*> counts_far_;  // methods in which the range of a counter was left
  // Of methods that were compiled or inlined, by where they are entered and which loops are peeled.
  absl::flat_hash_map<std::tuple<const Method*, uint32_t, std::vector<uint32_t>>,
                      std::unique_ptr<BytecodeGraph>>
      bytecode_graphs_;
  std::FILE* perf_map_ = nullptr;
  std::unique_ptr<CompileRecords> records_;  // null unless they are asked for
};

void TierImplementation::FillAddresses() {
  addresses_.vm = &vm_;
  addresses_.base = static_cast<void*>(&vm_.base);
  addresses_.sp = static_cast<void*>(&vm_.sp);
  addresses_.stack_limit = static_cast<void*>(&vm_.stack_limit);
  addresses_.home_serial = &vm_.home_serial;
  addresses_.interrupt_pending = &vm_.interrupt_pending;
  addresses_.heap_top = static_cast<void*>(vm_.heap().top_address());
  addresses_.global_cache = vm_.global_cache().entries();
  addresses_.settled_sends = settled_sends_;
  addresses_.characters = vm_.characters().table();
  addresses_.young_begin = vm_.heap().young_begin();
  addresses_.young_size = vm_.heap().young_size();
  addresses_.stress_counter = stress_counter_ != 0 ? &stress_counter_ : nullptr;
  addresses_.exit = [](VM* vm, uint32_t exit, const RegisterFile* registers, Value* base,
                       const uint8_t* machine_sp) {
    return Of(vm)->Exit(exit, registers, base, machine_sp);
  };
  addresses_.returned = [](VM* vm, uint32_t exit, Value result, Value* base,
                           const uint8_t* machine_sp) {
    return Of(vm)->Returned(exit, result, base, machine_sp);
  };
  addresses_.poll = [](VM* vm, uint32_t exit, Value* base) { return Of(vm)->Poll(exit, base); };
  addresses_.interrupted = [](VM* vm, uint32_t exit, Value* base, const uint8_t* machine_sp) {
    return Of(vm)->Interrupted(exit, base, machine_sp);
  };
  addresses_.send = [](VM* vm, ExitState* exit, Value* sp, Value* base) {
    if (exit->sends_left == 0) Of(vm)->SendHasSettled(*exit);
    return SendThroughGlobalCache(vm, *exit->site, sp, base);
  };
  addresses_.non_local_return = NonLocalReturn;
  addresses_.copy_array = CopyLiteralArray;
  addresses_.class_of = [](VM* vm, Value value) {
    return vm->classes().At(ClassIndexOf(value))->object;
  };
  addresses_.has_own_nil_protocol = [](VM* vm, Value value) {
    return Bool(value != Nil() && HasCustomNilProtocol(vm, value));
  };
  addresses_.allocate = AllocateWith;
  addresses_.allocate_array = [](VM* vm, uint64_t header, Value length) {
    Object* object = AllocateWith(vm, header, ArrayBytes(static_cast<size_t>(length.AsInt())));
    auto* array = static_cast<Array*>(object);
    array->length = length;
    std::fill_n(array->elements, length.AsInt(), Nil());
    return object;
  };
  addresses_.remember = [](VM* vm, Object* holder, Value* slot) {
    vm->heap().Store(holder, slot, *slot);
  };
  addresses_.same_text = [](Value a, Value b) -> uint64_t {
    return As<String>(a)->View() == As<String>(b)->View() ? 1 : 0;
  };
}

}  // namespace

std::unique_ptr<Tier> MakeTier(VM& vm) {
#if defined(__x86_64__)
  return std::make_unique<TierImplementation>(vm);
#else
  (void)vm;
  return nullptr;
#endif
}

std::string CompilePage(VM& vm) {
  const CompileRecords* records = RecordsOf(vm);
  return records == nullptr || records->compiles().empty() ? "" : PageOf(*records);
}

const CompileRecords* RecordsOf(VM& vm) {
  const auto* tier = static_cast<const TierImplementation*>(vm.tier());
  return tier == nullptr ? nullptr : tier->records();
}

std::string TierDescription() {
#if defined(__x86_64__)
  return CodeSpace().Allocate(1) != nullptr ? "x86-64" : "none, executable memory is refused";
#else
  return "none, this processor is not supported";
#endif
}

}  // namespace som::jit
