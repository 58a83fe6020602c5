// All files: those of the workspace's folders and of the class path, the texts that the editor has
// open, and what lies beside them. What names mean across files: classes, fields, inheritance.
// Reads files; knows nothing of the protocol but URIs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "compiler/compile.h"
#include "vm/language_server/file_index.h"

namespace som::lsp {

struct File {
  std::string uri;
  std::string path;  // absolute; empty if the URI is not of a file
  std::string directory;
  std::optional<std::string> open_text;  // what the editor has
  bool is_in_folder = false;             // of the workspace
  bool is_listed = false;                // in a directory that is searched
  std::unique_ptr<FileIndex> index;      // of the text before the last change, if any
  bool is_stale = true;                  // the text has changed since
};

// A variable of a class, or none.
struct Field {
  const File* file = nullptr;
  uint32_t declaration = kNone;

  explicit operator bool() const { return file != nullptr; }
  friend bool operator==(const Field&, const Field&) = default;
};

struct MethodReference {
  const File* file = nullptr;
  uint32_t method = kNone;

  explicit operator bool() const { return file != nullptr; }
  const Method& get() const { return file->index->methods()[method]; }
};

// One side of a class.
struct ClassSideReference {
  const File* file = nullptr;
  bool class_side = false;

  explicit operator bool() const { return file != nullptr; }
};

class Workspace {
 public:
  // Directories, absolute. `class_path` in the order of search; if Object is in none of them,
  // `core_library`, where that is not empty, is searched last.
  void SetFolders(const std::vector<std::string>& folders);
  void SetClassPath(const std::vector<std::string>& class_path, const std::string& core_library);
  const std::vector<std::string>& class_path() const { return class_path_; }
  const std::vector<std::string>& folders() const { return folders_; }
  // Finds files that have come, and forgets those that are gone.
  void Scan();

  void Open(const std::string& uri, std::string text);
  // Changes the text of an open file.
  void Edit(const std::string& uri, absl::FunctionRef<void(std::string*)> edit);
  void Close(const std::string& uri);
  // The file on disk has changed, come or gone.
  void Refresh(const std::string& uri);

  // Null for what is neither open nor listed. Indexes are fresh.
  const File* Find(const std::string& uri);
  // All, with fresh indexes, in the order of their names. Valid until the next change.
  const std::vector<const File*>& Files();

  // --- across files; of fresh indexes ---

  // The class that `name` means in `from`: of the same directory, else of the class path in its
  // order, else of the nearest other directory. Null if there is none.
  const File* ClassNamed(std::string_view name, const File& from) const;
  const File* SuperclassOf(const File& file) const;
  // The class, its superclass, and so on; each once even if there is a cycle.
  std::vector<const File*> ChainOf(const File& file) const;
  // Where messages to one side of a class are looked up, in this order: the class side goes on with
  // the instance side of Class.
  std::vector<ClassSideReference> LookupOrder(const File& file, bool class_side) const;
  // The field that `name` means in the methods of one side.
  Field FieldNamed(std::string_view name, const File& file, bool class_side) const;
  // What a look-up finds, from the side given on, or above it.
  MethodReference Lookup(std::string_view selector, ClassSideReference side,
                         bool above = false) const;
  InheritedFields InheritedFieldsOf(const File& file) const;

 private:
  File& FileFor(const std::string& uri);
  void Forget(const std::string& key);
  void MakeStale(File& file);
  void MakeAllFresh();
  void AddDirectory(const std::string& directory, bool recursive, bool is_folder);
  bool IsInFolder(const std::string& path) const;
  bool IsSearched(const std::string& directory) const;
  size_t RankOf(const File& file) const;
  void MakeIndex(File& file);

  std::vector<std::string> folders_;
  std::vector<std::string> class_path_;
  std::vector<std::string> beside_;  // other directories of files that have been open
  std::map<std::string, std::unique_ptr<File>> files_;  // by path, else by URI
  std::vector<File*> stale_;
  std::vector<const File*> all_;
  bool all_is_fresh_ = false;
  std::map<std::string, std::vector<const File*>, std::less<>> by_name_;
};

// The name by which other files know a file's class: that of the file, else of the class.
std::string ClassNameOf(const File& file);
// Foo, or Foo class.
std::string SideName(const File& file, bool class_side);

}  // namespace som::lsp
