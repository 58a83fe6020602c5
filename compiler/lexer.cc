// The tokenizer; see lexer.h.
#include "compiler/lexer.h"

#include <array>
#include <cstddef>

#include "absl/strings/str_format.h"
#include "compiler/concat.h"

namespace som {

namespace {

constexpr size_t kMinSeparatorLength = 4;
constexpr size_t kMaxShownBytes = 40;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

enum CharClass : uint8_t { kOther = 0, kLetter = 1, kDigit = 2, kOperator = 4, kBlank = 8 };

constexpr std::array<uint8_t, 256> MakeCharClasses() {
  std::array<uint8_t, 256> classes{};
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = kLetter;
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = kLetter;
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  for (const char c : std::string_view("~&|*/\\+=><,@%-")) {
    classes[static_cast<unsigned char>(c)] = kOperator;
  }
  for (const char c : std::string_view(" \t\r\n\f\v"))
    classes[static_cast<unsigned char>(c)] = kBlank;
  return classes;
}

constexpr std::array<uint8_t, 256> kCharClasses = MakeCharClasses();

class Tokenizer {
 public:
  explicit Tokenizer(const SourceFile& source) : text_(source.text()) {}

  TokenStream Run() {
    result_.open_comment = static_cast<uint32_t>(text_.size());
    result_.tokens.reserve(text_.size() / 4 + 1);
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) position_ = kByteOrderMark.size();
    while (SkipBlanksAndComments()) {
      const size_t begin = position_;
      const TokenKind kind = Scan();
      Push(kind, begin);
    }
    Push(TokenKind::kEnd, position_);
    return std::move(result_);
  }

 private:
  bool Is(size_t position, unsigned mask) const {
    return position < text_.size() &&
           (kCharClasses[static_cast<unsigned char>(text_[position])] & mask) != 0;
  }

  bool IsChar(size_t position, char c) const {
    return position < text_.size() && text_[position] == c;
  }

  void Push(TokenKind kind, size_t begin) {
    result_.tokens.push_back(
        {kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(position_)});
  }

  // False at the end of the text.
  bool SkipBlanksAndComments() {
    while (position_ < text_.size()) {
      if (Is(position_, kBlank)) {
        ++position_;
      } else if (text_[position_] == '"') {
        const size_t close = text_.find('"', position_ + 1);
        if (close == std::string_view::npos) {
          result_.open_comment = static_cast<uint32_t>(position_);
          position_ = text_.size();
        } else {
          position_ = close + 1;
        }
      } else {
        return true;
      }
    }
    return false;
  }

  TokenKind Scan() {
    if (Is(position_, kLetter)) return ScanWord();
    if (Is(position_, kDigit)) return ScanNumber();
    if (Is(position_, kOperator)) return ScanOperator();
    switch (text_[position_]) {
      case '\'':
        return ScanString();
      case '(':
        return Single(TokenKind::kOpenParenthesis);
      case ')':
        return Single(TokenKind::kCloseParenthesis);
      case '[':
        return Single(TokenKind::kOpenBracket);
      case ']':
        return Single(TokenKind::kCloseBracket);
      case '#':
        return Single(TokenKind::kPound);
      case '^':
        return Single(TokenKind::kCaret);
      case '.':
        return Single(TokenKind::kPeriod);
      case ':':
        ++position_;
        if (!IsChar(position_, '=')) return TokenKind::kColon;
        return Single(TokenKind::kAssign);
      default: {
        const uint32_t length = Utf8SequenceLength(text_, position_);
        position_ += length == 0 ? 1 : length;
        return TokenKind::kInvalid;
      }
    }
  }

  TokenKind Single(TokenKind kind) {
    ++position_;
    return kind;
  }

  TokenKind ScanWord() {
    while (Is(position_, kLetter | kDigit) || IsChar(position_, '_')) ++position_;
    if (!IsChar(position_, ':')) return TokenKind::kIdentifier;
    return Single(TokenKind::kKeyword);
  }

  TokenKind ScanNumber() {
    while (Is(position_, kDigit)) ++position_;
    if (!IsChar(position_, '.') || !Is(position_ + 1, kDigit)) return TokenKind::kInteger;
    ++position_;
    while (Is(position_, kDigit)) ++position_;
    return TokenKind::kDouble;
  }

