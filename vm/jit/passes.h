// The passes over a graph. passes.def is their list; each is in the file of passes/ named after its
// switch, which opens with what it does to an example.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "vm/jit/graph_builder.h"
#include "vm/jit/ir.h"

namespace som::jit {

#define SOM_JIT_PASS(function, name, sentence) void function(Graph& graph);
#include "vm/jit/passes.def"

// Which optimisations to leave out, from the names that --jit-passes was given. `unknown` receives
// the first name that is none, if it is not null.
class PassSet {
 public:
  PassSet() = default;
  static bool Parse(std::string_view text, PassSet* result, std::string* unknown);
  bool Has(std::string_view name) const { return !without_.contains(std::string(name)); }
  BuildOptions ToBuildOptions() const;

 private:
  std::set<std::string> without_;
};

// Runs the passes that `set` has; calls `after` behind each with its name, if there is one.
void RunPasses(Graph& graph, const PassSet& set,
               const std::function<void(std::string_view)>& after);

}  // namespace som::jit
