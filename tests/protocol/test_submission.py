"""Sending: every answer that PayPal can give to a POST, once or again and again; then cron repeats the run."""

import sqlite3
from contextlib import closing
from itertools import pairwise
from typing import Any

import httpx
import pytest
from support.world import World, report_of

from paypal_payouts.errors import Interrupted
from paypal_payouts.protocol.sent_log import sent_lines
from paypal_payouts.simulator.mounts import SimulatorTransport

ROWS = [
    "a,ann@x.example,10.00,USD",
    "b,bob@x.example,20.50,USD",
    "c,cat@x.example,5.00,EUR",
]

Rule = dict[str, Any]


def create(kind: str, **more: Any) -> Rule:
    return {"on": "create", "kind": kind, **more}


def status(code: int, **more: Any) -> Rule:
    return create("status", status=code, **more)


STATUSES = [400, 401, 403, 404, 408, 409, 415, 418, 422, 429, 500, 502, 503, 504]

PAID_IN_THE_END: dict[str, list[Rule]] = {
    "connection refused": [create("refused")],
    "reset before": [create("reset_before")],
    "reset after": [create("reset_after")],
    "timeout before": [create("timeout_before")],
    "timeout after": [create("timeout_after")],
    "closed after a while": [create("timeout_after", seconds=5)],
    **{f"status {code}, not applied": [status(code)] for code in STATUSES},
    **{f"status {code}, applied": [status(code, applied=True)] for code in STATUSES},
    "402 that PayPal never documented": [status(402, name="SENDER_RESTRICTED")],
    "insufficient funds": [status(422, name="INSUFFICIENT_FUNDS")],
    "sender restricted": [status(403, name="SENDER_RESTRICTED")],
    "429 with Retry-After": [status(429, retry_after=7)],
    "429 with a far Retry-After": [status(429, retry_after=3000)],
    "cut": [create("truncated")],
    "malformed, applied": [create("malformed")],
    "malformed, not applied": [create("malformed", applied=False, status=201)],
    "HTML": [create("html")],
    "HTML with 200": [create("html", status=200, applied=True)],
    "HTML with 400": [create("html", status=400)],
    "HTML with 401": [create("html", status=401)],
    "empty, applied": [create("empty")],
    "empty 400": [create("empty", status=400, applied=False)],
    "huge": [create("huge")],
    "slow": [create("slow", piece_bytes=64)],
    "slower than the timeout": [create("slow", seconds=60)],
    "redirect": [create("redirect")],
    "redirect after acceptance": [create("redirect", applied=True)],
    "late by one request": [create("late")],
    "late by four requests": [create("late", delay_requests=4)],
    "late by an hour": [create("late", delay_s=3600)],
    "late by a day": [create("late", delay_s=86_400)],
    "twice, first answer heard": [create("double")],
    "twice, second answer heard": [create("double", answer="second")],
    "no id": [create("no_id")],
    "no date": [create("no_date")],
    "201 under another id": [create("other_sender_batch_id")],
    "200 with our batch": [create("other_success")],
    "taken, then 202 with our batch": [create("reset_after"), create("other_success", status=202)],
    "an unknown word": [create("unknown_word", where="batch", word="ACKNOWLEDGED")],
    "lost, then a foreign host in the link": [create("reset_after"), create("duplicate_foreign_host")],
    "lost three times": [create("timeout_before", times=3)],
    "taken, then lost three times": [create("reset_after", times=3)],
    "taken, then refused by status": [create("reset_after"), status(403)],
    "taken, then 400": [create("reset_after"), status(400)],
    "taken, then 422": [create("reset_after"), status(422, name="INSUFFICIENT_FUNDS")],
    "taken, then a dead token": [create("reset_after"), status(401)],
    "out for a whole run": [status(503, times=4)],
    "taken and out for a whole run": [status(503, applied=True, times=4)],
    "two late copies": [create("late", delay_requests=3), create("late", delay_s=7200)],
}

A_PERSON_DECIDES: dict[str, list[Rule]] = {
    "lost, then a duplicate without link": [create("reset_after"), create("duplicate_without_link", times=None)],
    **{
        f"lost, then a batch with another {what}": [
            create("reset_after"),
            create("duplicate_other_contents", what=what, times=None),
        ]
        for what in ("receiver", "item_id", "amount", "total", "currency", "count", "batch_id")
    },
}


