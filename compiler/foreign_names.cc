// See foreign_names.h.
#include "compiler/foreign_names.h"

namespace som {

namespace {

struct Translation {
  std::string_view elsewhere;
  std::string_view here;
};

constexpr Translation kTranslations[] = {
#define SOM_FOREIGN_SELECTOR(elsewhere, here) {elsewhere, here},
#include "compiler/foreign_selectors.def"
};

struct GlobalHint {
  std::string_view elsewhere;
  std::string_view hint;
};

constexpr GlobalHint kGlobalHints[] = {
#define SOM_FOREIGN_GLOBAL(elsewhere, hint) {elsewhere, hint},
#include "compiler/foreign_globals.def"
};

}  // namespace

std::vector<std::string_view> SelectorsFor(std::string_view elsewhere) {
  std::vector<std::string_view> selectors;
  for (const Translation& translation : kTranslations) {
    if (translation.elsewhere == elsewhere) selectors.push_back(translation.here);
  }
  return selectors;
}

std::string_view HintForGlobal(std::string_view elsewhere) {
  for (const GlobalHint& entry : kGlobalHints) {
    if (entry.elsewhere == elsewhere) return entry.hint;
  }
  return "";
}

}  // namespace som
