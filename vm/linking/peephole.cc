// See peephole.h.
#include "vm/linking/peephole.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace som {

namespace {

struct Sequence {
  Opcode fused;
  std::vector<Opcode> parts;
};

// Sequences by their first opcode, longest first.
class SequenceTable {
 public:
  SequenceTable() {
    [[maybe_unused]] auto add = [this](Opcode fused, std::string_view pattern) {
      Sequence sequence{fused, {}};
      while (!pattern.empty()) {
        size_t end = std::min(pattern.find(' '), pattern.size());
        sequence.parts.push_back(*FindOpcode(pattern.substr(0, end)));
        pattern.remove_prefix(std::min(end + 1, pattern.size()));
      }
      first_[static_cast<size_t>(fused)] = sequence.parts[0];
      by_first_[static_cast<size_t>(sequence.parts[0])].push_back(std::move(sequence));
    };
    for (size_t i = 0; i < kOpcodeCount; ++i) first_[i] = static_cast<Opcode>(i);
#define SOM_SUPERINSTRUCTION(name, pattern, sentence) add(Opcode::k##name, pattern);
#include "compiler/superinstructions.def"
    for (auto& list : by_first_) {
      std::sort(list.begin(), list.end(), [](const Sequence& a, const Sequence& b) {
        return a.parts.size() > b.parts.size();
      });
    }
  }
  const std::vector<Sequence>& StartingWith(Opcode opcode) const {
    return by_first_[static_cast<size_t>(opcode)];
  }
  Opcode First(Opcode opcode) const { return first_[static_cast<size_t>(opcode)]; }

 private:
  std::array<std::vector<Sequence>, kOpcodeCount> by_first_;
  std::array<Opcode, kOpcodeCount> first_;
};

const SequenceTable& Sequences() {
  static const SequenceTable table;
  return table;
}

// Gives each instruction of [begin, end) that starts in front of `limit` the sequence with which
// the code from there on, up to `end`, takes the fewest dispatches.
void Fuse(CodeUnit* begin, const CodeUnit* end, const CodeUnit* limit) {
  const SequenceTable& table = Sequences();
  // Unfused opcodes first: sequences are matched on those.
  std::vector<CodeUnit*> starts;
  std::vector<Opcode> opcodes;
  for (CodeUnit* ip = begin; ip < end;) {
    const Opcode opcode = UnfusedOpcode(*ip);
    starts.push_back(ip);
    opcodes.push_back(opcode);
    ip += LengthOf(opcode);
  }
  std::vector<int> dispatches(starts.size() + 1, 0);
  for (size_t i = starts.size(); i-- > 0;) {
    Opcode chosen = opcodes[i];
    int best = dispatches[i + 1] + 1;
    for (const Sequence& sequence : table.StartingWith(opcodes[i])) {
      const size_t behind = i + sequence.parts.size();
      if (behind > opcodes.size() || dispatches[behind] + 1 > best ||
          (dispatches[behind] + 1 == best && chosen != opcodes[i]))
        continue;
      if (!std::equal(sequence.parts.begin(), sequence.parts.end(),
                      opcodes.begin() + static_cast<ptrdiff_t>(i)))
        continue;
      best = dispatches[behind] + 1;
      chosen = sequence.fused;
    }
    dispatches[i] = best;
    if (starts[i] < limit) *starts[i] = static_cast<CodeUnit>(chosen);
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

Opcode UnfusedOpcode(CodeUnit unit) { return Sequences().First(static_cast<Opcode>(unit)); }

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
