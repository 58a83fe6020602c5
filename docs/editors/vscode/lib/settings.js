// The settings, made ready for use: where som is, which directories have classes.
"use strict";

const childProcess = require("child_process");
const fs = require("fs");
const path = require("path");

function firstFolder(vscode) {
  const folders = vscode.workspace.workspaceFolders;
  return folders && folders.length > 0 ? folders[0].uri.fsPath : undefined;
}

// The program som. A name alone is looked up in PATH.
function somPath(vscode) {
  const setting = vscode.workspace.getConfiguration("som").get("path") || "som";
  const folder = firstFolder(vscode);
  return setting.includes("/") && !path.isAbsolute(setting) && folder ? path.join(folder, setting) : setting;
}

// Whether som can be started.
function hasProgram(vscode) {
  return new Promise((resolve) => childProcess.execFile(somPath(vscode), ["--version"], (error) => resolve(!error)));
}

// Says that som cannot be started, and offers the setting that may be wrong.
async function reportMissingProgram(vscode) {
  const open = "Open the setting";
  const chosen = await vscode.window.showErrorMessage(`"${somPath(vscode)}" cannot be started. Is the setting som.path right?`, open);
  if (chosen === open) await vscode.commands.executeCommand("workbench.action.openSettings", "som.path");
}

function classPath(vscode) {
  return vscode.workspace.getConfiguration("som").get("classPath") || [];
}

// The directories that a program needs: those of the setting, and the core library's if Object is in none
// of them. Empty where the setting is: som then finds its library itself.
function completeClassPath(vscode, coreLibrary) {
  const folder = firstFolder(vscode);
  const directories = classPath(vscode).map((entry) => (path.isAbsolute(entry) || !folder ? entry : path.join(folder, entry)));
  const hasObject = directories.some((entry) => fs.existsSync(path.join(entry, "Object.som")));
  return directories.length === 0 || hasObject || !coreLibrary ? directories : [...directories, coreLibrary];
}

module.exports = { classPath, completeClassPath, firstFolder, hasProgram, reportMissingProgram, somPath };
