// What may be written at a place, told from the tokens in front of it: the text is usually
// incomplete there. For completion and for the signatures of messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/language_server/workspace.h"

namespace som::lsp {

enum class CursorKind : uint8_t {
  kNothing,     // comments, strings, declarations, between methods
  kOperand,     // a variable, a literal, a class
  kMessage,     // behind an operand
  kSymbol,      // behind `#`
  kSuperclass,  // in the head of the class
};

// A keyword message, as far as it is written in front of the cursor: `at: 1 put:`.
struct OpenMessage {
  std::vector<size_t> keywords;  // numbers of tokens; empty if there is none
  std::string typed;             // their texts
  std::string complete;          // and of those behind the cursor
  ClassSideReference receiver;   // if it is known
};

struct CursorContext {
  CursorKind kind = CursorKind::kNothing;
  Span prefix;  // the word in front of the cursor, empty if there is none
  uint32_t method = kNone;
  bool class_side = false;
  std::vector<ScopedName> visible;   // variables of the method, innermost last
  ClassSideReference receiver;       // for kMessage, if it is known
  bool receiver_is_operand = false;  // of an operator: only unary messages are sent to it alone
  OpenMessage message;               // that the cursor stands in
};

CursorContext ContextAt(const Workspace& workspace, const File& file, uint32_t offset);

}  // namespace som::lsp
