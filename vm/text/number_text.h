// Numbers as SOM programs print and read them. The notation of literals in source text is the
// compiler's.
#pragma once

#include <string>
#include <string_view>

namespace som {

// The shortest digits that read back as `d`, at least one on either side of the point: plain
// notation from 1e-5 up to below 1e16, scientific ("1.5e60", "2.0e-7") elsewhere; "NaN", "inf",
// "-inf".
std::string FormatDouble(double d);

// Reads digits with an optional sign in front and an optional point between digits. Answers false,
// leaving *d alone, for any other text. Correctly rounded.
bool ParseDouble(std::string_view text, double* d);

// Whether `text` is decimal digits with an optional '-' in front.
bool IsIntegerText(std::string_view text);

}  // namespace som
