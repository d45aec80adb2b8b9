"""Every row of the table of errors, through a real answer of the simulator: outcome, class, whether PayPal is asked
again, what the operator reads; and that everyone is paid once in the end."""

import json
from datetime import timedelta
from typing import Any, Final

import pytest
from support.world import ASKED, World, report_of

from paypal_payouts.domain.outcome import (
    CancelRefused,
    CancelUnknown,
    ErrorClass,
    PageReading,
    ReadFailed,
    TokenRefused,
)
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.domain.states import PAYABLE_AGAIN, ItemState
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.errors import PayPalRefused
from paypal_payouts.paypal.error_entry import ApiCall, Entry
from paypal_payouts.paypal.error_table import ENTRIES, explain, find
from paypal_payouts.simulator import triggers
from paypal_payouts.verbs.status import status as status_of
from paypal_payouts.verbs.status_query import Query

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]
UNCLAIMED = ["a,unclaimed@x.example,10.00,USD"]
UNAUTHORIZED: Final = 401

_OPERATION: Final = {ApiCall.TOKEN: "token", ApiCall.CREATE: "create", ApiCall.READ: "batch", ApiCall.CANCEL: "cancel"}


def fault(call: ApiCall, status: int, entry: Entry, **more: Any) -> dict[str, Any]:
    """Ask for the answer that a row stands for; a row that needs no name comes from a gateway that speaks HTML."""
    what = {"kind": "html"} if entry.name == f"HTTP_{status}" else {"kind": "status", "name": entry.name}
    return {"on": _OPERATION[call], "status": status, "times": None, **what, **more}


def rows_of(call: ApiCall, *, moved_nothing: bool | None = None) -> pytest.MarkDecorator:
    """Try every row of a call with each of its statuses."""
    found = [
        pytest.param(status, entry, id=f"{status} {entry.name}")
        for entry in ENTRIES
        if call in entry.calls and moved_nothing in {None, entry.moved_nothing}
        for status in sorted(entry.statuses)
    ]
    return pytest.mark.parametrize(("status", "entry"), found)


def asked(world: World, path: str) -> int:
    return sum(request["path"].endswith(path) for request in world.paypal.requests())


def test_every_row_is_tried() -> None:
    """A row of a call without a status, or of a call that no test here asks for, would be tried by none."""
    assert {call for entry in ENTRIES for call in entry.calls} == {*_OPERATION, ApiCall.ITEM}
    assert all(entry.statuses or entry.calls == {ApiCall.ITEM} for entry in ENTRIES)


@rows_of(ApiCall.TOKEN)
def test_token(lite: World, status: int, entry: Entry) -> None:
    lite.paypal.inject(fault(ApiCall.TOKEN, status, entry))
    with lite.client() as client:
        answer = client.ensure_token()
    assert answer is not None
    assert (answer.failure.code, answer.failure.http_status) == (entry.name, status)
    assert answer.failure.error_class is entry.error_class
    assert isinstance(answer, TokenRefused) is (entry.moved_nothing and entry.error_class is ErrorClass.AUTH)
    assert asked(lite, "/token") == 1 + entry.again


@rows_of(ApiCall.CREATE, moved_nothing=True)
def test_a_refusal_pays_nobody_and_is_sent_again_under_the_same_id_once_fixed(
    lite: World, status: int, entry: Entry
) -> None:
    lite.paypal.inject(fault(ApiCall.CREATE, status, entry))
    finished = lite.run(ROWS)
    assert (finished.exit_code, lite.statuses(), lite.paid()) == (7, {"c-0001-1": "refused"}, {})
    assert isinstance(finished.error, PayPalRefused)
    assert entry.name in finished.error.message
    assert "paid nobody of it" in finished.error.message
    assert entry.sentence in finished.error.message
    assert told(lite) == {entry.name: said_by(entry)}
    # Only a token that PayPal calls dead is renewed, once, and the same bytes go out again.
    assert attempts(lite) == [("refused", entry.name, entry.error_class, status)] * (1 + (status == UNAUTHORIZED))
    lite.paypal.clear_faults()
    if entry.error_class in {ErrorClass.INVALID_REQUEST, ErrorClass.PAYEE}:
        # The same bytes would be refused again: only a person who knows better sends them.
        assert lite.run(ROWS).exit_code == 7
        assert lite.retry("c-0001-1").exit_code == 0
    else:
        assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)


