// See refused_memory.h.
#include "vm/cli/refused_memory.h"

#include <gmp.h>

#include <cstddef>
#include <cstdlib>
#include <new>

#include "vm/memory/old_space.h"
#include "vm/memory/poison.h"

namespace som {

namespace {

void* Allocate(size_t bytes) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) FatalSystemMemory(bytes);
  return memory;
}

void* Reallocate(void* number, size_t, size_t bytes) {
  void* memory = std::realloc(number, bytes);
  if (memory == nullptr) FatalSystemMemory(bytes);
  return memory;
}

}  // namespace

void EndProcessWhereNumbersAreRefusedMemory() {
  mp_set_memory_functions(Allocate, Reallocate, /*free=*/nullptr);
}

}  // namespace som

// mimalloc's operator new aborts: compiled as C, it knows of no handler that could be set. The
// sanitizers have operators of their own, which check that they are used together.
#ifndef SOM_POISON_BY_SANITIZER
void* operator new(size_t bytes) { return som::Allocate(bytes); }
void* operator new[](size_t bytes) { return som::Allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
#endif
