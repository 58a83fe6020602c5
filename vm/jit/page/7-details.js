// What is known of the selected operation.

const detailsPane = {
  root: document.getElementById("details"),

  hide() {
    this.root.hidden = true;
  },

  show(compile, id, left, right) {
    const stage = right.nodes.has(id) ? right : left.nodes.has(id) ? left : null;
    if (!stage) return this.hide();
    const { version, block } = stage.nodes.get(id);
    const node = compile.nodes[id];
    const sections = [
      this.origin(compile, id),
      this.neighbours(compile, id, version, stage),
      this.history(compile, id),
      this.machine(compile, id, node),
      this.exit(compile, id),
      this.state(compile, version),
    ];
    this.root.replaceChildren(
      element("header", null, tinted("h2", compile.hueOf(id), null, `v${id} `, element("b", null, version.op),
        version.detail ? ` ${version.detail}` : ""),
      element("span.tag", null, `b${block.id} after ${stage.name}`),
      element("span.sentence", null, data.operations[version.op].sentence),
      element("button.close", { "aria-label": "Close", click: () => clearSelection() }, "×")),
      element("div.sections", null, sections));
    this.root.hidden = false;
  },

  section: (title, ...content) => element("section", null, element("h3", null, title), content),

  origin(compile, id) {
    const origin = compile.originOf(id);
    if (!origin) return this.section("Comes from", element("p", null, "no bytecode: made to order the blocks"));
    const steps = compile.chain(origin.activation, origin.at);
    return this.section("Comes from", element("ol.chain", null, steps.map(({ method, at }) => {
      const instruction = instructionAt(method, at);
      return element("li", null, tinted("a.place", compile.hues.get(method), { "data-place": `${method} ${at}`, href: "#" },
        `${data.methods[method].title} @${at}`), " ",
      element("code", null, instruction ? `${instruction.name} ${instruction.operands}` : ""));
    })));
  },

  neighbours(compile, id, version, stage) {
    const name = (value) => (typeof value !== "number" ? operand(value)
      : element("span", null, nodeLink(value), " ", stage.nodes.get(value)?.version.op ?? ""));
    const list = (values) => (values.length === 0 ? element("p", null, "none")
      : element("ul.inline", null, values.map((value) => element("li", null, name(value)))));
    return this.section("Inputs", list(version.inputs), element("h3", null, "Used by"), list(stage.uses.get(id) ?? []));
  },

  // What each step did to it.
  history(compile, id) {
    const rows = [];
    let before = null;
    for (const { name } of compile.stages) {
      const stage = compile.stage(name);
      const here = stage.nodes.has(id);
      const wasHere = before?.nodes.has(id) ?? false;
      let what = "";
      if (here && !wasHere) what = "made";
      else if (!here && wasHere) what = "gone";
      else if (here) what = { changed: "changed", moved: "moved" }[compile.difference(id, before, stage)] ?? "";
      rows.push(element(`li.${what || (here ? "kept" : "absent")}`, null, element("button", { "data-stage": name,
        title: what || (here ? "as before" : "not there") }, name, what ? element("i", null, ` ${what}`) : null)));
      before = stage;
    }
    return this.section("Steps", element("ol.steps", null, rows));
  },

  machine(compile, id, node) {
    const code = compile.codeOf.get(id);
    if (!code && !node.out && !node.moves) return null;
    const content = [];
    if (node.out || node.in) {
      content.push(element("p", null, element("code", null,
        `${node.out ? `${node.out} ← ` : ""}${(node.in ?? []).join(", ") || "–"}`)));
    }
    if (node.moves) content.push(element("p.moves", null, "moves before: ", element("code", null, node.moves.join(", "))));
    if (code) {
      content.push(element("pre.asm", { title: `at byte ${code.at}` },
        (code.moves ?? []).map((line) => element("span.move", null, `${line}\n`)),
        code.lines.map((line) => `${line}\n`)));
    }
    return this.section("Registers and code", content);
  },

  exit(compile, id) {
    const exit = compile.exitOf.get(id);
    if (!exit) return null;
    const [method, at] = exit.frames.at(-1);
    return this.section(exit.safepoint ? "Safepoint" : "Exit", element("p", null,
      exit.safepoint ? `came back to the interpreter ${plural(exit.count, "time")}`
        : exit.count === 0 ? "never taken" : `taken ${plural(exit.count, "time")}`),
    element("p", null, "the interpreter goes on at ", element("a.place", { "data-place": `${method} ${at}`, href: "#" },
      `${data.methods[method].title} @${at}`)));
  },

  state(compile, version) {
    if (version.state === undefined) return null;
    const { frames, objects } = compile.states[version.state];
    const tables = frames.map(({ method, at, home, values }) => {
      const names = data.methods[method].words;
      const cells = values.map((value, i) => [names[i] === "" ? `local ${i}` : names[i] ?? `operand ${i - names.length + 1}`, value])
        .filter((cell) => cell[1] !== "_");
      return element("div.frame", null, tinted("h4", compile.hues.get(method), null,
        `${data.methods[method].title} @${at}${home ? " home" : ""}`),
      element("dl", null, cells.map(([name, value]) => element("div", null, element("dt", null, name),
        element("dd", null, operand(value))))));
    });
    for (const { name, op, detail, fields } of objects ?? []) {
      tables.push(element("div.frame", null, element("h4", null, `${name}: ${op} ${detail}`),
        element("dl", null, fields.map((value, i) => element("div", null, element("dt", null, `${i}`),
          element("dd", null, operand(value)))))));
    }
    const section = this.section("State for the interpreter", element("div.frames", null, tables));
    section.classList.add("state");
    return section;
  },
};
