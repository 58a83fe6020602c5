// The commands: run, debug, explain, show bytecodes. Each saves the file in the editor first.
"use strict";

const childProcess = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const { firstFolder, reportMissingProgram, somPath } = require("./settings");

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

// Runs som to its end, without input, and answers {error, stdout, stderr}.
function runToEnd(vscode, options, cancellation) {
  return new Promise((resolve) => {
    const child = childProcess.execFile(
      somPath(vscode), options, { cwd: firstFolder(vscode), maxBuffer: 1 << 28 },
      (error, stdout, stderr) => resolve({ error, stdout, stderr }),
    );
    child.stdin.end();
    if (cancellation) cancellation.onCancellationRequested(() => child.kill());
  });
}

function showError(vscode, { error, stderr }) {
  if (error.code === "ENOENT") reportMissingProgram(vscode);
  else vscode.window.showErrorMessage(stderr.trim() || error.message);
}

// As a task: its terminal stays when the program has ended, whatever its status is.
async function run(vscode, directories) {
  const file = await savedFile(vscode);
  if (!file) return;
  const execution = new vscode.ProcessExecution(
    somPath(vscode), [...classPathOptions(directories), file], { cwd: firstFolder(vscode) },
  );
  const name = path.basename(file);
  const task = new vscode.Task({ type: "process", som: file }, vscode.TaskScope.Workspace, name, "SOM", execution, []);
  task.presentationOptions = { clear: true };
  await vscode.tasks.executeTask(task);
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

// Opens a page in the browser. The browser of a remote editor runs on another machine than the file is on: there the
// editor itself shows the page.
async function openPage(vscode, page) {
  if (!vscode.env.remoteName && vscode.env.uiKind === vscode.UIKind.Desktop) {
    await vscode.env.openExternal(vscode.Uri.file(page));
    return;
  }
  const options = { enableScripts: true, retainContextWhenHidden: true };
  const panel = vscode.window.createWebviewPanel("som.explanation", path.basename(page), vscode.ViewColumn.Active, options);
  panel.webview.html = await fs.promises.readFile(page, "utf8");
}

// A program that fails has a page, too; so has one that would run for ever, when the notification's button has ended it.
async function explain(vscode, directories) {
  const file = await savedFile(vscode);
  if (!file) return;
  const name = path.basename(file, ".som");
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "som-explain-"));
  const page = path.join(directory, `${name}.html`);
  const options = [...classPathOptions(directories), "--explain", file, "-o", page];
  const progress = { location: vscode.ProgressLocation.Notification, title: `Recording how ${name} runs`, cancellable: true };
  const result = await vscode.window.withProgress(progress, (_report, cancellation) => runToEnd(vscode, options, cancellation));
  if (fs.existsSync(page)) await openPage(vscode, page);
  else showError(vscode, result);
}

async function showBytecodes(vscode, directories, listings) {
  const file = await savedFile(vscode);
  if (!file) return;
  const result = await runToEnd(vscode, [...classPathOptions(directories), "-d", file]);
  if (result.error) {
    showError(vscode, result);
    return;
  }
  const uri = vscode.Uri.from({ scheme: bytecodeScheme, path: `${file}.bytecodes` });
  listings.set(uri, result.stdout);
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
