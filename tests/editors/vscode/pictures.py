#!/usr/bin/python3
"""Makes the pictures of VS Code in docs/editors/figures.

Usage: pictures.py --vm PATH [--directory DIR]
Needs what vscode_test.py needs, and scripts/bootstrap pictures.
"""

import argparse
import io
import pathlib
import shutil
import sys
import tempfile

import code_server
from code_server import ROOT, CodeServer
from PIL import Image
from workbench import Keys, Workbench

WIDTH, HEIGHT = 940, 560
WIDE, HIGH = 1120, 660
COLOURS = 96
SETTINGS = {"editor.minimap.enabled": False, "window.commandCenter": False, "editor.suggest.showStatusBar": False,
            "workbench.layoutControl.enabled": False, "breadcrumbs.enabled": False,
            "editor.stickyScroll.enabled": False, "debug.toolBarLocation": "docked"}


def save(bench, path):
    """A picture with few colours, and so of few bytes."""
    image = Image.open(io.BytesIO(bench.browser.get_screenshot_as_png())).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size // 1024} KB")


def problems(bench, folder):
    bench.open_file("Account.som")
    bench.command("View: Toggle Primary Side Bar Visibility")
    bench.press(Keys.CONTROL, Keys.SHIFT, "m")
    bench.wait_for(".markers-panel .monaco-list-row", "balence")
    bench.go_to(8, 24)
    yield folder / "vscode-problems.png"
    bench.clean_up()
    bench.command("View: Toggle Primary Side Bar Visibility")


def completion(bench, folder):
    bench.open_file("Search.som")
    bench.command("View: Toggle Primary Side Bar Visibility")
    bench.go_to(9)
    bench.press(Keys.END)
    bench.type(".\nself re")
    bench.press(Keys.CONTROL, " ")
    bench.wait_for(".suggest-widget .monaco-list-row.focused", "re")
    bench.press(Keys.CONTROL, " ")
    bench.wait_for(".suggest-details", ">>")
    yield folder / "vscode-completion.png"
    bench.press(Keys.ESCAPE)
    bench.clean_up()
    bench.command("View: Toggle Primary Side Bar Visibility")


def debugger(bench, folder):
    bench.look(WIDE, HIGH)
    bench.open_file("Search.som")
    bench.go_to(48)
    bench.press(Keys.F9)
    bench.command("SOM: Debug this program")
    bench.wait_for(".debug-call-stack .monaco-list-row", "isSafe:")
    bench.wait_for(".debug-variables .monaco-list-row", "earlier =")
    yield folder / "vscode-debugger.png"
    bench.press(Keys.F9)
    bench.press(Keys.SHIFT, Keys.F5)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vm", required=True, type=pathlib.Path)
    parser.add_argument("--directory", default=ROOT / "docs/editors/figures", type=pathlib.Path)
    arguments = parser.parse_args()
    if why := code_server.missing():
        sys.exit(why)
    arguments.directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "examples"
        shutil.copytree(ROOT / "core-lib/Examples/Shapes", folder)
        shutil.copy(ROOT / "core-lib/Examples/Search.som", folder)
        shutil.copy(ROOT / "tests/editors/vscode/fixtures/Account.som", folder)
        server = CodeServer(f"{temporary}/data", arguments.vm.resolve(), SETTINGS)
        bench = Workbench(WIDTH, HEIGHT)
        try:
            bench.open(server.address(folder, folder / "Shapes.som"), "Shapes.som")
            for scene in (problems, completion, debugger):
                for path in scene(bench, arguments.directory):
                    save(bench, path)
        finally:
            bench.quit()
            server.stop()


if __name__ == "__main__":
    main()
