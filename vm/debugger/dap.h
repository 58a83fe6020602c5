// The debugger for editors: a session of the Debug Adapter Protocol, on standard input and output
// or on a local socket.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace som {

class VM;

// What a session needs of the command line.
struct DapHost {
  // The class path for a program, with the client's own if it names one.
  std::function<std::vector<std::string>(const std::string& program,
                                         const std::optional<std::string>& class_path)>
      class_path;
  // The VM; called once at most. `debugs`: its options have `debug` set.
  std::function<VM&(const std::vector<std::string>& class_path, bool debugs)> make_vm;
};

// Serves one client, to its end. `port`: of 127.0.0.1, which is told of on stderr; 0: a free one;
// nothing: standard input and output, which the program does not see then. Answers the exit status:
// 1 if there is no such port to be had, otherwise 0.
int ServeDap(const DapHost& host, std::optional<int> port);

}  // namespace som
