// The emitter's own state, shared by its files.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/code/frame.h"
#include "vm/jit/x64/abi.h"
#include "vm/jit/x64/emitter.h"
#include "vm/objects/value.h"

namespace som::jit::x64 {

class Emitter {
 public:
  explicit Emitter(const EmitRequest& request);
  std::unique_ptr<CompiledCode> Run(CodeSpace& space);

 private:
  // Code that is emitted behind the rest, and the node that it belongs to.
  struct Outline {
    std::function<void()> emit;
    const Node* node;
  };

  // --- emitter.cc ---
  void EmitPrologue();
  void EmitEpilogue();
  void EmitBlock(size_t index);
  void EmitNode(Node* node);
  void EmitInterpretedEntry();
  void EmitConstants();
  void Later(std::function<void()> emit) { outlines_.push_back({std::move(emit), node_}); }
  void BeginPart(ListingPart::Kind kind, uint32_t id);
  asmjit::Label ExitOf(Node* node);
  ExitState& NewExit(Node* node, bool registers_are_saved);
  ValueLocation LocationOf(const Place& place, bool registers_are_saved) const;
  void MaybeStress(Node* node);

  // --- emit_moves.cc ---
  void EmitMoves(const std::vector<Move>& moves);
  void EmitMove(const Place& from, const Place& to);
  void LoadConstant(const Node* constant, const Place& to);

  // --- emit_values.cc ---
  bool EmitValue(Node* node);
  void EmitIntArithmetic(Node* node);
  void EmitShift(Node* node);
  void EmitExtreme(Node* node);
  void EmitDouble(Node* node);
  void EmitDoubleToInt(Node* node);
  void EmitCompare(Node* node);
  bool EmitGuard(Node* node);
  void CompareInputs(Node* node, size_t a, size_t b);
  void CompareDoubles(Node* node);

  // --- emit_division.cc ---
  void EmitDivision(Node* node);
  bool DivideByConstant(Node* node);

  // --- emit_memory.cc ---
  bool EmitMemory(Node* node);
  void EmitStore(Node* node, const x86::Mem& slot, const x86::Gp& holder, size_t value);
  void EmitBarrier(const Node& node, const x86::Mem& slot, const x86::Gp& holder,
                   const x86::Gp& value, int64_t constant_holder);
  void EmitAllocation(Node* node);
  void EmitArrayAllocation(Node* node);
  void AllocateSlowly(Node* node, const asmjit::Label& slow, const asmjit::Label& resume,
                      uint64_t header, const void* function, std::function<void()> load_size);
  void FillAllocation(Node* node, const x86::Gp& object);

  // --- emit_strings.cc ---
  bool EmitString(Node* node);
  void EmitCharacter(Node* node);
  void CompareWithText(Node* node, size_t input, const asmjit::Label& differs);
  void CheckText(const x86::Gp& value, const asmjit::Label& differs);
  void AskWhetherSame(const x86::Gp& a, const x86::Gp& b, const asmjit::Label& same,
                      const asmjit::Label& differs);
  void CompareTexts(Node* node, const x86::Gp& index, const asmjit::Label& is_equal,
                    const asmjit::Label& differs);

  // --- emit_calls.cc ---
  bool EmitCall(Node* node);
  void StoreOutgoing(Node* node);
  static void AddLiveSlot(ExitState& exit, int32_t slot);
  void SetSafepoint(const ExitState& exit, int32_t top_words);
  void CallFunction(const void* function);
  void EmitSend(Node* node, ExitState& exit);
  // Behind a call that may have run SOM code: what does not take the result is out of line.
  void AfterCall(Node* node, ExitState& exit);
  void CheckPending(ExitState& exit);
  void TakeResult(Node* node);

  // --- emit_control.cc ---
  bool EmitControl(Node* node);
  const Block* JumpBehind(const Node* check) const;
  void EmitBranch(Node* node, x86::CondCode condition);
  // A block that only jumps on needs no code: who leads there leads to where it jumps.
  bool IsEmpty(const Block* block) const;
  const Block* Destination(const Block* block) const;
  const asmjit::Label& LabelOf(const Block* block) const {
    return block_labels_[Destination(block)->id];
  }
  bool IsNext(const Block* block) const;  // what is emitted behind the block at work

  // --- operands ---
  const Allocation::AtNode& At(const Node* node) const {
    return request_.allocation->nodes[node->id];
  }
  // The register that an input is in; a constant or a word is loaded to `scratch`.
  x86::Gp Reg(Node* node, size_t input, const x86::Gp& scratch = kScratch);
  x86::Xmm Floating(Node* node, size_t input);
  x86::Gp ResultReg(Node* node) const {
    return x86::gpq(static_cast<uint32_t>(At(node).result.index));
  }
  x86::Xmm ResultXmm(Node* node) const {
    return x86::xmm(static_cast<uint32_t>(At(node).result.index));
  }
  // The input as an instruction's last operand, when it is a constant that fits there.
  bool IsImmediate(Node* node, size_t input, int64_t* value) const;
  x86::Mem Slot(int64_t words) const {
    return x86::qword_ptr(kFrameBase, static_cast<int32_t>(words * 8));
  }
  x86::Mem DoubleWord(int64_t index) const {
    return x86::qword_ptr(x86::rsp, static_cast<int32_t>(index * 8));
  }
  x86::Mem FieldOf(const x86::Gp& object, int64_t offset) const {
    return x86::qword_ptr(object, static_cast<int32_t>(offset - 1));
  }
  // The memory at an address of the VM; what is not within reach of four bytes goes through
  // scratch.
  x86::Mem MemoryAt(const void* address, uint32_t bytes);
  void MoveImmediate(const x86::Gp& target, int64_t value);
  void StoreImmediate(const x86::Mem& target, int64_t value);
  x86::Mem PoolConstant(int64_t bits);  // behind the code
  void CallStub(const uint8_t* stub) { a_.call(PoolConstant(reinterpret_cast<int64_t>(stub))); }

  const EmitRequest& request_;
  const RuntimeAddresses& addresses_;
  Graph& graph_;
  asmjit::CodeHolder holder_;
  asmjit::StringLogger logger_;
  x86::Assembler a_;
  std::unique_ptr<CompiledCode> code_;
  std::vector<asmjit::Label> block_labels_;
  std::deque<Outline> outlines_;
  struct Patch {
    ExitState* exit;
    asmjit::Label place;
    asmjit::Label stub;
  };
  std::vector<Patch> patches_;
  absl::flat_hash_map<int64_t, asmjit::Label> constants_;
  absl::flat_hash_map<const Node*, asmjit::Label> exits_;
  asmjit::Label epilogue_;
  asmjit::Label interpreted_;
  const Node* node_ = nullptr;  // at work
  const Node* last_ = nullptr;  // emitted in front of the one at work, in the same block
  size_t block_ = 0;            // index of the block being emitted
  int32_t machine_bytes_ = 0;   // that the prologue takes from the machine stack
  int32_t double_save_ = 0;     // number of the first machine word that allocations save to
  int32_t float_scratch_word_ = 0;
  int32_t save_words_ = 0;     // from the base: where allocations save registers, or 0
  int32_t saved_in_[16] = {};  // of the allocation at work: the word that a register is saved to
  int32_t largest_call_ = 0;   // words of arguments
};

}  // namespace som::jit::x64
