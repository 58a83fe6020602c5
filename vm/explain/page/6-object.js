// One object: class, fields or elements, as they are at the step, with the way that led to it.
"use strict";

const objectPane = {
  pane: document.getElementById("object-pane"),
  body: document.getElementById("object"),
  name: document.getElementById("object-name"),
  trail: [],  // objects that were looked at, the shown one last
};

// The named values of an object at a step. `isEmpty`: a field that only says that there is none.
function fieldsOf(object, step) {
  const values = valuesOf(object, step);
  if (values === null) return [];
  const changed = new Set(object.values.placesAt(step));
  const field = (name, index) => ({ name, value: values[index], isChanged: changed.has(index) && object.values.steps[0] !== step });
  switch (object.kind) {
    case "Block": {
      const unit = units[object.detail];
      const copied = values.slice(3).map((_, i) => field(unit?.names[unit.arguments + i] || `copied ${i + 1}`, i + 3));
      const context = field("context", 1);
      return [field("self", 0), { ...context, isEmpty: !isObject(context.value ?? 0) }, ...copied];
    }
    case "Context": {
      const outer = field("outer", 0);
      return [{ ...outer, isEmpty: !isObject(outer.value ?? 0) },
        ...values.slice(2).map((_, i) => field(object.variables?.[i] ?? `variable ${i + 1}`, i + 2))];
    }
    case "Array":
      return values.map((_, i) => field(String(i + 1), i));
    default:
      return values.map((_, i) => field(data.fields[object.detail]?.[i] ?? `field ${i + 1}`, i));
  }
}

function inspect(number) {
  objectPane.trail.push(objects[number]);
  document.body.classList.add("inspecting");
}

function inspectBack() {
  objectPane.trail.pop();
  document.body.classList.toggle("inspecting", objectPane.trail.length > 0);
}

function showObject(step) {
  const object = objectPane.trail.at(-1);
  if (object === undefined) {
    objectPane.name.textContent = "";
    objectPane.body.replaceChildren(element("p.remark", null, "Click on an object to see what is in it."));
    return;
  }
  objectPane.name.textContent = textOf(~object.number);
  const fields = fieldsOf(object, step);
  const { steps } = object.values;
  const count = upperBound(steps, step);
  const facts = [element("div.fact", null, "class ", element("b", null, object.className))];
  if (object.kind === "Block" && object.home >= 0) facts.push(element("div.fact", null, "home ", element("b", null, activations[object.home].unit.title), ", from which ^ returns"));
  if (object.kind === "Array" && object.detail > fields.length) facts.push(element("div.fact", null, `${object.detail} elements, of which the first ${fields.length} are recorded`));
  const children = [element("div.trail", null,
    objectPane.trail.length > 1 ? element("button", { type: "button", click: () => { inspectBack(); refresh(); } }, "◂ back") : null,
    element("button.close", { type: "button", "aria-label": "Close", click: () => { objectPane.trail = []; document.body.classList.remove("inspecting"); refresh(); } }, "✕")),
  ...facts];
  if (steps.length === 0 && !object.isEmpty) {
    children.push(element("p.remark", null, "This object was only named, not looked into."));
  } else if (count === 0 && !object.isEmpty) {
    children.push(element("p.remark", null, "It was not seen yet at this step. ", seek(steps[0], "first seen")));
  } else {
    children.push(fields.length === 0 ? element("p.remark", null, "Nothing is in it.") :
      element("div.words", null, fields.map((field) => element("div.word", null, element("span.label", null, field.name), valueElement(field.value, field.isChanged)))));
    if (steps.length > 0) {
      children.push(element("p.remark", null, `As it was seen at step ${steps[count - 1].toLocaleString("en")}: `,
        seek(steps[0], "first seen"), " · ", seek(steps[count - 1], "last change"),
        count < steps.length ? [" · ", seek(steps[count], "next change")] : null));
    }
  }
  objectPane.body.replaceChildren(...children);
}

const seek = (step, text) => element("a", { href: `#step=${step}`, title: `Step ${step.toLocaleString("en")}` }, text);
