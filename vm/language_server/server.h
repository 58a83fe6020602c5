// What the methods of the protocol do: JSON in, JSON out. One function for each row of methods.def.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/warnings.h"
#include "vm/language_server/json_positions.h"
#include "vm/language_server/language_server.h"
#include "vm/language_server/navigation.h"
#include "vm/language_server/workspace.h"

namespace som::lsp {

// Codes of JSON-RPC and of the protocol.
enum class ErrorCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kServerNotInitialized = -32002,
  kRequestFailed = -32803,
  kRequestCancelled = -32800,
};

// A result, or an error.
struct Answer {
  Json result;
  std::optional<ErrorCode> error;
  std::string message;  // of the error

  static Answer Of(Json result) { return {std::move(result), std::nullopt, ""}; }
  static Answer Error(ErrorCode code, std::string message) {
    return {nullptr, code, std::move(message)};
  }
};

class Server {
 public:
  // `notify` sends a notification or a request to the editor.
  Server(const ServerOptions& options, std::function<void(const Json& message)> notify);

#define LSP_REQUEST(method, handler, capability, options) Answer handler(const Json& params);
#define LSP_NOTIFICATION(method, handler) void handler(const Json& params);
#include "vm/language_server/methods.def"

  // Sends the diagnostics of open files that may have changed.
  void PublishDiagnostics();

 private:
  struct Place {
    const File* file;
    uint32_t offset;
  };

  // The place that `params` names; an error if it names none.
  std::optional<Place> PlaceOf(const Json& params);
  const File* FileOf(const Json& params);
  void ReadClassPath(const Json& settings);
  void FindFiles();
  Json LocationsToJson(const std::vector<Location>& locations) const;
  Answer TokensOf(const Json& params, bool has_range);

  ServerOptions options_;
  std::function<void(const Json&)> notify_;
  Workspace workspace_;
  std::vector<std::string> folders_;
  std::optional<std::vector<std::string>> class_path_;  // that the editor names
  bool has_found_files_ = false;
  bool takes_snippets_ = false;
  bool takes_document_symbols_ = false;
  bool registers_watchers_ = false;
  std::set<std::string> open_;                // URIs
  std::set<std::string> changed_;             // of them, since diagnostics were sent
  bool heads_have_changed_ = false;           // what other files' diagnostics depend on
  std::map<std::string, std::string> heads_;  // by URI
  KnownSelectors known_selectors_;            // as of the last heads
  std::map<std::string, int64_t> versions_;
};

}  // namespace som::lsp
