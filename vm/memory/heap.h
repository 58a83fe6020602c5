// The heap's interface: allocation, write barrier, roots, statistics. The essay on how collection
// works is in docs/memory.md; nursery.h and old_space.h hold the spaces, scavenge.h and mark.h the
// phases, remembered_set.h what the barrier collects.
//
// Rules for C++ code: every function that takes Heap& or VM& and allocates may collect, and a
// collection moves young objects. A raw Object* or Value must not live across such a call, except
// in a slot of the value stack (primitives' arguments) or in a Handle (roots.h). Initialising
// stores into a fresh object need no barrier; all others go through Heap::Store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "vm/memory/gc_statistics.h"
#include "vm/memory/heap_options.h"
#include "vm/memory/roots.h"
#include "vm/objects/object.h"
#include "vm/objects/value.h"

namespace som {

// Is told of every object that a running program allocates: not of those that are made in old space
// for as long as the program lives.
class AllocationListener {
 public:
  virtual void Allocated(const Object* object, size_t bytes) = 0;

 protected:
  ~AllocationListener() = default;
};

// Is told of one allocation of many: see set_allocation_sampler.
class AllocationSampler {
 public:
  // An object is about to be allocated; `weight` bytes have been since the last call, it included.
  // The stack may be walked; nothing may be allocated.
  virtual void SampleAllocation(uint32_t class_index, size_t bytes, size_t weight) = 0;

 protected:
  ~AllocationSampler() = default;
};

// Belongs to the thread that constructs it.
class Heap {
 public:
  // What is larger is allocated in old space at once, and if eden is small, what would fill half of
  // it: see large_bytes().
  static constexpr size_t kLargeBytes = 128 << 10;

  explicit Heap(const HeapOptions& options);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // --- Allocation (SAFEPOINT: may collect) ---
  // `bytes` is a multiple of kGranule. The header is stored, the rest is uninitialised and must be
  // filled before the next allocation. Never answers null: when the limit is exceeded it still
  // succeeds from a reserve and raises out_of_memory(). Objects above large_bytes() come from old
  // space: after filling one with what may be young, call AfterFill.
  Object* Allocate(uint32_t class_index, Kind kind, size_t bytes) {
    char* object = top_;
    if (static_cast<size_t>(limit_ - object) < bytes || bytes > large_bytes_) [[unlikely]] {
      return AllocateSlow(class_index, kind, bytes);
    }
    top_ = object + bytes;
    Object* result = reinterpret_cast<Object*>(object);
    result->header = Object::MakeHeader(class_index, kind);
    return result;
  }
  // The same, but all bytes behind the header are 0: an Array of that kind is full of Integers 0.
  // What is large costs next to nothing before it is used, as fresh memory of the system is 0
  // anyway.
  Object* AllocateZeroed(uint32_t class_index, Kind kind, size_t bytes);
  // Straight into old space, for what lives as long as the program: classes, symbols, literals.
  // Does not collect. Young objects are put into it by Store, or followed by AfterFill.
  Object* AllocateOld(uint32_t class_index, Kind kind, size_t bytes);
  // The large object, whose values are in its first 64 bytes, ends behind `bytes`, which still is
  // large; it says so itself already. The memory of the rest goes back to the system at once.
  void ShrinkLarge(Object* object, size_t bytes);
  // Whether an object of that size could exist at all under the limit; ask before a size that a
  // program chose.
  bool CanAllocate(size_t bytes) const { return bytes <= large_bytes_ || CanAllocateLarge(bytes); }
  // The same for an Array of `length` elements, any number that is not negative.
  bool CanAllocateArray(int64_t length) const;

  // --- Write barrier ---
  // Stores `value` into a slot of `holder`, remembering the holder if it is old and the value
  // young.
  void Store(Object* holder, Value* slot, Value value) {
    *slot = value;
    if (IsYoung(value.AsObject()) && value.IsObject() && !IsYoung(holder) &&
        !holder->Has(Object::kRemembered)) [[unlikely]] {
      Remember(holder, slot);
    }
  }
  // After filling a fresh object that may be old (large): remembers it if it points to young ones.
  // Nothing to do for young ones.
  void AfterFill(Object* object);
  bool IsYoung(const Object* object) const {
    return reinterpret_cast<uintptr_t>(object) - young_begin_ < young_size_;
  }

