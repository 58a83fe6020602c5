// Makes memory that holds no object unusable, so that a stale pointer is noticed: address-sanitizer
// builds trap on any access, debug builds fill the memory with a pattern that is no valid header or
// value, release builds do nothing.
#pragma once

#include <cstddef>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#define SOM_POISON_BY_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SOM_POISON_BY_SANITIZER 1
#endif
#endif

#ifdef SOM_POISON_BY_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace som {

// A word of these bytes has the tag of an object pointer (to an address no system maps) and, as a
// header, the kind of nothing.
constexpr int kPoisonByte = 0xFD;

// [begin, end) holds no object from now on.
inline void Poison([[maybe_unused]] char* begin, [[maybe_unused]] char* end) {
#if defined(SOM_POISON_BY_SANITIZER)
  ASAN_POISON_MEMORY_REGION(begin, static_cast<size_t>(end - begin));
#elif defined(SOM_DEBUG)
  std::memset(begin, kPoisonByte, static_cast<size_t>(end - begin));
#endif
}

// [begin, end) may be written again.
inline void Unpoison([[maybe_unused]] char* begin, [[maybe_unused]] char* end) {
#ifdef SOM_POISON_BY_SANITIZER
  ASAN_UNPOISON_MEMORY_REGION(begin, static_cast<size_t>(end - begin));
#endif
}

// The part of an area that inlined allocation will fill: it must stay writable, so the sanitizer
// leaves it alone.
inline void PoisonForReuse([[maybe_unused]] char* begin, [[maybe_unused]] char* end) {
#ifdef SOM_DEBUG
  std::memset(begin, kPoisonByte, static_cast<size_t>(end - begin));
#endif
}

}  // namespace som
