// See observer.h.
#include "vm/observation/observer.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_format.h"
#include "compiler/concat.h"
#include "vm/code/class_table.h"
#include "vm/code/frame.h"
#include "vm/code/tier.h"
#include "vm/interpreter/handler_support.h"
#include "vm/observation/stack_trace.h"
#include "vm/observation/value_text.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

namespace {

using Counted = Observer::Counted;

std::vector<Counted> Sorted(std::vector<Counted> counts) {
  std::sort(counts.begin(), counts.end(), [](const Counted& a, const Counted& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  return counts;
}

// Sends by cache state, over all sites.
struct SiteTotals {
  uint64_t monomorphic = 0;
  uint64_t polymorphic = 0;
  uint64_t megamorphic = 0;
  uint64_t misses = 0;
};

struct SiteReport {
  std::string place;
  std::string selector;
  SiteTotals totals;
  std::string_view state;
};

// The sites of one piece of code, added to `reports` and `sum`.
void CollectSitesOf(VM& vm, Method& code, std::vector<SiteReport>* reports, SiteTotals* sum) {
  for (CodeUnit* ip = code.code; ip < code.code + code.code_units;
       ip += LengthOf(BaseOpcode(static_cast<Opcode>(*ip)))) {
    Opcode base = BaseOpcode(static_cast<Opcode>(*ip));
    if (base != Opcode::kSend && base != Opcode::kSuperSend) continue;
    const SendSite& site = *InstructionData<SendSite>(ip);
    SiteTotals totals{site.hits_monomorphic, site.hits_polymorphic, site.hits_megamorphic,
                      site.misses};
    sum->monomorphic += totals.monomorphic;
    sum->polymorphic += totals.polymorphic;
    sum->megamorphic += totals.megamorphic;
    sum->misses += totals.misses;
    if (totals.monomorphic + totals.polymorphic + totals.megamorphic + totals.misses == 0) continue;
    SourceSpan span = PositionOf(code, ip);
    reports->push_back({Concat(code.home->parsed->path(), ":", span.line, ":", span.column),
                        std::string(vm.symbols().NameOf(site.selector)), totals,
                        NameOf(site.state)});
  }
}

// A closure's code and its loop variants have sites of their own for the same send.
std::vector<SiteReport> CollectSites(VM& vm, SiteTotals* sum) {
  std::vector<SiteReport> reports;
  for (uint32_t index = 1; index < vm.classes().size(); ++index) {
    for (const auto& method : vm.classes().At(index)->methods) {
      for (Method* unit : method->unit_methods) {
        CollectSitesOf(vm, *unit, &reports, sum);
        for (auto& variant : unit->loop_variants) {
          if (variant != nullptr) CollectSitesOf(vm, *variant, &reports, sum);
        }
      }
    }
  }
  std::sort(reports.begin(), reports.end(), [](const SiteReport& a, const SiteReport& b) {
    auto weight = [](const SiteReport& r) {
      return r.totals.monomorphic + r.totals.polymorphic + r.totals.megamorphic + r.totals.misses;
    };
    return weight(a) != weight(b) ? weight(a) > weight(b) : a.place < b.place;
  });
  return reports;
}

std::string JsonString(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&result, "\\u%04x", c);
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string JsonCounts(const std::vector<Counted>& counts) {
  std::string result = "{";
  for (const Counted& entry : counts) {
    result.append(
        Concat(result.size() == 1 ? "" : ", ", JsonString(entry.name), ": ", entry.count));
  }
  return result + "}";
}

// What the compiled tier did.
std::vector<Counted> TierCounts(VM& vm) {
  const jit::Counters& c = vm.tier()->counters();
  return {{"compiled", c.compiled},     {"given_up", c.given_up},
          {"inlined", c.inlined},       {"loop_entries", c.loop_entries},
          {"exits", c.exits},           {"invalidated", c.invalidated},
          {"code_bytes", c.code_bytes}, {"microseconds", c.nanoseconds / 1000}};
}

constexpr size_t kTextRows = 25;

void AppendTable(std::string* text, const std::string& title, const std::vector<Counted>& counts) {
  uint64_t total = 0;
  for (const Counted& entry : counts) total += entry.count;
  absl::StrAppendFormat(text, "%s: %d\n", title, total);
  for (size_t i = 0; i < counts.size() && i < kTextRows; ++i) {
    absl::StrAppendFormat(text, "  %14d  %5.1f%%  %s\n", counts[i].count,
                          100.0 * static_cast<double>(counts[i].count) /
                              static_cast<double>(std::max<uint64_t>(total, 1)),
                          counts[i].name);
  }
}

}  // namespace

Observer::Observer(const Options& options)
    : statistics_(options.statistics),
      steps_left_(options.max_steps),
      trace_bytecodes_(options.trace_bytecodes),
      trace_sends_(options.trace_sends),
      pattern_(options.trace_pattern) {
  if (statistics_) pairs_.resize(kOpcodeCount * kOpcodeCount);
}

bool Observer::Bytecode(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos) {
  size_t opcode = *ip;
  if (steps_left_ != 0) {
    --steps_left_;
    if (steps_left_ == 0) vm.RequestInterrupt(Interrupt::kSteps);
  }
  if (statistics_) {
    ++opcodes_[opcode];
    if (previous_ < kOpcodeCount) {
      ++pairs_[previous_ * kOpcodeCount + opcode];
      if (before_previous_ < kOpcodeCount) {
        ++triples_[(before_previous_ * kOpcodeCount + previous_) * kOpcodeCount + opcode];
      }
    }
    before_previous_ = previous_;
    previous_ = opcode;
  }
  if (trace_bytecodes_ || trace_sends_) Trace(vm, ip, sp, base, tos);
  return true;
}

void Observer::Allocated(const Object* object, size_t bytes) {
  const uint32_t class_index = object->class_index();
  if (class_index >= allocations_.size()) allocations_.resize(class_index + 1);
  ++allocations_[class_index].count;
  allocations_[class_index].bytes += bytes;
}

void Observer::Trace(VM& vm, CodeUnit* ip, const Value* sp, Value* base, Value tos) {
  const Method& method = *FrameMethod(base);
  auto opcode = static_cast<Opcode>(*ip);
  Opcode base_opcode = BaseOpcode(opcode);
  bool is_send = base_opcode == Opcode::kSend || base_opcode == Opcode::kSuperSend;
  if (!trace_bytecodes_ && !is_send) return;
  std::string title = MethodTitle(vm, method);
  if (!pattern_.empty() && title.find(pattern_) == std::string::npos) return;
  SourceSpan span = PositionOf(method, ip);
  std::string line = absl::StrFormat("%s:%d %5d %s", title, span.line, ip - method.code,
                                     std::string(NameOf(opcode)));
  if (is_send)
    line.append(Concat(" ", vm.symbols().NameOf(InstructionData<SendSite>(ip)->selector)));
  if (sp > FrameEmptyStack(base)) line.append(Concat("  top: ", ValueText(vm, tos)));
  WriteError(line + "\n");
}

Observer::Counts Observer::CollectCounts() const {
  Counts counts;
  auto name = [](size_t opcode) { return std::string(NameOf(static_cast<Opcode>(opcode))); };
  for (size_t i = 0; i < kOpcodeCount; ++i) {
    if (opcodes_[i] != 0) counts.opcodes.push_back({name(i), opcodes_[i]});
    for (size_t j = 0; !pairs_.empty() && j < kOpcodeCount; ++j) {
      uint64_t count = pairs_[i * kOpcodeCount + j];
      if (count != 0) counts.pairs.push_back({Concat(name(i), " ", name(j)), count});
    }
  }
  for (const auto& [key, count] : triples_) {
    size_t third = key % kOpcodeCount;
    size_t second = key / kOpcodeCount % kOpcodeCount;
    size_t first = key / kOpcodeCount / kOpcodeCount;
    counts.triples.push_back({Concat(name(first), " ", name(second), " ", name(third)), count});
  }
  for (auto* list : {&counts.opcodes, &counts.pairs, &counts.triples})
    *list = Sorted(std::move(*list));
  return counts;
}

std::vector<Observer::Allocation> Observer::CollectAllocations(VM& vm) const {
  vm.heap().ReportAllocations();
  std::vector<Allocation> result;
  for (uint32_t i = 0; i < allocations_.size(); ++i) {
    if (allocations_[i].count == 0) continue;
    const std::string_view name =
        i == kNoClass ? "context" : vm.symbols().NameOf(vm.classes().At(i)->name);
    result.push_back({std::string(name), allocations_[i].count, allocations_[i].bytes});
  }
  std::sort(result.begin(), result.end(), [](const Allocation& a, const Allocation& b) {
    return a.count != b.count ? a.count > b.count : a.class_name < b.class_name;
  });
  return result;
}

std::string Observer::Json(VM& vm) const {
  Counts counts = CollectCounts();
  SiteTotals sum;
  std::vector<SiteReport> sites = CollectSites(vm, &sum);
  std::string site_list;
  for (const SiteReport& site : sites) {
    site_list.append(
        Concat(site_list.empty() ? "" : ", ", "{\"place\": ", JsonString(site.place),
               ", \"selector\": ", JsonString(site.selector), ", \"state\": \"", site.state,
               "\", \"mono\": ", site.totals.monomorphic, ", \"poly\": ", site.totals.polymorphic,
               ", \"mega\": ", site.totals.megamorphic, ", \"miss\": ", site.totals.misses, "}"));
  }
  std::string allocations;
  for (const Allocation& of_class : CollectAllocations(vm)) {
    allocations.append(Concat(allocations.empty() ? "" : ", ", JsonString(of_class.class_name),
                              ": {\"count\": ", of_class.count, ", \"bytes\": ", of_class.bytes,
                              "}"));
  }
  Heap::Statistics heap = vm.heap().statistics();
  return Concat(
      "{\"opcodes\": ", JsonCounts(counts.opcodes), ", \"pairs\": ", JsonCounts(counts.pairs),
      ", \"triples\": ", JsonCounts(counts.triples), ", \"sends\": {\"mono\": ", sum.monomorphic,
      ", \"poly\": ", sum.polymorphic, ", \"mega\": ", sum.megamorphic, ", \"miss\": ", sum.misses,
      "}, \"sites\": [", site_list, "], \"activations\": ", activations_, ", \"blocks\": ", blocks_,
      ", \"contexts\": ", contexts_, ", \"allocations\": {", allocations,
      "}, \"allocated_bytes\": ", heap.allocated_bytes, ", \"quickenings\": ", quickenings_,
      ", \"dequickenings\": ", dequickenings_,
      ", \"collections\": {\"young\": ", heap.young_collections,
      ", \"full\": ", heap.full_collections, "}",
      vm.tier() == nullptr ? std::string() : Concat(", \"jit\": ", JsonCounts(TierCounts(vm))),
      "}");
}

std::string Observer::Text(VM& vm) const {
  Counts counts = CollectCounts();
  std::string text;
  AppendTable(&text, "bytecodes executed", counts.opcodes);
  AppendTable(&text, "pairs of bytecodes", counts.pairs);
  AppendTable(&text, "runs of three bytecodes", counts.triples);
  SiteTotals sum;
  std::vector<SiteReport> sites = CollectSites(vm, &sum);
  AppendTable(&text, "sends through inline caches",
              {{"monomorphic hits", sum.monomorphic},
               {"polymorphic hits", sum.polymorphic},
               {"megamorphic hits", sum.megamorphic},
               {"misses", sum.misses}});
  text += "busiest send sites:\n";
  for (size_t i = 0; i < sites.size() && i < kTextRows; ++i) {
    const SiteTotals& t = sites[i].totals;
    absl::StrAppendFormat(&text, "  %14d  %-5s %s  %s\n",
                          t.monomorphic + t.polymorphic + t.megamorphic + t.misses, sites[i].state,
                          sites[i].selector, sites[i].place);
  }
  std::vector<Counted> allocations;
  for (const Allocation& of_class : CollectAllocations(vm))
    allocations.push_back({of_class.class_name, of_class.count});
  AppendTable(&text, "objects allocated", allocations);
  Heap::Statistics heap = vm.heap().statistics();
  absl::StrAppendFormat(&text,
                        "activations: %d\nblocks created: %d\ncontexts created: %d\nbytes "
                        "allocated: %d\nquickenings: %d\n"
                        "de-quickenings: %d\ncollections: %d young, %d full",
                        activations_, blocks_, contexts_, heap.allocated_bytes, quickenings_,
                        dequickenings_, heap.young_collections, heap.full_collections);
  if (vm.tier() != nullptr) {
    text += "\ncompiled tier:";
    for (const Counted& entry : TierCounts(vm))
      absl::StrAppendFormat(&text, "\n  %14d  %s", entry.count, entry.name);
  }
  return text;
}

}  // namespace som
