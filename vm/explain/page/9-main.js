// The step that is shown, and everything that changes it: buttons, keys, playing, the address.
"use strict";

const byId = (id) => document.getElementById(id);
const RATES = [1, 2, 5, 10, 25, 60, 250, 1000, 5000];  // bytecodes in a second

const ADDRESS_DELAY = 250;  // milliseconds

const view = {
  step: 0,
  selected: null,  // the activation whose code is shown; null: the newest
  timer: null,
  last: 0,   // when the last step was played
  rest: 0,   // parts of a step that are still to be played
  address: null,  // the timer that writes the step into the address
};

// --- Showing -------------------------------------------------------------------------------------

function refresh() {
  // At the end, what the last step saw is shown.
  const step = Math.min(view.step, run.count - 1);
  const stack = stackAt(step);
  const selected = stack.find((activation) => activation === view.selected) ?? stack[0];
  const instruction = instructionOf(selected, step);
  document.body.classList.toggle("ended", view.step >= run.count);
  showSource(selected.unit);
  keepInSight(sourcePane.body, markCurrent(selected === stack[0] ? instructionsAt(step) : instruction === null ? [] : [instruction]));
  showCode(selected.unit, instruction?.index ?? 0);
  updateCode(step, instruction?.index ?? -1);
  showStory(view.step);
  showStack(step, selected);
  showObject(step);
  showOutput();
  moveCursor(view.step);
  const count = run.count.toLocaleString("en");
  byId("position").textContent = view.step >= run.count ? `end of ${count} steps` : `step ${view.step.toLocaleString("en")} of ${count}`;
  for (const [id, isForward] of [["first", false], ["back", false], ["forward", true], ["last", true]])
    byId(id).disabled = isForward ? view.step >= run.count : view.step === 0;
  for (const button of document.querySelectorAll("[data-jump]"))
    button.disabled = jumpFrom(view.step, button.dataset.jump, button.dataset.forward === "1") === null;
}

// What has been written so far: appended, or taken back.
function showOutput() {
  const isAll = view.step >= run.count;
  const shown = byId("output");
  const count = isAll ? output.length : upperBound(outputSteps, view.step - 1);
  if (shown.childElementCount === count) return;
  while (shown.childElementCount > count) shown.lastElementChild.remove();
  shown.append(...output.slice(shown.childElementCount, count).map((part) => element(part.isError ? "span.error" : "span", null, part.text)));
  shown.scrollTop = shown.scrollHeight;
}
const outputSteps = output.map((part) => part.step);

function goTo(step) {
  view.step = Math.min(Math.max(0, step), run.count);
  view.selected = null;
  refresh();
  // Browsers refuse to change the address many times a second.
  clearTimeout(view.address);
  view.address = setTimeout(() => history.replaceState(null, "", `#step=${view.step}`), ADDRESS_DELAY);
}

// --- Going ---------------------------------------------------------------------------------------

const ownOnly = () => byId("own").checked;
const jump = (kind, isForward) => {
  let step = view.step;
  do step = jumpFrom(step, kind, isForward);
  while (step !== null && ownOnly() && !isOwnStep(step));
  if (step !== null) goTo(step);
};

const ACTIONS = {
  first: () => goTo(0),
  last: () => goTo(run.count),
  back: () => goTo(neighbour(view.step, false, ownOnly())),
  forward: () => goTo(neighbour(view.step, true, ownOnly())),
  over: () => goTo(stepOver(view.step, true)),
  out: () => goTo(stepOut(view.step)),
  play: () => (view.timer === null ? play() : pause()),
  help: () => byId("keys").showModal(),
};

function play() {
  if (view.step >= run.count) goTo(0);
  view.last = performance.now();
  view.rest = 0;
  view.timer = requestAnimationFrame(playOn);
  byId("play").textContent = "⏸ Pause";
}

function pause() {
  if (view.timer === null) return;
  cancelAnimationFrame(view.timer);
  view.timer = null;
  byId("play").textContent = "▶ Play";
  goTo(view.step);
}

function playOn(now) {
  view.rest += (now - view.last) / 1000 * RATES[Number(byId("speed").value)];
  view.last = now;
  let step = view.step;
  for (; view.rest >= 1 && step < run.count; view.rest -= 1) step = neighbour(step, true, ownOnly());
  if (step !== view.step) goTo(step);
  if (view.step >= run.count) pause();
  else view.timer = requestAnimationFrame(playOn);
}

function changeSpeed(by) {
  const speed = byId("speed");
  speed.value = String(Math.min(RATES.length - 1, Math.max(0, Number(speed.value) + by)));
  byId("rate").textContent = `${RATES[Number(speed.value)].toLocaleString("en")}/s`;
}

// --- Keys ----------------------------------------------------------------------------------------

