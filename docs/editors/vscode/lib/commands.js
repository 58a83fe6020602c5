// The commands: run, debug, explain, show bytecodes. Each saves the file in the editor first.
"use strict";

const childProcess = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const { firstFolder, somPath } = require("./settings");

const bytecodeScheme = "som-bytecodes";

// The file of the editor, saved; undefined, with a message, if there is none.
async function savedFile(vscode) {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.document.languageId !== "som" || editor.document.uri.scheme !== "file") {
    vscode.window.showErrorMessage("There is no SOM file in the editor.");
    return undefined;
  }
  if (editor.document.isDirty && !(await editor.document.save())) return undefined;
  return editor.document.uri.fsPath;
}

// The options that give som its directories.
function classPathOptions(directories) {
  return directories.length > 0 ? ["-cp", directories.join(":")] : [];
}

// Runs som and answers what it writes to standard output; shows a message and answers undefined if
// it fails.
function outputOf(vscode, options) {
  return new Promise((resolve) => {
    childProcess.execFile(somPath(vscode), options, { cwd: firstFolder(vscode), maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) vscode.window.showErrorMessage(stderr.trim() || error.message);
      resolve(error ? undefined : stdout);
    });
  });
}

async function run(vscode, directories) {
  const file = await savedFile(vscode);
  if (!file) return;
  const terminal = vscode.window.createTerminal({
    name: path.basename(file),
    cwd: firstFolder(vscode),
    shellPath: somPath(vscode),
    shellArgs: [...classPathOptions(directories), file],
  });
  terminal.show();
}

async function debug(vscode) {
  const file = await savedFile(vscode);
  if (!file) return;
  await vscode.debug.startDebugging(undefined, {
    type: "som",
    request: "launch",
    name: path.basename(file),
    program: file,
  });
}

async function explain(vscode, directories) {
  const file = await savedFile(vscode);
  if (!file) return;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "som-explain-"));
  const page = path.join(directory, `${path.basename(file, ".som")}.html`);
  const output = await outputOf(vscode, [...classPathOptions(directories), "--explain", file, "-o", page]);
  if (output !== undefined) await vscode.env.openExternal(vscode.Uri.file(page));
}

async function showBytecodes(vscode, directories, listings) {
  const file = await savedFile(vscode);
  if (!file) return;
  const listing = await outputOf(vscode, [...classPathOptions(directories), "-d", file]);
  if (listing === undefined) return;
  const uri = vscode.Uri.from({ scheme: bytecodeScheme, path: `${file}.bytecodes` });
  listings.set(uri, listing);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true, viewColumn: vscode.ViewColumn.Beside });
}

// What the read-only documents of bytecodes contain.
class Listings {
  constructor(vscode) {
    this.texts = new Map();
    this.changed = new vscode.EventEmitter();
    this.onDidChange = this.changed.event;
  }
  set(uri, text) {
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
  }
  provideTextDocumentContent(uri) {
    return this.texts.get(uri.toString()) || "";
  }
}

function registerCommands(vscode, context, directories) {
  const listings = new Listings(vscode);
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(bytecodeScheme, listings),
    vscode.commands.registerCommand("som.run", () => run(vscode, directories())),
    vscode.commands.registerCommand("som.debug", () => debug(vscode)),
    vscode.commands.registerCommand("som.explain", () => explain(vscode, directories())),
    vscode.commands.registerCommand("som.showBytecodes", () => showBytecodes(vscode, directories(), listings)),
  );
}

module.exports = { registerCommands };
