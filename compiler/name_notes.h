// What the parser notes about the names of a method while it reads it: declarations that repeat a
// name, and assignments to what is no argument or local variable, hence a field or a mistake. Which
// of the two is known once the class's superclass is; CheckNames tells. What names mean in code is
// for scope.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "compiler/ast.h"
#include "compiler/diagnostics.h"
#include "compiler/scope.h"
#include "compiler/source.h"

namespace som {

class NameNotes {
 public:
  // Forgets everything: a method begins.
  void Start();
  // The arguments of the method or of a block, or its local variables.
  void Declare(absl::Span<const Name> names);
  // They are visible no longer. In the reverse order of the declarations.
  void Undeclare(absl::Span<const Name> names);
  // To be called in the order of evaluation.
  void Assign(const Name& name);

  // Of the method so far, in the order in which errors are reported.
  const std::vector<DoubtfulName>& doubtful() const { return doubtful_; }

 private:
  // So many names are searched one by one; those declared after them are counted in a table.
  static constexpr size_t kFew = 32;

  bool IsVisible(std::string_view name) const;

  std::vector<std::string_view> visible_;
  absl::flat_hash_map<std::string_view, uint32_t> later_;
  std::vector<DoubtfulName> doubtful_;
};

// Reports the doubtful names of a method that are errors, given the fields it sees.
void CheckNames(const MethodNode& method, const FieldTable& fields, const SourceFile& source,
                Diagnostics* diagnostics);

}  // namespace som
