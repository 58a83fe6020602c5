// The language server's analysis: any text can be asked about anywhere.
#include <string>
#include <vector>

#include "tests/fuzz/targets.h"
#include "vm/language_server/completion.h"
#include "vm/language_server/folding.h"
#include "vm/language_server/hover.h"
#include "vm/language_server/navigation.h"
#include "vm/language_server/problems.h"
#include "vm/language_server/rename.h"
#include "vm/language_server/semantic_tokens.h"
#include "vm/language_server/symbols.h"
#include "vm/language_server/workspace.h"
#include "vm/support/check.h"

namespace som::fuzz {

namespace {

// So many places of a text are asked about.
constexpr uint32_t kPlaces = 40;

void CheckSpan(const lsp::File& file, lsp::Span span) {
  Check(span.begin <= span.end && span.end <= file.index->text().size(),
        "a span that leaves the text");
}

void CheckLocations(const std::vector<lsp::Location>& locations) {
  for (const lsp::Location& location : locations) CheckSpan(*location.file, location.span);
}

void AskAt(lsp::Workspace* workspace, const lsp::File& file, uint32_t offset) {
  const lsp::LineMap& lines = file.index->lines();
  Check(lines.OffsetOf(lines.PositionOf(offset)) <= offset, "a position behind its offset");
  CheckLocations(Definitions(*workspace, file, offset));
  CheckLocations(References(*workspace, file, offset, true));
  CheckLocations(Implementations(*workspace, file, offset));
  for (const lsp::Highlight& highlight : Highlights(*workspace, file, offset))
    CheckSpan(file, highlight.span);
  HoverAt(*workspace, file, offset);
  CheckSpan(file, Complete(*workspace, file, offset).replaced);
  SignaturesAt(*workspace, file, offset);
  CheckLocations(Rename(*workspace, file, offset, "renamed").places);
}

}  // namespace

void FuzzEditor(std::string_view input) {
  lsp::Workspace workspace;
  workspace.Open("untitled:Object",
                 "Object = nil ( | field | class = primitive ---- new = primitive )");
  workspace.Open("untitled:Input", std::string(input));
  const lsp::File& file = *workspace.Find("untitled:Input");
  for (const lsp::Problem& problem :
       FindProblems(workspace, lsp::KnownSelectorsOf(workspace), file))
    CheckSpan(file, problem.span);
  uint32_t end = 0;
  for (const lsp::SemanticToken& token : ClassifyTokens(workspace, file, {0, ~uint32_t{0}})) {
    CheckSpan(file, token.span);
    Check(token.span.begin >= end, "tokens that overlap");
    end = token.span.end;
  }
  EncodeTokens(file.index->lines(), ClassifyTokens(workspace, file, {0, ~uint32_t{0}}));
  FindFolds(*file.index);
  for (const lsp::SymbolNode& symbol : Outline(file)) CheckSpan(file, symbol.all);
  FindSymbols(workspace, "a", 100);
  const auto size = static_cast<uint32_t>(input.size());
  for (uint32_t i = 0; i <= kPlaces; ++i)
    AskAt(&workspace, file, static_cast<uint32_t>(uint64_t{size} * i / kPlaces));
}

}  // namespace som::fuzz
