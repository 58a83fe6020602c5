// The settings of the heap.
#pragma once

#include <cstddef>
#include <cstdint>

namespace som {

struct HeapOptions {
  size_t nursery_bytes = size_t{4} << 20;  // eden; a power of two, 64 KB at least
  size_t limit_bytes = 0;                  // 0: no limit
  uint32_t stress_interval = 0;            // collect at every N-th allocation; 0: off
  uint64_t fail_at = 0;  // the N-th allocation of a VM reports that the limit is reached; 0: off
  bool verify = false;   // walk the whole heap after each collection
  bool log = false;      // a line on stderr for each collection
  bool age = true;       // survivors are copied once within the nursery before they are promoted
};

}  // namespace som
