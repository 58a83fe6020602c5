// See formatting.h.
#include "vm/language_server/formatting.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace som::lsp {

namespace {

constexpr size_t kMaxEmptyLines = 2;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A token, or a comment.
struct Element {
  Span span;
  TokenKind kind;
  bool is_comment;
};

std::vector<Element> ElementsOf(const FileIndex& index) {
  std::vector<Element> elements;
  const std::vector<Span> comments = index.Comments();
  elements.reserve(index.tokens().size() + comments.size());
  for (const Token& token : index.tokens())
    elements.push_back({{token.begin, token.end}, token.kind, false});
  for (const Span comment : comments) elements.push_back({comment, TokenKind::kInvalid, true});
  std::sort(elements.begin(), elements.end(),
            [](const Element& a, const Element& b) { return a.span.begin < b.span.begin; });
  return elements;
}

// The indentation of a line in columns, before and after.
struct Line {
  uint32_t original = 0;
  uint32_t formatted = 0;
};

enum class FrameKind : uint8_t { kFile, kClass, kCode, kOperand, kLiteralArray };

// What stands between two brackets, or in the file.
struct Frame {
  FrameKind kind = FrameKind::kFile;
  Line opener;     // the line of the opening bracket
  Line outer;      // the line on which the statement begins that the bracket is in
  Line statement;  // the line on which the statement or the method at hand begins
  // Whether the first statement stands on the line of the bracket. Further ones are aligned with
  // it.
  bool begins_on_opener_line = false;
  bool is_empty = true;
  // Whether a statement, a method, or a list of variables may begin.
  bool at_start = true;
  bool in_parameters = false;  // of a block, up to the bar
  bool in_variables = false;   // between bars
};

class Formatter {
 public:
  Formatter(const FileIndex& index, Indentation indentation, uint32_t first_line,
            uint32_t last_line)
      : index_(index),
        indentation_(indentation),
        first_line_(first_line),
        last_line_(last_line),
        frames_(1) {}

  std::vector<TextChange> Run() {
    const std::string_view text = index_.text();
    const size_t line_end = text.find('\n');
    if (line_end != std::string_view::npos && line_end > 0 && text[line_end - 1] == '\r')
      line_end_ = "\r\n";
    uint32_t begin = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    for (const Element& element : ElementsOf(index_)) {
      Visit({begin, element.span.begin}, element);
      begin = element.span.end;
      if (is_behind_class_) break;
    }
    VisitEnd({begin, static_cast<uint32_t>(text.size())});
    return std::move(changes_);
  }

 private:
  bool Is(const Element& element, std::string_view text) const {
    return !element.is_comment && index_.TextOfSpan(element.span) == text;
  }
  bool IsBar(const Element& element) const { return Is(element, "|"); }

  bool IsInRange(uint32_t line) const { return first_line_ <= line && line <= last_line_; }

  // Columns of the blanks at the end of `gap`, behind its last line end.
  uint32_t ColumnsAtEnd(std::string_view gap) const {
    uint32_t columns = 0;
    for (const char c : gap.substr(gap.find_last_of('\n') + 1)) {
      columns = c == '\t' ? (columns / indentation_.width + 1) * indentation_.width : columns + 1;
    }
    return columns;
  }

  std::string BlanksOf(uint32_t columns) const {
    if (!indentation_.uses_tabs) return std::string(columns, ' ');
    return std::string(columns / indentation_.width, '\t') +
           std::string(columns % indentation_.width, ' ');
  }

  void Replace(Span span, std::string text) {
    if (index_.TextOfSpan(span) != text) changes_.push_back({span, std::move(text)});
  }

  void Visit(Span gap, const Element& element) {
    const std::string_view text = index_.TextOfSpan(gap);
    const auto line_ends = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
    const uint32_t line = index_.lines().LineOf(element.span.begin);
    Frame& frame = frames_.back();
    if (!has_element_ || line_ends > 0) {
      line_.original = ColumnsAtEnd(text);
      line_.formatted = IsInRange(line) ? IndentationOf(element, frame) : line_.original;
      if (IsInRange(line)) {
        std::string layout;
        const size_t count = has_element_ ? std::min(line_ends, kMaxEmptyLines + 1) : 0;
        for (size_t i = 0; i < count; ++i) layout += line_end_;
        Replace(gap, layout + BlanksOf(line_.formatted));
      }
      if (element.is_comment) MoveLinesOfComment(element);
    } else if (IsInRange(line)) {
      Replace(gap, BlanksBetween(text, element, frame));
    }
    if (frame.is_empty && !element.is_comment && line_ends > 0) frame.begins_on_opener_line = false;
    has_element_ = true;
    previous_is_comment_ = element.is_comment;
    if (!element.is_comment) Follow(element);
  }