  TokenKind ScanOperator() {
    size_t dashes = position_;
    while (IsChar(dashes, '-')) ++dashes;
    if (dashes - position_ >= kMinSeparatorLength) {
      position_ = dashes;
      return TokenKind::kSeparator;
    }
    while (Is(position_, kOperator)) ++position_;
    return TokenKind::kOperator;
  }

  TokenKind ScanString() {
    for (++position_; position_ < text_.size(); ++position_) {
      if (text_[position_] == '\'') return Single(TokenKind::kString);
      if (text_[position_] == '\\' && position_ + 1 < text_.size()) ++position_;
    }
    return TokenKind::kUnterminatedString;
  }

  std::string_view text_;
  size_t position_ = 0;
  TokenStream result_;
};

std::string Quote(std::string_view text) {
  std::string quoted = "'";
  size_t i = 0;
  while (i < text.size() && i < kMaxShownBytes) {
    const uint32_t length = Utf8SequenceLength(text, i);
    const auto byte = static_cast<unsigned char>(text[i]);
    if (length == 0 || byte < 0x20 || byte == 0x7F) {
      quoted += absl::StrFormat("\\x%02X", byte);
      ++i;
    } else {
      quoted.append(text.substr(i, length));
      i += length;
    }
  }
  if (i < text.size()) quoted += "...";
  quoted += '\'';
  return quoted;
}

// The character an escape stands for; 0xFF when there is no such escape.
constexpr char kNoEscape = '\xFF';
char DecodeEscape(char c) {
  switch (c) {
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 'f':
      return '\f';
    case '0':
      return '\0';
    case '\'':
    case '\\':
      return c;
    default:
      return kNoEscape;
  }
}

}  // namespace

TokenStream Tokenize(const SourceFile& source) { return Tokenizer(source).Run(); }

std::string_view TextOf(const SourceFile& source, const Token& token) {
  return std::string_view(source.text()).substr(token.begin, token.end - token.begin);
}

std::string DescribeToken(const SourceFile& source, const Token& token) {
  static constexpr std::string_view kDescriptions[] = {
#define SOM_TOKEN(name, description) description,
#include "compiler/token.def"
  };
  const std::string_view description = kDescriptions[static_cast<size_t>(token.kind)];
  switch (token.kind) {
    case TokenKind::kIdentifier:
    case TokenKind::kKeyword:
    case TokenKind::kOperator:
    case TokenKind::kInteger:
    case TokenKind::kDouble:
    case TokenKind::kInvalid:
      return Concat(description, " ", Quote(TextOf(source, token)));
    case TokenKind::kString: {
      const std::string_view text = TextOf(source, token);
      return Concat(description, " ", Quote(text.substr(1, text.size() - 2)));
    }
    default:
      return std::string(description);
  }
}

std::string DecodeString(const SourceFile& source, const Token& token, Diagnostics* diagnostics) {
  std::string_view text = TextOf(source, token);
  text = text.substr(1, text.size() - 2);
  std::string bytes;
  bytes.reserve(text.size());
  size_t i = 0;
  const auto report = [&](std::string message) {
    diagnostics->Add(source, token.begin + 1 + static_cast<uint32_t>(i), std::move(message));
  };
  while (i < text.size()) {
    const uint32_t length = Utf8SequenceLength(text, i);
    if (length == 0) {
      report("This string is not valid UTF-8");
      return bytes;
    }
    if (text[i] != '\\') {
      bytes.append(text.substr(i, length));
      i += length;
      continue;
    }
    const char decoded = DecodeEscape(text[i + 1]);
    const uint32_t escaped_length = Utf8SequenceLength(text, i + 1);
    if (decoded == kNoEscape) {
      std::string_view shown = text.substr(i, 1 + escaped_length);
      if (static_cast<unsigned char>(text[i + 1]) < 0x20) shown = "\\";
      report(Concat("Unknown escape sequence '", shown, "'"));
    } else {
      bytes += decoded;
    }
    i += 1 + (escaped_length == 0 ? 1 : escaped_length);
  }
  return bytes;
}

}  // namespace som
