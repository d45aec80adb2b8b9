"""PayPal is asked again by the retry policy of the cycle that a command works on, whichever command it is."""

import pytest
from support.site import Site

POLICIES = '[retry.cycles."weekly-*"]\nmax_retries = 2\n'
"""Beside a default that never asks again."""

REASON = ("--reason", "looked at it in PayPal")
OF_ONE_CYCLE = {
    "sync": ("sync",),
    "sync of the cycle": ("sync", "-c", "weekly-1"),
    "status --refresh": ("status", "-c", "weekly-1", "--refresh"),
    "cancel": ("cancel", "u", "-c", "weekly-1", *REASON, "--yes"),
    "run --open": ("run", "--open", "--yes"),
}


def token_fails_twice(site: Site) -> None:
    site.simulator.inject({"on": "token", "kind": "status", "status": 503, "times": 2})


def tokens_asked(site: Site) -> int:
    return sum(request["path"].endswith("/oauth2/token") for request in site.simulator.requests())


@pytest.fixture
def weekly(sqlite_site: Site) -> Site:
    """Return a cycle with an unclaimed item and one on hold, under a policy that asks twice more."""
    sqlite_site.configure(more=POLICIES)
    sqlite_site.write("weekly-1", ["u,unclaimed.uma@example.com,4.00,USD", "h,hold.hal@example.com,3.00,USD"])
    assert sqlite_site.json("run", "-c", "weekly-1", "--yes").code == 6
    return sqlite_site


@pytest.mark.parametrize("command", OF_ONE_CYCLE)
def test_a_command_asks_again_by_the_policy_of_its_cycle(weekly: Site, command: str) -> None:
    before = tokens_asked(weekly)
    token_fails_twice(weekly)
    ended = weekly.json(*OF_ONE_CYCLE[command])
    assert tokens_asked(weekly) - before == 3
    assert ended.code != 7
    assert "503" not in ended.stdout


def test_override_asks_again_by_the_policy_of_its_cycle(sqlite_site: Site) -> None:
    sqlite_site.configure(more=POLICIES)
    sqlite_site.write("weekly-1", ["a,ann@example.com,10.00,USD"])
    sqlite_site.simulator.inject({"on": "create", "kind": "reset_after", "times": 3})
    assert sqlite_site.json("run", "-c", "weekly-1", "--yes", "--no-wait").code == 6
    (payment,) = sqlite_site.simulator.book()["payments"]
    token_fails_twice(sqlite_site)
    attached = ("--to", "accepted", "--paypal-batch-id", payment["payout_batch_id"])
    ended = sqlite_site.json("override", "weekly-1-0001-1", *attached, *REASON, "--yes")
    assert ended.code == 0, ended.stdout


def test_watch_asks_again_by_the_policy_of_its_cycle(weekly: Site) -> None:
    before = tokens_asked(weekly)
    token_fails_twice(weekly)
    watching = weekly.start("status", "-c", "weekly-1", "--refresh", "--watch")
    assert watching.stdout is not None
    assert "weekly-1" in watching.stdout.readline()
    watching.terminate()
    _, told = watching.communicate(timeout=30)
    assert tokens_asked(weekly) - before == 3
    assert "503" not in told


def test_another_cycle_keeps_the_default(sqlite_site: Site) -> None:
    sqlite_site.configure(more=POLICIES)
    sqlite_site.write("once", ["u,unclaimed.uma@example.com,4.00,USD"])
    assert sqlite_site.json("run", "-c", "once", "--yes").code == 0
    before = tokens_asked(sqlite_site)
    token_fails_twice(sqlite_site)
    assert sqlite_site.json("sync", "-c", "once").code == 6
    assert tokens_asked(sqlite_site) - before == 1
