// The page of --explain: a recording as one HTML file that needs nothing else. The page itself, how it
// looks and what it does, is written in vm/explain/page/.
#pragma once

#include <string>

#include "vm/explain/recording.h"

namespace som::explain {

// The recording as JSON. docs/explain.md describes the shape.
std::string JsonOf(const Recording& recording);

// The page with that JSON in it.
std::string PageOf(const Recording& recording);

}  // namespace som::explain
