// The files of a profile: see profile.h. Stacks are of methods there, not of lines.
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "compiler/concat.h"
#include "vm/observation/flame_template.h"
#include "vm/observation/profile.h"

namespace som {

namespace {

using Json = nlohmann::ordered_json;

// The tree of methods: nodes with the same parent and frame are one.
struct MethodTree {
  struct Node {
    uint32_t parent;
    uint32_t frame;
    double weight;
    double samples;
  };
  std::vector<Node> nodes;

  explicit MethodTree(const Profile& profile) {
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> known;
    std::vector<uint32_t> merged;
    merged.reserve(profile.nodes.size());
    for (const Profile::Node& node : profile.nodes) {
      const uint32_t parent =
          node.parent == CallTree::kNoParent ? CallTree::kNoParent : merged[node.parent];
      auto [it, is_new] =
          known.try_emplace({parent, node.frame}, static_cast<uint32_t>(nodes.size()));
      if (is_new) nodes.push_back({parent, node.frame, 0, 0});
      nodes[it->second].weight += node.weight;
      nodes[it->second].samples += node.samples;
      merged.push_back(it->second);
    }
  }

  // The frames from the oldest to that of the node.
  std::vector<uint32_t> StackOf(uint32_t node) const {
    std::vector<uint32_t> stack;
    for (; node != CallTree::kNoParent; node = nodes[node].parent)
      stack.insert(stack.begin(), nodes[node].frame);
    return stack;
  }
};

// Microseconds or bytes.
double Units(const Profile& profile, double weight) {
  return profile.kind == ProfileKind::kTime ? weight / 1e3 : weight;
}

std::string Dump(const Json& json) {
  // Names of classes and files need not be UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Folded(const Profile& profile) {
  const MethodTree tree(profile);
  std::string text;
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    const auto weight = std::llround(Units(profile, tree.nodes[i].weight));
    if (weight == 0) continue;
    std::string line;
    for (uint32_t frame : tree.StackOf(i))
      line.append(Concat(line.empty() ? "" : ";", profile.frames[frame].title));
    text.append(Concat(line, " ", weight, "\n"));
  }
  return text;
}

std::string Speedscope(const Profile& profile, const std::string& title) {
  const MethodTree tree(profile);
  Json frames = Json::array();
  for (const Profile::Frame& frame : profile.frames) {
    Json json = {{"name", frame.title}};
    if (!frame.is_class) {
      json["file"] = frame.file;
      json["line"] = frame.line;
    }
    frames.push_back(std::move(json));
  }
  Json samples = Json::array();
  Json weights = Json::array();
  double total = 0;
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    if (tree.nodes[i].weight == 0) continue;
    const double weight = Units(profile, tree.nodes[i].weight);
    samples.push_back(tree.StackOf(i));
    weights.push_back(weight);
    total += weight;
  }
  const bool is_time = profile.kind == ProfileKind::kTime;
  const Json json = {{"$schema", "https://www.speedscope.app/file-format-schema.json"},
                     {"exporter", "som"},
                     {"name", title},
                     {"activeProfileIndex", 0},
                     {"shared", {{"frames", std::move(frames)}}},
                     {"profiles", Json::array({{{"type", "sampled"},
                                                {"name", title},
                                                {"unit", is_time ? "microseconds" : "bytes"},
                                                {"startValue", 0},
                                                {"endValue", total},
                                                {"samples", std::move(samples)},
                                                {"weights", std::move(weights)}}})}};
  return Dump(json) + "\n";
}

std::string Page(const Profile& profile, const std::string& title) {
  const MethodTree tree(profile);
  Json frames = Json::array();
  for (const Profile::Frame& frame : profile.frames)
    frames.push_back({frame.title, frame.file, frame.line, frame.is_class ? 1 : 0});
  Json nodes = Json::array();
  for (const MethodTree::Node& node : tree.nodes) {
    const int64_t parent = node.parent == CallTree::kNoParent ? -1 : int64_t{node.parent};
    nodes.push_back(
        {parent, node.frame, std::round(Units(profile, node.weight)), std::round(node.samples)});
  }
  const Json json = {{"kind", profile.kind == ProfileKind::kTime ? "time" : "allocations"},
                     {"title", title},
                     {"summary", profile.summary},
                     {"frames", std::move(frames)},
                     {"nodes", std::move(nodes)}};
  std::string page;
  for (std::string_view piece : FlamePageBeforeData()) page += piece;
  // A script ends at the first `</script`, whatever that is part of.
  for (const char c : Dump(json)) {
    if (c == '<') {
      page += "\\u003c";
    } else {
      page += c;
    }
  }
  for (std::string_view piece : FlamePageBehindData()) page += piece;
  return page;
}

}  // namespace

std::string ProfileFile(const Profile& profile, ProfileForm form, const std::string& title) {
  switch (form) {
    case ProfileForm::kFolded:
      return Folded(profile);
    case ProfileForm::kSpeedscope:
      return Speedscope(profile, title);
    case ProfileForm::kPage:
      break;
  }
  return Page(profile, title);
}

}  // namespace som
