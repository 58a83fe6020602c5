// See bytecode_graph.h.
//
// Code that is entered in the middle of a loop runs the rest of a round first. Were the next round
// the same blocks, loops around the entered one would share its head with it, and the builder would
// know as little of their variables as of what the interpreter left in the frame. So what follows
// behind the head of an enclosing loop are blocks of their own: the entered round is peeled off,
// and the nest of loops stands behind it as if the method had been entered at its start. Loops that
// the builder asks for are peeled each time they are entered.
#include "vm/jit/bytecode_graph.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "vm/support/check.h"

namespace som::jit {

namespace {

// Loops that are peeled around the entry, and elsewhere: each means the code of those inside once
// more.
constexpr size_t kMostEntered = 2;
constexpr size_t kMostAsked = 8;

// A loop whose first round has blocks of its own.
struct Peeled {
  uint32_t head = 0;
  std::vector<std::pair<uint32_t, uint32_t>> body;  // offsets that its blocks begin and end at
  bool is_entered = false;  // in its middle: the first round is what is left of that one

  bool Contains(uint32_t offset) const {
    return std::any_of(body.begin(), body.end(), [offset](const auto& block) {
      return block.first <= offset && offset < block.second;
    });
  }
};

// A block by its first bytecode and its level: bit n is set in the first round of peeled loop n.
struct Place {
  uint32_t start = 0;
  uint32_t level = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class Analysis {
 public:
  Analysis(const CodeDescription& unit, uint32_t entry, std::vector<Peeled> peeled)
      : unit_(unit), peeled_(std::move(peeled)) {
    FindLeaders(entry);
    uint32_t level = 0;
    for (size_t n = 0; n < peeled_.size(); ++n) {
      if (peeled_[n].is_entered || peeled_[n].head == entry) level |= uint32_t{1} << n;
    }
    Visit({entry, level});
    std::reverse(postorder_.begin(), postorder_.end());
    for (size_t i = 0; i < postorder_.size(); ++i) index_[postorder_[i]] = i;
    MakeBlocks();
    FindLoops();
  }

  BytecodeGraph Take() {
    graph_.liveness = BytecodeLiveness(unit_);
    return std::move(graph_);
  }

  // What to peel for code that is entered at `offset`: loops around it, but for one that begins
  // there, and those with the given heads that are not around it.
  std::vector<Peeled> LoopsToPeel(uint32_t offset, const std::vector<uint32_t>& heads) const {
    std::vector<Peeled> around;
    std::vector<Peeled> asked;
    for (const Loop& loop : loops_) {
      Peeled peeled{graph_.blocks[loop.head].start, {}, true};
      for (size_t member : loop.body)
        peeled.body.emplace_back(graph_.blocks[member].start, graph_.blocks[member].end);
      if (offset != 0 && peeled.Contains(offset)) {
        if (peeled.head != offset) around.push_back(std::move(peeled));
      } else if (std::find(heads.begin(), heads.end(), peeled.head) != heads.end()) {
        peeled.is_entered = false;
        asked.push_back(std::move(peeled));
      }
    }
    std::sort(around.begin(), around.end(),
              [](const Peeled& a, const Peeled& b) { return a.body.size() < b.body.size(); });
    if (around.size() > kMostEntered) around.resize(kMostEntered);
    if (asked.size() > kMostAsked) asked.resize(kMostAsked);
    std::move(asked.begin(), asked.end(), std::back_inserter(around));
    return around;
  }

 private:
  struct Ends {
    uint32_t end = 0;
    std::vector<uint32_t> successors;
  };

  struct Loop {
    size_t head = 0;
    std::set<size_t> body;
  };

  Place Towards(uint32_t start, Place from) const {
    uint32_t level = 0;
    for (size_t n = 0; n < peeled_.size(); ++n) {
      const Peeled& loop = peeled_[n];
      if (!loop.Contains(start)) continue;
      const bool is_first = start == loop.head ? !loop.is_entered && !loop.Contains(from.start)
                                               : (from.level >> n & 1) != 0;
      if (is_first) level |= uint32_t{1} << n;
    }
    return {start, level};
  }

  void FindLeaders(uint32_t entry) {
    leaders_.insert(entry);
    for (InstructionIterator it(unit_.code); !it.done(); it.Next()) {
      if (it->HasJump()) {
        leaders_.insert(static_cast<uint32_t>(it->JumpTarget()));
        leaders_.insert(it->end());
      }
    }
  }

  // The end of the block that starts at `start`, and where it goes.
  Ends EndOf(uint32_t start) const {
    uint32_t offset = start;
    for (;;) {
      const Instruction i = InstructionAt(unit_, offset);
      if (i.HasJump() || !FallsThrough(i.opcode)) {
        Ends ends{i.end(), {}};
        if (FallsThrough(i.opcode)) ends.successors.push_back(i.end());
        if (i.HasJump()) ends.successors.push_back(static_cast<uint32_t>(i.JumpTarget()));
        return ends;
      }
      offset = i.end();
      if (leaders_.contains(offset)) return {offset, {offset}};
    }
  }

  // Depth first without recursion: methods may have very many blocks.
  void Visit(Place entry) {
    struct Step {
      Place place;
      size_t next;
    };
    std::vector<Step> stack;
    auto open = [&](Place place) {
      if (!ends_.try_emplace(place, EndOf(place.start)).second) return;
      stack.push_back({place, 0});
    };
    open(entry);
    while (!stack.empty()) {
      Step& step = stack.back();
      const Ends& ends = ends_.at(step.place);
      if (step.next == ends.successors.size()) {
        postorder_.push_back(step.place);
        stack.pop_back();
      } else {
        open(Towards(ends.successors[step.next++], step.place));
      }
    }
  }

  void MakeBlocks() {
    predecessors_.resize(postorder_.size());
    for (size_t i = 0; i < postorder_.size(); ++i) {
      BytecodeBlock block;
      block.start = postorder_[i].start;
      block.level = postorder_[i].level;
      for (size_t n = 0; n < peeled_.size(); ++n)
        block.is_in_loop |= !peeled_[n].is_entered && (block.level >> n & 1) != 0;
      const Ends& ends = ends_.at(postorder_[i]);
      block.end = ends.end;
      for (uint32_t start : ends.successors) {
        const size_t successor = index_.at(Towards(start, postorder_[i]));
        block.successors.push_back(successor);
        predecessors_[successor].push_back(i);
      }
      graph_.blocks.push_back(std::move(block));
    }
  }

  void FindLoops() {
    for (size_t i = 0; i < graph_.blocks.size(); ++i) {
      BytecodeBlock& header = graph_.blocks[i];
      std::vector<size_t> sources;
      for (size_t predecessor : predecessors_[i]) {
        if (predecessor >= i) {
          sources.push_back(predecessor);
        } else {
          ++header.forward_predecessors;
        }
      }
      if (sources.empty()) continue;
      header.is_loop_header = true;
      std::set<size_t> body{i};
      while (!sources.empty()) {
        const size_t member = sources.back();
        sources.pop_back();
        if (!body.insert(member).second) continue;
        // A way into the loop past its header.
        if (member < i) graph_.is_reducible = false;
        for (size_t predecessor : predecessors_[member]) sources.push_back(predecessor);
      }
      std::set<int16_t> assigned;
      for (size_t member : body) {
        graph_.blocks[member].is_in_loop = true;
        CollectAssigned(graph_.blocks[member], &assigned);
      }
      header.assigned_slots.assign(assigned.begin(), assigned.end());
      loops_.push_back({i, std::move(body)});
    }
  }

  void CollectAssigned(const BytecodeBlock& block, std::set<int16_t>* assigned) const {
    for (uint32_t offset = block.start; offset < block.end;) {
      const Instruction i = InstructionAt(unit_, offset);
      const int16_t slot = i.format() == OperandFormat::kNone ? int16_t{0} : i.SignedUnit(0);
      switch (i.opcode) {
        case Opcode::kStoreSlot:
        case Opcode::kPopSlot:
        case Opcode::kToDoNext:
        case Opcode::kDownToDoNext:
          assigned->insert(slot);
          break;
        case Opcode::kToDoBegin:
        case Opcode::kDownToDoBegin:
        case Opcode::kTimesRepeatBegin:
          assigned->insert(slot);
          assigned->insert(static_cast<int16_t>(slot + 1));
          break;
        case Opcode::kNilSlots:
          for (int n = 0; n < i.Unit(1); ++n) assigned->insert(static_cast<int16_t>(slot + n));
          break;
        default:
          break;
      }
      offset = i.end();
    }
  }

  const CodeDescription& unit_;
  std::vector<Peeled> peeled_;
  std::set<uint32_t> leaders_;
  std::map<Place, Ends> ends_;
  std::vector<Place> postorder_;
  std::map<Place, size_t> index_;
  std::vector<std::vector<size_t>> predecessors_;
  std::vector<Loop> loops_;
  BytecodeGraph graph_;
};

}  // namespace

Instruction InstructionAt(const CodeDescription& unit, uint32_t offset) {
  const std::optional<Instruction> instruction = DecodeAt(unit.code, offset);
  Check(instruction.has_value(), "verified code decodes");
  return instruction.value_or(Instruction{});
}

BytecodeGraph AnalyseBytecodes(const CodeDescription& unit, uint32_t entry,
                               const std::vector<uint32_t>& peeled) {
  std::vector<Peeled> loops;
  if (entry != 0 || !peeled.empty()) loops = Analysis(unit, 0, {}).LoopsToPeel(entry, peeled);
  return Analysis(unit, entry, std::move(loops)).Take();
}

}  // namespace som::jit
