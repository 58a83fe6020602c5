// When to collect, and how the phases follow each other.
#include "vm/memory/heap.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "vm/memory/heap_verifier.h"
#include "vm/memory/mark.h"
#include "vm/memory/nursery.h"
#include "vm/memory/old_space.h"
#include "vm/memory/poison.h"
#include "vm/memory/remembered_set.h"
#include "vm/memory/scavenge.h"
#include "vm/objects/well_known.h"

namespace som {

namespace {

constexpr size_t kMinEdenBytes = size_t{64} << 10;
// Under a limit, eden takes at most this part of it.
constexpr size_t kLimitPerEden = 8;
// Old space is collected when it has grown by this factor over what was live, but not below
// kMinThresholdBytes.
constexpr size_t kGrowthFactor = 2;
constexpr size_t kMinThresholdBytes = size_t{32} << 20;
// A heap close to its limit may still grow by this part between full collections, lest it do
// nothing but collect.
constexpr size_t kLimitSlackDivisor = 32;
// Under stress, one of so many collections is a full one; a big heap gets one more young one for
// each so many bytes of it, lest the time go into marking.
constexpr uint64_t kStressFullInterval = 64;
constexpr uint64_t kStressBytesPerYoung = 4096;
// The first interval between samples of allocations; it grows, so that short programs have samples,
// too.
constexpr size_t kFirstSampleInterval = 1024;
constexpr size_t kSampleGrowth = 256;  // by this part of itself with each sample
// Capacity of the mark stack that is kept between collections.
constexpr size_t kKeptMarkStack = 64 << 10;
// Requests from here on are tried out with the system allocator before they are granted.
constexpr size_t kProbeBytes = size_t{64} << 20;
#ifdef SOM_DEBUG
// Debug builds verify after one of so many young collections even if not asked to.
constexpr uint64_t kDebugVerifyInterval = 16;
#endif

HeapOptions Normalized(HeapOptions options) {
  if (options.limit_bytes != 0) {
    options.nursery_bytes = std::min(options.nursery_bytes, options.limit_bytes / kLimitPerEden);
  }
  options.nursery_bytes = std::bit_floor(std::max(options.nursery_bytes, kMinEdenBytes));
  return options;
}

// No program gets an object above half of the machine's memory.
size_t LargestObjectBytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  return static_cast<size_t>(pages) * static_cast<size_t>(page_bytes) / 2;
}

class Stopwatch {
 public:
  uint64_t Nanoseconds() const {
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                     std::chrono::steady_clock::now() - start_)
                                     .count());
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

struct Heap::State {
  explicit State(const HeapOptions& given)
      : options(Normalized(given)),
        nursery(options.nursery_bytes, options.age),
        eden_sizer(options.nursery_bytes),
        age_policy(options.age) {
    // What old space may hold: a tiny limit still leaves the larger part of it to old objects.
    old_limit =
        options.limit_bytes == 0 ? 0 : options.limit_bytes - options.limit_bytes / kLimitPerEden;
    eden_start = reported_end = sampled_end = nursery.begin();
  }

  const HeapOptions options;
  Nursery nursery;
  EdenSizer eden_sizer;
  AgePolicy age_policy;
  OldSpace old_space;
  RememberedSet remembered;
  ScavengeBuffers scavenge_buffers;
  std::vector<Object*> mark_stack;
  std::vector<RootProvider*> providers;
  CollectionCounters counters;
  PauseStatistics pauses;

