// What is known of one file by itself: its syntax tree, tokens and comments, the variables that its
// methods declare, and every place that names something. Made anew when the text changes; asks no
// other file. What a name means that the file's methods do not declare, a field or a global,
// depends on other files (workspace.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "compiler/diagnostics.h"
#include "compiler/lexer.h"
#include "compiler/source.h"
#include "vm/language_server/positions.h"
#include "vm/language_server/token_scopes.h"

namespace som {
class ParsedClass;
struct ClassNode;
struct MethodNode;
struct SendExpression;
}  // namespace som

namespace som::lsp {

inline constexpr uint32_t kNone = ~uint32_t{0};

struct Declaration {
  std::string_view name;
  Span span;
  VariableKind kind = VariableKind::kField;
  bool class_side = false;
  uint32_t method = kNone;  // none for fields
  Span scope;               // where a variable of a method is visible
};

enum class OccurrenceKind : uint8_t {
  kField,       // where it is declared; target: declaration
  kVariable,    // of a method; target: declaration
  kName,        // of a field or a global
  kMessage,     // a part of a selector that is sent; target: send
  kPattern,     // a part of a method's selector where the method is defined; target: method
  kSymbol,      // a literal symbol
  kClass,       // the class's name in its head
  kSuperclass,  // likewise
};

// A place that names something.
struct Occurrence {
  Span span;
  OccurrenceKind kind;
  bool is_declaration = false;
  bool is_write = false;
  uint32_t target = kNone;
  uint32_t method = kNone;  // that it stands in
};

struct Method {
  const MethodNode* node;
  bool class_side;
  absl::Span<const Span> parts;  // of the selector
  Span pattern;                  // selector and arguments
};

struct Send {
  const SendExpression* node;
  absl::Span<const Span> parts;  // of the selector; may be fewer than it has in damaged methods
  uint32_t method;
};

class FileIndex {
 public:
  // Parses and indexes. `path`: what messages call the file; if it ends in ".som" it names the
  // class.
  FileIndex(std::string path, std::string text);
  ~FileIndex();
  FileIndex(const FileIndex&) = delete;
  FileIndex& operator=(const FileIndex&) = delete;

  const ParsedClass& parsed() const { return *parsed_; }
  const ClassNode& tree() const;
  const SourceFile& source() const;
  std::string_view text() const { return source().text(); }
  std::string_view TextOfSpan(Span span) const {
    return text().substr(span.begin, span.end - span.begin);
  }
  // As the class loader reports them; empty if the class can be read completely.
  const Diagnostics& syntax_errors() const { return syntax_errors_; }
  bool IsDamaged() const { return !syntax_errors_.empty(); }

  // Made when first asked for.
  const LineMap& lines() const;

  // In source order. Of a damaged file each method has tokens of its own: a string that is not
  // closed ends with its method.
  absl::Span<const Token> tokens() const { return tokens_; }
  // Number of the first token that does not lie in front of `offset`.
  size_t TokenAt(uint32_t offset) const;
  std::vector<Span> Comments() const;

  absl::Span<const Declaration> declarations() const { return declarations_; }
  absl::Span<const Occurrence> occurrences() const { return occurrences_; }  // in source order
  absl::Span<const Method> methods() const { return methods_; }              // in source order
  absl::Span<const Send> sends() const { return sends_; }

  // The occurrence that a cursor at `offset` touches; null if there is none.
  const Occurrence* OccurrenceAt(uint32_t offset) const;
  // The method whose text includes `offset`; kNone outside of methods.
  uint32_t MethodAt(uint32_t offset) const;
  std::string_view SelectorOf(const Occurrence& occurrence) const;

  using Numbers = absl::InlinedVector<uint32_t, 2>;
  absl::Span<const uint32_t> MethodsNamed(std::string_view selector) const;
  absl::Span<const uint32_t> SendsOf(std::string_view selector) const;
  // Occurrences of kind kName and kSuperclass.
  absl::Span<const uint32_t> NamesLike(std::string_view name) const;
  // The number of the declaration of a field; kNone if the class itself declares none of that name.
  uint32_t FieldNamed(std::string_view name, bool class_side) const;

  // The comment in front of a method or at its beginning, without quotes; empty if there is none.
  std::string_view CommentOf(const Method& method) const;
  std::string_view ClassComment() const;

 private:
  class Builder;
  using Table = absl::flat_hash_map<std::string_view, Numbers>;

  std::string_view CommentBefore(uint32_t offset) const;
  static absl::Span<const uint32_t> Find(const Table& table, std::string_view name);

  Diagnostics syntax_errors_;
  std::unique_ptr<ParsedClass> parsed_;
  std::vector<Token> tokens_;
  std::vector<Declaration> declarations_;
  std::vector<Occurrence> occurrences_;
  std::vector<Method> methods_;
  std::vector<Send> sends_;
  std::vector<std::unique_ptr<Span[]>> parts_;
  Table methods_by_selector_;
  Table sends_by_selector_;
  Table names_;
  mutable std::unique_ptr<LineMap> lines_;
};

}  // namespace som::lsp
