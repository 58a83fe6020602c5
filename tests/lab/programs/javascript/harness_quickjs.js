// The harness for QuickJS (`qjs --std`), which has neither Node's modules nor its process: harness_quickjs.js NAME ITERATIONS INNER.
// Time is of the wall clock in milliseconds, the only one that all its versions have.
'use strict';

const modules = new Map();

function require(path) {
  const file = path.replace(/^\.\//, '') + '.js';
  if (!modules.has(file)) {
    const source = std.loadFile(file);
    if (source === null) throw new Error(`Cannot find module '${path}'`);
    const module = { exports: {} };
    new Function('module', 'exports', 'require', source)(module, module.exports, require);
    modules.set(file, module.exports);
  }
  return modules.get(file);
}

const [name, iterations, inner] = scriptArgs.slice(1);
const run = require('./' + name.toLowerCase());

for (let i = 0; i < Number(iterations); i++) {
  const start = Date.now();
  const verified = run(Number(inner));
  const elapsed = Date.now() - start;
  if (!verified) {
    print(`${name}: Benchmark failed with incorrect result`);
    std.exit(1);
  }
  print(`${name}: iterations=1 runtime: ${elapsed * 1000}us`);
}
