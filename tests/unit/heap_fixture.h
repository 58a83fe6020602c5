// A heap with roots under the test's control. Class index i has i fields, so that tests need no
// class table.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

#include "vm/memory/heap.h"
#include "vm/memory/roots.h"
#include "vm/objects/object.h"

namespace som {

class TestRoots : public RootProvider {
 public:
  std::vector<Value> values;
  std::vector<Value> old_values;
  std::function<void()> sweep_weak;
  int visits_each = 1;  // how often each root slot is visited

  void VisitRoots(RootVisitor& visitor) override {
    for (int i = 0; i < visits_each; ++i) {
      visitor.VisitRange(values.data(), values.data() + values.size());
    }
  }
  void VisitOldRoots(RootVisitor& visitor) override {
    visitor.VisitRange(old_values.data(), old_values.data() + old_values.size());
  }
  void SweepWeak() override {
    if (sweep_weak) sweep_weak();
  }
};

class TestHeap {
 public:
  static constexpr uint32_t kArrayClass = 0;
  static constexpr size_t kClasses = 64;

  explicit TestHeap(HeapOptions options = SmallOptions()) : heap(options) {
    for (uint32_t i = 0; i < kClasses; ++i) counts_[i] = i;
    heap.set_field_counts(&counts_data_);
    heap.AddRoots(&roots);
  }

  static HeapOptions SmallOptions() {
    HeapOptions options;
    options.nursery_bytes = 64 << 10;
    options.verify = true;
    return options;
  }

  // All fields are set to 0.
  Instance* NewInstance(uint32_t fields) {
    auto* object =
        static_cast<Instance*>(heap.Allocate(fields, Kind::kInstance, InstanceBytes(fields)));
    for (uint32_t i = 0; i < fields; ++i) object->fields[i] = Value::Int(0);
    return object;
  }
  Array* NewArray(int64_t length) {
    auto* array = static_cast<Array*>(
        heap.Allocate(kArrayClass, Kind::kArray, ArrayBytes(static_cast<size_t>(length))));
    array->length = Value::Int(length);
    for (int64_t i = 0; i < length; ++i) array->elements[i] = Value::Int(0);
    return array;
  }
  Instance* NewOldInstance(uint32_t fields) {
    auto* object =
        static_cast<Instance*>(heap.AllocateOld(fields, Kind::kInstance, InstanceBytes(fields)));
    for (uint32_t i = 0; i < fields; ++i) object->fields[i] = Value::Int(0);
    return object;
  }
  String* NewString(std::string_view text) {
    auto* string =
        static_cast<String*>(heap.Allocate(kArrayClass, Kind::kString, StringBytes(text.size())));
    string->byte_length = static_cast<uint32_t>(text.size());
    string->char_length = string->byte_length;
    string->hash = 0;
    string->symbol_index = 0;
    std::memcpy(string->bytes, text.data(), text.size());
    return string;
  }

  Value Root(size_t index) const { return roots.values[index]; }
  Instance* RootInstance(size_t index) const { return As<Instance>(roots.values[index]); }

 private:
  std::array<uint32_t, kClasses> counts_;
  const uint32_t* counts_data_ = counts_.data();

 public:
  Heap heap;
  TestRoots roots;
};

}  // namespace som
