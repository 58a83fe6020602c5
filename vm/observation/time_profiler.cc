// See time_profiler.h. The timer runs on the thread's processor time, which the system looks at
// when its own clock ticks: on most systems each four milliseconds. A timer that is more exact
// would cost interrupts of its own; the weights of the samples make up for it.
#include "vm/observation/time_profiler.h"

#include <sys/time.h>
#include <ucontext.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "vm/vm.h"

namespace som {

namespace {

constexpr long kIntervalNanoseconds = 1000000;

VM* sampled_vm = nullptr;
timer_t timer;
struct sigaction previous_action;
volatile sig_atomic_t is_due = 0;
// Where the thread was when the signal came that the sample is taken for.
volatile uintptr_t interrupted_at = 0;

int64_t ThreadNanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

// Asks again where a request got lost as other code was just writing the same words.
void OnTimer(int /*signal*/, siginfo_t* /*info*/, [[maybe_unused]] void* context) {
  if (sampled_vm == nullptr) return;
#if defined(__x86_64__) && defined(__linux__)
  if (is_due == 0)
    interrupted_at =
        static_cast<uintptr_t>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#endif
  is_due = 1;
  sampled_vm->RequestSafepoint();
}

}  // namespace

TimeProfiler::TimeProfiler(VM& vm) : vm_(vm), last_nanoseconds_(ThreadNanoseconds()) {
  sampled_vm = &vm;
  vm.set_sampler(this);
  struct sigaction action{};
  action.sa_sigaction = OnTimer;
  action.sa_flags = SA_RESTART | SA_SIGINFO;
  sigaction(SIGPROF, &action, &previous_action);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGPROF;
  has_timer_ = timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) == 0;
  const itimerspec each{{0, kIntervalNanoseconds}, {0, kIntervalNanoseconds}};
  if (!has_timer_ || timer_settime(timer, 0, &each, nullptr) != 0) error_ = std::strerror(errno);
}

TimeProfiler::~TimeProfiler() { Stop(); }

void TimeProfiler::Stop() {
  if (sampled_vm == nullptr) return;
  if (has_timer_) timer_delete(timer);
  sampled_vm = nullptr;
  vm_.set_sampler(nullptr);
  // A signal that is on its way yet must not end the process.
  if (previous_action.sa_handler == SIG_DFL) previous_action.sa_handler = SIG_IGN;
  sigaction(SIGPROF, &previous_action, nullptr);
}

void TimeProfiler::Safepoint(VM& vm) {
  if (is_due == 0) return;
  const int64_t now = ThreadNanoseconds();
  const auto weight = static_cast<double>(now - last_nanoseconds_);
  last_nanoseconds_ = now;
  interrupted_.clear();
  bool replaces = false;
  if (vm.tier() != nullptr)
    replaces = vm.tier()->AppendActivationsAt(interrupted_at, vm.base, &interrupted_);
  is_due = 0;
  tree_.Add(vm, nullptr, weight, 1, interrupted_.empty() ? nullptr : &interrupted_, replaces);
}

}  // namespace som
