// The measured loop in C++: the candle that the engines are held against. Built twice, as the two
// functions of engine.h, without and with optimisation; SOM_LAB_NATIVE is the name to define.

#include "engine.h"

namespace som::lab {

Word SOM_LAB_NATIVE(Word rounds, Word step) {
  Word count = rounds;
  Word total = 0;
  while (count != 0) {
    total = total + step;
    count = count - 1;
#ifdef __OPTIMIZE__
    // The optimiser knows neither sum nor count from here on: it would find the closed form, and
    // leave no loop.
    asm volatile("" : "+r"(total), "+r"(count));
#endif
  }
  return total;
}

}  // namespace som::lab
