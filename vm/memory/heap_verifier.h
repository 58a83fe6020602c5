// Checks the whole heap between collections: headers are sane, every pointer leads to an object,
// the remembered set is exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "vm/memory/nursery.h"
#include "vm/memory/old_space.h"
#include "vm/memory/remembered_set.h"
#include "vm/memory/roots.h"
#include "vm/objects/object.h"

namespace som {

class HeapVerifier final : public RootVisitor {
 public:
  // [eden_begin, eden_top): the part of eden that holds objects.
  HeapVerifier(const Nursery& nursery, char* eden_begin, char* eden_top, OldSpace& old_space,
               const RememberedSet& remembered, const uint32_t* field_counts);

  // Ends the process with a message on the first violation.
  void Run(const std::vector<RootProvider*>& providers);

  void VisitRange(Value* begin, Value* end) override;

 private:
  void CollectObjects();
  void CheckHeader(const Object* object, bool young);
  void CheckValues(Object* object);
  void CheckRemembered();
  void CheckPointer(const char* where, const Object* holder, Value value);
  [[noreturn]] void Report(const char* what, const char* where, const Object* holder,
                           const void* target) const;

  const Nursery& nursery_;
  char* const eden_begin_;
  char* const eden_top_;
  OldSpace& old_space_;
  const RememberedSet& remembered_;
  const uint32_t* const field_counts_;
  absl::flat_hash_set<const Object*> objects_;
  const char* root_kind_ = "root";
};

}  // namespace som
