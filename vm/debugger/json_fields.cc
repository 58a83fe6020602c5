// See json_fields.h.
#include "vm/debugger/json_fields.h"

#include <utility>

namespace som {

namespace {

// Null where there is no such field.
const nlohmann::json* Find(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::string StringIn(const nlohmann::json& object, const char* name, std::string otherwise) {
  const nlohmann::json* field = Find(object, name);
  return field != nullptr && field->is_string() ? field->get<std::string>() : std::move(otherwise);
}

int64_t IntegerIn(const nlohmann::json& object, const char* name, int64_t otherwise) {
  const nlohmann::json* field = Find(object, name);
  return field != nullptr && field->is_number_integer() ? field->get<int64_t>() : otherwise;
}

bool BooleanIn(const nlohmann::json& object, const char* name, bool otherwise) {
  const nlohmann::json* field = Find(object, name);
  return field != nullptr && field->is_boolean() ? field->get<bool>() : otherwise;
}

nlohmann::json ObjectIn(const nlohmann::json& object, const char* name) {
  const nlohmann::json* field = Find(object, name);
  return field != nullptr && field->is_object() ? *field : nlohmann::json::object();
}

nlohmann::json ArrayIn(const nlohmann::json& object, const char* name) {
  const nlohmann::json* field = Find(object, name);
  return field != nullptr && field->is_array() ? *field : nlohmann::json::array();
}

std::vector<std::string> StringsIn(const nlohmann::json& object, const char* name) {
  std::vector<std::string> strings;
  const nlohmann::json array = ArrayIn(object, name);
  strings.reserve(array.size());
  for (const nlohmann::json& element : array) {
    if (element.is_string()) strings.push_back(element.get<std::string>());
  }
  return strings;
}

}  // namespace som