@rows_of(ApiCall.CREATE, moved_nothing=False)
@pytest.mark.parametrize("applied", [False, True], ids=["it never arrived", "PayPal has it"])
def test_a_doubt_is_never_shown_as_failed_and_pays_everyone_once(
    lite: World, status: int, entry: Entry, *, applied: bool
) -> None:
    lite.paypal.inject(fault(ApiCall.CREATE, status, entry, applied=applied))
    finished = lite.run(ROWS)
    assert (finished.exit_code, finished.error, lite.statuses()) == (6, None, {"c-0001-1": "in_flight"})
    assert set(lite.states().values()) == {"unsent"}
    assert told(lite) == {entry.name: said_by(entry)}
    sends = 1 + lite.policy.max_retries * entry.again
    assert attempts(lite) == [("unknown", entry.name, entry.error_class, status)] * sends
    assert lite.slept[: sends - 1] == [5.0, 10.0, 20.0][: sends - 1]
    assert lite.retry("c-0001-1", ROWS, failed_items=True).exit_code == 4
    lite.paypal.clear_faults()
    if entry.error_class in {ErrorClass.INVALID_REQUEST, ErrorClass.PAYEE}:
        # The same bytes would be refused again: only a person who knows better sends them.
        assert lite.run(ROWS).exit_code == 7
        assert lite.retry("c-0001-1").exit_code == 0
    else:
        assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)


def test_the_pauses_are_those_of_the_policy_times_chance(lite: World) -> None:
    drawn = [0.25, 1.0, 0.5, 0.0, 0.75, 0.9]
    lite.chance, lite.waiting = iter(drawn).__next__, None
    lite.policy = RetryPolicy(max_retries=5, base_delay_s=4.0, max_delay_s=20.0)
    lite.paypal.inject({"on": "create", "kind": "status", "status": 503, "times": None})
    lite.run(ROWS)
    assert lite.slept == [4 * 0.25, 8 * 1.0, 16 * 0.5, 20 * 0.75], "a pause of nothing is none"
    with lite.store() as store:
        told = [attempt.delay_s for attempt in store.batches.attempts(1)]
    assert told == [1.0, 8.0, 8.0, 0.0, 15.0, None]


AGAIN = "A new run asks all the same, under the same id, which PayPal pays once."


@pytest.mark.parametrize(("asks", "waits", "sends"), [(0, 0.0, 2), (7, 7.0, 2), (20, 20.0, 2), (21, None, 1)])
def test_what_paypal_asks_to_wait_is_obeyed_up_to_the_longest_pause(
    lite: World, asks: int, waits: float | None, sends: int
) -> None:
    lite.chance, lite.waiting = (lambda: 0.5), None
    lite.policy = RetryPolicy(max_retries=5, base_delay_s=4.0, max_delay_s=20.0)
    lite.paypal.inject({"on": "create", "kind": "status", "status": 429, "retry_after": asks})
    finished = lite.run(ROWS)
    assert (finished.exit_code, len(lite.sent)) == (6, sends)
    assert sum(lite.slept) == (waits or 0)
    told = [notice.message for notice in report_of(finished).warnings if notice.code == "come_back_later"]
    with lite.store() as store:
        kept, (batch,) = store.batches.attempts(1)[0].delay_s, store.batches.of_cycle("c")
    assert kept == asks
    assert batch.paused_until == (lite.now() + timedelta(seconds=asks) if waits is None else None)
    until = f"{lite.now() + timedelta(seconds=asks):%Y-%m-%d %H:%M} UTC"
    asked = f"PayPal asks to be left alone until {until} ({asks} s). {AGAIN}"
    assert told == ([] if waits is not None else [asked])


def test_what_paypal_asks_to_wait_before_it_gives_a_token_is_told(lite: World) -> None:
    lite.paypal.inject({"on": "token", "kind": "status", "status": 429, "retry_after": 3000})
    finished = lite.run(ROWS)
    told = [notice.message for notice in report_of(finished).warnings if notice.code == "come_back_later"]
    until = f"{lite.now() + timedelta(seconds=3000):%Y-%m-%d %H:%M} UTC"
    assert (finished.exit_code, lite.sent) == (6, [])
    assert told == [f"PayPal asks to be left alone until {until} (3000 s). {AGAIN}"]


