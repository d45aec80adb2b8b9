"""A row that was added to a cycle's file and never stored: whoever looks learns that nobody is paid by it."""

import os

import pytest
from support.site import HEADER, Site

ANN, BEN = "a,ann@example.com,10.00,USD", "b,ben@example.com,20.00,USD"
LATER_S = 1.0
"""A file that is written at once after a run may have the same time as what the run has stored."""


def add(site: Site, *rows: str) -> None:
    path = site.write("c", [ANN, *rows])
    changed = path.stat().st_mtime + LATER_S
    os.utime(path, (changed, changed))


@pytest.fixture
def paid(sqlite_site: Site) -> Site:
    sqlite_site.write("c", [ANN])
    assert sqlite_site.run("run", "c").code == 0
    return sqlite_site


def test_after_a_refusal_by_the_cooldown_each_look_names_the_row_that_is_not_stored(paid: Site) -> None:
    paid.configure(cooldown_s=600)
    add(paid, BEN)
    refused = paid.json("run", "c", "--append")
    assert (refused.code, refused.error_code) == (4, "cooldown")
    assert refused.document["error"]["hint"].endswith("s type again `payouts run c --append`.")
    told = "cycles/c.csv has 1 row that is not stored: it is not paid. To look at what is new:"
    for command in ((), ("status", "c")):
        shown = paid.run(*command, COLUMNS="200").stdout
        assert f"{told}\n  payouts preview c --append\n" in shown, command
        assert "othing is open" not in shown
        assert "nothing to do" not in shown
    assert [cycle["next"] for cycle in paid.json("status").result["cycles"]] == [["payouts preview c --append"]]
    paid.configure(cooldown_s=0)
    assert paid.run("preview", "c", "--append").code == 0
    assert paid.run("run", "c", "--append").code == 0
    assert paid.json("status").result["cycles"][0]["next"] == []
    assert paid.paid() == {"ann@example.com": ["10.00 USD"], "ben@example.com": ["20.00 USD"]}


@pytest.mark.parametrize(
    "rows", [[], ["bad,row"], ["a,ann@example.com,10.00,USD"]], ids=["as it was", "one that is wrong", "twice"]
)
def test_a_file_that_has_no_new_row_to_pay_leads_nowhere(paid: Site, rows: list[str]) -> None:
    add(paid, *rows)
    assert paid.json("status").result["cycles"][0]["next"] == []


def test_a_large_file_is_not_read_at_each_look(paid: Site) -> None:
    site = paid
    add(site, *(f"n{number:06},{'n' * 60}@example.com,1.00,USD" for number in range(25_000)))
    shown = site.run("status", "c", COLUMNS="200").stdout
    assert "cycles/c.csv was changed after the cycle was stored. To see whether each of its rows is stored:" in shown
    assert "\n  payouts preview c\n" in shown


def test_rows_without_ids_are_looked_at_without_append(sqlite_site: Site) -> None:
    header = HEADER.removeprefix("item_id,")
    sqlite_site.write("c", ["ann@example.com,10.00,USD"], header=header)
    assert sqlite_site.run("run", "c").code == 0
    path = sqlite_site.write("c", ["ann@example.com,10.00,USD", "ben@example.com,20.00,USD"], header=header)
    os.utime(path, (path.stat().st_mtime + LATER_S,) * 2)
    assert sqlite_site.json("status", "c").result["cycles"][0]["next"] == ["payouts preview c"]
