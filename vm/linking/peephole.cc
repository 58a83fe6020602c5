// See peephole.h.
#include "vm/linking/peephole.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"

namespace som {

namespace {

constexpr size_t kMostParts = 8;

struct Sequence {
  Opcode fused{};
  size_t length = 0;
  std::array<Opcode, kMostParts> parts{};
};

constexpr Sequence ParseSequence(Opcode fused, std::string_view pattern) {
  Sequence sequence;
  sequence.fused = fused;
  while (!pattern.empty()) {
    const size_t end = std::min(pattern.find(' '), pattern.size());
    const std::optional<Opcode> part = FindOpcode(pattern.substr(0, end));
    if (!part.has_value()) std::abort();  // a constant that gets here does not compile
    sequence.parts[sequence.length++] = *part;
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
  }
  return sequence;
}

// One constant for each: a compiler limits the steps that a constant takes.
#define SOM_SUPERINSTRUCTION(name, pattern, sentence) \
  constexpr Sequence k##name##Sequence = ParseSequence(Opcode::k##name, pattern);
#include "compiler/superinstructions.def"

constexpr Sequence kSequences[] = {
#define SOM_SUPERINSTRUCTION(name, pattern, sentence) k##name##Sequence,
#include "compiler/superinstructions.def"
};

constexpr size_t CountParts() {
  size_t count = 0;
  for (const Sequence& sequence : kSequences) count += sequence.length;
  return count;
}

// All sequences as a trie: what may follow what. Node 0 is none.
class SequenceTrie {
 public:
  struct Node {
    Opcode opcode{};
    bool is_end = false;
    Opcode fused{};  // of an end: the sequence that the path to the node spells
    uint16_t child = 0;
    uint16_t sibling = 0;
  };

  constexpr SequenceTrie() {
    for (size_t i = 0; i < kOpcodeCount; ++i) first_[i] = static_cast<Opcode>(i);
    for (const Sequence& sequence : kSequences) {
      first_[static_cast<size_t>(sequence.fused)] = sequence.parts[0];
      uint16_t* list = &roots_[static_cast<size_t>(sequence.parts[0])];
      uint16_t node = 0;
      for (size_t i = 1; i < sequence.length; ++i) {
        node = *list;
        while (node != 0 && nodes_[node].opcode != sequence.parts[i]) node = nodes_[node].sibling;
        if (node == 0) {
          node = ++used_;
          nodes_[node].opcode = sequence.parts[i];
          nodes_[node].sibling = *list;
          *list = node;
        }
        list = &nodes_[node].child;
      }
      nodes_[node].is_end = true;
      nodes_[node].fused = sequence.fused;
    }
  }

  constexpr Opcode First(CodeUnit unit) const { return first_[unit]; }
  // The nodes of what may stand behind `opcode` in a sequence that it begins, or behind `node`.
  const Node* Behind(Opcode opcode) const { return At(roots_[static_cast<size_t>(opcode)]); }
  const Node* Behind(const Node& node) const { return At(node.child); }
  const Node* Find(const Node* list, Opcode opcode) const {
    while (list != nullptr && list->opcode != opcode) list = At(list->sibling);
    return list;
  }

 private:
  const Node* At(uint16_t index) const { return index == 0 ? nullptr : &nodes_[index]; }

  std::array<Opcode, kOpcodeCount> first_{};
  std::array<uint16_t, kOpcodeCount> roots_{};
  std::array<Node, CountParts()> nodes_{};
  uint16_t used_ = 0;
};

constexpr SequenceTrie kTrie;

// Gives each instruction of [begin, end) that starts in front of `limit` the sequence with which
// the code from there on, up to `end`, takes the fewest dispatches; the longest of equally good
// ones.
void Fuse(CodeUnit* begin, const CodeUnit* end, const CodeUnit* limit) {
  struct Step {
    CodeUnit* start;
    Opcode opcode;  // unfused: sequences are matched on those
    int dispatches;
  };
  absl::InlinedVector<Step, 96> steps;
  for (CodeUnit* ip = begin; ip < end;) {
    const Opcode opcode = UnfusedOpcode(*ip);
    steps.push_back({ip, opcode, 0});
    ip += LengthOf(opcode);
  }
  const size_t count = steps.size();
  steps.push_back({nullptr, Opcode{}, 0});  // behind the last
  for (size_t i = count; i-- > 0;) {
    Step& step = steps[i];
    Opcode chosen = step.opcode;
    int best = steps[i + 1].dispatches + 1;
    const SequenceTrie::Node* list = kTrie.Behind(step.opcode);
    for (size_t next = i + 1; next < count && list != nullptr; ++next) {
      const SequenceTrie::Node* node = kTrie.Find(list, steps[next].opcode);
      if (node == nullptr) break;
      if (node->is_end && steps[next + 1].dispatches + 1 <= best) {
        best = steps[next + 1].dispatches + 1;
        chosen = node->fused;
      }
      list = kTrie.Behind(*node);
    }
    step.dispatches = best;
    if (step.start < limit) *step.start = static_cast<CodeUnit>(chosen);
  }
}

// Methods up to this size are fused whole each time.
constexpr size_t kWholeUnits = 512;
// Instructions between two anchors.
constexpr size_t kAnchorDistance = 64;

// Offsets at which instructions of a large method start, in equal distances: code can be decoded
// forwards only.
const std::vector<uint32_t>& AnchorsOf(Method& method) {
  if (!method.anchors.empty()) return method.anchors;
  size_t count = 0;
  for (size_t offset = 0; offset < method.code_units;) {
    if (count++ % kAnchorDistance == 0) method.anchors.push_back(static_cast<uint32_t>(offset));
    offset += LengthOf(UnfusedOpcode(method.code[offset]));
  }
  return method.anchors;
}

}  // namespace

Opcode UnfusedOpcode(CodeUnit unit) { return kTrie.First(unit); }

size_t InstructionsOf(Opcode opcode) {
  if (!IsSuperinstruction(opcode)) return 1;
  const size_t first = kOpcodeCount - kSuperinstructionCount;
  return kSequences[static_cast<size_t>(opcode) - first].length;
}

void FuseMethod(Method& method) {
  CodeUnit* end = method.code + method.code_units;
  Fuse(method.code, end, end);
}

void FuseAround(Method& method, CodeUnit* ip) {
  if (method.code_units <= kWholeUnits) {
    FuseMethod(method);
    return;
  }
  const std::vector<uint32_t>& anchors = AnchorsOf(method);
  const auto offset = static_cast<uint32_t>(ip - method.code);
  const auto behind = std::upper_bound(anchors.begin(), anchors.end(), offset);
  const auto first = behind - std::min<ptrdiff_t>(2, behind - anchors.begin());
  const auto last = behind + std::min<ptrdiff_t>(1, anchors.end() - behind);
  Fuse(method.code + *first, method.code + (last == anchors.end() ? method.code_units : *last),
       ip + 1);
}

void UnquickenMethod(Method& method) {
  CodeUnit* end = method.code + method.code_units;
  for (CodeUnit* ip = method.code; ip < end;) {
    Opcode opcode = BaseOpcode(static_cast<Opcode>(*ip));
    *ip = static_cast<CodeUnit>(opcode);
    ip += LengthOf(opcode);
  }
}

}  // namespace som