def cases(table: dict[str, list[Rule]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rules", list(table.values()), ids=list(table))


CONTENTS_REFUSED_RUNS = 3
"""After so many runs only a refusal of the contents is left that cron does not get past."""


@cases(PAID_IN_THE_END)
def test_whatever_a_post_is_answered_cron_pays_everyone_exactly_once(lite: World, rules: list[Rule]) -> None:
    lite.paypal.inject(*rules)
    runs = 1
    while lite.run(ROWS).exit_code:
        assert runs < 4
        lite.check_nobody_twice()
        lite.check_nothing_out_is_shown_unpaid()
        lite.pass_time(hours=1)
        if runs == CONTENTS_REFUSED_RUNS:
            # `run` sends nothing again of which PayPal refused the contents; a person who knows better does.
            lite.retry("c-0001-1")
        runs += 1
    lite.pass_time(days=2)
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)
    assert set(lite.statuses()) == {"c-0001-1", "c-0002-1"}


@cases(A_PERSON_DECIDES)
def test_books_that_contradict_ours_end_in_review_and_nothing_more_is_sent(lite: World, rules: list[Rule]) -> None:
    lite.paypal.inject(*rules)
    finished = lite.run(ROWS)
    assert (finished.exit_code, finished.error and finished.error.code) == (8, "needs_review")
    assert lite.statuses() == {"c-0001-1": "review", "c-0002-1": "planned"}
    with lite.store() as store:
        doubt = [event for event in store.audit.events(batch="c-0001-1") if event.to_state == "review"]
    assert len(doubt) == 1
    assert doubt[0].reason
    sent = lite.posts()
    for _ in range(2):
        lite.pass_time(hours=1)
        assert lite.run(ROWS).exit_code == 8
    assert lite.posts() == sent
    lite.check_nobody_twice()
    lite.check_nothing_out_is_shown_unpaid()


TOKENS: dict[str, Rule] = {
    **{f"status {code}": {"kind": "status", "status": code} for code in (400, 401, 403, 408, 429, 500, 502, 503)},
    "429 with a far Retry-After": {"kind": "status", "status": 429, "retry_after": 3000},
    "no connection": {"kind": "refused"},
    "reset": {"kind": "reset_after"},
    "timeout": {"kind": "timeout_after"},
    "cut": {"kind": "truncated"},
    "malformed": {"kind": "malformed"},
    "HTML": {"kind": "html", "status": 200},
    "empty": {"kind": "empty"},
    "redirect": {"kind": "redirect"},
    "slow": {"kind": "slow"},
    "no date": {"kind": "no_date"},
    "a wrong date": {"kind": "wrong_date"},
}


@pytest.mark.parametrize("rule", list(TOKENS.values()), ids=list(TOKENS))
@pytest.mark.parametrize("times", [1, 2])
def test_whatever_the_token_service_answers_cron_pays_everyone_once(lite: World, rule: Rule, times: int) -> None:
    lite.paypal.inject({"on": "token", "times": times, **rule})
    finished = lite.run(ROWS)
    if not lite.sent:
        assert finished.exit_code in {3, 6, 7}
        assert set(lite.statuses().values()) == {"planned"}
    lite.pass_time(hours=1)
    lite.paypal.clear_faults()
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)
    assert len(lite.sent) == 2


UNKNOWN: dict[str, list[Rule]] = {
    "reset before": [create("reset_before", times=None)],
    "timeout after": [create("timeout_after", times=None)],
    **{f"status {code}": [status(code, times=None)] for code in (408, 409, 418, 429, 500, 502, 503, 504)},
    "400 in HTML": [create("html", status=400, times=None)],
    "401 in HTML": [create("html", status=401, times=None)],
    "400 of a name that PayPal never documented": [status(400, name="SOMETHING_NEW", times=None)],
    "403 of a name with another status": [status(403, name="VALIDATION_ERROR", times=None)],
    "201 without an id": [create("no_id"), create("truncated", times=None)],
    "redirect": [create("redirect", times=None)],
    "empty 422": [create("empty", status=422, applied=False, times=None)],
}


@cases(UNKNOWN)
def test_what_nobody_documented_is_an_unknown_outcome_and_never_a_failure(lite: World, rules: list[Rule]) -> None:
    lite.paypal.inject(*rules)
    finished = lite.run(ROWS[:2])
    assert (finished.exit_code, finished.error) == (6, None)
    assert lite.statuses() == {"c-0001-1": "in_flight"}
    assert set(lite.states().values()) == {"unsent"}


REFUSED: dict[str, tuple[list[Rule], str]] = {
    "invalid request": ([status(400, name="INVALID_REQUEST", times=None)], "INVALID_REQUEST"),
    "validation": ([status(400, times=None)], "VALIDATION_ERROR"),
    "permission": ([status(403, name="REQUIRED_SCOPE_MISSING", times=None)], "REQUIRED_SCOPE_MISSING"),
    "restricted": ([status(403, name="SENDER_RESTRICTED", times=None)], "SENDER_RESTRICTED"),
    "funds": ([status(422, name="INSUFFICIENT_FUNDS", times=None)], "INSUFFICIENT_FUNDS"),
    "content": ([status(422, times=None)], "UNPROCESSABLE_ENTITY"),
    "a dead token, and again": ([status(401, times=9)], "invalid_token"),
}


