// The activations with what they hold, and beside them the closures and contexts that they refer to,
// with arrows.
"use strict";

const OPEN_FRAMES = 3;      // that are shown with all they hold, from the newest on
const MOST_FRAMES = 40;     // of a deeper stack, some in the middle are left out
const OLDEST_FRAMES = 5;
const MOST_HEAP_CARDS = 24;

const stackPane = {
  body: document.getElementById("stack"),
  frames: document.getElementById("frames"),
  heap: document.getElementById("heap"),
  arrows: document.getElementById("arrows"),
  opened: new Set(),  // activations that were opened by hand
};

// A value that can be clicked if it is an object.
function valueElement(ref, isChanged = false) {
  const className = isChanged ? ".changed" : "";
  if (ref === undefined) return element("span.value.unknown", { title: "Not recorded" }, "?");
  if (isObject(ref)) {
    return element(`button.value.object${className}`, { type: "button", "data-object": ~ref, title: "Show the object" }, textOf(ref));
  }
  const [text, className2] = data.atoms[ref];
  return element(`span.value.atom${className}`, { title: names[className2] }, shortened(text));
}

const shortened = (text) => {
  const line = text.replace(/\n/g, "⏎").replace(/\t/g, "⇥");
  return line.length > 48 ? `${line.slice(0, 47)}…` : line;
};

const hueOf = (unit) => {
  let sum = 7;
  for (const c of unit.title.replace(/^block in /, "")) sum = (sum * 31 + c.codePointAt(0)) % 9973;
  return sum % 360;
};

function wordRow(word) {
  return element(word.isHidden ? "div.word.hidden" : "div.word", null,
    element("span.label", null, word.name), valueElement(word.value, word.isChanged));
}

function frameCard(activation, step, position, selected) {
  const instruction = instructionOf(activation, step);
  const isNewest = position === 0;
  const isOpen = position < OPEN_FRAMES || stackPane.opened.has(activation.number) || activation === selected;
  const badges = [];
  if (activation.unit.block) badges.push(element("span.badge", { title: activation.unit.kind }, activation.unit.kind.includes(",") ? "block, all rounds" : "block"));
  if (activation.kind === "compiled") badges.push(element("span.badge.compiled", { title: "Runs as machine code; its words are not known" }, "compiled"));
  if (activation.kind === "older") badges.push(element("span.badge", { title: "Was active before the recording" }, "older"));
  if (activation.kind === "goes on") badges.push(element("span.badge", { title: "An activation that goes on in other code: it came out of machine code, or an inlined message has become a real one" }, "goes on"));
  if (activation.inlined) badges.push(element("span.badge.compiled", { title: `Built into the machine code of the caller, innermost first: ${activation.inlined}` }, "called by inlined code"));
  const where = instruction === null ? (activation.kind === "" ? "native loop" : "") :
    `line ${instruction.span.line} · ${nameAt(activation.unit, instruction, step)} ${instruction.operands}`;
  const card = element(`article.frame.tinted${isNewest ? ".newest" : ""}${activation === selected ? ".selected" : ""}`,
    { style: `--hue: ${hueOf(activation.unit)}`, "data-activation": activation.number },
    element("header", { tabindex: 0, role: "button", title: "Show its source and bytecodes" },
      element("b", null, ...breakable(activation.unit.title)), badges, element("span.where", null, where)));
  if (!isOpen) return card;
  const words = wordsOf(activation, step);
  if (words === null) {
    if (activation.kind === "compiled") card.append(element("p.remark", null, "in machine code: what it holds is not known"));
    return card;
  }
  const list = [wordRow(words.self)];
  if (activation.unit.block) list.push(wordRow(words.receiver));
  list.push(...words.variables.map(wordRow));
  if (words.context.value !== undefined && isObject(words.context.value)) list.push(wordRow(words.context));
  card.append(element("div.words", null, list),
    element("div.operands", { title: "The operand stack, its top to the right" }, element("span.label", null, "operands"),
      words.operands.length === 0 ? element("span.nothing", null, "none") : words.operands.map((word) => valueElement(word.value, word.isChanged))));
  return card;
}

function showStack(step, selected) {
  const stack = stackAt(step);
  const cards = [];
  const isLong = stack.length > MOST_FRAMES;
  stack.forEach((activation, position) => {
    const isLeftOut = isLong && position >= MOST_FRAMES - OLDEST_FRAMES && position < stack.length - OLDEST_FRAMES && activation !== selected;
    if (isLeftOut) {
      if (position === MOST_FRAMES - OLDEST_FRAMES) cards.push(element("p.remark", null, `${stack.length - MOST_FRAMES} more activations`));
      return;
    }
    cards.push(frameCard(activation, step, position, selected));
  });
  stackPane.frames.replaceChildren(...cards);
  showHeap(stack, step, selected);
  drawArrows(stack, step);
}

