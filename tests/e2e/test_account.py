"""Whose money it is: another app's credentials send nothing until a person says that the account is the same."""

import re
import socket

import pytest
from support.site import Ended, Site

from paypal_payouts.context.process import system_user

ANN = "a,ann@example.com,10.00,USD"
BOB = "b,bob@example.com,5.00,USD"
UMA = "u,unclaimed.uma@example.com,4.00,USD"
REASON = ("--reason", "looked at it in PayPal")
OTHER = {"PAYPAL_CLIENT_ID": "other-id", "PAYPAL_CLIENT_SECRET": "other-secret"}

BATCH = ("--to", "accepted", "--paypal-batch-id", "ABCDEFGH12345", *REASON)
COMMANDS = {
    "run": ("run", "-c", "c", "--yes"),
    "run of a new cycle": ("run", "-c", "new", "--yes"),
    "retry": ("retry", "c-0001-1", "--yes"),
    "sync": ("sync",),
    "status --refresh": ("status", "--refresh"),
    "cancel": ("cancel", "u", "-c", "u", *REASON, "--yes"),
    "override --to accepted": ("override", "c-0001-1", *BATCH, "--yes"),
}


def in_flight(site: Site) -> None:
    """Leave a batch in flight whose money has gone, and an unclaimed item."""
    site.write("u", [UMA])
    assert site.json("run", "-c", "u", "--yes").code == 0
    site.write("c", [ANN])
    site.write("new", [BOB])
    site.simulator.inject({"on": "create", "kind": "reset_after"})
    assert site.json("run", "-c", "c", "--yes").code == 6


def exchanges(site: Site) -> int:
    return len(site.simulator.requests())


@pytest.mark.parametrize("command", COMMANDS)
def test_another_client_id_asks_and_sends_nothing(sqlite_site: Site, command: str) -> None:
    site = sqlite_site
    in_flight(site)
    before, paid = exchanges(site), site.paid()
    ended = site.json(*COMMANDS[command], **OTHER)
    assert (ended.code, ended.error_code) == (3, "wrong_account")
    assert "`payouts sync --same-account`" in ended.document["error"]["hint"]
    assert (exchanges(site), site.paid()) == (before, paid)


@pytest.mark.parametrize("command", ["run", "retry", "sync", "cancel", "override --to accepted"])
def test_the_same_account_is_said_once_by_each_command_and_kept_in_the_trail(sqlite_site: Site, command: str) -> None:
    say_that_the_account_is_the_same(sqlite_site, command)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_on_postgres_too_it_is_said_once_and_kept_in_the_trail(site: Site) -> None:
    say_that_the_account_is_the_same(site, "sync")


def say_that_the_account_is_the_same(site: Site, command: str) -> None:
    in_flight(site)
    assert site.json(*COMMANDS[command], **OTHER).error_code == "wrong_account"
    ended = site.json(*COMMANDS[command], "--same-account", **OTHER)
    assert ended.error_code != "wrong_account"
    assert site.json("sync", **OTHER).error_code is None
    assert site.json("sync").error_code == "wrong_account"
    assert site.json("run", "-c", "c", "--yes", **OTHER).code == 0
    assert site.paid()["ann@example.com"] == ["10.00 USD"]
    (line,) = replacements(site)
    assert line["actor"]
    assert re.fullmatch(r"\{'after': '[0-9a-f]{12}', 'before': '[0-9a-f]{12}'\}", str(line["evidence"]))


def replacements(site: Site) -> list[dict[str, object]]:
    events = site.json("audit").result["events"]
    return [event for event in events if event["action"] == "account_credentials_replaced"]


def test_what_the_refusal_says_to_type_opens_the_way(sqlite_site: Site) -> None:
    in_flight(sqlite_site)
    assert sqlite_site.json("run", "-c", "c", "--yes", **OTHER).error_code == "wrong_account"
    assert sqlite_site.json("sync", "--same-account", **OTHER).error_code is None
    assert sqlite_site.json("run", "-c", "c", "--yes", **OTHER).code == 0


def test_where_the_client_id_is_the_same_a_new_secret_is_no_news(sqlite_site: Site) -> None:
    in_flight(sqlite_site)
    assert sqlite_site.json("run", "-c", "c", "--yes", PAYPAL_CLIENT_SECRET="renewed").code == 0
    assert sqlite_site.json("sync", "--same-account").code == 0
    assert replacements(sqlite_site) == []


def test_credentials_that_paypal_refuses_are_not_remembered(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", [ANN])
    site.simulator.inject({"on": "token", "kind": "status", "status": 401, "times": 9})
    assert site.json("run", "-c", "c", "--yes", **OTHER).error_code == "paypal_refused"
    site.simulator.clear_faults()
    assert site.json("run", "-c", "c", "--yes").code == 0


def test_a_move_that_asks_paypal_for_no_batch_needs_no_old_credentials(
    sqlite_site: Site,
) -> None:
    in_flight(sqlite_site)
    moved = sqlite_site.json("override", "c-0001-1", "--to", "review", *REASON, "--yes", **OTHER)
    assert moved.code == 0


def test_the_client_id_stands_nowhere_in_the_database(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", [ANN])
    known = {"PAYPAL_CLIENT_ID": "AXnotice-this-canary-9", "PAYPAL_CLIENT_SECRET": "x"}
    assert site.json("run", "-c", "c", "--yes", **known).code == 0
    other = {"PAYPAL_CLIENT_ID": "AXnotice-other-canary-9", "PAYPAL_CLIENT_SECRET": "x"}
    told = site.json("sync", **other)
    assert told.error_code == "wrong_account"
    site.json("sync", "--same-account", **other)
    stored = b"".join(path.read_bytes() for path in site.folder.glob("payouts.db*"))
    assert b"canary-9" not in stored + told.stdout.encode()


def test_the_embedded_simulator_remembers_no_client_id(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", [ANN])
    simulated = {"PAYOUTS_PAYPAL__ENVIRONMENT": "simulator", "PAYOUTS_DATABASE__URL": "sqlite:///own.db"}
    site.configure()
    path = site.folder / "payouts.toml"
    path.write_text(path.read_text().replace("base_url", "# base_url"))

    def run(**more: str) -> Ended:
        return site.json("run", "-c", "c", "--yes", **simulated, **more)

    assert [run().code, run(**OTHER).code] == [0, 0]


def test_the_trail_names_the_user_of_the_system_and_what_anybody_says_as_a_claim(sqlite_site: Site) -> None:
    in_flight(sqlite_site)
    chief = {"LOGNAME": "ceo", "USER": "ceo", "SUDO_USER": "cfo"}
    move = ["override", "c-0001-1", "--to", "review", *REASON, "--yes", "--operator", "the chief"]
    told = sqlite_site.json(*move, **chief)
    actor = told.result["operator"]
    assert actor.startswith(f"{system_user()}@{socket.gethostname()} (")
    assert actor.endswith("claims: 'the chief', SUDO_USER=cfo)")
    actors = {event["actor"] for event in sqlite_site.json("audit", **chief).result["events"]} - {"paypal"}
    assert actor in actors
    assert all(each.startswith(f"{system_user()}@") for each in actors)
    assert "ceo" not in sqlite_site.run("explain", "ann@example.com", **chief).stdout
