// Where the extension begins: starts the language server, and offers the debugger and the commands.
"use strict";

const vscode = require("vscode");
const { registerCommands } = require("./lib/commands");
const { registerDebugger } = require("./lib/debugger");
const { coreLibraryOf, startLanguageClient } = require("./lib/language-client");
const { completeClassPath } = require("./lib/settings");

let client;

function activate(context) {
  client = startLanguageClient(vscode);
  const directories = () => completeClassPath(vscode, coreLibraryOf(client));
  registerCommands(vscode, context, directories);
  registerDebugger(vscode, context, directories);
}

function deactivate() {
  return client && client.stop();
}

module.exports = { activate, deactivate };
