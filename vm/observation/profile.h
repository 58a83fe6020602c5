// A profile as people read it: what a CallTree holds, with the names of methods and lines. The
// tables of standard error are profile_tables.cc's, the files profile_files.cc's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/observation/call_tree.h"

namespace som {

class VM;

enum class ProfileKind : uint8_t { kTime, kAllocations };
// The forms of a profile's file; the suffix of its name chooses.
enum class ProfileForm : uint8_t { kFolded, kSpeedscope, kPage };

// The form of a file of that name; nothing where the suffix is none of kProfileSuffixes.
std::optional<ProfileForm> ProfileFormOf(std::string_view file);
inline constexpr std::string_view kProfileSuffixes = ".folded, .txt, .speedscope.json, .html";

struct Profile {
  // Where samples are: a method, a block of it, or the class of an object that was allocated.
  struct Frame {
    std::string title;  // "Class>>selector"; of an object: its class
    std::string file;   // empty for classes
    uint32_t line = 0;  // where the method begins
    bool is_class = false;
  };
  struct Line {
    std::string file;
    uint32_t number = 0;
    std::string text;
  };
  // A stack: the frame, called by the parent's.
  struct Node {
    uint32_t parent = CallTree::kNoParent;
    uint32_t frame = 0;
    uint32_t line = 0;   // in `lines`: where it was; of classes: 0, without a meaning
    double weight = 0;   // of samples that ended here: nanoseconds or bytes
    double samples = 0;  // their number, or that of the objects they stand for
  };

  ProfileKind kind = ProfileKind::kTime;
  std::string summary;  // a line: how much, of what
  std::vector<Frame> frames;
  std::vector<Line> lines;
  std::vector<Node> nodes;  // parents in front of their children
  double total_weight = 0;  // of what is in the nodes
};

// What has been sampled so far.
Profile MakeProfile(VM& vm, const CallTree& tree, ProfileKind kind);

// The tables: by class (of allocations), by method, by line; each the first 25 rows.
std::string ProfileTables(const Profile& profile);

// The text of a file. `title`: what was run.
std::string ProfileFile(const Profile& profile, ProfileForm form, const std::string& title);

}  // namespace som
