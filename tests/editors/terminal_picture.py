#!/usr/bin/python3
"""Makes the picture of Neovim in docs/editors/figures: runs it in a pseudo-terminal, and writes its screen as an SVG.

Usage: terminal_picture.py --vm PATH [--output FILE]
Needs scripts/bootstrap editors pictures.
"""

import argparse
import fcntl
import html
import itertools
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

import pyte

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLUMNS, LINES = 104, 25
CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, BORDER = 8.4, 18, 14, 10
GROUND, TEXT = "#fbfbfb", "#24292f"
PATIENCE = 60
# Blanks that are not drawn together.
NO_BREAK = "\u00a0"
# By the names that pyte gives; other colours come as six digits.
NAMED = {"black": "#24292f", "red": "#b3261e", "green": "#2f7d32", "brown": "#8a5a00", "blue": "#1f5fbf", "magenta": "#8e3aa8",
         "cyan": "#0b7285", "white": "#d8dbe0", "brightblack": "#6b7280"}
# What the user's init.lua would say, and colours that can be read on a light ground.
SET_UP = """
vim.opt.runtimepath:prepend("{root}/docs/editors/vim")
vim.cmd("filetype plugin on | syntax on")
vim.opt.termguicolors = true
vim.opt.background = "light"
vim.opt.number = true
vim.opt.signcolumn = "yes"
vim.opt.laststatus = 2
vim.opt.hlsearch = false
vim.keymap.set("n", "K", vim.lsp.buf.hover)
vim.opt.showcmd = false
for group, colours in pairs({{
  Normal = {{ fg = "#24292f" }}, LineNr = {{ fg = "#9aa0a8" }}, SignColumn = {{}}, Comment = {{ fg = "#2f7d32" }},
  Pmenu = {{ bg = "#e8eaee" }}, PmenuSel = {{ bg = "#bcd4f5" }}, StatusLine = {{ bg = "#d8dbe0" }}, NormalFloat = {{ bg = "#e8eaee" }},
  String = {{ fg = "#b3261e" }}, Number = {{ fg = "#0b7285" }}, Function = {{ fg = "#8a5a00" }}, Type = {{ fg = "#1f5fbf" }},
  Identifier = {{ fg = "#1f5fbf" }}, Special = {{ fg = "#8e3aa8" }}, Statement = {{ fg = "#8e3aa8" }}, Constant = {{ fg = "#8e3aa8" }},
  Operator = {{}}, Delimiter = {{}}, EndOfBuffer = {{ fg = "#c8ccd2" }},
  DiagnosticError = {{ fg = "#b3261e" }}, DiagnosticWarn = {{ fg = "#8a5a00" }},
}}) do vim.api.nvim_set_hl(0, group, colours) end
require("som").setup({{ path = "{vm}" }})
"""


class Terminal:
    """A program in a pseudo-terminal, with the screen that it draws."""

    def __init__(self, command):
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.stream = pyte.ByteStream(self.screen)
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execvp(command[0], command)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def read(self, seconds):
        """Draws what comes in some time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.file], [], [], left)[0]:
                self.stream.feed(os.read(self.file, 65536))

    def wait_for(self, text):
        end = time.monotonic() + PATIENCE
        while not any(text in line for line in self.screen.display):
            if time.monotonic() > end:
                sys.exit("not seen: " + text + "\n" + "\n".join(self.screen.display))
            self.read(0.1)
        self.read(0.5)

    def type(self, text):
        os.write(self.file, text.encode())

    def close(self):
        os.kill(self.process, signal.SIGHUP)
        os.waitpid(self.process, 0)
        os.close(self.file)


def colour(name, default):
    if name == "default":
        return default
    return NAMED.get(name) or "#" + name


def runs(screen, row):
    """The pieces of a row that look the same: (column, text, foreground, background, bold, underlined)."""
    cells = []
    for column in range(COLUMNS):
        cell = screen.buffer[row][column]
        front, back = colour(cell.fg, TEXT), colour(cell.bg, None)
        if cell.reverse:
            front, back = back or GROUND, front
        cells.append((column, cell.data, (front, back, cell.bold, cell.underscore)))
    for look, piece in itertools.groupby(cells, key=lambda cell: cell[2]):
        piece = list(piece)
        yield piece[0][0], "".join(data for _, data, _ in piece), *look


def svg(screen):
    width, height = COLUMNS * CELL_WIDTH + 2 * BORDER, LINES * CELL_HEIGHT + 2 * BORDER
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
           f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{FONT_SIZE}" fill="{TEXT}">',
           f'<rect width="100%" height="100%" rx="6" fill="{GROUND}" stroke="#d8dbe0"/>']
    for row in range(LINES):
        top = BORDER + row * CELL_HEIGHT
        for column, text, front, back, bold, underlined in runs(screen, row):
            left = BORDER + column * CELL_WIDTH
            if back:
                out.append(f'<rect x="{left:g}" y="{top:g}" width="{len(text) * CELL_WIDTH:g}" height="{CELL_HEIGHT}" fill="{back}"/>')
            if text.strip() or underlined:
                more = ' font-weight="bold"' * bold + ' text-decoration="underline"' * underlined
                more += f' fill="{front}"' * (front != TEXT)
                out.append(f'<text x="{left:g}" y="{top + FONT_SIZE:g}" textLength="{len(text) * CELL_WIDTH:g}"{more}>{html.escape(text).replace(" ", NO_BREAK)}</text>')
    cursor = screen.cursor
    out.append(f'<rect x="{BORDER + cursor.x * CELL_WIDTH:g}" y="{BORDER + cursor.y * CELL_HEIGHT:g}" width="{CELL_WIDTH}" '
               f'height="{CELL_HEIGHT}" fill="{TEXT}" opacity="0.35"/>')
    return "\n".join([*out, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vm", required=True, type=pathlib.Path)
    parser.add_argument("--output", default=ROOT / "docs/editors/figures/neovim.svg", type=pathlib.Path)
    arguments = parser.parse_args()
    if shutil.which("nvim") is None:
        sys.exit("no nvim: scripts/bootstrap editors installs it")
    with tempfile.TemporaryDirectory() as directory:
        account = pathlib.Path(directory) / "Account.som"
        shutil.copy(ROOT / "tests/editors/vscode/fixtures/Account.som", account)
        set_up = pathlib.Path(directory) / "set_up.lua"
        set_up.write_text(SET_UP.format(root=ROOT, vm=arguments.vm.resolve()), encoding="utf-8")
        os.chdir(directory)
        terminal = Terminal(["nvim", "-u", str(set_up), "-i", "NONE", "-n", "Account.som"])
        terminal.wait_for("No such field")
        terminal.type("/deposit: 5\rK")
        terminal.wait_for("Account >> deposit:")
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(svg(terminal.screen), encoding="utf-8")
        terminal.close()
    print(f"{arguments.output}: {arguments.output.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
