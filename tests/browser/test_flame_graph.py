#!/usr/bin/python3
"""The flame graph of --profile=FILE.html in a real browser: zoom, search, keyboard, light and dark, no network.

Usage: test_flame_graph.py --vm PATH [--screenshots DIRECTORY] [unittest arguments]
Status 77 (skipped) where there is no Chromium; scripts/bootstrap browser installs it.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

from test_jit_page import CHROMIUM, DRIVER, ROOT, SKIPPED, By, Keys, start_browser

settings = argparse.Namespace()


class FlameGraphTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        directory = pathlib.Path(cls.directory.name)
        cls.page = directory / "busy.html"
        cls.allocations = directory / "makes.html"
        fixtures = "core-lib:tests/profiler/fixtures"
        for flag, page, program in (("--profile", cls.page, ["Busy", "4000", "end"]), ("--profile-allocations", cls.allocations, ["Makes"])):
            subprocess.run([settings.vm, f"{flag}={page}", "-cp", fixtures, *program], cwd=ROOT, check=True, capture_output=True, timeout=120)
        cls.browser = start_browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        cls.directory.cleanup()

    def tearDown(self):
        self.assertEqual([entry["message"] for entry in self.browser.get_log("browser")], [])

    # --- how the page is used ---

    def open(self, page=None, width=1200, dark=False):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 700, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.browser.get((page or self.page).as_uri())

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def frame(self, name):
        """The widest frame of that name."""
        found = [element for element in self.all(".frame") if element.get_attribute("title").startswith(name + ":")]
        self.assertTrue(found, name)
        return max(found, key=lambda element: element.rect["width"])

    def press(self, *keys):
        self.browser.switch_to.active_element.send_keys(*keys)

    def current(self):
        return self.one(".frame.current").get_attribute("title")

    def picture(self, name):
        if settings.screenshots:
            self.browser.save_screenshot(str(pathlib.Path(settings.screenshots) / f"{name}.png"))

    # --- tests ---

    def test_frames_stand_below_their_callers(self):
        self.open()
        run, heavy = self.frame("Busy>>run:"), self.frame("Busy>>heavy:")
        self.assertGreater(heavy.rect["y"], run.rect["y"])
        self.assertGreaterEqual(heavy.rect["x"], run.rect["x"])
        self.assertLessEqual(heavy.rect["x"] + heavy.rect["width"], run.rect["x"] + run.rect["width"] + 1)
        self.assertIn("where the time goes", self.one("h1").text)
        self.assertIn("Time profile: ", self.one("#summary").text)
        self.picture("flame-light")

    def test_needs_no_network(self):
        self.open()
        self.assertEqual(self.browser.execute_script("return performance.getEntriesByType('resource').map(r => r.name)"), [])

    def test_click_zooms(self):
        self.open()
        before = self.frame("Busy>>heavy:").rect["width"]
        self.frame("Busy>>heavy:").click()
        self.assertGreater(self.frame("Busy>>heavy:").rect["width"], before * 1.2)
        self.assertIn("around", self.frame("Busy>>run:").get_attribute("class"))
        self.picture("flame-zoomed")
        self.one("#reset").click()
        self.assertAlmostEqual(self.frame("Busy>>heavy:").rect["width"], before, delta=1)
        self.assertFalse(self.one("#reset").is_displayed())

    def test_search_marks(self):
        self.open()
        self.press("/")
        self.press("LIGHT")
        marked = [element.get_attribute("title") for element in self.all(".frame.match")]
        self.assertTrue(marked)
        self.assertTrue(all(title.startswith("Busy>>light:") for title in marked), marked)
        self.assertRegex(self.one("#found").text, r"^\d+ found, \d+\.\d %$")
        self.picture("flame-search")

    def test_keyboard(self):
        self.open()
        self.assertTrue(self.current().startswith("all:"))
        while not self.current().startswith("Busy>>run:"):
            self.press(Keys.ARROW_DOWN)
        self.press(Keys.ARROW_DOWN)
        first = self.current()
        self.press(Keys.ARROW_RIGHT)
        self.assertNotEqual(self.current(), first)
        self.press(Keys.ARROW_LEFT)
        self.assertEqual(self.current(), first)
        self.press(Keys.ENTER)
        self.assertTrue(self.one("#reset").is_displayed())
        self.press(Keys.ESCAPE)
        self.press(Keys.ESCAPE)
        self.press(Keys.ESCAPE)
        self.press(Keys.ESCAPE)
        self.assertFalse(self.one("#reset").is_displayed())
        self.assertEqual(self.one("#details").text, self.current())

    def test_dark(self):
        self.open()
        light = self.one("body").value_of_css_property("background-color")
        self.open(dark=True)
        self.assertNotEqual(self.one("body").value_of_css_property("background-color"), light)
        self.picture("flame-dark")

    def test_narrow(self):
        self.open(width=400)
        self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), 400)
        self.picture("flame-narrow")

    def test_allocations_end_in_classes(self):
        self.open(self.allocations)
        self.assertIn("objects", self.frame("Pair").get_attribute("title"))
        self.assertIn("what is allocated", self.one("h1").text)
        self.picture("flame-allocations")


if __name__ == "__main__":
    if CHROMIUM is None or DRIVER is None:
        print("no Chromium: scripts/bootstrap browser installs it")
        sys.exit(SKIPPED)
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--screenshots")
    settings, rest = parser.parse_known_args()
    settings.vm = str(pathlib.Path(settings.vm).resolve())
    unittest.main(argv=[sys.argv[0], *rest])
