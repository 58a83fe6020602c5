#!/usr/bin/python3
"""The page of --explain in a real browser: stepping, jumps, playing, what is drawn, objects, long recordings, light and dark.

Usage: test_explain_page.py --vm PATH [--screenshots DIRECTORY] [unittest arguments]
Status 77 (skipped) where there is no Chromium; scripts/bootstrap browser installs it.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

from test_jit_page import CHROMIUM, DRIVER, ROOT, SKIPPED, ActionChains, By, Keys, start_browser

from selenium.webdriver.support.ui import WebDriverWait

settings = argparse.Namespace()
AWFY = "are-we-fast-yet"
LONG = 100000  # steps
# Seconds for the longest recording, on machines that are busy with other tests.
LOADED_IN = 20
STEPPED_IN = 3


class Replay:
    """The recording, read by other code than the page's."""

    def __init__(self, page):
        text = page.read_text(encoding="utf-8")
        start = text.index('id="data">') + len('id="data">')
        self.data = json.loads(text[start:text.index("</script>", start)])
        self.count = len(self.data["steps"]["activations"])

    def stack(self, step):
        number, titles = self.data["steps"]["activations"][step], []
        while number >= 0:
            unit, number = self.data["activations"][number][:2]
            titles.append(self.data["units"][unit]["title"])
        return titles

    def values(self, step):
        """Operands of the newest activation; objects as their numbers."""
        changes, words, place = self.data["steps"]["changes"], {}, 0
        newest = self.data["steps"]["activations"][step]
        for at in range(step + 1):
            count = changes[place]
            if self.data["steps"]["activations"][at] == newest:
                for i in range(count):
                    words[changes[place + 1 + 2 * i]] = changes[place + 2 + 2 * i]
            place += 1 + 2 * count
        unit = self.data["units"][self.data["activations"][newest][0]]
        first = unit["arguments"] + 3 + len(unit["names"]) - unit["arguments"]
        operands = [words[first + i] for i in range(words.get(-1, 0))]
        return [f"#{~value}" if value < 0 else self.data["atoms"][value][0] for value in operands]

    def offset(self, step):
        unit = self.data["units"][self.data["activations"][self.data["steps"]["activations"][step]][0]]
        return unit["code"][self.data["steps"]["instructions"][step]][0]


class ExplainPageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        directory = pathlib.Path(cls.directory.name)
        cls.shapes, cls.closures, cls.long, cls.compiled = (directory / f"{name}.html" for name in ("shapes", "closures", "long", "compiled"))
        folders = [AWFY, f"{AWFY}/Core", f"{AWFY}/Json", "core-lib"]
        for page, options in (
                (cls.shapes, ["-cp", "core-lib", "core-lib/Examples/Shapes/Shapes.som"]),
                (cls.closures, ["-cp", "core-lib", "core-lib/Examples/Closures.som"]),
                (cls.long, ["--explain-steps", str(LONG), "-cp", ":".join(folders), f"{AWFY}/Harness.som", "Json", "1", "1"]),
                (cls.compiled, ["--jit", "on", "--jit-threshold", "10", "-cp", "core-lib", "tests/browser/fixtures/Points.som"])):
            subprocess.run([settings.vm, "--explain", "-o", page, *options], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=120)
        cls.browser = start_browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        cls.directory.cleanup()

    def tearDown(self):
        self.assertEqual([entry["message"] for entry in self.browser.get_log("browser")], [])

    # --- how the page is used ---

    def open(self, page, step=0, width=1500, height=900, dark=False):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.browser.get("about:blank")
        self.browser.get(f"{page.as_uri()}#step={step}")

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        return self.browser.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)

    def script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def press(self, *keys):
        self.one("body").send_keys(*keys)

    def step(self):
        return self.script("return view.step")

    def jump(self, kind, forward=True):
        self.one(f'[data-jump="{kind}"][data-forward="{int(forward)}"]').click()

    def source(self):
        """The marked source."""
        return "".join(self.texts("#source .piece.now"))

    def output(self):
        return self.script("return document.getElementById('output').textContent")

    def row(self):
        return self.one("#code .row.now")

    def go_to_text(self, text, kind="send"):
        """Goes on with jumps until the marked source is `text`."""
        found = self.script("""
            const marked = () => [...document.querySelectorAll("#source .piece.now")].map((e) => e.textContent).join("");
            for (let step = view.step; step !== null; step = jumpFrom(step, arguments[1], true)) {
              goTo(step);
              if (marked() === arguments[0]) return true;
            }
            return false;""", text, kind)
        self.assertTrue(found, text)

    def picture(self, name):
        if settings.screenshots:
            self.browser.save_screenshot(str(pathlib.Path(settings.screenshots) / f"{name}.png"))

    # --- tests ---

    def test_starts_at_the_program(self):
        self.open(self.shapes)
        self.assertEqual(self.one("h1").text, "How Shapes.som runs")
        self.assertEqual(self.step(), 0)
        self.assertEqual(self.texts("#frames .frame.newest b"), ["Shapes>>run"])
        self.assertEqual(self.one("#code-name").text, "Shapes>>run")
        self.assertEqual(self.source(), "Circle")
        self.assertIn("status 0", self.one("#summary").text)
        self.assertEqual(self.script("return performance.getEntriesByType('resource').map(r => r.name)"), [])

    def test_steps_forwards_and_backwards_to_the_same(self):
        self.open(self.shapes)
        # Marks of what is new are classes, so they belong to the state; their order does not.
        states = self.script("""
            const state = () => ["code", "frames", "heap", "output", "story", "source"].map((id) => document.getElementById(id).innerHTML).join()
              .replace(/class="([^"]*)"/g, (_, names) => names.split(" ").sort().join(" "));
            const forwards = [];
            for (let step = 0; step < 120; ++step) {
              forwards.push(state());
              ACTIONS.forward();
            }
            const differing = [];
            for (let step = 119; step > 0; --step) {
              ACTIONS.back();
              if (view.step !== step || state() !== forwards[step]) differing.push(step);
            }
            return [new Set(forwards).size, differing];""")
        self.assertEqual(states[1], [])
        self.assertGreater(states[0], 100)

    def test_keys_step(self):
        self.open(self.shapes)
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
        self.assertEqual(self.step(), 1)
        self.press(Keys.END)
        self.assertIn("has returned", self.one("#story").text)
        self.assertEqual(self.output().splitlines()[-1], "largest: Rectangle")
        self.press(Keys.HOME)
        self.assertEqual((self.step(), self.output()), (0, ""))
        self.one("#forward").click()
        self.one("#forward").click()
        self.one("#back").click()
        self.assertEqual(self.step(), 1)

    def test_shows_what_was_recorded(self):
        for page in (self.shapes, self.closures, self.long):
            replay = Replay(page)
            self.open(page)
            for step in random.Random(7).sample(range(min(replay.count, 4000)), 12):
                titles, operands, offset = self.script("""
                    goTo(arguments[0]);
                    const all = (selector) => [...document.querySelectorAll(selector)];
                    return [all("#frames .frame > header b").map((e) => e.textContent),
                      all(".frame.newest > .operands > .value").map((e) => e.dataset.object ? `#${e.dataset.object}` : e.textContent),
                      document.querySelector("#code .row.now .offset").textContent];""", step)
                stack = replay.stack(step)
                self.assertEqual(titles, stack[:35] + stack[-5:] if len(stack) > 40 else stack, step)
                expected = [value.replace("\n", "⏎").replace("\t", "⇥") for value in replay.values(step)]
                self.assertEqual(operands, [value if len(value) <= 48 else f"{value[:47]}…" for value in expected], step)
                self.assertEqual(offset.lstrip("▸"), str(replay.offset(step)))

    def test_jumps(self):
        self.open(self.shapes)
        self.press("s")
        self.assertIn("Sends #", self.one("#story").text)
        self.press("m")
        self.assertIn("Cache miss", self.one("#story").text)
        miss = self.step()
        self.press("m", "m", "M", "M")
        self.assertEqual(self.step(), miss)
        self.press("p")
        self.assertIn("Writes", self.one("#story").text)
        self.press("r")
        self.assertIn("Returns to", self.one("#story").text)
        depth = len(self.all(".frame"))
        self.press(Keys.ARROW_RIGHT)
        self.assertLess(len(self.all(".frame")), depth)
        self.press("q")
        self.assertRegex(self.one("#story").text, "rewritten|fused")
        self.press("l")
        self.assertTrue(self.source())
        self.press(Keys.END)
        self.assertTrue(all(not button.is_enabled() for button in self.all('[data-forward="1"]')))
        self.jump("send", False)
        self.assertLess(self.step(), Replay(self.shapes).count)

    def test_over_and_out(self):
        self.open(self.shapes)
        self.go_to_text("shapes do: [:shape | shape println ]")
        before = self.step()
        self.press(Keys.ARROW_DOWN)
        self.assertEqual(self.one("#code-name").text, "Shapes>>run")
        self.assertEqual(len(self.output().splitlines()), 3)
        self.script("goTo(arguments[0])", before + 1)
        self.assertNotEqual(self.one("#code-name").text, "Shapes>>run")
        self.press("u")
        self.assertEqual(self.one("#code-name").text, "Shapes>>run")

    def test_own_code_only(self):
        self.open(self.shapes)
        self.press("f")
        names = self.script("return Array.from({ length: 120 }, () => { ACTIONS.forward(); return sourcePane.unit.source.name; })")
        self.assertEqual(set(names), {"Shapes.som", "Shape.som", "Circle.som", "Rectangle.som", "Square.som"})

    def test_plays(self):
        self.open(self.closures)
        self.script("document.getElementById('speed').value = 8; changeSpeed(0)")
        self.one("#play").click()
        deadline = time.monotonic() + 60
        while self.step() < Replay(self.closures).count and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.one("#play").text, "▶ Play")
        self.assertIn("The end", self.one("#story").text)
        for shown in ("⏸ Pause", "▶ Play"):
            self.press(" ")
            WebDriverWait(self.browser, 20).until(lambda _, shown=shown: self.one("#play").text == shown)
        paused = self.step()
        time.sleep(0.2)
        self.assertEqual(self.step(), paused)
        self.press("-")
        self.assertEqual(self.one("#rate").text, "1,000/s")

    def test_site_learns_classes(self):
        self.open(self.shapes)
        states = self.script("""
            const states = [];
            for (const step of jumps.miss) {
              const site = instructionsAt(step).find((i) => i.operands === "#area");
              if (site === undefined || !unitAt(step).names.includes("sum")) continue;
              goTo(step + 1);
              states.push(STATES[siteAt(unitAt(step), site.index, step + 1).state]);
            }
            return states;""")
        self.assertEqual(states, ["monomorphic", "polymorphic", "polymorphic"])
        self.script("goTo(jumps.miss.findLast((step) => unitAt(step).names.includes('sum') && instructionsAt(step).some((i) => i.operands === '#area')))")
        site = next(row for row in self.all("#code .row") if row.find_element(By.CSS_SELECTOR, ".operands").text == "#area")
        self.assertEqual(site.find_element(By.CSS_SELECTOR, ".site").text, "polymorphic: Circle, Rectangle")

    def test_rewritten_bytecodes_are_shown_in_place(self):
        self.open(self.closures)
        self.go_to_text("x + 1")
        self.assertEqual(self.row().find_element(By.CSS_SELECTOR, ".name").text, "Send")
        index = self.row().get_attribute("data-index")
        self.press(Keys.ARROW_RIGHT)
        row = self.one(f'#code .row[data-index="{index}"]')
        self.assertEqual(row.find_element(By.CSS_SELECTOR, ".name").text, "AddInt")
        self.assertEqual(row.find_element(By.CSS_SELECTOR, ".site").text, "monomorphic: Integer")
        self.assertIn("fresh", row.get_attribute("class"))
        self.assertIn("fused", "".join(self.texts("#code .fusion")))
        self.press(Keys.ARROW_LEFT)
        self.assertEqual(self.one(f'#code .row[data-index="{index}"] .name').text, "Send")

    def test_inlined_blocks_are_marked(self):
        self.open(self.closures)
        self.go_to_text("n < 2")
        self.assertIn("inlined ifTrue:ifFalse:", self.texts("#code .region"))
        self.assertTrue(self.all("#code .row .bars i"))

    def test_source_and_bytecodes_are_linked(self):
        self.open(self.shapes)
        rows = self.all("#code .row")
        send = next(row for row in rows if row.find_element(By.CSS_SELECTOR, ".operands").text == "#side:")
        ActionChains(self.browser).move_to_element(send.find_element(By.CSS_SELECTOR, ".name")).perform()
        self.assertEqual("".join(self.texts("#source .piece.hot")), "Square side: 2")
        piece = next(piece for piece in self.all("#source .piece") if piece.text == "Circle")
        ActionChains(self.browser).move_to_element(piece).perform()
        self.assertEqual([row.find_element(By.CSS_SELECTOR, ".operands").text for row in self.all("#code .row.hot")], ["Circle"])
        piece.click()
        ActionChains(self.browser).move_to_element(self.one("h1")).perform()
        self.assertEqual(len(self.all("#code .row.hot")), 1)
        piece.click()
        ActionChains(self.browser).move_to_element(self.one("h1")).perform()
        self.assertEqual(self.all("#code .row.hot"), [])

    def test_objects_are_shown_as_they_were(self):
        self.open(self.shapes)
        self.go_to_text("aWidth", "line")
        self.one(".frame.newest .object").click()
        self.assertIn("Rectangle", self.one("#object-name").text)
        self.assertEqual(self.texts("#object .label"), ["width", "height"])
        self.assertEqual(self.texts("#object .words .value"), ["nil", "nil"])
        self.press("u")
        self.assertEqual(self.texts("#object .words .value"), ["3", "4"])
        self.one("#object a").click()
        self.assertEqual(self.texts("#object .words .value"), ["nil", "nil"])
        self.press(Keys.ESCAPE)
        self.assertEqual(self.one("#object-name").text, "")

    def test_objects_lead_to_others(self):
        self.open(self.shapes)
        self.go_to_text("shapes do: [:shape | shape println ]")
        next(value for value in self.all(".frame.newest .object") if value.text.startswith("Vector")).click()
        next(value for value in self.all("#object .object") if value.text.startswith("Array")).click()
        self.assertIn("Array", self.one("#object-name").text)
        self.assertTrue(any(text.startswith("Circle") for text in self.texts("#object .object")))
        self.one("#object .trail button").click()
        self.assertIn("Vector", self.one("#object-name").text)

    def test_closures_and_contexts_have_arrows(self):
        self.open(self.closures)
        self.go_to_text("fibonacci value: n - 1")
        self.assertTrue(self.all("#heap .block"))
        self.assertIn("fibonacci", self.texts("#heap .context .label"))
        kinds = {path.get_attribute("class") for path in self.all("#arrows > path")}
        self.assertTrue({"caller", "context", "closure"} <= kinds, kinds)
        self.picture("explain-closures")

    def test_a_frame_shows_its_code(self):
        self.open(self.shapes)
        self.go_to_text("radius * radius")
        self.all("#frames .frame > header")[1].click()
        self.assertNotEqual(self.one("#code-name").text, "Circle>>area")
        self.assertIn("area", self.source())
        self.press(Keys.ARROW_RIGHT)
        self.assertEqual(self.one("#code-name").text, self.texts(".frame.newest b")[0])

    def test_time_line_goes_anywhere(self):
        self.open(self.shapes)
        chart = self.one("#chart")
        ActionChains(self.browser).move_to_element(chart).click().perform()
        count = Replay(self.shapes).count
        self.assertAlmostEqual(self.step(), count / 2, delta=3)
        self.assertTrue(self.one("#hint").is_displayed())
        WebDriverWait(self.browser, 20).until(lambda browser: browser.current_url.endswith(f"#step={self.step()}"))
        inked = self.script("const c = document.getElementById('chart'); return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((v, i) => i % 4 === 3 && v > 0).length")
        self.assertGreater(inked, 1000)

    def test_keys_are_listed(self):
        self.open(self.shapes)
        self.press("?")
        self.assertTrue(self.one("#keys").is_displayed())
        self.assertIn("an inline cache does not know the class", self.one("#keys").text)
        self.press(Keys.ESCAPE)
        self.assertFalse(self.one("#keys").is_displayed())

    def test_compiled_tier(self):
        self.open(self.compiled)
        self.assertIn("compiled tier", self.one("#summary").text)
        self.jump("tier")
        self.assertRegex(self.one("#story .tier").text, "ran as machine code|compiled to machine code|left")
        told = self.script("return Map.groupBy(tierEvents, (event) => event.kind).values().map((events) => events[0].step).flatMap((step) => { goTo(step); return [...document.querySelectorAll('#story .tier')].map((e) => e.textContent); }).toArray().join('\\n')")
        for expected in ("compiled to machine code", "ran as machine code", "goes on in the interpreter at", "built in: "):
            self.assertIn(expected, told)
        self.picture("explain-compiled")

    def test_long_recording(self):
        started = time.monotonic()
        self.open(self.long)
        self.assertEqual(self.script("return run.count"), LONG)
        loaded = time.monotonic() - started
        self.assertLess(loaded, LOADED_IN)
        self.assertIn("the program went on", self.one("#summary").text)
        started = time.monotonic()
        self.press(Keys.END)
        self.assertIn("--explain-steps", self.one("#story").text)
        for step in (99999, 50000, 12345, 77777, 0):
            self.script("goTo(arguments[0])", step)
        self.press(Keys.PAGE_DOWN)
        self.assertEqual(self.step(), LONG // 100)
        self.assertLess(time.monotonic() - started, STEPPED_IN * 5)
        self.assertLess(self.script("return document.querySelectorAll('*').length"), 6000)
        print(f"\n{LONG} steps: {self.long.stat().st_size / 1e6:.1f} MB, loaded in {loaded:.2f} s, "
              f"a jump in {self.script('const t = performance.now(); for (let i = 0; i < 50; ++i) goTo(i * 1999); return (performance.now() - t) / 50'):.1f} ms")

    def test_light_and_dark(self):
        self.open(self.shapes, step=210, width=1600)
        light = self.one("body").value_of_css_property("background-color")
        self.picture("explain-light")
        self.open(self.closures, step=500, width=1600, dark=True)
        self.assertNotEqual(self.one("body").value_of_css_property("background-color"), light)
        self.picture("explain-dark")

    def test_narrow(self):
        for width in (400, 800):
            self.open(self.closures, step=500, width=width)
            self.assertLessEqual(self.script("return document.documentElement.scrollWidth"), width)
            self.press(Keys.ARROW_RIGHT)
            self.assertTrue(self.row().is_displayed())
            self.picture(f"explain-{width}")


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