@pytest.mark.parametrize(("rules", "code"), list(REFUSED.values()), ids=list(REFUSED))
def test_a_documented_refusal_ends_with_exit_7_and_says_that_nobody_was_paid(
    lite: World, rules: list[Rule], code: str
) -> None:
    lite.paypal.inject(*rules)
    finished = lite.run(ROWS[:2])
    assert (finished.exit_code, finished.error and finished.error.code) == (7, "paypal_refused")
    assert code in str(finished.error)
    assert lite.statuses() == {"c-0001-1": "refused"}
    assert lite.paid() == {}


def test_one_lost_answer_keeps_a_batch_in_flight_whatever_later_sends_are_told(world: World) -> None:
    world.paypal.inject(create("reset_before"), status(403, times=None))
    assert world.run(ROWS[:2]).exit_code == 6
    assert world.statuses() == {"c-0001-1": "in_flight"}
    with world.store() as store:
        outcomes = [attempt.outcome for attempt in store.batches.attempts(1)]
    assert outcomes == ["unknown", "refused"]
    for _ in range(2):
        world.pass_time(hours=30)
        assert world.run(ROWS[:2]).exit_code == 6
        assert world.statuses() == {"c-0001-1": "in_flight"}
        assert world.retry("c-0001-1", ROWS[:2], failed_items=True).exit_code == 4
    world.paypal.clear_faults()
    assert world.run(ROWS[:2]).exit_code == 0
    world.check_paid_once(ROWS[:2])


def test_at_every_post_its_permit_is_committed_and_no_transaction_is_open(lite: World) -> None:
    open_sends = (
        "SELECT batch, status, number FROM payout_batches JOIN retry_attempts ON batch_id = payout_batches.id"
        " WHERE ended_at IS NULL"
    )
    seen: list[list[tuple[str, str, int]]] = []

    def look(kind: str) -> None:
        if kind == "post":
            file = lite.folder / "payouts.db"
            with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                seen.append(other.execute(open_sends).fetchall())

    lite.effects = look
    lite.paypal.inject(create("timeout_before"), status(401, skip=1))
    assert lite.run(ROWS).exit_code == 0
    assert seen == [
        [("c-0001-1", "in_flight", 1)],
        [("c-0001-1", "in_flight", 2)],
        [("c-0002-1", "in_flight", 1)],
        [("c-0002-1", "in_flight", 2)],
    ]


def test_nothing_stands_between_a_permit_and_its_post_not_even_a_dying_token(lite: World) -> None:
    lite.paypal.configure(token_life_s=60)
    effects: list[str] = []
    lite.effects = effects.append
    lite.run(ROWS)
    assert [r["path"] for r in lite.paypal.requests()].count("/v1/oauth2/token") > 1
    assert [before for before, kind in pairwise(effects) if kind == "post"] == ["commit", "commit"]


def test_a_stop_that_is_asked_for_while_the_token_is_fetched_sends_nothing(lite: World) -> None:
    asked: list[bool] = []

    def stop(_: float) -> None:
        if asked:
            raise Interrupted("stopped")

    lite.effects = lambda kind: asked.append(True) if kind == "request" else None
    lite.pauses = stop
    assert lite.run(ROWS[:2]).exit_code == 130
    assert (lite.sent, lite.statuses()) == ([], {"c-0001-1": "planned"})
    assert sent_lines("c", directory=lite.folder / "locks") == []
    lite.pauses = None
    assert lite.run(ROWS[:2]).exit_code == 0
    lite.check_paid_once(ROWS[:2])


def test_a_request_that_was_damaged_where_it_is_stored_is_not_even_permitted(lite: World) -> None:
    lite.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    assert lite.run(ROWS).exit_code == 6
    lite.paypal.clear_faults()
    with closing(sqlite3.connect(lite.folder / "payouts.db")) as connection, connection:
        connection.execute("UPDATE payout_batches SET request = x'00'")
    finished = lite.run(ROWS)
    assert (finished.exit_code, lite.sent) == (3, [])
    assert set(lite.statuses().values()) == {"planned"}
    assert sent_lines("c", directory=lite.folder / "locks") == []


def test_sends_that_were_provably_never_made_do_not_stand_in_the_way_of_a_refusal(world: World) -> None:
    world.paypal.inject(create("refused"), status(403, times=None))
    assert world.run(ROWS[:2]).exit_code == 7
    assert world.statuses() == {"c-0001-1": "refused"}


