"""--listing: any names, clicked through, by hand and by keyboard."""

import os
import tempfile
import urllib.parse

from checks import check_console, check_page
from server import Server
from webdriver import wait_until

NAMES = [b"with space.txt", b"100%.txt", b"percent%41.txt", b"question?.txt",
         b"hash#1.txt", b"colon:name.txt", b"<b>bold & 'quoted\".txt",
         b"semi;colon,~!@$().txt", b"tab\there.txt", b"\xff\xfelatin.txt",
         "grüße ✓.txt".encode(), "\u202egnp.txt".encode(), b"-dash.txt",
         b"javascript:alert(1)", b"n" * 251 + b".txt"]
LINKS = """
return [...document.querySelectorAll('#entries tr')]
  .filter((row) => row.checkVisibility()).map((row) => row.innerText);
"""
NAMES_SHOWN = """
return [...document.querySelectorAll('#entries tr')]
  .filter((row) => row.checkVisibility())
  .map((row) => row.cells[0].textContent);
"""
FOCUSED = "return document.activeElement.textContent"


class Folder:
    """Of odd names, a file that cannot be named, and folders."""

    def __enter__(self):
        self.kept = tempfile.TemporaryDirectory(prefix="h1-listing.")
        self.path = os.fsencode(self.kept.name)
        for name in NAMES:
            self.write(b"odd/" + name, b"this is " + name)
        self.write(b"odd/back\\slash", b"")
        self.write(b"odd/folder with space/deep/x.txt", b"deep")
        for number, size in ((1, 3000), (2, 200), (10, 10)):
            self.write(b"plain/file%d.txt" % number, b"x" * size)
        self.write(b"plain/sub/a", b"")
        return self

    def __exit__(self, *_):
        self.kept.cleanup()

    def write(self, name, content):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content)

    def server(self, *more):
        return Server("--listing", *more, self.kept.name)


def test_every_file_is_a_click_away(browser):
    with Folder() as folder, folder.server() as server:
        browser.open(server.url("/odd/"))
        count = browser.run("return document.querySelectorAll("
                            "'#entries a.file').length")
        assert count == len(NAMES), count
        read = set()
        for i in range(count):
            href = browser.run("const a = document.querySelectorAll("
                               "'#entries a.file')[arguments[0]];"
                               "a.focus(); return a.href;", i)
            assert href.startswith(server.url("/odd/")), href
            name = urllib.parse.unquote_to_bytes(
                urllib.parse.urlsplit(href).path).removeprefix(b"/odd/")
            read.add(name)
            if not name.endswith(b".txt"):
                continue  # It is saved, not shown.
            browser.press("Enter")
            wait_until("a file", lambda: browser.run(
                "return document.contentType") == "text/plain")
            assert browser.url() == href
            shown = browser.run("return document.body.textContent")
            assert shown.startswith("this is "), shown
            browser.back()
            wait_until("the listing", lambda: browser.run(
                "return document.querySelector('#entries') !== null"))
        assert read == set(NAMES), set(NAMES) ^ read
        for name in NAMES:
            path = "/odd/" + urllib.parse.quote(name)
            assert server.get(path)[2] == b"this is " + name, name
        note = browser.text(".note:not([hidden])")
        assert note.startswith("1 name is left out"), note


def test_folders_lead_down_and_up(browser):
    with Folder() as folder, folder.server() as server:
        browser.open(server.url("/"))
        assert browser.run("return document.querySelector('.up')") is None
        browser.click(browser.link("odd/"))
        browser.click(browser.link("folder with space/"))
        browser.click(browser.link("deep/"))
        assert browser.run("return document.title") == \
            "/odd/folder with space/deep/"
        assert browser.run(NAMES_SHOWN) == ["x.txt"]
        browser.click(browser.link("Parent folder"))
        assert browser.run(NAMES_SHOWN) == ["deep/"]
        browser.click(browser.link("odd"))
        assert browser.url() == server.url("/odd/")
        browser.click(browser.link("/"))
        assert browser.url() == server.url("/")
        check_console(browser)


def test_sorts_and_filters(browser):
    with Folder() as folder, folder.server() as server:
        browser.open(server.url("/plain/"))
        names = ["sub/", "file1.txt", "file2.txt", "file10.txt"]
        assert browser.run(NAMES_SHOWN) == names
        size = browser.find("th:nth-child(2) button")
        browser.click(size)
        assert browser.run(NAMES_SHOWN) == names, "largest first"
        browser.click(size)
        assert browser.run(NAMES_SHOWN) == [
            "sub/", "file10.txt", "file2.txt", "file1.txt"]
        assert browser.run("return document.querySelector('[aria-sort]')"
                           ".textContent") == "Size"
        browser.click(browser.find("th:nth-child(1) button"))
        assert browser.run(NAMES_SHOWN) == names
        browser.press("/", "1", "0")
        assert browser.run(NAMES_SHOWN) == ["file10.txt"]
        browser.press("x")
        assert browser.text("#nothing") == "No name here holds that."
        browser.press("Escape")
        assert browser.run(NAMES_SHOWN) == names


def test_works_by_keyboard(browser):
    with Folder() as folder, folder.server() as server:
        browser.open(server.url("/plain/"))
        browser.press("ArrowDown")
        assert browser.run(FOCUSED) == "Parent folder"
        browser.press("ArrowDown", "ArrowDown", "ArrowDown")
        assert browser.run(FOCUSED) == "file2.txt"
        browser.press("ArrowUp")
        assert browser.run(FOCUSED) == "file1.txt"
        browser.press("ArrowUp", "Enter")
        wait_until("the folder", lambda: browser.url() ==
                   server.url("/plain/sub/"))
        assert browser.run(NAMES_SHOWN) == ["a"]
        check_console(browser)


def test_fits_and_can_be_read(browser, keep=None):
    with Folder() as folder, folder.server() as server:
        for path in ("odd", "plain"):
            browser.resize(1400)
            browser.open(server.url(f"/{path}/"))
            check_page(browser, keep and f"{keep}/listing-{path}")


def test_is_complete_without_scripts(browser):
    browser.cdp("Emulation.setScriptExecutionDisabled", value=True)
    try:
        with Folder() as folder, folder.server() as server:
            browser.open(server.url("/plain/"))
            assert browser.run(NAMES_SHOWN) == [
                "sub/", "file1.txt", "file2.txt", "file10.txt"]
            browser.click(browser.link("sub/"))
            assert browser.url() == server.url("/plain/sub/")
    finally:
        browser.cdp("Emulation.setScriptExecutionDisabled", value=False)


def test_a_large_folder_is_cut_with_a_notice(browser):
    with Folder() as folder, folder.server() as server:
        os.mkdir(folder.path + b"/many")
        for i in range(10001):
            os.close(os.open(folder.path + b"/many/%d" % i, os.O_CREAT))
        browser.open(server.url("/many/"))
        assert len(browser.run(NAMES_SHOWN)) == 10000
        assert browser.text(".note:not([hidden])").startswith("Only 10000")
