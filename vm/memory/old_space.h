// Old space: objects that never move. Allocation, and sweeping of what a full collection left
// unmarked. Marking is mark.h's.
//
// Cells of 63 size classes, at most 12.5 % larger than the object, come from chunks of 256 KB; each
// chunk serves one class. Objects above kMaxCellBytes have an allocation of their own, with a card
// table behind them (LargeObject).
//
//   chunk:  | object | object | free run .......... | object | free run | object | tail |
//   free run:  header {cell count, kFreeKind}, link to the chunk's next run; both in its first cell
//
// Invariant: walking a chunk cell by cell finds at each step an object's or a run's header, once
// FormatBumpAreas() has closed the runs that allocation is using up.
#pragma once

#include <mimalloc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <thread>
#include <vector>

#include "vm/objects/object.h"

namespace som {

// Ends the process: the operating system refused `bytes` (0: not known how many), nothing can be
// collected to make up for it. Allocates nothing.
[[noreturn]] void FatalSystemMemory(size_t bytes);

// What precedes a large object. Its remembered part is kept by card, so that a store into an array
// of a million elements does not make the next collection scan all of them:
//
//   | object_bytes, capacity | object .................. | one byte for each 64 bytes of it |
struct LargeObject {
  static constexpr size_t kCardBytes = 64;

  size_t object_bytes;
  size_t capacity;  // bytes that were allocated for it, this header included

  Object* object() { return reinterpret_cast<Object*>(this + 1); }
  static LargeObject* Of(Object* object) { return reinterpret_cast<LargeObject*>(object) - 1; }
  size_t CardCount() const { return (object_bytes + kCardBytes - 1) / kCardBytes; }
  // 1: the card may hold pointers to young objects and is in the remembered set.
  uint8_t* cards() { return reinterpret_cast<uint8_t*>(object()) + object_bytes; }
  // What it needs, at most its capacity.
  size_t AllocationBytes() const { return sizeof(LargeObject) + object_bytes + CardCount(); }
};

class OldSpace {
 public:
  static constexpr size_t kMaxCellBytes = 8 << 10;
  static constexpr size_t kChunkBytes = 256 << 10;
  // The kind in the header of a free run; no object has it.
  static constexpr Kind kFreeKind = static_cast<Kind>(0xF);

  // Belongs to the thread that makes it, as a mimalloc heap does.
  OldSpace();
  ~OldSpace();
  OldSpace(const OldSpace&) = delete;
  OldSpace& operator=(const OldSpace&) = delete;

  // Room for an object of `bytes`, everything in it undefined. The caller stores a header that
  // includes FlagsFor(bytes). Never null, never collects; ends the process when the system has no
  // memory left.
  Object* Allocate(size_t bytes) {
    if (bytes > kMaxCellBytes) [[unlikely]] {
      return AllocateLarge(bytes, /*zeroed=*/false);
    }
    SizeClass& size_class = classes_[class_of_[bytes / kGranule]];
    if (size_class.bump == size_class.bump_end) [[unlikely]] {
      Refill(size_class);
    }
    char* cell = size_class.bump;
    size_class.bump = cell + size_class.cell_bytes;
    used_bytes_ += size_class.cell_bytes;
    return reinterpret_cast<Object*>(cell);
  }
  // The same, all bytes 0.
  Object* AllocateZeroed(size_t bytes);
  // The large object, whose values are on its first card, ends behind `bytes`, more than
  // kMaxCellBytes: the caller has seen to that. The memory of the rest goes back to the system.
  void Shrink(Object* object, size_t bytes);
  static uint64_t FlagsFor(size_t bytes) {
    return bytes > kMaxCellBytes ? Object::kOld | Object::kLarge : uint64_t{Object::kOld};
  }

  // Whether the system would give so much, spare memory included.
  bool CanProvide(size_t bytes);

  // Bytes of cells and large objects that are in use (dead ones included until the next sweep).
  size_t used_bytes() const { return used_bytes_; }
  // Bytes held from mimalloc.
  size_t footprint_bytes() const { return footprint_bytes_; }

  // After marking: frees every unmarked object, clears the marks of the others. What becomes free
  // is kept for reuse.
  void Sweep();
  // Gives free memory back to the system: what exceeds `expected_bytes`, up to which the space will
  // grow anyway before the next full collection.
  void ReturnMemory(size_t expected_bytes);

  // Makes every chunk walkable (class comment).
  void FormatBumpAreas();
  // Calls function(Object*) for every object, dead ones that were not yet swept included.
  template <typename Function>
  void ForEachObject(Function function) {
    FormatBumpAreas();
    for (SizeClass& size_class : classes_) {
      for (const Chunk& chunk : size_class.chunks) {
        char* const end = ChunkEnd(size_class, chunk);
        for (char* cell = chunk.begin; cell < end;) {
          Object* object = reinterpret_cast<Object*>(cell);
          if (object->kind() == kFreeKind) {
            cell += object->class_index() * size_class.cell_bytes;
          } else {
            function(object);
            cell += size_class.cell_bytes;
          }
        }
      }
    }
    for (LargeObject* large : large_) function(large->object());
  }

 private:
  struct FreeRun {
    uint64_t header;  // class index field: number of cells
    FreeRun* next;
  };
  struct Chunk {
    char* begin;
    FreeRun* runs;
    size_t free_cells;
  };
  // A dead large object kept for reuse.
  struct SpareLarge {
    LargeObject* memory;
    uint64_t sweep;  // that found it dead
  };
  struct alignas(64) SizeClass {
    uint32_t cell_bytes = 0;
    char* bump = nullptr;  // cells in [bump, bump_end) are handed out next
    char* bump_end = nullptr;
    size_t cursor = 0;  // chunks before this one have no runs left
    std::vector<Chunk> chunks;
  };
  static constexpr size_t kClassCount = 63;

  static size_t CellsIn(const SizeClass& size_class) { return kChunkBytes / size_class.cell_bytes; }
  static char* ChunkEnd(const SizeClass& size_class, const Chunk& chunk) {
    return chunk.begin + CellsIn(size_class) * size_class.cell_bytes;
  }
  static FreeRun* FormatRun(char* begin, const char* end, const SizeClass& size_class);
  void Refill(SizeClass& size_class);
  // Memory from mimalloc, for which spare memory is given up if need be. The second is never null.
  void* TryFromSystem(size_t bytes);
  void* FromSystem(size_t bytes);
  void MapLarge(char* memory, size_t bytes);
  // Frees spare large objects and chunks until `keep` bytes of them are left.
  void FreeSpare(size_t keep);
  Object* AllocateLarge(size_t bytes, bool zeroed);
  char* NewChunk();
  // Rebuilds the chunk's list of runs; answers the number of live cells.
  size_t SweepChunk(const SizeClass& size_class, Chunk& chunk);
  void SweepLarge();

  mi_heap_t* memory_;
  std::thread::id owner_;
  std::array<SizeClass, kClassCount> classes_;
  std::array<uint8_t, kMaxCellBytes / kGranule + 1> class_of_;  // by size in granules
  std::vector<LargeObject*> large_;
  bool huge_pages_are_dear_ = false;
  std::multimap<size_t, SpareLarge> spare_large_;  // by capacity
  uint64_t sweeps_ = 0;
  std::vector<char*> spare_chunks_;
  size_t used_bytes_ = 0;
  size_t footprint_bytes_ = 0;
  size_t highest_footprint_ = 0;  // since memory was last returned to the system
};

}  // namespace som
