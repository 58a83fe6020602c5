#!/usr/bin/python3
"""The page of --jit-page in a real browser: opens without errors, shows stages, follows what is clicked.

Usage: test_jit_page.py --vm PATH [--screenshots DIRECTORY] [unittest arguments]
Status 77 (skipped) where there is no Chromium; scripts/bootstrap browser installs it.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select
except ImportError:
    print("no selenium: scripts/bootstrap browser installs it")
    sys.exit(SKIPPED)

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
# For machines that are busy with other tests.
SCRIPT_SECONDS = 120
settings = argparse.Namespace()


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    # Chromium's own sandbox needs rights that containers do not give; the page is ours.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(service=Service(DRIVER), options=options)
    browser.set_script_timeout(SCRIPT_SECONDS)
    return browser


def write_page(directory, name, *arguments):
    page = pathlib.Path(directory) / name
    subprocess.run([settings.vm, "--jit", "on", "--jit-page", str(page), *arguments], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL, timeout=120)
    return page


class JitPageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.page = write_page(cls.directory.name, "points.html", "-cp", "core-lib", "tests/browser/fixtures/Points.som")
        cls.browser = start_browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        cls.directory.cleanup()

    def setUp(self):
        self.look(width=1500, dark=False)

    def tearDown(self):
        errors = [entry["message"] for entry in self.browser.get_log("browser")]
        self.assertEqual(errors, [])

    # --- how the page is used ---

    def look(self, width, dark):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def open(self, method, **address):
        """Opens the page at the first compile of a method."""
        self.browser.get("about:blank")
        self.browser.get(self.page.as_uri() + "#" + "&".join(f"{key}={value}" for key, value in address.items()))
        titles = self.texts("#compiles .title")
        self.assertIn(method, titles)
        self.all("#compiles button")[titles.index(method)].click()
        self.assertEqual(self.one("#summary h2").text, method)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)

    def operation(self, name, side="right"):
        """The first operation of a stage with that name."""
        names = self.names(side)
        self.assertIn(name, names)
        return self.all(f"#{side} .op")[names.index(name)]

    def click(self, operation):
        # In the middle of the row there may be a link to another one.
        operation.find_element(By.CSS_SELECTOR, ".name").click()

    def names(self, side):
        return self.texts(f"#{side} .op .name")

    def choose(self, side, stage):
        Select(self.one(f"#{side} select")).select_by_value(stage)

    def background(self, element):
        return element.value_of_css_property("background-color")

    def picture(self, name):
        if settings.screenshots:
            self.browser.save_screenshot(str(pathlib.Path(settings.screenshots) / f"{name}.png"))

    # --- tests ---

    def test_index_lists_all_pieces(self):
        self.open("Points>>run")
        titles = self.texts("#compiles .title")
        self.assertIn("Points>>add:to:", titles)
        self.one("#filter").send_keys("scan")
        shown = self.texts("#compiles .title")
        self.assertTrue(shown and all("scan" in title for title in shown), shown)

    def test_page_needs_no_network(self):
        self.open("Points>>scan:limit:")
        resources = self.browser.execute_script("return performance.getEntriesByType('resource').map(r => r.name)")
        self.assertEqual(resources, [])

    def test_stages_are_switched_and_differences_marked(self):
        self.open("Points>>scan:limit:", left="building", right="dead-code")
        self.assertIn("CompareInt", self.names("left"))
        self.assertNotIn("CompareInt", self.names("right"))
        self.assertIn("gone", self.operation("CompareInt", "left").get_attribute("class"))
        self.assertIn("changed", self.operation("AddInt", "left").get_attribute("class"))
        self.assertIn("BranchInt", self.names("right"))
        self.choose("right", "building")
        self.assertEqual(self.names("left"), self.names("right"))
        self.assertEqual([mark for mark in self.texts(".op .mark") if mark], [])

    def test_operation_shows_its_surroundings(self):
        self.open("Points>>scan:limit:", left="building", right="dead-code")
        self.click(self.operation("MultiplyInt"))
        self.assertEqual(self.texts("#right .op.hot .name"), ["MultiplyInt"])
        self.assertEqual(self.texts("#right .op.input .name"), ["Phi", "LoadElement"])
        self.assertEqual(self.texts("#right .op.use .name"), ["ModuloInt"])
        self.assertEqual(self.one("#source .bytecodes tr.hot").text.split()[-2:], ["Send", "#*"])
        self.assertEqual("".join(self.texts("#source .line .hot")), "a * b")
        details = self.one("#details").text
        for expected in ("Points>>with:and: @4", "Used by", "State for the interpreter", "never taken"):
            self.assertIn(expected, details)
        # What the pointer is at stays highlighted.
        ActionChains(self.browser).move_to_element(self.one("#summary h2")).perform()
        self.one("body").send_keys(Keys.ESCAPE)
        self.assertEqual(self.all(".op.hot"), [])
        self.assertFalse(self.one("#details").is_displayed())

    def test_pointing_highlights_for_as_long(self):
        self.open("Points>>scan:limit:", left="building", right="dead-code")
        ActionChains(self.browser).move_to_element(
            self.operation("ModuloInt").find_element(By.CSS_SELECTOR, ".name")).perform()
        self.assertEqual(self.texts("#right .op.hot .name"), ["ModuloInt"])
        ActionChains(self.browser).move_to_element(self.one("#summary h2")).perform()
        self.assertEqual(self.all("#right .op.hot"), [])

    def test_source_and_bytecodes_lead_to_operations(self):
        self.open("Points>>add:to:", left="building", right="dead-code")
        sends = [row for row in self.all("#source .bytecodes tr") if "#+" in row.text]
        sends[0].click()
        self.assertIn("AddInt", self.texts("#right .op.hot .name"))
        self.browser.execute_script("clearSelection()")
        segment = next(s for s in self.all("#source .line .span") if "sum + n" in s.text)
        segment.click()
        self.assertNotEqual(self.all("#source .bytecodes tr.hot"), [])

    def test_inlined_activation_is_followed(self):
        self.open("Points>>scan:limit:", left="building", right="dead-code")
        self.one("#views [data-view=inlining]").click()
        entry = next(b for b in self.all("#inlining button") if "Points>>with:and:" in b.text)
        self.assertIn("in place: ", entry.text)
        self.assertIn("units, at most", entry.text)
        entry.click()
        self.assertEqual(self.texts("#right .op.hot .name"), ["MultiplyInt", "ModuloInt"])
        # One colour in the list and in the graph.
        hues = {element.get_attribute("style") for element in [entry, *self.all("#right .op.hot")]}
        self.assertEqual(len(hues), 1)
        self.one("#views [data-view=source]").click()
        self.assertEqual("".join(self.texts("#source .line .hot")), "self with: each and: best")

    def test_machine_code_stands_beside_operations(self):
        self.open("Points>>scan:limit:", left="building", right="registers")
        self.assertRegex(self.operation("MultiplyInt").text, r"r\w+ ← r\w+, r\w+")
        self.choose("right", "code")
        row = self.operation("MultiplyInt")
        code = self.one(f"#right .asm[data-op='{row.get_attribute('data-op')}']")
        self.assertIn("imul", code.text)
        headers = self.texts("#right section.block > header b")
        self.assertEqual(headers[0], "Prologue")
        self.assertIn("Out of line", headers)

    def test_exits_are_counted(self):
        self.open("Points>>add:to:")
        self.assertIn("thrown away: too many exits", self.one("#summary").text)
        self.one("#views [data-view=exits]").click()
        counts = [int(count) for count in self.texts("#exits tbody .count")]
        self.assertEqual(sum(counts), 12)
        taken = self.one("#exits tr.taken")
        self.assertIn("Send #+", taken.text)
        taken.click()
        self.assertIn("taken", self.one("#details").text)

    def test_flow_shows_loops_and_leads_to_blocks(self):
        self.open("Points>>scan:limit:", left="building", right="dead-code", view="flow")
        blocks = self.all("#flow .vertex")
        self.assertEqual(len(blocks), len(self.all("#right section.block")))
        # A round goes on at once or, behind a stretch of rounds, by way of the poll.
        self.assertEqual(len(self.all("#flow .edge.back")), 2)
        self.click(self.operation("MultiplyInt"))
        self.assertEqual(len(self.all("#flow .vertex.hot")), 1)
        blocks[-1].click()

    def test_dark_and_light(self):
        grounds = []
        for dark in (False, True):
            self.look(width=1500, dark=dark)
            self.open("Points>>scan:limit:", left="building", right="code")
            self.click(self.operation("MultiplyInt"))
            self.picture("dark" if dark else "light")
            grounds.append(self.background(self.one("body")))
        self.assertEqual(grounds[0], "rgba(255, 255, 255, 1)")
        self.assertLess(sum(int(part) for part in grounds[1][5:-1].split(",")[:3]), 150)

    def test_narrow_shows_one_pane(self):
        self.look(width=700, dark=False)
        self.open("Points>>scan:limit:", left="building", right="code")
        self.assertTrue(self.one("#source").is_displayed())
        self.assertFalse(self.one("#right").is_displayed())
        self.one("#views [data-view=right]").click()
        self.assertFalse(self.one("#source").is_displayed())
        self.assertTrue(self.one("#right").is_displayed())
        self.picture("narrow")
        wide = self.browser.execute_script("return document.documentElement.scrollWidth")
        self.assertLessEqual(wide, 700)

    def test_method_that_was_given_up_says_why(self):
        program = pathlib.Path(self.directory.name) / "TooLarge.som"
        program.write_text("TooLarge = ( large = ( | x | x := 0.\n" + "x := x + 1. x := x - 1.\n" * 1000 +
                           "^ x ) run = ( 1 to: 1100 do: [:i | self large ] ) )\n", encoding="utf-8")
        self.browser.get(write_page(self.directory.name, "large.html", "-cp", "core-lib", str(program)).as_uri())
        self.assertIn("given up: too large", self.one("#summary").text)
        self.assertTrue(self.one("#source").is_displayed())
        self.assertFalse(self.one("#left").is_displayed())
        # There is nothing to choose from.
        self.assertFalse(self.one("#index").is_displayed())

    def test_every_piece_of_a_larger_program_opens(self):
        page = write_page(self.directory.name, "suite.html", "--jit-threshold", "5", "-cp", "core-lib:tests/som",
                          "tests/som/TestHarness.som", "BlockTest", "DoubleTest", "NonLocalReturnTest")
        self.browser.get(page.as_uri())
        opened = self.browser.execute_script("""
            for (const compile of compiles) {
              selectCompile(compile.number);
              for (const name of ["numbering", "registers"]) {
                if (compile.stageNames.includes(name)) selectStage("right", name);
              }
              const last = compile.nodes.findLastIndex((node) => node !== null);
              if (last >= 0 && compile.stages.length > 0) setSelection({op: last});
            }
            return compiles.length;""")
        self.assertGreater(opened, 30)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--screenshots")
    _, rest = parser.parse_known_args(namespace=settings)
    if CHROMIUM is None or DRIVER is None:
        print("no Chromium: scripts/bootstrap browser installs it")
        return SKIPPED
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    sys.exit(main())
