// The table of primitives: from class name, side and selector to function, with the properties the
// interpreter needs. Its rows are primitives/register.h's; the VM names no single primitive except
// through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "vm/code/method.h"

namespace som {

// What a primitive touches outside of the heap.
enum class Outside : uint8_t {
#define SOM_OUTSIDE(name, permitted, what) k##name,
#include "vm/code/outside.def"
};

// Whether a program in the sandbox may call primitives that touch it.
bool IsPermittedInSandbox(Outside outside);
// "reads files that the program names" and the like, for messages.
std::string_view DescriptionOf(Outside outside);

struct PrimitiveEntry {
  PrimitiveFunction function = nullptr;
  Intrinsic intrinsic = Intrinsic::kNone;
  Outside outside = Outside::kNothing;
};

class PrimitiveTable {
 public:
  enum class Side : uint8_t { kInstance, kClass };
  struct Row {
    std::string_view class_name;
    Side side;
    std::string_view selector;
    PrimitiveEntry entry;
  };

  // `rows` must live as long as the table.
  explicit PrimitiveTable(absl::Span<const Row> rows);

  // Null if there is none.
  const PrimitiveEntry* Find(std::string_view class_name, Side side,
                             std::string_view selector) const;
  size_t size() const { return rows_.size(); }
  absl::Span<const Row> rows() const { return rows_; }

 private:
  absl::Span<const Row> rows_;
  // A hash table with linear probing: the number of a row counted from 1, or 0.
  std::vector<uint16_t> slots_;
};

}  // namespace som
