// Where one can go from a step: the next send, return, line, miss and so on. Each jump has a sorted
// list of steps.
"use strict";

const jumps = (() => {
  const steps = { send: [], back: [], line: [], miss: [], change: [], output: [], tier: [] };
  const unique = (list) => [...new Set(list)].sort((a, b) => a - b);
  let place = "";
  for (let step = 0; step < run.count; ++step) {
    const unit = unitAt(step);
    if (instructionsAt(step).some(isSend)) steps.send.push(step);
    if (step + 1 < run.count && run.depth[step + 1] < run.depth[step]) steps.back.push(step);
    const here = `${unit.source.path}:${unit.code[run.instruction[step]].span.line} ${run.activation[step]}`;
    if (here !== place) steps.line.push(step);
    place = here;
  }
  for (const list of siteChanges.lists.values()) {
    list.forEach((change, i) => {
      // What was missed before the code was first seen is none of this run's.
      if (!change.isFirst && change.misses > (list[i - 1]?.misses ?? 0)) steps.miss.push(change.step - 1);
    });
  }
  for (const list of opcodeChanges.lists.values()) steps.change.push(...list.map((change) => Math.max(0, change.step - 1)));
  steps.output.push(...output.map((part) => part.step));
  steps.tier.push(...tierEvents.map((event) => event.step));
  return Object.fromEntries(Object.entries(steps).map(([kind, list]) => [kind, unique(list.filter((step) => step >= 0))]));
})();

const JUMPS = [
  { kind: "send", key: "s", name: "send", title: "a message is sent" },
  { kind: "back", key: "r", name: "return", title: "an activation ends" },
  { kind: "line", key: "l", name: "line", title: "another source line" },
  { kind: "miss", key: "m", name: "miss", title: "an inline cache does not know the class" },
  { kind: "change", key: "q", name: "rewrite", title: "a bytecode is quickened or fused" },
  { kind: "output", key: "p", name: "output", title: "something is written" },
  { kind: "tier", key: "c", name: "compiled", title: "the compiled tier does something" },
];

// The nearest step of that kind behind or in front of `step`; null if there is none.
function jumpFrom(step, kind, isForward) {
  const list = jumps[kind];
  const count = upperBound(list, isForward ? step : step - 1);
  return isForward ? list[count] ?? null : list[count - 1] ?? null;
}

const isOwnStep = (step) => unitAt(step).source.own;

// The next step in that direction; over the library where only own code is wanted.
function neighbour(step, isForward, ownOnly) {
  const by = isForward ? 1 : -1;
  let next = step + by;
  while (ownOnly && next > 0 && next < run.count && !isOwnStep(next)) next += by;
  return Math.min(Math.max(next, 0), run.count);
}

// Over what the step calls: the next step that is not above it on the stack.
function stepOver(step, isForward) {
  const by = isForward ? 1 : -1;
  let next = step + by;
  while (next > 0 && next < run.count && run.depth[next] > run.depth[Math.min(step, run.count - 1)]) next += by;
  return Math.min(Math.max(next, 0), run.count);
}

function stepOut(step) {
  let next = step + 1;
  while (next < run.count && run.depth[next] >= run.depth[Math.min(step, run.count - 1)]) ++next;
  return Math.min(next, run.count);
}
