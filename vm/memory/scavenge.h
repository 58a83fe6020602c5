// The young collection: copies what is reachable in the nursery, to the empty survivor space or to
// old space, and leaves forwarding addresses behind. Cheney's algorithm in the survivor space, a
// work list for what was promoted; nothing is recursive.
#pragma once

#include <cstddef>
#include <vector>

#include "vm/memory/nursery.h"
#include "vm/memory/old_space.h"
#include "vm/memory/remembered_set.h"
#include "vm/memory/roots.h"
#include "vm/objects/object.h"

namespace som {

// Buffers that keep their capacity from one collection to the next.
struct ScavengeBuffers {
  std::vector<Object*> promoted;  // copied to old space, not scanned yet
  std::vector<Object*> holders;
  std::vector<RememberedSet::Card> cards;
};

class Scavenger final : public RootVisitor {
 public:
  // With `promote_all` no object stays young.
  Scavenger(Nursery& nursery, OldSpace& old_space, RememberedSet& remembered,
            ScavengeBuffers& buffers, const uint32_t* field_counts, bool promote_all);

  // Afterwards eden holds no object, the survivor spaces are exchanged, and the remembered set is
  // exact again.
  void Run(const std::vector<RootProvider*>& providers);

  size_t copied_bytes() const { return copied_bytes_; }  // promoted ones included
  size_t promoted_bytes() const { return promoted_bytes_; }

  size_t aged_bytes() const { return aged_bytes_; }  // copied from the survivor space

  void VisitRange(Value* begin, Value* end) override;

 private:
  void ForwardRange(Value* begin, Value* end) {
    for (Value* slot = begin; slot < end; ++slot) Forward(slot);
  }
  // Answers whether the slot now points to a young object.
  bool Forward(Value* slot);
  Object* Evacuate(Object* object);
  // Forwards the values in [begin, end) of an old object and remembers it again for those that are
  // still young.
  void ScanOld(Object* holder, Value* begin, Value* end);
  void ScanRemembered();
  void Drain();

  Nursery& nursery_;
  OldSpace& old_space_;
  RememberedSet& remembered_;
  ScavengeBuffers& buffers_;
  const uint32_t* const field_counts_;
  const bool promote_all_;
  char* scan_;  // survivors below are scanned
  char* free_;  // where the next survivor goes
  size_t copied_bytes_ = 0;
  size_t promoted_bytes_ = 0;
  size_t aged_bytes_ = 0;
};

}  // namespace som
