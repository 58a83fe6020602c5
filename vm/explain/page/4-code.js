// The bytecodes of the code that is looked at, as they are at the step: rewritten ones, what is fused,
// what send sites remember, and which bytecodes stand for an inlined block.
"use strict";

const MOST_ROWS = 500;  // of longer code, those around the current bytecode are shown

const codePane = {
  body: document.getElementById("code"),
  name: document.getElementById("code-name"),
  unit: null,
  from: 0,
  to: 0,
  rows: [],
  regions: [],  // that stand open, by row
};

function showCode(unit, index) {
  const isLong = unit.code.length > MOST_ROWS;
  if (codePane.unit === unit && (!isLong || (index >= codePane.from + 20 && index < codePane.to - 20))) return;
  codePane.unit = unit;
  codePane.from = isLong ? Math.max(0, index - MOST_ROWS / 2) : 0;
  codePane.to = Math.min(unit.code.length, codePane.from + MOST_ROWS);
  codePane.name.replaceChildren(...breakable(unit.title));
  codePane.name.title = unit.kind;
  const children = [];
  if (unit.kind.includes(",")) children.push(element("p.remark", null, unit.kind));
  if (codePane.from > 0) children.push(element("p.remark", null, `${codePane.from} bytecodes before`));
  codePane.rows = [];
  for (const instruction of unit.code.slice(codePane.from, codePane.to)) {
    const open = unit.regions.filter((region) => region.first <= instruction.index && instruction.index <= region.last);
    for (const region of open.filter((region) => region.first === instruction.index)) {
      children.push(element("div.region", { style: `--depth: ${open.filter((other) => isAround(other, region)).length}`,
        title: "Compiled in place: no message is sent for this, its blocks are jumps" }, `inlined ${region.selector}`));
    }
    const row = element("div.row", { style: `--depth: ${open.length}`, "data-index": instruction.index },
      element("span.offset", null, `${instruction.isTarget ? "▸" : ""}${instruction.offset}`),
      element("span.bars", null, open.map(() => element("i"))),
      element("span.name"),
      element("span.operands", null, instruction.operands),
      element("span.fusion"),
      element("span.site"),
      element("span.count"));
    row.instruction = instruction;
    codePane.rows.push(row);
    children.push(row);
  }
  if (codePane.to < unit.code.length) children.push(element("p.remark", null, `${unit.code.length - codePane.to} bytecodes behind`));
  codePane.body.replaceChildren(...children);
}

const isAround = (other, region) => other !== region &&
  (other.first < region.first || other.last > region.last) && other.first <= region.first && other.last >= region.last;

// Brings the rows up to the step. `index`: of the instruction that the activation is at, or null.
function updateCode(step, index) {
  const unit = codePane.unit;
  let fusedLeft = 0;
  let current = null;
  for (const row of codePane.rows) {
    const { instruction } = row;
    const opcode = opcodes[opcodeAt(unit, instruction.index, step)];
    const change = opcodeChanges.at(`${unit.number} ${instruction.index}`, step);
    const base = opcodes[instruction.base];
    const alone = opcodes[opcode.first];
    const [, , name, , fusion, site, count] = row.children;
    name.textContent = alone.name;
    name.className = `name ${alone.kind}`;
    name.title = alone === base ? base.sentence : `${alone.sentence}\nEmitted as ${base.name}: ${base.sentence}`;
    fusion.textContent = opcode.kind === "fused" ? `fused ${opcode.parts}` : "";
    fusion.title = opcode.kind === "fused" ? `${opcode.name}: when control comes here, ${opcode.parts} bytecodes run as one` : "";
    const isCurrent = instruction.index === index;
    row.classList.toggle("now", isCurrent);
    row.classList.toggle("part", fusedLeft > 0);
    row.classList.toggle("fresh", change !== null && change.step === step && step > 0);
    if (isCurrent) {
      current = row;
      fusedLeft = opcode.parts - 1;
      row.classList.remove("part");
    } else if (fusedLeft > 0) {
      --fusedLeft;
    }
    if (isSend(instruction)) showSite(site, siteAt(unit, instruction.index, step), step);
    const ran = countOf(unit, instruction.index, step);
    count.textContent = ran > 0 ? `${ran.toLocaleString("en")}×` : "";
  }
  keepInSight(codePane.body, current);
}

function showSite(element, site, step) {
  const state = STATES[site?.state ?? 0];
  const isBound = site !== null && site.state === 0 && site.entries.length > 0;  // a super send
  element.className = `site ${isBound ? "monomorphic" : state}`;
  const classes = site?.entries.map((entry) => (entry.className === "super" ? entry.method : entry.className)).join(", ") ?? "";
  element.textContent = isBound ? `bound: ${classes}` : `${state}${classes ? `: ${classes}` : ""}`;
  element.title = [`Inline cache, ${isBound ? "bound once" : state}`, ...(site?.entries.map((entry) => `${entry.className} → ${entry.method}`) ?? []),
    site ? `${site.misses} misses` : ""].filter((line) => line !== "").join("\n");
  element.classList.toggle("fresh", site !== null && site.step === step && step > 0 && !site.isFirst);
}

// How often a bytecode was dispatched to before the step, in the recording.
const dispatches = new Map();
function countOf(unit, index, step) {
  if (!dispatches.has(unit.number)) {
    const lists = unit.code.map(() => []);
    for (const activation of activations) {
      if (activation.unit !== unit) continue;
      for (const at of activation.steps) lists[run.instruction[at]].push(at);
    }
    for (const list of lists) list.sort((a, b) => a - b);
    dispatches.set(unit.number, lists);
  }
  return upperBound(dispatches.get(unit.number)[index], step - 1);
}

function markCode(instructions, className) {
  let first = null;
  for (const row of codePane.rows) {
    const isMarked = instructions.includes(row.instruction);
    row.classList.toggle(className, isMarked);
    if (isMarked && first === null) first = row;
  }
  return first;
}
