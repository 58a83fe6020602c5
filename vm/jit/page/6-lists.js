// Lists about a compile: the index of all compiles, the summary, decisions on inlining, exits.

const indexPane = {
  list: document.getElementById("compiles"),
  filter: document.getElementById("filter"),
  order: document.getElementById("order"),

  setUp(onSelect) {
    const codes = compiles.filter((compile) => compile.code.length > 0);
    document.getElementById("totals").textContent = [
      plural(codes.length, "piece") + " of code",
      sizeText(codes.reduce((sum, compile) => sum + compile.bytes, 0)),
      timeText(compiles.reduce((sum, compile) => sum + compile.nanoseconds, 0)) + " to compile",
      plural(compiles.reduce((sum, compile) => sum + compile.exitsTaken, 0), "exit") + " taken",
    ].join(" · ");
    const update = () => this.update();
    this.filter.addEventListener("input", update);
    this.order.addEventListener("change", update);
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[data-compile]");
      if (item) onSelect(Number(item.dataset.compile));
    });
    this.update();
  },

  update() {
    const wanted = this.filter.value.toLowerCase();
    const keys = { bytes: (c) => -c.bytes, time: (c) => -c.nanoseconds, exits: (c) => -c.exitsTaken, order: (c) => c.number };
    const key = keys[this.order.value];
    const shown = compiles.filter((c) => c.title.toLowerCase().includes(wanted)).sort((a, b) => key(a) - key(b));
    this.list.replaceChildren(...shown.map((compile) => this.item(compile)));
    this.mark(this.selected);
  },

  item(compile) {
    const facts = [compile.loopText, compile.serial > 1 ? `${ordinal(compile.serial)} time` : "",
      compile.bytes ? sizeText(compile.bytes) : "", timeText(compile.nanoseconds),
      compile.exitsTaken ? plural(compile.exitsTaken, "exit") : ""];
    const [status, words] = statusOf(compile);
    return element("li", null, element(`button.${status}`, { "data-compile": compile.number },
      element("span.title", null, breakable(compile.title)),
      element("span.facts", null, facts.filter(Boolean).join(" · ")),
      status === "valid" ? null : element("span.status", null, words)));
  },

  mark(number) {
    this.selected = number;
    for (const button of this.list.querySelectorAll("button")) {
      const isIt = Number(button.dataset.compile) === number;
      button.setAttribute("aria-current", isIt ? "true" : "false");
      if (isIt) bringIntoView(button);
    }
  },
};

function ordinal(number) {
  const suffix = { 1: "st", 2: "nd", 3: "rd" }[number % 100 > 10 && number % 100 < 14 ? 0 : number % 10] ?? "th";
  return `${number}${suffix}`;
}

// The state that the code was in when the program ended: [class, words].
function statusOf(compile) {
  if (compile.given_up) return ["given-up", `given up: ${compile.given_up}`];
  if (compile.invalidated) return ["invalid", `thrown away: ${compile.invalidated}`];
  return ["valid", "in use"];
}

function showSummary(compile) {
  const fact = (value, name) => element("div.fact", null, element("b", null, value), element("span", null, name));
  const [status, words] = statusOf(compile);
  const root = document.getElementById("summary");
  root.replaceChildren(element("header", null, element("h2", null, compile.title),
    compile.loop === null ? null : element("span.tag", null, compile.loopText),
    compile.serial > 1 ? element("span.tag", null, `compiled for the ${ordinal(compile.serial)} time`) : null,
    element(`span.tag.${status}`, null, words)));
  if (compile.stages.length === 0) return;
  const inlined = compile.activations.length - 1;
  root.append(element("div.facts", null,
    fact(`${compile.stage(compile.stages[0].name).nodes.size} → ${compile.stage(compile.stages.at(-1).name).nodes.size}`,
      "operations"),
    fact(`${compile.stages.at(-1).blocks.length}`, "blocks"),
    fact(`${inlined}`, "built in place"),
    fact(`${compile.rounds}`, compile.rounds === 1 ? "round of building" : "rounds of building"),
    fact(sizeText(compile.bytes), "of code"),
    fact(`${compile.spill_words}`, compile.spill_words === 1 ? "word spilled" : "words spilled"),
    fact(`${compile.exitsTaken}`, compile.exitsTaken === 1 ? "exit taken" : "exits taken"),
    fact(timeText(compile.nanoseconds), "to compile")), timeBar(compile));
}

