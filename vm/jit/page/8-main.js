// What is being looked at, and how input changes it. The address keeps it: #compile=3&left=building&right=code&op=12.

const view = { compile: null, left: "building", right: "code", pane: "source", op: null, place: null, activation: null };
const panes = { left: new GraphPane("left"), right: new GraphPane("right") };
const stageOf = (side) => view.compile.stage(view[side]);

// Browsers refuse to change the address too often.
const REMEMBER_AFTER = 200;
let remembering = null;
function remember() {
  clearTimeout(remembering);
  remembering = setTimeout(writeAddress, REMEMBER_AFTER);
}

function writeAddress() {
  const parts = [`compile=${view.compile.number}`, `left=${view.left}`, `right=${view.right}`, `view=${view.pane}`];
  if (view.op !== null) parts.push(`op=${view.op}`);
  history.replaceState(null, "", `#${parts.join("&")}`);
}

function showPane(name) {
  view.pane = name;
  document.body.dataset.view = name;
  flowPane.reveal();
  for (const tab of document.querySelectorAll("#views button")) {
    tab.setAttribute("aria-selected", tab.dataset.view === name ? "true" : "false");
  }
}

function showStages() {
  if (view.compile.stages.length === 0) return;
  panes.left.show(view.compile, view.left, stageOf("right"), true);
  panes.right.show(view.compile, view.right, stageOf("left"), false);
  flowPane.show(view.compile, stageOf("right"));
  document.body.classList.toggle("same-stage", view.left === view.right);
}

function selectCompile(number) {
  const compile = compiles[number] ?? compiles[0];
  view.compile = compile;
  view.op = view.place = view.activation = null;
  document.title = `${compile.title} · compiled by som`;
  const names = compile.stageNames;
  if (!names.includes(view.left)) view.left = names[0];
  if (!names.includes(view.right)) view.right = names.at(-1);
  document.body.classList.toggle("no-graph", compile.stages.length === 0);
  indexPane.mark(compile.number);
  showSummary(compile);
  sourcePane.show(compile);
  showInlining(compile);
  showExits(compile);
  showStages();
  detailsPane.hide();
  for (const pane of document.querySelectorAll(".pane, .graph")) pane.scrollTop = 0;
  flowPane.reveal();
  remember();
}

// Operations in the middle of attention, with what they use and what uses them.
function highlight(ids, places, scrollSource) {
  for (const side of ["left", "right"]) {
    const stage = stageOf(side);
    const inputs = new Set();
    const uses = new Set();
    if (ids.length === 1) {
      for (const input of stage.nodes.get(ids[0])?.version.inputs ?? []) if (typeof input === "number") inputs.add(input);
      for (const user of stage.uses.get(ids[0]) ?? []) uses.add(user);
    }
    panes[side].highlight(ids, inputs, uses);
  }
  flowPane.highlight(ids.map((id) => stageOf("right").nodes.get(id)?.block.id).filter((id) => id !== undefined));
  sourcePane.highlight(places, scrollSource);
}

// The bytecodes of a node: those of all activations around it, the innermost last.
function placesOf(id) {
  const origin = view.compile.originOf(id);
  return origin ? view.compile.chain(origin.activation, origin.at).slice(-1) : [];
}

// Highlights what is selected, when nothing is pointed at.
function highlightSelection(scroll) {
  if (view.compile.stages.length === 0) return;
  if (view.op !== null) {
    highlight([view.op], placesOf(view.op), scroll);
  } else if (view.place !== null) {
    highlight(nodesOfPlace(view.place), [view.place], scroll);
  } else if (view.activation !== null) {
    const { caller, at, method } = view.compile.activations[view.activation];
    const ids = [...new Set(["left", "right"].flatMap((side) => [...stageOf(side).nodes.keys()]))]
      .filter((id) => view.compile.originOf(id)?.activation === view.activation);
    const places = caller === null ? [{ method, at: 0 }] : [{ method: view.compile.activations[caller].method, at }];
    highlight(ids, places, scroll);
  } else {
    highlight([], [], false);
  }
}

function nodesOfPlace({ method, at }) {
  return [...new Set(["left", "right"].flatMap((side) => view.compile.nodesAt(stageOf(side), method, at)))];
}

