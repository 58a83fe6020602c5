// A session of the Debug Adapter Protocol: which requests mean what. The framing of messages is
// message_channel.h's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/code/sampler.h"
#include "vm/debugger/dap.h"
#include "vm/debugger/debugger.h"
#include "vm/debugger/message_channel.h"
#include "vm/protocol/json_fields.h"
#include "vm/support/output.h"

namespace som {

class DapSession final : public DebuggerFront, public OutputSink, public Sampler {
 public:
  DapSession(const DapHost& host, MessageChannel& channel);
  ~DapSession();
  DapSession(const DapSession&) = delete;
  DapSession& operator=(const DapSession&) = delete;

  // Until the client disconnects.
  void Run();

  // --- DebuggerFront ---
  Resume Stopped(Debugger& debugger, const Stop& stop) override;
  bool Attend(Debugger& debugger) override;
  // --- OutputSink: what the program prints becomes events ---
  void Out(std::string_view text) override;
  void Error(std::string_view text) override;
  // --- Sampler: requests are served while a program runs that is not debugged ---
  void Safepoint(VM& vm) override;

  // On the reader's thread: something has waited so long to be taken. Whether it is urgent.
  bool Arrived(const Incoming& incoming, std::chrono::milliseconds waited);

 private:
  using Json = protocol::Json;

  enum class When : uint8_t { kAlways, kStopped };
  struct Request {
    std::string_view command;
    When when;
    // Answers the body of the response, or throws nothing and sets `failure_`.
    Json (DapSession::*serve)(const Json& arguments);
  };
  static const std::vector<Request>& Requests();

#define SOM_DAP_REQUEST(function, command, when) Json function(const Json& arguments);
#include "vm/debugger/dap_requests.def"

  // Serves what has come in, and answers it.
  void Serve(const Incoming& incoming);
  Json Fail(std::string message);
  void SendEvent(std::string_view event, Json body);
  void SendOutput(std::string_view category, std::string_view text, std::string* rest);
  void RunProgram();

  Json GoOn(Resume::Kind kind, size_t frame);
  Json BreakpointBody(const Breakpoint& breakpoint) const;
  void VerifyFunctionBreakpoints();
  void TellOfBreakpoints();
  // Line numbers as the client counts them.
  int64_t ToClient(uint32_t line) const { return int64_t{line} - (lines_start_at_1_ ? 0 : 1); }
  Json SourceOf(const Frame& frame);
  // The frame that a client's number means; nothing if there is none.
  std::optional<size_t> FrameOf(const Json& arguments);

  struct Reference {
    enum class Sort : uint8_t { kLocals, kCaptured, kSelf, kValue } sort;
    size_t frame;   // of a scope
    size_t handle;  // of a value
  };
  int64_t AddReference(Reference::Sort sort, size_t frame);
  // 0 if the value has no parts.
  int64_t ReferenceTo(Value value);
  Json VariableBody(const std::string& name, Value value, bool can_evaluate);

  const DapHost& host_;
  MessageChannel& channel_;
  std::atomic<int64_t> sequence_ = 1;

  // --- What the client has asked for ---
  bool lines_start_at_1_ = true;
  bool is_initialized_ = false;
  bool is_launched_ = false;
  bool is_configured_ = false;
  std::string program_;
  std::vector<std::string> arguments_;
  std::vector<std::string> class_path_;
  bool stops_on_entry_ = false;
  bool debugs_ = true;
  bool shows_library_ = false;
  Breakpoints breakpoints_;
  ErrorFilter errors_{false, false, false};

  // --- While the program runs ---
  bool has_run_ = false;
  std::atomic<Debugger*> debugger_ = nullptr;
  std::atomic<VM*> plain_vm_ = nullptr;  // of a program that is not debugged
  bool is_stopped_ = false;
  Stop stop_;
  std::optional<Resume> resume_;
  std::vector<Reference> references_;
  std::vector<Handle> handles_;
  std::vector<const ParsedClass*> sources_;  // those that are in no file, by reference - 1
  std::string out_rest_;                     // the beginning of a character
  std::string error_rest_;

  std::string failure_;  // of the request that is served
  bool ends_program_ = false;
  bool is_over_ = false;
  std::vector<Json> after_response_;  // events
};

}  // namespace som
