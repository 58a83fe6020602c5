// The recording as it can be asked: what was where at any step. Everything is kept as changes; a
// state is made from the nearest one that was kept whole.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);

// A list of values that changes: ask for it at a step.
class History {
  static KEPT = 128;  // changes between two lists that are kept whole

  constructor() {
    this.steps = [];
    this.ends = [];  // where the changes of each step end
    this.places = [];
    this.values = [];
    this.whole = [];  // the list in front of each KEPT-th entry, made when first needed
  }

  // Changes come in the order of their steps.
  add(step, place, value) {
    const last = this.steps.length - 1;
    if (last < 0 || this.steps[last] !== step) {
      this.steps.push(step);
      this.ends.push(this.places.length);
    }
    this.places.push(place);
    this.values.push(value);
    this.ends[this.ends.length - 1] = this.places.length;
  }

  // How many entries there are up to the step.
  countAt(step) {
    return upperBound(this.steps, step);
  }

  at(step) {
    const count = this.countAt(step);
    const index = Math.floor(count / History.KEPT);
    for (let i = this.whole.length; i <= index; ++i) {
      this.whole.push(i === 0 ? [] : this.replay([...this.whole[i - 1]], (i - 1) * History.KEPT, i * History.KEPT));
    }
    return this.replay([...this.whole[index]], index * History.KEPT, count);
  }

  replay(list, from, to) {
    for (let i = from === 0 ? 0 : this.ends[from - 1]; i < (to === 0 ? 0 : this.ends[to - 1]); ++i)
      list[this.places[i]] = this.values[i];
    return list;
  }

  // The places that changed at the step.
  placesAt(step) {
    const i = this.countAt(step) - 1;
    if (i < 0 || this.steps[i] !== step) return [];
    return this.places.slice(i === 0 ? 0 : this.ends[i - 1], this.ends[i]);
  }
}

// How many elements of a sorted list are not above `value`.
function upperBound(list, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Values by key, each a list of {step, ...} in order of steps.
class Changes {
  constructor() {
    this.lists = new Map();
  }
  add(key, change) {
    if (!this.lists.has(key)) this.lists.set(key, []);
    this.lists.get(key).push(change);
  }
  all(key) {
    return this.lists.get(key) ?? [];
  }
  at(key, step) {
    const list = this.all(key);
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle].step <= step) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : list[low - 1];
  }
}

const STATES = ["empty", "monomorphic", "polymorphic", "megamorphic"];
const DEPTH = -1;  // the word that counts the operands

const opcodes = data.opcodes.map(([name, sentence, base, parts, kind, first]) => ({ name, sentence, base, parts, kind, first }));
const names = data.names;
const sources = data.sources.map((source) => ({ ...source, name: source.path.split("/").pop(), lines: source.text.split(/\r?\n/) }));

const units = data.units.map((unit, number) => ({
  ...unit,
  number,
  source: sources[unit.source],
  code: unit.code.map(([offset, base, first, operands, isTarget, line, column, endLine, endColumn], index) => ({
    index, offset, base, first, operands, isTarget: isTarget === 1, span: { line, column, endLine, endColumn },
  })),
  regions: unit.regions.map(([begin, end, selector]) => ({ begin, end, selector })),
}));
for (const unit of units) {
  const offsets = unit.code.map((instruction) => instruction.offset);
  for (const region of unit.regions) {
    region.first = upperBound(offsets, region.begin - 1);
    region.last = upperBound(offsets, region.end - 1) - 1;
  }
}

const activations = data.activations.map(([unit, parent, step, kind, inlined], number) => ({
  number, unit: units[unit], parent, step, kind, inlined, depth: 0, steps: [], words: new History(),
}));
for (const activation of activations) {
  if (activation.parent >= 0) activation.depth = activations[activation.parent].depth + 1;
}

const run = (() => {
  const at = Uint32Array.from(data.steps.activations);
  const instruction = Uint32Array.from(data.steps.instructions);
  const depth = new Uint32Array(at.length);
  const changes = data.steps.changes;
  let next = 0;
  for (let step = 0; step < at.length; ++step) {
    const activation = activations[at[step]];
    depth[step] = activation.depth;
    activation.steps.push(step);
    for (let left = changes[next++]; left > 0; --left, next += 2) activation.words.add(step, changes[next], changes[next + 1]);
  }
  return { count: at.length, activation: at, instruction, depth };
})();

const opcodeChanges = new Changes();
for (const [step, unit, index, opcode] of data.opcodeChanges) opcodeChanges.add(`${unit} ${index}`, { step, opcode });

const siteChanges = new Changes();
for (const [step, unit, index, state, misses, isFirst, ...entries] of data.siteChanges) {
  const pairs = [];
  for (let i = 0; i < entries.length; i += 2) pairs.push({ className: names[entries[i]], method: names[entries[i + 1]] });
  siteChanges.add(`${unit} ${index}`, { step, state, misses, isFirst: isFirst === 1, entries: pairs });
}

