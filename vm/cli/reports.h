// Where reports and the program's output end: files, standard error, and standard output when the
// process is over. What a report says is others' business.
#pragma once

#include <string>

namespace som {

// False, with a message, if the file cannot be written.
bool WriteFile(const std::string& file, const std::string& text);
// To standard error where no file is named. False, with a message, if a file cannot be written.
bool WriteReport(const std::string& file, const std::string& report);
// Ends standard output. The exit status: `status`, unless that is of success and the output, which
// is told, is not complete.
int FinishOutput(int status);

}  // namespace som
