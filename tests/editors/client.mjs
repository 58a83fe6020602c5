// What the session tests share: a workspace on disk, a server with a client of vscode-jsonrpc, cursors in texts.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import rpc from "vscode-jsonrpc/node.js";

export const som = process.env.SOM;
export const root = process.env.SOM_ROOT;

const capabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

const workspaces = [];
process.on("exit", () => workspaces.forEach((directory) => rmSync(directory, { recursive: true, force: true })));

// A directory with the files of an object {path: text}; removed when the process ends.
export function makeWorkspace(files) {
  const directory = mkdtempSync(join(tmpdir(), "som-lsp-"));
  workspaces.push(directory);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

export class Session {
  static all = [];

  // Ends the servers that failed tests have left, for which the process would wait.
  static killAll() {
    Session.all.forEach((session) => session.process.kill());
  }

  // Starts a server and initializes it. `options`: vmArguments, initializationOptions, capabilities,
  // folders (by default the directory).
  static async start(directory, options = {}) {
    const session = new Session();
    session.directory = directory;
    session.process = spawn(som, [...(options.vmArguments ?? []), "--lsp"], { stdio: ["pipe", "pipe", "inherit"] });
    Session.all.push(session);
    session.exited = new Promise((resolve) => session.process.on("exit", (code, signal) => resolve(signal ?? code)));
    session.connection = rpc.createMessageConnection(
      new rpc.StreamMessageReader(session.process.stdout),
      new rpc.StreamMessageWriter(session.process.stdin),
    );
    session.diagnostics = new Map();
    session.waiting = [];
    session.registrations = [];
    session.connection.onNotification("textDocument/publishDiagnostics", (params) => {
      if (params.version === undefined) return; // of a document that has been closed
      session.diagnostics.set(params.uri, params);
      session.waiting.splice(0).forEach((wake) => wake());
    });
    session.connection.onRequest("client/registerCapability", (params) => {
      session.registrations.push(...params.registrations);
      return null;
    });
    session.connection.listen();
    session.initializeResult = await session.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: options.capabilities ?? capabilities,
      workspaceFolders: (options.folders ?? [directory]).map((path) => ({ uri: pathToFileURL(path).href, name: path })),
      initializationOptions: options.initializationOptions,
    });
    await session.connection.sendNotification("initialized", {});
    session.texts = new Map();
    return session;
  }

  uri(path) {
    return pathToFileURL(join(this.directory, path)).href;
  }

  // Opens a document; `$` in the text marks a cursor and does not belong to it. Answers the cursor.
  async open(path, text) {
    const clean = text.replace("$", "");
    const uri = this.uri(path);
    if (this.texts.has(uri)) {
      await this.close(path);
      await this.settle();
      this.diagnostics.delete(uri);
    }
    this.texts.set(uri, clean);
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "som", version: 1, text: clean },
    });
    const before = text.slice(0, Math.max(0, text.indexOf("$"))).split("\n");
    return { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1).length } };
  }

  async close(path) {
    this.texts.delete(this.uri(path));
    await this.connection.sendNotification("textDocument/didClose", { textDocument: { uri: this.uri(path) } });
  }

  async change(path, version, ...contentChanges) {
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.uri(path), version },
      contentChanges,
    });
  }

  request(method, params) {
    return this.connection.sendRequest(method, params);
  }

  // Waits until the server has sent all diagnostics that it owes: it may answer a request first, but
  // not a second one.
  async settle() {
    for (const query of ["no such symbol", "nor this one"]) await this.request("workspace/symbol", { query });
  }

  // The diagnostics of a document, of that version at least.
  async diagnosticsOf(path, version) {
    const uri = this.uri(path);
    while (!this.diagnostics.has(uri) || (version && this.diagnostics.get(uri).version < version)) {
      await new Promise((resolve) => this.waiting.push(resolve));
    }
    return this.diagnostics.get(uri).diagnostics;
  }

  async stop() {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    const status = await this.exited;
    this.connection.dispose();
    return status;
  }
}

// "path line:character" of locations, the path below the workspace.
export function show(session, locations) {
  return locations.map(({ uri, range }) => {
    const base = pathToFileURL(session.directory).href + "/";
    const path = uri.startsWith(base) ? uri.slice(base.length) : uri.slice(uri.lastIndexOf("/") + 1);
    return `${path} ${range.start.line}:${range.start.character}`;
  });
}
