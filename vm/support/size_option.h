// Memory sizes as people write them on a command line and read them in a report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace som {

// Parses "65536", "64K", "64KB", "16MB", "1g" ...: a decimal number and an optional unit (K, M, G,
// T, powers of 1024, case ignored, followed by an optional B; a B alone means bytes). Nothing for
// anything else, for zero, and for what exceeds 2^62 bytes.
std::optional<uint64_t> ParseSize(std::string_view text);

// "812 B", "64.0 KB", "4.0 MB", "1.5 GB".
std::string FormatSize(uint64_t bytes);

}  // namespace som
