// See language_server.h.
#include "vm/language_server/language_server.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "compiler/concat.h"
#include "vm/language_server/message_stream.h"
#include "vm/language_server/server.h"
#include "vm/protocol/frame_io.h"

namespace som::lsp {

namespace {

using protocol::Frame;
using protocol::Member;
using protocol::ParseJson;
using protocol::StringAt;

using Request = Answer (Server::*)(const Json&);
using Notice = void (Server::*)(const Json&);

struct RequestRow {
  std::string_view method;
  Request handler;
};
struct NotificationRow {
  std::string_view method;
  Notice handler;
};

constexpr RequestRow kRequests[] = {
#define LSP_REQUEST(method, handler, capability, options) {method, &Server::handler},
#include "vm/language_server/methods.def"
};
constexpr NotificationRow kNotifications[] = {
#define LSP_NOTIFICATION(method, handler) {method, &Server::handler},
#include "vm/language_server/methods.def"
};

template <typename Row, size_t kCount>
const Row* FindRow(const Row (&rows)[kCount], std::string_view method) {
  const auto found = std::find_if(std::begin(rows), std::end(rows),
                                  [&](const Row& row) { return row.method == method; });
  return found == std::end(rows) ? nullptr : &*found;
}

// A message that can be a request or a notification.
struct Message {
  Json id;  // null: none
  bool has_id = false;
  std::string method;
  Json params;
};

class Session {
 public:
  Session(const ServerOptions& options, int in, int out)
      : stream_(in), out_(out), server_(options, [this](const Json& message) { Send(message); }) {}

  int Run() {
    while (!has_exited_) {
      const std::optional<Frame> frame = stream_.Read();
      if (!frame.has_value()) return 1;  // the editor is gone without `exit`
      stream_.ReadPending();
      Handle(*frame);
      if (!can_write_) return 1;
      // While changes come in faster than they are looked at, only the last one is.
      if (is_initialized_ && !is_shut_down_ && stream_.pending().empty())
        server_.PublishDiagnostics();
    }
    return is_shut_down_ ? 0 : 1;
  }

 private:
  void Send(const Json& message) {
    can_write_ = can_write_ && protocol::WriteFrame(out_, protocol::WriteJson(message));
  }

  void SendError(const Json& id, ErrorCode code, std::string_view message) {
    Send({{"jsonrpc", "2.0"},
          {"id", id},
          {"error", {{"code", static_cast<int>(code)}, {"message", message}}}});
  }

  void Handle(const Frame& frame) {
    if (!frame.error.empty()) return SendError(nullptr, ErrorCode::kParseError, frame.error);
    std::optional<Json> json = ParseJson(frame.content);
    if (!json.has_value())
      return SendError(nullptr, ErrorCode::kParseError, "The content is not JSON");
    if (!json->is_object())
      return SendError(nullptr, ErrorCode::kInvalidRequest, "A message is an object");
    Message message;
    if (const Json* id = Member(*json, "id")) {
      message.has_id = true;
      message.id = *id;
    }
    const std::optional<std::string> method = StringAt(*json, "method");
    if (!method.has_value()) {
      // An answer of the editor to a request of ours has nothing to tell.
      const bool is_answer =
          message.has_id && (json->contains("result") || json->contains("error"));
      if (!is_answer) SendError(message.id, ErrorCode::kInvalidRequest, "A message has a method");
      return;
    }
    message.method = *method;
    if (Json* params = const_cast<Json*>(Member(*json, "params")))
      message.params = std::move(*params);
    if (message.has_id && !message.id.is_number_integer() && !message.id.is_string())
      return SendError(nullptr, ErrorCode::kInvalidRequest, "An id is a number or a text");
    if (message.has_id) {
      HandleRequest(message);
    } else {
      HandleNotification(message);
    }
  }

  void HandleRequest(const Message& message) {
    const bool is_initialize = message.method == "initialize";
    if (is_shut_down_)
      return SendError(message.id, ErrorCode::kInvalidRequest, "The server has been shut down");
    if (!is_initialized_ && !is_initialize)
      return SendError(message.id, ErrorCode::kServerNotInitialized,
                       "The first request has to be initialize");
    if (is_initialized_ && is_initialize)
      return SendError(message.id, ErrorCode::kInvalidRequest, "initialize comes once");
    const RequestRow* row = FindRow(kRequests, message.method);
    if (row == nullptr)
      return SendError(message.id, ErrorCode::kMethodNotFound,
                       Concat("There is no method ", message.method));
    if (TakeCancellation(message.id))
      return SendError(message.id, ErrorCode::kRequestCancelled, "Cancelled");
    const Answer answer = Call(*row, message.params);
    if (answer.error.has_value()) return SendError(message.id, *answer.error, answer.message);
    if (is_initialize) is_initialized_ = true;
    if (message.method == "shutdown") is_shut_down_ = true;
    Send({{"jsonrpc", "2.0"}, {"id", message.id}, {"result", answer.result}});
  }

  // What goes wrong in one request must not end the session.
  Answer Call(const RequestRow& row, const Json& params) {
    try {
      return (server_.*row.handler)(params);
    } catch (const std::exception& error) {
      return Answer::Error(ErrorCode::kInternalError, error.what());
    }
  }

  void HandleNotification(const Message& message) {
    if (message.method == "exit") {
      has_exited_ = true;
      return;
    }
    // Before `initialize` and after `shutdown` the protocol wants them dropped.
    if (!is_initialized_ || is_shut_down_) return;
    const NotificationRow* row = FindRow(kNotifications, message.method);
    if (row == nullptr) return;  // `$/cancelRequest` of what has been answered, and what is unknown
    try {
      (server_.*row->handler)(message.params);
    } catch (const std::exception& error) {
      Send({{"jsonrpc", "2.0"},
            {"method", "window/logMessage"},
            {"params", {{"type", 1}, {"message", Concat(message.method, ": ", error.what())}}}});
    }
  }

  // Whether a cancellation of the request has arrived meanwhile; it is used up.
  bool TakeCancellation(const Json& id) {
    constexpr std::string_view kCancel = "$/cancelRequest";
    std::deque<Frame>& pending = stream_.pending();
    const auto cancels = [&](const Frame& frame) {
      if (frame.content.find(kCancel) == std::string::npos) return false;
      const std::optional<Json> json = ParseJson(frame.content);
      if (!json.has_value() || StringAt(*json, "method") != kCancel) return false;
      const Json* cancelled = Member(*json, "params.id");
      return cancelled != nullptr && *cancelled == id;
    };
    const auto found = std::find_if(pending.begin(), pending.end(), cancels);
    if (found == pending.end()) return false;
    pending.erase(found);
    return true;
  }

  MessageStream stream_;
  int out_;
  Server server_;
  bool is_initialized_ = false;
  bool is_shut_down_ = false;
  bool has_exited_ = false;
  bool can_write_ = true;
};

}  // namespace

int RunLanguageServer(const ServerOptions& options, int in, int out) {
  return Session(options, in, out).Run();
}

}  // namespace som::lsp
