"""The page of a cycle in a real browser, where there is one: what it shows, what it asks for, how it prints."""

import base64
from pathlib import Path

import pytest
from support.browsing import browser, browsing
from support.site import Site

PROGRAM = browser()

LINES = """[...document.querySelectorAll('CELLS')].filter(cell => {
    const range = document.createRange();
    range.selectNodeContents(cell.lastChild);
    return new Set([...range.getClientRects()].map(each => Math.round(each.top))).size > MOST;
}).length"""
"""How many cells have more lines than that."""


@pytest.mark.skipif(PROGRAM is None, reason="no Chromium on the path, and PAYOUTS_TEST_CHROMIUM names none")
def test_a_browser_shows_the_page_prints_it_and_asks_for_nothing_else(sqlite_site: Site, tmp_path: Path) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD", f"b,fail-{'x' * 100}@example.com,20.00,USD"])
    sqlite_site.run("run", "-c", "c", "--yes")
    assert sqlite_site.run("report", "-c", "c", "--html", "page.html").code == 0
    path = sqlite_site.folder / "page.html"
    with browsing(PROGRAM or "", tmp_path / "profile") as page:
        page.open(path)
        requests = [event["request"]["url"] for event in page.told("Network.requestWillBeSent")]
        assert requests == [path.as_uri()]
        assert page.told("Log.entryAdded") == []
        assert page.evaluate("document.title") == "Payouts: cycle c"
        assert page.evaluate("document.querySelectorAll('details[open]').length") == 1
        for scheme, paper in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(22, 22, 22)")):
            page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
        page.ask("Emulation.setEmulatedMedia", media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.ask("Emulation.setEmulatedMedia", media="", features=[])
        assert "fail-xxx" in page.evaluate("document.body.innerText")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing stands beside the page"
        page.ask("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a table moves by itself on a phone"
        assert page.evaluate(LINES.replace("MOST", "1").replace("CELLS", "td.w")) == 0, "no name is cut"
        assert page.evaluate(LINES.replace("MOST", "2").replace("CELLS", "td.d")) == 0, "no date is cut"
        assert base64.b64decode(page.ask("Page.printToPDF")["data"]).startswith(b"%PDF")


@pytest.mark.skipif(PROGRAM is None, reason="no Chromium on the path, and PAYOUTS_TEST_CHROMIUM names none")
def test_a_browser_sorts_without_a_script_and_prints_whole_columns(sqlite_site: Site, tmp_path: Path) -> None:
    cycle = "2026-november-of-the-whole-department"
    amounts = ("20.00,USD", "59999.99,USD", "9999999,HUF", "3.00,USD")
    rows = [f"item-{n},fail-{'x' * 90}{n}@example.com,{amount}" for n, amount in enumerate(amounts)]
    sqlite_site.write(cycle, rows)
    sqlite_site.run("run", "-c", cycle, "--yes")
    assert sqlite_site.run("report", "-c", cycle, "--html", "page.html").code == 0
    shown = """[...document.querySelectorAll('details tbody tr')]
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map(row => row.cells[0].innerText).join()"""
    with browsing(PROGRAM or "", tmp_path / "profile") as page:
        page.open(sqlite_site.folder / "page.html")
        assert page.evaluate(shown) == "item-0,item-1,item-2,item-3"
        page.evaluate("document.querySelector('.largest').click(), true")
        assert page.evaluate(shown) == "item-2,item-1,item-0,item-3"
        page.ask("Emulation.setEmulatedMedia", media="print")
        # Between the margins A4, the narrower paper, has 186 mm.
        page.ask("Emulation.setDeviceMetricsOverride", width=703, height=900, deviceScaleFactor=1, mobile=False)
        assert page.evaluate(shown) == "item-0,item-1,item-2,item-3", "paper has rows that a page can be cut between"
        assert page.evaluate("[...document.querySelectorAll('table')].every(each => each.offsetWidth <= innerWidth)")
        assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
