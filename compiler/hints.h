// What the author of a text with a syntax error may have meant: what a certain beginner's mistake
// looks like in tokens, and what to write instead. Reports nothing itself.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/lexer.h"
#include "compiler/source.h"

namespace som {

// A hint for the token at `position`, which the parser did not expect; "" where none is certain.
// `tokens`: all of the source.
std::string HintForUnexpected(const SourceFile& source, const std::vector<Token>& tokens,
                              size_t position);

}  // namespace som