// Closures and contexts that the open frames refer to, and those that these refer to.
function showHeap(stack, step, selected) {
  const found = [];
  const add = (ref) => {
    if (ref === undefined || !isObject(ref)) return;
    const object = objectOf(ref);
    if (!["Block", "Context"].includes(object.kind) || found.includes(object)) return;
    found.push(object);
    valuesOf(object, step)?.forEach(add);
  };
  stack.forEach((activation, position) => {
    if (position >= OPEN_FRAMES && activation !== selected && !stackPane.opened.has(activation.number)) return;
    const words = wordsOf(activation, step);
    if (words === null) return;
    [words.receiver, words.context, ...words.variables, ...words.operands].forEach((word) => add(word.value));
  });
  const cards = found.slice(0, MOST_HEAP_CARDS).map((object) => heapCard(object, step));
  if (found.length > MOST_HEAP_CARDS) cards.push(element("p.remark", null, `${found.length - MOST_HEAP_CARDS} more`));
  stackPane.heap.replaceChildren(...cards);
  stackPane.body.classList.toggle("alone", cards.length === 0);
}

function heapCard(object, step) {
  const ref = ~object.number;
  const rows = fieldsOf(object, step).filter((field) => !field.isEmpty)
    .map((field) => element("div.word", null, element("span.label", null, field.name), valueElement(field.value, field.isChanged)));
  return element(`article.${object.kind.toLowerCase()}`, { "data-card": object.number },
    element("header", null, valueElement(ref)), element("div.words", null, rows));
}

// --- Arrows --------------------------------------------------------------------------------------

function drawArrows(stack, step) {
  const { body, arrows } = stackPane;
  const origin = body.getBoundingClientRect();
  const boxOf = (selector) => {
    const found = body.querySelector(selector);
    if (found === null) return null;
    const box = found.getBoundingClientRect();
    return { left: box.left - origin.left + body.scrollLeft, right: box.right - origin.left + body.scrollLeft,
      top: box.top - origin.top + body.scrollTop, bottom: box.bottom - origin.top + body.scrollTop, middle: (box.top + box.bottom) / 2 - origin.top + body.scrollTop };
  };
  const frame = (number) => boxOf(`.frame[data-activation="${number}"] header`);
  const card = (number) => boxOf(`[data-card="${number}"] header`);
  const paths = [];
  const add = (path, className, title) => paths.push(svg("path", { d: path, class: className, "marker-end": `url(#head-${className})` }, svg("title", {}, title)));
  const across = (from, to, className, title) => {
    if (from === null || to === null) return;
    const [x1, x2] = from.right <= to.left ? [from.right, to.left] : [from.left, to.right];
    const middle = (x1 + x2) / 2;
    add(`M ${x1} ${from.middle} C ${middle} ${from.middle}, ${middle} ${to.middle}, ${x2} ${to.middle}`, className, title);
  };
  const beside = (from, to, className, title) => {
    if (from === null || to === null || from === to) return;
    const x = Math.max(from.right, to.right);
    const bow = x + 14;
    add(`M ${from.right} ${from.middle} C ${bow} ${from.middle}, ${bow} ${to.middle}, ${to.right + 1} ${to.middle}`, className, title);
  };
  stack.forEach((activation, position) => {
    const caller = stack[position + 1];
    if (caller !== undefined) {
      const from = frame(activation.number);
      const to = frame(caller.number);
      if (from !== null && to !== null)
        add(`M ${from.left} ${from.middle} C ${from.left - 12} ${from.middle}, ${to.left - 12} ${to.middle}, ${to.left - 1} ${to.middle}`, "caller", "returns to its caller");
    }
    const words = wordsOf(activation, step);
    if (words === null) return;
    if (words.context.value !== undefined && isObject(words.context.value))
      across(frame(activation.number), card(~words.context.value), "context", "its context");
    if (activation.unit.block && isObject(words.receiver.value)) across(frame(activation.number), card(~words.receiver.value), "closure", "runs this closure");
  });
  for (const shown of stackPane.heap.querySelectorAll("[data-card]")) {
    const object = objects[Number(shown.dataset.card)];
    const values = valuesOf(object, step) ?? [];
    const outer = object.kind === "Context" ? values[0] : values[1];
    if (outer !== undefined && isObject(outer) && objectOf(outer).kind === "Context") beside(card(object.number), card(~outer), "context", object.kind === "Context" ? "outer context" : "the context it was made in");
    if (object.kind === "Block" && object.home >= 0) across(card(object.number), frame(object.home), "home", "its home: ^ returns from there");
  }
  arrows.replaceChildren(svg("defs", {}, ...["caller", "context", "closure", "home"].map((name) =>
    svg("marker", { id: `head-${name}`, class: name, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
      svg("path", { d: "M 0 0 L 8 4 L 0 8 z" })))), ...paths);
  arrows.setAttribute("width", body.clientWidth);
  arrows.setAttribute("height", Math.max(stackPane.frames.offsetHeight, stackPane.heap.offsetHeight));
}
