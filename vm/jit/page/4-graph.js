// One of the two panes with a graph behind a step: blocks, operations, and for the last steps registers and code.

const MARKS = { gone: "−", new: "+", changed: "~", moved: "↷" };
const MARK_TITLES = {
  gone: "not in the other stage", new: "not in the other stage", changed: "another form in the other stage",
  moved: "in another block in the other stage",
};

class GraphPane {
  constructor(id) {
    this.root = document.getElementById(id);
    this.select = this.root.querySelector("select");
    this.sentence = this.root.querySelector(".sentence");
    this.graph = this.root.querySelector(".graph");
    this.rows = new Map();  // node -> elements
  }

  // `other` is the stage of the other pane, `isLeft` whether this one is the earlier by place.
  show(compile, name, other, isLeft) {
    this.compile = compile;
    this.name = name;
    this.stage = compile.stage(name);
    this.rows.clear();
    this.select.replaceChildren(...compile.stageNames.map((stage) => element("option",
      { value: stage, selected: stage === name }, stageLabel(compile, stage))));
    this.sentence.textContent = data.steps[name] ?? "";
    this.sentence.title = data.steps[name] ?? "";
    const fragment = document.createDocumentFragment();
    if (name === "code") fragment.append(this.codePart("prologue", "Prologue"));
    for (const block of this.stage.blocks) fragment.append(this.block(block, other, isLeft));
    if (name === "code") {
      fragment.append(this.codePart("epilogue", "Epilogue"), this.outlines(), this.codePart("rest", "Behind the code"));
    }
    this.graph.replaceChildren(fragment);
  }

  block(block, other, isLeft) {
    const tags = [block.loop ? "loop" : "", block.depth ? `depth ${block.depth}` : "", block.cold ? "cold" : ""];
    const links = (label, ids) => (ids.length === 0 ? null
      : element("span.edges", null, label, ids.map((id) => element("a.jump", { "data-block": id, href: "#" }, `b${id}`))));
    const header = element("header", null, element("b", null, `b${block.id}`),
      tags.filter(Boolean).map((tag) => element("span.tag", null, tag)), links("←", block.from));
    const section = element(block.cold ? "section.block.cold" : "section.block", { "data-block-id": block.id,
      style: `--rows: ${block.nodes.length * (this.name === "code" ? 3 : 1)}` }, header);
    for (const [id] of block.nodes) {
      const isLast = id === block.nodes.at(-1)[0];
      section.append(...this.operation(id, other, isLeft, isLast ? block.to : []));
    }
    return section;
  }

  operation(id, other, isLeft, successors) {
    const { version } = this.stage.nodes.get(id);
    const node = this.compile.nodes[id];
    const difference = isLeft ? this.compile.difference(id, this.stage, other)
      : this.compile.difference(id, other, this.stage);
    const exit = this.compile.exitOf.get(id);
    const parts = [element("span.name", null, version.op), ...version.inputs.map(operand)];
    if (version.detail) parts.push(element("span.detail", null, version.detail));
    if (version.type) parts.push(element("span.type", null, `: ${version.type}`));
    if (version.guard !== undefined) parts.push(element("span.guard", null, "under ", nodeLink(version.guard)));
    for (const to of successors) parts.push(element("a.jump", { "data-block": to, href: "#" }, `→ b${to}`));
    if (version.state !== undefined && data.operations[version.op].exits) {
      const frame = this.compile.states[version.state].frames.at(-1);
      parts.push(element("span.exit", { title: "leaves to the interpreter at this bytecode" }, `⤴${frame.at}`));
    }
    if (exit && exit.count > 0) {
      parts.push(element("span.taken", { title: "how often the code was left here" }, `${exit.count}×`));
    }
    const row = tinted(`div.op${difference ? `.${difference}` : ""}`, this.compile.hueOf(id),
      { "data-op": id, tabindex: 0 }, this.rowHead(id, difference), parts.flatMap((part) => [part, " "]));
    this.addRow(id, row);
    if (!MACHINE_STAGES.includes(this.name)) return [row];
    row.append(this.places(node));
    if (this.name === "registers") return [...(node.moves ?? []).map((move) => element("div.move", null, move)), row];
    const code = this.compile.codeOf.get(id);
    return code ? [row, this.assembly(id, code)] : [row];
  }

  rowHead(id, difference) {
    return [element("span.mark", { title: MARK_TITLES[difference] }, MARKS[difference] ?? ""),
      element("span.value", null, `v${id}`)];
  }

  places(node) {
    const text = `${node.out ? `${node.out} ← ` : ""}${(node.in ?? []).join(", ")}`;
    return element("span.places", { title: "where the result and the inputs are" }, text);
  }

  assembly(id, code) {
    const result = element("pre.asm", { "data-op": id, title: `at byte ${code.at}` },
      (code.moves ?? []).map((line) => element("span.move", null, `${line}\n`)),
      code.lines.map((line) => `${line}\n`));
    return result;
  }

  codePart(kind, title) {
    const parts = this.compile.code.filter((part) => part.part === kind);
    const lines = parts.flatMap((part) => part.lines);
    return lines.length === 0 ? "" : element("section.block", null,
      element("header", null, element("b", null, title)),
      element("pre.asm.plain", { title: `at byte ${parts[0].at}` }, lines.map((line) => `${line}\n`)));
  }

  // What stands behind the code of all blocks, with the operation that goes there.
  outlines() {
    const parts = this.compile.code.filter((part) => part.part === "outline");
    if (parts.length === 0) return "";
    const section = element("section.block.outlines", null, element("header", null, element("b", null, "Out of line")));
    for (const part of parts) {
      const node = this.stage.nodes.get(part.id);
      section.append(tinted("div.op.outline", this.compile.hueOf(part.id), { "data-op": part.id, tabindex: 0 },
        this.rowHead(part.id, ""), element("span.name", null, node?.version.op ?? "")), this.assembly(part.id, part));
    }
    return section;
  }

  addRow(id, row) {
    if (!this.rows.has(id)) this.rows.set(id, []);
    this.rows.get(id).push(row);
  }

  // Shows which operations are looked at (`hot`) and what is around them.
  highlight(hot, inputs, uses) {
    for (const row of this.graph.querySelectorAll(".op.hot, .op.input, .op.use"))
      row.classList.remove("hot", "input", "use");
    const mark = (ids, name) => {
      for (const id of ids) for (const row of this.rows.get(id) ?? []) row.classList.add(name);
    };
    mark(inputs, "input");
    mark(uses, "use");
    mark(hot, "hot");
  }

  setSelected(ids) {
    for (const row of this.graph.querySelectorAll(".op.selected")) row.classList.remove("selected");
    for (const id of ids) for (const row of this.rows.get(id) ?? []) row.classList.add("selected");
  }

  scrollTo(id) {
    bringIntoView(this.rows.get(id)?.[0]);
  }

  scrollToBlock(id) {
    this.graph.querySelector(`[data-block-id="${id}"]`)?.scrollIntoView({ block: "start" });
  }
}

// A stage with the number of operations it has, and whether it is as the one before.
function stageLabel(compile, name) {
  if (MACHINE_STAGES.includes(name)) return name === "code" ? "machine code" : name;
  const stage = compile.stage(name);
  const index = compile.stages.findIndex((candidate) => candidate.name === name);
  const isSame = index > 0 && isAsBefore(compile.stages[index - 1].blocks, stage.blocks);
  return `${index === 0 ? "" : "after "}${name} · ${stage.nodes.size}${isSame ? " (as before)" : ""}`;
}

function isAsBefore(before, after) {
  return before.length === after.length && before.every((block, i) => block === after[i]);
}
