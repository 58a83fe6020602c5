// Branches on comparisons themselves. The builder compares and then asks whether the result is
// true; in between, the Boolean would have to be made.
//
//   v7 = CompareInt less v3 v4                  v7 = CompareInt less v3 v4   (dead, if nobody asks)
//   BranchSame v7 true             becomes      BranchInt less v3 v4
#include "vm/jit/passes.h"
#include "vm/objects/well_known.h"

namespace som::jit {

void FoldBranches(Graph& graph) {
  for (Block* block : graph.blocks()) {
    Node* branch = block->terminator();
    if (branch == nullptr || branch->op != IrOp::kBranchSame) continue;
    const Node* boolean = branch->inputs[1];
    if (!boolean->IsConstant()) continue;
    const bool wanted = boolean->ConstantValue() == True();
    if (!wanted && boolean->ConstantValue() != False()) continue;
    const Node* compare = branch->inputs[0];
    auto condition = static_cast<IrCondition>(compare->imm);
    switch (compare->op) {
      case IrOp::kCompareInt:
      case IrOp::kCompareDouble:
        if (!wanted) condition = Negated(condition);
        branch->op = compare->op == IrOp::kCompareInt ? IrOp::kBranchInt : IrOp::kBranchDouble;
        branch->imm = static_cast<int64_t>(condition);
        break;
      case IrOp::kCompareSame:
        branch->op = IrOp::kBranchInt;
        if (!wanted) condition = Negated(condition);
        branch->imm = static_cast<int64_t>(condition);
        break;
      case IrOp::kStringsEqual:
        if (!compare->inputs[1]->IsConstant()) continue;
        branch->op = IrOp::kBranchText;
        branch->imm = static_cast<int64_t>(wanted ? IrCondition::kEqual : IrCondition::kNotEqual);
        break;
      default:
        continue;
    }
    branch->inputs.assign(compare->inputs.begin(), compare->inputs.end());
  }
}

}  // namespace som::jit
