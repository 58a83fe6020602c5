// See problems.h.
#include "vm/language_server/problems.h"

#include <algorithm>

#include "compiler/ast.h"
#include "compiler/compile.h"
#include "compiler/concat.h"
#include "compiler/warnings.h"

namespace som::lsp {

namespace {

constexpr std::string_view kWarning = "Warning: ";

// The stretch that a diagnostic is about: code points of a line.
Span SpanOf(const SourceFile& source, const Diagnostic& diagnostic) {
  const std::string_view line = source.Line(diagnostic.line);
  if (line.data() == nullptr) return {};
  const auto start = static_cast<size_t>(line.data() - source.text().data());
  const auto offset_of = [&](uint32_t column) {
    size_t at = 0;
    for (uint32_t i = 1; i < column && at < line.size(); ++i)
      at += std::max<size_t>(1, Utf8SequenceLength(line, at));
    return static_cast<uint32_t>(start + at);
  };
  return {offset_of(diagnostic.column), offset_of(diagnostic.column + diagnostic.width)};
}

// A diagnostic without a width of its own is about the word that it points to.
Span WithWord(const FileIndex& index, Span span) {
  const size_t at = index.TokenAt(span.begin);
  if (at == index.tokens().size()) return span;
  const Token& token = index.tokens()[at];
  const bool is_word = token.kind == TokenKind::kIdentifier || token.kind == TokenKind::kKeyword;
  if (token.begin == span.begin && is_word) span.end = std::max(span.end, token.end);
  return span;
}

class Finder {
 public:
  Finder(const Workspace& workspace, const KnownSelectors& known, const File& file)
      : workspace_(workspace), known_(known), file_(file), index_(*file.index) {}

  std::vector<Problem> Run() {
    Add(index_.syntax_errors());
    if (index_.IsDamaged()) return std::move(problems_);
    Diagnostics found;
    if (HasSuperclass()) {
      const InheritedFields inherited = workspace_.InheritedFieldsOf(file_);
      FindWarnings(index_.parsed(), inherited, &found);
      FindUnknownSelectors(index_.parsed(), known_, &found);
      CheckClass(index_.parsed(), inherited, CompileOptions(), &found);
    }
    Add(found);
    return std::move(problems_);
  }

 private:
  void Add(const Diagnostics& diagnostics) {
    problems_.reserve(problems_.size() + diagnostics.size());
    for (const Diagnostic& entry : diagnostics.entries()) {
      const bool is_warning = entry.message.starts_with(kWarning);
      problems_.push_back({WithWord(index_, SpanOf(index_.source(), entry)), is_warning,
                           is_warning ? entry.message.substr(kWarning.size()) : entry.message,
                           entry.hint});
    }
  }

  // Reports why the class cannot have the superclass that it names.
  bool HasSuperclass() {
    const std::string& name = index_.tree().superclass_name;
    if (name == "nil") {
      if (ClassNameOf(file_) == "Object") return true;
      AddAtSuperclass("Only Object may have nil as its superclass.");
      return false;
    }
    const std::string& own = index_.tree().name;
    if (workspace_.SuperclassOf(file_) == nullptr) {
      AddAtSuperclass(Concat("Superclass '", name, "' of class '", own, "' could not be found."));
      return false;
    }
    const std::vector<const File*> chain = workspace_.ChainOf(file_);
    const File* above = workspace_.SuperclassOf(*chain.back());
    if (above == nullptr) return true;
    AddAtSuperclass(Concat("Class '", ClassNameOf(*above), "' inherits from itself."));
    return false;
  }

  void AddAtSuperclass(std::string message) {
    Span span;
    for (const Occurrence& occurrence : index_.occurrences()) {
      if (occurrence.kind == OccurrenceKind::kClass && span.end == 0) span = occurrence.span;
      if (occurrence.kind == OccurrenceKind::kSuperclass) span = occurrence.span;
    }
    problems_.push_back({span, false, std::move(message), ""});
  }

  const Workspace& workspace_;
  const KnownSelectors& known_;
  const File& file_;
  const FileIndex& index_;
  std::vector<Problem> problems_;
};

}  // namespace

KnownSelectors KnownSelectorsOf(Workspace& workspace) {
  KnownSelectors known;
  for (const File* file : workspace.Files()) known.Add(file->index->tree());
  return known;
}

std::vector<Problem> FindProblems(const Workspace& workspace, const KnownSelectors& known,
                                  const File& file) {
  return Finder(workspace, known, file).Run();
}

}  // namespace som::lsp
