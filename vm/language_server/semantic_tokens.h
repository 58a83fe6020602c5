// What each word of a file is.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/language_server/workspace.h"

namespace som::lsp {

enum class TokenType : uint32_t {
#define SOM_TOKEN_TYPE(name, text) k##name,
#include "vm/language_server/semantic_tokens.def"
};

enum class TokenModifier : uint32_t {
#define SOM_TOKEN_MODIFIER(name, text) k##name,
#include "vm/language_server/semantic_tokens.def"
};

struct SemanticToken {
  Span span;
  TokenType type;
  uint32_t modifiers = 0;  // a bit for each
};

// In source order, those that touch `span`. May go over several lines.
std::vector<SemanticToken> ClassifyTokens(const Workspace& workspace, const File& file, Span span);

// As the protocol wants them: five numbers for each line of each token.
std::vector<uint32_t> EncodeTokens(const LineMap& lines, const std::vector<SemanticToken>& tokens);

}  // namespace som::lsp