def test_a_dead_token_at_the_post_is_renewed_once_and_is_no_retry_of_the_policy(
    world: World,
) -> None:
    world.policy = type(world.policy)(max_retries=0)
    world.paypal.inject(status(401))
    assert world.run(ROWS[:2]).exit_code == 0
    world.check_paid_once(ROWS[:2])
    assert len(world.sent) == 2
    tokens = [r["path"] for r in world.paypal.requests()].count("/v1/oauth2/token")
    assert tokens == 2
    assert world.slept == []
    with world.store() as store:
        batch = store.batches.of_cycle("c")[0]
        attempts = store.batches.attempts(batch.id)
    assert [attempt.outcome for attempt in attempts] == ["refused", "accepted"]
    assert batch.retry_count == 1


def test_the_request_id_is_another_one_after_a_denial_and_else_stays(lite: World, monkeypatch: Any) -> None:
    asked = list[str]()
    handle = SimulatorTransport.handle_request

    def noting(self: SimulatorTransport, request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("paypal-request-id", ""))
        return handle(self, request)

    monkeypatch.setattr(SimulatorTransport, "handle_request", noting)
    lite.paypal.inject({"on": "create", "kind": "reset_before"})
    assert lite.run(["a,denyall@x.example,1.00,USD"]).exit_code == 5
    assert lite.retry("c-0001-1").exit_code == 5
    assert lite.retry("c-0001-1").exit_code == 5
    first = "main-sandbox-c-0001-1"
    assert [each for each in asked if each] == [first, first, f"{first}-after-2", f"{first}-after-3"]


def test_the_token_is_renewed_only_once_in_a_run(world: World) -> None:
    world.paypal.inject(status(401, times=9))
    world.run(ROWS)
    assert len(world.sent) == 2
    assert world.statuses() == {"c-0001-1": "refused", "c-0002-1": "planned"}


def test_a_batch_is_asked_about_again_as_often_and_as_fast_as_the_policy_says(lite: World) -> None:
    lite.waiting = None
    lite.paypal.inject(create("reset_before", times=None))
    lite.run(ROWS[:2])
    assert lite.slept == [5.0, 10.0, 20.0]
    assert len(lite.sent) == 4
    lite.check_same_bytes()
    with lite.store() as store:
        batch = store.batches.of_cycle("c")[0]
        delays = [attempt.delay_s for attempt in store.batches.attempts(batch.id)]
    assert delays == [5.0, 10.0, 20.0, None]
    assert (batch.retry_count, batch.last_retry_error) == (
        3,
        "CONNECTION_LOST: the connection broke, or what came over it was not HTTP",
    )


def test_retry_after_is_obeyed_to_the_second(lite: World) -> None:
    lite.paypal.inject(status(429, retry_after=123))
    assert lite.run(ROWS[:2]).exit_code == 0
    assert lite.slept == [123.0]


def test_a_retry_after_past_the_policy_ends_the_run_and_says_when_to_come_back(lite: World) -> None:
    lite.paypal.inject(status(429, retry_after=3000))
    finished = lite.run(ROWS[:2])
    assert finished.exit_code == 6
    assert len(lite.sent) == 1
    assert ["3000 s" in notice.message for notice in report_of(finished).warnings] == [True]


def test_silence_on_one_batch_stops_the_sending_of_the_others(lite: World) -> None:
    lite.paypal.inject(create("reset_after", times=4))
    assert lite.run(ROWS).exit_code == 6
    assert lite.statuses() == {"c-0001-1": "in_flight", "c-0002-1": "planned"}


def test_a_row_that_paypal_refuses_says_nothing_about_other_batches(world: World) -> None:
    rows = [*ROWS, "d,rejected@x.example,7.00,EUR"]
    finished = world.run(rows)
    assert finished.exit_code == 7
    assert world.statuses() == {"c-0001-1": "refused", "c-0002-1": "done"}
    problems = finished.error.details[0]["problems"] if finished.error else []
    assert [(problem["item_id"], problem["line"]) for problem in problems] == [("d", 5)]


def test_missing_funds_in_one_currency_stop_only_batches_of_that_currency(lite: World) -> None:
    lite.paypal.configure(balances={"EUR": "0.00"})
    assert lite.run(ROWS).exit_code == 7
    assert lite.statuses() == {"c-0001-1": "refused", "c-0002-1": "done"}
    lite.paypal.configure(balances={"EUR": None})
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)


def test_an_answer_that_contradicts_our_books_stops_the_run(world: World) -> None:
    world.paypal.inject(create("reset_after"), create("duplicate_without_link"))
    assert world.run(ROWS).exit_code == 8
    assert world.statuses() == {"c-0001-1": "review", "c-0002-1": "planned"}
    assert len(world.paid()) == 1
