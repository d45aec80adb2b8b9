"""A whole cycle with the real command, judged by PayPal's own book."""

import os
import signal
import time
from collections import Counter
from typing import Any

import pytest
from support.site import Site

from paypal_payouts.context.process import system_user
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX

FATES = {
    "ann@example.com": "success",
    "fail1@example.com": "failed",
    "unclaimed@example.com": "unclaimed",
    "hold@example.com": "onhold",
    "block@example.com": "blocked",
    "return@example.com": "returned",
    "refund@example.com": "refunded",
    "reverse@example.com": "reversed",
    "transient@example.com": "failed",
    "failey@example.com": "success",
    "+15555550123": "unclaimed",
}


def book_totals(site: Site) -> dict[str, Counter[str]]:
    """Add up PayPal's book: amounts by currency and state."""
    totals: dict[str, Counter[str]] = {}
    for payment in site.simulator.book()["payments"]:
        minor = int(payment["amount"].replace(".", ""))
        totals.setdefault(payment["currency"], Counter())[payment["state"].lower()] += minor
    return totals


def our_totals(site: Site, cycle: str) -> dict[str, Counter[str]]:
    """Add up our own record of every item, in the same way."""
    totals: dict[str, Counter[str]] = {}
    for row in site.json("status", "-c", cycle, "--items").result["cycles"][0]["item_rows"]:
        minor = int(row["amount"].replace(".", ""))
        totals.setdefault(row["currency"], Counter())[row["state"]] += minor
    return totals


def test_a_mixed_cycle_is_paid_to_the_cent_and_a_second_run_sends_nothing(site: Site) -> None:
    rows = [f"usd-{n},{receiver},{n + 1}.05,USD" for n, receiver in enumerate(FATES)]
    rows += [f"eur-{n},payee{n}@example.com,10.1,EUR" for n in range(3)]
    rows += [f"jpy-{n:05},payee{n}@example.com,{n + 1},JPY" for n in range(ITEMS_PER_BATCH_MAX + 1)]
    site.write("mixed", rows)
    site.configure(poll_timeout_s=0)

    ended = site.json("run", "--cycle", "mixed", "--yes")

    # The held item keeps the cycle open: exit 6.
    assert (ended.code, ended.result["outcome"]) == (6, "pending")
    batches = [(b["batch"], b["status"], b["items"], b["currency"]) for b in ended.result["batches"]]
    assert batches == [
        ("mixed-0001-1", "done", 3, "EUR"),
        ("mixed-0002-1", "done", ITEMS_PER_BATCH_MAX, "JPY"),
        ("mixed-0003-1", "done", 1, "JPY"),
        ("mixed-0004-1", "done", 11, "USD"),
    ]
    assert Counter(ended.result["items"]) == Counter(FATES.values()) + Counter(success=ITEMS_PER_BATCH_MAX + 4)
    assert our_totals(site, "mixed") == book_totals(site)
    assert site.posts() == 4

    again = site.json("run", "--cycle", "mixed", "--yes")
    assert again.code == 6
    assert again.result["plan_digest"] == ended.result["plan_digest"]
    assert site.posts() == 4
    assert all(len(payments) == 1 for payments in (v for k, v in site.paid().items() if not k.startswith("payee")))


def test_a_run_killed_after_the_post_is_continued_and_pays_once(site: Site) -> None:
    site.write("c", ["a,ann@example.com,10.00,USD", "b,bob@example.com,20.00,USD"])
    site.simulator.inject({"on": "create", "kind": "timeout_after"})
    process = site.start("run", "-c", "c", "--yes")
    wait_for(lambda: site.posts() == 1)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    stuck = site.json("status", "c-0001-1").result
    assert stuck["batch"]["status"] == "in_flight"
    assert stuck["attempts"][0]["outcome"] is None

    ended = site.json("run", "-c", "c", "--yes")
    assert (ended.code, ended.result["outcome"]) == (0, "completed")
    assert site.paid() == {"ann@example.com": ["10.00 USD"], "bob@example.com": ["20.00 USD"]}
    attempts = site.json("status", "c-0001-1").result["attempts"]
    assert [attempt["outcome"] for attempt in attempts] == [None, "duplicate"]


@pytest.mark.proof
def test_an_interrupted_run_says_what_is_open_and_is_continued(site: Site) -> None:
    site.write("c", ["a,ann@example.com,10.00,USD", "h,hold@example.com,1.00,USD"])
    site.simulator.configure(processing_s=3600)
    site.configure(poll_timeout_s=60)
    for number, code in ((signal.SIGTERM, 130), (signal.SIGINT, 130)):
        looks = reads(site)
        process = site.start("run", "-c", "c", "--yes", "--json")
        wait_for(lambda: reads(site) > looks)  # noqa: B023 - called before the loop goes on
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=10)
        assert process.returncode == code, stderr
        assert '"interrupted"' in stdout
        assert "1 accepted" in stdout
    site.simulator.configure(processing_s=0)
    site.configure(poll_timeout_s=0)
    assert site.json("run", "-c", "c", "--yes").code == 6
    assert site.posts() == 1


@pytest.mark.proof
def test_two_runs_at_once_one_works_and_the_other_is_told_who(site: Site) -> None:
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.configure(timeout_s=60)
    site.simulator.inject({"on": "create", "kind": "timeout_after", "seconds": 60})
    first = site.start("run", "-c", "c", "--yes", "--json")
    wait_for(lambda: site.posts() == 1)
    second = site.json("run", "-c", "c", "--yes")
    assert (second.code, second.error_code) == (4, "lock_held")
    assert str(first.pid) in second.document["error"]["message"]
    locks = site.json("locks").result["locks"]
    assert [(lock["key"], lock["pid"]) for lock in locks] == [("c", first.pid)]
    assert locks[0]["command"] == f"payouts run -c c --yes --json, by {system_user()}"
    assert site.json("unlock", "c", "--reason", "I want it for myself").error_code == "lock_held"
    first.kill()
    first.communicate()
    assert site.json("run", "-c", "c", "--yes").code == 0
    assert site.paid() == {"ann@example.com": ["10.00 USD"]}


@pytest.mark.proof
def test_every_file_is_its_owners_alone_under_any_umask(site: Site) -> None:
    site.write("c", ["a,ann@example.com,10.00,USD"])
    before = set(site.folder.rglob("*"))
    old = os.umask(0)
    try:
        assert site.json("run", "-c", "c", "--yes").code == 0
    finally:
        os.umask(old)
    made = [path for path in site.folder.rglob("*") if path not in before]
    assert made
    assert {oct(path.stat().st_mode & 0o777) for path in made} <= {"0o600", "0o700"}
    assert not [path for path in made if path.is_file() and b"s3cret-canary" in path.read_bytes()]


def test_cron_with_an_empty_environment_pays_the_embedded_example(sqlite_site: Site) -> None:
    (sqlite_site.folder / "payouts.toml").unlink()
    assert sqlite_site.run("init").code == 0
    assert sqlite_site.run("init").code == 0
    ended = sqlite_site.json("run", "--cycle", "example", "--yes", "--wait")
    assert (ended.code, ended.result["items"]) == (0, {"success": 3})
    assert sqlite_site.json("status", "--refresh", "--cycle", "example").code == 0


def reads(site: Site) -> int:
    return sum(request["method"] == "GET" for request in site.simulator.requests())


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
