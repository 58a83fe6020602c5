// The language server: `som --lsp`.
"use strict";

const { LanguageClient } = require("vscode-languageclient/node");
const { classPath, reportMissingProgram, somPath } = require("./settings");

function startLanguageClient(vscode) {
  // Without a `transport`: one that is named adds an option of its own to the arguments.
  const executable = { command: somPath(vscode), args: ["--lsp"] };
  const client = new LanguageClient(
    "som",
    "SOM",
    { run: executable, debug: executable },
    {
      documentSelector: [{ language: "som" }],
      initializationOptions: { classPath: classPath(vscode) },
      synchronize: { configurationSection: "som" },
    },
  );
  client.start().catch(() => reportMissingProgram(vscode));
  return client;
}

// Where the server's core library is; undefined until the server has answered.
function coreLibraryOf(client) {
  const result = client.initializeResult;
  return result && result.capabilities.experimental && result.capabilities.experimental.coreLibrary;
}

// Stops a client in whatever state it is: one whose server has not started cannot be stopped.
async function stopLanguageClient(client) {
  if (client.needsStop()) await client.stop().catch(() => undefined);
}

module.exports = { coreLibraryOf, startLanguageClient, stopLanguageClient };
