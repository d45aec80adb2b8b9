"""`status --errors`: every failure counted by what PayPal called it, with what it means and who has to act."""

from collections import Counter

import pytest
from support.world import ASKED, World

from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.paypal.error_entry import ApiCall, Entry
from paypal_payouts.paypal.error_table import ENTRIES
from paypal_payouts.storage import FailureCount
from paypal_payouts.verbs.failures import explained
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query


def asked(world: World, *, batch: str | None = None, cycle: str | None = None) -> list[ErrorCount]:
    query = Query(batch, cycle, items=False, exit_code=False, errors=True)
    with world.store() as store:
        report = status(query, store=store, **ASKED, now=world.now()).report
    if isinstance(report, BatchStatusReport):
        return list(report.errors or ())
    assert isinstance(report, StatusReport)
    return [error for shown in report.cycles for error in shown.errors or ()]


def found(errors: list[ErrorCount]) -> list[tuple[int, str, str | None, str | None, str]]:
    return [(error.count, error.state, error.error_class, error.error_code, error.who) for error in errors]


def rows(*words: str) -> list[str]:
    return [f"{word},{word}@x.example,{number}.00,USD" for number, word in enumerate(words, 1)]


def test_failures_of_a_cycle_are_counted_by_class_and_code_the_most_frequent_first(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 503})
    world.run(rows("ann", "fail1", "fail2", "unclaimed", "transient"))
    errors = asked(world, cycle="c")
    assert found(errors) == [
        (2, "failed", "payee", "RECEIVER_ACCOUNT_LOCKED", "payee"),
        (1, "failed", "transient", "INTERNAL_ERROR", "nobody"),
        (1, "unclaimed", "payee", "RECEIVER_UNREGISTERED", "payee"),
        (1, "unknown", "transient", "SERVICE_UNAVAILABLE", "paypal"),
    ]
    assert [error.sentence for error in errors[:2]] == [
        "The payee's account is inactive or restricted.",
        "A fault inside PayPal: it may be paid again.",
    ]
    assert asked(world) == errors
    assert asked(world, batch="c-0001-1") == errors


def test_the_first_items_of_each_kind_are_named_of_rare_kinds_all(world: World) -> None:
    world.run(rows(*(f"fail{number:02}" for number in range(12)), "unclaimed", "refund"))
    errors = list[ErrorCount]()
    for which in ({"cycle": "c"}, {"batch": "c-0001-1"}):
        errors = asked(world, **which)
        assert {error.state: [item.item_id for item in error.first] for error in errors} == {
            "failed": [f"fail{number:02}" for number in range(8)],
            "unclaimed": ["unclaimed"],
            "refunded": ["refund"],
        }
    (item,) = next(error.first for error in errors if error.state == "refunded")
    assert (item.receiver, item.amount_minor, item.state) == ("refund@x.example", 1400, "refunded")


def test_below_what_went_wrong_no_command_leads_there(world: World) -> None:
    world.run(rows("fail1", "fail2"))
    look = "payouts status c-0001-1 --errors"
    for batch in (None, "c-0001-1"):
        told = {}
        for errors in (False, True):
            query = Query(batch, None if batch else "c", items=False, exit_code=False, errors=errors)
            with world.store() as store:
                report = status(query, store=store, **ASKED, now=world.now()).report
            assert isinstance(report, StatusReport | BatchStatusReport)
            stands = report.outlook if isinstance(report, BatchStatusReport) else report.cycles[0].outlook
            told[errors] = [step.command for step in stands.next]
        assert told[False] == [look, *told[True]]
        assert told[True] == ["payouts retry c-0001-1 --failed-items --include-payee-errors"]


def test_what_was_paid_again_is_a_failure_of_its_batch_and_not_of_its_cycle(world: World) -> None:
    world.run(rows("ann", "fail1"))
    world.retry("c-0001-1", ["fail1,fae@x.example,2.00,USD"], failed_items=True)
    assert asked(world, cycle="c") == []
    assert [error.count for error in asked(world, batch="c-0001-1")] == [1]
    assert asked(world, batch="c-0001-2") == []


def test_a_closed_item_is_not_owed_and_so_no_failure(world: World) -> None:
    world.run(rows("ann", "fail1", "unclaimed"))
    world.cancel("fail1")
    world.cancel("unclaimed")
    assert asked(world) == []


def test_a_refused_batch_is_a_send_that_was_refused(world: World) -> None:
    world.run(rows("rejected"))
    (error,) = asked(world, cycle="c")
    assert found([error]) == [(1, "refused", "invalid_request", "VALIDATION_ERROR", "us")]
    assert error.kind == "send"


def test_a_denied_batch_says_so_where_its_items_have_no_word_of_their_own(world: World) -> None:
    world.run(rows("denyall", "ann"))
    assert world.statuses() == {"c-0001-1": "denied"}
    assert {error.state: error.count for error in asked(world, cycle="c")} == Counter(world.states().values())
    (denied,) = [error for error in asked(world, cycle="c") if error.error_code is None]
    assert (denied.state, denied.who, denied.sentence) == ("denied", "us", "PayPal denied the whole batch.")


