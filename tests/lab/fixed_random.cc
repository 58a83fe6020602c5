// A library to preload (LD_PRELOAD) that makes the system's random numbers constant, for counting
// instructions. The allocator draws from them where it places its heap; the hash tables' probe
// sequences depend on those addresses, and with them the number of instructions of a run.

#include <dlfcn.h>
#include <sys/syscall.h>

#include <cstdarg>
#include <cstddef>
#include <cstring>

// Replaces the C library's function of this name: the allocator asks the kernel through it.
extern "C" long syscall(long number, ...) noexcept {
  constexpr int kArguments = 6;
  long arguments[kArguments];
  va_list list;
  va_start(list, number);
  for (long& argument : arguments) {
    argument = va_arg(list, long);
  }
  va_end(list);
  if (number == SYS_getrandom) {
    std::memset(reinterpret_cast<void*>(arguments[0]), 1, static_cast<std::size_t>(arguments[1]));
    return arguments[1];
  }
  using Function = long (*)(long, ...);
  static const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "syscall"));
  return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
              arguments[5]);
}
