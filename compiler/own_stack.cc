// See own_stack.h. A thread, of which only one runs at a time: sanitizers and debuggers know those,
// other ways to change stacks have to be explained to each of them.
#include "compiler/own_stack.h"

#include <pthread.h>
#include <sys/mman.h>

namespace som {

namespace {

constexpr size_t kGuardBytes = 4096;

struct Start {
  absl::FunctionRef<void(const char*)> body;
  const char* lowest;
};

}  // namespace

bool RunOnOwnStack(size_t bytes, absl::FunctionRef<void(const char* lowest)> body) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return false;
  if (mprotect(memory, kGuardBytes, PROT_NONE) != 0) {
    munmap(memory, bytes);
    return false;
  }
  Start start{body, static_cast<const char*>(memory) + kGuardBytes};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, memory, bytes);
  pthread_t thread;
  const int failed = pthread_create(
      &thread, &attributes,
      [](void* raw) -> void* {
        const auto* s = static_cast<const Start*>(raw);
        s->body(s->lowest);
        return nullptr;
      },
      &start);
  if (failed == 0) pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  munmap(memory, bytes);
  return failed == 0;
}

}  // namespace som
