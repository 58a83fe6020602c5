// Life cycle, documents and diagnostics; the requests about documents are in server_requests.cc.
// See server.h.
#include "vm/language_server/server.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "compiler/ast.h"
#include "compiler/concat.h"
#include "vm/language_server/problems.h"
#include "vm/language_server/semantic_tokens.h"
#include "vm/language_server/uri.h"

namespace som::lsp {

namespace {

using protocol::ArrayAt;
using protocol::BoolAt;
using protocol::IntegerAt;
using protocol::Member;
using protocol::StringAt;
using protocol::StringsAt;

constexpr std::string_view kSource = "som";
constexpr int kErrorSeverity = 1;
constexpr int kWarningSeverity = 2;
constexpr int kIncremental = 2;
// Of diagnostics that need not disturb the list of a file with very many.
constexpr size_t kMaxProblems = 500;

Json Capabilities() {
  Json capabilities = {
      {"positionEncoding", "utf-16"},
      {"textDocumentSync", {{"openClose", true}, {"change", kIncremental}, {"save", true}}},
      {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}},
  };
  const auto add = [&](std::string_view name, std::string_view options) {
    if (!name.empty()) capabilities[std::string(name)] = Json::parse(options);
  };
#define LSP_REQUEST(method, handler, capability, options) add(capability, options);
#include "vm/language_server/methods.def"
  Json types = Json::array();
  Json modifiers = Json::array();
#define SOM_TOKEN_TYPE(name, text) types.push_back(text);
#define SOM_TOKEN_MODIFIER(name, text) modifiers.push_back(text);
#include "vm/language_server/semantic_tokens.def"
  capabilities["semanticTokensProvider"] = {
      {"legend", {{"tokenTypes", types}, {"tokenModifiers", modifiers}}},
      {"full", true},
      {"range", true}};
  return capabilities;
}

Json Notification(std::string_view method, Json params) {
  return {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
}

// The paths of the members of an array of {uri}.
std::vector<std::string> FolderPaths(const Json& folders) {
  std::vector<std::string> paths;
  paths.reserve(folders.size());
  for (const Json& folder : folders) {
    if (const std::optional<std::string> path = PathOfUri(StringAt(folder, "uri").value_or("")))
      paths.push_back(*path);
  }
  return paths;
}

// What the diagnostics of other files may depend on.
std::string HeadOf(const File& file) {
  const ClassNode& tree = file.index->tree();
  std::string head = Concat(tree.name, " ", tree.superclass_name);
  for (const ClassSide* side : {&tree.instance_side, &tree.class_side}) {
    head += " |";
    for (const Name& field : side->fields) head += Concat(" ", field.text);
    for (const MethodNode* method : side->methods) head += Concat(" ", method->selector);
  }
  return head;
}

Json ProblemToJson(const Problem& problem, const LineMap& lines) {
  // An empty range is not underlined everywhere.
  Span span = problem.span;
  if (span.begin == span.end && span.begin < lines.EndOf(lines.LineOf(span.begin))) ++span.end;
  return {{"range", ToJson(lines.RangeOf(span))},
          {"severity", problem.is_warning ? kWarningSeverity : kErrorSeverity},
          {"source", kSource},
          {"message", problem.hint.empty() ? problem.message
                                           : Concat(problem.message, "\nhint: ", problem.hint)}};
}

}  // namespace

Server::Server(const ServerOptions& options, std::function<void(const Json&)> notify)
    : options_(options), notify_(std::move(notify)) {}

// --- life cycle ---------------------------------------------------------------------------------

Answer Server::Initialize(const Json& params) {
  if (!params.is_object())
    return Answer::Error(ErrorCode::kInvalidParams, "initialize needs parameters");
  folders_ = FolderPaths(ArrayAt(params, "workspaceFolders"));
  if (folders_.empty()) {
    if (const std::optional<std::string> uri = StringAt(params, "rootUri")) {
      if (const std::optional<std::string> path = PathOfUri(*uri)) folders_.push_back(*path);
    } else if (const std::optional<std::string> path = StringAt(params, "rootPath")) {
      folders_.push_back(*path);
    }
  }
  if (const Json* settings = Member(params, "initializationOptions")) ReadClassPath(*settings);
  const Json* capabilities = Member(params, "capabilities");
  const Json none = Json::object();
  const Json& client = capabilities != nullptr ? *capabilities : none;
  takes_snippets_ = BoolAt(client, "textDocument.completion.completionItem.snippetSupport");
  takes_document_symbols_ =
      BoolAt(client, "textDocument.documentSymbol.hierarchicalDocumentSymbolSupport");
  registers_watchers_ = BoolAt(client, "workspace.didChangeWatchedFiles.dynamicRegistration");
  Json offered = Capabilities();
  // For editors that run programs: what has to be searched besides the directories of the settings.
  if (!options_.core_library.empty())
    offered["experimental"] = {{"coreLibrary", NormalPath(options_.core_library)}};
  return Answer::Of({{"capabilities", std::move(offered)},
                     {"serverInfo", {{"name", "som"}, {"version", options_.version}}}});
}

void Server::Initialized(const Json& /*params*/) {
  if (registers_watchers_) {
    const Json watcher = {{"globPattern", "**/*.som"}};
    notify_({{"jsonrpc", "2.0"},
             {"id", "watch"},
             {"method", "client/registerCapability"},
             {"params",
              {{"registrations",
                {{{"id", "watch"},
                  {"method", "workspace/didChangeWatchedFiles"},
                  {"registerOptions", {{"watchers", {watcher}}}}}}}}}});
  }
  FindFiles();
  workspace_.Files();
}

Answer Server::Shutdown(const Json& /*params*/) { return Answer::Of(nullptr); }

// `classPath`: a list of directories, or one text with colons between them; relative ones are of
// the first folder that has them.
void Server::ReadClassPath(const Json& settings) {
  const Json* value = Member(settings, "classPath");
  if (value == nullptr) return;
  std::vector<std::string> entries;
  if (value->is_string()) {
    const auto& text = value->get_ref<const std::string&>();
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find(':', begin), text.size());
      entries.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
  } else {
    entries = StringsAt(settings, "classPath");
  }
  std::erase(entries, "");
  for (std::string& entry : entries) {
    if (entry.starts_with('/')) continue;
    std::error_code error;
    const auto has = [&](const std::string& folder) {
      return std::filesystem::is_directory(Concat(folder, "/", entry), error);
    };
    const auto folder = std::find_if(folders_.begin(), folders_.end(), has);
    if (folder != folders_.end()) entry = Concat(*folder, "/", entry);
  }
  if (entries.empty()) {
    class_path_.reset();
  } else {
    class_path_ = std::move(entries);
  }
}

