#include "vm/memory/old_space.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "vm/memory/poison.h"
#include "vm/support/output.h"

namespace som {

namespace {

// Spare chunks kept for reuse at least. Fresh memory costs a page fault for every 4 KB.
constexpr size_t kMinSpareBytes = size_t{16} << 20;
// A spare large object serves for one that leaves at most this part of it unused.
constexpr size_t kSpareSlackDivisor = 4;
// Large objects up to this size get room in steps of a 128th of their power of two, so that one
// that is a little longer than the last, as a string that grows is, fits in where an earlier one
// was.
constexpr size_t kMostRounded = size_t{16} << 20;
constexpr size_t kStepsPerPower = 128;
// Memory goes back to the system when the footprint fell by a quarter of its peak, and by this
// much.
constexpr size_t kReturnStepBytes = size_t{8} << 20;

// While it lives, mimalloc hands freed memory to the system at once. By default it waits, and then
// for its next occasion, which a program that has calmed down may never provide. The spare chunks
// are reserve enough; others keep mimalloc's default.
class EagerReturn {
 public:
  EagerReturn() {
    mi_option_set(mi_option_decommit_delay, 0);
    mi_option_set(mi_option_segment_decommit_delay, 0);
  }
  ~EagerReturn() {
    mi_option_set(mi_option_decommit_delay, decommit_delay_);
    mi_option_set(mi_option_segment_decommit_delay, segment_delay_);
  }
  EagerReturn(const EagerReturn&) = delete;
  EagerReturn& operator=(const EagerReturn&) = delete;

