// The policy of inline caches: filling, promotion from monomorphic to polymorphic to megamorphic,
// and quickening of send sites. Layout and states are in send_site.h. (Inline caches: Deutsch and
// Schiffman 1984; polymorphic ones: Hölzle, Chambers and Ungar 1991; quickening: Brunthaler 2010.)
#pragma once

#include "compiler/bytecode.h"
#include "vm/code/method.h"
#include "vm/code/send_site.h"
#include "vm/objects/value.h"

namespace som {

class VM;

// The method that the site's selector reaches in `class_index`, through and into the caches that
// the options allow. Null if it is not understood.
Method* FindThroughCache(VM& vm, SendSite& site, uint32_t class_index);
// The method a super send of code in `holder` reaches; bound to the site. Null if it is not
// understood.
Method* FindSuper(VM& vm, SendSite& site, const ClassInfo* holder);

// Rewrites the send at `ip` of `running` for the target and operands it just met. `arguments`
// points to the receiver.
void QuickenSend(VM& vm, Method* running, CodeUnit* ip, SendSite& site, Method* target,
                 const Value* arguments);

// Whether it is a send that was quickened for a closure: then the site's payload is the code of the
// first one.
bool EvaluatesBlock(Opcode opcode);

// Empties every cache and takes back every quickening of a selector-dependent kind: after a class
// was loaded that changes what an assumption rested on, or a method was replaced.
void FlushCaches(VM& vm);

}  // namespace som
