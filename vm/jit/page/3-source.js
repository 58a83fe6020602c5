// The source pane: the methods that the compile consists of, each with its lines, what was inlined where in the colour
// of what was inlined, and its bytecodes beneath.

const sourcePane = {
  root: document.getElementById("source"),
  lines: new Map(),         // source number, line -> element
  instructions: new Map(),  // method, offset -> element
  marked: [],               // spans that are highlighted: {source, span}

  show(compile) {
    this.compile = compile;
    this.lines.clear();
    this.instructions.clear();
    this.marked = [];
    this.root.replaceChildren();
    const methods = [...compile.hues.keys()];
    const sources = new Map();  // source number -> methods in it, the home first
    for (const method of methods) {
      const { source } = data.methods[method];
      if (source === null) continue;
      if (!sources.has(source)) sources.set(source, []);
      sources.get(source).push(method);
    }
    if (sources.size === 0) sources.set(data.methods[compile.method].source, [compile.method]);
    this.methodsOf = sources;
    for (const [source, members] of sources) this.root.append(this.card(source, members));
    this.paintAll();
  },

  card(source, members) {
    const { path, line, lines } = data.sources[source];
    const card = element("article.method", { "data-source": source });
    const titles = members.map((method) => tinted("h3", this.compile.hues.get(method), { "data-method": method },
      data.methods[method].title));
    card.append(element("header", null, element("div", null, titles),
      element("small", null, `${path}:${line}`)));
    const code = element("pre.source");
    lines.forEach((_, index) => {
      const row = element("code.line", { "data-line": line + index, "data-source": source });
      this.lines.set(`${source} ${line + index}`, row);
      code.append(element("div.row", null, element("span.number", null, `${line + index}`), row));
    });
    card.append(code);
    for (const method of members) card.append(this.bytecodes(method, members.length > 1));
    return card;
  },

  bytecodes(method, named) {
    const { code, title } = data.methods[method];
    const list = element("table.bytecodes");
    const failures = new Map(this.compile.failures.filter((f) => f.method === method).map((f) => [f.at, f.count]));
    for (const instruction of code) {
      const row = element("tr", { "data-method": method, "data-at": instruction.at, tabindex: 0 },
        element("td.target", null, instruction.target ? "▸" : ""),
        element("td.at", null, `${instruction.at}`),
        element("td.name", null, instruction.name),
        element("td.operands", null, instruction.operands, failures.has(instruction.at)
          ? element("span.note", null, ` wrong guesses before: ${failures.get(instruction.at)}`) : null));
      this.instructions.set(`${method} ${instruction.at}`, row);
      list.append(row);
    }
    return tinted("details.code", this.compile.hues.get(method), { open: "" },
      element("summary", null, named ? `Bytecodes of ${title}` : "Bytecodes"), list);
  },

  // Each line is cut where a closure, an inlined send or a highlight begins or ends; the innermost gives the colour.
  paintAll() {
    this.decorations = new Map();  // source -> [{span, hue, kind}]
    const add = (source, decoration) => {
      if (!this.decorations.has(source)) this.decorations.set(source, []);
      this.decorations.get(source).push(decoration);
    };
    for (const [source, members] of this.methodsOf) {
      for (const method of members) {
        add(source, { span: data.methods[method].span, hue: this.compile.hues.get(method), kind: "unit" });
      }
    }
    for (const { caller, at, method } of this.compile.activations) {
      if (caller === null) continue;
      const callerMethod = this.compile.activations[caller].method;
      const span = spanOf(callerMethod, at);
      if (span) add(data.methods[callerMethod].source, { span, hue: this.compile.hues.get(method), kind: "call" });
    }
    for (const source of this.methodsOf.keys()) this.paint(source);
  },

  paint(source) {
    const { line, lines } = data.sources[source];
    lines.forEach((text, index) => this.paintLine(source, line + index, text));
  },

  paintLine(source, number, text) {
    const characters = Array.from(text);
    const indentation = characters.findIndex((c) => c.trim() !== "");
    // Of a span that began on an earlier line the indentation is no part.
    const within = (span) => {
      const columns = columnsOn(span, number, characters.length);
      return columns && [Math.max(columns[0], Math.min(indentation, columns[1])), columns[1]];
    };
    const found = (this.decorations.get(source) ?? []).map((d) => ({ ...d, columns: within(d.span) }))
      .filter((d) => d.columns);
    const marks = this.marked.filter((m) => m.source === source).map((m) => within(m.span)).filter(Boolean);
    const cuts = new Set([0, characters.length]);
    for (const [begin, end] of [...found.map((d) => d.columns), ...marks]) cuts.add(begin).add(end);
    const places = [...cuts].sort((a, b) => a - b);
    const row = this.lines.get(`${source} ${number}`);
    row.replaceChildren();
    for (let i = 0; i + 1 < places.length; ++i) {
      const [begin, end] = [places[i], places[i + 1]];
      const covers = ([from, to]) => from <= begin && end <= to;
      const innermost = (kind) => found.filter((d) => d.kind === kind && covers(d.columns))
        .sort((a, b) => spanSize(a.span) - spanSize(b.span))[0];
      const unit = innermost("unit");
      const call = innermost("call");
      const classes = ["span", "span"];
      const style = [];
      if (unit && unit.hue !== null) {
        classes.push("unit");
        style.push(`--hue: ${Math.round(unit.hue)}`);
      }
      if (call && call.hue !== null) {
        classes.push("call");
        style.push(`--call-hue: ${Math.round(call.hue)}`);
      }
      if (marks.some(covers)) classes.push("hot");
      row.append(element(classes.join("."), { style: style.join("; ") || null, "data-column": begin + 1 },
        characters.slice(begin, end).join("")));
    }
    if (characters.length === 0) row.append(" ");
  },

  // Highlights bytecodes: a list of {method, at}. The last one is brought into view if asked for.
  highlight(places, scroll) {
    const before = new Set(this.marked.map((m) => m.source));
    this.marked = [];
    for (const row of this.root.querySelectorAll("tr.hot")) row.classList.remove("hot");
    for (const { method, at } of places) {
      const span = spanOf(method, at);
      const { source } = data.methods[method];
      if (span && source !== null && this.methodsOf.has(source)) this.marked.push({ source, span });
      this.instructions.get(`${method} ${at}`)?.classList.add("hot");
    }
    for (const source of new Set([...before, ...this.marked.map((m) => m.source)])) this.paint(source);
    if (!scroll || places.length === 0) return;
    const { method, at } = places.at(-1);
    bringIntoView(this.instructions.get(`${method} ${at}`));
    bringIntoView(this.root.querySelector(".line .hot"));
  },

  // The bytecode whose source is the smallest around a place.
  bytecodeAround(source, line, column) {
    let best = null;
    for (const method of this.methodsOf.get(source) ?? []) {
      for (const { at, span } of data.methods[method].code) {
        const columns = columnsOn(span, line, Infinity);
        if (!columns || column - 1 < columns[0] || column - 1 >= columns[1]) continue;
        if (!best || spanSize(span) < spanSize(best.span)) best = { method, at, span };
      }
    }
    return best;
  },
};

// The columns of a line, counted from 0, that a span covers: [begin, end], or null.
function columnsOn([line, column, endLine, endColumn], number, length) {
  if (number < line || number > endLine) return null;
  const begin = number === line ? column - 1 : 0;
  const end = Math.min(number === endLine ? endColumn - 1 : length, length);
  return begin < end ? [begin, end] : null;
}

// Greater for spans that contain others.
function spanSize([line, column, endLine, endColumn]) {
  return (endLine - line) * 1e4 + endColumn - column;
}
