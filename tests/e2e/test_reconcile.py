"""`reconcile`, and the books of a cycle, as an operator types them, rehearsed with the embedded simulator."""

import csv
import io
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.site import Site

ROWS = [
    "a,ann@example.com,1000.00,USD",
    "b,fail@example.com,20.00,USD",
    "c,unclaimed@example.com,30.00,USD",
    "e,return@example.com,50.00,EUR",
    "f,refund@example.com,60.00,EUR",
]


@pytest.fixture
def embedded(sqlite_site: Site) -> Site:
    """Return a site that pays in its embedded simulator, with a cycle of several fates."""
    path = sqlite_site.folder / "payouts.toml"
    text = path.read_text().replace('"sandbox"', '"simulator"')
    path.write_text("\n".join(line for line in text.splitlines() if not line.startswith("base_url")))
    sqlite_site.write("c", ROWS)
    assert sqlite_site.run("run", "-c", "c", "--yes").code == 5
    return sqlite_site


def days() -> tuple[str, ...]:
    """Name yesterday and today, in whatever second it becomes midnight."""
    today = datetime.now(UTC).date()
    return ("--from", str(today - timedelta(days=1)), "--to", str(today))


def test_a_cycle_is_rehearsed_from_its_payment_to_its_books(embedded: Site) -> None:
    asked = embedded.run("reconcile", *days())
    assert (asked.code, asked.stdout.splitlines()[0].split(".")[0]) == (0, "Everything agrees")
    for language in ("en", "de"):
        written = embedded.run("simulator", "activity", "-o", "D.CSV", "--language", language)
        assert (written.code, written.stdout.startswith("Wrote D.CSV: 12 rows.")) == (0, True)
        read = embedded.json("reconcile", "-c", "c", "--activity", "D.CSV", "--html", "page.html").result
        assert (read["findings"], read["matched"], read["activity"]) == ([], 4, ["D.CSV"])
        assert {total["unexplained"] for total in read["totals"]} == {"0.00"}
    page = embedded.folder / "page.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "By day" in page.read_text()


def test_a_cent_is_named_on_the_screen_in_json_and_in_csv(embedded: Site) -> None:
    embedded.run("simulator", "activity", "-o", "D.CSV")
    path = embedded.folder / "D.CSV"
    path.write_text(path.read_text().replace('"-1,000.00"', '"-1,000.01"'))
    shown = embedded.run("reconcile", "-c", "c", "--activity", "D.CSV")
    said = "PayPal paid another amount than we have."
    assert (shown.code, said in shown.stdout, "1,000.01" in shown.stdout) == (5, True, True)
    told = embedded.json("reconcile", "-c", "c", "--activity", "D.CSV")
    assert (told.code, told.error_code) == (5, None)
    assert [(each["kind"], each["field"]) for each in told.result["findings"]] == [
        ("different", "amount"),
        ("row", "net"),
    ]
    sheet = embedded.run("reconcile", "-c", "c", "--activity", "D.CSV", "--format", "csv")
    (first, second) = csv.DictReader(io.StringIO(sheet.stdout))
    assert (sheet.code, first["item_id"], first["ours"], first["paypal"]) == (5, "a", "1000.00", "1000.01")
    assert second["kind"] == "row"
    assert (
        embedded.run("reconcile", "-c", "c", "--activity", "D.CSV", "--format", "csv", "--quiet").stdout == sheet.stdout
    )
    embedded.write("c", [ROWS[0].replace("1000.00", "1000.01"), *ROWS[1:]])
    (found,) = embedded.json("reconcile", "-c", "c").result["findings"]
    assert (found["file"], found["ours"], found["place"].endswith("c.csv, line 2")) == ("1000.01", "1000.00", True)


def test_the_books_are_written_alike_each_time(embedded: Site) -> None:
    for form in ("beancount", "hledger", "csv"):
        arguments = ("report", "-c", "c", "--books", f"c.{form}", "--format", form)
        assert embedded.run(*arguments).code == 0
        before = (embedded.folder / f"c.{form}").read_bytes()
        assert embedded.json(*arguments).result["books"] == {"file": f"c.{form}", "format": form, "entries": 6}
        assert (embedded.folder / f"c.{form}").read_bytes() == before
        assert stat.S_IMODE((embedded.folder / f"c.{form}").stat().st_mode) == 0o600
    assert " open Assets:PayPal\n" in (embedded.folder / "c.beancount").read_text()
    with (embedded.folder / "payouts.toml").open("a") as file:
        file.write('[books]\nopen = false\npaypal = "Assets:Bank:PayPal"\n')
    embedded.run("report", "-c", "c", "--books", "c.beancount", "--format", "beancount")
    text = (embedded.folder / "c.beancount").read_text()
    assert (" open " in text, "  Assets:Bank:PayPal  -1014.00 USD\n" in text) == (False, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["reconcile"], 2, "--from and --to, or --cycle"),
        (["reconcile", "--from", "2026-11-16"], 2, "two days"),
        (["reconcile", "--from", "2026-11-16", "--to", "2026-11-15"], 2, "two days"),
        (["reconcile", "-c", "c", "--from", "2026-11-16", "--to", "2026-11-17"], 2, "or --cycle"),
        (["reconcile", "--from", "16.11.2026", "--to", "2026-11-17"], 2, "16.11.2026"),
        (["reconcile", "-c", "nobody"], 3, "no cycle nobody"),
        (["reconcile", "-c", "c", "--activity", "nowhere.CSV"], 3, "is not there"),
        (["reconcile", "-c", "c", "--activity", "cycles/c.csv"], 3, "no activity download"),
        (["reconcile", "-c", "c", "--format", "csv", "--json"], 2, "exclude each other"),
        (["report", "-c", "c"], 2, "Nothing to write"),
        (["report", "-c", "c", "--books", "x"], 2, "go together"),
        (["report", "-c", "c", "--books", "x", "--format", "ledger"], 2, "ledger"),
    ],
)
def test_what_is_typed_wrong_is_said(embedded: Site, arguments: list[str], code: int, said: str) -> None:
    ended = embedded.run(*arguments)
    assert (ended.code, said in ended.stdout + ended.stderr) == (code, True), ended


def test_without_transaction_search_the_way_out_is_printed(sqlite_site: Site) -> None:
    sqlite_site.write("c", ROWS[:1])
    assert sqlite_site.run("run", "-c", "c", "--yes").code == 0
    sqlite_site.simulator.configure(reports=False)
    ended = sqlite_site.run("reconcile", "-c", "c")
    assert (ended.code, "may not use Transaction Search" in ended.stderr) == (7, True)
    assert "--activity FILE" in ended.stderr
    assert sqlite_site.run("simulator", "activity", "-o", "D.CSV").code == 3, "PayPal's own site writes it"
    (Path(sqlite_site.folder) / "D.CSV").write_text(sqlite_site.simulator.activity(), newline="")
    assert sqlite_site.run("reconcile", "-c", "c", "--activity", "D.CSV").code == 0
