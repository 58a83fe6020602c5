// Runs a program of this folder as the SOM suite's harness would: harness.js NAME ITERATIONS INNER.
// A program exports a function: inner value -> is the result right? Time is the process's own time on
// the processor, as in the Lua harness; it includes the compiler's threads.
'use strict';

const [name, iterations, inner] = process.argv.slice(2);
const run = require('./' + name.toLowerCase());

for (let i = 0; i < Number(iterations); i++) {
  const start = process.cpuUsage();
  const verified = run(Number(inner));
  const used = process.cpuUsage(start);
  if (!verified) {
    console.error(`${name}: Benchmark failed with incorrect result`);
    process.exit(1);
  }
  console.log(`${name}: iterations=1 runtime: ${used.user + used.system}us`);
}
