// The debugger: `som --dap`, and what a launch needs that its configuration does not say.
"use strict";

const { firstFolder, hasProgram, reportMissingProgram, somPath } = require("./settings");

const defaults = { type: "som", request: "launch", name: "Debug this program" };

// Completes a configuration; without any, the program in the editor is debugged. Undefined, with a message, if that cannot be.
async function resolveConfiguration(vscode, configuration, directories) {
  const editor = vscode.window.activeTextEditor;
  if (!configuration.type && !configuration.request && !configuration.name) {
    if (!editor || editor.document.languageId !== "som") return undefined;
    configuration = { ...defaults, program: editor.document.uri.fsPath };
  }
  if (!configuration.program) {
    vscode.window.showErrorMessage("The launch configuration names no program.");
    return undefined;
  }
  // The editor itself says nothing of a debugger that does not start.
  if (!(await hasProgram(vscode))) {
    reportMissingProgram(vscode);
    return undefined;
  }
  // The program's output appears in the debug console, which otherwise opens for the first session only.
  const complete = { args: [], stopOnEntry: false, internalConsoleOptions: "openOnSessionStart", ...configuration };
  // Without directories som looks for its library itself.
  if (!complete.classPath && directories.length > 0) complete.classPath = directories;
  return complete;
}

function registerDebugger(vscode, context, directories) {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory("som", {
      createDebugAdapterDescriptor: () =>
        new vscode.DebugAdapterExecutable(somPath(vscode), ["--dap"], { cwd: firstFolder(vscode) }),
    }),
    vscode.debug.registerDebugConfigurationProvider("som", {
      resolveDebugConfiguration: (folder, configuration) => resolveConfiguration(vscode, configuration, directories()),
    }),
  );
}

module.exports = { registerDebugger };
