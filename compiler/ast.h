// The syntax tree of a class. Plain nodes, made by the parser, never changed afterwards; what names
// mean and where variables live is decided by scope.h and kept beside the tree.
//
// Nodes live in the class's arena. Texts are views into the source or the arena; places are byte
// offsets into the source.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "compiler/arena.h"
#include "compiler/description.h"
#include "compiler/inline_control.h"

namespace som {

struct Name {
  std::string_view text;
  uint32_t begin = 0;
};

enum class ExpressionKind : uint8_t {
  kVariable,
  kSelf,
  kSuper,
  kNil,
  kTrue,
  kFalse,
  kLiteral,
  kAssignment,
  kSend,
  kBlock,
};

struct Expression {
  ExpressionKind kind;
  uint32_t begin;
  uint32_t end;
};

// A name that is read or assigned. `reference` counts them within the method.
struct VariableExpression : Expression {
  std::string_view name;
  uint32_t reference;
};

struct LiteralExpression : Expression {
  const LiteralDescription* value;
};

struct AssignmentExpression : Expression {
  VariableExpression* target;
  Expression* value;
};

struct SendExpression : Expression {
  Expression* receiver;
  std::string_view selector;
  absl::Span<Expression*> arguments;
  uint32_t selector_begin;  // of its first keyword or operator
  InlineForm inline_form;   // the jumps it may become; kNone for ordinary sends
  // A statement whose value nobody can ask for, whether the block it stands in is inlined or not.
  bool value_unused;
};

struct Statement {
  Expression* expression;
  uint32_t begin;
  bool is_return;
};

struct Body {
  absl::Span<Name> locals;
  absl::Span<Statement> statements;
};

// `number` counts the blocks of the method from 1; 0 stands for the method body.
struct BlockExpression : Expression {
  absl::Span<Name> parameters;
  Body body;
  uint32_t number;
};

// A name that may be an error; see name_notes.h.
struct DoubtfulName {
  Name name;
  bool is_repeated;  // declared twice; otherwise assigned, and neither argument nor local variable
};

struct MethodNode {
  std::string_view selector;
  absl::Span<Name> parameters;
  Body body;
  absl::Span<DoubtfulName> doubtful_names;
  bool is_primitive;
  bool is_damaged;  // its body ends at an error; only in trees of damaged classes (parser.h)
  uint32_t begin;
  uint32_t end;
  uint32_t block_count;
  uint32_t reference_count;
  uint32_t nesting;  // its deepest; see nesting.h
};

struct ClassSide {
  std::vector<Name> fields;
  std::vector<MethodNode*> methods;
};

struct ClassNode {
  Arena arena;
  std::deque<LiteralDescription> literals;
  std::string name;
  std::string superclass_name;
  uint32_t name_begin = 0;
  ClassSide instance_side;
  ClassSide class_side;
};

template <typename Node>
const Node* As(const Expression* expression) {
  return static_cast<const Node*>(expression);
}

}  // namespace som