function timeBar(compile) {
  const bar = element("div.times", { role: "img", "aria-label": "Time of each step" });
  compile.times.forEach(([name, ns], i) => {
    const share = (100 * ns) / Math.max(compile.nanoseconds, 1);
    bar.append(element("span", { style: `flex-grow: ${Math.max(share, 0.2)}; --step: ${i}`,
      title: `${name}: ${timeText(ns)}, ${share.toFixed(0)}%` }, share > 9 ? name : ""));
  });
  return bar;
}

// The activations as a tree, with the calls that were not built in place.
function showInlining(compile) {
  const root = document.getElementById("inlining");
  const decisionsOf = (activation) => compile.decisions.filter((d) => d.activation === activation);
  const reasonFor = ({ caller, at, method }) => compile.decisions.find((d) => d.inlined && d.activation === caller &&
    d.at === at && d.method === method)?.reason ?? "";
  const item = (number) => {
    const activation = compile.activations[number];
    const { title, units } = data.methods[activation.method];
    const children = [];
    compile.activations.forEach((inner, i) => {
      if (inner.caller === number) children.push([inner.at, item(i)]);
    });
    for (const d of decisionsOf(number)) {
      if (d.inlined) continue;
      children.push([d.at, element("li.called", null, element("button", { "data-place": `${activation.method} ${d.at}` },
        element("span.at", null, `@${d.at}`), element("span.title", null, data.methods[d.method].title),
        element("span.reason", null, `called: ${d.reason}`)))]);
    }
    children.sort((a, b) => a[0] - b[0]);
    return element("li", null, tinted("button", compile.hues.get(activation.method), { "data-activation": number },
      activation.caller === null ? null : element("span.at", null, `@${activation.at}`),
      element("span.title", null, title),
      element("span.reason", null, activation.caller === null ? `entered, ${units} units` :
        `in place: ${reasonFor(activation)}`)),
    children.length === 0 ? null : element("ol", null, children.map((child) => child[1])));
  };
  root.replaceChildren(element("p.hint", null,
    "What the code consists of. @ is the send's bytecode in the caller; sizes are units of bytecode."));
  if (compile.activations.length > 0) root.append(element("ol.tree", null, item(0)));
  if (compile.failures.length > 0) {
    root.append(element("h3", null, "Wrong guesses of earlier code"),
      element("p.hint", null, "After three at one bytecode no more are made there."),
      element("ol.tree", null, compile.failures.map((f) => element("li", null,
        element("button", { "data-place": `${f.method} ${f.at}` }, element("span.at", null, `@${f.at}`),
          element("span.title", null, data.methods[f.method].title),
          element("span.reason", null, `${f.count}×`))))));
  }
}

function showExits(compile) {
  const root = document.getElementById("exits");
  const sorted = [...compile.exits].sort((a, b) => b.count - a.count);
  const rows = (exits) => exits.map((exit) => {
    const [method, at] = exit.frames.at(-1);
    const instruction = instructionAt(method, at);
    return element(exit.count > 0 ? "tr.taken" : "tr", { "data-exit": exit.node, tabindex: 0 },
      element("td.count", null, `${exit.count}`),
      element("td", null, nodeLink(exit.node), " ", exit.reason),
      element("td.where", null, breakable(data.methods[method].title), ` @${at} `,
        element("i", null, instruction ? `${instruction.name} ${instruction.operands}` : "")));
  });
  const table = (exits) => element("table", null, element("thead", null, element("tr", null,
    element("th", null, "times"), element("th", null, "operation"), element("th", null, "goes on at"))),
  element("tbody", null, rows(exits)));
  const checks = sorted.filter((exit) => !exit.safepoint);
  const calls = sorted.filter((exit) => exit.safepoint);
  root.replaceChildren(element("h3", null, `Exits to the interpreter (${checks.length})`),
    element("p.hint", null, "Where the code may leave, and how often it did until the program ended."), table(checks));
  if (calls.length > 0) {
    root.append(element("h3", null, `Safepoints (${calls.length})`), element("p.hint", null,
      "Calls and allocations: where the collector may look at the frame. Counted is what came back to the interpreter: " +
      "unwinding, or code that had become invalid."), table(calls));
  }
}