  // --- Object sizes ---
  // The class table's column of instance field counts, indexed by class index: the address of a
  // pointer, as the column moves when it grows. Not owned. Set before the first collection.
  void set_field_counts(const uint32_t* const* field_counts) { field_counts_ = field_counts; }
  // Size in bytes, header included.
  size_t SizeOf(const Object* object) const { return ObjectBytes(object, *field_counts_); }

  // --- Collection ---
  void AddRoots(RootProvider* provider);  // not owned
  void CollectYoung();
  void CollectFull();
  // Stable over moves; never 0.
  uint32_t IdentityHash(Object* object);
  // Set when live objects exceed the limit even after a full collection; the interpreter turns it
  // into a SOM error at the next safepoint and clears it.
  bool out_of_memory() const { return out_of_memory_; }
  void ClearOutOfMemory() { out_of_memory_ = false; }
  // Called when out_of_memory() becomes true, so that the interpreter can arrange to notice. The
  // allocations of HeapOptions::fail_at are counted from here on.
  void set_out_of_memory_hook(void (*hook)(void*), void* argument);

  // --- Statistics ---
  using Statistics = CollectionCounters;
  Statistics statistics() const;
  // What old space holds from the system at the moment, spare memory included.
  size_t old_footprint_bytes() const;
  // The report of --gc-stats: text for people, or one JSON object.
  std::string StatisticsText() const;
  std::string StatisticsJson() const;

  // Null, or not owned. It hears of objects late, but before they move or die.
  void set_allocation_listener(AllocationListener* listener);
  // Tells the listener of all that it has not heard of yet.
  void ReportAllocations();

  // Null, or not owned. Every allocation of kSampleBytes is sampled, the first ones more often, and
  // each of a large object; under stress all are.
  static constexpr size_t kSampleBytes = size_t{512} << 10;
  void set_allocation_sampler(AllocationSampler* sampler);

  // Walks everything: every pointer leads to a valid object, headers are sane, the remembered set
  // is complete. Aborts with a message on a violation. Debug builds, stress runs and tests.
  void Verify();

  // Addresses for allocation inlined elsewhere, of at most large_bytes().
  size_t large_bytes() const { return large_bytes_; }
  char** top_address() { return &top_; }
  char** limit_address() { return &limit_; }
  // The young area, which never changes, for write barriers elsewhere.
  uintptr_t young_begin() const { return young_begin_; }
  size_t young_size() const { return young_size_; }

 private:
  struct State;  // spaces, remembered set, roots, statistics (heap.cc)
  [[gnu::noinline, gnu::cold]] Object* AllocateSlow(uint32_t class_index, Kind kind, size_t bytes);
  // Makes room in the accounts for a large object that comes next: may collect.
  void PrepareLarge(size_t bytes);
  Object* RegisterLarge(Object* object, uint32_t class_index, Kind kind, size_t bytes);
  // The allocation that has come by the limit for a sample. False: eden is full.
  bool SampleAtLimit(uint32_t class_index, size_t bytes);
  Object* AllocateStressed(uint32_t class_index, Kind kind, size_t bytes);
  bool CanAllocateLarge(size_t bytes) const;
  [[gnu::noinline, gnu::cold]] void Remember(Object* holder, Value* slot);
  // What an allocation that finds eden full does: a young collection, and a full one if old space
  // has grown enough.
  void CollectForAllocation();
  // Answers the bytes that survived.
  size_t Scavenge(bool promote_all);
  void SetThreshold();
  void CheckLimit(size_t wanted_bytes);
  void ReportExhaustion();
  // Counts an allocation of a heap that is to fail; the last one counted reports exhaustion.
  void CountDownToFailure();
  Object* AllocateCounted(uint32_t class_index, Kind kind, size_t bytes);
  // Where eden ends for allocation. While every allocation is to take the slow way, it is full.
  char* EdenLimit() const;
  bool ShouldVerify(bool full) const;

  char* top_ = nullptr;
  char* limit_ = nullptr;
  uintptr_t young_begin_ = 0;
  size_t young_size_ = 0;
  size_t large_bytes_ = kLargeBytes;
  bool out_of_memory_ = false;
  const uint32_t* const* field_counts_ = nullptr;
  std::unique_ptr<State> state_;
};

}  // namespace som
