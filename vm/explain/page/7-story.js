// What the step does, in words: the bytecode's own sentence, and what came of it.
"use strict";

const storyPane = document.getElementById("story");

function argumentCountOf(selector) {
  if (/^[A-Za-z_]/.test(selector)) return (selector.match(/:/g) ?? []).length;
  return 1;
}

function textOfCache(before, after) {
  const state = (site) => STATES[site?.state ?? 0];
  const added = after.entries.filter((entry) => !(before?.entries ?? []).some((old) => old.className === entry.className && old.method === entry.method));
  const what = added.length > 0 ? `${added.map((entry) => (entry.className === "super" ? entry.method : `${entry.className} → ${entry.method}`)).join(", ")}` : "";
  if (after.misses > (before?.misses ?? 0)) {
    const change = state(before) === state(after) ? `stays ${state(after)}` : `was ${state(before)}, becomes ${state(after)}`;
    return `Cache miss: the class is looked up${what ? ` (${what})` : ""}; the site ${change}.`;
  }
  return what ? `The site is bound to ${what}.` : `The site becomes ${state(after)}.`;
}

// What is seen when the next step is about to run and was not before.
function effectsOf(step) {
  const unit = unitAt(step);
  const effects = [];
  for (const instruction of instructionsAt(step)) {
    const key = `${unit.number} ${instruction.index}`;
    const site = siteChanges.at(key, step + 1);
    if (site !== null && site.step === step + 1) effects.push(["miss", textOfCache(siteChanges.at(key, step), site)]);
  }
  let fused = 0;
  for (const instruction of unit.code) {
    const change = opcodeChanges.at(`${unit.number} ${instruction.index}`, step + 1);
    if (change === null || change.step !== step + 1) continue;
    const now = opcodes[change.opcode];
    const before = opcodes[opcodeAt(unit, instruction.index, step)];
    if (now.kind === "quickened") effects.push(["change", `${before.name} at ${instruction.offset} is rewritten to ${now.name}: ${now.sentence}`]);
    else if (now.kind === "fused" && ++fused <= 2) effects.push(["change", `The ${now.parts} bytecodes from ${instruction.offset} on are fused to ${now.name}`]);
    else if (now.kind === "base") effects.push(["change", `${before.name} at ${instruction.offset} becomes ${now.name} again`]);
  }
  if (fused > 2) effects.push(["change", `${fused - 2} more sequences are fused`]);
  if (step + 1 < run.count) {
    const [here, there] = [run.depth[step], run.depth[step + 1]];
    const next = activations[run.activation[step + 1]];
    if (there > here) effects.push(["enter", `Activates ${next.unit.title}`]);
    if (there < here) {
      const words = wordsOf(next, step + 1);
      const value = words?.operands.at(-1);
      effects.push(["leave", `Returns to ${next.unit.title}${value?.isChanged ? ` with ${shortened(textOf(value.value))}` : ""}${here - there > 1 ? `, ${here - there} activations down` : ""}`]);
    } else if (there === here && next.number !== run.activation[step]) effects.push(["enter", next.kind === "goes on" ? "The activation goes on in other code" : `Goes on in another activation of ${next.unit.title}`]);
  }
  for (const part of output) {
    if (part.step === step) effects.push(["output", `Writes ${JSON.stringify(shortened(part.text))}`]);
  }
  for (const event of tierEvents) {
    if (event.step === step) effects.push(["tier", event.text, event.lines]);
  }
  return effects;
}

function sentenceOf(step) {
  const parts = instructionsAt(step);
  const unit = unitAt(step);
  const opcode = opcodes[opcodeAt(unit, parts[0].index, step)];
  if (parts.length > 1) return `Runs ${parts.length} bytecodes at once: ${parts.map((part) => `${opcodes[part.base].name} ${part.operands}`.trim()).join(", ")}.`;
  if (!isSend(parts[0])) return opcode.sentence;
  const selector = parts[0].operands.replace(/^#/, "");
  const operands = wordsOf(activations[run.activation[step]], step)?.operands ?? [];
  const receiver = operands.at(-1 - argumentCountOf(selector));
  const site = siteAt(unit, parts[0].index, step);
  const knows = site === null || site.entries.length === 0 ? "" : ` The site knows ${site.entries.map((entry) => entry.className === "super" ? entry.method : entry.className).join(", ")}.`;
  return `Sends ${parts[0].operands}${receiver ? ` to ${shortened(textOf(receiver.value))}` : ""}.${knows}`;
}

function showStory(step) {
  if (step >= run.count) {
    const text = {
      program: data.status === null ? "The program has ended." : `The program has ended with status ${data.status}.`,
      returned: "The program's run has returned; the recording ends here.",
      limit: `The recording ends here, after ${run.count.toLocaleString("en")} bytecodes; the program went on. More: --explain-steps N.`,
    }[data.end];
    storyPane.replaceChildren(element("p.what", null, element("b", null, "The end"), " ", text));
    return;
  }
  const instruction = unitAt(step).code[run.instruction[step]];
  const opcode = opcodes[opcodeAt(unitAt(step), instruction.index, step)];
  storyPane.replaceChildren(
    element("p.what", null, element("b", null, `${opcode.name}`), " ", element("span.operands", null, instruction.operands), " — ", sentenceOf(step)),
    element("ul", null, effectsOf(step).map(([kind, text, lines]) => element(`li.${kind}`, { title: lines?.join("\n") }, text,
      lines?.length > 0 ? element("span.lines", null, ` ${lines.slice(0, 2).join("; ")}${lines.length > 2 ? "; …" : ""}`) : null))));
}
