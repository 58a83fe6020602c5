// The language server as an editor sees it: everything it offers, through a public client library.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import protocol from "vscode-languageserver-protocol";
import { Session, makeWorkspace, show, som } from "./client.mjs";

const { CompletionItemKind, DiagnosticSeverity, DocumentHighlightKind, ErrorCodes, LSPErrorCodes, SymbolKind } = protocol;

const account = `"Money of somebody."
Account = (
    | balance owner |

    "The money there is."
    balance = ( ^ balance ifNil: [ 0 ] )

    "Adds money."
    deposit: amount = (
        | before |
        before := self balance.
        balance := before + amount.
        ^ self
    )

    transfer: amount to: other = (
        self deposit: 0 - amount.
        other deposit: amount
    )
    ----
    "An account of somebody."
    for: name = ( ^ self new )
)
`;
const savings = `Savings = Account (
    deposit: amount = (
        balance := 0.
        ^ super deposit: amount * 2
    )
)
`;

let session;
before(async () => {
  const directory = makeWorkspace({
    "bank/Account.som": account,
    "lib/Savings.som": savings,
    "lib/Unrelated.som": "Unrelated = ( deposit: thing = ( ^ thing ) balance = ( ^ 3 ) )",
  });
  session = await Session.start(directory, { initializationOptions: { classPath: ["bank", "lib"] } });
});
after(async () => {
  assert.equal(await session.stop(), 0);
  Session.killAll();
});

test("what is offered", () => {
  const { capabilities, serverInfo } = session.initializeResult;
  assert.equal(serverInfo.name, "som");
  assert.equal(capabilities.positionEncoding, "utf-16");
  assert.equal(capabilities.textDocumentSync.change, 2);
  for (const name of ["documentSymbol", "workspaceSymbol", "definition", "references", "implementation", "documentHighlight",
    "hover", "completion", "signatureHelp", "rename", "foldingRange", "semanticTokens", "documentFormatting",
    "documentRangeFormatting"])
    assert.ok(capabilities[`${name}Provider`], name);
});

test("symbols of a document", async () => {
  const { textDocument } = await session.open("bank/Account.som", account);
  const [root, ...others] = await session.request("textDocument/documentSymbol", { textDocument });
  assert.equal(others.length, 0);
  assert.equal(root.name, "Account");
  assert.equal(root.kind, SymbolKind.Class);
  assert.deepEqual(root.children.map((child) => child.name),
    ["balance", "owner", "balance", "deposit:", "transfer:to:", "Account class"]);
  assert.deepEqual(root.children[3].selectionRange, { start: { line: 8, character: 4 }, end: { line: 8, character: 19 } });
  assert.deepEqual(root.children[5].children.map((child) => child.name), ["for:"]);
});

test("symbols of the workspace", async () => {
  const found = await session.request("workspace/symbol", { query: "depos" });
  assert.deepEqual(found.map((symbol) => `${symbol.containerName}>>${symbol.name}`).sort(),
    ["Account>>deposit:", "Savings>>deposit:", "Unrelated>>deposit:"]);
  const classes = await session.request("workspace/symbol", { query: "Dictionary" });
  assert.ok(classes.some((symbol) => symbol.name === "Dictionary" && symbol.kind === SymbolKind.Class));
});

test("definitions across the directories of the class path", async () => {
  const at = (text) => session.open("lib/Savings.som", text).then((cursor) => session.request("textDocument/definition", cursor));
  assert.deepEqual(show(session, await at(savings.replace("balance :=", "bal$ance :="))), ["bank/Account.som 2:6"]);
  assert.deepEqual(show(session, await at(savings.replace("= Account", "= Acc$ount"))), ["bank/Account.som 1:0"]);
  assert.deepEqual(show(session, await at(savings.replace("super deposit:", "super dep$osit:"))), ["bank/Account.som 8:4"]);
  const all = await at(savings.replace("super deposit:", "3 dep$osit:"));
  assert.deepEqual(show(session, all).sort(), ["bank/Account.som 8:4", "lib/Savings.som 1:4", "lib/Unrelated.som 0:14"]);
  // The core library's come with them.
  assert.deepEqual(show(session, await at(savings.replace("amount * 2", "(Set$ new)"))), ["Set.som 2:0"]);
});

