// See bytecode_graph.h.
//
// Code that is entered in the middle of a loop runs the rest of a round first. Were the next round
// the same blocks, loops around the entered one would share its head with it, and the builder would
// know as little of their variables as of what the interpreter left in the frame. So what follows
// behind the head of an enclosing loop are blocks of their own: the entered round is peeled off,
// and the nest of loops stands behind it as if the method had been entered at its start.
#include "vm/jit/bytecode_graph.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "vm/support/check.h"

namespace som::jit {

namespace {

// Loops around the entry that get blocks of their own: each means the code of those inside once
// more.
constexpr size_t kMostPeeled = 2;

// The loops that an instruction is in.
struct Surroundings {
  std::vector<uint32_t> heads;  // inner ones first, without one that begins with the instruction
  std::vector<std::pair<uint32_t, uint32_t>> outermost;  // offsets that its blocks begin and end at
};

// A block by its first bytecode and its level: 0 for the rest of the round that is entered, and
// otherwise the number, from the inside, of the outermost loop around the entry whose head control
// has come to since. Heads beyond kMostPeeled leave the level as it is; what is in none of the
// loops has the highest.
struct Place {
  uint32_t start = 0;
  uint32_t level = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class Analysis {
 public:
  Analysis(const CodeDescription& unit, uint32_t entry, Surroundings around)
      : unit_(unit), around_(std::move(around)) {
    FindLeaders(entry);
    Visit({entry, 0});
    std::reverse(postorder_.begin(), postorder_.end());
    for (size_t i = 0; i < postorder_.size(); ++i) index_[postorder_[i]] = i;
    MakeBlocks();
    FindLoops();
  }

  BytecodeGraph Take() {
    graph_.liveness = BytecodeLiveness(unit_);
    return std::move(graph_);
  }

  Surroundings Around(uint32_t offset) const {
    auto contains = [&](size_t member) {
      return graph_.blocks[member].start <= offset && offset < graph_.blocks[member].end;
    };
    std::vector<std::pair<size_t, const Loop*>> found;
    for (const Loop& loop : loops_) {
      if (std::any_of(loop.body.begin(), loop.body.end(), contains) &&
          graph_.blocks[loop.head].start != offset)
        found.emplace_back(loop.body.size(), &loop);
    }
    std::sort(found.begin(), found.end());
    if (found.size() > kMostPeeled) found.resize(kMostPeeled);
    Surroundings around;
    for (const auto& [size, loop] : found) around.heads.push_back(graph_.blocks[loop->head].start);
    if (found.empty()) return around;
    for (size_t member : found.back().second->body)
      around.outermost.emplace_back(graph_.blocks[member].start, graph_.blocks[member].end);
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

  Place Towards(uint32_t start, uint32_t level) const {
    const std::vector<uint32_t>& heads = around_.heads;
    const bool is_inside = std::any_of(
        around_.outermost.begin(), around_.outermost.end(),
        [start](const auto& block) { return block.first <= start && start < block.second; });
    if (!is_inside) return {start, static_cast<uint32_t>(heads.size())};
    const auto it = std::find(heads.begin(), heads.end(), start);
    if (it == heads.end()) return {start, level};
    return {start, std::max(level, static_cast<uint32_t>(it - heads.begin()) + 1)};
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
        open(Towards(ends.successors[step.next++], step.place.level));
      }
    }
  }

  void MakeBlocks() {
    predecessors_.resize(postorder_.size());
    for (size_t i = 0; i < postorder_.size(); ++i) {
      BytecodeBlock block;
      block.start = postorder_[i].start;
      block.level = postorder_[i].level;
      const Ends& ends = ends_.at(postorder_[i]);
      block.end = ends.end;
      for (uint32_t start : ends.successors) {
        const size_t successor = index_.at(Towards(start, postorder_[i].level));
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
  Surroundings around_;
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

BytecodeGraph AnalyseBytecodes(const CodeDescription& unit, uint32_t entry) {
  Surroundings around;
  if (entry != 0) around = Analysis(unit, 0, {}).Around(entry);
  return Analysis(unit, entry, std::move(around)).Take();
}

}  // namespace som::jit
