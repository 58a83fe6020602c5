// Roots of the object graph: what the collector asks for them, and Handles for C++ code that keeps
// objects across a possible collection.
#pragma once

#include <cstddef>
#include <vector>

#include "vm/objects/value.h"

namespace som {

class RootVisitor {
 public:
  virtual ~RootVisitor() = default;
  // Every Value in [begin, end) is a root; the visitor may rewrite them.
  virtual void VisitRange(Value* begin, Value* end) = 0;
  void Visit(Value* slot) { VisitRange(slot, slot + 1); }
};

class RootProvider {
 public:
  virtual ~RootProvider() = default;
  // Roots that may refer to young objects: visited by every collection.
  virtual void VisitRoots(RootVisitor& visitor) = 0;
  // Roots that only ever refer to old objects (literals, class objects, selectors): visited by full
  // collections only.
  virtual void VisitOldRoots(RootVisitor&) {}
  // Called by a full collection after marking and before sweeping: drop weak references to unmarked
  // objects.
  virtual void SweepWeak() {}
};

// A list of values that is a root while it lives.
class HandleList {
 public:
  std::vector<Value> values;
};

// Keeps values alive and up to date for the life of the scope:   HandleScope scope(vm.handles());
// Handle h(scope, value);
class HandleScope {
 public:
  explicit HandleScope(HandleList& list) : list_(list), size_(list.values.size()) {}
  ~HandleScope() { list_.values.resize(size_); }
  HandleScope(const HandleScope&) = delete;
  HandleScope& operator=(const HandleScope&) = delete;
  HandleList& list() { return list_; }

 private:
  HandleList& list_;
  size_t size_;
};

class Handle {
 public:
  Handle(HandleScope& scope, Value value) : list_(scope.list()), index_(list_.values.size()) {
    list_.values.push_back(value);
  }
  Value get() const { return list_.values[index_]; }
  void set(Value value) { list_.values[index_] = value; }

 private:
  HandleList& list_;
  size_t index_;
};

}  // namespace som
