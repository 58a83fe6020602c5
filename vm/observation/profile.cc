// From a CallTree to a Profile: see profile.h.
#include "vm/observation/profile.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "vm/code/class_table.h"
#include "vm/code/tier.h"
#include "vm/observation/stack_trace.h"
#include "vm/support/size_option.h"
#include "vm/vm.h"

namespace som {

namespace {

std::string_view Trimmed(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

uint32_t FirstLineOf(const Method& method) {
  uint32_t first = 0;
  for (const PositionEntry& entry : method.home->unit_description().positions) {
    if (first == 0 || entry.span.line < first) first = entry.span.line;
  }
  return first;
}

class ProfileMaker {
 public:
  ProfileMaker(VM& vm, const CallTree& tree, ProfileKind kind) : vm_(vm), tree_(tree) {
    profile_.kind = kind;
  }

  Profile Make() {
    profile_.nodes.reserve(tree_.nodes().size());
    for (const CallTree::Node& node : tree_.nodes()) {
      const CallTree::Place& place = node.place;
      Profile::Node named{node.parent, 0, 0, node.weight, node.samples};
      if (place.method == nullptr) {
        named.frame = ClassFrame(place.class_index);
      } else {
        named.frame = MethodFrame(*place.method);
        named.line = LineOf(place);
      }
      profile_.nodes.push_back(named);
      profile_.total_weight += node.weight;
    }
    profile_.summary = profile_.kind == ProfileKind::kTime ? TimeSummary() : AllocationSummary();
    return std::move(profile_);
  }

 private:
  uint32_t ClassFrame(uint32_t class_index) {
    auto [it, is_new] =
        class_frames_.try_emplace(class_index, static_cast<uint32_t>(profile_.frames.size()));
    if (is_new) {
      const std::string_view name = class_index == kNoClass
                                        ? "context"
                                        : vm_.symbols().NameOf(vm_.classes().At(class_index)->name);
      profile_.frames.push_back({std::string(name), "", 0, true});
    }
    return it->second;
  }

  // Versions of a method, as of an inlined send that was given up, are one frame.
  uint32_t MethodFrame(const Method& method) {
    auto [known, is_new_method] = method_frames_.try_emplace(&method, 0);
    if (!is_new_method) return known->second;
    std::string title = MethodTitle(vm_, method);
    const std::string& file = method.home->parsed->path();
    auto [it, is_new] =
        named_frames_.try_emplace({title, file}, static_cast<uint32_t>(profile_.frames.size()));
    if (is_new) profile_.frames.push_back({std::move(title), file, FirstLineOf(method), false});
    return known->second = it->second;
  }

  uint32_t LineOf(const CallTree::Place& place) {
    const ParsedClass& parsed = *place.method->home->parsed;
    const uint32_t number = PositionOf(*place.method, place.ip).line;
    auto [it, is_new] =
        lines_.try_emplace({&parsed, number}, static_cast<uint32_t>(profile_.lines.size()));
    if (is_new)
      profile_.lines.push_back({parsed.path(), number, std::string(Trimmed(parsed.Line(number)))});
    return it->second;
  }

  std::string TimeSummary() const {
    constexpr double kMilli = 1e6;
    const double compiling =
        vm_.tier() == nullptr ? 0 : static_cast<double>(vm_.tier()->counters().nanoseconds);
    return absl::StrFormat(
        "Time profile: %d samples, %.0f ms of processor time, %.0f ms of it outside of methods; "
        "by the clock, %.0f ms collecting garbage and %.0f ms compiling",
        tree_.sample_count(), tree_.total_weight() / kMilli, tree_.weight_outside() / kMilli,
        static_cast<double>(vm_.heap().statistics().collection_nanoseconds) / kMilli,
        compiling / kMilli);
  }

  std::string AllocationSummary() const {
    double objects = 0;
    for (const CallTree::Node& node : tree_.nodes()) objects += node.samples;
    return absl::StrFormat("Allocation profile: %s in about %.0f objects (%d samples)",
                           FormatSize(static_cast<uint64_t>(tree_.total_weight())), objects,
                           tree_.sample_count());
  }

  VM& vm_;
  const CallTree& tree_;
  Profile profile_;
  absl::flat_hash_map<uint32_t, uint32_t> class_frames_;
  absl::flat_hash_map<const Method*, uint32_t> method_frames_;
  absl::flat_hash_map<std::pair<std::string, std::string>, uint32_t> named_frames_;
  absl::flat_hash_map<std::pair<const ParsedClass*, uint32_t>, uint32_t> lines_;
};

}  // namespace

Profile MakeProfile(VM& vm, const CallTree& tree, ProfileKind kind) {
  return ProfileMaker(vm, tree, kind).Make();
}

std::optional<ProfileForm> ProfileFormOf(std::string_view file) {
  if (file.ends_with(".folded") || file.ends_with(".txt")) return ProfileForm::kFolded;
  if (file.ends_with(".speedscope.json")) return ProfileForm::kSpeedscope;
  if (file.ends_with(".html")) return ProfileForm::kPage;
  return std::nullopt;
}

}  // namespace som
