// Where classes are searched: the rules for the program's directory, -cp and the core library's own
// places.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace som {

// The folder of optional classes, beside the library's Object.som.
inline constexpr std::string_view kOptionalClasses = "/More";

// "dir/Foo.som", "dir/Foo", "Foo.som" and "Foo" all name the class Foo.
std::string ProgramClassName(const std::string& program);
// The directory of a program given with one, or "." if its file is in the current directory, or "".
std::string ProgramDirectory(const std::string& program);

// The search order: the program's directory, the entries of -cp (or, without -cp, the core library
// that belongs to the executable: the installed one, or `source_library` of a build tree), the
// current directory, in the sandbox only if it is one of the others; OptionalClasses of all these.
std::vector<std::string> MakeClassPath(const std::string& program_directory,
                                       const std::optional<std::string>& class_path,
                                       const std::string& source_library, bool sandbox);

// The directory of a class library whose classes are found only where no other place has one of the
// name: `More` beside the first Object.som on the path. "" if there is none.
std::string OptionalClasses(const std::vector<std::string>& class_path);

// Whether a file, once symbolic links are followed, stands in one of the directories itself.
bool IsOnClassPath(const std::string& path, const std::vector<std::string>& class_path);

// Names of the classes that have a file in one of the directories, each once.
std::vector<std::string> ClassesOnPath(const std::vector<std::string>& class_path);

}  // namespace som
