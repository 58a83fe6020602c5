// See well_known.h.
#include "vm/objects/well_known.h"

namespace som {

namespace {

constexpr uint64_t ImmortalHeader(uint32_t class_index, uint32_t hash_bits) {
  return Object::MakeHeader(class_index, Kind::kInstance, hash_bits) | Object::kOld |
         Object::kMarked;
}

}  // namespace

// Nothing runs for them, so nothing throws.
// NOLINTBEGIN(cert-err58-cpp)
constinit Object g_nil{ImmortalHeader(kNilClass, 1)};
constinit Object g_true{ImmortalHeader(kTrueClass, 2)};
constinit Object g_false{ImmortalHeader(kFalseClass, kImmortals)};
// NOLINTEND(cert-err58-cpp)

}  // namespace som
