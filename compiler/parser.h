// Tokens to syntax tree, by recursive descent. Checks the grammar only: whether names exist, or are
// declared twice, is for scope.h and the class compiler.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/ast.h"
#include "compiler/diagnostics.h"
#include "compiler/source.h"

namespace som {

// The class in `source`. After an error inside a method, parsing goes on with the next method where
// that can be found reliably. Answers null when anything was added to `diagnostics`.
std::unique_ptr<ClassNode> ParseClassSource(const SourceFile& source, Diagnostics* diagnostics);

// What can be read of the class in a `source` with errors: fields, methods, and of a method with an
// error the statements in front of it. After each error, reading goes on at the next line that
// looks like a method. Never null; the class's name may be missing. Not for running.
std::unique_ptr<ClassNode> ParseDamagedClassSource(const SourceFile& source);

// `source` holds statements. Makes a class called `name` with the instance method `run: it`, which
// answers the value of the last statement, nil if there is none. Answers null on errors.
std::unique_ptr<ClassNode> ParseExpressionSource(const SourceFile& source, std::string name,
                                                 Diagnostics* diagnostics);

// `source` holds statements for a shell. Like ParseExpressionSource, but the method is `run`, and
// the variables declared in front of the statements become fields of the class.
std::unique_ptr<ClassNode> ParseInputSource(const SourceFile& source, std::string name,
                                            Diagnostics* diagnostics);

// `source` holds statements for a debugger. Like ParseExpressionSource, but the method has the
// given arguments.
std::unique_ptr<ClassNode> ParseEvaluationSource(const SourceFile& source,
                                                 const std::vector<std::string>& arguments,
                                                 Diagnostics* diagnostics);

// `source` holds a single method with the class it belongs to: `NAME >> METHOD` or `NAME class >>
// METHOD`. Makes a class of that name with this method alone. Answers null on errors.
std::unique_ptr<ClassNode> ParseMethodSource(const SourceFile& source, Diagnostics* diagnostics);

}  // namespace som