const objects = data.objects.map(([kind, className, detail, home, text], number) => ({
  number, kind, className: names[className], detail, home, text, values: new History(),
}));
for (const [step, object, ...pairs] of data.objectChanges) {
  for (let i = 0; i < pairs.length; i += 2) objects[object].values.add(step, pairs[i], pairs[i + 1]);
  if (pairs.length === 0) objects[object].isEmpty = true;
}
for (const [object, index, name] of data.contextNames) (objects[object].variables ??= {})[index] = name;

const output = data.output.map(([step, isError, text]) => ({ step, isError: isError === 1, text }));
const tierEvents = data.tierEvents.map(([step, kind, text, lines]) => ({ step, kind, text, lines }));

// By what a step did.
const byStep = (list) => {
  const lists = new Map();
  for (const entry of list) {
    if (!lists.has(entry.step)) lists.set(entry.step, []);
    lists.get(entry.step).push(entry);
  }
  return (step) => lists.get(step) ?? [];
};
const outputOf = byStep(output);
const tierEventsOf = byStep(tierEvents);

// --- Questions -----------------------------------------------------------------------------------

// The opcode of an instruction when the step is about to run.
function opcodeAt(unit, index, step) {
  return opcodeChanges.at(`${unit.number} ${index}`, step)?.opcode ?? unit.code[index].first;
}

// Its name by itself, whatever it is fused to.
const nameAt = (unit, instruction, step) => opcodes[opcodes[opcodeAt(unit, instruction.index, step)].first].name;
const siteAt = (unit, index, step) => siteChanges.at(`${unit.number} ${index}`, step);
const isSend = (instruction) => ["Send", "SuperSend"].includes(opcodes[instruction.base].name);
const unitAt = (step) => activations[run.activation[step]].unit;

// The instructions that the step runs: several where they are fused.
function instructionsAt(step) {
  const unit = unitAt(step);
  const first = run.instruction[step];
  return unit.code.slice(first, first + opcodes[opcodeAt(unit, first, step)].parts);
}

// The activations on the stack, newest first.
function stackAt(step) {
  const stack = [];
  for (let number = run.activation[step]; number >= 0; number = activations[number].parent) stack.push(activations[number]);
  return stack;
}

// The instruction that an activation is at: the newest one is about to run it, the others wait for it.
// Null where nothing of it was recorded yet.
function instructionOf(activation, step) {
  const count = upperBound(activation.steps, step);
  if (count === 0) return null;
  const last = activation.steps[count - 1];
  // Of fused ones, it is the send that others wait for.
  return last === step ? activation.unit.code[run.instruction[last]] : instructionsAt(last).findLast(isSend) ?? activation.unit.code[run.instruction[last]];
}

// What the activation holds: named values and operands, as references. Null where nothing is known.
function wordsOf(activation, step) {
  if (activation.words.countAt(step) === 0) return null;
  const list = activation.words.at(step);
  const depth = list[DEPTH] ?? 0;
  const changed = new Set(activation.words.placesAt(step));
  const { arguments: count, names: variables, block } = activation.unit;
  const word = (place, name) => ({ name, value: list[place], isChanged: changed.has(place) });
  const locals = variables.length - count;
  const firstLocal = count + 3;
  const result = {
    receiver: word(0, block ? "closure" : "self"),
    self: word(count + 1, "self"),
    context: word(count + 2, "context"),
    variables: [],
    operands: [],
  };
  for (let i = 0; i < count; ++i) result.variables.push(word(1 + i, variables[i] || `argument ${i + 1}`));
  for (let i = 0; i < locals; ++i)
    result.variables.push({ ...word(firstLocal + i, variables[count + i] || "hidden"), isHidden: !variables[count + i] });
  for (let i = 0; i < depth; ++i) result.operands.push(word(firstLocal + locals + i, ""));
  return result;
}

// What is in an object; null where it was not looked into, undefined values where it is longer than
// what was recorded.
function valuesOf(object, step) {
  if (object.isEmpty) return [];
  return object.values.steps.length === 0 || object.values.steps[0] > step ? null : object.values.at(step);
}

const isObject = (ref) => ref < 0;
const objectOf = (ref) => objects[~ref];

// The start of a block as it is written.
const BLOCK_TEXT = 17;  // characters
function blockText(unit) {
  const [line, column, endLine, endColumn] = unit.span;
  const lines = unit.source.lines.slice(line - 1, endLine).map((text) => [...text]);
  lines.push(lines.pop().slice(0, endColumn - 1));
  lines.unshift(lines.shift().slice(column - 1));
  const text = lines.map((characters) => characters.join("")).join(" ").replace(/\s+/g, " ");
  return text.length <= BLOCK_TEXT ? text : `${text.slice(0, BLOCK_TEXT).trimEnd()}…`;
}

function textOf(ref) {
  if (!isObject(ref)) return data.atoms[ref][0];
  const object = objectOf(ref);
  if (object.text !== "") return object.text;
  if (object.kind === "Context") return `context #${object.number}`;
  if (object.kind === "Block") {
    return object.detail < 0 ? `closure #${object.number}` : `${blockText(units[object.detail])} #${object.number}`;
  }
  if (object.kind === "Array") return `Array of ${object.detail} #${object.number}`;
  return `${object.className} #${object.number}`;
}