def told(world: World) -> dict[str | None, tuple[str, str, str]]:
    """Return what `status --errors` says of each code: class, who has to act, the sentence."""
    query = Query(None, "c", items=False, exit_code=False, errors=True)
    with world.store() as store:
        finished = status_of(query, store=store, **ASKED, now=world.now())
    assert isinstance(finished.report, StatusReport)
    (cycle,) = finished.report.cycles
    assert cycle.errors is not None
    return {error.error_code: (str(error.error_class), error.who, error.sentence) for error in cycle.errors}


def said_by(entry: Entry) -> tuple[str, str, str]:
    return str(entry.error_class), entry.who, entry.sentence


def attempts(world: World) -> list[tuple[Any, ...]]:
    with world.store() as store:
        (batch,) = store.batches.of_cycle("c")
        sends = store.batches.attempts(batch.id)
    return [(send.outcome, send.error_code, send.error_class, send.http_status) for send in sends]


@rows_of(ApiCall.READ)
@pytest.mark.parametrize("what", ["batch", "item"])
def test_read(lite: World, status: int, entry: Entry, what: str) -> None:
    lite.paypal.inject(fault(ApiCall.READ, status, entry, on=what))
    with lite.client() as client:
        reading = client.read_page("ABC", 1) if what == "batch" else client.read_item("ABC")
    assert isinstance(reading, ReadFailed)
    assert (reading.failure.code, reading.failure.http_status) == (entry.name, status)
    assert reading.failure.error_class is entry.error_class
    assert reading.passing is entry.again
    assert asked(lite, "/ABC") == 1 + (entry.again or status == UNAUTHORIZED)


@rows_of(ApiCall.READ)
def test_a_failed_read_proves_nothing(lite: World, status: int, entry: Entry) -> None:
    lite.paypal.inject(fault(ApiCall.READ, status, entry))
    finished = lite.run(ROWS)
    assert (finished.exit_code, lite.statuses()) == (6, {"c-0001-1": "accepted"})
    assert set(lite.states().values()) == {"pending"}
    lite.paypal.clear_faults()
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)


@rows_of(ApiCall.CANCEL)
@pytest.mark.parametrize("applied", [False, True], ids=["not done", "done"])
def test_cancel(lite: World, status: int, entry: Entry, *, applied: bool) -> None:
    """Whatever PayPal answers, the item is read afterwards: what came back is closed, and nothing else is."""
    lite.run(UNCLAIMED)
    lite.paypal.inject(fault(ApiCall.CANCEL, status, entry, applied=applied))
    if applied:
        assert lite.cancel("a").exit_code == 0
    elif entry.moved_nothing:
        with pytest.raises(PayPalRefused, match=entry.name):
            lite.cancel("a")
    else:
        assert lite.cancel("a").exit_code == 6
    assert lite.states() == {"a": "closed" if applied else "unclaimed"}
    assert asked(lite, "/cancel") == 1


@rows_of(ApiCall.CANCEL)
def test_outcome_of_cancel(lite: World, status: int, entry: Entry) -> None:
    lite.paypal.inject(fault(ApiCall.CANCEL, status, entry))
    with lite.client() as client:
        outcome = client.cancel_item("ABC")
    assert isinstance(outcome, CancelRefused | CancelUnknown)
    assert isinstance(outcome, CancelRefused) is entry.moved_nothing
    assert (outcome.failure.code, outcome.failure.http_status) == (entry.name, status)
    assert outcome.failure.error_class is entry.error_class


OF_AN_ITEM: Final = [entry for entry in ENTRIES if ApiCall.ITEM in entry.calls]

WORDS: Final = {
    "RECEIVER_UNREGISTERED": "UNCLAIMED",
    "RECEIVER_UNCONFIRMED": "UNCLAIMED",
    "PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE": "UNCLAIMED",
    "RECEIVER_ACCOUNT_LIMITATION": "ONHOLD",
    "REGULATORY_PENDING": "ONHOLD",
    "REGULATORY_BLOCKED": "BLOCKED",
    "PHONE_NUMBER_SMS_OPTOUT": "RETURNED",
}
"""Where PayPal says another word than FAILED beside an error (PayPal's page of reasons in its activity log)."""

NEW_CODE: Final = "SOMETHING_NEW"


def noted_rows() -> str:
    """Return a cycle in which every documented error of an item happens once, and one that nobody documented."""
    lines = [
        f"{code},p{number}@x.example,1.00,USD,SIMULATE {WORDS.get(code, 'FAILED')} {code}"
        for number, code in enumerate([*(entry.name for entry in OF_AN_ITEM), NEW_CODE])
    ]
    return "\n".join(["item_id,receiver,amount,currency,note", *lines, ""])


