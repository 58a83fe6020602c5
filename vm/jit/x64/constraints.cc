// See constraints.h.
#include "vm/jit/x64/constraints.h"

#include "vm/jit/x64/abi.h"

namespace som::jit::x64 {

namespace {

constexpr uint32_t kAllLate = ~0U;

}  // namespace

NodeConstraints ConstraintsOf(const Node& node) {
  NodeConstraints result;
  result.has_result = node.rep != IrRep::kNone;
  auto all = [&](NodeConstraints::Use use) { result.inputs.assign(node.inputs.size(), use); };
  if (node.Has(ir_effect::kCalls)) {
    all(NodeConstraints::Use::kAny);
    result.destroys_all = true;
    return result;
  }
  if (node.Has(ir_effect::kAllocates)) {
    all(NodeConstraints::Use::kAny);
    result.late_inputs = kAllLate;
    return result;
  }
  all(NodeConstraints::Use::kRegister);
  switch (node.op) {
    case IrOp::kDivideInt:
    case IrOp::kModuloInt:
    case IrOp::kRemainderInt:
      result.late_inputs = kAllLate;
      result.destroys = {kRax | kRdx, 0};
      break;
    case IrOp::kShiftLeftInt:
    case IrOp::kShiftRightInt:
      if (node.MayExit() || !node.inputs[1]->IsConstant()) result.late_inputs = kAllLate;
      if (!node.inputs[1]->IsConstant()) result.destroys = {kRcx, 0};
      break;
    case IrOp::kMinInt:
    case IrOp::kMaxInt:
    case IrOp::kAbsInt:
    case IrOp::kToDouble:
    case IrOp::kSelect:
    case IrOp::kStringsEqual:
    case IrOp::kLoadCharacter:
    case IrOp::kStoreField:
    case IrOp::kStoreElement:
      result.late_inputs = kAllLate;
      break;
    case IrOp::kAddInt:
    case IrOp::kSubtractInt:
      result.late_inputs = 2;
      result.restores_first = true;
      break;
    case IrOp::kMultiplyInt:
    case IrOp::kAndInt:
    case IrOp::kOrInt:
    case IrOp::kXorInt:
    case IrOp::kAddDouble:
    case IrOp::kSubtractDouble:
    case IrOp::kMultiplyDouble:
    case IrOp::kDivideDouble:
      result.late_inputs = 2;
      break;
    case IrOp::kHasOwnNilProtocol:
    case IrOp::kLoadClass:
      // Plain functions that neither collect nor run SOM code.
      all(NodeConstraints::Use::kAny);
      result.destroys_all = true;
      break;
    case IrOp::kReturn:
      all(NodeConstraints::Use::kAny);
      break;
    default:
      break;
  }
  return result;
}

}  // namespace som::jit::x64
