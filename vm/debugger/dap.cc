// See dap.h: the two channels.
#include "vm/debugger/dap.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "compiler/concat.h"
#include "vm/debugger/dap_session.h"
#include "vm/loading/universe.h"
#include "vm/support/output.h"

namespace som {

namespace {

int FailChannel(std::string_view what) {
  WriteError(Concat("som: ", what, ": ", std::strerror(errno), "\n"));
  return kExitFailure;
}

int Serve(const DapHost& host, int in, int out) {
  // A client that is gone is noticed where something is sent to it.
  std::signal(SIGPIPE, SIG_IGN);
  // Its reader runs until the process ends.
  auto* channel = new MessageChannel(in, out);
  auto* session = new DapSession(host, *channel);
  channel->Start([session](const Incoming& incoming, std::chrono::milliseconds waited) {
    return session->Arrived(incoming, waited);
  });
  session->Run();
  return kExitSuccess;
}

}  // namespace

int ServeDap(const DapHost& host, std::optional<int> port) {
  if (!port.has_value()) {
    // The program reads nothing, and whatever writes past the VM's output does not get in between.
    const int in = dup(STDIN_FILENO);
    const int out = dup(STDOUT_FILENO);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (in < 0 || out < 0 || nothing < 0)
      return FailChannel("cannot use standard input and output");
    if (dup2(nothing, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
      return FailChannel("cannot use standard input and output");
    return Serve(host, in, out);
  }
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return FailChannel("cannot make a socket");
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(*port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener, 1) != 0) {
    return FailChannel(Concat("cannot listen on port ", *port));
  }
  socklen_t size = sizeof(address);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  WriteError(
      Concat("som: waiting for a debugger's client on 127.0.0.1:", ntohs(address.sin_port), "\n"));
  const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  close(listener);
  if (client < 0) return FailChannel("cannot accept a client");
  return Serve(host, client, client);
}

}  // namespace som
