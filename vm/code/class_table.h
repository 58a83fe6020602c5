// Native class records and the table from class index to class.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compiler/compile.h"
#include "vm/code/method.h"
#include "vm/objects/object.h"
#include "vm/objects/well_known.h"
#include "vm/text/symbol_table.h"

namespace som {

class ClassProvider;

struct ClassInfo {
  uint32_t index = 0;
  SymbolId name = kNoSymbol;           // "Foo" or "Foo class"
  Value object;                        // the Class object; in old space
  ClassInfo* superclass = nullptr;     // null only for Object
  ClassInfo* metaclass = nullptr;      // class of this class: for a metaclass it is Metaclass
  ClassInfo* instance_side = nullptr;  // of a metaclass: the class it belongs to; otherwise null
  Kind instance_kind = Kind::kInstance;
  bool is_loaded = false;        // false: a system class whose source has not been read yet
  std::vector<SymbolId> fields;  // all instance variables, inherited first
  std::vector<std::unique_ptr<Method>> methods;  // own ones, in source order
  std::vector<std::unique_ptr<Method>>
      retired_methods;  // superseded by a deoptimised version; frames may still run them
  absl::flat_hash_map<SymbolId, Method*> dictionary;
  Value methods_array;  // what `methods` answers, once asked for; otherwise Int(0)
  std::shared_ptr<const ParsedClass> parsed;  // of both sides

  bool IsMetaclass() const { return instance_side != nullptr; }
  // Whether this is a class that the VM knows by its index, or the metaclass of one.
  bool IsSystemClass() const {
    return (IsMetaclass() ? instance_side->index : index) < kFirstFreeClass;
  }
  uint32_t FieldCount() const { return static_cast<uint32_t>(fields.size()); }
  // Words between the start of an instance and its first field.
  uint32_t FirstFieldWord() const { return instance_kind == Kind::kClass ? 2 : 1; }
  bool InheritsFrom(const ClassInfo* other) const;
};

class ClassTable : public RootProvider {
 public:
  ClassTable();

  // A new record with the next index.
  ClassInfo* Add();
  ClassInfo* At(uint32_t index) const { return classes_[index].get(); }
  ClassInfo* Of(Value v) const;
  size_t size() const { return classes_.size(); }
  // Who compiles the methods that are looked up; needed before the first look-up.
  void set_class_provider(ClassProvider* provider) { class_provider_ = provider; }
  // Must be called when a class's fields are known, before it has instances.
  void PublishFieldCount(const ClassInfo& info);
  // Field counts by class index, for the collector; the table moves when it grows, hence the double
  // indirection.
  const uint32_t* const* field_counts() const { return &field_counts_data_; }

  // The method that `selector` reaches in instances of `info`, or null. No cache. The method is
  // compiled if it is not yet, which may allocate in old space but does not collect.
  Method* Lookup(const ClassInfo* info, SymbolId selector) const;

  void VisitRoots(RootVisitor& visitor) override;
  void VisitOldRoots(RootVisitor& visitor) override;

 private:
  std::vector<std::unique_ptr<ClassInfo>> classes_;
  std::vector<uint32_t> field_counts_;
  const uint32_t* field_counts_data_ = nullptr;
  ClassProvider* class_provider_ = nullptr;
};

}  // namespace som