void Server::FindFiles() {
  has_found_files_ = true;
  workspace_.SetFolders(folders_);
  workspace_.SetClassPath(class_path_.value_or(options_.class_path), options_.core_library);
  workspace_.Scan();
  heads_have_changed_ = true;
}

void Server::DidChangeWorkspaceFolders(const Json& params) {
  const std::vector<std::string> removed = FolderPaths(ArrayAt(params, "event.removed"));
  std::erase_if(folders_, [&](const std::string& folder) {
    return std::find(removed.begin(), removed.end(), folder) != removed.end();
  });
  for (std::string& added : FolderPaths(ArrayAt(params, "event.added"))) {
    if (std::find(folders_.begin(), folders_.end(), added) == folders_.end())
      folders_.push_back(std::move(added));
  }
  FindFiles();
}

void Server::DidChangeConfiguration(const Json& params) {
  const Json* settings = Member(params, "settings.som");
  if (settings == nullptr || Member(*settings, "classPath") == nullptr) return;
  ReadClassPath(*settings);
  FindFiles();
}

void Server::DidChangeWatchedFiles(const Json& params) {
  const Json* changes = Member(params, "changes");
  if (changes == nullptr || !changes->is_array()) return;
  for (const Json& change : *changes) {
    if (const std::optional<std::string> uri = StringAt(change, "uri")) workspace_.Refresh(*uri);
  }
  heads_have_changed_ = true;
}

