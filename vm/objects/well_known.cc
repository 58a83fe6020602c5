// See well_known.h.
#include "vm/objects/well_known.h"

namespace som {

// Nothing runs for them, so nothing throws.
// NOLINTBEGIN(cert-err58-cpp)
constinit Object g_nil{Object::MakeHeader(kNilClass, Kind::kInstance) | Object::kOld |
                       Object::kMarked};
constinit Object g_true{Object::MakeHeader(kTrueClass, Kind::kInstance) | Object::kOld |
                        Object::kMarked};
constinit Object g_false{Object::MakeHeader(kFalseClass, Kind::kInstance) | Object::kOld |
                         Object::kMarked};
// NOLINTEND(cert-err58-cpp)

}  // namespace som
