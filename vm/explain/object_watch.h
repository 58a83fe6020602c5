// Objects of a recorded run: gives each a number that survives its being moved, and notes what is in
// it and when that changes. Nothing tells of stores, so objects that a step may have changed are looked
// at again behind it, and all of them every kSweepInterval steps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/explain/name_table.h"
#include "vm/explain/recording.h"
#include "vm/memory/roots.h"
#include "vm/objects/value.h"

namespace som {
class VM;
}

namespace som::explain {

class CodeWatch;

class ObjectWatch final : public RootProvider {
 public:
  static constexpr int32_t kSweepInterval = 512;
  // Of an Array or another long object, so many values are recorded.
  static constexpr int64_t kMostValues = 100;
  // Behind so many objects, new ones are named but not looked into.
  static constexpr size_t kMostObjects = 60000;

  ObjectWatch(VM& vm, Recording& recording, NameTable& names, CodeWatch& code);

  // The value's number; an object that is new is looked into, and what it refers to as well.
  Ref RefOf(Value value);
  // Notes what the objects have become; numbers that are no objects are ignored.
  void LookAgain(const std::vector<Ref>& refs);
  void LookAtAllAgain();
  // The activation that a closure's ^ returns from.
  void SetHome(Ref closure, int32_t activation);
  // The variable that the context keeps at `index`.
  void NameVariable(Ref context, int32_t index, const std::string& name);
  // Counts the times that objects have moved: bits of values from before mean nothing.
  uint32_t epoch() const { return epoch_; }
  // Lets go of all objects.
  void Release();

  void VisitRoots(RootVisitor& visitor) override;

 private:
  // What was seen of an object, to compare with.
  struct Seen {
    Value value;
    uint32_t epoch = 0;
    bool is_looked_into = false;
    std::vector<uint64_t> bits;
    std::vector<Ref> refs;
  };

  Ref AtomOf(Value value, const std::string& text);
  Ref NumberOf(Value value);
  RecordedObject Describe(Value value);
  int32_t FieldNamesOf(Value value);
  void LookIntoPending();
  void Look(int32_t number);

  VM& vm_;
  Recording& recording_;
  NameTable& names_;
  CodeWatch& code_;
  std::vector<Seen> seen_;
  absl::flat_hash_map<uint64_t, int32_t> numbers_;  // by the value's bits, as of numbers_epoch_
  uint32_t epoch_ = 1;
  uint32_t numbers_epoch_ = 1;
  absl::flat_hash_map<uint64_t, Ref> immediates_;
  absl::flat_hash_map<std::pair<int32_t, std::string>, Ref> atoms_;
  absl::flat_hash_map<uint32_t, int32_t> field_names_;  // by class index
  absl::flat_hash_map<std::pair<int32_t, int32_t>, bool> named_variables_;
  std::vector<int32_t> pending_;
};

}  // namespace som::explain
