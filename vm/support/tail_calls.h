// Whether this build has guaranteed tail calls with registers to itself: clang's musttail and
// preserve_none.
#pragma once

#if defined(__clang__) && defined(__has_attribute)
#if __has_attribute(musttail) && __has_attribute(preserve_none)
#define SOM_HAS_TAIL_CALLS 1
#endif
#endif
#ifndef SOM_HAS_TAIL_CALLS
#define SOM_HAS_TAIL_CALLS 0
#endif