  // What stands behind the class is not read, and need not consist of tokens.
  void VisitEnd(Span gap) {
    if (index_.TextOfSpan(gap).find_first_not_of(" \t\r\n\f\v") != std::string_view::npos) return;
    if (has_element_ && IsInRange(index_.lines().LineOf(gap.end))) Replace(gap, line_end_);
  }

  // --- lines
  // --------------------------------------------------------------------------------------

  // As far from another line as it was.
  uint32_t Along(const Line& line) const {
    const int64_t columns = int64_t{line_.original} - line.original + line.formatted;
    return static_cast<uint32_t>(std::max<int64_t>(columns, 0));
  }

  // Of the line that the element begins.
  uint32_t IndentationOf(const Element& element, const Frame& frame) const {
    const bool closes = !element.is_comment && (element.kind == TokenKind::kCloseParenthesis ||
                                                element.kind == TokenKind::kCloseBracket);
    switch (frame.kind) {
      case FrameKind::kFile:
        return 0;
      case FrameKind::kOperand:
      case FrameKind::kLiteralArray:
        return Along(frame.opener);
      case FrameKind::kClass:
      case FrameKind::kCode:
        break;
    }
    if (closes) {
      return line_.original == frame.outer.original ? frame.outer.formatted
                                                    : frame.opener.formatted;
    }
    if (frame.begins_on_opener_line && !frame.is_empty) return Along(frame.opener);
    if (frame.at_start) {
      // Of a statement on several lines, the first one's counts, or the bracket's.
      const bool is_of_outer = line_.original == frame.outer.original + indentation_.width;
      return (is_of_outer ? frame.outer : frame.opener).formatted + indentation_.width;
    }
    if (element.is_comment || line_.original >= frame.statement.original)
      return Along(frame.statement);
    return frame.statement.formatted + indentation_.width;
  }

  // The further lines of a comment go with its first one.
  void MoveLinesOfComment(const Element& comment) {
    if (line_.original == line_.formatted) return;
    const std::string_view text = index_.text();
    for (uint32_t end = comment.span.begin; end < comment.span.end; ++end) {
      if (text[end] != '\n') continue;
      const uint32_t begin = end + 1;
      uint32_t first = begin;
      while (first < comment.span.end && (text[first] == ' ' || text[first] == '\t')) ++first;
      if (first == comment.span.end || text[first] == '\n' || text[first] == '\r') continue;
      const int64_t columns = int64_t{ColumnsAtEnd(text.substr(begin, first - begin))} -
                              line_.original + line_.formatted;
      Replace({begin, first}, BlanksOf(static_cast<uint32_t>(std::max<int64_t>(columns, 0))));
    }
  }

  // --- within a line
  // ------------------------------------------------------------------------------

  std::string BlanksBetween(std::string_view text, const Element& element,
                            const Frame& frame) const {
    if (!previous_is_comment_ && element.kind == TokenKind::kPeriod &&
        previous_ != TokenKind::kPound)
      return "";
    // Several blanks align columns.
    if (text.size() > 1 || element.is_comment || previous_is_comment_ ||
        frame.kind == FrameKind::kLiteralArray || previous_ == TokenKind::kPound ||
        IsInSymbol(text, element))
      return std::string(text);
    if (previous_ == TokenKind::kColon) return "";
    if (element.kind == TokenKind::kAssign || previous_ == TokenKind::kAssign ||
        previous_ == TokenKind::kPeriod || previous_is_keyword_ || previous_is_binary_ ||
        previous_is_bar_ || IsBinary(element) ||
        (IsBar(element) && (frame.in_parameters || frame.in_variables || frame.at_start)))
      return " ";
    return std::string(text);
  }

  // Whether it goes on with the selector of a symbol.
  bool IsInSymbol(std::string_view gap, const Element& element) const {
    return in_symbol_ && gap.empty() && element.kind == TokenKind::kKeyword;
  }

