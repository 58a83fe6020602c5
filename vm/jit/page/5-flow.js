// The drawing of a stage's control flow: blocks in layers, the entry on top, jumps backwards on the right. The layers
// are those of the longest way from the entry; within a layer blocks are ordered by the middle of their neighbours.

const FLOW = { width: 78, height: 34, gapX: 18, gapY: 30, dummyWidth: 10, sweeps: 8, backGap: 14 };

// Places for the blocks of a stage: {vertices, edges, width, height}. A vertex is a block or, on an edge over several
// layers, a bend.
function layOutFlow(blocks) {
  const index = new Map(blocks.map((block, i) => [block.id, i]));
  const vertices = blocks.map((block) => ({ block, layer: 0, width: FLOW.width, above: [], below: [] }));
  const backEdges = [];
  const forward = [];
  const order = topologicalOrder(blocks, index, (from, to) => backEdges.push([from, to]), (from, to) => forward.push([from, to]));
  for (const from of order) {
    for (const [a, b] of forward) if (a === from) vertices[b].layer = Math.max(vertices[b].layer, vertices[a].layer + 1);
  }
  const edges = [];
  for (const [from, to] of forward) {
    const path = [vertices[from]];
    for (let layer = vertices[from].layer + 1; layer < vertices[to].layer; ++layer) {
      const bend = { block: null, layer, width: FLOW.dummyWidth, above: [], below: [] };
      vertices.push(bend);
      path.push(bend);
    }
    path.push(vertices[to]);
    for (let i = 0; i + 1 < path.length; ++i) {
      path[i].below.push(path[i + 1]);
      path[i + 1].above.push(path[i]);
    }
    edges.push({ path, from: blocks[from].id, to: blocks[to].id });
  }
  const layers = [];
  for (const vertex of vertices) (layers[vertex.layer] ??= []).push(vertex);
  orderLayers(layers);
  placeLayers(layers);
  // A jump backwards passes on the right of all that its loop's layers hold, longer ones further out.
  backEdges.sort((a, b) => (vertices[a[0]].layer - vertices[a[1]].layer) - (vertices[b[0]].layer - vertices[b[1]].layer));
  const right = layers.map((layer) => Math.max(...layer.map((v) => v.x + v.width / 2)));
  for (const [from, to] of backEdges) {
    const [first, last] = [vertices[to].layer, vertices[from].layer];
    const lane = Math.max(...right.slice(first, last + 1)) + FLOW.backGap;
    for (let layer = first; layer <= last; ++layer) right[layer] = lane;
    edges.push({ back: vertices[from], head: vertices[to], lane, from: blocks[from].id, to: blocks[to].id });
  }
  return { vertices, edges, width: Math.max(...right) + 8, height: layers.length * (FLOW.height + FLOW.gapY) };
}

// Reverse postorder of the blocks that are reachable; tells of each edge whether it leads back.
function topologicalOrder(blocks, index, onBack, onForward) {
  const state = new Array(blocks.length).fill(0);  // 1: on the way, 2: done
  const order = [];
  for (let root = 0; root < blocks.length; ++root) {
    if (state[root] !== 0) continue;
    const stack = [{ at: root, next: 0 }];
    state[root] = 1;
    while (stack.length > 0) {
      const top = stack.at(-1);
      const successors = blocks[top.at].to;
      if (top.next === successors.length) {
        state[top.at] = 2;
        order.unshift(top.at);
        stack.pop();
        continue;
      }
      const to = index.get(successors[top.next++]);
      if (to === undefined) continue;
      if (state[to] === 1) {
        onBack(top.at, to);
      } else {
        onForward(top.at, to);
        if (state[to] === 0) {
          state[to] = 1;
          stack.push({ at: to, next: 0 });
        }
      }
    }
  }
  return order;
}

function orderLayers(layers) {
  const renumber = (layer) => layer.forEach((vertex, i) => (vertex.order = i));
  layers.forEach(renumber);
  for (let sweep = 0; sweep < FLOW.sweeps; ++sweep) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      for (const vertex of layer) {
        const neighbours = down ? vertex.above : vertex.below;
        vertex.weight = neighbours.length === 0 ? vertex.order
          : neighbours.reduce((sum, n) => sum + n.order, 0) / neighbours.length;
      }
      layer.sort((a, b) => a.weight - b.weight);
      renumber(layer);
    }
  }
}

