// Where parsing goes on after an error in a method: finds, in the tokens of the whole text, the
// place where something else begins for sure. Reports nothing and takes no tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/lexer.h"
#include "compiler/source.h"

namespace som {

// For a method that starts at token `start`, with an error at token `position`: the number of the
// token at which the next method, a separator or the end of the class can be told for sure. None if
// there is no such place. `tokens`: all of the source, kEnd included.
std::optional<size_t> FindResumption(const SourceFile& source, const std::vector<Token>& tokens,
                                     size_t start, size_t position);

// For readers of damaged texts: where the next line begins, behind that of `offset`, which looks
// like a method that stands no further right than column `column`, or else like any method, or is a
// separator. Answers the offset of its first token. Strings and comments that are not closed hide
// nothing from it. None if there is no such line.
std::optional<uint32_t> FindMethodLine(const SourceFile& source, uint32_t offset, uint32_t column);

}  // namespace som