  // Whether it is an operator with an operand on its left, not a sign; or begins a method's
  // pattern.
  bool IsBinary(const Element& element) const {
    if (element.kind != TokenKind::kOperator) return false;
    const Frame& frame = frames_.back();
    if (frame.kind == FrameKind::kLiteralArray || previous_ == TokenKind::kPound) return false;
    // Commas are written as in other languages, too.
    if (Is(element, ",")) return false;
    return EndsOperand(previous_) || in_symbol_ || frame.kind == FrameKind::kClass;
  }

  // --- where we are
  // -------------------------------------------------------------------------------

  void Follow(const Element& element) {
    const bool is_symbol =
        previous_ == TokenKind::kPound ||
        (in_symbol_ && previous_end_ == element.span.begin && element.kind == TokenKind::kKeyword);
    const bool is_binary = !is_symbol && IsBinary(element);
    const bool is_array =
        previous_ == TokenKind::kPound || frames_.back().kind == FrameKind::kLiteralArray;
    previous_is_bar_ = false;
    Frame& frame = frames_.back();
    if (frame.at_start) frame.statement = line_;
    switch (element.kind) {
      case TokenKind::kOpenParenthesis:
      case TokenKind::kOpenBracket:
        Open(element, is_array);
        break;
      case TokenKind::kCloseParenthesis:
      case TokenKind::kCloseBracket:
        Close();
        break;
      default:
        FollowInFrame(element, is_symbol, &frame);
    }
    previous_ = element.kind;
    previous_end_ = element.span.end;
    in_symbol_ = is_symbol;
    previous_is_binary_ = is_binary;
    previous_is_keyword_ = !is_symbol && element.kind == TokenKind::kKeyword;
  }

  void FollowInFrame(const Element& element, bool is_symbol, Frame* frame) {
    if (element.kind == TokenKind::kPeriod || element.kind == TokenKind::kSeparator) {
      frame->is_empty = false;
      frame->at_start = true;
      return;
    }
    if (element.kind == TokenKind::kColon && frame->is_empty && frame->kind == FrameKind::kCode) {
      frame->in_parameters = true;
      return;
    }
    if (frame->in_parameters) {
      if (!IsBar(element)) return;
      frame->in_parameters = false;
      previous_is_bar_ = true;
      return;
    }
    if (IsBar(element) && !is_symbol && (frame->at_start || frame->in_variables)) {
      previous_is_bar_ = true;
      frame->at_start = frame->in_variables;
      frame->in_variables = !frame->in_variables;
      frame->is_empty = false;
      return;
    }
    frame->is_empty = false;
    // A method without a body.
    frame->at_start =
        frame->kind == FrameKind::kClass && Is(element, "primitive") && previous_is_binary_;
  }

  void Open(const Element& element, bool is_array) {
    Frame& outer = frames_.back();
    outer.is_empty = false;
    outer.at_start = false;
    outer.in_variables = false;
    Frame frame;
    frame.opener = frame.statement = line_;
    frame.outer = outer.statement;
    frame.begins_on_opener_line = true;
    if (is_array) {
      frame.kind = FrameKind::kLiteralArray;
    } else if (element.kind == TokenKind::kOpenBracket || outer.kind == FrameKind::kClass) {
      frame.kind = FrameKind::kCode;
    } else {
      frame.kind = outer.kind == FrameKind::kFile ? FrameKind::kClass : FrameKind::kOperand;
    }
    frames_.push_back(frame);
  }

  void Close() {
    if (frames_.size() > 1) frames_.pop_back();
    is_behind_class_ = frames_.size() == 1;
    frames_.back().at_start = frames_.back().kind == FrameKind::kClass;
  }

  const FileIndex& index_;
  const Indentation indentation_;
  const uint32_t first_line_;
  const uint32_t last_line_;
  std::string line_end_ = "\n";
  std::vector<Frame> frames_;
  std::vector<TextChange> changes_;
  Line line_;  // where we are
  bool has_element_ = false;
  bool is_behind_class_ = false;
  // Of the token in front.
  TokenKind previous_ = TokenKind::kEnd;
  uint32_t previous_end_ = 0;
  bool previous_is_comment_ = false;
  bool previous_is_keyword_ = false;
  bool previous_is_binary_ = false;
  bool previous_is_bar_ = false;
  bool in_symbol_ = false;
};

}  // namespace

std::vector<TextChange> Format(const FileIndex& index, Indentation indentation, uint32_t first_line,
                               uint32_t last_line) {
  if (index.IsDamaged()) return {};
  return Formatter(index, indentation, first_line, last_line).Run();
}

}  // namespace som::lsp
