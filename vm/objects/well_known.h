// What well_known.def expands to: fixed class indexes, and the immortal objects nil, true and
// false, which live in static storage so that handlers compare with constant addresses.
#pragma once

#include <cstdint>

#include "vm/objects/object.h"
#include "vm/objects/value.h"

namespace som {

enum WellKnownClass : uint32_t {
  kNoClass = 0,
#define SOM_CLASS(name, superclass, kind) k##name##Class,
#include "vm/objects/well_known.def"
  kFirstFreeClass,
};

// nil, true, false: instances without fields. They are never moved, freed or written to: all
// machines of the process share them, so their identity hashes, 1 to kImmortals, are given. A heap
// draws those of other objects behind these.
inline constexpr uint32_t kImmortals = 3;
extern Object g_nil;
extern Object g_true;
extern Object g_false;

inline Value Nil() { return Value::FromObject(&g_nil); }
inline Value True() { return Value::FromObject(&g_true); }
inline Value False() { return Value::FromObject(&g_false); }
inline Value Bool(bool b) { return b ? True() : False(); }

// Class index of any value: the header's for objects, Integer's or Double's for immediates.
inline uint32_t ClassIndexOf(Value v) {
  if (v.IsObject()) [[likely]] {
    return v.AsObject()->class_index();
  }
  return v.IsInt() ? kIntegerClass : kDoubleClass;
}

}  // namespace som
