// See well_known.h.
#include "vm/objects/well_known.h"

namespace som {

Object g_nil{Object::MakeHeader(kNilClass, Kind::kInstance) | Object::kOld | Object::kMarked};
Object g_true{Object::MakeHeader(kTrueClass, Kind::kInstance) | Object::kOld | Object::kMarked};
Object g_false{Object::MakeHeader(kFalseClass, Kind::kInstance) | Object::kOld | Object::kMarked};

}  // namespace som