test("references, implementors, highlights", async () => {
  await session.open("lib/Savings.som", savings);
  const field = await session.open("bank/Account.som", account.replace("balance owner", "bal$ance owner"));
  const references = await session.request("textDocument/references", { ...field, context: { includeDeclaration: true } });
  assert.deepEqual(show(session, references),
    ["bank/Account.som 2:6", "bank/Account.som 5:18", "bank/Account.som 11:8", "lib/Savings.som 2:8"]);
  const selector = await session.open("bank/Account.som", account.replace("self deposit:", "self depos$it:"));
  const senders = await session.request("textDocument/references", { ...selector, context: { includeDeclaration: false } });
  assert.deepEqual(show(session, senders), ["bank/Account.som 16:13", "bank/Account.som 17:14", "lib/Savings.som 3:16"]);
  const implementors = await session.request("textDocument/implementation", selector);
  assert.equal(implementors.length, 3);
  const local = await session.open("bank/Account.som", account.replace("| before |", "| bef$ore |"));
  const highlights = await session.request("textDocument/documentHighlight", local);
  assert.deepEqual(highlights.map(({ range, kind }) => [range.start.line, kind]),
    [[9, DocumentHighlightKind.Write], [10, DocumentHighlightKind.Write], [11, DocumentHighlightKind.Read]]);
});

