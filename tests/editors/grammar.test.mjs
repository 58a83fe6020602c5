// The TextMate grammar: nothing in the core library, the benchmarks and the test suites is `invalid`, and words have
// the scopes that themes colour.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { root } from "./client.mjs";

const require = createRequire(import.meta.url);
const grammarFile = join(root, "docs/editors/vscode/syntaxes/som.tmLanguage.json");

let grammar;
before(async () => {
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(grammarFile, "utf8"), grammarFile),
  });
  grammar = await registry.loadGrammar("source.som");
});

// [text, innermost scope] of each token.
function tokensOf(text) {
  const tokens = [];
  let state = textmate.INITIAL;
  for (const line of text.split(/\r?\n/)) {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const word = line.slice(startIndex, endIndex);
      if (word.trim() !== "") tokens.push([word.trim(), scopes.at(-1), scopes]);
    }
  }
  return { tokens, isOpen: state.depth > 1 };
}

function sourcesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return entry.name.endsWith(".som") ? [path] : [];
  });
}

test("nothing in sound sources is invalid or left open", () => {
  const files = ["core-lib", "are-we-fast-yet", "tests/som", "docs"].flatMap((folder) => sourcesBelow(join(root, folder)));
  assert.ok(files.length > 300, `${files.length} files`);
  for (const file of files) {
    const { tokens, isOpen } = tokensOf(readFileSync(file, "utf8"));
    for (const [word, , scopes] of tokens)
      assert.ok(!scopes.some((scope) => scope.startsWith("invalid")), `${file}: ${word}`);
    // Behind the end of its class stands what no lexer reads.
    assert.equal(isOpen, file.endsWith("LexingTest.som"), `${file} ends inside of something`);
  }
});

// Each method of the library has its name where the lexer sees a pattern.
test("patterns of methods are found", () => {
  for (const [source, expected] of [
    ["core-lib/Set.som", ["add", "addAll", "contains", "-", "=", "inject", "into", "asString"]],
    ["core-lib/Integer.som", ["+", "abs", "between", "and"]],
  ]) {
    const names = new Set(tokensOf(readFileSync(join(root, source), "utf8")).tokens
      .filter(([, scope]) => scope === "entity.name.function.som").map(([word]) => word.replace(":", "")));
    for (const name of expected) assert.ok(names.has(name), `${source}: ${name} of ${[...names]}`);
  }
});

const scopesOf = (text) => tokensOf(text).tokens.map(([word, scope]) => `${word} ${scope.replace(/\.som$/, "")}`);

test("heads, patterns, variables", () => {
  assert.deepEqual(scopesOf("Counter = Object (\n  | count \"how many\" |\n  at: i put: x = primitive\n  + other = (\n  )\n  ----\n)"), [
    "Counter entity.name.type.class", "= keyword.operator.definition", "Object entity.other.inherited-class",
    "( punctuation.section.parens",
    "| punctuation.definition.variables.begin", "count variable.other.definition",
    '" punctuation.definition.comment.begin', "how many comment.block", '" punctuation.definition.comment.end',
    "| punctuation.definition.variables.end",
    "at: entity.name.function", "i variable.parameter", "put: entity.name.function", "x variable.parameter",
    "= keyword.operator.definition", "primitive storage.modifier.primitive",
    "+ entity.name.function", "other variable.parameter", "= keyword.operator.definition", "( punctuation.section.parens",
    ") punctuation.section.parens", "---- keyword.control.class-side", ") punctuation.section.parens",
  ]);
});

test("statements", () => {
  assert.deepEqual(scopesOf("    x := self foo: 3 + -4.5. ^ [:a :b | | t | a == nil ] value: Set new"), [
    "x variable.other", ":= keyword.operator.assignment", "self variable.language", "foo: entity.name.function.message",
    "3 constant.numeric.integer", "+ keyword.operator", "-4.5 constant.numeric.double", ". punctuation.terminator.statement",
    "^ keyword.control.return", "[ punctuation.section.block", ": punctuation.definition.parameter", "a variable.parameter",
    ": punctuation.definition.parameter", "b variable.parameter", "| keyword.operator",
    "| punctuation.definition.variables.begin", "t variable.other.definition", "| punctuation.definition.variables.end",
    "a variable.other", "== keyword.operator", "nil constant.language", "] punctuation.section.block",
    "value: entity.name.function.message", "Set support.class", "new variable.other",
  ]);
});

test("literals", () => {
  assert.deepEqual(scopesOf("    #foo #at:put: #+ #'a b' #(1 #x 'y') 'it\\'s\\n' true"), [
    "#foo constant.other.symbol", "#at:put: constant.other.symbol", "#+ constant.other.symbol",
    "#' constant.other.symbol", "a b constant.other.symbol", "' constant.other.symbol",
    "#( punctuation.definition.array.begin", "1 constant.numeric.integer", "#x constant.other.symbol",
    "' punctuation.definition.string.begin", "y string.quoted.single", "' punctuation.definition.string.end",
    ") punctuation.definition.array.end",
    "' punctuation.definition.string.begin", "it string.quoted.single", "\\' constant.character.escape",
    "s string.quoted.single", "\\n constant.character.escape", "' punctuation.definition.string.end", "true constant.language",
  ]);
});

test("what is not SOM is invalid", () => {
  for (const text of ["    {1}", "    a ; b", "    'x\\q'", "    $a"])
    assert.ok(tokensOf(text).tokens.some(([, scope]) => scope.startsWith("invalid")), text);
});
