"""VS Code as a server, from npm's package code-server: installs it, and starts it with the extension in it.

Only VS Code itself is used (lib/vscode of the package), without what the package puts around it: of the native modules it
needs three, which npm builds with the system's compiler.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/editors"))

from run import make_package  # pylint: disable=wrong-import-position

# The last version for Node.js 20. The package pins what it depends on.
VERSION = "4.100.3"
NODE = "20"
INSTALLED = ROOT / "build/editors/code-server"
SERVER = "node_modules/code-server/lib/vscode"
NATIVE_MODULES = ["native-watchdog", "node-pty", "@vscode/spdlog"]
# Nothing but the folder and its files; and a terminal whose text is in the document.
SETTINGS = {
    "workbench.startupEditor": "none",
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "files.autoSave": "off",
    "terminal.integrated.gpuAcceleration": "off",
}
STARTED = re.compile(rb"Extension host agent listening on (\d+)")


def npm(directory, *arguments):
    # Where the headers of Node.js are installed, none need be fetched to build native modules.
    headers = pathlib.Path(shutil.which("node")).resolve().parents[1]
    environment = {**os.environ, "npm_config_yes": "true"}
    if (headers / "include/node").is_dir():
        environment["npm_config_nodedir"] = str(headers)
    result = subprocess.run(["npm", *arguments, "--no-audit", "--no-fund"], cwd=directory, env=environment, text=True,
                            capture_output=True, timeout=1200, check=False)
    if result.returncode != 0:
        sys.exit(f"npm {' '.join(arguments)} failed in {directory}:\n{result.stderr}")


def install(directory=INSTALLED):
    """Installs VS Code into a directory, some 500 MB, unless it is there."""
    if missing(directory) is None:
        return
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip().lstrip("v")
    if node.split(".")[0] != NODE:
        sys.exit(f"code-server {VERSION} runs on Node.js {NODE}, not on {node}")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "package.json").write_text("{}\n", encoding="utf-8")
    npm(directory, "install", "--ignore-scripts", f"code-server@{VERSION}")
    npm(directory / SERVER, "install", "--ignore-scripts", "--omit=dev")
    npm(directory / SERVER, "rebuild", *NATIVE_MODULES)
    (directory / "version").write_text(VERSION, encoding="utf-8")


def missing(directory=INSTALLED):
    """What keeps VS Code from being started; None if nothing does."""
    version = directory / "version"
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "no npm: scripts/bootstrap editors installs it"
    if not version.is_file() or version.read_text(encoding="utf-8") != VERSION:
        return "no VS Code: tests/editors/vscode/vscode_test.py --install installs it"
    return None


class CodeServer:
    """VS Code with the extension, as its package installs it, and with no settings but those above and those given."""

    def __init__(self, data, som, settings=None, directory=INSTALLED):
        self.data = pathlib.Path(data)
        self.main = directory / SERVER / "out/server-main.js"
        extension = make_package(directory.parent)
        self.run("--install-extension", extension)
        self.write_settings({**SETTINGS, "som.path": str(som), **(settings or {})})
        self.log = (self.data / "server.log").open("wb")
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            self.command("--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--telemetry-level", "off"),
            stdout=subprocess.PIPE, stderr=self.log)
        self.port = self.read_port()

    def command(self, *arguments):
        return ["node", str(self.main), "--accept-server-license-terms", "--server-data-dir", str(self.data), *map(str, arguments)]

    def run(self, *arguments):
        result = subprocess.run(self.command(*arguments), text=True, capture_output=True, timeout=120, check=False)
        if result.returncode != 0:
            raise RuntimeError(result.stdout + result.stderr)

    def write_settings(self, settings):
        path = self.data / "data/User/settings.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), encoding="utf-8")

    def read_port(self):
        for line in self.process.stdout:
            if found := STARTED.search(line):
                return int(found[1])
        raise RuntimeError(f"VS Code has ended; see {self.log.name}")

    def address(self, folder, file=None):
        """Of the workbench with a folder, and with a file in its editor."""
        opened = f"vscode-remote://127.0.0.1:{self.port}{file}"
        payload = f"&payload={json.dumps([['openFile', opened]], separators=(',', ':'))}" if file else ""
        return f"http://127.0.0.1:{self.port}/?folder={folder}{payload}"

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()
