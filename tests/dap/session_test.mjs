// Scripted sessions with `som --dap`, by the client of VS Code's test support, over both channels.
// Usage: node --test session_test.mjs with SOM, ROOT and SUPPORT (the package's directory) in the environment.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const { SOM, ROOT, SUPPORT } = process.env;
const { DebugClient } = createRequire(`${SUPPORT}/`)('@vscode/debugadapter-testsupport');

const program = `${ROOT}/tests/debugger/fixtures/Counter.som`;
const launching = { program, classPath: [`${ROOT}/core-lib`] };
const output = '3\n6\n9\n6\n7\n17\nend\n';

// A client, its adapter started; `finish` lets everything go.
async function connect(channel) {
  if (channel === 'stdio') {
    const client = new DebugClient(SOM, '--dap', 'som');
    await client.start();
    return { client, finish: () => client.stop() };
  }
  const server = spawn(SOM, ['--dap=0'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const port = await new Promise((resolve, reject) => {
    server.on('exit', reject);
    server.stderr.on('data', (data) => {
      const found = /127\.0\.0\.1:(\d+)/.exec(data.toString());
      if (found) resolve(Number(found[1]));
    });
  });
  const client = new DebugClient(SOM, '', 'som');
  await client.start(port);
  const status = new Promise((resolve) => server.on('exit', resolve));
  return {
    client,
    finish: async () => {
      await client.stop();
      assert.equal(await status, 0);
    },
  };
}

// Runs `body(client)` on either channel, with what the program prints in `client.printed`.
function scenario(name, body) {
  for (const channel of ['stdio', 'socket']) {
    test(`${name} (${channel})`, { timeout: 30000 }, async () => {
      const { client, finish } = await connect(channel);
      client.printed = '';
      client.errors = '';
      client.on('output', ({ body: { category, output: text } }) => {
        if (category === 'stdout') client.printed += text;
        else client.errors += text;
      });
      try {
        await body(client);
      } finally {
        await finish();
      }
    });
  }
}

// Launches with breakpoints of all sorts, and answers the first stop or the end.
async function start(client, { lines = [], methods = [], filters = [], launch = {} } = {}) {
  const first = Promise.race([client.waitForEvent('stopped'), client.waitForEvent('terminated')]);
  const result = {};
  await Promise.all([
    client.waitForEvent('initialized').then(async () => {
      result.lines = (await client.setBreakpointsRequest({ source: { path: program }, breakpoints: lines })).body.breakpoints;
      result.methods = (await client.setFunctionBreakpointsRequest({ breakpoints: methods })).body.breakpoints;
      await client.setExceptionBreakpointsRequest({ filters });
      await client.configurationDoneRequest();
    }),
    client.launch({ ...launching, ...launch }),
  ]);
  result.stop = await first;
  return result;
}

async function top(client) {
  return (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0];
}

// The variables of a scope of a frame, by name.
async function variables(client, frameId, scopeName) {
  const { scopes } = (await client.scopesRequest({ frameId })).body;
  const scope = scopes.find(({ name }) => name === scopeName);
  if (scope === undefined) return undefined;
  const { body } = await client.variablesRequest({ variablesReference: scope.variablesReference });
  return { reference: scope.variablesReference, ...Object.fromEntries(body.variables.map((v) => [v.name, v])) };
}

async function go(client, request, args = { threadId: 1 }) {
  const stop = client.waitForEvent('stopped');
  await client[`${request}Request`](args);
  return (await stop).body;
}

async function toEnd(client, request = 'continue') {
  const ends = Promise.all([client.waitForEvent('exited'), client.waitForEvent('terminated')]);
  await client[`${request}Request`]({ threadId: 1 });
  return (await ends)[0].body.exitCode;
}

scenario('a program without breakpoints runs to its end', async (client) => {
  const exited = client.waitForEvent('exited');
  const { stop } = await start(client);
  assert.equal(stop.event, 'terminated');
  assert.equal((await exited).body.exitCode, 0);
  assert.equal(client.printed, output);
  assert.equal(client.errors, '');
});

scenario('noDebug runs it at full speed, and passes arguments on', async (client) => {
  const exited = client.waitForEvent('exited');
  await start(client, { lines: [{ line: 7 }], launch: { noDebug: true, args: ['x'] } });
  assert.equal((await exited).body.exitCode, 1);
  assert.match(client.printed, /Method foo: not found in class Nil/);
  assert.match(client.errors, /Traceback/);
});

scenario('stopOnEntry, stepping, variables', async (client) => {
  const { stop } = await start(client, { launch: { stopOnEntry: true } });
  assert.equal(stop.body.reason, 'entry');
  assert.deepEqual([(await top(client)).line, (await top(client)).name], [34, 'Counter>>run:']);
  await go(client, 'next');
  assert.equal((await top(client)).line, 35);
  await go(client, 'stepIn');
  const frame = await top(client);
  assert.deepEqual([frame.line, frame.name], [7, 'Counter>>add:']);
  await go(client, 'next');
  await go(client, 'next');
  await go(client, 'next');
  const locals = await variables(client, 1, 'Locals');
  assert.deepEqual([locals.n.value, locals.m.value, locals.k.value], ['1', '2', '3']);
  const self = await variables(client, 1, 'Self');
  assert.deepEqual([self.self.value, self.count.value], ['a Counter', 'nil']);
  await go(client, 'stepOut');
  assert.equal((await top(client)).name, 'Counter>>run:');
  assert.equal((await variables(client, 1, 'Locals')).i.value, '1');
  assert.equal(await toEnd(client), 0);
  assert.equal(client.printed, output);
});

scenario('breakpoints on lines: moved, refused, conditional, counted, removed', async (client) => {
  const { lines, stop } = await start(client, {
    lines: [{ line: 8, condition: 'n = 2' }, { line: 6 }, { line: 20 }, { line: 36, hitCondition: '2' }],
  });
  assert.deepEqual(lines.map(({ verified, line }) => [verified, line]), [[true, 8], [true, 7], [false, undefined], [true, 36]]);
  assert.equal(stop.body.reason, 'breakpoint');
  assert.deepEqual(stop.body.hitBreakpointIds, [lines[1].id]);
  await go(client, 'continue');
  await go(client, 'continue');
  assert.equal((await top(client)).line, 8);
  assert.equal((await variables(client, 1, 'Locals')).n.value, '2');
  assert.deepEqual((await go(client, 'continue')).hitBreakpointIds, [lines[3].id]);
  await client.setBreakpointsRequest({ source: { path: program }, breakpoints: [] });
  assert.equal(await toEnd(client), 0);
});

scenario('a condition that fails stops and says so', async (client) => {
  const { stop } = await start(client, { lines: [{ line: 7, condition: 'n foo' }] });
  assert.match(stop.body.text, /condition of breakpoint 1 fails: Method foo not found in class Integer/);
});

scenario('breakpoints on methods', async (client) => {
  const verified = {};
  client.on('breakpoint', ({ body: { breakpoint } }) => { verified[breakpoint.id] = breakpoint.verified; });
  const { methods, stop } = await start(client, {
    methods: [{ name: 'Counter>>firstAbove:in:' }, { name: 'Counter>>nothing' }, { name: 'Array>>do:' }],
  });
  assert.equal(stop.body.reason, 'function breakpoint');
  assert.equal((await top(client)).name, 'Counter>>firstAbove:in:');
  await go(client, 'continue');
  const frame = await top(client);
  assert.deepEqual([frame.name, frame.presentationHint], ['Array>>do:', 'subtle']);
  assert.equal(await toEnd(client), 0);
  // Told at once where the class path was known, otherwise by an event.
  assert.deepEqual(methods.map((method) => verified[method.id] ?? method.verified), [true, false, true]);
});

scenario('captured variables of a closure', async (client) => {
  await start(client, { lines: [{ line: 26 }, { line: 29 }] });
  assert.equal((await variables(client, 1, 'Locals')).square.value, '1');
  await go(client, 'continue');
  await go(client, 'continue');
  await go(client, 'continue');
  const captured = await variables(client, 1, 'Captured');
  assert.equal(captured.sum.value, '0');
  assert.equal((await variables(client, 1, 'Locals')).each.value, 'a Block1');
  const changed = await client.setVariableRequest({ variablesReference: captured.reference, name: 'sum', value: '100' });
  assert.equal(changed.body.value, '100');
  await client.setBreakpointsRequest({ source: { path: program }, breakpoints: [] });
  assert.equal(await toEnd(client), 0);
  assert.match(client.printed, /\n117\nend/);
});

scenario('evaluation sees and assigns what the frame has', async (client) => {
  await start(client, { lines: [{ line: 11 }] });
  const value = async (expression, context = 'watch') =>
    (await client.evaluateRequest({ expression, context, frameId: 1 })).body.result;
  assert.equal(await value('k + m + n', 'hover'), '6');
  assert.equal(await value("'a' + k asString"), "'a3'");
  assert.equal(await value('self class name'), '#Counter');
  assert.equal(await value('k := 40. [ k := k + 2 ] value. k', 'repl'), '42');
  assert.equal(await value('count := 7', 'repl'), '7');
  assert.equal(await value("'side effect' println. 1", 'repl'), '1');
  assert.match(client.printed, /side effect\n/);
  for (const [expression, message] of [
    ['k foo', /Method foo not found/],
    ['1 +', /./],
    ['zork := 1', /zork/],
    ['Array new: -1', /./],
    ['system exit: 3', /end the program/],
  ]) {
    await assert.rejects(client.evaluateRequest({ expression, context: 'repl', frameId: 1 }), message);
  }
  await client.setBreakpointsRequest({ source: { path: program }, breakpoints: [] });
  assert.equal(await toEnd(client), 0);
  assert.match(client.printed, /\n42\n6\n9\n13\n/);
  assert.equal(client.errors, '');
});

scenario('values unfold, and their parts can be set', async (client) => {
  await start(client, { lines: [{ line: 18 }] });
  const { numbers } = await variables(client, 2 + 1, 'Locals');
  assert.deepEqual([numbers.value, numbers.indexedVariables], ['#(7 7 7)', 3]);
  const page = await client.variablesRequest({ variablesReference: numbers.variablesReference, start: 1, count: 1 });
  assert.deepEqual(page.body.variables.map(({ name, value }) => [name, value]), [['2', '7']]);
  await client.setVariableRequest({ variablesReference: numbers.variablesReference, name: '2', value: '3 + 1' });
  const evaluated = await client.evaluateRequest({ expression: 'numbers', frameId: 3 });
  assert.equal(evaluated.body.result, '#(7 4 7)');
  const parts = await client.variablesRequest({ variablesReference: evaluated.body.variablesReference });
  assert.equal(parts.body.variables.length, 3);
});

scenario('errors: stop before they are reported, restart with a method changed', async (client) => {
  const { stop } = await start(client, { filters: ['doesNotUnderstand'], launch: { args: ['x'] } });
  assert.equal(stop.body.reason, 'exception');
  assert.equal(stop.body.text, 'Method foo: not found in class Nil');
  const frame = await top(client);
  assert.deepEqual([frame.name, frame.line], ['Counter>>run:', 42]);
  assert.match((await client.customRequest('exceptionInfo', { threadId: 1 })).body.description, /foo:/);
  const defined = await client.evaluateRequest({ context: 'repl', expression: "Counter >> run: arguments = ( 'changed' println )" });
  assert.equal(defined.body.result, 'defined');
  const restarted = await go(client, 'restartFrame', { frameId: frame.id });
  assert.equal(restarted.reason, 'restart');
  const source = (await top(client)).source;
  const { content } = (await client.sourceRequest({ source, sourceReference: source.sourceReference })).body;
  assert.match(content, /changed/);
  assert.equal(await toEnd(client), 0);
  assert.match(client.printed, /\nchanged\n$/);
});

scenario('restartFrame begins an activation again', async (client) => {
  await start(client, { lines: [{ line: 12 }] });
  await client.setBreakpointsRequest({ source: { path: program }, breakpoints: [] });
  await go(client, 'restartFrame', { frameId: 1 });
  assert.equal((await top(client)).line, 7);
  assert.equal((await variables(client, 1, 'Locals')).m.value, 'nil');
  assert.equal(await toEnd(client), 0);
});

scenario('pause, requests while it runs, terminate', async (client) => {
  const file = `${ROOT}/tests/debugger/fixtures/Endless.som`;
  const stopped = client.waitForEvent('stopped');
  const prints = client.waitForEvent('output');
  await Promise.all([client.configurationSequence(), client.launch({ ...launching, program: file })]);
  await prints;
  await assert.rejects(client.stackTraceRequest({ threadId: 1 }), /stopped/);
  assert.equal((await client.threadsRequest()).body.threads.length, 1);
  await client.pauseRequest({ threadId: 1 });
  assert.equal((await stopped).body.reason, 'pause');
  assert.match((await top(client)).name, /Endless>>run/);
  const resumed = await client.continueRequest({ threadId: 1 });
  assert.equal(resumed.body.allThreadsContinued, true);
  assert.equal(await toEnd(client, 'terminate'), 0);
});

scenario('terminate ends a program that is not debugged', async (client) => {
  const file = `${ROOT}/tests/debugger/fixtures/Endless.som`;
  const prints = client.waitForEvent('output');
  await Promise.all([client.configurationSequence(), client.launch({ ...launching, program: file, noDebug: true })]);
  await prints;
  assert.equal((await client.threadsRequest()).body.threads.length, 1);
  assert.equal(await toEnd(client, 'terminate'), 143);
});

scenario('a program that is not there is refused', async (client) => {
  await client.initializeRequest();
  await assert.rejects(client.launchRequest({ program: 'NoSuchProgram' }), /there is no class 'NoSuchProgram'/);
  await assert.rejects(client.launchRequest({}), /needs a 'program'/);
});
