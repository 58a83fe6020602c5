// Fields of JSON objects that others have written: what is missing or of another type is as if it
// were the default.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace som {

std::string StringIn(const nlohmann::json& object, const char* name, std::string otherwise = "");
int64_t IntegerIn(const nlohmann::json& object, const char* name, int64_t otherwise);
bool BooleanIn(const nlohmann::json& object, const char* name, bool otherwise);
// An empty one where there is none.
nlohmann::json ObjectIn(const nlohmann::json& object, const char* name);
nlohmann::json ArrayIn(const nlohmann::json& object, const char* name);
// The strings of an array.
std::vector<std::string> StringsIn(const nlohmann::json& object, const char* name);

}  // namespace som