// Each vertex goes beneath the middle of those above it, as far as its neighbours leave room.
function placeLayers(layers) {
  layers.forEach((layer, depth) => {
    let left = 0;
    for (const vertex of layer) {
      const wish = vertex.above.length === 0 ? left + vertex.width / 2
        : vertex.above.reduce((sum, n) => sum + n.x, 0) / vertex.above.length;
      vertex.x = Math.max(wish, left + vertex.width / 2);
      vertex.y = depth * (FLOW.height + FLOW.gapY) + FLOW.height / 2 + 4;
      left = vertex.x + vertex.width / 2 + FLOW.gapX;
    }
    // Wishes push to the right only: the layer as a whole moves back to their middle.
    const drift = layer.reduce((sum, v) => sum + (v.above.length === 0 ? 0
      : v.x - v.above.reduce((s, n) => s + n.x, 0) / v.above.length), 0) / layer.length;
    for (const vertex of layer) vertex.x -= drift;
  });
  const leftmost = Math.min(...layers.flat().map((v) => v.x - v.width / 2));
  for (const vertex of layers.flat()) vertex.x += 6 - leftmost;
}

const flowPane = {
  root: document.getElementById("flow"),

  show(compile, stage) {
    const layout = layOutFlow(stage.blocks);
    const drawing = svg("svg", { width: layout.width, height: layout.height, class: "flow",
      viewBox: `0 0 ${layout.width} ${layout.height}`, role: "img", "aria-label": "Control flow" });
    drawing.append(svg("defs", {}, svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7,
      markerHeight: 7, orient: "auto-start-reverse" }, svg("path", { d: "M0 0 L8 4 L0 8 z" }))));
    for (const edge of layout.edges) drawing.append(this.edge(edge));
    for (const vertex of layout.vertices) if (vertex.block) drawing.append(this.block(compile, vertex));
    this.root.replaceChildren(element("p.hint", null, `Control flow ${stage.name === "building" ? "as built" :
      `after ${stage.name}`}: a block is as dark as its loops are deep. Click one to see it in the graphs.`), drawing);
  },

  edge(edge) {
    const half = FLOW.height / 2;
    if (edge.back) {
      const { back, head, lane } = edge;
      const d = `M${back.x + back.width / 2} ${back.y} C${lane} ${back.y} ${lane} ${back.y} ${lane} ${(back.y + head.y) / 2} ` +
        `S${lane} ${head.y} ${head.x + head.width / 2 + 2} ${head.y}`;
      return svg("path", { d, class: "edge back", "marker-end": "url(#arrow)", "data-edge": `${edge.from} ${edge.to}` });
    }
    let d = "";
    edge.path.forEach((vertex, i) => {
      const isFirst = i === 0;
      const y = isFirst ? vertex.y + half : i === edge.path.length - 1 ? vertex.y - half : vertex.y;
      if (isFirst) {
        d = `M${vertex.x} ${y}`;
      } else {
        const before = edge.path[i - 1];
        const from = before.block ? before.y + half : before.y;
        const middle = (from + y) / 2;
        d += ` C${before.x} ${middle} ${vertex.x} ${middle} ${vertex.x} ${y}`;
      }
    });
    return svg("path", { d, class: "edge", "marker-end": "url(#arrow)", "data-edge": `${edge.from} ${edge.to}` });
  },

  block(compile, { block, x, y }) {
    const exits = block.nodes.reduce((sum, [id]) => sum + (compile.exitOf.get(id)?.count ?? 0), 0);
    const hue = majorityHue(compile, block);
    const group = svg("g", { class: `vertex${block.cold ? " cold" : ""}${hue === null ? "" : " tinted"}`,
      "data-block": block.id, style: `--depth: ${block.depth ?? 0}; ${hueStyle(hue) ?? ""}`, tabindex: 0,
      transform: `translate(${x - FLOW.width / 2} ${y - FLOW.height / 2})` });
    group.append(
      svg("rect", { width: FLOW.width, height: FLOW.height, rx: 6 }),
      svg("text", { x: 8, y: 15, class: "title" }, `b${block.id}${block.loop ? " ↻" : ""}`),
      svg("text", { x: 8, y: 28, class: "count" }, plural(block.nodes.length, "op")),
    );
    if (exits > 0) group.append(svg("text", { x: FLOW.width - 6, y: 15, class: "taken", "text-anchor": "end" }, `${exits}×`));
    return group;
  },

  highlight(blocks) {
    for (const group of this.root.querySelectorAll(".vertex.hot")) group.classList.remove("hot");
    for (const id of blocks) this.root.querySelector(`.vertex[data-block="${id}"]`)?.classList.add("hot");
  },

  // Scrolls to what is highlighted, or to the entry.
  reveal() {
    const group = this.root.querySelector(".vertex.hot") ?? this.root.querySelector(".vertex");
    if (!group || this.root.clientWidth === 0) return;
    const outer = this.root.getBoundingClientRect();
    const inner = group.getBoundingClientRect();
    this.root.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
    bringIntoView(group);
  },
};

// The colour of the method that most operations of a block come from; null for the one entered.
function majorityHue(compile, block) {
  const counts = new Map();
  for (const [id] of block.nodes) {
    const hue = compile.hueOf(id);
    counts.set(hue, (counts.get(hue) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
