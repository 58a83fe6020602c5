// Interning of symbols. A symbol's index is its identity in C++ (selectors, names of globals);
// index 0 is none. The table refers to symbols weakly: those that neither a root nor an object
// refers to disappear in a full collection, unless C++ code has pinned them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/memory/heap.h"

namespace som {

using SymbolId = uint32_t;

enum WellKnownSymbol : SymbolId {
  kNoSymbol = 0,
#define SOM_SYMBOL(name, spelling) kSymbol##name,
#include "vm/objects/well_known.def"
  kFirstFreeSymbol,
};

class SymbolTable : public RootProvider {
 public:
  // Interns the well-known symbols.
  explicit SymbolTable(Heap* heap);

  // The symbol spelled `name`, made (in old space; does not collect) if there is none. Pinned:
  // never collected; for everything that C++ structures refer to.
  SymbolId Intern(std::string_view name);
  // The same for symbols that only SOM objects will refer to.
  Value InternValue(std::string_view name);

  Value ValueOf(SymbolId id) const { return symbols_[id]; }
  std::string_view NameOf(SymbolId id) const { return As<String>(symbols_[id])->View(); }
  // Marks a symbol that came from SOM code as pinned.
  SymbolId Pin(Value symbol);
  size_t size() const { return index_.size(); }

  void VisitRoots(RootVisitor&) override {}
  void VisitOldRoots(RootVisitor& visitor) override;  // the pinned ones
  void SweepWeak() override;

 private:
  // A symbol with an index of its own, not yet in `index_`.
  Value MakeSymbol(std::string_view name);

  Heap* heap_;
  std::vector<Value> symbols_;  // by index; small integer 0 where the index is free
  std::vector<bool> pinned_;
  std::vector<SymbolId> free_;
  absl::flat_hash_map<std::string_view, SymbolId>
      index_;  // keys point into the symbols, which never move
};

// Number of arguments a selector takes.
uint16_t SelectorArgumentCount(std::string_view selector);

}  // namespace som