def test_every_error_of_an_item_is_shown_with_its_class_and_its_money(world: World) -> None:
    finished = world.run(noted_rows())
    assert finished.exit_code == 6, "what is on hold is not finished"
    with world.store() as store:
        shown = {row.item_id: row for row in store.items.rows_of_cycle("c")}
    explained = told(world)
    for entry in OF_AN_ITEM:
        item = shown.pop(entry.name)
        assert item.state == WORDS.get(entry.name, "FAILED").lower()
        assert (item.error_code, item.error_class) == (entry.name, entry.error_class)
        assert item.error_message
        assert explained.pop(entry.name) == said_by(entry)
    assert shown.keys() == explained.keys() == {NEW_CODE}
    assert (shown[NEW_CODE].error_code, shown[NEW_CODE].error_class) == (NEW_CODE, ErrorClass.UNKNOWN)
    assert explained[NEW_CODE] == ("unknown", "us", shown[NEW_CODE].error_message)
    world.check_books()


@pytest.mark.parametrize("payee_errors", [False, True], ids=["the payee must act", "include payee errors"])
def test_only_what_is_proven_unpaid_is_paid_again(lite: World, *, payee_errors: bool) -> None:
    lite.run(noted_rows())
    unpaid = {item_id for item_id, state in lite.states().items() if ItemState(state) in PAYABLE_AGAIN}
    waiting = {entry.name for entry in OF_AN_ITEM if entry.who == "payee" or entry.name == "DUPLICATE_ITEM"}
    assert unpaid & waiting
    assert unpaid - waiting
    finished = lite.retry("c-0001-1", failed_items=True, payee_errors=payee_errors)
    again = {item["sender_item_id"] for item in json.loads(lite.sent[-1])["items"]}
    assert len(lite.sent) == 2
    assert again == (unpaid if payee_errors else unpaid - waiting)
    assert {skipped.item_id for skipped in report_of(finished).skipped} == unpaid - again


CANNED: Final = {**triggers._BATCH_ITEM_ERRORS, **triggers._ITEM_ERRORS}


@pytest.mark.parametrize("value", sorted(CANNED))
def test_every_documented_test_value_of_a_read_is_understood(lite: World, value: str) -> None:
    with lite.client() as client:
        reading = client.read_page(value, 1) if value in triggers._BATCH_ITEM_ERRORS else client.read_item(value)
    if CANNED[value] == "INVALID_RESOURCE_ID":
        assert isinstance(reading, ReadFailed)
        assert (reading.failure.code, reading.passing) == (CANNED[value], False)
        return
    assert not isinstance(reading, ReadFailed)
    item = reading.items[0] if isinstance(reading, PageReading) else reading
    assert item.error_code == CANNED[value]
    assert explain(CANNED[value], ApiCall.ITEM) is not None


@pytest.mark.parametrize("note", sorted(triggers._POST))
def test_every_documented_test_note_of_a_post_is_understood(lite: World, note: str) -> None:
    status, name = triggers._POST[note]
    entry = find(ApiCall.CREATE, status, name)
    assert entry is not None
    finished = lite.run(f"item_id,receiver,amount,currency,note\na,ann@x.example,10.00,USD,{note}\n")
    assert (finished.exit_code, lite.paid()) == (7 if entry.moved_nothing else 6, {})
    assert set(attempts(lite)) == {("refused" if entry.moved_nothing else "unknown", name, entry.error_class, status)}


@pytest.mark.parametrize("value", sorted(triggers._CANCEL))
def test_every_documented_test_value_of_a_cancel_is_understood(lite: World, value: str) -> None:
    status, name = triggers._CANCEL[value]
    entry = find(ApiCall.CANCEL, status, name)
    assert entry is not None
    with lite.client() as client:
        outcome = client.cancel_item(value)
    assert isinstance(outcome, CancelRefused)
    assert (outcome.failure.code, outcome.failure.error_class) == (name, entry.error_class)


def test_missing_funds_are_told_and_the_batch_goes_out_once_they_are_there(lite: World) -> None:
    """PayPal documents no field for what is missing, so its message is shown as it came."""
    lite.paypal.configure(balances={"USD": "30.59"})
    finished = lite.run(ROWS)
    assert finished.exit_code == 7
    assert "INSUFFICIENT_FUNDS: Sender does not have sufficient funds. Please add funds and retry" in str(
        finished.error
    )
    lite.paypal.configure(balances={"USD": "30.60"})
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)
