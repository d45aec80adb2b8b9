"""The real command line archives a cycle, is killed at it, and answers for it afterwards."""

from support.site import Ended, Site

OF_ANY_AGE = """
import os, signal
from datetime import timedelta
import paypal_payouts.domain.archive as domain
import paypal_payouts.storage.archives as archives

domain.AGE_MIN = timedelta(0)
if os.environ["DIES_AT"]:
    setattr(archives, os.environ["DIES_AT"], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
"""
"""A program for which no cycle is too young; it dies where the test wants it to."""

ROWS = ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD"]
REASON = ("--reason", "looked in the activity list")


def archive(site: Site, *options: str, dies_at: str = "") -> Ended:
    typed = ("archive", "--before", "2100-01-01", "--json", *options)
    return site.run_changed(OF_ANY_AGE, *typed, DIES_AT=dies_at)


def test_a_cycle_is_archived_and_every_command_knows(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ROWS)
    assert site.run("run", "c", "--yes").code == 5
    before = site.json("status", "-c", "c").result["cycles"][0]
    posts = site.posts()
    assert archive(site, dies_at="seal_archive").code == -9
    (kept,) = archive(site, "--forget-receivers").result["archived"]
    file = site.folder / "archive" / kept["file"]
    assert (file.stat().st_mode & 0o777, [path.name for path in file.parent.iterdir()]) == (0o600, ["c.jsonl.gz"])
    after = site.json("status", "-c", "c").result["cycles"][0]
    assert {key: after[key] for key in ("items", "totals", "outcome", "exit_code")} == {
        key: before[key] for key in ("items", "totals", "outcome", "exit_code")
    }
    assert (after["archive"]["sha256"], after["next"]) == (kept["sha256"], [])
    again = site.json("run", "c", "--yes")
    assert (again.code, [warning["code"] for warning in again.result["warnings"]]) == (5, ["archived"])
    assert site.json("preview", "c").code == 0
    assert site.json("run", "c", "--append", "--yes").code == 4
    for words in (
        ("retry", "c-0001-1"),
        ("retry", "-c", "c", "--failed-items"),
        ("cancel", "f", "-c", "c", "--close", *REASON),
        ("override", "f", "-c", "c", "--to", "failed", *REASON),
        ("override", "c-0001-1", "--to", "abandoned", *REASON),
    ):
        refused = site.json(*words, "--yes")
        assert (refused.code, "c.jsonl.gz" in refused.document["error"]["message"]) == (4, True), words
    assert site.json("sync", "-c", "c").result["batches_read"] == 0
    assert site.json("explain", "ANN@example.com").result["archived"][0]["money"] == "paid"
    assert site.run("report", "-c", "c", "--html", "c.html").code == 0
    assert "ann@" not in site.run("audit", "-c", "c", "--verify", "--verbose").stdout
    checked = {check["name"]: check["state"] for check in site.json("doctor").result["checks"]}
    assert [checked[name] for name in ("locks", "seals", "sent log")] == ["ok"] * 3
    assert site.run("reseal", *REASON, "--yes").code == 0
    assert site.run("audit", "--verify").code == 0
    assert site.json("run", "c", "--yes").code == 5
    assert site.posts() == posts
