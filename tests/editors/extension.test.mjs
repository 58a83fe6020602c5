// The extension's own code, with stand-ins for the editor and for the client of the language server: what it starts, and
// with which arguments.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { makeWorkspace, root, som } from "./client.mjs";

const require = createRequire(import.meta.url);
const extension = join(root, "docs/editors/vscode");
const manifest = JSON.parse(readFileSync(join(extension, "package.json"), "utf8"));

class EventEmitter {
  event = () => {};
  fire() {}
}
class ProcessExecution {
  constructor(process, args, options) {
    Object.assign(this, { process, args, options });
  }
}
class Task {
  constructor(definition, scope, name, source, execution) {
    Object.assign(this, { definition, scope, name, source, execution });
  }
}
class DebugAdapterExecutable {
  constructor(command, args, options) {
    Object.assign(this, { command, args, options });
  }
}

// What the extension did with the editor.
let did;
let settings;
let editor;
let workspace;
let remoteName;
let startsLanguageServer;
// What the extension hears of changed settings.
let changeSetting;
// What ends a command whose notification has a button for that.
let cancel;
const file = (path) => ({ scheme: "file", fsPath: path, toString: () => `file://${path}` });

const vscode = {
  EventEmitter,
  DebugAdapterExecutable,
  ProcessExecution,
  Task,
  TaskScope: { Workspace: 2 },
  ProgressLocation: { Notification: 15 },
  UIKind: { Desktop: 1, Web: 2 },
  ViewColumn: { Active: -1, Beside: -2 },
  Uri: { file, from: (parts) => ({ ...parts, toString: () => `${parts.scheme}:${parts.path}` }) },
  commands: { registerCommand: (name, run) => { did.commands[name] = run; return {}; },
    executeCommand: async (...command) => { did.executed.push(command); } },
  debug: {
    registerDebugAdapterDescriptorFactory: (type, factory) => { did.factories[type] = factory; return {}; },
    registerDebugConfigurationProvider: (type, provider) => { did.providers[type] = provider; return {}; },
    startDebugging: (folder, configuration) => { did.debugged.push(configuration); },
  },
  tasks: { executeTask: async (task) => { did.tasks.push(task); } },
  env: {
    uiKind: 1,
    get remoteName() { return remoteName; },
    openExternal: (uri) => { did.opened.push(uri.fsPath); },
  },
  window: {
    get activeTextEditor() { return editor; },
    createWebviewPanel: () => { const panel = { webview: {} }; did.panels.push(panel); return panel; },
    withProgress: (options, run) => run(undefined, { onCancellationRequested: (listener) => { cancel = listener; } }),
    showErrorMessage: async (message, button) => { did.errors.push(message); return button; },
    showTextDocument: (document) => { did.shown.push(document); },
  },
  workspace: {
    get workspaceFolders() { return [{ uri: file(workspace) }]; },
    getConfiguration: () => ({ get: (name) => settings[name] }),
    onDidChangeConfiguration: (listener) => { changeSetting = (name) => listener({ affectsConfiguration: (other) => other === name }); return {}; },
    openTextDocument: async (uri) => did.provider.provideTextDocumentContent(uri),
    registerTextDocumentContentProvider: (scheme, provider) => { did.provider = provider; return {}; },
  },
};

class LanguageClient {
  constructor(id, name, server, options) {
    did.client = { id, server, options };
  }
  initializeResult = { capabilities: { experimental: { coreLibrary: join(root, "core-lib") } } };
  start() {
    did.started++;
    return startsLanguageServer ? Promise.resolve() : Promise.reject();
  }
  needsStop() { return startsLanguageServer; }
  async stop() { did.stopped = true; }
}

const load = Module._load;
Module._load = (name, ...rest) => {
  if (name === "vscode") return vscode;
  if (name === "vscode-languageclient/node") return { LanguageClient };
  return load(name, ...rest);
};
const { activate, deactivate } = require(join(extension, "extension.js"));

const program = "Hello = ( run = ( 'hello' println ) )\n";
beforeEach(() => {
  did = { commands: {}, factories: {}, providers: {}, debugged: [], opened: [], tasks: [], panels: [], executed: [], started: 0, errors: [], shown: [] };
  workspace = makeWorkspace({ "Hello.som": program, "lib/Other.som": "Other = ( )" });
  settings = { path: som, classPath: [] };
  remoteName = undefined;
  startsLanguageServer = true;
  cancel = undefined;
  editor = { document: { languageId: "som", isDirty: false, uri: file(join(workspace, "Hello.som")) } };
  activate({ subscriptions: [] });
});

test("the commands of the manifest exist, and no others", () => {
  assert.deepEqual(Object.keys(did.commands).sort(), manifest.contributes.commands.map(({ command }) => command).sort());
});

test("the language server is som --lsp", async () => {
  assert.equal(did.client.server.run.command, som);
  assert.deepEqual(did.client.server.run.args, ["--lsp"]);
  assert.deepEqual(did.client.options.documentSelector, [{ language: "som" }]);
  await deactivate();
  assert.ok(did.stopped);
});