  char* eden_start;    // objects of eden lie in [eden_start, top_)
  char* reported_end;  // objects of eden below it are known to the listener
  AllocationListener* listener = nullptr;
  AllocationSampler* sampler = nullptr;
  char* sampled_end;           // objects of eden below it are part of a sample's weight
  size_t unsampled_bytes = 0;  // in front of them: of allocations before a collection
  size_t sample_interval = kFirstSampleInterval;
  size_t sample_wait = kFirstSampleInterval;  // bytes until the next sample: the interval, varied
  std::minstd_rand sample_random;
  size_t old_limit;                       // 0: none
  size_t threshold = kMinThresholdBytes;  // of old space: a full collection is due
  // What old space held in front of the last two full collections: programs go up and down.
  size_t needed_last = 0;
  size_t needed_before = 0;
  uint64_t stress_countdown = 0;
  uint64_t allocations_until_failure = 0;  // 0: none is to fail any more
  uint64_t stress_young_collections = 0;   // since the last full one
  uint32_t last_hash = kImmortals;
  void (*out_of_memory_hook)(void*) = nullptr;
  void* hook_argument = nullptr;

  // Of the part of eden that is used until the next collection.
  char* EdenEnd() const { return eden_start + eden_sizer.bytes(); }

  void NotePeak() {
    counters.peak_bytes =
        std::max<uint64_t>(counters.peak_bytes, nursery.size() + old_space.footprint_bytes());
  }
};

Heap::Heap(const HeapOptions& options) : state_(std::make_unique<State>(options)) {
  State& state = *state_;
  top_ = state.nursery.begin();
  young_begin_ = reinterpret_cast<uintptr_t>(state.nursery.begin());
  young_size_ = state.nursery.size();
  large_bytes_ = std::min(kLargeBytes, state.options.nursery_bytes / 2);
  state.stress_countdown = state.options.stress_interval;
  limit_ = EdenLimit();
  SetThreshold();
}

Heap::~Heap() = default;

void Heap::AddRoots(RootProvider* provider) { state_->providers.push_back(provider); }

void Heap::set_out_of_memory_hook(void (*hook)(void*), void* argument) {
  state_->out_of_memory_hook = hook;
  state_->hook_argument = argument;
  state_->allocations_until_failure = state_->options.fail_at;
  if (state_->allocations_until_failure != 0) limit_ = top_;
}

// --- Allocation ---

Object* Heap::AllocateSlow(uint32_t class_index, Kind kind, size_t bytes) {
  if (bytes > large_bytes_) {
    PrepareLarge(bytes);
    return RegisterLarge(state_->old_space.Allocate(bytes), class_index, kind, bytes);
  }
  if (state_->allocations_until_failure != 0) return AllocateCounted(class_index, kind, bytes);
  if (state_->options.stress_interval != 0) return AllocateStressed(class_index, kind, bytes);
  if (!SampleAtLimit(class_index, bytes)) CollectForAllocation();
  return Allocate(class_index, kind, bytes);
}

// While allocations are counted every one comes here, as limit_ is kept at top_.
Object* Heap::AllocateCounted(uint32_t class_index, Kind kind, size_t bytes) {
  CountDownToFailure();
  if (state_->options.stress_interval != 0) return AllocateStressed(class_index, kind, bytes);
  if (static_cast<size_t>(state_->EdenEnd() - top_) < bytes) CollectForAllocation();
  Object* object = reinterpret_cast<Object*>(top_);
  top_ += bytes;
  limit_ = EdenLimit();
  object->header = Object::MakeHeader(class_index, kind);
  return object;
}

void Heap::CountDownToFailure() {
  if (--state_->allocations_until_failure != 0) return;
  limit_ = EdenLimit();
  ReportExhaustion();
}

char* Heap::EdenLimit() const {
  const State& state = *state_;
  if (state.options.stress_interval != 0 || state.allocations_until_failure != 0) return top_;
  char* end = state.EdenEnd();
  if (state.sampler == nullptr) return end;
  const size_t wait = state.sample_wait - std::min(state.sample_wait, state.unsampled_bytes);
  return static_cast<size_t>(end - state.sampled_end) > wait
             ? std::max(top_, state.sampled_end + wait)
             : end;
}

bool Heap::SampleAtLimit(uint32_t class_index, size_t bytes) {
  State& state = *state_;
  if (state.sampler == nullptr || static_cast<size_t>(state.EdenEnd() - top_) < bytes) return false;
  const size_t weight =
      state.unsampled_bytes + static_cast<size_t>(top_ - state.sampled_end) + bytes;
  state.sampler->SampleAllocation(class_index, bytes, weight);
  state.unsampled_bytes = 0;
  state.sampled_end = top_ + bytes;
  state.sample_interval =
      std::min(state.sample_interval + state.sample_interval / kSampleGrowth, kSampleBytes);
  // Lest a loop that allocates in step with the samples show the same object each time.
  state.sample_wait = state.sample_interval / 2 + state.sample_random() % state.sample_interval;
  limit_ = EdenLimit();
  return true;
}

void Heap::set_allocation_sampler(AllocationSampler* sampler) {
  state_->sampler = sampler;
  state_->sampled_end = top_;
  limit_ = EdenLimit();
}

// Under stress every allocation comes here, as limit_ is kept at top_. Eden is used up before it is
// used again, so that a stale pointer leads to poisoned memory, not to a newer object.
Object* Heap::AllocateStressed(uint32_t class_index, Kind kind, size_t bytes) {
  State& state = *state_;
  const bool full_eden = static_cast<size_t>(state.nursery.eden_end() - top_) < bytes;
  if (--state.stress_countdown == 0 || full_eden) {
    state.stress_countdown = state.options.stress_interval;
    const uint64_t interval =
        kStressFullInterval + state.old_space.used_bytes() / kStressBytesPerYoung;
    if (++state.stress_young_collections >= interval) {
      state.stress_young_collections = 0;
      CollectFull();
    } else {
      CollectForAllocation();
    }
    if (full_eden) top_ = state.eden_start = state.reported_end = state.nursery.begin();
  }
  if (state.sampler != nullptr) state.sampler->SampleAllocation(class_index, bytes, bytes);
  Object* object = reinterpret_cast<Object*>(top_);
  Unpoison(top_, top_ + bytes);
  top_ += bytes;
  limit_ = top_;
  object->header = Object::MakeHeader(class_index, kind);
  return object;
}

void Heap::PrepareLarge(size_t bytes) {
  State& state = *state_;
  if (state.allocations_until_failure != 0) [[unlikely]]
    CountDownToFailure();
  if (state.old_space.used_bytes() + bytes <= state.threshold) return;
  CollectFull();
  CheckLimit(bytes);
}

Object* Heap::RegisterLarge(Object* object, uint32_t class_index, Kind kind, size_t bytes) {
  State& state = *state_;
  object->header = Object::MakeHeader(class_index, kind) | OldSpace::FlagsFor(bytes);
  state.counters.allocated_bytes += bytes;
  if (state.sampler != nullptr) state.sampler->SampleAllocation(class_index, bytes, bytes);
  if (state.listener != nullptr) state.listener->Allocated(object, bytes);
  state.NotePeak();
  return object;
}

Object* Heap::AllocateZeroed(uint32_t class_index, Kind kind, size_t bytes) {
  if (bytes > large_bytes_) {
    PrepareLarge(bytes);
    return RegisterLarge(state_->old_space.AllocateZeroed(bytes), class_index, kind, bytes);
  }
  Object* object = Allocate(class_index, kind, bytes);
  std::memset(object + 1, 0, bytes - sizeof(Object));
  return object;
}

Object* Heap::AllocateOld(uint32_t class_index, Kind kind, size_t bytes) {
  if (state_->allocations_until_failure != 0) [[unlikely]]
    CountDownToFailure();
  Object* object = state_->old_space.Allocate(bytes);
  object->header = Object::MakeHeader(class_index, kind) | OldSpace::FlagsFor(bytes);
  return object;
}

void Heap::ShrinkLarge(Object* object, size_t bytes) { state_->old_space.Shrink(object, bytes); }

bool Heap::CanAllocateLarge(size_t bytes) const {
  if (bytes > LargestObjectBytes()) return false;
  if (state_->allocations_until_failure == 1) return false;
  if (state_->old_limit != 0 && bytes > state_->old_limit) return false;
  if (bytes < kProbeBytes) return true;
  return state_->old_space.CanProvide(bytes);
}

bool Heap::CanAllocateArray(int64_t length) const {
  constexpr int64_t kMaxLength = int64_t{1} << 48;  // ArrayBytes of more might overflow
  return length <= kMaxLength && CanAllocate(ArrayBytes(static_cast<size_t>(length)));
}

// --- Barrier ---

void Heap::Remember(Object* holder, Value* slot) { state_->remembered.Add(holder, slot); }

void Heap::AfterFill(Object* object) {
  if (IsYoung(object)) return;
  const ValueRange values = ObjectValues(object, *field_counts_);
  for (Value* slot = values.begin; slot < values.end; ++slot) {
    if (IsYoung(slot->AsObject()) && slot->IsObject()) Remember(object, slot);
  }
}

uint32_t Heap::IdentityHash(Object* object) {
  uint32_t hash = object->hash_bits();
  if (hash != 0) return hash;
  // One after the other: objects that are hashed together stay together in tables, and no two
  // have the same before the bits run out.
  hash = ++state_->last_hash & static_cast<uint32_t>(Object::kHashMask);
  if (hash == 0) hash = ++state_->last_hash & static_cast<uint32_t>(Object::kHashMask);
  object->header |= uint64_t{hash} << Object::kHashShift;
  return hash;
}

// --- Collection ---

void Heap::CollectForAllocation() {
  CollectYoung();
  if (state_->old_space.used_bytes() > state_->threshold) {
    CollectFull();
    CheckLimit(0);
  }
}

size_t Heap::Scavenge(bool promote_all) {
  State& state = *state_;
  ReportAllocations();
  state.counters.allocated_bytes += static_cast<uint64_t>(top_ - state.eden_start);
  const size_t survivor_bytes = state.nursery.survivor_bytes();
  Scavenger scavenger(state.nursery, state.old_space, state.remembered, state.scavenge_buffers,
                      *field_counts_, promote_all);
  scavenger.Run(state.providers);
  state.counters.promoted_bytes += scavenger.promoted_bytes();
  state.eden_sizer.Adapt(scavenger.copied_bytes());
  state.age_policy.Adapt(survivor_bytes, scavenger.aged_bytes());
  if (state.options.stress_interval != 0) {
    Poison(state.eden_start, top_);
    state.eden_start = top_;
  } else {
    PoisonForReuse(state.eden_start, top_);
    state.unsampled_bytes += static_cast<size_t>(top_ - state.sampled_end);
    top_ = state.sampled_end = state.eden_start;
  }
  limit_ = EdenLimit();
  state.reported_end = state.eden_start;
  state.NotePeak();
  return scavenger.copied_bytes();
}

void Heap::CollectYoung() {
  State& state = *state_;
  const Stopwatch stopwatch;
  const size_t before =
      static_cast<size_t>(top_ - state.eden_start) + state.nursery.survivor_bytes();
  state.counters.scavenged_bytes += before;
  state.counters.copied_bytes += Scavenge(state.age_policy.PromotesAll());
  const uint64_t nanoseconds = stopwatch.Nanoseconds();
  ++state.counters.young_collections;
  state.counters.collection_nanoseconds += nanoseconds;
  state.pauses.young.Add(nanoseconds);
  if (state.options.log) {
    std::fprintf(stderr, "%s\n",
                 FormatCollection("young", state.counters.young_collections, before,
                                  state.nursery.survivor_bytes(), nanoseconds)
                     .c_str());
  }
  if (ShouldVerify(/*full=*/false)) Verify();
}

void Heap::CollectFull() {
  State& state = *state_;
  const Stopwatch stopwatch;
  const size_t before = static_cast<size_t>(top_ - state.eden_start) +
                        state.nursery.survivor_bytes() + state.old_space.used_bytes();
  Scavenge(/*promote_all=*/true);
  Marker(*field_counts_, state.mark_stack).Run(state.providers);
  if (state.mark_stack.capacity() > kKeptMarkStack) std::vector<Object*>().swap(state.mark_stack);
  for (RootProvider* provider : state.providers) provider->SweepWeak();
  const size_t needed = state.old_space.used_bytes();
  state.old_space.Sweep();
  SetThreshold();
  state.old_space.ReturnMemory(
      std::max({state.threshold, needed, state.needed_last, state.needed_before}));
  state.needed_before = std::exchange(state.needed_last, needed);
  const uint64_t nanoseconds = stopwatch.Nanoseconds();
  ++state.counters.full_collections;
  state.counters.collection_nanoseconds += nanoseconds;
  state.counters.live_bytes = state.old_space.used_bytes();
  state.pauses.full.Add(nanoseconds);
  if (state.options.log) {
    std::fprintf(stderr, "%s\n",
                 FormatCollection("full", state.counters.full_collections, before,
                                  state.old_space.used_bytes(), nanoseconds)
                     .c_str());
  }
  if (ShouldVerify(/*full=*/true)) Verify();
}

void Heap::SetThreshold() {
  State& state = *state_;
  const size_t live = state.old_space.used_bytes();
  state.threshold = std::max(live * kGrowthFactor, kMinThresholdBytes);
  if (state.old_limit != 0) {
    state.threshold = std::min(state.threshold, state.old_limit);
    state.threshold = std::max(state.threshold, live + state.old_limit / kLimitSlackDivisor);
  }
}

void Heap::CheckLimit(size_t wanted_bytes) {
  State& state = *state_;
  if (state.old_limit == 0 || out_of_memory_) return;
  if (state.old_space.used_bytes() + wanted_bytes > state.old_limit) ReportExhaustion();
}

void Heap::ReportExhaustion() {
  out_of_memory_ = true;
  if (state_->out_of_memory_hook != nullptr) state_->out_of_memory_hook(state_->hook_argument);
}

// --- Reports ---

bool Heap::ShouldVerify([[maybe_unused]] bool full) const {
#ifdef SOM_DEBUG
  if (full || state_->counters.young_collections % kDebugVerifyInterval == 0) return true;
#endif
  return state_->options.verify;
}

void Heap::Verify() {
  State& state = *state_;
  HeapVerifier(state.nursery, state.eden_start, top_, state.old_space, state.remembered,
               *field_counts_)
      .Run(state.providers);
}

void Heap::set_allocation_listener(AllocationListener* listener) { state_->listener = listener; }

void Heap::ReportAllocations() {
  State& state = *state_;
  if (state.listener != nullptr) {
    for (char* next = state.reported_end; next < top_;) {
      const Object* object = reinterpret_cast<Object*>(next);
      const size_t bytes = SizeOf(object);
      state.listener->Allocated(object, bytes);
      next += bytes;
    }
  }
  state.reported_end = top_;
}

Heap::Statistics Heap::statistics() const {
  Statistics result = state_->counters;
  result.allocated_bytes += static_cast<uint64_t>(top_ - state_->eden_start);
  result.peak_bytes =
      std::max<uint64_t>(result.peak_bytes, young_size_ + state_->old_space.footprint_bytes());
  return result;
}

size_t Heap::old_footprint_bytes() const { return state_->old_space.footprint_bytes(); }

std::string Heap::StatisticsText() const { return FormatStatistics(statistics(), state_->pauses); }

std::string Heap::StatisticsJson() const {
  return FormatStatisticsJson(statistics(), state_->pauses);
}

}  // namespace som