// --- documents ----------------------------------------------------------------------------------

void Server::DidOpen(const Json& params) {
  const std::optional<std::string> uri = StringAt(params, "textDocument.uri");
  std::optional<std::string> text = StringAt(params, "textDocument.text");
  if (!uri.has_value() || !text.has_value()) return;
  workspace_.Open(*uri, std::move(*text));
  open_.insert(*uri);
  changed_.insert(*uri);
  if (const std::optional<int64_t> version = IntegerAt(params, "textDocument.version"))
    versions_[*uri] = *version;
}

void Server::DidChange(const Json& params) {
  const std::optional<std::string> uri = StringAt(params, "textDocument.uri");
  const Json* changes = Member(params, "contentChanges");
  if (!uri.has_value() || !open_.contains(*uri) || changes == nullptr || !changes->is_array())
    return;
  workspace_.Edit(*uri, [&](std::string* text) {
    for (const Json& change : *changes) {
      const std::optional<std::string> inserted = StringAt(change, "text");
      if (!inserted.has_value()) continue;
      const std::optional<Range> range = RangeAt(change, "range");
      if (!range.has_value()) {
        *text = *inserted;
        continue;
      }
      const LineMap lines(*text);
      const uint32_t begin = lines.OffsetOf(range->start);
      const uint32_t end = std::max(begin, lines.OffsetOf(range->end));
      text->replace(begin, end - begin, *inserted);
    }
  });
  changed_.insert(*uri);
  if (const std::optional<int64_t> version = IntegerAt(params, "textDocument.version"))
    versions_[*uri] = *version;
}

void Server::DidClose(const Json& params) {
  const std::optional<std::string> uri = StringAt(params, "textDocument.uri");
  if (!uri.has_value() || open_.erase(*uri) == 0) return;
  changed_.erase(*uri);
  heads_.erase(*uri);
  versions_.erase(*uri);
  workspace_.Close(*uri);
  heads_have_changed_ = true;
  notify_(Notification("textDocument/publishDiagnostics",
                       {{"uri", *uri}, {"diagnostics", Json::array()}}));
}

void Server::DidSave(const Json& /*params*/) {}

void Server::PublishDiagnostics() {
  if (changed_.empty() && !heads_have_changed_) return;
  if (!has_found_files_) FindFiles();
  for (const std::string& uri : changed_) {
    const File* file = workspace_.Find(uri);
    if (file == nullptr) continue;
    std::string head = HeadOf(*file);
    std::string& known = heads_[uri];
    heads_have_changed_ |= known != head;
    known = std::move(head);
  }
  if (heads_have_changed_) known_selectors_ = KnownSelectorsOf(workspace_);
  const std::set<std::string> concerned = heads_have_changed_ ? open_ : changed_;
  changed_.clear();
  heads_have_changed_ = false;
  for (const std::string& uri : concerned) {
    const File* file = workspace_.Find(uri);
    if (file == nullptr) continue;
    Json diagnostics = Json::array();
    for (const Problem& problem : FindProblems(workspace_, known_selectors_, *file)) {
      if (diagnostics.size() == kMaxProblems) break;
      diagnostics.push_back(ProblemToJson(problem, file->index->lines()));
    }
    Json params = {{"uri", uri}, {"diagnostics", std::move(diagnostics)}};
    if (const auto version = versions_.find(uri); version != versions_.end())
      params["version"] = version->second;
    notify_(Notification("textDocument/publishDiagnostics", std::move(params)));
  }
}

}  // namespace som::lsp