test("hover", async () => {
  const cursor = await session.open("bank/Account.som", account.replace("other deposit:", "Account new dep$osit:"));
  const { contents, range } = await session.request("textDocument/hover", cursor);
  assert.equal(contents.kind, "markdown");
  assert.match(contents.value, /Account >> deposit: amount\n```\n\nAdds money\./);
  assert.equal(range.end.character - range.start.character, "deposit:".length);
  const nothing = await session.open("bank/Account.som", "$" + account);
  assert.equal(await session.request("textDocument/hover", nothing), null);
});

test("completion", async () => {
  const complete = async (statement) => {
    const cursor = await session.open("bank/Account.som", account.replace("other deposit: amount", statement));
    const { items } = await session.request("textDocument/completion", cursor);
    return new Map(items.map((item) => [item.label, item]));
  };
  const own = await complete("self dep$");
  assert.equal(own.get("transfer:to:").textEdit.newText, "transfer: ${1:amount} to: ${2:other}");
  assert.equal(own.get("deposit:").kind, CompletionItemKind.Method);
  assert.ok(!own.has("keysDo:"));
  const resolved = await session.request("completionItem/resolve", own.get("deposit:"));
  assert.match(resolved.documentation.value, /Adds money/);
  assert.ok((await complete("Account $")).has("for:"));
  assert.ok(!(await complete("Account new $")).has("for:"));
  assert.ok((await complete("'text' $")).has("length"));
  const operands = await complete("self deposit: $");
  for (const name of ["amount", "other", "balance", "self", "Savings", "Vector"]) assert.ok(operands.has(name), name);
});

test("signatures", async () => {
  const cursor = await session.open("bank/Account.som", account.replace("other deposit: amount", "self transfer: 3 to: $"));
  const help = await session.request("textDocument/signatureHelp", cursor);
  const { label, parameters } = help.signatures[help.activeSignature];
  assert.equal(label, "transfer: amount to: other");
  assert.equal(label.slice(...parameters[help.activeParameter].label), "to: other");
});

test("rename", async () => {
  await session.open("lib/Savings.som", savings);
  const cursor = await session.open("bank/Account.som", account.replace("balance owner", "bal$ance owner"));
  assert.equal((await session.request("textDocument/prepareRename", cursor)).placeholder, "balance");
  const { changes } = await session.request("textDocument/rename", { ...cursor, newName: "money" });
  assert.deepEqual(Object.keys(changes).sort(), [session.uri("bank/Account.som"), session.uri("lib/Savings.som")]);
  assert.equal(changes[session.uri("bank/Account.som")].length, 3);
  const refused = (newName, pattern) =>
    assert.rejects(session.request("textDocument/rename", { ...cursor, newName }),
      (error) => error.code === LSPErrorCodes.RequestFailed && pattern.test(error.message));
  await refused("owner", /There is a field 'owner'/);
  await refused("self", /word of the language/);
  await refused("a b", /no name of a variable/);
  await refused("amount", /would hide the field/);
});

test("diagnostics come while one types", async () => {
  await session.open("bank/Account.som", account);
  assert.deepEqual(await session.diagnosticsOf("bank/Account.som"), []);
  await session.change("bank/Account.som", 2, {
    range: { start: { line: 11, character: 8 }, end: { line: 11, character: 15 } }, text: "balanse" });
  const [error, ...others] = await session.diagnosticsOf("bank/Account.som", 2);
  assert.equal(others.length, 0);
  assert.equal(error.severity, DiagnosticSeverity.Error);
  assert.equal(error.message, "No such field 'balanse' in class\nhint: Did you mean balance?");
  assert.deepEqual(error.range, { start: { line: 11, character: 8 }, end: { line: 11, character: 15 } });
  await session.change("bank/Account.som", 3, {
    range: { start: { line: 11, character: 8 }, end: { line: 11, character: 34 } }, text: "before = 3" });
  const [warning] = await session.diagnosticsOf("bank/Account.som", 3);
  assert.equal(warning.severity, DiagnosticSeverity.Warning);
  assert.equal(warning.message, "this comparison has no effect\nhint: An assignment is written before := ...");
});

test("a message that no class has is a warning, until some file has a method of that name", async () => {
  await session.open("bank/Account.som", "Account = ( m = ( self opne ) )");
  const messages = async () => (await session.diagnosticsOf("bank/Account.som")).map(({ message }) => message);
  assert.deepEqual(await messages(), ["no class has a method #opne"]);
  await session.open("lib/Door.som", "Door = ( opne = ( ) )");
  await session.settle();
  assert.deepEqual(await messages(), []);
  await session.close("lib/Door.som");
});

test("a field that a superclass loses is missed in its subclasses", async () => {
  await session.open("lib/Savings.som", savings);
  await session.open("bank/Account.som", account);
  assert.deepEqual(await session.diagnosticsOf("lib/Savings.som"), []);
  await session.settle();
  session.diagnostics.clear();
  await session.change("bank/Account.som", 2, { text: account.replaceAll("balance", "money") });
  const [error] = await session.diagnosticsOf("lib/Savings.som");
  assert.match(error.message, /No such field 'balance'/);
});

test("symbols of the other methods survive errors", async () => {
  const broken = account.replace("before + amount.", "before + [ 'never closed");
  const { textDocument } = await session.open("bank/Account.som", broken);
  const [root] = await session.request("textDocument/documentSymbol", { textDocument });
  assert.deepEqual(root.children.map((child) => child.name),
    ["balance", "owner", "balance", "deposit:", "transfer:to:", "Account class"]);
  assert.ok((await session.diagnosticsOf("bank/Account.som")).length > 0);
});

test("changes count UTF-16 units, letters beyond ASCII and beyond the BMP included", async () => {
  const text = "Letters = (\n    run = (\n        'é😀' println. 'x' println\n    )\n)\n";
  await session.open("lib/Letters.som", text);
  // Behind é (one unit), 😀 (two units): replaces 'x' by a name.
  await session.change("lib/Letters.som", 2, {
    range: { start: { line: 2, character: 23 }, end: { line: 2, character: 26 } }, text: "wrong := 1. 'ü'" });
  const [error] = await session.diagnosticsOf("lib/Letters.som", 2);
  assert.match(error.message, /No such field 'wrong'/);
  assert.deepEqual(error.range, { start: { line: 2, character: 23 }, end: { line: 2, character: 28 } });
  // Deletes the letter of two units.
  await session.change("lib/Letters.som", 3, {
    range: { start: { line: 2, character: 10 }, end: { line: 2, character: 12 } }, text: "" });
  const [moved] = await session.diagnosticsOf("lib/Letters.som", 3);
  assert.deepEqual(moved.range.start, { line: 2, character: 21 });
});

test("changes come in order, and several at once", async () => {
  await session.open("lib/Steps.som", "Steps = ( )");
  await session.change("lib/Steps.som", 2,
    { range: { start: { line: 0, character: 10 }, end: { line: 0, character: 10 } }, text: "a = ( ) " },
    { range: { start: { line: 0, character: 10 }, end: { line: 0, character: 11 } }, text: "\r\nb" },
    { range: { start: { line: 1, character: 8 }, end: { line: 9, character: 9 } }, text: "\n)" });
  const symbols = await session.request("textDocument/documentSymbol", { textDocument: { uri: session.uri("lib/Steps.som") } });
  assert.deepEqual(symbols[0].children.map((child) => [child.name, child.range.start.line]), [["b", 1]]);
});

test("folding and colours", async () => {
  const { textDocument } = await session.open("bank/Account.som", account);
  const folds = await session.request("textDocument/foldingRange", { textDocument });
  assert.deepEqual(folds.map((fold) => [fold.startLine, fold.endLine]), [[8, 12], [15, 17], [1, 21]]);
  const { data } = await session.request("textDocument/semanticTokens/full", { textDocument });
  assert.equal(data.length % 5, 0);
  const { tokenTypes } = session.initializeResult.capabilities.semanticTokensProvider.legend;
  assert.equal(tokenTypes[data[3]], "comment");
  assert.equal(tokenTypes[data[8]], "class");
  const part = await session.request("textDocument/semanticTokens/range", {
    textDocument, range: { start: { line: 5, character: 0 }, end: { line: 6, character: 0 } } });
  assert.ok(part.data.length > 0 && part.data.length < data.length);
  assert.equal(part.data[0], 5);
});

test("formatting", async () => {
  const text = "Messy = (\r\nfoo = (\r\n  ^ 'ä𝒳'+3\r\n)\r\nbar = ( )\r\n)\r\n";
  const { textDocument } = await session.open("lib/Messy.som", text);
  const shown = (edits) => edits.map(({ range: { start, end }, newText }) =>
    [start.line, start.character, end.line, end.character, newText]);
  const options = { tabSize: 2, insertSpaces: true };
  const indent = (line, columns) => [line - 1, text.split("\r\n")[line - 1].length, line, 0, "\r\n" + " ".repeat(columns)];
  const operator = [[2, 9, 2, 9, " "], [2, 10, 2, 10, " "]];
  assert.deepEqual(shown(await session.request("textDocument/formatting", { textDocument, options })),
    [indent(1, 2), [1, 7, 2, 2, "\r\n    "], ...operator, indent(3, 2), indent(4, 2)]);
  // Beside a line that is not selected. The end of a selection of whole lines belongs to the next one.
  const range = { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } };
  assert.deepEqual(shown(await session.request("textDocument/rangeFormatting", { textDocument, options, range })), operator);
  const tabs = await session.request("textDocument/formatting", { textDocument, options: { tabSize: 4, insertSpaces: false } });
  assert.equal(tabs[0].newText, "\r\n\t");
  // What an editor should not send.
  for (const wrong of [undefined, {}, { tabSize: 0, insertSpaces: 1 }, { tabSize: -1 }, { tabSize: 1e15 }])
    assert.ok((await session.request("textDocument/formatting", { textDocument, options: wrong })).length > 0);
  await assert.rejects(session.request("textDocument/rangeFormatting", { textDocument, options }));
  const broken = await session.open("lib/Messy.som", text.replace("'ä", "ä"));
  assert.deepEqual(await session.request("textDocument/formatting", { textDocument: broken.textDocument, options }), []);
  await session.close("lib/Messy.som");
});

test("files that come, change and go on disk", async () => {
  const path = join(session.directory, "lib/Fresh.som");
  const uri = session.uri("lib/Fresh.som");
  const names = async () => (await session.request("workspace/symbol", { query: "freshly" })).map((symbol) => symbol.name);
  const tell = (type) => session.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri, type }] });
  writeFileSync(path, "Fresh = ( freshlyMade = ( ) )");
  await tell(1);
  assert.deepEqual(await names(), ["freshlyMade"]);
  writeFileSync(path, "Fresh = ( freshlyChanged = ( ) )");
  await tell(2);
  assert.deepEqual(await names(), ["freshlyChanged"]);
  rmSync(path);
  await tell(3);
  assert.deepEqual(await names(), []);
});

test("errors of requests", async () => {
  const code = (promise, expected) => assert.rejects(promise, (error) => error.code === expected);
  await code(session.request("textDocument/nonsense", {}), ErrorCodes.MethodNotFound);
  await code(session.request("$/nonsense", {}), ErrorCodes.MethodNotFound);
  await code(session.request("textDocument/hover", {}), ErrorCodes.InvalidParams);
  await code(session.request("textDocument/hover", [1, 2]), ErrorCodes.InvalidParams);
  await code(session.request("workspace/symbol", { query: 3 }), ErrorCodes.InvalidParams);
  await code(session.request("textDocument/hover", { textDocument: { uri: "file:///none.som" }, position: { line: 0, character: 0 } }),
    ErrorCodes.InvalidParams);
  await code(session.request("initialize", { capabilities: {} }), ErrorCodes.InvalidRequest);
});

test("the order of directories decides between classes of one name", async () => {
  const directory = makeWorkspace({
    "one/Thing.som": "Thing = ( | x | )",
    "two/Thing.som": "Thing = ( )",
    "program/Uses.som": "Uses = Thing ( run = ( ^ x ) )",
  });
  for (const [classPath, expected] of [["one:two", "one/Thing.som 0:0"], [["two", "one"], "two/Thing.som 0:0"]]) {
    const other = await Session.start(directory, { initializationOptions: { classPath } });
    const cursor = await other.open("program/Uses.som", "Uses = Thi$ng ( )");
    assert.deepEqual(show(other, await other.request("textDocument/definition", cursor)), [expected]);
    assert.equal(await other.stop(), 0);
  }
  // The command line's, where the editor names none.
  const other = await Session.start(directory, { vmArguments: ["-cp", `${directory}/two:${directory}/one`] });
  const cursor = await other.open("program/Uses.som", "Uses = Thi$ng ( )");
  assert.deepEqual(show(other, await other.request("textDocument/definition", cursor)), ["two/Thing.som 0:0"]);
  // And settings that change.
  await other.connection.sendNotification("workspace/didChangeConfiguration", { settings: { som: { classPath: ["one"] } } });
  assert.deepEqual(show(other, await other.request("textDocument/definition", cursor)), ["one/Thing.som 0:0"]);
  assert.equal(await other.stop(), 0);
});

test("without a folder, what lies beside the file is found", async () => {
  const directory = makeWorkspace({ "Above.som": "Above = ( | x | )", "sub/ZqFar.som": "ZqFar = ( )" });
  const other = await Session.start(directory, { folders: [] });
  const cursor = await other.open("Below.som", "Below = Above ( run = ( x$ := 1 ) )");
  assert.deepEqual(show(other, await other.request("textDocument/definition", cursor)), ["Above.som 0:12"]);
  assert.deepEqual(await other.diagnosticsOf("Below.som"), []);
  assert.deepEqual(await other.request("workspace/symbol", { query: "ZqFar" }), []);
  assert.equal(await other.stop(), 0);
});

test("folders come and go", async () => {
  const directory = makeWorkspace({ "a/InA.som": "InA = ( )", "b/InB.som": "InB = ( )" });
  const other = await Session.start(directory, { folders: [join(directory, "a")] });
  const names = async () => (await other.request("workspace/symbol", { query: "In" }))
    .filter((symbol) => /^In[AB]$/.test(symbol.name)).map((symbol) => symbol.name);
  assert.deepEqual(await names(), ["InA"]);
  await other.connection.sendNotification("workspace/didChangeWorkspaceFolders",
    { event: { added: [{ uri: other.uri("b"), name: "b" }], removed: [{ uri: other.uri("a"), name: "a" }] } });
  assert.deepEqual(await names(), ["InB"]);
  assert.equal(await other.stop(), 0);
});

test("an editor that can do little gets what it can take", async () => {
  const other = await Session.start(makeWorkspace({}), { capabilities: {} });
  const cursor = await other.open("Plain.som", "Plain = ( at: i put: x = ( self a$ ) )");
  const symbols = await other.request("textDocument/documentSymbol", cursor);
  assert.deepEqual(symbols.map((symbol) => symbol.name), ["Plain", "at:put:"]);
  assert.ok(symbols[1].location.range);
  const { items } = await other.request("textDocument/completion", cursor);
  const item = items.find((candidate) => candidate.label === "at:put:");
  assert.equal(item.textEdit.newText, "at: ");
  assert.equal(item.insertTextFormat, undefined);
  assert.deepEqual(other.registrations, []);
  assert.equal(await other.stop(), 0);
});

test("files are watched where the editor offers it", async () => {
  const other = await Session.start(makeWorkspace({}), {
    capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } } });
  await other.request("workspace/symbol", { query: "x" });
  assert.equal(other.registrations[0].registerOptions.watchers[0].globPattern, "**/*.som");
  assert.equal(await other.stop(), 0);
});

// --- messages that no client library sends ---

// Starts a server, sends bytes, ends its input; answers the messages that came back and the status.
function raw(bytes) {
  return new Promise((resolve) => {
    const child = spawn(som, ["--lsp"], { stdio: ["pipe", "pipe", "inherit"] });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.on("close", (code, signal) => {
      let rest = Buffer.concat(chunks);
      const messages = [];
      while (rest.length > 0) {
        const head = rest.indexOf("\r\n\r\n");
        const length = Number(/Content-Length: (\d+)/.exec(rest.subarray(0, head).toString())[1]);
        messages.push(JSON.parse(rest.subarray(head + 4, head + 4 + length).toString()));
        rest = rest.subarray(head + 4 + length);
      }
      resolve({ messages, status: signal ?? code });
    });
    child.stdin.on("error", () => {});
    child.stdin.end(bytes);
  });
}
const framed = (content) => `Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`;
const message = (value) => framed(JSON.stringify({ jsonrpc: "2.0", ...value }));
const initialize = message({ id: 1, method: "initialize", params: { capabilities: {} } });
const leave = message({ id: 99, method: "shutdown" }) + message({ method: "exit" });

test("exit statuses", async () => {
  assert.equal((await raw(initialize + leave)).status, 0);
  assert.equal((await raw(initialize + message({ method: "exit" }))).status, 1);
  assert.equal((await raw(message({ method: "exit" }))).status, 1);
  assert.equal((await raw(initialize)).status, 1);
  assert.equal((await raw("")).status, 1);
});

test("requests before initialize and after shutdown", async () => {
  const { messages } = await raw(message({ id: 7, method: "textDocument/hover", params: {} }) + initialize +
    message({ id: 99, method: "shutdown" }) + message({ id: 8, method: "workspace/symbol", params: { query: "" } }) +
    message({ method: "exit" }));
  assert.deepEqual(messages.map((answer) => [answer.id, answer.error?.code]),
    [[7, ErrorCodes.ServerNotInitialized], [1, undefined], [99, undefined], [8, ErrorCodes.InvalidRequest]]);
});

test("what is no message", async () => {
  for (const [content, expected] of [
    ["{", ErrorCodes.ParseError], ["", ErrorCodes.ParseError], ["nonsense", ErrorCodes.ParseError], ["\xff", ErrorCodes.ParseError],
    ["[]", ErrorCodes.InvalidRequest], ["3", ErrorCodes.InvalidRequest], ["{}", ErrorCodes.InvalidRequest],
    ['{"id":5}', ErrorCodes.InvalidRequest], ['{"id":[],"method":"shutdown"}', ErrorCodes.InvalidRequest],
    ["[".repeat(100000), ErrorCodes.ParseError]]) {
    const { messages, status } = await raw(initialize + framed(content) + leave);
    assert.equal(status, 0, content);
    assert.deepEqual(messages.map((answer) => answer.error?.code), [undefined, expected, undefined], content.slice(0, 40));
  }
});

test("headers that are none", async () => {
  for (const header of ["Content-Length: abc\r\n\r\n", "Content-Length: -1\r\n\r\n", "nonsense\r\n\r\n", "\r\n\r\n",
    "Content-Length: 99999999999999\r\n\r\n", "Content-Type: text/plain\r\n\r\n"]) {
    const { messages, status } = await raw(initialize + header + leave);
    assert.equal(status, 0, header);
    assert.deepEqual(messages.map((answer) => [answer.id, answer.error?.code]),
      [[1, undefined], [null, ErrorCodes.ParseError], [99, undefined]], header);
  }
});

test("lengths that are wrong", async () => {
  const request = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "workspace/symbol", params: { query: "zzz" } });
  for (const wrong of [request.length - 7, request.length + 5]) {
    const { messages, status } = await raw(initialize + `Content-Length: ${wrong}\r\n\r\n${request}` + leave);
    assert.equal(messages[1].error.code, ErrorCodes.ParseError);
    // What follows is understood again, unless the length took its beginning away.
    if (wrong < request.length) assert.equal(status, 0);
  }
});

test("requests that are cancelled before they are looked at", async () => {
  const { messages, status } = await raw(initialize + message({ id: "a", method: "workspace/symbol", params: { query: "x" } }) +
    message({ id: "b", method: "workspace/symbol", params: { query: "zzz" } }) +
    message({ method: "$/cancelRequest", params: { id: "a" } }) + message({ method: "$/cancelRequest", params: { id: "none" } }) + leave);
  assert.equal(status, 0);
  assert.deepEqual(messages.map((answer) => [answer.id, answer.error?.code]),
    [[1, undefined], ["a", LSPErrorCodes.RequestCancelled], ["b", undefined], [99, undefined]]);
});

test("halves of letters", async () => {
  const open = '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///H.som","languageId":"som",' +
    '"version":1,"text":"H = ( foo = ( \\"\\ud83d\\" ) bar = ( ) )"}}}';
  const symbols = message({ id: 2, method: "textDocument/documentSymbol", params: { textDocument: { uri: "file:///H.som" } } });
  const { messages } = await raw(initialize + framed(open) + symbols + leave);
  const answer = messages.find(({ id }) => id === 2);
  assert.deepEqual(answer.result.map((symbol) => symbol.name), ["H", "foo", "bar"]);
});