 private:
  long decommit_delay_ = mi_option_get(mi_option_decommit_delay);
  long segment_delay_ = mi_option_get(mi_option_segment_decommit_delay);
};

// Of a dead large object, which is poisoned.
void FreeDead(LargeObject* large, size_t capacity) {
  Unpoison(reinterpret_cast<char*>(large), reinterpret_cast<char*>(large) + capacity);
  mi_free(large);
}

// Fresh memory costs a page fault for every page that is touched, unless it is asked for at once.
// Huge pages cost less still where the system has them at hand, but many times as much where it has
// to make them, which only trying tells.
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kPage = 4096;
constexpr std::chrono::microseconds kDearHugePage{1000};  // 250 as a rule; 500 in small pages

size_t RoundedCapacity(size_t bytes) {
  if (bytes > kMostRounded) return bytes;
  const size_t step = std::bit_floor(bytes) / kStepsPerPower;
  return (bytes + step - 1) / step * step;
}

// What is going to be written soon. The system may refuse: then the pages come one by one.
void MapPages(const char* begin, size_t bytes) {
  const uintptr_t first = reinterpret_cast<uintptr_t>(begin) & ~(kPage - 1);
  const uintptr_t last = reinterpret_cast<uintptr_t>(begin) + bytes;
#ifdef MADV_POPULATE_WRITE
  madvise(reinterpret_cast<void*>(first), last - first, MADV_POPULATE_WRITE);
#endif
}

// Of this thread.
std::chrono::nanoseconds ProcessorTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// The whole pages in [begin, end) are 0 from now on, and memory of the system only when they are
// touched again.
void DropPages(const char* begin, const char* end) {
  const uintptr_t first = (reinterpret_cast<uintptr_t>(begin) + kPage - 1) & ~(kPage - 1);
  const uintptr_t last = reinterpret_cast<uintptr_t>(end) & ~(kPage - 1);
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

// Of memory that is fresh from the system as a rule. Touches what the pages at both ends share with
// others and leaves the rest to the system.
void ZeroFresh(char* begin, char* end) {
  constexpr ptrdiff_t kEdge = kPage;
  if (end - begin <= 2 * kEdge) {
    std::memset(begin, 0, static_cast<size_t>(end - begin));
    return;
  }
  std::memset(begin, 0, kEdge);
  DropPages(begin, end);
  std::memset(end - kEdge, 0, kEdge);
}

}  // namespace

void FatalSystemMemory(size_t bytes) {
  FlushOut();
  if (bytes == 0) {
    std::fputs("som: the system has no memory left\n", stderr);
  } else {
    std::fprintf(stderr, "som: the system has no memory left (%zu bytes refused)\n", bytes);
  }
  std::fflush(nullptr);
  std::_Exit(EXIT_FAILURE);
}

OldSpace::OldSpace() : memory_(mi_heap_new()), owner_(std::this_thread::get_id()) {
  if (memory_ == nullptr) FatalSystemMemory(kChunkBytes);
  // Multiples of 8 up to 128; from there eight steps to each power of two.
  size_t bytes = 2 * kGranule;
  size_t step = kGranule;
  size_t granules = 0;
  for (size_t i = 0; i < kClassCount; ++i) {
    classes_[i].cell_bytes = static_cast<uint32_t>(bytes);
    for (; granules * kGranule <= bytes; ++granules) class_of_[granules] = static_cast<uint8_t>(i);
    if (bytes >= 16 * step) step *= 2;
    bytes += step;
  }
}

OldSpace::~OldSpace() {
  for (SizeClass& size_class : classes_) {
    for (const Chunk& chunk : size_class.chunks) spare_chunks_.push_back(chunk.begin);
  }
  for (char* chunk : spare_chunks_) {
    Unpoison(chunk, chunk + kChunkBytes);
    mi_free(chunk);
  }
  for (LargeObject* large : large_) mi_free(large);
  for (const auto& [capacity, spare] : spare_large_) FreeDead(spare.memory, capacity);
  if (owner_ == std::this_thread::get_id()) mi_heap_delete(memory_);
}

OldSpace::FreeRun* OldSpace::FormatRun(char* begin, const char* end, const SizeClass& size_class) {
  const size_t cells = static_cast<size_t>(end - begin) / size_class.cell_bytes;
  FreeRun* run = reinterpret_cast<FreeRun*>(begin);
  run->header = Object::MakeHeader(static_cast<uint32_t>(cells), kFreeKind);
  return run;
}

void OldSpace::FormatBumpAreas() {
  for (SizeClass& size_class : classes_) {
    if (size_class.bump != size_class.bump_end) {
      FormatRun(size_class.bump, size_class.bump_end, size_class);
    }
  }
}

void OldSpace::Refill(SizeClass& size_class) {
  for (; size_class.cursor < size_class.chunks.size(); ++size_class.cursor) {
    Chunk& chunk = size_class.chunks[size_class.cursor];
    if (chunk.runs == nullptr) continue;
    FreeRun* run = chunk.runs;
    chunk.runs = run->next;
    const size_t cells = reinterpret_cast<Object*>(run)->class_index();
    size_class.bump = reinterpret_cast<char*>(run);
    size_class.bump_end = size_class.bump + cells * size_class.cell_bytes;
    Unpoison(size_class.bump, size_class.bump_end);
    return;
  }
  size_class.chunks.push_back({NewChunk(), nullptr, 0});
  size_class.cursor = size_class.chunks.size();
  const Chunk& chunk = size_class.chunks.back();
  size_class.bump = chunk.begin;
  size_class.bump_end = ChunkEnd(size_class, chunk);
  Unpoison(size_class.bump, size_class.bump_end);
}

char* OldSpace::NewChunk() {
  if (!spare_chunks_.empty()) {
    char* chunk = spare_chunks_.back();
    spare_chunks_.pop_back();
    return chunk;
  }
  if (owner_ != std::this_thread::get_id()) {
    std::fputs("som: the heap was used from a thread that does not own it\n", stderr);
    std::abort();
  }
  char* chunk = static_cast<char*>(FromSystem(kChunkBytes));
  footprint_bytes_ += kChunkBytes;
  highest_footprint_ = std::max(highest_footprint_, footprint_bytes_);
  return chunk;
}

void* OldSpace::TryFromSystem(size_t bytes) {
  const size_t alignment = bytes >= kHugePage ? kHugePage : sizeof(LargeObject);
  void* memory = mi_heap_malloc_aligned(memory_, bytes, alignment);
  if (memory != nullptr) return memory;
  // What is kept for reuse may be what is missing.
  FreeSpare(0);
  mi_heap_collect(memory_, true);
  return mi_heap_malloc_aligned(memory_, bytes, alignment);
}

void* OldSpace::FromSystem(size_t bytes) {
  void* memory = TryFromSystem(bytes);
  if (memory == nullptr) FatalSystemMemory(bytes);
  return memory;
}

void OldSpace::MapLarge(char* memory, size_t bytes) {
  if (bytes < kHugePage || huge_pages_are_dear_) {
    MapPages(memory, bytes);
    return;
  }
  madvise(memory, bytes & ~(kHugePage - 1), MADV_HUGEPAGE);
  const std::chrono::nanoseconds begin = ProcessorTime();
  MapPages(memory, bytes);
  huge_pages_are_dear_ = ProcessorTime() - begin > kDearHugePage * (bytes / kHugePage);
}

bool OldSpace::CanProvide(size_t bytes) {
  void* probe = TryFromSystem(bytes);
  mi_free(probe);
  return probe != nullptr;
}

Object* OldSpace::AllocateZeroed(size_t bytes) {
  if (bytes > kMaxCellBytes) return AllocateLarge(bytes, /*zeroed=*/true);
  Object* object = Allocate(bytes);
  std::memset(object, 0, bytes);
  return object;
}

Object* OldSpace::AllocateLarge(size_t bytes, bool zeroed) {
  LargeObject shape{bytes, 0};
  LargeObject* large = nullptr;
  auto spare = spare_large_.lower_bound(shape.AllocationBytes());
  if (spare != spare_large_.end() &&
      spare->first <= shape.AllocationBytes() + shape.AllocationBytes() / kSpareSlackDivisor) {
    large = spare->second.memory;
    shape.capacity = spare->first;
    spare_large_.erase(spare);
    Unpoison(reinterpret_cast<char*>(large), reinterpret_cast<char*>(large) + shape.capacity);
    *large = shape;
    if (zeroed) std::memset(static_cast<void*>(large->object()), 0, bytes);
    std::memset(large->cards(), 0, large->CardCount());
  } else {
    shape.capacity = RoundedCapacity(shape.AllocationBytes());
    char* const memory = static_cast<char*>(FromSystem(shape.capacity));
    footprint_bytes_ += shape.capacity;
    highest_footprint_ = std::max(highest_footprint_, footprint_bytes_);
    if (zeroed) ZeroFresh(memory, memory + shape.capacity);
    MapLarge(memory, shape.capacity);
    large = reinterpret_cast<LargeObject*>(memory);
    *large = shape;
    if (!zeroed) std::memset(large->cards(), 0, large->CardCount());
  }
  large_.push_back(large);
  used_bytes_ += bytes;
  return large->object();
}

void OldSpace::Shrink(Object* object, size_t bytes) {
  LargeObject* large = LargeObject::Of(object);
  const uint8_t first_card = large->cards()[0];
  used_bytes_ -= large->object_bytes - bytes;
  large->object_bytes = bytes;
  std::memset(large->cards(), 0, large->CardCount());
  large->cards()[0] = first_card;  // the remembered set may have it
  DropPages(reinterpret_cast<char*>(large) + large->AllocationBytes(),
            reinterpret_cast<char*>(large) + large->capacity);
}

size_t OldSpace::SweepChunk(const SizeClass& size_class, Chunk& chunk) {
  const size_t cell_bytes = size_class.cell_bytes;
  char* const end = ChunkEnd(size_class, chunk);
  FreeRun* first = nullptr;
  FreeRun* last = nullptr;
  size_t live_cells = 0;
  char* cell = chunk.begin;
  while (cell < end) {
    Object* object = reinterpret_cast<Object*>(cell);
    if (object->Has(Object::kMarked)) {
      object->Clear(Object::kMarked);
      ++live_cells;
      cell += cell_bytes;
      continue;
    }
    char* const run_begin = cell;
    do {
      cell += object->kind() == kFreeKind ? object->class_index() * cell_bytes : cell_bytes;
      object = reinterpret_cast<Object*>(cell);
    } while (cell < end && !object->Has(Object::kMarked));
    Poison(run_begin + sizeof(FreeRun), cell);
    FreeRun* run = FormatRun(run_begin, cell, size_class);
    if (last == nullptr) {
      first = run;
    } else {
      last->next = run;
    }
    last = run;
  }
  if (last != nullptr) last->next = nullptr;
  chunk.runs = first;
  chunk.free_cells = CellsIn(size_class) - live_cells;
  return live_cells;
}

void OldSpace::SweepLarge() {
  ++sweeps_;
  size_t kept = 0;
  for (LargeObject* large : large_) {
    if (large->object()->Has(Object::kMarked)) {
      large->object()->Clear(Object::kMarked);
      used_bytes_ += large->object_bytes;
      large_[kept++] = large;
    } else {
      char* const begin = reinterpret_cast<char*>(large);
      spare_large_.emplace(large->capacity, SpareLarge{large, sweeps_});
      Poison(begin, begin + large->capacity);
    }
  }
  large_.resize(kept);
}

void OldSpace::Sweep() {
  FormatBumpAreas();
  used_bytes_ = 0;
  for (SizeClass& size_class : classes_) {
    size_class.bump = size_class.bump_end = nullptr;
    size_class.cursor = 0;
    size_t kept = 0;
    for (Chunk& chunk : size_class.chunks) {
      const size_t live_cells = SweepChunk(size_class, chunk);
      if (live_cells == 0) {
        spare_chunks_.push_back(chunk.begin);
        continue;
      }
      used_bytes_ += live_cells * size_class.cell_bytes;
      size_class.chunks[kept++] = chunk;
    }
    size_class.chunks.resize(kept);
    // The fullest chunks are filled up first: sparse ones get a chance to become free.
    std::sort(size_class.chunks.begin(), size_class.chunks.end(),
              [](const Chunk& a, const Chunk& b) { return a.free_cells < b.free_cells; });
  }
  SweepLarge();
}

void OldSpace::FreeSpare(size_t keep) {
  const EagerReturn eager_return;
  size_t spare_bytes = spare_chunks_.size() * kChunkBytes;
  for (const auto& [capacity, spare] : spare_large_) spare_bytes += capacity;
  if (spare_bytes > keep) {
    // Those first that nobody has asked for since the last collection, as what a program allocates
    // now is like what has just died; of these the largest, which fit least often.
    std::vector<std::multimap<size_t, SpareLarge>::iterator> order;
    order.reserve(spare_large_.size());
    for (auto it = spare_large_.begin(); it != spare_large_.end(); ++it) order.push_back(it);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a->second.sweep != b->second.sweep ? a->second.sweep < b->second.sweep
                                                : a->first > b->first;
    });
    for (const auto& it : order) {
      if (spare_bytes <= keep) break;
      spare_bytes -= it->first;
      footprint_bytes_ -= it->first;
      FreeDead(it->second.memory, it->first);
      spare_large_.erase(it);
    }
  }
  while (spare_bytes > keep && !spare_chunks_.empty()) {
    spare_bytes -= kChunkBytes;
    char* chunk = spare_chunks_.back();
    spare_chunks_.pop_back();
    Unpoison(chunk, chunk + kChunkBytes);
    mi_free(chunk);
    footprint_bytes_ -= kChunkBytes;
  }
}

void OldSpace::ReturnMemory(size_t expected_bytes) {
  const size_t expected_growth = expected_bytes - std::min(expected_bytes, used_bytes_);
  FreeSpare(std::max(kMinSpareBytes, expected_growth));
  const size_t lasting = std::max(footprint_bytes_, expected_bytes);
  const size_t fallen = highest_footprint_ - std::min(highest_footprint_, lasting);
  if (fallen >= kReturnStepBytes && fallen >= highest_footprint_ / 4) {
    const EagerReturn eager_return;
    mi_heap_collect(memory_, true);
    highest_footprint_ = footprint_bytes_;
  }
}

}  // namespace som
