// See tier_watch.h.
#include "vm/explain/tier_watch.h"

#include <utility>

#include "compiler/concat.h"
#include "absl/strings/str_join.h"
#include "vm/jit/compile_record.h"
#include "vm/jit/ir.h"
#include "vm/jit/jit.h"
#include "vm/observation/stack_trace.h"
#include "vm/vm.h"

namespace som::explain {

namespace {

// The place of a bytecode as people look for it.
std::string PlaceOf(const jit::CompileRecords& records, uint32_t method, uint32_t offset) {
  const jit::RecordedMethod& recorded = records.methods()[method];
  for (const jit::RecordedInstruction& instruction : recorded.instructions) {
    if (instruction.offset == offset)
      return Concat(recorded.title, ", line ", instruction.span.line, ", ", instruction.name,
                          instruction.operands.empty() ? "" : " ", instruction.operands);
  }
  return recorded.title;
}

std::vector<std::string> InlinedIn(const jit::CompileRecords& records,
                                   const jit::CompileRecord& compile) {
  std::vector<std::string> lines;
  for (const jit::RecordedDecision& decision : compile.decisions()) {
    lines.push_back(Concat(decision.is_inlined ? "built in: " : "called: ",
                                 records.methods()[decision.method].title,
                                 decision.reason.empty() ? "" : " — ", decision.reason));
  }
  return lines;
}

}  // namespace

TierWatch::TierWatch(VM& vm, Recording& recording) : vm_(vm), recording_(recording) {
  recording.has_tier = vm.tier() != nullptr;
}

void TierWatch::Start() {
  if (vm_.tier() == nullptr) return;
  counters_ = vm_.tier()->counters();
  LookAtCompiles(false);
}

void TierWatch::Poll() {
  if (vm_.tier() == nullptr) return;
  const jit::Counters& now = vm_.tier()->counters();
  if (now.compiled == counters_.compiled && now.given_up == counters_.given_up &&
      now.exits == counters_.exits && now.invalidated == counters_.invalidated &&
      now.loop_entries == counters_.loop_entries)
    return;
  if (now.loop_entries != counters_.loop_entries)
    Note("entered", "a loop went on in machine code that was compiled for it");
  counters_ = now;
  LookAtCompiles(true);
}

void TierWatch::LookAtCompiles(bool is_told) {
  const jit::CompileRecords* records = jit::RecordsOf(vm_);
  if (records == nullptr) return;
  size_t index = 0;
  for (const jit::CompileRecord& compile : records->compiles()) {
    const std::string& title = records->methods()[compile.method()].title;
    if (index == compiles_.size()) {
      compiles_.emplace_back();
      const std::string what =
          compile.loop_entry() < 0 ? title : Concat("a loop of ", title);
      if (is_told && !compile.given_up().empty()) {
        Note("given up", Concat(what, " is not compiled: ", compile.given_up()));
      } else if (is_told) {
        Note("compiled", Concat(what, " compiled to machine code"),
             InlinedIn(*records, compile));
      }
    }
    Compile& seen = compiles_[index++];
    if (!compile.invalidated().empty() && !seen.is_invalidated) {
      seen.is_invalidated = true;
      if (is_told)
        Note("invalidated",
             Concat("machine code of ", title, " thrown away: ", compile.invalidated()));
    }
    seen.exits.resize(compile.exits().size());
    for (size_t i = 0; i < seen.exits.size(); ++i) {
      const jit::RecordedExit& exit = compile.exits()[i];
      if (exit.state->count == seen.exits[i]) continue;
      seen.exits[i] = exit.state->count;
      if (!is_told) continue;
      const auto& info = jit::InfoOf(exit.state->reason);
      std::vector<std::string> lines = {Concat("at ", info.name, ": ", info.sentence)};
      lines.reserve(exit.activations.size() + 1);
      for (const auto& [method, offset] : exit.activations)
        lines.push_back(Concat("goes on in the interpreter at ",
                                     PlaceOf(*records, method, offset)));
      Note("left", Concat("machine code of ", title, " left, ", exit.state->count,
                                exit.state->count == 1 ? " time" : " times", " here so far"),
           std::move(lines));
    }
  }
}

void TierWatch::Ran(const Method& method) {
  Note("ran", Concat(MethodTitle(vm_, method), " ran as machine code"));
}

std::string TierWatch::InlinedAt(Value* base) const {
  std::vector<ActivationView> activations;
  vm_.tier()->AppendActivations(base, &activations);
  if (activations.size() < 2) return "";
  activations.pop_back();
  return absl::StrJoin(activations, ", ", [&](std::string* text, const ActivationView& view) {
    absl::StrAppend(text, MethodTitle(vm_, *view.method));
  });
}

void TierWatch::Note(std::string kind, std::string text, std::vector<std::string> lines) {
  // What a step has done belongs to it.
  const int32_t step = recording_.Now() - 1;
  recording_.tier_events.push_back({step, std::move(kind), std::move(text), std::move(lines)});
}

}  // namespace som::explain
