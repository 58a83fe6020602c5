// Whether there is a program to run, and what to tell people if there is none.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace som {

// Nothing if the program, a class or its file as on the command line, can be loaded along
// `class_path`; otherwise the reason, several lines where that helps, without a line end.
std::optional<std::string> ProblemWithProgram(const std::string& program,
                                              const std::vector<std::string>& class_path);

}  // namespace som
