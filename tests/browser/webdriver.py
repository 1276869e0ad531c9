"""A browser as a test drives it: WebDriver over HTTP, with nothing but Python.

  with Browser() as b:
      b.open("http://127.0.0.1:8080/")
      b.run("return document.title")

What WebDriver has no word for goes to Chromium's own protocol: the size of the
screen, the colour scheme.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
DRIVER, BROWSER = "chromedriver", "chromium"

# Of WebDriver's own alphabet.
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Space": " ", "Shift": "\ue008",
        "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014",
        "ArrowDown": "\ue015", "Escape": "\ue00c", "Home": "\ue011",
        "End": "\ue010"}


def missing():
    """The programs that are not installed."""
    return [name for name in (BROWSER, DRIVER) if shutil.which(name) is None]


def wait_until(what, true, seconds=10):
    """Asks `true` until it is; what it says. Fails naming `what`."""
    until = time.monotonic() + seconds
    while True:
        found = true()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Browser:
    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="h1-browser.")
        self.driver = subprocess.Popen(
            [DRIVER, "--port=0"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.session = None
        try:
            self.base = f"http://127.0.0.1:{self._port()}"
            self._begin()
        except BaseException:
            self.close()
            raise

    def _port(self):
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                return int(line.rstrip(".\n").rsplit(" ", 1)[1])
        raise RuntimeError(f"{DRIVER} did not start")

    def _begin(self):
        arguments = ["--headless=new", "--disable-gpu", "--no-first-run",
                     "--disable-background-networking", "--disable-dev-shm-usage",
                     "--force-device-scale-factor=1", "--hide-scrollbars",
                     f"--user-data-dir={self.profile}"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium refuses root otherwise.
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments,
                                   "binary": shutil.which(BROWSER)},
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.session = answer["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            if self.session is not None:
                self._do("DELETE", "")
        except (OSError, AssertionError):
            pass  # It is ended below.
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"},
            method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise AssertionError(
                f"{path}: {value['error']}: {value['message'].splitlines()[0]}"
            ) from None

    def _do(self, method, path, body=None):
        return self._call(method, f"/session/{self.session}{path}", body)

    def cdp(self, command, **parameters):
        return self._do("POST", "/goog/cdp/execute",
                        {"cmd": command, "params": parameters})

    # ---- the page ----

    def open(self, url):
        self._do("POST", "/url", {"url": url})

    def url(self):
        return self._do("GET", "/url")

    def back(self):
        self._do("POST", "/back", {})

    def reload(self):
        self._do("POST", "/refresh", {})

    def run(self, script, *arguments):
        """Runs JavaScript; what it returns."""
        return self._do("POST", "/execute/sync",
                        {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """Runs JavaScript that is `await`ed; what it returns."""
        script = ("const done = arguments[arguments.length - 1];"
                  "(async (...args) => {" + script + "})(...arguments)"
                  ".then(done, (e) => done('error: ' + e));")
        return self._do("POST", "/execute/async",
                        {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self._do("POST", "/element",
                        {"using": "css selector", "value": selector})[ELEMENT]

    def link(self, text):
        """The link whose whole text this is."""
        return self._do("POST", "/element",
                        {"using": "link text", "value": text})[ELEMENT]

    def click(self, element):
        self._do("POST", f"/element/{element}/click", {})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText",
                        selector)

    def press(self, *keys):
        """Presses keys one after the other, as a person would."""
        actions = []
        for key in keys:
            down = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": down},
                        {"type": "keyUp", "value": down}]
        self._do("POST", "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": actions}]})

    # ---- the screen ----

    def resize(self, width, height=900, phone=False):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width,
                 height=height, deviceScaleFactor=1, mobile=phone)

    def prefer(self, scheme):
        """`light` or `dark`."""
        self.cdp("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path):
        """The whole page, however long."""
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        shot = self.cdp("Page.captureScreenshot", captureBeyondViewport=True,
                        clip={"x": 0, "y": 0, "width": size["width"],
                              "height": size["height"], "scale": 1})
        with open(path, "wb") as f:
            f.write(base64.b64decode(shot["data"]))

    # ---- what it says ----

    def console(self):
        """Warnings and errors since the last time."""
        return [entry["message"] for entry in
                self._do("POST", "/se/log", {"type": "browser"})
                if entry["level"] in ("WARNING", "SEVERE")]
