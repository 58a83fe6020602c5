// Making elements of the document.

// element("a.b.c", {title: "x"}, "text", child...): tag with classes, attributes, children. Attributes that are null
// or false are left out; a function is a listener.
function element(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const result = document.createElement(name);
  if (classes.length > 0) result.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") result.addEventListener(key, value);
    else result.setAttribute(key, value);
  }
  result.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return result;
}

function svg(name, attributes, ...children) {
  const result = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) result.setAttribute(key, value);
  result.append(...children);
  return result;
}

// The attribute that gives an element the colour of a method.
const hueStyle = (hue) => (hue === null || hue === undefined ? null : `--hue: ${Math.round(hue)}`);

// An element with a method's colour.
const tinted = (tag, hue, attributes, ...children) =>
  element(hue === null || hue === undefined ? tag : `${tag}.tinted`, { style: hueStyle(hue), ...attributes },
    ...children);

// A link to a node: clicking it selects the node.
const nodeLink = (id) => element("a.ref", { "data-ref": id, href: "#", role: "button" }, `v${id}`);

// An input as it is shown.
const operand = (value) => (typeof value === "number" ? nodeLink(value) : element("span.constant", null, value));

// A method's name that may be broken behind its class.
function breakable(title) {
  const at = title.indexOf(">>");
  return at < 0 ? [title] : [title.slice(0, at + 2), element("wbr"), title.slice(at + 2)];
}

// Scrolls `child` into the middle of what scrolls around it, unless it is in sight.
function bringIntoView(child) {
  const around = child?.closest(".graph, .pane, #compiles");
  if (!around || around.clientHeight === 0) return;
  const outer = around.getBoundingClientRect();
  const inner = child.getBoundingClientRect();
  const margin = Math.min(40, outer.height / 4);
  if (inner.top >= outer.top + margin && inner.bottom <= outer.bottom - margin) return;
  around.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2;
}
