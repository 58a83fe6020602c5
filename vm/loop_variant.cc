// See loop_variant.h.
#include "vm/loop_variant.h"

namespace som {

uint32_t DescriptionOffset(const Method& method, const CodeUnit* ip) { return static_cast<uint32_t>(ip - method.code); }

}  // namespace som
