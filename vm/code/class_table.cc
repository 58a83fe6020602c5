// See class_table.h.
#include "vm/code/class_table.h"

#include "vm/code/class_provider.h"
#include "vm/objects/well_known.h"

namespace som {

bool ClassInfo::InheritsFrom(const ClassInfo* other) const {
  for (const ClassInfo* c = this; c != nullptr; c = c->superclass) {
    if (c == other) return true;
  }
  return false;
}

ClassTable::ClassTable() {
  classes_.push_back(nullptr);  // index 0: none
  field_counts_.push_back(0);
  field_counts_data_ = field_counts_.data();
}

ClassInfo* ClassTable::Add() {
  auto info = std::make_unique<ClassInfo>();
  info->index = static_cast<uint32_t>(classes_.size());
  info->object = Value::Int(0);
  info->methods_array = Value::Int(0);
  classes_.push_back(std::move(info));
  field_counts_.push_back(0);
  field_counts_data_ = field_counts_.data();
  return classes_.back().get();
}

ClassInfo* ClassTable::Of(Value v) const { return At(ClassIndexOf(v)); }

void ClassTable::PublishFieldCount(const ClassInfo& info) {
  field_counts_[info.index] = info.FieldCount();
}

Method* ClassTable::Lookup(const ClassInfo* info, SymbolId selector) const {
  for (const ClassInfo* c = info; c != nullptr; c = c->superclass) {
    const auto it = c->dictionary.find(selector);
    if (it == c->dictionary.end()) continue;
    Method* method = it->second;
    if (!method->IsCompiled()) class_provider_->CompileMethod(*method);
    return method;
  }
  return nullptr;
}

void ClassTable::VisitRoots(RootVisitor& visitor) {
  for (auto& info : classes_) {
    if (info) visitor.Visit(&info->methods_array);
  }
}

void ClassTable::VisitOldRoots(RootVisitor& visitor) {
  for (auto& info : classes_) {
    if (info == nullptr) continue;
    visitor.Visit(&info->object);
    auto visit_method = [&visitor](Method& method) {
      visitor.Visit(&method.mirror);
      visitor.Visit(&method.trivial_constant);
    };
    for (auto* list : {&info->methods, &info->retired_methods}) {
      for (auto& method : *list) {
        visit_method(*method);
        for (Method* unit : method->unit_methods) {
          visitor.VisitRange(unit->literals, unit->literals + unit->literal_count);
          for (auto& block : unit->blocks) visitor.Visit(&block->clean);
        }
      }
    }
  }
}

}  // namespace som
