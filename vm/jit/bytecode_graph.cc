// See bytecode_graph.h.
#include "vm/jit/bytecode_graph.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "vm/support/check.h"

namespace som::jit {

namespace {

class Analysis {
 public:
  Analysis(const CodeDescription& unit, uint32_t entry) : unit_(unit) {
    FindLeaders(entry);
    Visit(entry);
    std::reverse(postorder_.begin(), postorder_.end());
    for (size_t i = 0; i < postorder_.size(); ++i) index_[postorder_[i]] = i;
    MakeBlocks();
    FindLoops();
    graph_.liveness = BytecodeLiveness(unit);
  }

  BytecodeGraph Take() { return std::move(graph_); }

 private:
  struct Ends {
    uint32_t end = 0;
    std::vector<uint32_t> successors;
  };

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
  void Visit(uint32_t entry) {
    struct Step {
      uint32_t start;
      size_t next;
    };
    std::vector<Step> stack;
    auto open = [&](uint32_t start) {
      if (!ends_.try_emplace(start, EndOf(start)).second) return;
      stack.push_back({start, 0});
    };
    open(entry);
    while (!stack.empty()) {
      Step& step = stack.back();
      const Ends& ends = ends_.at(step.start);
      if (step.next == ends.successors.size()) {
        postorder_.push_back(step.start);
        stack.pop_back();
      } else {
        open(ends.successors[step.next++]);
      }
    }
  }

  void MakeBlocks() {
    predecessors_.resize(postorder_.size());
    for (size_t i = 0; i < postorder_.size(); ++i) {
      BytecodeBlock block;
      block.start = postorder_[i];
      const Ends& ends = ends_.at(block.start);
      block.end = ends.end;
      for (uint32_t successor : ends.successors) {
        block.successors.push_back(index_.at(successor));
        predecessors_[index_.at(successor)].push_back(i);
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
  std::set<uint32_t> leaders_;
  std::map<uint32_t, Ends> ends_;
  std::vector<uint32_t> postorder_;
  std::map<uint32_t, size_t> index_;
  std::vector<std::vector<size_t>> predecessors_;
  BytecodeGraph graph_;
};

}  // namespace

Instruction InstructionAt(const CodeDescription& unit, uint32_t offset) {
  const std::optional<Instruction> instruction = DecodeAt(unit.code, offset);
  Check(instruction.has_value(), "verified code decodes");
  return instruction.value_or(Instruction{});
}

BytecodeGraph AnalyseBytecodes(const CodeDescription& unit, uint32_t entry) {
  return Analysis(unit, entry).Take();
}

}  // namespace som::jit
