// See lexer.h.
#include "compiler/lexer.h"

#include <array>
#include <cstddef>
#include <cstring>

#include "absl/strings/str_format.h"
#include "compiler/concat.h"

namespace som {

namespace {

constexpr size_t kMinSeparatorLength = 4;
constexpr size_t kMaxShownBytes = 40;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

enum CharClass : uint8_t {
  kOther = 0,
  kLetter = 1,
  kDigit = 2,
  kOperator = 4,
  kBlank = 8,
  kUnderscore = 16,
};

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
  classes['_'] = kUnderscore;
  return classes;
}

constexpr std::array<uint8_t, 256> kCharClasses = MakeCharClasses();

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

Lexer::Lexer(const SourceFile& source)
    : text_(source.text().c_str()),
      size_(source.text().size()),
      open_comment_(static_cast<uint32_t>(size_)) {
  if (source.text().starts_with(kByteOrderMark)) position_ = kByteOrderMark.size();
}

Token Lexer::Next() {
  if (!SkipBlanksAndComments()) {
    const auto end = static_cast<uint32_t>(position_);
    return {TokenKind::kEnd, end, end};
  }
  const auto begin = static_cast<uint32_t>(position_);
  const TokenKind kind = Scan();
  return {kind, begin, static_cast<uint32_t>(position_)};
}

bool Lexer::Is(size_t position, unsigned char_classes) const {
  return (kCharClasses[static_cast<unsigned char>(text_[position])] & char_classes) != 0;
}

void Lexer::SkipWhile(unsigned char_classes) {
  size_t position = position_;
  while (Is(position, char_classes)) ++position;
  position_ = position;
}

// Most of what stands between tokens is indentation, which is passed by in words.
void Lexer::SkipBlanks() {
  constexpr std::string_view kSpaces = "    ";
  size_t position = position_;
  while (Is(position, kBlank)) {
    const bool ends_line = IsChar(position, '\n');
    ++position;
    if (!ends_line) continue;
    while (size_ - position >= kSpaces.size() &&
           std::memcmp(text_ + position, kSpaces.data(), kSpaces.size()) == 0)
      position += kSpaces.size();
  }
  position_ = position;
}

// False at the end of the text.
bool Lexer::SkipBlanksAndComments() {
  while (true) {
    SkipBlanks();
    if (!IsChar(position_, '"')) return position_ < size_;
    const void* close = std::memchr(text_ + position_ + 1, '"', size_ - position_ - 1);
    if (close == nullptr) {
      open_comment_ = static_cast<uint32_t>(position_);
      position_ = size_;
    } else {
      position_ = static_cast<size_t>(static_cast<const char*>(close) - text_) + 1;
    }
  }
}

TokenKind Lexer::Scan() {
  const char c = text_[position_];
  switch (kCharClasses[static_cast<unsigned char>(c)]) {
    case kLetter:
      return ScanWord();
    case kDigit:
      return ScanNumber();
    case kOperator:
      return ScanOperator();
    default:
      break;
  }
  switch (c) {
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
      const uint32_t length = Utf8SequenceLength({text_, size_}, position_);
      position_ += length == 0 ? 1 : length;
      return TokenKind::kInvalid;
    }
  }
}

TokenKind Lexer::Single(TokenKind kind) {
  ++position_;
  return kind;
}

TokenKind Lexer::ScanWord() {
  SkipWhile(kLetter | kDigit | kUnderscore);
  if (!IsChar(position_, ':')) return TokenKind::kIdentifier;
  return Single(TokenKind::kKeyword);
}

TokenKind Lexer::ScanNumber() {
  SkipWhile(kDigit);
  if (!IsChar(position_, '.') || !Is(position_ + 1, kDigit)) return TokenKind::kInteger;
  ++position_;
  SkipWhile(kDigit);
  return TokenKind::kDouble;
}

TokenKind Lexer::ScanOperator() {
  size_t dashes = position_;
  while (IsChar(dashes, '-')) ++dashes;
  if (dashes - position_ >= kMinSeparatorLength) {
    position_ = dashes;
    return TokenKind::kSeparator;
  }
  SkipWhile(kOperator);
  return TokenKind::kOperator;
}

TokenKind Lexer::ScanString() {
  for (++position_; position_ < size_; ++position_) {
    if (text_[position_] == '\'') return Single(TokenKind::kString);
    if (text_[position_] == '\\' && position_ + 1 < size_) ++position_;
  }
  return TokenKind::kUnterminatedString;
}

std::vector<Token> Tokenize(const SourceFile& source) {
  std::vector<Token> tokens;
  tokens.reserve(source.text().size() / 4 + 1);
  Lexer lexer(source);
  do tokens.push_back(lexer.Next());
  while (tokens.back().kind != TokenKind::kEnd);
  return tokens;
}

bool IsReserved(std::string_view name) {
  switch (name.empty() ? '\0' : name.front()) {
    case 's':
      return name == "self" || name == "super";
    case 'n':
      return name == "nil";
    case 't':
      return name == "true";
    case 'f':
      return name == "false";
    default:
      return false;
  }
}

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

bool EndsOperand(TokenKind kind) {
  switch (kind) {
    case TokenKind::kIdentifier:
    case TokenKind::kInteger:
    case TokenKind::kDouble:
    case TokenKind::kString:
    case TokenKind::kCloseParenthesis:
    case TokenKind::kCloseBracket:
      return true;
    default:
      return false;
  }
}

}  // namespace som
