"""The page of a cycle in a real browser, where there is one: what it shows, what it asks for, how it prints."""

import base64
from pathlib import Path

import pytest
from support.browsing import browser, browsing
from support.site import Site

PROGRAM = browser()


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
        words = "[...document.querySelectorAll('td:not(.n)')].every(cell => cell.offsetWidth >= 60)"
        assert page.evaluate(words), "no column is as narrow as a letter"
        assert base64.b64decode(page.ask("Page.printToPDF")["data"]).startswith(b"%PDF")
