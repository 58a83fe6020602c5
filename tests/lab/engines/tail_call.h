// Tail calls for the engines that run by continuations.
//
// SOM_LAB_CONTINUE(call) returns `call` without leaving a frame behind. Where the compiler does not
// promise that (gcc 12), it is an ordinary return that the optimiser makes a jump of, and
// SOM_LAB_LOOP, at the end of each loop, returns `step` to the driver instead, so that a stack that
// does grow starts anew in each round.

#ifndef SOM_TESTS_LAB_ENGINES_TAIL_CALL_H_
#define SOM_TESTS_LAB_ENGINES_TAIL_CALL_H_

#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::musttail)
#define SOM_LAB_CONTINUE(call) [[clang::musttail]] return call
#define SOM_LAB_LOOP(step, call) SOM_LAB_CONTINUE(call)
#endif
#endif

#ifndef SOM_LAB_CONTINUE
#define SOM_LAB_CONTINUE(call) return call
#define SOM_LAB_LOOP(step, call) return step
#endif

#endif  // SOM_TESTS_LAB_ENGINES_TAIL_CALL_H_
