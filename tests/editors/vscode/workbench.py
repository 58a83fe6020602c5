"""VS Code's workbench in a browser: what a person does with keys and menus, and sees on the screen."""

import contextlib
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/browser"))

# pylint: disable=wrong-import-position
from test_jit_page import CHROMIUM, DRIVER, ActionChains, By, Keys, start_browser  # noqa: F401

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException

# For machines that are busy with other things.
PATIENCE = 30


class Workbench:
    def __init__(self, width=1200, height=760):
        self.browser = start_browser()
        self.look(width, height)

    def quit(self):
        self.browser.quit()

    def look(self, width, height, scale=1):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": False})

    def open(self, address, title):
        """Opens the workbench, and waits for the file whose tab has that title to be in the editor."""
        self.browser.get(address)
        self.wait(lambda: self.title() == title and self.texts(".view-line"), f"the editor of {title}")

    # --- what is on the screen ---

    def elements(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        """The texts of the visible elements. Blanks are ordinary ones."""
        return self.browser.execute_script("""
            return [...document.querySelectorAll(arguments[0])].filter((e) => e.getClientRects().length > 0)
              .map((e) => e.textContent.replaceAll("\\u00a0", " ").trim())""", selector)

    def has_focus(self, selector):
        """Whether what is typed goes into that element."""
        return self.browser.execute_script("return document.activeElement.closest(arguments[0]) !== null", selector)

    def wait(self, condition, what, patience=PATIENCE):
        """Waits until the condition holds, and answers what it answers."""
        end = time.monotonic() + patience
        while True:
            with contextlib.suppress(StaleElementReferenceException):
                if result := condition():
                    return result
            if time.monotonic() > end:
                raise AssertionError(f"not seen: {what}\n{self.describe()}")
            time.sleep(0.1)

    def wait_for(self, selector, text, patience=PATIENCE):
        """Waits until an element's text has `text` in it; answers that whole text."""
        def found():
            return next((seen for seen in self.texts(selector) if text in seen), None)
        return self.wait(found, f"{text!r} in {selector}", patience)

    def describe(self):
        """What the workbench shows, for messages of failures."""
        return "\n".join(f"{name}: {self.texts(selector)}" for name, selector in (
            ("tabs", ".tab"), ("lines", ".view-line"), ("notifications", ".notification-toast .notification-list-item-message"), ("status", ".statusbar-item"),
            ("panel", ".panel .monaco-list-row"), ("terminal", ".xterm-rows")))

    def title(self):
        """Of the file in the editor that has the focus."""
        return next(iter(self.texts(".editor-group-container.active .tab.active .label-name")), None)

    def cursor(self):
        """"line:column"."""
        text = self.wait_for(".statusbar-item", "Ln ")
        line, column = (word.split()[1] for word in text.split(","))
        return f"{line}:{column}"

    def colour_of(self, word, line):
        """The colour of a token of a line."""
        return self.browser.execute_script("""
            const number = [...document.querySelectorAll(".line-numbers")].find((e) => e.textContent === String(arguments[1]));
            const row = [...document.querySelectorAll(".view-line")].find((e) => e.style.top === number.parentElement.style.top);
            const token = [...row.querySelectorAll("span span")].find((e) => e.textContent.replaceAll("\\u00a0", " ").trim() === arguments[0]);
            return token && getComputedStyle(token).color""", word, line)

    def notifications(self):
        return self.texts(".notification-toast .notification-list-item-message")

    def in_web_view(self, text):
        """Waits until the page that an editor shows has `text` in it."""
        def found():
            try:
                for selector in ("iframe.webview", "iframe#active-frame"):
                    frames = self.elements(selector)
                    if not frames:
                        return False
                    self.browser.switch_to.frame(frames[0])
                return text in self.browser.find_element(By.TAG_NAME, "body").text
            finally:
                self.browser.switch_to.default_content()
        self.wait(found, f"a page with {text!r}")

    # --- what a person does ---

    def press(self, *keys):
        """Keys that are held together."""
        chain = ActionChains(self.browser)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in reversed(keys[:-1]):
            chain.key_up(key)
        chain.perform()

    def type(self, text):
        ActionChains(self.browser).send_keys(text).perform()

    def pick(self, keys, text, row):
        """Opens a list by keys, types into its input, and takes the row that has `row` in it."""
        self.press(*keys)
        self.wait(lambda: self.has_focus(".quick-input-widget"), "the quick input")
        self.type(text)
        self.wait_for(".quick-input-list .monaco-list-row.focused", row)
        self.press(Keys.ENTER)
        self.wait(lambda: not self.texts(".quick-input-widget"), "the end of the quick input")

    def command(self, title):
        """A command of the palette."""
        self.pick([Keys.F1], title, title)

    def open_file(self, name):
        """A file of the folder, by a double click in the list of files."""
        if not self.texts(".explorer-folders-view"):
            self.press(Keys.CONTROL, Keys.SHIFT, "e")
        self.wait_for(".explorer-folders-view .monaco-list-row", name)
        row = next(row for row in self.elements(".explorer-folders-view .monaco-list-row") if row.text.strip().startswith(name))
        ActionChains(self.browser).double_click(row).perform()
        self.wait(lambda: self.title() == name and self.texts(".view-line"), f"the editor of {name}")

    def go_to(self, line, column=1):
        self.press(Keys.CONTROL, "g")
        self.wait(lambda: self.has_focus(".quick-input-widget"), "the quick input")
        self.type(f"{line}:{column}")
        self.wait_for(".quick-input-list .monaco-list-row", str(line))
        self.press(Keys.ENTER)
        self.wait(lambda: self.cursor() == f"{line}:{column}", f"the cursor at {line}:{column}")

    def click(self, selector, text=None):
        def clicked():
            for element in self.elements(selector):
                if element.is_displayed() and (text is None or text in element.text):
                    with contextlib.suppress(WebDriverException):
                        element.click()
                        return True
            return False
        self.wait(clicked, f"{selector} to click")

    def clean_up(self):
        """Closes what other tasks have left open. Changes that were not saved are lost."""
        self.press(Keys.ESCAPE)
        while self.texts(".tab"):
            self.command("View: Revert and Close Editor" if self.texts(".tab.active.dirty") else "View: Close All Editors")
        if self.texts(".part.panel .composite.title"):
            self.command("View: Toggle Panel Visibility")

    def picture(self, path):
        self.browser.save_screenshot(str(path))
