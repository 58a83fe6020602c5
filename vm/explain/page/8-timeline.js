// The time line: how deep the stack is, by method, over all steps, with what happens when. One column
// of pixels stands for many steps of a long recording.
"use strict";

const ROWS = [
  { kind: "miss", colour: "--miss" },
  { kind: "change", colour: "--change" },
  { kind: "output", colour: "--output" },
  { kind: "tier", colour: "--tier" },
];
const ROW_HEIGHT = 5;

const timeline = {
  around: document.getElementById("timeline"),
  canvas: document.getElementById("chart"),
  cursor: document.getElementById("cursor"),
  hint: document.getElementById("hint"),
};

function drawTimeline() {
  const { canvas } = timeline;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.clearRect(0, 0, width, height);
  const style = getComputedStyle(document.documentElement);
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const rows = ROWS.filter(({ kind }) => jumps[kind].length > 0);
  const chart = height - rows.length * ROW_HEIGHT - 2;
  const lowest = run.depth.reduce((least, depth) => Math.min(least, depth), Infinity);
  const highest = run.depth.reduce((most, depth) => Math.max(most, depth), 0);
  const columns = Math.min(run.count, Math.ceil(width));
  for (let column = 0; column < columns; ++column) {
    const from = Math.floor(column * run.count / columns);
    const to = Math.max(from + 1, Math.floor((column + 1) * run.count / columns));
    let deepest = from;
    for (let step = from; step < to; ++step) if (run.depth[step] > run.depth[deepest]) deepest = step;
    const part = (run.depth[deepest] - lowest + 1) / (highest - lowest + 1);
    const unit = unitAt(deepest);
    pen.fillStyle = `hsl(${hueOf(unit)} ${unit.source.own ? 62 : 22}% ${isDark ? 48 : 66}%)`;
    pen.fillRect(column * width / columns, chart - part * chart, width / columns + 0.5, part * chart);
  }
  rows.forEach(({ kind, colour }, row) => {
    pen.fillStyle = style.getPropertyValue(colour);
    // Fuller where more happens.
    const counts = new Map();
    for (const step of jumps[kind]) {
      const x = Math.floor(step * width / Math.max(run.count, 1));
      counts.set(x, (counts.get(x) ?? 0) + 1);
    }
    for (const [x, count] of counts) {
      pen.globalAlpha = Math.min(1, 0.55 + count / 10);
      pen.fillRect(x, chart + 2 + row * ROW_HEIGHT, Math.max(1.5, width / run.count), ROW_HEIGHT - 1);
    }
    pen.globalAlpha = 1;
  });
}

function moveCursor(step) {
  timeline.cursor.style.left = `${100 * Math.min(step + (step < run.count ? 0.5 : 0), run.count) / Math.max(run.count, 1)}%`;
  timeline.canvas.setAttribute("aria-valuenow", String(step));
}

function stepUnder(event) {
  const box = timeline.canvas.getBoundingClientRect();
  const part = (event.clientX - box.left) / Math.max(box.width, 1);
  return Math.min(Math.max(0, Math.floor(part * run.count)), run.count - 1);
}

function listenToTimeline(seekTo) {
  const { canvas, hint } = timeline;
  canvas.setAttribute("aria-valuemax", String(run.count));
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    seekTo(stepUnder(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    const step = stepUnder(event);
    if (event.buttons !== 0) seekTo(step);
    hint.hidden = false;
    hint.textContent = `${step.toLocaleString("en")} ${unitAt(step).title}`;
    const box = canvas.getBoundingClientRect();
    hint.style.left = `${Math.min(event.clientX - box.left, Math.max(0, box.width - hint.offsetWidth))}px`;
  });
  canvas.addEventListener("pointerleave", () => { hint.hidden = true; });
}
