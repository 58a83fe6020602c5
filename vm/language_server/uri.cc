// See uri.h.
#include "vm/language_server/uri.h"

#include <cstdint>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace som::lsp {

namespace {

constexpr std::string_view kScheme = "file://";
constexpr std::string_view kUnescaped = "-._~/";

bool IsHex(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }

}  // namespace

std::optional<std::string> PathOfUri(std::string_view uri) {
  if (!uri.starts_with(kScheme)) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  constexpr std::string_view kHere = "localhost";
  if (uri.starts_with(kHere)) uri.remove_prefix(kHere.size());
  if (!uri.starts_with('/')) return std::nullopt;
  std::string path;
  path.reserve(uri.size());
  for (size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] != '%') {
      path += uri[i];
      continue;
    }
    if (i + 2 >= uri.size()) return std::nullopt;
    const std::string digits(uri.substr(i + 1, 2));
    uint32_t byte = 0;
    if (!IsHex(digits[0]) || !IsHex(digits[1]) || !absl::SimpleHexAtoi(digits, &byte))
      return std::nullopt;
    path += static_cast<char>(byte);
    i += 2;
  }
  if (path.find('\0') != std::string::npos) return std::nullopt;
  return NormalPath(path);
}

std::string UriOfPath(std::string_view path) {
  std::string uri(kScheme);
  for (const char c : path) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        kUnescaped.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += absl::StrFormat("%%%02X", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

std::string NormalPath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  std::string normal = (error ? std::filesystem::path(path) : absolute).lexically_normal().string();
  if (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

}  // namespace som::lsp
