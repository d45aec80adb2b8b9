"""What another hand changed in the database is shown below the error that says so, and never as a fact."""

import sqlite3

import pytest
from support.site import Site

REDIRECTED = "UPDATE payout_items SET receiver = 'thief@x.example' WHERE item_id = 'a1'"
ERROR = "error: c1-0001-1 was changed in the database by another hand"
CHANGED = "the database was changed by another hand"


@pytest.fixture
def changed(sqlite_site: Site) -> Site:
    """Return a site where the receiver of what was paid is another one now; a second cycle is as it was."""
    site = sqlite_site
    site.write("c1", ["a1,ann@x.example,10.00,USD"])
    site.write("c2", ["a2,bob@x.example,20.00,USD"])
    assert [site.run("run", cycle, "--yes").code for cycle in ("c1", "c2")] == [0, 0]
    with sqlite3.connect(site.database_url.removeprefix("sqlite:///")) as connection:
        connection.execute(REDIRECTED)
    return site


def test_explain_never_says_that_money_arrived_where_a_row_was_changed(changed: Site) -> None:
    told = changed.run("explain", "a1")
    assert told.code == 3
    assert told.stderr.startswith(ERROR)
    assert "UNKNOWN: " in told.stdout
    assert CHANGED in " ".join(told.stdout.split())
    assert "PAID: " not in told.stdout
    assert "nothing to do" not in told.stdout
    one = changed.json("explain", "a1")
    assert (one.code, one.error_code) == (3, "seal_broken")
    assert (one.result["money"]["money"], one.result["money"]["paid_at"]) == ("unknown", None)
    assert one.result["next"] == ["payouts doctor"]
    both = changed.json("explain", "@x.example")
    assert both.code == 3
    assert {hit["item_id"]: hit["money"] for hit in both.result["hits"]} == {"a1": "unknown", "a2": "paid"}
    assert changed.json("explain", "a2").code == 0


def test_status_of_what_was_changed_is_wrong_and_says_why_first(changed: Site) -> None:
    for which in (("c1",), ("c1-0001-1",), ("--items",), ("--state", "success"), ("--errors",)):
        told = changed.run("status", *which)
        assert told.code == 3
        assert told.stderr.startswith(ERROR)
        assert f"Wrong: {CHANGED}" in " ".join(told.stdout.split())
        assert "  payouts doctor\n" in told.stdout
    answered = changed.json("status", "--items")
    assert (answered.code, answered.error_code) == (3, "seal_broken")


def test_no_file_is_written_of_what_was_changed(changed: Site) -> None:
    for command in (
        ("status", "c1", "--csv", "out"),
        ("status", "c1-0001-1", "--csv", "out"),
        ("status", "--csv", "out"),
        ("report", "c1", "--html", "out"),
        ("report", "c1", "--books", "out", "--format", "csv"),
    ):
        assert changed.json(*command).error_code == "seal_broken"
        assert not (changed.folder / "out").exists()
    assert changed.run("report", "c2", "--html", "out").code == 0
    nothing = changed.run("report", "c2")
    assert (nothing.code, "`payouts status c2`" in nothing.stderr) == (2, True)


def test_the_overview_reads_no_item_and_audit_says_that_it_verified_the_trail_alone(changed: Site) -> None:
    assert changed.run("status").code == 0
    verified = changed.run("audit", "-c", "c1", "--verify")
    assert verified.code == 0
    assert " ".join(verified.stdout.split()).endswith(
        "Verified: 5 rows of 1 cycle, unbroken. What the payments' own rows say is checked by `payouts doctor`."
    )
    assert changed.json("audit", "--verify").result["verified"] == {"rows": 10, "cycles": 2, "rows_of_no_cycle": 0}
    assert changed.json("audit").result["verified"] is None
    assert changed.run("doctor").code == 3
