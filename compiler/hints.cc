// See hints.h.
#include "compiler/hints.h"

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/concat.h"

namespace som {

namespace {

class Hinter {
 public:
  Hinter(const SourceFile& source, const std::vector<Token>& tokens, size_t position)
      : source_(source), tokens_(tokens), at_(position) {}

  std::string Find() const {
    for (const auto hint : {&Hinter::OtherSmalltalk, &Hinter::QuoteInString, &Hinter::ClassMessage,
                            &Hinter::MissingPeriod, &Hinter::Unclosed}) {
      std::string text = (this->*hint)();
      if (!text.empty()) return text;
    }
    return "";
  }

 private:
  bool Is(size_t i, TokenKind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }
  bool Is(size_t i, TokenKind kind, std::string_view text) const {
    return Is(i, kind) && Text(i) == text;
  }
  std::string_view Text(size_t i) const { return TextOf(source_, tokens_[i]); }
  uint32_t LineOf(uint32_t offset) const { return source_.Locate(offset).line; }
  std::string Place(size_t i) const {
    const SourceFile::Location location = source_.Locate(tokens_[i].begin);
    return Concat("line ", location.line, ", column ", location.column);
  }

  // What other Smalltalks have and SOM has not.
  std::string OtherSmalltalk() const {
    const std::string_view text = Text(at_);
    if (Is(at_, TokenKind::kInvalid)) {
      if (text == ";") {
        return "SOM has no cascades: write one statement for each message, with the receiver in "
               "front of each.";
      }
      if (text == "$") {
        const std::string_view rest = std::string_view(source_.text()).substr(tokens_[at_].end);
        const size_t length = rest.empty() ? 0 : Utf8SequenceLength(rest, 0);
        return Concat(
            "SOM has no character literals: write a String of one character, '",
            length == 0 || rest[0] == '\'' || rest[0] == '\n' ? "a" : rest.substr(0, length), "'.");
      }
      if (text == "{" || text == "}") {
        return "SOM has no arrays in braces: write #( ) with literals, or make an Array and fill "
               "it "
               "with at:put:.";
      }
      if (text == "_") return "SOM assigns with :=, not with an underscore.";
      if (text == "!") {
        return "SOM has no chunks: a class is written Name = Superclass ( fields and methods ).";
      }
    }
    if (Is(at_, TokenKind::kOperator, "<") && Is(at_ + 1, TokenKind::kKeyword))
      return "SOM has no pragmas: a method that the VM implements is written selector = primitive.";
    if (Is(at_, TokenKind::kOpenBracket) && at_ > 0 && Is(at_ - 1, TokenKind::kPound))
      return "SOM has no byte arrays: write #( ).";
    return "";
  }

  std::string QuoteInString() const {
    const bool is_open = Is(at_, TokenKind::kUnterminatedString);
    const bool behind_string =
        at_ > 0 && Is(at_ - 1, TokenKind::kString) && tokens_[at_ - 1].end == tokens_[at_].begin;
    if (is_open && !behind_string)
      return "A String goes on over the ends of lines to the next quote.";
    if (!behind_string || !(is_open || Is(at_, TokenKind::kString))) return "";
    return "A quote within a String is written \\', not as two quotes.";
  }

  std::string ClassMessage() const {
    if (at_ != 1 || !Is(0, TokenKind::kIdentifier) || !Is(1, TokenKind::kKeyword)) return "";
    if (!Text(1).starts_with("subclass")) return "";
    return Concat("SOM defines classes by syntax, not by a message: Name = ", Text(0), " ( ... ).");
  }

  // The first thing in its line that cannot go on from the line before.
  std::string MissingPeriod() const {
    size_t first = at_;
    if (Is(at_, TokenKind::kAssign)) {
      if (at_ == 0 || !Is(at_ - 1, TokenKind::kIdentifier)) return "";
      first = at_ - 1;
    } else if (!Is(at_, TokenKind::kCaret) && !Is(at_, TokenKind::kString) &&
               !Is(at_, TokenKind::kInteger) && !Is(at_, TokenKind::kDouble) &&
               !Is(at_, TokenKind::kPound) && !Is(at_, TokenKind::kOpenBracket) &&
               !Is(at_, TokenKind::kOpenParenthesis)) {
      return "";
    }
    if (first == 0) return "";
    const Token& before = tokens_[first - 1];
    if (!EndsOperand(before.kind)) return "";
    const uint32_t line = LineOf(before.end);
    if (line == LineOf(tokens_[first].begin)) return "";
    return Concat("A period is missing at the end of line ", line, ".");
  }

  // Where the innermost parenthesis or bracket was opened that the token should have closed.
  std::string Unclosed() const {
    const bool closes = Is(at_, TokenKind::kCloseParenthesis) || Is(at_, TokenKind::kCloseBracket);
    if (!closes && !Is(at_, TokenKind::kEnd) && !Is(at_, TokenKind::kSeparator)) return "";
    if (const std::optional<size_t> bar = OpenBar())
      return Concat("The '|' in ", Place(*bar), " is not closed.");
    std::vector<size_t> open;
    for (size_t i = 0; i < at_; ++i) {
      if (Is(i, TokenKind::kOpenParenthesis) || Is(i, TokenKind::kOpenBracket)) open.push_back(i);
      if (open.empty()) continue;
      if (Is(i, TokenKind::kCloseParenthesis) || Is(i, TokenKind::kCloseBracket)) open.pop_back();
    }
    if (open.empty())
      return closes ? Concat("Nothing is open that ", Text(at_), " could close.") : "";
    const bool fits = Is(open.back(), TokenKind::kOpenParenthesis)
                          ? Is(at_, TokenKind::kCloseParenthesis)
                          : Is(at_, TokenKind::kCloseBracket);
    if (fits) return "";
    return Concat("The '", Text(open.back()), "' in ", Place(open.back()), " is not closed.");
  }

  // A declaration of variables that the token cuts off: a bar behind which only names stand.
  std::optional<size_t> OpenBar() const {
    size_t i = at_;
    while (i > 0 && Is(i - 1, TokenKind::kIdentifier)) --i;
    if (i == 0 || !Is(i - 1, TokenKind::kOperator, "|")) return std::nullopt;
    // It opens where a body may begin.
    const bool opens = i == 1 || Is(i - 2, TokenKind::kOpenParenthesis) ||
                       Is(i - 2, TokenKind::kOpenBracket) || Is(i - 2, TokenKind::kSeparator);
    return opens ? std::optional<size_t>(i - 1) : std::nullopt;
  }

  const SourceFile& source_;
  const std::vector<Token>& tokens_;
  size_t at_;
};

}  // namespace

std::string HintForUnexpected(const SourceFile& source, const std::vector<Token>& tokens,
                              size_t position) {
  return Hinter(source, tokens, position).Find();
}

}  // namespace som
