// The flame graph: the oldest callers at the top, each frame as wide as what it and its callees
// weigh. Frames are made for what can be seen only, so large profiles stay quick.
"use strict";

const ROW = 20;  // pixels
const NARROWEST = 0.4;  // pixels; what is narrower is left out

const data = JSON.parse(document.getElementById("data").textContent);
const page = Object.fromEntries(
    ["title", "summary", "search", "found", "reset", "graph", "details"].map((id) => [id, document.getElementById(id)]));

// --- The tree ---

function makeTree() {
  const root = { name: "all", place: "", children: [], parent: null, self: 0, total: 0, samples: 0, isClass: false };
  const nodes = data.nodes.map(([parent, frame, weight, samples]) => {
    const [name, file, line, isClass] = data.frames[frame];
    const place = file ? `${file}:${line}` : "";
    return { name, place, isClass: isClass === 1, children: [], parent, self: weight, total: weight, samples };
  });
  for (let i = nodes.length - 1; i >= 0; --i) {
    const node = nodes[i];
    node.parent = node.parent < 0 ? root : nodes[node.parent];
    node.parent.total += node.total;
    node.parent.children.push(node);
  }
  for (const node of [root, ...nodes]) node.children.sort((a, b) => b.total - a.total);
  return root;
}

const root = makeTree();
let zoomed = root;
let current = null;
let pattern = "";
let shown = new Map();  // elements by node

// --- Words ---

function amount(weight) {
  if (data.kind === "time") return weight >= 1e6 ? `${(weight / 1e6).toFixed(2)} s` : `${(weight / 1e3).toFixed(1)} ms`;
  for (const [unit, size] of [["GB", 2 ** 30], ["MB", 2 ** 20], ["KB", 2 ** 10]]) {
    if (weight >= size) return `${(weight / size).toFixed(1)} ${unit}`;
  }
  return `${weight} B`;
}

const share = (weight) => `${(100 * weight / Math.max(root.total, 1)).toFixed(1)} %`;
const matches = (node) => pattern !== "" && node.name.toLowerCase().includes(pattern);

function describe(node) {
  let text = `${node.name}: ${amount(node.total)}, ${share(node.total)}`;
  if (node.isClass) text += `, about ${node.samples.toLocaleString("en")} objects`;
  else if (node.children.length > 0) text += `; itself ${amount(node.self)}, ${share(node.self)}`;
  return node.place ? `${text} (${node.place})` : text;
}

// Methods of the same class have neighbouring hues.
function hueOf(name) {
  const hash = (text) => [...text].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 1009, 7);
  return 28 + hash(name.replace(/^block in /, "").split(">>")[0]) % 60 + hash(name) % 20;
}

// --- Drawing ---

function draw() {
  const width = page.graph.clientWidth;
  const path = new Set();
  for (let node = zoomed; node !== null; node = node.parent) path.add(node);
  shown = new Map();
  const fragment = document.createDocumentFragment();
  let deepest = 0;
  const pending = [[root, 0, width, 0]];
  while (pending.length > 0) {
    const [node, left, span, depth] = pending.pop();
    deepest = Math.max(deepest, depth);
    fragment.append(frameOf(node, left, span, depth, path.has(node) && node !== zoomed));
    let x = left;
    for (const child of node.children) {
      // Above the zoomed frame there is the path to it only.
      const part = path.has(node) && node !== zoomed ? (path.has(child) ? width : 0)
                                                     : span * child.total / Math.max(node.total, 1);
      if (part >= NARROWEST) pending.push([child, x, part, depth + 1]);
      x += part;
    }
  }
  page.graph.replaceChildren(fragment);
  page.graph.style.minHeight = `${(deepest + 1) * ROW + 8}px`;
  page.reset.hidden = zoomed === root;
  mark(current !== null && shown.has(current) ? current : zoomed);
}

function frameOf(node, left, span, depth, isAround) {
  const element = document.createElement("div");
  element.className = "frame";
  element.setAttribute("role", "treeitem");
  element.setAttribute("aria-level", String(depth + 1));
  element.style.cssText = `left:${left}px;top:${depth * ROW}px;width:${span}px;--hue:${hueOf(node.name)}`;
  if (isAround) element.classList.add("around");
  if (matches(node)) element.classList.add("match");
  if (span > 24) element.textContent = node.name;
  else element.classList.add("narrow");
  element.title = describe(node);
  element.node = node;
  shown.set(node, element);
  return element;
}

function mark(node) {
  if (current !== null) shown.get(current)?.classList.remove("current");
  current = node;
  const element = shown.get(node);
  element.classList.add("current");
  element.scrollIntoView({ block: "nearest" });
  page.details.textContent = describe(node);
}

function zoom(node) {
  zoomed = node;
  current = node;
  draw();
}

// --- Search ---

// What matches weighs; frames inside others that match are not counted again.
function search(text) {
  pattern = text.trim().toLowerCase();
  let weight = 0;
  let count = 0;
  const pending = [[root, false]];
  while (pending.length > 0) {
    const [node, isInside] = pending.pop();
    const isMatch = node !== root && matches(node);
    if (isMatch) {
      ++count;
      if (!isInside) weight += node.total;
    }
    for (const child of node.children) pending.push([child, isInside || isMatch]);
  }
  page.found.textContent = pattern === "" ? "" : `${count} found, ${share(weight)}`;
  draw();
}

// --- Keyboard and mouse ---

function neighbour(key) {
  if (key === "ArrowUp") return current.parent;
  if (key === "ArrowDown") return current.children.find((child) => shown.has(child)) ?? null;
  if (current.parent === null) return null;
  const row = current.parent.children.filter((child) => shown.has(child));
  return row[row.indexOf(current) + (key === "ArrowRight" ? 1 : -1)] ?? null;
}

page.graph.addEventListener("keydown", (event) => {
  if (event.key.startsWith("Arrow")) {
    const next = neighbour(event.key);
    if (next !== null && shown.has(next)) mark(next);
    event.preventDefault();
  } else if (event.key === "Enter" || event.key === " ") {
    zoom(current);
    event.preventDefault();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (document.activeElement === page.search) page.graph.focus();
    else zoom(zoomed.parent ?? root);
  } else if (event.key === "/" && document.activeElement !== page.search) {
    page.search.focus();
    event.preventDefault();
  }
});

page.graph.addEventListener("click", (event) => {
  const element = event.target.closest(".frame");
  if (element !== null) zoom(element.node);
});
page.graph.addEventListener("mousemove", (event) => {
  const element = event.target.closest(".frame");
  page.details.textContent = describe(element === null ? current : element.node);
});
page.reset.addEventListener("click", () => zoom(root));
page.search.addEventListener("input", () => search(page.search.value));
window.addEventListener("resize", draw);

document.title = `${data.title}: ${data.kind === "time" ? "where the time goes" : "what is allocated"}`;
page.title.textContent = document.title;
page.summary.textContent = data.summary;
root.self = 0;
draw();
page.graph.focus({ preventScroll: true });
