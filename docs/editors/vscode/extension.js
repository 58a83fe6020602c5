// Where the extension begins: starts the language server, and offers the debugger and the commands.
"use strict";

const vscode = require("vscode");
const { registerCommands } = require("./lib/commands");
const { registerDebugger } = require("./lib/debugger");
const { coreLibraryOf, startLanguageClient, stopLanguageClient } = require("./lib/language-client");
const { completeClassPath } = require("./lib/settings");

let client;

function activate(context) {
  client = startLanguageClient(vscode);
  const directories = () => completeClassPath(vscode, coreLibraryOf(client));
  registerCommands(vscode, context, directories);
  registerDebugger(vscode, context, directories);
  context.subscriptions.push(vscode.workspace.onDidChangeConfiguration(async (change) => {
    if (!change.affectsConfiguration("som.path")) return;
    await stopLanguageClient(client);
    client = startLanguageClient(vscode);
  }));
}

function deactivate() {
  return client && stopLanguageClient(client);
}

module.exports = { activate, deactivate };
