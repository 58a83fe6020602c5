// See object_shape.h.
#include "vm/jit/object_shape.h"

#include "vm/code/method.h"
#include "vm/objects/object.h"

namespace som::jit {

bool IsSmallAllocation(const Node& node) {
  if (!node.Has(ir_effect::kAllocates)) return false;
  if (node.op != IrOp::kNewArray) return true;
  // Behind a check that always fails a constant may be anything.
  if (!node.inputs[0]->IsConstant() || !node.inputs[0]->ConstantValue().IsInt()) return false;
  const int64_t length = node.inputs[0]->ConstantValue().AsInt();
  return length >= 0 && length <= kShortArray;
}

ObjectShape ShapeOf(const Node& node) {
  const auto class_index = static_cast<uint32_t>(node.imm);
  const size_t count = node.inputs.size();
  switch (node.op) {
    case IrOp::kNewInstance:
      return {InstanceBytes(count), Object::MakeHeader(class_index, Kind::kInstance)};
    case IrOp::kNewContext:
      return {ContextBytes(count - 1), Object::MakeHeader(kNoClass, Kind::kContext)};
    case IrOp::kNewArray: {
      const int64_t length = node.inputs[0]->ConstantValue().AsInt();
      return {ArrayBytes(static_cast<size_t>(length)),
              Object::MakeHeader(class_index, Kind::kArray)};
    }
    default: {
      const auto* site = static_cast<const BlockSite*>(node.data);
      return {BlockBytes(site->copied_count),
              Object::MakeHeader(site->code->closure_class, Kind::kBlock)};
    }
  }
}

}  // namespace som::jit
