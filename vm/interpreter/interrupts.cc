// See interrupts.h.
#include "vm/interpreter/interrupts.h"

#include <sys/time.h>
#include <unistd.h>

#include <cmath>
#include <csignal>

#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

namespace {

// A request may get lost where other code is just writing the same words: it is repeated until it
// has been noticed.
constexpr suseconds_t kRepeatMicroseconds = 10000;
// A program that notices nothing for so many repetitions waits for input, or is in one long
// primitive.
constexpr int kPatience = 50;
// Where such a program is waited for: how often the user has to ask until it is ended all the same.
constexpr int kInsistence = 3;

VM* interrupted_vm = nullptr;
volatile sig_atomic_t repetitions = 0;
volatile sig_atomic_t is_user = 0;
volatile sig_atomic_t is_termination = 0;
volatile sig_atomic_t user_requests = 0;
volatile sig_atomic_t waits = 0;
struct sigaction previous_interrupt;
struct sigaction previous_alarm;
struct sigaction previous_termination;

void SetTimer(double seconds) {
  itimerval timer{};
  if (seconds > 0) {
    double whole = 0;
    timer.it_value.tv_usec = static_cast<suseconds_t>(std::modf(seconds, &whole) * 1e6);
    timer.it_value.tv_sec = static_cast<time_t>(whole);
    timer.it_interval.tv_usec = kRepeatMicroseconds;
  }
  setitimer(ITIMER_REAL, &timer, nullptr);
}

void OnSignal(int signal) {
  if (interrupted_vm == nullptr || interrupted_vm->unwind.kind == UnwindState::Kind::kExit) return;
  if (signal == SIGINT) user_requests = user_requests + 1;
  if ((signal == SIGINT || signal == SIGTERM) && is_user + is_termination == 0)
    SetTimer(kRepeatMicroseconds / 1e6);
  if (signal == SIGINT) is_user = 1;
  if (signal == SIGTERM) is_termination = 1;
  Interrupt reason = Interrupt::kTimeout;
  if (is_user != 0) reason = Interrupt::kUser;
  if (is_termination != 0) reason = Interrupt::kTermination;
  interrupted_vm->RequestInterrupt(reason);
  repetitions = repetitions + 1;
  const bool is_over =
      waits != 0 && is_termination == 0 ? user_requests >= kInsistence : repetitions > kPatience;
  if (is_over) {
    FlushOut();
    _exit(StatusOf(reason));
  }
}

}  // namespace

InterruptGuard::InterruptGuard(VM& vm, double seconds, Deaf deaf) {
  interrupted_vm = &vm;
  repetitions = 0;
  is_user = 0;
  is_termination = 0;
  user_requests = 0;
  waits = deaf == Deaf::kWaits ? 1 : 0;
  struct sigaction action{};
  action.sa_handler = OnSignal;
  // Without SA_RESTART a signal breaks off reading, and the program notices.
  action.sa_flags = deaf == Deaf::kWaits ? 0 : SA_RESTART;
  sigaction(SIGALRM, &action, &previous_alarm);
  sigaction(SIGTERM, &action, &previous_termination);
  sigaction(SIGINT, &action, &previous_interrupt);
  // Programs in the background are to ignore Ctrl-C, and what is protected by nohup or trap the
  // rest.
  if (previous_termination.sa_handler == SIG_IGN)
    sigaction(SIGTERM, &previous_termination, nullptr);
  if (previous_interrupt.sa_handler == SIG_IGN) sigaction(SIGINT, &previous_interrupt, nullptr);
  if (seconds > 0) SetTimer(seconds);
}

InterruptGuard::~InterruptGuard() {
  SetTimer(0);
  sigaction(SIGINT, &previous_interrupt, nullptr);
  sigaction(SIGALRM, &previous_alarm, nullptr);
  sigaction(SIGTERM, &previous_termination, nullptr);
  interrupted_vm = nullptr;
}

}  // namespace som
