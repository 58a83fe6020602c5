// What is inside a value, for lists of variables: a text on one line and its parts. Runs no SOM
// code.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vm/objects/value.h"

namespace som {

class VM;

// For example 42, 'text', #sym, nil, #(1 2 ...), a Foo, an Apple, Foo (a class). Does not collect.
std::string BriefText(VM& vm, Value value);

struct Part {
  std::string name;  // of a field, or an index that counts from 1
  Value value;
};
// How many fields or elements a value has.
size_t PartCount(VM& vm, Value value);
// Those from `start` on, at most `count`. Does not collect.
std::vector<Part> PartsOf(VM& vm, Value value, size_t start, size_t count);
// Gives the part of that name another value. Answers whether there is one.
bool SetPart(VM& vm, Value value, const std::string& name, Value part);

}  // namespace som
