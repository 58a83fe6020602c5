// See symbol_table.h.
#include "vm/text/symbol_table.h"

#include <algorithm>
#include <cstring>

#include "vm/objects/well_known.h"
#include "vm/text/string_object.h"

namespace som {

SymbolTable::SymbolTable(Heap* heap) : heap_(heap) {
  constexpr size_t kUsualCount = 800;  // a short program's, the library's included
  symbols_.reserve(kUsualCount);
  pinned_.reserve(kUsualCount);
  index_.reserve(kUsualCount);
  symbols_.push_back(Value::Int(0));
  pinned_.push_back(true);
#define SOM_SYMBOL(name, spelling) Intern(spelling);
#include "vm/objects/well_known.def"
}

Value SymbolTable::InternValue(std::string_view name) {
  const auto entry = index_.lazy_emplace(name, [&](const auto& make_entry) {
    const Value symbol = MakeSymbol(name);
    make_entry(As<String>(symbol)->View(), As<String>(symbol)->symbol_index);
  });
  return symbols_[entry->second];
}

Value SymbolTable::MakeSymbol(std::string_view name) {
  auto* symbol = static_cast<String*>(
      heap_->AllocateOld(kSymbolClass, Kind::kSymbol, StringBytes(name.size())));
  FillString(symbol, name);
  SymbolId id;
  if (free_.empty()) {
    id = static_cast<SymbolId>(symbols_.size());
    symbols_.push_back(Value::FromObject(symbol));
    pinned_.push_back(false);
  } else {
    id = free_.back();
    free_.pop_back();
    symbols_[id] = Value::FromObject(symbol);
    pinned_[id] = false;
  }
  symbol->symbol_index = id;
  return symbols_[id];
}

SymbolId SymbolTable::Intern(std::string_view name) { return Pin(InternValue(name)); }

SymbolId SymbolTable::Pin(Value symbol) {
  SymbolId id = As<String>(symbol)->symbol_index;
  pinned_[id] = true;
  return id;
}

void SymbolTable::VisitOldRoots(RootVisitor& visitor) {
  for (size_t i = 1; i < symbols_.size(); ++i) {
    if (pinned_[i]) visitor.Visit(&symbols_[i]);
  }
}

void SymbolTable::SweepWeak() {
  for (size_t i = 1; i < symbols_.size(); ++i) {
    if (!symbols_[i].IsObject() || symbols_[i].AsObject()->Has(Object::kMarked)) continue;
    index_.erase(As<String>(symbols_[i])->View());
    symbols_[i] = Value::Int(0);
    free_.push_back(static_cast<SymbolId>(i));
  }
}

uint16_t SelectorArgumentCount(std::string_view selector) {
  constexpr std::string_view kOperatorCharacters = "~&|*/\\+=><,@%-";
  if (selector.empty()) return 0;
  if (kOperatorCharacters.find(selector[0]) != std::string_view::npos) return 1;
  return static_cast<uint16_t>(std::count(selector.begin(), selector.end(), ':'));
}

}  // namespace som
