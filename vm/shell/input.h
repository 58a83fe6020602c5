// What people type, as text: when an input of several lines is complete, and what sort of input it
// is. Knows the lexical rules only; what an input means is for the session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace som {

// Collects the lines of one input. The work is linear in the length of the text.
class InputScanner {
 public:
  // Takes a line without its line end.
  void Add(std::string_view line);
  // Whether no string, comment, parenthesis or bracket is open and the text does not end with the
  // `=` of a definition. What closes more than was opened is complete, for the compiler to report.
  // A command is complete after its first line, unless its argument is an expression.
  bool IsComplete() const;
  const std::string& text() const { return text_; }
  void Clear() { *this = InputScanner(); }

 private:
  enum class Place : uint8_t { kCode, kString, kComment };
  void Scan(char c);

  std::string text_;
  Place place_ = Place::kCode;
  bool is_escaped_ = false;  // in a string: the character before is a backslash that counts
  int depth_ = 0;
  std::string_view::value_type first_ = 0;  // the first character that is no blank; 0: none yet
  std::string operator_;                    // the operator that the code ends with, if it does
  bool operator_goes_on_ = false;
};

enum class InputKind : uint8_t {
  kNothing,     // blanks and comments
  kQuit,        // the word `quit`
  kCommand,     // `:name ...`
  kClass,       // `Name = Superclass ( ...`
  kMethod,      // `Name >> pattern = ( ...`, or with `Name class >>`
  kStatements,  // everything else
};

struct InputSort {
  InputKind kind = InputKind::kNothing;
  std::string class_name;  // of kClass and kMethod
  std::string superclass;  // of kClass, "" if none is named
};

// Names of classes begin with a capital letter: `x = (3)` compares.
InputSort SortInput(const std::string& text);

}  // namespace som
