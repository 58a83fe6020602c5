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
  const fusions = [];  // nearest to the step first, when sorted
  const here = run.instruction[step];
  for (const instruction of unit.code) {
    const change = opcodeChanges.at(`${unit.number} ${instruction.index}`, step + 1);
    if (change === null || change.step !== step + 1) continue;
    const now = opcodes[change.opcode];
    const before = opcodes[opcodeAt(unit, instruction.index, step)];
    const [was, is] = [opcodes[before.first], opcodes[now.first]];
    if (was !== is && is.kind === "quickened") effects.push(["change", `${was.name} at ${instruction.offset} is rewritten to ${is.name}: ${is.sentence}`]);
    if (was !== is && is.kind === "base") effects.push(["change", `${was.name} at ${instruction.offset} becomes ${is.name} again`]);
    if (now.kind === "fused" && before.name !== now.name) fusions.push([instruction.index, `the ${now.parts} bytecodes from ${instruction.offset} on are fused to ${now.name}`]);
  }
  const fused = fusions.sort(([a], [b]) => Math.abs(a - here) - Math.abs(b - here));
  if (fused.length > 0) effects.push(["change", `So ${fused[0][1]}${fused.length > 1 ? `, and ${fused.length - 1} more` : ""}`, fused.map(([, text]) => text)]);
  if (step + 1 < run.count) {
    const [now, then] = [run.depth[step], run.depth[step + 1]];
    const next = activations[run.activation[step + 1]];
    if (then > now) effects.push(["enter", `Activates ${next.unit.title}`]);
    if (then < now) {
      const words = wordsOf(next, step + 1);
      const value = words?.operands.at(-1);
      effects.push(["leave", `Returns to ${next.unit.title}${value?.isChanged ? ` with ${shortened(textOf(value.value))}` : ""}${now - then > 1 ? `, ${now - then} activations down` : ""}`]);
    } else if (then === now && next.number !== run.activation[step]) effects.push(["enter", next.kind === "goes on" ? "The activation goes on in other code" : `Goes on in another activation of ${next.unit.title}`]);
  }
  for (const part of outputOf(step)) effects.push(["output", `Writes ${JSON.stringify(shortened(part.text))}`]);
  for (const event of tierEventsOf(step)) effects.push(["tier", event.text, event.lines]);
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
      kind === "tier" && lines?.length > 0 ? element("span.lines", null, ` ${lines.slice(0, 2).join("; ")}${lines.length > 2 ? "; …" : ""}`) : null))));
}
