// The data of the page and what follows from it: which version of a node a stage has, who uses it, what changed
// between two stages, where a bytecode stands in the source. Nothing here touches the document.

const data = JSON.parse(document.getElementById("data").textContent);

// Stages that show more than a graph. Both have the blocks as they were ordered last.
const MACHINE_STAGES = ["registers", "code"];

// Blocks that a pass left alone are written as their index in the stage before.
function expandStages(compile) {
  let previous = null;
  for (const stage of compile.stages) {
    stage.blocks = stage.blocks.map((block) => (typeof block === "number" ? previous[block] : block));
    previous = stage.blocks;
  }
}

class Compile {
  constructor(json, number) {
    Object.assign(this, json);
    this.number = number;
    this.title = data.methods[json.method].title;
    this.nanoseconds = json.times.reduce((sum, step) => sum + step[1], 0);
    this.exitsTaken = json.exits.reduce((sum, exit) => sum + (exit.safepoint ? 0 : exit.count), 0);
    this.exitOf = new Map(json.exits.map((exit) => [exit.node, exit]));
    this.codeOf = new Map();
    for (const part of json.code) {
      if (part.part === "node") this.codeOf.set(part.id, part);
    }
    this.stageCache = new Map();
    this.expanded = false;
    this.hues = this.methodHues();
  }

  get loopText() {
    return this.loop === null ? "" : `loop at ${this.loop}`;
  }

  // The method that is entered stays grey; each other one has a hue of its own.
  methodHues() {
    const hues = new Map();
    for (const activation of this.activations) {
      if (!hues.has(activation.method)) hues.set(activation.method, hues.size);
    }
    for (const [method, index] of hues) hues.set(method, index === 0 ? null : (105 + index * 137.5) % 360);
    return hues;
  }

  get stageNames() {
    return [...this.stages.map((stage) => stage.name), ...MACHINE_STAGES.filter(() => this.code.length > 0)];
  }

  // A stage with its nodes by number: { name, blocks, nodes: id -> {id, version, block}, uses: id -> [id] }.
  stage(name) {
    if (!this.expanded) {
      expandStages(this);
      this.expanded = true;
    }
    const graphName = MACHINE_STAGES.includes(name) ? this.stages.at(-1).name : name;
    if (this.stageCache.has(graphName)) return this.stageCache.get(graphName);
    const { blocks } = this.stages.find((stage) => stage.name === graphName);
    const nodes = new Map();
    const uses = new Map();
    for (const block of blocks) {
      for (const [id, version] of block.nodes) {
        const node = { id, version: this.nodes[id].versions[version], block };
        nodes.set(id, node);
        for (const input of new Set(node.version.inputs)) {
          if (typeof input !== "number") continue;
          if (!uses.has(input)) uses.set(input, []);
          uses.get(input).push(id);
        }
      }
    }
    const stage = { name: graphName, blocks, nodes, uses };
    this.stageCache.set(graphName, stage);
    return stage;
  }

  // What became of a node between two stages: "gone", "new", "changed", "moved" or "".
  difference(id, from, to) {
    const before = from.nodes.get(id);
    const after = to.nodes.get(id);
    if (!after) return "gone";
    if (!before) return "new";
    if (blockKey(before.block) !== blockKey(after.block)) return "moved";
    return before.version === after.version ? "" : "changed";
  }

  // The activation and bytecode that a node comes from, or null.
  originOf(id) {
    const from = this.nodes[id]?.from;
    return from ? { activation: from[0], at: from[1], method: this.activations[from[0]].method } : null;
  }

  hueOf(id) {
    const origin = this.originOf(id);
    return origin ? this.hues.get(origin.method) : null;
  }

  // From the entered activation to `activation`, each with the bytecode it is at; `at` is the innermost one's.
  chain(activation, at) {
    const result = [];
    for (let a = activation, offset = at; a !== null; ) {
      result.unshift({ activation: a, method: this.activations[a].method, at: offset });
      offset = this.activations[a].at;
      a = this.activations[a].caller;
    }
    return result;
  }

  // The nodes of a stage that come from a bytecode of a method, or of one activation of it.
  nodesAt(stage, method, at, activation = null) {
    return [...stage.nodes.keys()].filter((id) => {
      const origin = this.originOf(id);
      return origin && origin.method === method && origin.at === at &&
        (activation === null || origin.activation === activation);
    });
  }
}

// Blocks are numbered anew by some steps; the operation that ends one stays with it.
function blockKey(block) {
  return block.nodes.length === 0 ? -1 : block.nodes.at(-1)[0];
}

function instructionAt(method, at) {
  return data.methods[method].code.find((instruction) => instruction.at === at) ?? null;
}

function spanOf(method, at) {
  return instructionAt(method, at)?.span ?? null;
}

const sizeText = (bytes) => (bytes < 10000 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`);
const timeText = (ns) => (ns < 1e6 ? `${Math.round(ns / 1e3)} µs` : `${(ns / 1e6).toFixed(1)} ms`);
const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

const compiles = data.compiles.map((json, number) => new Compile(json, number));
