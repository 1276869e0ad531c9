"""/_status: what it shows is what /_metrics says, live, for everyone."""

import time

from checks import check_console, check_page
from server import Server
from webdriver import wait_until

METRICS = """
return [...document.querySelectorAll('[data-metric]')].map((e) =>
  [e.dataset.metric, e.dataset.value, e.textContent, e.dataset.as ?? 'count']);
"""
POLLS = "return Number(document.body.dataset.polls ?? 0)"
LEGEND = """
return [...document.querySelectorAll('#chart-rate .legend b')].map((b) =>
  b.textContent);
"""
FIXED = {"config.generation", "connections.max", "memory.bound",
         "queue.capacity", "sandbox.landlock", "sandbox.no_new_privs",
         "sandbox.root", "sandbox.seccomp", "workers"}
# What has a place of its own in the page, and what is no final answer.
ELSEWHERE = {"clients.over_share_client", "draining", "latency_us", "refusals",
             "responses.1xx"}
GAUGES = {"connections.active", "queue.depth", "memory.resident",
          "memory.unacked", "memory.blocks_used"}


def leaves(metrics, above=""):
    for name, more in metrics.items():
        path = above + name
        if path in ELSEWHERE:
            continue
        if isinstance(more, dict):
            yield from leaves(more, path + ".")
        else:
            yield path


def value(metrics, path):
    for name in path.split("."):
        metrics = metrics.get(name, 0 if path.startswith("refusals.") else None)
    return metrics


def traffic(server, count=20):
    """Of each status class something, and three reasons."""
    connection = server.connect()
    for path in ("/", "/static/nope", "/static"):
        for _ in range(count):
            connection.request("GET", path)
            connection.getresponse().read()
    connection.close()
    server.get("/static/", method="DELETE")
    server.raw(b"GET / HTTP/1.1\r\n\r\n")
    server.raw(b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n")


def open_status(browser, server):
    browser.open(server.url("/_status"))
    wait_polls(browser, 2)


def wait_polls(browser, more):
    polls = browser.run(POLLS)
    wait_until(f"{more} more polls", lambda: browser.run(POLLS) >= polls + more)


def pause(browser):
    browser.click(browser.find("#pause"))
    wait_until("paused", lambda: browser.run(
        "return document.querySelector('#state').dataset.state") == "paused")


def test_values_are_those_of_metrics(browser):
    with Server() as server:
        traffic(server)
        browser.open(server.url("/_status"))
        before = server.metrics()
        wait_polls(browser, 2)
        pause(browser)
        after = server.metrics()
        shown = browser.run(METRICS)
        missing = set(leaves(after)) - {path for path, *_ in shown}
        assert missing == set(), f"not in the page: {missing}"
        for path, number, text, kind in shown:
            low, high = value(before, path), value(after, path)
            assert number != "", f"{path} is not shown"
            number, low, high = int(number), int(low), int(high)
            if path in FIXED:
                assert number == low == high, (path, number, low, high)
            elif path not in GAUGES:
                assert low <= number <= high, (path, number, low, high)
            if kind == "count":
                assert text == f"{number:,}", (path, number, text)
        check_console(browser)


def test_refusals_are_counted_and_explained(browser):
    rows = """
        return [...document.querySelectorAll('#refusals tbody tr')]
          .filter((row) => row.checkVisibility())
          .map((row) => [...row.cells].map((cell) => cell.innerText));
        """
    with Server() as server:
        browser.open(server.url("/_status"))
        wait_polls(browser, 1)
        assert browser.run(rows) == []
        assert "Nothing was refused" in browser.text("#none")
        traffic(server)
        wait_polls(browser, 2)
        shown = browser.run(rows)
        expected = server.metrics()["refusals"]
        assert {row[0]: int(row[2]) for row in shown} == expected, shown
        assert len(expected) == 4, expected
        counts = [int(row[2]) for row in shown]
        assert counts == sorted(counts, reverse=True), shown
        by_name = {row[0]: row for row in shown}
        assert by_name["not_found"][1] == "404"
        assert "HTTP/1.1 without Host" in by_name["host_missing"][3]
        assert by_name["method_unknown"][4] == "RFC 9110 9.1"
        browser.click(browser.find("#all"))
        assert len(browser.run(rows)) > 60
        check_console(browser)


def test_is_live(browser):
    with Server() as server:
        open_status(browser, server)
        before = browser.run(METRICS)
        traffic(server, 50)
        wait_polls(browser, 2)
        after = dict((m[0], m[1]) for m in browser.run(METRICS))
        before = dict((m[0], m[1]) for m in before)
        more = int(after["responses.2xx"]) - int(before["responses.2xx"])
        assert more >= 50, more
        assert browser.run("return document.querySelectorAll("
                           "'#chart-rate path.area').length") >= 3
        assert browser.run("return document.querySelectorAll("
                           "'#chart-latency path.line').length") == 3


def test_asks_for_nothing_but_metrics(browser):
    with Server() as server:
        open_status(browser, server)
        asked = browser.run("return performance.getEntriesByType('resource')"
                            ".map((e) => e.name)")
        assert set(asked) == {server.url("/_metrics?format=json")}, set(asked)


def test_fits_and_can_be_read(browser, keep=None):
    with Server() as server:
        traffic(server)
        open_status(browser, server)
        traffic(server)
        wait_polls(browser, 2)
        browser.click(browser.find("#all"))
        check_page(browser, keep and f"{keep}/status")


def test_works_by_keyboard(browser):
    focused = """
        const e = document.activeElement;
        return e.id || e.name || e.closest('[id]')?.id || e.tagName;
        """
    with Server() as server:
        open_status(browser, server)
        traffic(server)
        wait_polls(browser, 3)
        seen = []
        for _ in range(9):
            browser.press("Tab")
            seen.append(browser.run(focused))
        assert seen[1:8] == ["window", "pause", "chart-rate", "chart-latency",
                             "chart-connections", "chart-bytes", "all"], seen
        browser.run("document.querySelector('[name=window]:checked').focus()")
        browser.press("ArrowRight")
        assert browser.run("return document.querySelector("
                           "'[name=window]:checked').value") == "300"
        browser.press("Tab", "Space")
        assert browser.text("#state") == "Paused"
        browser.press("Tab")
        assert browser.run(focused) == "chart-rate"
        label = "return document.activeElement.getAttribute('aria-label')"
        now = browser.run(label)
        assert now.startswith("Answers a second, now: 2xx "), now
        browser.press("ArrowLeft", "ArrowLeft")
        assert browser.run(label) != now
        assert "ago" in browser.text("#chart-rate .when")
        browser.press("Escape")
        assert browser.run(label) == now
        assert browser.run(LEGEND)[0] != "–"
        browser.run("document.querySelector('#pause').focus()")
        browser.press("Enter")
        assert browser.text("#state") == "Serving"
        check_console(browser)


def test_remembers_over_a_reload(browser):
    with Server() as server:
        open_status(browser, server)
        wait_polls(browser, 2)
        browser.reload()
        wait_polls(browser, 1)
        # A line needs two samples, and more than one was there before.
        path = browser.run("return document.querySelector("
                           "'#chart-connections path.line').getAttribute('d')")
        assert path.count("L") >= 3, path


# Last: what the browser says of a server that is gone is expected.
def test_says_when_there_is_no_answer(browser):
    with Server() as server:
        open_status(browser, server)
    wait_until("a notice", lambda: browser.text("#state") == "No answer")
    assert "No answer from /_metrics since" in browser.text("#lost")
    assert "No answer" in browser.run("return document.title")
    time.sleep(0.1)
    browser.console()
