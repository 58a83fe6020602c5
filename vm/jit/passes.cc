// See passes.h.
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

constexpr std::string_view kNames[] = {
#define SOM_JIT_BUILD(member, name, sentence) name,
#define SOM_JIT_POLICY(name, sentence) name,
#define SOM_JIT_PASS(function, name, sentence) name,
#include "vm/jit/passes.def"
};

}  // namespace

bool PassSet::Parse(std::string_view text, PassSet* result, std::string* unknown) {
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    bool known = false;
    for (std::string_view candidate : kNames) known |= candidate == name;
    if (!known && name != "all") {
      if (unknown != nullptr) *unknown = name;
      return false;
    }
    for (std::string_view candidate : kNames) {
      if (name == "all" || candidate == name) result->without_.emplace(candidate);
    }
  }
  return true;
}

BuildOptions PassSet::ToBuildOptions() const {
  BuildOptions options;
#define SOM_JIT_BUILD(member, name, sentence) options.member = Has(name);
#include "vm/jit/passes.def"
  return options;
}

void RunPasses(Graph& graph, const PassSet& set,
               const std::function<void(std::string_view)>& after) {
#define SOM_JIT_PASS(function, name, sentence) \
  if (set.Has(name)) {                         \
    function(graph);                           \
    if (after) after(name);                    \
  }
#include "vm/jit/passes.def"
}

}  // namespace som::jit
