// A walk over all expressions of a method, for whoever looks for something in a syntax tree.
#pragma once

#include <functional>

#include "compiler/ast.h"

namespace som {

// Visits each expression of the method, outer ones before inner ones, blocks included. Answers the
// first for which `visit` answers true, or null. Not recursive: trees may be deep.
const Expression* FindExpression(const MethodNode& method,
                                 const std::function<bool(const Expression&)>& visit);

}  // namespace som
