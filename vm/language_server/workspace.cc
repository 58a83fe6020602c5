// See workspace.h.
#include "vm/language_server/workspace.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "compiler/ast.h"
#include "compiler/concat.h"
#include "vm/language_server/uri.h"

namespace som::lsp {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".som";
constexpr std::string_view kRoot = "Object";
constexpr std::string_view kClassOfClasses = "Class";
// The folder beside a library's root whose classes are found behind all others.
constexpr std::string_view kOptionalClasses = "More";
// Folders of a workspace that hold no sources, and a bound for those that hold too many.
constexpr std::string_view kSkippedFolders[] = {"node_modules", "build"};
constexpr size_t kMaxFiles = 20000;
constexpr uintmax_t kMaxFileBytes = uintmax_t{16} << 20;

std::string KeyOf(const std::string& uri) { return PathOfUri(uri).value_or(uri); }

bool IsSource(std::string_view path) {
  return path.ends_with(kExtension) && path.size() > kExtension.size();
}

// The text of a file; empty if it cannot be read or is too large.
std::string ReadText(const std::string& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error || size > kMaxFileBytes) return "";
  std::ifstream in(path, std::ios::binary);
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

size_t CommonPrefix(std::string_view a, std::string_view b) {
  const auto differ = std::mismatch(
      a.begin(), a.begin() + static_cast<ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
  return static_cast<size_t>(differ.first - a.begin());
}

}  // namespace

std::string ClassNameOf(const File& file) {
  const std::string name = fs::path(file.path).filename().string();
  if (IsSource(name)) return name.substr(0, name.size() - kExtension.size());
  return file.index == nullptr ? "" : file.index->tree().name;
}

std::string SideName(const File& file, bool class_side) {
  return Concat(ClassNameOf(file), class_side ? " class" : "");
}

// --- which files there are ----------------------------------------------------------------------

void Workspace::SetFolders(const std::vector<std::string>& folders) {
  folders_.clear();
  folders_.reserve(folders.size());
  for (const std::string& folder : folders) folders_.push_back(NormalPath(folder));
}

void Workspace::SetClassPath(const std::vector<std::string>& class_path,
                             const std::string& core_library) {
  class_path_.clear();
  std::string library;
  class_path_.reserve(class_path.size() + 2);
  for (const std::string& entry : class_path) {
    class_path_.push_back(NormalPath(entry));
    std::error_code error;
    if (library.empty() && fs::exists(Concat(class_path_.back(), "/", kRoot, kExtension), error))
      library = class_path_.back();
  }
  if (library.empty() && !core_library.empty()) {
    library = NormalPath(core_library);
    class_path_.push_back(library);
  }
  if (!library.empty()) class_path_.push_back(Concat(library, "/", kOptionalClasses));
}

void Workspace::Scan() {
  for (auto& [key, file] : files_) {
    file->is_listed = false;
    file->is_in_folder = false;
  }
  for (const std::string& folder : folders_) AddDirectory(folder, /*recursive=*/true, true);
  for (const std::vector<std::string>* directories : {&class_path_, &beside_}) {
    for (const std::string& entry : *directories) AddDirectory(entry, /*recursive=*/false, false);
  }
  std::vector<std::string> gone;
  for (const auto& [key, file] : files_) {
    if (!file->is_listed && !file->open_text.has_value()) gone.push_back(key);
  }
  for (const std::string& key : gone) Forget(key);
}

void Workspace::AddDirectory(const std::string& directory, bool recursive, bool is_folder) {
  std::error_code error;
  constexpr auto kOptions = fs::directory_options::skip_permission_denied;
  const auto add = [&](const fs::directory_entry& entry) {
    std::error_code unreadable;
    if (!IsSource(entry.path().native()) || !entry.is_regular_file(unreadable)) return;
    if (files_.size() >= kMaxFiles) return;
    File& file = FileFor(UriOfPath(entry.path().native()));
    file.is_listed = true;
    file.is_in_folder |= is_folder;
  };
  if (!recursive) {
    for (fs::directory_iterator it(directory, kOptions, error), end; !error && it != end;
         it.increment(error))
      add(*it);
    return;
  }
  for (fs::recursive_directory_iterator it(directory, kOptions, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code unreadable;
    if (it->is_directory(unreadable)) {
      const std::string name = it->path().filename().string();
      if (name.starts_with('.') || std::find(std::begin(kSkippedFolders), std::end(kSkippedFolders),
                                             name) != std::end(kSkippedFolders))
        it.disable_recursion_pending();
    } else {
      add(*it);
    }
  }
}

File& Workspace::FileFor(const std::string& uri) {
  const std::optional<std::string> path = PathOfUri(uri);
  std::unique_ptr<File>& file = files_[path.value_or(uri)];
  if (file == nullptr) {
    file = std::make_unique<File>();
    file->uri = uri;
    file->path = path.value_or("");
    file->directory = fs::path(file->path).parent_path().string();
    stale_.push_back(file.get());
    all_is_fresh_ = false;
  }
  return *file;
}

void Workspace::Forget(const std::string& key) {
  const auto found = files_.find(key);
  if (found == files_.end()) return;
  File* file = found->second.get();
  std::erase(stale_, file);
  for (auto& [name, files] : by_name_) std::erase(files, file);
  files_.erase(found);
  all_is_fresh_ = false;
}

// --- texts --------------------------------------------------------------------------------------

void Workspace::Open(const std::string& uri, std::string text) {
  File& file = FileFor(uri);
  file.uri = uri;  // the editor's spelling
  file.open_text = std::move(text);
  MakeStale(file);
  // A program finds classes beside it, whatever the class path says.
  if (file.path.empty() || IsInFolder(file.path) || IsSearched(file.directory)) return;
  beside_.push_back(file.directory);
  AddDirectory(file.directory, /*recursive=*/false, false);
}

bool Workspace::IsInFolder(const std::string& path) const {
  return std::any_of(folders_.begin(), folders_.end(), [&](const std::string& folder) {
    return path.starts_with(folder) && path.substr(folder.size()).starts_with('/');
  });
}

// Whether files of the directory are listed that are in no folder.
bool Workspace::IsSearched(const std::string& directory) const {
  const auto has = [&](const std::vector<std::string>& directories) {
    return std::find(directories.begin(), directories.end(), directory) != directories.end();
  };
  return has(class_path_) || has(beside_);
}

void Workspace::Edit(const std::string& uri, absl::FunctionRef<void(std::string*)> edit) {
  File& file = FileFor(uri);
  if (!file.open_text.has_value()) return;
  edit(&*file.open_text);
  MakeStale(file);
}

void Workspace::MakeStale(File& file) {
  if (!file.is_stale) stale_.push_back(&file);
  file.is_stale = true;
}

void Workspace::Close(const std::string& uri) {
  const auto found = files_.find(KeyOf(uri));
  if (found == files_.end()) return;
  found->second->open_text.reset();
  Refresh(uri);
}

void Workspace::Refresh(const std::string& uri) {
  const std::optional<std::string> path = PathOfUri(uri);
  if (!path.has_value()) return Forget(uri);
  const auto found = files_.find(*path);
  if (found != files_.end() && found->second->open_text.has_value()) return;  // the editor's counts
  std::error_code error;
  const bool is_in_folder = IsInFolder(*path);
  const bool is_searched = IsSearched(fs::path(*path).parent_path().string());
  if (!IsSource(*path) || !(is_in_folder || is_searched) || !fs::is_regular_file(*path, error))
    return Forget(*path);
  File& file = FileFor(uri);
  file.is_listed = true;
  file.is_in_folder = is_in_folder;
  MakeStale(file);
}

void Workspace::MakeIndex(File& file) {
  const std::string old_name = file.index == nullptr ? "" : ClassNameOf(file);
  std::string text = file.open_text.has_value() ? *file.open_text : ReadText(file.path);
  file.index =
      std::make_unique<FileIndex>(file.path.empty() ? file.uri : file.path, std::move(text));
  const std::string name = ClassNameOf(file);
  if (name == old_name) return;
  if (!old_name.empty()) std::erase(by_name_[old_name], &file);
  by_name_[name].push_back(&file);
}

void Workspace::MakeAllFresh() {
  std::vector<File*> stale;
  stale.swap(stale_);
  for (File* file : stale) {
    if (!file->is_stale) continue;
    file->is_stale = false;
    MakeIndex(*file);
  }
}

const File* Workspace::Find(const std::string& uri) {
  const auto found = files_.find(KeyOf(uri));
  if (found == files_.end()) return nullptr;
  MakeAllFresh();
  return found->second.get();
}

const std::vector<const File*>& Workspace::Files() {
  MakeAllFresh();
  if (!all_is_fresh_) {
    all_.clear();
    all_.reserve(files_.size());
    for (const auto& [key, file] : files_) all_.push_back(file.get());
    all_is_fresh_ = true;
  }
  return all_;
}

// --- across files -------------------------------------------------------------------------------

// The place of a file's directory on the class path; behind all if it is not there.
size_t Workspace::RankOf(const File& file) const {
  const auto found = std::find(class_path_.begin(), class_path_.end(), file.directory);
  return static_cast<size_t>(found - class_path_.begin());
}

const File* Workspace::ClassNamed(std::string_view name, const File& from) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  const File* best = nullptr;
  size_t best_rank = 0;
  size_t best_nearness = 0;
  for (const File* candidate : found->second) {
    if (candidate == &from) return candidate;
    const bool is_beside = !candidate->path.empty() && candidate->directory == from.directory;
    const size_t rank = is_beside ? 0 : RankOf(*candidate) + 1;
    const size_t nearness = CommonPrefix(candidate->directory, from.directory);
    if (best != nullptr && (rank > best_rank || (rank == best_rank && nearness <= best_nearness)))
      continue;
    best = candidate;
    best_rank = rank;
    best_nearness = nearness;
  }
  return best;
}

const File* Workspace::SuperclassOf(const File& file) const {
  const std::string& name = file.index->tree().superclass_name;
  if (name.empty() || name == "nil") return nullptr;
  return ClassNamed(name, file);
}

std::vector<const File*> Workspace::ChainOf(const File& file) const {
  std::vector<const File*> chain;
  for (const File* next = &file; next != nullptr; next = SuperclassOf(*next)) {
    if (std::find(chain.begin(), chain.end(), next) != chain.end()) break;
    chain.push_back(next);
  }
  return chain;
}

std::vector<ClassSideReference> Workspace::LookupOrder(const File& file, bool class_side) const {
  std::vector<ClassSideReference> order;
  for (const File* next : ChainOf(file)) order.push_back({next, class_side});
  if (!class_side) return order;
  if (const File* all_classes = ClassNamed(kClassOfClasses, file)) {
    for (const File* next : ChainOf(*all_classes)) order.push_back({next, false});
  }
  return order;
}

Field Workspace::FieldNamed(std::string_view name, const File& file, bool class_side) const {
  for (const ClassSideReference& side : LookupOrder(file, class_side)) {
    const uint32_t declaration = side.file->index->FieldNamed(name, side.class_side);
    if (declaration != kNone) return {side.file, declaration};
  }
  return {};
}

MethodReference Workspace::Lookup(std::string_view selector, ClassSideReference side,
                                  bool above) const {
  const std::vector<ClassSideReference> order = LookupOrder(*side.file, side.class_side);
  for (size_t i = above ? 1 : 0; i < order.size(); ++i) {
    const FileIndex& index = *order[i].file->index;
    for (const uint32_t method : index.MethodsNamed(selector)) {
      if (index.methods()[method].class_side == order[i].class_side) return {order[i].file, method};
    }
  }
  return {};
}

InheritedFields Workspace::InheritedFieldsOf(const File& file) const {
  const auto inherited = [&](bool class_side) {
    std::vector<std::string> names;
    const std::vector<ClassSideReference> order = LookupOrder(file, class_side);
    for (size_t i = order.size(); i-- > 1;) {
      const ClassNode& tree = order[i].file->index->tree();
      for (const Name& field :
           order[i].class_side ? tree.class_side.fields : tree.instance_side.fields)
        names.emplace_back(field.text);
    }
    return names;
  };
  return {inherited(false), inherited(true)};
}

}  // namespace som::lsp
