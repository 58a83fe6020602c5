// Names of the object kinds. Sizes and value ranges are inline in object.h: the collector's inner
// loops need them.
#include "vm/objects/object.h"

namespace som {

const char* KindName(Kind kind) {
  switch (kind) {
#define SOM_KIND(name, sentence) \
  case Kind::k##name:            \
    return #name;
#include "vm/objects/kinds.def"
  }
  return "?";
}

}  // namespace som