function setSelection({ op = null, place = null, activation = null }, { scrollSource = true, scrollGraph = true } = {}) {
  Object.assign(view, { op, place, activation });
  // First of all, since it takes room from what is scrolled.
  if (op !== null) detailsPane.show(view.compile, op, stageOf("left"), stageOf("right"));
  else detailsPane.hide();
  for (const side of ["left", "right"]) panes[side].setSelected(op === null ? [] : [op]);
  highlightSelection(scrollSource);
  for (const side of ["left", "right"]) {
    const row = panes[side].graph.querySelector(".op.hot");
    if (scrollGraph || row?.matches(".selected")) bringIntoView(row);
  }
  if (op !== null || place !== null || activation !== null) flowPane.reveal();
  remember();
}

function clearSelection() {
  setSelection({}, { scrollSource: false, scrollGraph: false });
}

function selectStage(side, name) {
  view[side] = name;
  showStages();
  setSelection({ op: view.op, place: view.place, activation: view.activation });
}

// What an element stands for: an operation, a bytecode, ...; null if for nothing.
function targetOf(element_) {
  const found = element_.closest?.("[data-ref], [data-op], [data-at], [data-place], [data-activation], [data-exit]");
  if (!found) return null;
  const { ref, op, at, method, place, activation, exit } = found.dataset;
  if (ref !== undefined) return { op: Number(ref) };
  if (op !== undefined) return { op: Number(op) };
  if (exit !== undefined) return { op: Number(exit) };
  if (activation !== undefined) return { activation: Number(activation) };
  if (place !== undefined) return { place: { method: Number(place.split(" ")[0]), at: Number(place.split(" ")[1]) } };
  return { place: { method: Number(method), at: Number(at) } };
}

function onPointerOver(event) {
  if (event.pointerType === "touch" || view.compile.stages.length === 0) return;
  const target = targetOf(event.target);
  if (!target) return highlightSelection(false);
  if (target.op !== undefined) highlight([target.op], placesOf(target.op), false);
  else if (target.place !== undefined) highlight(nodesOfPlace(target.place), [target.place], false);
}

function onClick(event) {
  if (event.target.closest("a[href='#']")) event.preventDefault();
  const block = event.target.closest("[data-block]");
  if (block) {
    for (const side of ["left", "right"]) panes[side].scrollToBlock(Number(block.dataset.block));
    if (matchMedia("(max-width: 1099px)").matches && view.pane === "flow") showPane("right");
    return;
  }
  const step = event.target.closest("[data-stage]");
  if (step) return selectStage("right", step.dataset.stage);
  const target = targetOf(event.target);
  if (target) {
    const inGraph = event.target.closest(".stage") !== null && !event.target.closest(".ref");
    return setSelection(target, { scrollGraph: !inGraph });
  }
  const segment = event.target.closest(".line .span");
  if (segment) {
    const { source, line } = segment.parentElement.dataset;
    const found = sourcePane.bytecodeAround(Number(source), Number(line), Number(segment.dataset.column) +
      columnWithin(segment, event));
    if (found) setSelection({ place: { method: found.method, at: found.at } }, { scrollSource: false });
  }
}

// How many characters of a piece of text lie in front of the pointer.
function columnWithin(segment, event) {
  const box = segment.getBoundingClientRect();
  const width = box.width / Math.max(Array.from(segment.textContent).length, 1);
  return Math.max(0, Math.floor((event.clientX - box.left) / width));
}

function onKeyDown(event) {
  if (event.target.matches("input, select")) return;
  if (event.key === "Escape") clearSelection();
  if (event.key === "Enter" && event.target.matches("[tabindex]")) event.target.click();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const rows = [...document.querySelectorAll("#right .op")];
    const at = rows.findIndex((row) => Number(row.dataset.op) === view.op);
    const next = rows[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at >= 0 && next) {
      event.preventDefault();
      setSelection({ op: Number(next.dataset.op) });
    }
  }
}

function start() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const side of ["left", "right"]) {
    if (wanted.has(side)) view[side] = wanted.get(side);
    panes[side].select.addEventListener("change", (event) => selectStage(side, event.target.value));
  }
  document.body.classList.toggle("single", compiles.length === 1);
  indexPane.setUp(selectCompile);
  const op = wanted.get("op");
  showPane(wanted.get("view") ?? "source");
  selectCompile(Number(wanted.get("compile") ?? 0));
  if (op !== null && view.compile.nodes[Number(op)]) setSelection({ op: Number(op) });
  for (const tab of document.querySelectorAll("#views button")) {
    tab.addEventListener("click", () => {
      showPane(tab.dataset.view);
      remember();
    });
  }
  const main = document.querySelector("main");
  main.addEventListener("pointerover", onPointerOver);
  main.addEventListener("click", onClick);
  document.addEventListener("keydown", onKeyDown);
}

start();
