"""The real command behind a faulty connection: the exit code, one sentence, and PayPal's book once it works again."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.faulty_server import Call, FaultyServer, faulty_server, reply
from support.forks import Fork
from support.site import Site

from paypal_payouts.simulator.core import Simulator

ROWS = ["a,ann@example.com,10.00,USD", "b,bob@example.com,20.00,USD"]
PAID = {"ann@example.com": ["10.00 USD"], "bob@example.com": ["20.00 USD"]}


def cut(call: Call) -> None:
    own = call.perform().body
    call.say(reply(201, own[:-5], length=len(own)))


def taken_then_500(call: Call) -> None:
    call.perform()
    call.say(reply(500, b"<html>oops</html>"))


def far_away(call: Call) -> None:
    call.say(reply(429, b"", "Retry-After: 86400"))


def refused(call: Call) -> None:
    call.body()
    call.say(reply(403, json.dumps({"name": "SENDER_RESTRICTED", "message": "Restricted.", "debug_id": "d7"}).encode()))


def wrong_secret(call: Call) -> None:
    call.say(reply(401, b'{"error": "invalid_client", "error_description": "Client Authentication failed"}'))


def led_away(call: Call) -> None:
    call.say(reply(307, b"", "Location: http://elsewhere.example/"))


def duplicate_of_nothing(call: Call) -> None:
    detail = {"field": "SENDER_BATCH_ID", "issue": "Batch with given sender_batch_id already exists"}
    call.say(reply(400, json.dumps({"name": "USER_BUSINESS_ERROR", "message": "no", "details": [detail]}).encode()))


def taken_then_duplicate_of_nothing(call: Call) -> None:
    call.perform()
    duplicate_of_nothing(call)


Case = tuple[str, Callable[[Call], None], int, str, str]

CASES: dict[str, Case] = {
    "a cut answer": ("create", cut, 6, "in_flight", "CONNECTION_LOST"),
    "500 after acceptance": ("create", taken_then_500, 6, "in_flight", "HTTP_500"),
    "come back tomorrow": ("create", far_away, 6, "in_flight", "86400 s"),
    "a refusal": ("create", refused, 7, "refused", "(SENDER_RESTRICTED: Restricted)"),
    "a wrong secret": ("token", wrong_secret, 7, "planned", "PayPal refused the credentials"),
    "a token that is elsewhere": ("token", led_away, 6, "planned", "PayPal gave no token (HTTP_307)"),
    "a page that is elsewhere": ("page 1", led_away, 6, "accepted", "PayPal answered HTTP 307"),
    "a duplicate without link": (
        "create",
        taken_then_duplicate_of_nothing,
        8,
        "review",
        "A person must decide on batch c-0001-1",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_command_says_how_it_stands_and_goes_on_when_the_line_is_repaired(
    tmp_path: Path, forks: Iterator[Fork], case: Case
) -> None:
    place, talk, code, status, sentence = case
    with Simulator(None, lambda: datetime.now(UTC)) as simulator, faulty_server(simulator) as line:
        site = site_behind(line, tmp_path, forks)
        site.write("c", ROWS)
        line.plan[place] = [talk]
        ended = site.run("run", "-c", "c", "--yes")
        assert (ended.code, sentence in " ".join((ended.stdout + ended.stderr).split())) == (code, True)
        assert site.json("status", "c-0001-1").result["batch"]["status"] == status
        line.repair()
        if status == "review":
            (theirs,) = simulator.book()["batches"]
            attach = ["--to", "accepted", "--paypal-batch-id", theirs["payout_batch_id"]]
            assert (
                site.run("override", "c-0001-1", *attach, "--reason", "it is in the activity list", "--yes").code == 0
            )
        assert site.json("run", "-c", "c", "--yes").code == 0
        assert site.paid() == PAID


def site_behind(line: FaultyServer, folder: Path, forks: Iterator[Fork]) -> Site:
    site = Site(folder, f"sqlite:///{folder}/payouts.db", line.simulator, line.url, forks=forks)
    site.configure(timeout_s=60, poll_timeout_s=0)
    return site
