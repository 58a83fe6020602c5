// Memory for the nodes of one syntax tree: allocated by bumping a pointer, freed all at once.
// Destructors do not run, so only trivially destructible things may live here.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/types/span.h"

namespace som {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  template <typename T, typename... Arguments>
  T* New(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate<alignof(T)>(sizeof(T))) T{std::forward<Arguments>(arguments)...};
  }

  template <typename T>
  absl::Span<T> Copy(absl::Span<const T> elements) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (elements.empty()) return {};
    // NOLINTNEXTLINE(bugprone-sizeof-expression): elements may well be pointers.
    const size_t size = sizeof(T) * elements.size();
    T* copied = static_cast<T*>(Allocate<alignof(T)>(size));
    std::uninitialized_copy(elements.begin(), elements.end(), copied);
    return {copied, elements.size()};
  }

  std::string_view CopyText(std::string_view text) {
    if (text.empty()) return {};
    void* memory = Allocate<1>(text.size());
    std::memcpy(memory, text.data(), text.size());
    return {static_cast<const char*>(memory), text.size()};
  }

 private:
  static constexpr size_t kChunkSize = size_t{8} << 10;

  // Every start of a program parses the system classes: what usually happens is a few instructions.
  template <size_t alignment>
  ABSL_ATTRIBUTE_ALWAYS_INLINE void* Allocate(size_t size) {
    const size_t padding = -reinterpret_cast<uintptr_t>(next_) & (alignment - 1);
    if (static_cast<size_t>(end_ - next_) < size + padding) return AllocateInNewChunk(size);
    std::byte* start = next_ + padding;
    next_ = start + size;
    return start;
  }

  ABSL_ATTRIBUTE_NOINLINE void* AllocateInNewChunk(size_t size) {
    const size_t capacity = std::max(kChunkSize, size);
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(capacity));
    std::byte* start = chunks_.back().get();
    next_ = start + size;
    end_ = start + capacity;
    return start;
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
};

}  // namespace som
