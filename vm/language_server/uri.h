// file: URIs and paths.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace som::lsp {

// The absolute path, without `.` and `..`, that a file: URI names. None if it is no URI of a file
// here.
std::optional<std::string> PathOfUri(std::string_view uri);
// For an absolute path.
std::string UriOfPath(std::string_view path);
// Absolute, relative to the working directory, and without `.`, `..` and a slash at the end.
std::string NormalPath(const std::string& path);

}  // namespace som::lsp
