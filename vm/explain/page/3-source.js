// The source of the code that is looked at, cut where spans of bytecodes begin and end, so that each
// piece can be marked.
"use strict";

const WHOLE_FILE = 400;  // lines; of a longer file only the method and what is around it is shown
const AROUND = 4;        // lines

const sourcePane = {
  body: document.getElementById("source"),
  name: document.getElementById("source-name"),
  unit: null,
  pieces: [],  // {element, line, from, to}: columns, `to` behind the end
};

const contains = (span, line, from, to) =>
  (line > span.line || (line === span.line && from >= span.column)) &&
  (line < span.endLine || (line === span.endLine && to <= span.endColumn));

const spanSize = (span) => (span.endLine - span.line) * 1000 + span.endColumn - span.column;

function showSource(unit) {
  if (sourcePane.unit === unit) return;
  sourcePane.unit = unit;
  sourcePane.pieces = [];
  const [homeLine, , homeEnd] = unit.home;
  const { lines } = unit.source;
  const isWhole = lines.length <= WHOLE_FILE;
  const from = isWhole ? 1 : Math.max(1, homeLine - AROUND);
  const to = isWhole ? lines.length : Math.min(lines.length, homeEnd + AROUND);
  // Columns at which pieces begin, by line.
  const cuts = new Map();
  const cut = (line, column) => {
    if (!cuts.has(line)) cuts.set(line, new Set());
    cuts.get(line).add(column);
  };
  for (const { span } of unit.code) {
    cut(span.line, span.column);
    cut(span.endLine, span.endColumn);
  }
  const rows = [];
  for (let line = from; line <= to; ++line) {
    const characters = [...lines[line - 1]];
    const columns = [...new Set([1, ...(cuts.get(line) ?? []), characters.length + 1])]
      .filter((column) => column >= 1 && column <= characters.length + 1).sort((a, b) => a - b);
    const row = element(line >= homeLine && line <= homeEnd ? "div.line.home" : "div.line", { "data-line": line },
      element("span.number", null, String(line)));
    for (let i = 0; i + 1 < columns.length; ++i) {
      const piece = element("span.piece", null, characters.slice(columns[i] - 1, columns[i + 1] - 1).join(""));
      piece.place = { line, from: columns[i], to: columns[i + 1] };
      sourcePane.pieces.push(piece);
      row.append(piece);
    }
    rows.push(row);
  }
  sourcePane.body.replaceChildren(...rows);
  sourcePane.name.textContent = isWhole ? unit.source.name : `${unit.source.name}, lines ${from} to ${to}`;
  sourcePane.name.title = unit.source.path;
}

// Marks what the span covers with the class, and nothing else.
function markSource(span, className) {
  let first = null;
  for (const piece of sourcePane.pieces) {
    const { line, from, to } = piece.place;
    const isInside = span !== null && contains(span, line, from, to);
    piece.classList.toggle(className, isInside);
    if (isInside && first === null) first = piece;
  }
  return first;
}

// Marks the sources of an instruction, and more faintly those of the others that are fused to it.
function markCurrent(instructions) {
  for (const piece of sourcePane.pieces) {
    const { line, from, to } = piece.place;
    piece.classList.toggle("also", instructions.slice(1).some(({ span }) => contains(span, line, from, to)));
  }
  return markSource(instructions[0]?.span ?? null, "now");
}

// The instructions with the smallest span around a piece.
function instructionsOf(piece) {
  const { line, from, to } = piece.place;
  const around = sourcePane.unit.code.filter(({ span }) => contains(span, line, from, to));
  const least = Math.min(...around.map(({ span }) => spanSize(span)));
  return around.filter(({ span }) => spanSize(span) === least);
}

// Scrolls a pane so that the child can be seen, with something around it.
function keepInSight(pane, child) {
  if (child === null || pane.clientHeight === 0) return;
  const outer = pane.getBoundingClientRect();
  const inner = child.getBoundingClientRect();
  const margin = Math.min(50, outer.height / 4);
  if (inner.top < outer.top + margin || inner.bottom > outer.bottom - margin)
    pane.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2;
}