def test_items_that_were_given_up_are_counted_without_a_code(world: World) -> None:
    world.run(rows("rejected"))
    world.override("c-0001-1", BatchStatus.ABANDONED)
    item, _ = asked(world, cycle="c")
    assert found([item]) == [(1, "abandoned", None, None, "us")]
    assert item.sentence == "Its batch was given up."


def test_a_code_that_paypal_never_documented_is_shown_raw_and_unknown(world: World) -> None:
    header = "item_id,receiver,amount,currency,note\n"
    world.run(f"{header}a,ann@x.example,1.00,USD,SIMULATE FAILED MOON_IN_WRONG_PHASE\n")
    (error,) = asked(world, cycle="c")
    assert found([error]) == [(1, "failed", "unknown", "MOON_IN_WRONG_PHASE", "us")]


def test_without_the_option_nothing_is_counted(world: World) -> None:
    world.run(rows("fail1"))
    with world.store() as store:
        of_cycles, of_batch = (
            status(Query(batch, None, False, False), store=store, **ASKED, now=world.now()).report  # noqa: FBT003
            for batch in (None, "c-0001-1")
        )
    assert isinstance(of_cycles, StatusReport)
    assert isinstance(of_batch, BatchStatusReport)
    assert [of_cycles.cycles[0].errors, of_batch.errors] == [None, None]


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if ApiCall.ITEM in entry.calls], ids=lambda e: e.name)
def test_the_error_of_an_item_has_the_words_of_its_row_in_the_table(entry: Entry) -> None:
    (told,) = explained([FailureCount(ItemState.FAILED, entry.error_class, entry.name, "raw words", 3)])
    assert told == ErrorCount(
        ItemState.FAILED, entry.error_class, entry.name, 3, entry.who, entry.sentence, entry.source.link
    )


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if ApiCall.CREATE in entry.calls], ids=lambda e: e.name)
def test_the_error_of_a_send_has_the_words_of_its_row_in_the_table(entry: Entry) -> None:
    (told,) = explained([FailureCount(AttemptOutcome.REFUSED, entry.error_class, entry.name, "raw words", 3)])
    assert (told.kind, told.who, told.sentence) == ("send", entry.who, entry.sentence)


@pytest.mark.parametrize(
    ("error_class", "who"),
    [
        (ErrorClass.UNKNOWN, "us"),
        (ErrorClass.PAYEE, "payee"),
        (ErrorClass.TRANSIENT, "nobody"),
        (ErrorClass.RATE_LIMITED, "nobody"),
        (ErrorClass.SENDER, "us"),
        (None, "us"),
    ],
)
def test_a_code_outside_the_table_says_by_its_class_who_acts(error_class: ErrorClass | None, who: str) -> None:
    counts = [
        FailureCount(ItemState.FAILED, error_class, "NEW", "It is new.", 1),
        FailureCount(AttemptOutcome.UNKNOWN, error_class, "NEW", None, 2),
    ]
    item, send = explained(counts)
    assert (item.who, item.sentence, item.error_code) == (who, "It is new.", "NEW")
    assert (send.who, send.sentence) == (who, "PayPal said no more.")
    assert item.error_class is (error_class or ErrorClass.UNKNOWN)


@pytest.mark.parametrize("state", ItemState)
def test_a_failure_without_a_code_still_has_a_sentence(state: ItemState) -> None:
    (error,) = explained([FailureCount(state, None, None, None, 1)])
    assert error.sentence.endswith(".")
    assert error.who in {"payee", "us", "paypal", "nobody"}


@pytest.mark.parametrize("state", [ItemState.REFUNDED, ItemState.REVERSED])
def test_money_that_came_back_does_not_mend_itself(state: ItemState) -> None:
    (error,) = explained([FailureCount(state, None, None, None, 1)])
    assert error.who == "us"
    assert "if it is still owed, pay it as a new item" in error.sentence


def test_the_row_that_paypal_found_fault_with_is_still_named_days_later(lite: World) -> None:
    lite.run(rows("ann", "rejected", "bob"))
    lite.pass_time(days=3)
    with lite.store() as store:
        query = Query(None, "c", items=False, exit_code=False)
        report = status(query, store=store, **ASKED, now=lite.now()).report
    assert isinstance(report, StatusReport)
    assert "; rejected: receiver, " in report.cycles[0].outlook.what_is_wrong


def test_nobody_is_promised_thirty_days_for_money_that_came_back(lite: World) -> None:
    lite.run(rows("return"))
    (error,) = asked(lite, cycle="c")
    assert (error.state, error.sentence) == (
        "returned",
        "No PayPal account yet: money not claimed in 30 days comes back.",
    )
