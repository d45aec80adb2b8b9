"""`status --items` that are picked and exported, and the page of a cycle, as an operator asks for them."""

import csv
import os
import stat
from collections.abc import Iterator

import pytest
from support.site import Site

ROWS = [
    "a,ann@example.com,10.00,USD",
    "b,fail@example.com,20.00,USD",
    "c,unclaimed+Bob@example.com,30.00,USD",
    "d,+4915112345678,40,JPY",
    "=e,bob@example.com,5.00,EUR",
]


@pytest.fixture
def paid_site(sqlite_site: Site) -> Site:
    """Return a site with a cycle of several fates."""
    sqlite_site.write("c", ROWS)
    assert sqlite_site.run("run", "-c", "c", "--yes").code == 5
    return sqlite_site


def ids(site: Site, *arguments: str) -> list[str]:
    """Name the items that a question lists."""
    return [row["item_id"] for row in site.json("status", *arguments).result["cycles"][0]["item_rows"]]


def test_items_are_picked_by_state_and_by_receiver(paid_site: Site) -> None:
    assert ids(paid_site, "--items") == ["=e", "a", "b", "c", "d"]
    assert ids(paid_site, "--items", "--state", "failed") == ["b"]
    assert ids(paid_site, "--items", "--state", "failed", "--state", "unclaimed") == ["b", "c", "d"]
    assert ids(paid_site, "--items", "--receiver", "BOB@") == ["=e", "c"]
    assert ids(paid_site, "--items", "--receiver", "bob@", "--state", "success") == ["=e"]
    assert ids(paid_site, "--state", "failed") == ["b"], "to ask for some is to ask for items"
    assert paid_site.json("status", "--items", "--receiver", "nobody").result["cycles"] == []
    told = paid_site.run("status", "--receiver", "nobody")
    assert (told.code, told.stdout) == (0, "No such item: 1 cycle looked at, all that were ever stored.\n")
    of_batch = paid_site.json("status", "c-0003-1", "--state", "failed").result
    assert [row["item_id"] for row in of_batch["item_rows"]] == ["b"]


def test_payees_whom_paypal_refuses_are_listed_on_their_own(paid_site: Site) -> None:
    (payee,) = paid_site.json("status", "--refused-payees").result["payees"]
    assert (payee["payee_id"], payee["receiver"], payee["cycles"]) == (None, "fail@example.com", ["c"])
    header, row = paid_site.run("status", "--refused-payees", "--format", "csv").stdout.splitlines()
    assert header.startswith("payee_id,receiver,times,cycles,")
    assert row.startswith(",fail@example.com,1,c,1,RECEIVER_ACCOUNT_LOCKED,")
    config = str(paid_site.folder / "payouts.toml")
    shown = paid_site.run("status", "--refused-payees", "--config", config)
    assert f"  payouts explain fail@example.com --config {config}\n" in shown.stdout
    wrong = paid_site.json("status", "c", "--refused-payees", "--items", "--state", "failed")
    assert (wrong.code, wrong.error_code) == (2, "usage")
    assert "without BATCH and --items and --state." in wrong.document["error"]["message"]


