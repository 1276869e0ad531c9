"""Sites as people build them, served and clicked through; and that nobody is
shown what a file was."""

import os
import shutil
import tempfile
import time

from server import ROOT, Server
from webdriver import wait_until


class Site:
    """A copy of tests/sites/NAME."""

    def __init__(self, name=None):
        self.name = name

    def __enter__(self):
        self.kept = tempfile.TemporaryDirectory(prefix="h1-site.")
        self.path = os.path.join(self.kept.name, "site")
        if self.name is None:
            os.mkdir(self.path)
        else:
            shutil.copytree(os.path.join(ROOT, "tests/sites", self.name),
                            self.path)
        return self

    def __exit__(self, *_):
        self.kept.cleanup()

    def write(self, name, text):
        with open(os.path.join(self.path, name), "w", encoding="utf-8") as f:
            f.write(text)


def check_console(browser, but=()):
    """A page without an icon of its own may miss /favicon.ico."""
    said = [line for line in browser.console()
            if not any(b in line for b in ("/favicon.ico", *but))]
    assert said == [], said


def title(browser):
    return browser.text("h1")


def test_a_single_page_application(browser):
    with Site("app") as site, Server("--fallback=index.html",
                                     site.path) as server:
        browser.open(server.url("/"))
        wait_until("the application", lambda: title(browser) == "Notes")
        browser.click(browser.link("Call the printer"))
        assert title(browser) == "Call the printer"
        assert browser.url() == server.url("/notes/2")
        browser.reload()
        wait_until("the same note", lambda: title(browser) == "Call the printer")
        browser.back()
        wait_until("the list", lambda: title(browser) == "Notes")
        browser.click(browser.link("About"))
        assert title(browser) == "About"
        browser.open(server.url("/notes/3"))
        wait_until("a note", lambda: title(browser) == "Read RFC 9110")
        check_console(browser)
        # A script, an image and data that are missing are no page.
        for what in ("import('/assets/gone.js').then(() => 'loaded', () => 404)",
                     "fetch('/api/notes').then((a) => a.status)",
                     "new Promise((d) => { const i = new Image();"
                     "i.onload = () => d('loaded'); i.onerror = () => d(404);"
                     "i.src = '/gone.png'; })"):
            found = browser.run_async(f"return {what}")
            assert found == 404, (what, found)
        browser.console()


def test_a_manual_with_clean_addresses(browser):
    with Site("docs") as site, Server("--clean-urls",
                                      "--error-page=404=404.html",
                                      site.path) as server:
        browser.open(server.url("/"))
        for link, path in (("Guide", "/guide/"), ("Install", "/guide/install"),
                           ("Configure", "/guide/configure#files"),
                           ("API", "/api"), ("Options", "/api/options"),
                           ("Home", "/")):
            browser.click(browser.link(link))
            wait_until(path, lambda p=path: browser.url() == server.url(p))
            sheets = browser.run("return document.styleSheets.length")
            assert sheets == 1, path
        browser.open(server.url("/guide/install.html"))
        assert browser.url() == server.url("/guide/install")
        check_console(browser)
        browser.open(server.url("/nowhere/at/all"))
        assert title(browser) == "Not found"
        browser.click(browser.link("Home"))
        wait_until("the top", lambda: title(browser) == "Home")
        check_console(browser, ("/nowhere/at/all",))


PAGE = """<!doctype html><title>page</title><link rel=icon href=data:,>
<link rel=stylesheet href=style.css><h1>{0}</h1><p id=s></p>
<a href=other.html>other</a><script src=script.js></script>"""
SHOWN = """
return [document.querySelector('h1').textContent,
  document.querySelector('#s').textContent,
  getComputedStyle(document.body).content];
"""


def publish(site, version):
    """Files of the same sizes and times as before."""
    site.write("page.html", PAGE.format(version))
    site.write("script.js",
               f"document.querySelector('#s').textContent = '{version}'")
    site.write("style.css", f"body {{ content: '{version}' }}")
    for name in ("page.html", "script.js", "style.css"):
        os.utime(os.path.join(site.path, name), (1700000000, 1700000000))


def test_no_old_version_is_shown(browser):
    with Site() as site, Server(site.path) as server:
        site.write("other.html", "<!doctype html><title>other</title>"
                   "<link rel=icon href=data:,><a href=page.html>page</a>")
        publish(site, "one")
        time.sleep(2.5)  # No longer young: it has a tag, and may be kept.
        for version in ("one", "two", "six", "ten"):
            publish(site, version)
            time.sleep(1.1)  # What is served is at most a second old.
            browser.open(server.url("/other.html"))
            browser.click(browser.link("page"))
            wait_until("the page", lambda: browser.url().endswith("page.html"))
            shown = browser.run(SHOWN)
            assert shown == [version, version, f'"{version}"'], shown
        # What did not change is not sent again.
        time.sleep(2.5)
        for _ in range(3):
            browser.open(server.url("/other.html"))
            browser.open(server.url("/page.html"))
        sizes = browser.run("return performance.getEntriesByType('resource')"
                            ".map((e) => e.responseStatus)")
        assert sizes and set(sizes) <= {200, 304}, sizes
        check_console(browser)
