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

#include "absl/types/span.h"

namespace som {

class Arena {
 public:
  template <typename T, typename... Arguments>
  T* New(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
  }

  template <typename T>
  absl::Span<T> Copy(absl::Span<const T> elements) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (elements.empty()) return {};
    // NOLINTNEXTLINE(bugprone-sizeof-expression): elements may well be pointers.
    const size_t size = sizeof(T) * elements.size();
    T* copied = static_cast<T*>(Allocate(size, alignof(T)));
    std::uninitialized_copy(elements.begin(), elements.end(), copied);
    return {copied, elements.size()};
  }

  std::string_view CopyText(std::string_view text) {
    if (text.empty()) return {};
    void* memory = Allocate(text.size(), 1);
    std::memcpy(memory, text.data(), text.size());
    return {static_cast<const char*>(memory), text.size()};
  }

 private:
  static constexpr size_t kChunkSize = size_t{8} << 10;

  void* Allocate(size_t size, size_t alignment) {
    size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (chunks_.empty() || start + size > capacity_) {
      capacity_ = std::max(kChunkSize, size);
      chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(capacity_));
      start = 0;
    }
    used_ = start + size;
    return chunks_.back().get() + start;
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  size_t used_ = 0;
  size_t capacity_ = 0;
};

}  // namespace som