def test_blocked_money_is_not_called_unpaid(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,block.ann@example.com,10.00,USD", "b,fail@example.com,20.00,USD"])
    assert sqlite_site.run("run", "-c", "c").code == 5
    wrong = "Wrong: not paid: 1 failed; not paid so far, and PayPal may yet pay it: 1 blocked.\n"
    assert wrong in sqlite_site.run("status", "-c", "c", COLUMNS="120").stdout


def test_what_is_counted_is_always_everything(paid_site: Site) -> None:
    (cycle,) = paid_site.json("status", "--state", "failed").result["cycles"]
    assert cycle["items"] == {"success": 2, "failed": 1, "unclaimed": 2}


@pytest.fixture
def umask_0(paid_site: Site) -> Iterator[None]:
    """Let every file be made for all from now on, unless its maker knows better."""
    assert paid_site.folder.is_dir()
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask_0")
def test_the_items_are_exported_privately_and_as_text(paid_site: Site) -> None:
    ended = paid_site.json("status", "--csv", "all.csv")
    assert ended.result["csv"] == {"file": "all.csv", "items": 5}
    assert ended.result["cycles"][0]["item_rows"] is None, "they went to the file"
    path = paid_site.folder / "all.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(newline="") as stream:
        rows = {row["item_id"]: row for row in csv.DictReader(stream)}
    assert list(rows) == ["'=e", "a", "b", "c", "d"]
    assert (rows["d"]["receiver"], rows["d"]["amount"], rows["a"]["amount"]) == ("'+4915112345678", "40", "10.00")
    assert [path.name for path in paid_site.folder.glob(".*.tmp")] == []


def test_the_export_obeys_the_filters_and_lists_items_too_where_asked(paid_site: Site) -> None:
    ended = paid_site.json("status", "c-0003-1", "--items", "--state", "failed", "--csv", "some.csv")
    assert ended.result["csv"]["items"] == 1
    assert [row["item_id"] for row in ended.result["item_rows"]] == ["b"]
    assert (paid_site.folder / "some.csv").read_text().count("\n") == 2
    assert "1 item written to some.csv." in paid_site.run("status", "--state", "failed", "--csv", "some.csv").stdout


@pytest.mark.parametrize("arguments", [["status", "--csv"], ["report", "-c", "c", "--html"]], ids=["csv", "html"])
@pytest.mark.parametrize("place", ["nowhere/x", ".", "pipe"])
def test_a_place_that_takes_no_file_is_refused_and_is_as_it_was(
    paid_site: Site, arguments: list[str], place: str
) -> None:
    os.mkfifo(paid_site.folder / "pipe")
    ended = paid_site.json(*arguments, place)
    assert (ended.code, ended.error_code) == (3, "config_invalid")
    assert (paid_site.folder / "pipe").is_fifo()


def test_a_file_that_exists_is_replaced_whole_and_is_private_then(paid_site: Site) -> None:
    path = paid_site.folder / "page.html"
    path.write_text("old" * 100_000)
    path.chmod(0o644)
    assert paid_site.run("report", "-c", "c", "--html", "page.html").code == 0
    assert path.read_text().startswith("<!DOCTYPE html>")
    assert path.read_text().endswith("</html>\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_page_tells_what_the_books_say(paid_site: Site) -> None:
    paid_site.run("retry", "c-0003-1", "--failed-items", "--include-payee-errors", "--yes")
    told = paid_site.json("report", "-c", "c", "--html", "page.html").result
    events = paid_site.json("audit", "-c", "c").result["events"]
    (cycle,) = paid_site.json("status", "-c", "c").result["cycles"]
    assert told == {
        "environment": "sandbox",
        "account": "main",
        "generated_at": told["generated_at"],
        "cycle": "c",
        "html": "page.html",
        "books": None,
        "items": {"success": 2, "failed": 1, "unclaimed": 2},
        "totals": cycle["totals"],
        "failures": 3,
        "events": len(events),
        "open": cycle["open"],
        "next": cycle["next"],
    }
    page = (paid_site.folder / "page.html").read_text()
    for receiver in ("fail@example.com", "unclaimed+Bob@example.com", "+4915112345678"):
        assert f"<td>{receiver}</td>" in page
    assert "<td>ann@example.com</td>" not in page, "she is paid"
    for batch in ("c-0001-1", "c-0002-1", "c-0003-1", "c-0003-2"):
        assert f">{batch}</td>" in page
    for fate in ('success</td><td class="n">2', 'failed</td><td class="n">1', 'unclaimed</td><td class="n">2'):
        assert fate in page


def test_a_cycle_that_is_not_there_leaves_no_page(paid_site: Site) -> None:
    ended = paid_site.json("report", "-c", "d", "--html", "page.html")
    assert (ended.code, ended.error_code) == (3, "not_found")
    assert not (paid_site.folder / "page.html").exists()


def test_items_and_payments_are_csv_on_standard_output_too(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD"])
    site.json("run", "-c", "c", "--yes")
    for arguments, items in (
        (["status", "--items"], ["a", "f"]),
        (["status", "c-0001-1", "--state", "failed", "-q"], ["f"]),
        (["explain", "ann"], ["a"]),
    ):
        ended = site.run(*arguments, "--format", "csv")
        assert (ended.code, ended.stderr) == (0, "")
        assert [row["item_id"] for row in csv.DictReader(ended.stdout.splitlines())] == items
    assert site.json("status", "--format", "csv").error_code == "usage"
    assert site.run("status", "--watch", "--format", "csv").code == 2


def test_a_cycle_is_named_as_run_names_it(paid_site: Site) -> None:
    by_option = paid_site.json("status", "--cycle", "c").result["cycles"]
    assert paid_site.json("status", "c").result["cycles"] == by_option
    by_option = paid_site.json("audit", "--cycle", "c").result["events"]
    assert paid_site.json("audit", "c").result["events"] == by_option
    assert paid_site.run("report", "c", "--html", "c.html").code == 0
    assert paid_site.json("status", "c-0001-1").result["batch"]["batch"] == "c-0001-1"
    wrong = paid_site.json("status", "cc")
    assert (wrong.code, wrong.document["error"]["message"]) == (3, "There is no batch or cycle cc.")
    assert paid_site.json("status", "c", "--cycle", "c").error_code == "usage"
    assert paid_site.json("report", "c", "--cycle", "d", "--html", "c.html").error_code == "usage"


def test_a_row_of_csv_says_the_cycle_and_the_payee(sqlite_site: Site) -> None:
    header = "item_id,receiver,amount,currency,payee_id\n"
    sqlite_site.write("a-1-2", ["a,ann@example.com,10.00,USD,P01", "b,fail@example.com,9.00,USD,"], header=header)
    assert sqlite_site.run("run", "a-1-2").code == 5
    rows = list(csv.DictReader(sqlite_site.run("status", "a-1-2", "--format", "csv").stdout.splitlines()))
    assert [(row["item_id"], row["cycle"], row["payee_id"]) for row in rows] == [
        ("a", "a-1-2", "P01"),
        ("b", "a-1-2", ""),
    ]
    assert list(rows[0])[-2:] == ["cycle", "payee_id"]
