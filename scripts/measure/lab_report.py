"""The report of `scripts/lab all`: one HTML page that needs no other file, and the same as PDF. Measures nothing."""

import base64
import csv
import html
import importlib.util
import re
import shutil
import subprocess
import tempfile

from measure import machine, paths, vms

_PAGES = paths.ROOT / "docs" / "experiments"
_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
_STYLE = """
body { font: 15px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
table { border-collapse: collapse; font-size: 12px; margin: 1em 0; display: block; overflow-x: auto; }
td, th { border: 1px solid #ccc; padding: 2px 6px; text-align: left; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; } code, pre { background: #f4f4f4; } .failure { color: #a00; }
@media print { section { break-before: page; } table { font-size: 8px; display: table; } }
"""


def require(pdf):
    """Raises UserError when what reports are made with is not there and cannot be installed."""
    if importlib.util.find_spec("markdown") is None:
        paths.need("lab")
        importlib.invalidate_caches()
    if importlib.util.find_spec("markdown") is None:
        raise paths.UserError("reports need Debian's package python3-markdown (scripts/bootstrap lab installs it)")
    if pdf and _browser() is None:
        paths.need("browser")
        if _browser() is None:
            raise paths.UserError("--pdf needs Debian's package chromium (scripts/bootstrap browser installs it)")


def document(experiments, done, laboratory, folder):
    """The page as text.

    experiments: name -> module; done: name -> what lab_all recorded; laboratory: a Context; folder: where tables and pictures are.
    """
    parts = [f"<h1>The laboratory: {len(experiments)} experiments</h1>"]
    if laboratory.smallest:
        parts.append("<p class=failure>Smallest sizes, each once: a check that everything works. The figures mean nothing.</p>")
    parts += ["<h2>Machine and versions</h2>", _facts(machine.describe_machine(), machine.describe_revision()),
              _versions(laboratory), "<h2>Experiments</h2>", _contents(experiments, done)]
    for name, module in experiments.items():
        if name in done:
            parts.append(_section(name, module.TITLE, done[name], folder))
    return (f"<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>The laboratory</title><style>{_STYLE}</style></head>\n"
            "<body>\n" + "\n".join(parts) + "\n</body></html>\n")


def write_pdf(page, target):
    """Prints the page to a PDF file; raises WriteError when that fails."""
    with tempfile.TemporaryDirectory(prefix="som-lab-") as profile:
        done = subprocess.run([_browser(), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
                               "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri()],
                              capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0 or not target.exists():
        raise paths.WriteError(f"cannot write '{target}': {done.stderr.strip().splitlines()[-1:] or done.returncode}")


def _browser():
    return shutil.which("chromium")


def _facts(facts, revision):
    entries = {"revision": revision or "unknown", **facts}
    return _table([[key.replace("_", " "), value] for key, value in entries.items()], None)


def _versions(laboratory):
    known = (*vms.OTHERS, *vms.FURTHER)
    described = [laboratory.som("som").describe()] + [vm.describe() for vm in vms.named(known)]
    rows = []
    for facts in described:
        build = facts.get("build", {})
        detail = "; ".join(str(build[key]) for key in ("type", "compiler_version", "flags") if build.get(key))
        rows.append([facts["name"], facts["version"] or "unknown", detail])
    absent = [name for name in known if name not in {facts["name"] for facts in described}]
    text = _table(rows, ["VM", "version", "build"])
    return text + (f"<p>Not installed: {', '.join(absent)}.</p>" if absent else "")


def _contents(experiments, done):
    rows = []
    for name, module in experiments.items():
        entry = done.get(name)
        state = "not run" if entry is None else f"{entry['seconds']:.0f} s" if entry["failure"] is None else "failed"
        rows.append([f"<a href=#{name}>{name}</a>", html.escape(module.TITLE), state])
    return "<ul>" + "".join(f"<li>{link}: {title} ({state})" for link, title, state in rows) + "</ul>"


def _section(name, title, entry, folder):
    page = _page(name)
    parts = [f"<section id={name}><h2>{html.escape(title)}</h2><p><code>scripts/lab {name}</code></p>",
             _markdown(page.get("Question", "")), "<h3>Method</h3>", _markdown(page.get("Method", "")),
             "<h3>Figures of this run</h3>"]
    if entry["failure"] is not None:
        parts.append(f"<pre class=failure>{html.escape(entry['failure'])}</pre>")
    parts += [_picture(folder / picture) for picture in entry["pictures"] if (folder / picture).exists()]
    for table in entry["tables"]:
        with open(folder / table, encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        parts += [f"<h4>{html.escape(table)}</h4>", _table(rows, header)]
    parts += ["<h3>What the page of the experiment says of its reference run</h3>", _markdown(page.get("Result", "")), "</section>"]
    return "\n".join(parts)


def _page(name):
    """Heading -> text of the experiment's page."""
    text = (_PAGES / f"{name}.md").read_text(encoding="utf-8")
    pieces = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2]))


def _markdown(text):
    import markdown
    # The pictures are those of this run; other pages are not part of the report.
    text = re.sub(r"^(!\[.*|Figures: .*)$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", text)
    # The pages are written for a Markdown in which a list needs no empty line before it.
    text = re.sub(r"(?<=\S)\n(?=\* )", "\n\n", text)
    return markdown.markdown(text, extensions=["tables"])


def _picture(path):
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return f'<img alt="{path.stem}" src="data:{_TYPES[path.suffix]};base64,{data}">'


def _table(rows, header):
    lines = ["<table>"]
    if header:
        lines.append("<tr>" + "".join(f"<th>{html.escape(cell)}</th>" for cell in header) + "</tr>")
    for row in rows:
        cells = [(html.escape(str(cell)), " class=number" if re.fullmatch(r"[-\d.]+", str(cell)) else "") for cell in row]
        lines.append("<tr>" + "".join(f"<td{kind}>{text}</td>" for text, kind in cells) + "</tr>")
    return "\n".join([*lines, "</table>"])
