// What is correct but hardly meant: statements without effect, values that are computed and not
// returned, code that is never reached, variables nobody needs, names that hide others, messages
// that nobody understands. Nothing here stops a program.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "compiler/diagnostics.h"

namespace som {

struct ClassNode;
struct InheritedFields;
class ParsedClass;

// What the classes of a class path, or of a workspace, understand.
class KnownSelectors {
 public:
  // Those of one more class.
  void Add(const ClassNode& tree);
  bool Contains(std::string_view selector) const { return selectors_.contains(selector); }
  // Whether the class of that name answers messages for which it has no method. Object's answer is
  // the error.
  bool Improvises(std::string_view class_name) const { return improvising_.contains(class_name); }
  const std::set<std::string, std::less<>>& selectors() const { return selectors_; }

 private:
  std::set<std::string, std::less<>> selectors_;
  std::set<std::string, std::less<>> improvising_;  // classes
};

// Adds warnings for what can be seen in one class, method by method.
void FindWarnings(const ParsedClass& parsed, const InheritedFields& inherited,
                  Diagnostics* warnings);

// Adds a warning for each message that no known class implements, with the names that are like it.
// None in a class that names one which improvises: which messages that one takes, nobody knows.
void FindUnknownSelectors(const ParsedClass& parsed, const KnownSelectors& known,
                          Diagnostics* warnings);

}  // namespace som