test("without som there is a message, which leads to the setting", async () => {
  startsLanguageServer = false;
  activate({ subscriptions: [] });
  await new Promise((resolve) => setImmediate(resolve));
  assert.match(did.errors[0], /cannot be started. Is the setting som.path right/);
  assert.deepEqual(did.executed, [["workbench.action.openSettings", "som.path"]]);
  settings.path = "/none/som";
  await did.commands["som.showBytecodes"]();
  assert.match(did.errors[1], /^"\/none\/som" cannot be started/);
  assert.equal(did.started, 2);
  settings.path = som;
  startsLanguageServer = true;
  await changeSetting("som.classPath");
  assert.equal(did.started, 2);
  await changeSetting("som.path");
  assert.equal(did.started, 3);
  assert.equal(did.client.server.run.command, som);
});

test("the debugger is som --dap, with what a launch needs", async () => {
  const { command, args } = did.factories.som.createDebugAdapterDescriptor();
  assert.deepEqual([command, args], [som, ["--dap"]]);
  const resolve = (configuration) => did.providers.som.resolveDebugConfiguration(undefined, configuration);
  assert.deepEqual(await resolve({}), { type: "som", request: "launch", name: "Debug this program",
    program: join(workspace, "Hello.som"), args: [], stopOnEntry: false, internalConsoleOptions: "openOnSessionStart" });
  settings.classPath = ["lib"];
  assert.deepEqual(await resolve({ type: "som", request: "launch", name: "x", program: "Hello", args: ["1"], stopOnEntry: true }),
    { type: "som", request: "launch", name: "x", program: "Hello", args: ["1"], stopOnEntry: true,
      internalConsoleOptions: "openOnSessionStart", classPath: [join(workspace, "lib"), join(root, "core-lib")] });
  assert.equal(await resolve({ type: "som", request: "launch", name: "x" }), undefined);
  assert.equal(did.errors.length, 1);
  settings.path = "/none/som";
  assert.equal(await resolve({}), undefined);
  assert.match(did.errors[1], /^"\/none\/som" cannot be started/);
  const offered = Object.keys(manifest.contributes.debuggers[0].configurationAttributes.launch.properties);
  assert.deepEqual(offered.sort(), ["args", "classPath", "program", "stopOnEntry"]);
});

test("run is a task", async () => {
  await did.commands["som.run"]();
  const { process, args, options } = did.tasks[0].execution;
  assert.deepEqual([process, args, options], [som, [join(workspace, "Hello.som")], { cwd: workspace }]);
  settings.classPath = ["lib"];
  await did.commands["som.run"]();
  assert.deepEqual(did.tasks[1].execution.args,
    ["-cp", `${join(workspace, "lib")}:${join(root, "core-lib")}`, join(workspace, "Hello.som")]);
});

test("debug starts the debugger", async () => {
  await did.commands["som.debug"]();
  assert.equal(did.debugged[0].program, join(workspace, "Hello.som"));
});

test("show bytecodes shows the listing", async () => {
  settings.classPath = ["lib"];
  await did.commands["som.showBytecodes"]();
  assert.deepEqual(did.errors, []);
  assert.match(did.shown[0], /run/);
  assert.match(did.shown[0], /println/);
});

test("explain opens the page that som writes", async () => {
  await did.commands["som.explain"]();
  assert.deepEqual(did.errors, []);
  assert.match(readFileSync(did.opened[0], "utf8"), /Hello>>run/);
  assert.deepEqual(did.panels, []);
});

test("explain shows the page in the editor where the browser is on another machine", async () => {
  remoteName = "ssh-remote";
  await did.commands["som.explain"]();
  assert.match(did.panels[0].webview.html, /Hello>>run/);
  assert.deepEqual(did.opened, []);
});

test("explain shows how a program fails; without a page there is a message", async () => {
  writeFileSync(join(workspace, "Hello.som"), "Hello = ( run = ( nil foo ) )");
  await did.commands["som.explain"]();
  assert.deepEqual(did.errors, []);
  assert.equal(did.opened.length, 1);
  writeFileSync(join(workspace, "Hello.som"), "Hello = ( run = ( ^ ( ) )");
  await did.commands["som.explain"]();
  assert.equal(did.errors.length, 1);
  assert.equal(did.opened.length, 1);
});

test("a program that waits for input, or never ends, can be ended and has its page", async () => {
  writeFileSync(join(workspace, "Hello.som"), "Hello = ( run = ( system readLine. [ true ] whileTrue: [ ] ) )");
  const explained = did.commands["som.explain"]();
  while (!cancel) await new Promise((resolve) => setTimeout(resolve, 10));
  setTimeout(cancel, 1000);
  await explained;
  assert.equal(did.opened.length, 1);
});

test("errors of som are shown", async () => {
  editor.document.uri = file(join(workspace, "None.som"));
  await did.commands["som.showBytecodes"]();
  assert.equal(did.errors.length, 1);
  assert.equal(did.shown.length, 0);
});

test("a file is saved first; without one there is a message", async () => {
  let saved = 0;
  editor.document.isDirty = true;
  editor.document.save = async () => ++saved > 0;
  await did.commands["som.run"]();
  assert.equal(saved, 1);
  editor = undefined;
  for (const run of Object.values(did.commands)) await run();
  assert.equal(did.errors.length, 4);
});
