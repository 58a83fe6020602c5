// The tables of a profile: see profile.h.
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "vm/observation/profile.h"
#include "vm/support/size_option.h"

namespace som {

namespace {

constexpr size_t kRows = 25;

// What ended in a method, line or class, and what passed through it.
struct Sum {
  double self = 0;
  double samples = 0;
  double total = 0;
};

// Sums by what `index_of` answers for a node of a method. A stack counts once for each of its
// indices, however often a recursion put it there.
template <typename F>
std::vector<Sum> SumsBy(const Profile& profile, size_t count, F index_of) {
  std::vector<Sum> sums(count);
  std::vector<uint32_t> counted_for(count, CallTree::kNoParent);
  for (uint32_t i = 0; i < profile.nodes.size(); ++i) {
    const Profile::Node& node = profile.nodes[i];
    if (node.weight == 0) continue;
    uint32_t at = profile.frames[node.frame].is_class ? node.parent : i;
    bool is_newest = true;
    for (; at != CallTree::kNoParent; at = profile.nodes[at].parent) {
      const uint32_t index = index_of(profile.nodes[at]);
      if (is_newest) {
        sums[index].self += node.weight;
        sums[index].samples += node.samples;
        is_newest = false;
      }
      if (counted_for[index] != i) sums[index].total += node.weight;
      counted_for[index] = i;
    }
  }
  return sums;
}

std::vector<Sum> SumsByClass(const Profile& profile) {
  std::vector<Sum> sums(profile.frames.size());
  for (const Profile::Node& node : profile.nodes) {
    if (!profile.frames[node.frame].is_class) continue;
    sums[node.frame].self += node.weight;
    sums[node.frame].samples += node.samples;
  }
  return sums;
}

// The indices of what has a share, largest first, as many as a table shows.
std::vector<size_t> Largest(const std::vector<Sum>& sums) {
  std::vector<size_t> order(sums.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::erase_if(order, [&](size_t i) { return sums[i].self == 0 && sums[i].total == 0; });
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (sums[a].self != sums[b].self) return sums[a].self > sums[b].self;
    return sums[a].total != sums[b].total ? sums[a].total > sums[b].total : a < b;
  });
  order.resize(std::min(order.size(), kRows));
  return order;
}

class TableWriter {
 public:
  explicit TableWriter(const Profile& profile) : profile_(profile) {}

  std::string Write() {
    text_ = profile_.summary + "\n";
    if (profile_.total_weight == 0) return text_;
    if (profile_.kind == ProfileKind::kAllocations) WriteClasses();
    WriteMethods();
    WriteLines();
    return text_;
  }

 private:
  std::string Amount(double weight) const {
    return profile_.kind == ProfileKind::kTime ? absl::StrFormat("%.1f", weight / 1e6)
                                               : FormatSize(static_cast<uint64_t>(weight));
  }
  double Percent(double weight) const { return 100 * weight / profile_.total_weight; }

  void WriteHead(bool has_total, const char* what) {
    const bool is_time = profile_.kind == ProfileKind::kTime;
    absl::StrAppendFormat(&text_, "\n%10s %6s %10s", is_time ? "self ms" : "self", "%",
                          is_time ? "samples" : "objects");
    if (has_total) absl::StrAppendFormat(&text_, " %10s %6s", is_time ? "total ms" : "total", "%");
    absl::StrAppendFormat(&text_, "  %s\n", what);
  }

  void WriteRow(const Sum& sum, bool has_total, const std::string& what) {
    absl::StrAppendFormat(&text_, "%10s %5.1f%% %10.0f", Amount(sum.self), Percent(sum.self),
                          sum.samples);
    if (has_total)
      absl::StrAppendFormat(&text_, " %10s %5.1f%%", Amount(sum.total), Percent(sum.total));
    absl::StrAppendFormat(&text_, "  %s\n", what);
  }

  void WriteClasses() {
    const std::vector<Sum> sums = SumsByClass(profile_);
    WriteHead(false, "class");
    for (size_t i : Largest(sums)) WriteRow(sums[i], false, profile_.frames[i].title);
  }

  void WriteMethods() {
    const std::vector<Sum> sums = SumsBy(profile_, profile_.frames.size(),
                                         [](const Profile::Node& node) { return node.frame; });
    WriteHead(true, "method");
    for (size_t i : Largest(sums)) WriteRow(sums[i], true, profile_.frames[i].title);
  }

  void WriteLines() {
    const std::vector<Sum> sums = SumsBy(profile_, profile_.lines.size(),
                                         [](const Profile::Node& node) { return node.line; });
    WriteHead(true, "line");
    for (size_t i : Largest(sums)) {
      const Profile::Line& line = profile_.lines[i];
      WriteRow(sums[i], true, absl::StrFormat("%s:%d  %s", line.file, line.number, line.text));
    }
  }

  const Profile& profile_;
  std::string text_;
};

}  // namespace

std::string ProfileTables(const Profile& profile) { return TableWriter(profile).Write(); }

}  // namespace som