const KEYS = [
  ["ArrowRight", "→", "one bytecode on", ACTIONS.forward],
  ["ArrowLeft", "←", "one bytecode back", ACTIONS.back],
  ["ArrowDown", "↓", "over what this calls", ACTIONS.over],
  ["ArrowUp", "↑", "to the caller", ACTIONS.out],
  ["o", "O", "over what this calls", ACTIONS.over],
  ["u", "U", "to the caller", ACTIONS.out],
  [" ", "Space", "play, pause", ACTIONS.play],
  ["+", "+", "faster", () => changeSpeed(1)],
  ["-", "−", "slower", () => changeSpeed(-1)],
  ["Home", "Home", "to the start", ACTIONS.first],
  ["End", "End", "to the end", ACTIONS.last],
  ["PageDown", "Page ↓", "a hundredth on", () => goTo(view.step + Math.max(10, Math.round(run.count / 100)))],
  ["PageUp", "Page ↑", "a hundredth back", () => goTo(view.step - Math.max(10, Math.round(run.count / 100)))],
  ["f", "F", "own code only", () => byId("own").click()],
  ["Escape", "Esc", "close the object", () => { objectPane.trail = []; document.body.classList.remove("inspecting"); refresh(); }],
  ["?", "?", "these keys", ACTIONS.help],
];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  const isButton = event.target.closest("button, input, [role=button]") !== null;
  if (isButton && [" ", "Enter"].includes(event.key)) return;
  if (event.target.type === "range" && event.key.startsWith("Arrow")) return;
  const known = JUMPS.find(({ key }) => key === event.key.toLowerCase());
  if (known !== undefined) {
    pause();
    jump(known.kind, !event.shiftKey);
  } else {
    const key = KEYS.find(([name]) => name === event.key || name === event.key.toLowerCase());
    if (key === undefined) return;
    if (![" ", "+", "-", "?", "f"].includes(key[0])) pause();
    key[3]();
  }
  event.preventDefault();
});

// --- Mouse ---------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const value = event.target.closest("[data-object]");
  if (value !== null) {
    inspect(Number(value.dataset.object));
    refresh();
    return;
  }
  const header = event.target.closest(".frame > header");
  if (header !== null) selectFrame(header);
});
stackPane.frames.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".frame > header")) selectFrame(event.target);
});

function selectFrame(header) {
  view.selected = activations[Number(header.parentElement.dataset.activation)];
  refresh();
}

// Pointing marks both sides; a click keeps the mark.
const linked = { kept: null };
function markBoth(instructions, from) {
  const span = instructions.length === 0 ? null : instructions[0].span;
  const piece = markSource(span, "hot");
  const row = markCode(instructions, "hot");
  if (from === "source") keepInSight(codePane.body, row);
  if (from === "code") keepInSight(sourcePane.body, piece);
}
const pointed = (target) => {
  const row = target.closest?.("#code .row");
  if (row) return [[row.instruction], "code"];
  const piece = target.closest?.("#source .piece");
  if (piece) return [instructionsOf(piece), "source"];
  return null;
};
for (const pane of [codePane.body, sourcePane.body]) {
  pane.addEventListener("pointerover", (event) => {
    const found = pointed(event.target);
    if (found !== null) markBoth(...found);
  });
  pane.addEventListener("pointerleave", () => markBoth(linked.kept ?? [], ""));
  pane.addEventListener("click", (event) => {
    const found = pointed(event.target);
    if (found === null) return;
    linked.kept = linked.kept !== null && linked.kept[0] === found[0][0] ? null : found[0];
    markBoth(linked.kept ?? [], found[1]);
  });
}

// --- Start ---------------------------------------------------------------------------------------

for (const { kind, key, name, title } of JUMPS) {
  if (jumps[kind].length === 0) continue;
  byId("jumps").append(element("span.jump", { title: `Where ${title} (${key.toUpperCase()}, backwards Shift+${key.toUpperCase()})` },
    element("button", { type: "button", "data-jump": kind, "data-forward": "0", "aria-label": `Previous ${name}`, click: () => { pause(); jump(kind, false); } }, "‹"),
    element("span", null, name),
    element("button", { type: "button", "data-jump": kind, "data-forward": "1", "aria-label": `Next ${name}`, click: () => { pause(); jump(kind, true); } }, "›")));
}
for (const [id, action] of Object.entries(ACTIONS)) {
  byId(id).addEventListener("click", () => {
    if (id !== "play") pause();
    action();
  });
}
byId("key-list").append(...[...KEYS.filter(([key]) => !["o", "u"].includes(key)).map(([, name, text]) => [name, text]),
  ...JUMPS.filter(({ kind }) => jumps[kind].length > 0).map(({ key, title }) => [key.toUpperCase(), `where ${title}`])]
  .flatMap(([name, text]) => [element("dt", null, element("kbd", null, name)), element("dd", null, text)]));
byId("speed").addEventListener("input", () => changeSpeed(0));
changeSpeed(0);
listenToTimeline((step) => { pause(); goTo(step); });
window.addEventListener("resize", () => { drawTimeline(); refresh(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTimeline);
const stepOfAddress = () => Number(/step=(\d+)/.exec(location.hash)?.[1] ?? 0);
window.addEventListener("hashchange", () => goTo(stepOfAddress()));

const programName = data.title.split("/").pop();
document.title = `${programName} explained by som`;
byId("title").append("How ", element("b", { title: data.title }, programName), " runs");
byId("summary").textContent = [
  `${run.count.toLocaleString("en")} bytecodes`,
  `${new Set(run.activation).size.toLocaleString("en")} activations`,
  `${objects.length.toLocaleString("en")} objects`,
  data.end === "limit" ? "the program went on" : data.status === null ? "" : `status ${data.status}`,
  data.tier ? "with the compiled tier: what runs as machine code has no steps" : "",
].filter((part) => part !== "").join(" · ");
drawTimeline();
goTo(stepOfAddress());
