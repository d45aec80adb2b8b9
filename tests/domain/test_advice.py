"""What a cycle stands at and what to type: every state of a batch, and the steps that go with it."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from domain import makers
from msgspec.structs import replace

from paypal_payouts.domain.advice import BatchReport, OnePayment, item_advice
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.open_and_wrong import items_in_words
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.outlook import Outlook, outlook
from paypal_payouts.domain.payout import FailedTry, StandingRefusal
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.review import review_error
from paypal_payouts.domain.states import BatchStatus as B
from paypal_payouts.domain.states import ItemState as S
from paypal_payouts.domain.states import Money
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.words import WHY

RUN, SYNC = "payouts run c", "payouts sync --cycle c"
BAD_ROW = StandingRefusal(1, "VALIDATION_ERROR", "Receiver is invalid.", ErrorClass.INVALID_REQUEST)
NO_FUNDS = StandingRefusal(1, "INSUFFICIENT_FUNDS", "Too little.", ErrorClass.FUNDS)
SENT: dict[str, Any] = {"first_sent_at": makers.NOW, "last_sent_at": makers.NOW}
LOST: dict[str, Any] = SENT | {"unproven_sends": 1, "open_sends": 1, "last_retry_error": "TIMEOUT: no answer"}


def batch(status: B, states: dict[S, int], *, number: int = 1, **changes: Any) -> BatchReport:
    ours = {"may_be_resent", "is_doubted", "may_pay_again", "held_back", "paid_since", "came_back"} & changes.keys()
    of_report = {name: changes.pop(name) for name in ours}
    record = makers.batch(
        status, id=number, name=BatchName("c", number, 1), states=Counter(states), items=sum(states.values()), **changes
    )
    return BatchReport(record, Eligibility(eligible=False, reason="whatever"), **of_report)


def look(*batches: BatchReport, conflicts: tuple[Conflict, ...] = ()) -> Outlook:
    states = sum((report.record.states for report in batches), Counter[S]())
    return outlook("c", batches, Tally(states, (), conflicts))


def commands(found: Outlook) -> list[str]:
    return [step.command for step in found.next]


BACK = "payouts status --cycle c --items --state refunded"
REVIEW = "payouts review c-0001-1"
FAILED: dict[str, Any] = {"paypal_batch_id": "P", "payable_again": 1, "may_pay_again": True}


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (batch(B.DONE, {S.SUCCESS: 3, S.CLOSED: 1}, paypal_batch_id="P"), []),
        (batch(B.PLANNED, {S.UNSENT: 3}), [RUN]),
        (batch(B.IN_FLIGHT, {S.UNSENT: 3}, **LOST), [RUN]),
        (batch(B.ACCEPTED, {S.PENDING: 3}, paypal_batch_id="P"), [RUN]),
        (batch(B.ACCEPTED, {S.SUCCESS: 3}, paypal_batch_id="P"), [SYNC]),
        (batch(B.DONE, {S.UNCLAIMED: 1}, paypal_batch_id="P"), [SYNC]),
        (batch(B.DONE, {S.ONHOLD: 1}, paypal_batch_id="P"), [SYNC]),
        (batch(B.DONE, {S.PENDING: 1}, paypal_batch_id="P"), [SYNC]),
        (batch(B.REVIEW, {S.UNSENT: 3}, named_batch_id="P"), [REVIEW]),
        (batch(B.REFUSED, {S.UNSENT: 3}, refusal=NO_FUNDS, **SENT), [RUN]),
        (batch(B.REFUSED, {S.UNSENT: 3}, refusal=BAD_ROW, **SENT), ["payouts retry c-0001-1 --failed-items"]),
        (batch(B.IN_FLIGHT, {S.UNSENT: 3}, refusal=BAD_ROW, **LOST), ["payouts status c-0001-1"]),
        (batch(B.DENIED, {S.DENIED: 3}, may_be_resent=True), ["payouts retry c-0001-1"]),
        (batch(B.DENIED, {S.DENIED: 3}), []),
        (batch(B.DONE, {S.FAILED: 1}, **FAILED), ["payouts retry c-0001-1 --failed-items"]),
        (
            batch(B.DONE, {S.FAILED: 1}, **FAILED, held_back=1),
            [
                "payouts status c-0001-1 --errors",
                "payouts retry c-0001-1 --failed-items --include-payee-errors",
            ],
        ),
        (batch(B.DONE, {S.FAILED: 1}, paypal_batch_id="P"), []),
        (batch(B.DONE, {S.REFUNDED: 1}, paypal_batch_id="P"), []),
        (batch(B.DONE, {S.REFUNDED: 2, S.REVERSED: 1}, paypal_batch_id="P", came_back=3), [f"{BACK} --state reversed"]),
    ],
    ids=lambda value: f"{value.record.status} {dict(value.record.states)}" if isinstance(value, BatchReport) else None,
)  # fmt: skip
def test_the_state_says_what_to_type(report: BatchReport, expected: list[str]) -> None:
    assert commands(look(report)) == expected


def test_unpaid_items_of_several_batches_are_one_command() -> None:
    found = look(*(batch(B.DONE, {S.FAILED: 1}, number=number, **FAILED) for number in (1, 2)))
    assert commands(found) == ["payouts retry --cycle c --failed-items"]


def test_nothing_is_sent_while_a_person_must_decide() -> None:
    found = look(batch(B.REVIEW, {S.UNSENT: 1}, named_batch_id="P"), batch(B.DONE, {S.FAILED: 1}, number=2, **FAILED))
    assert commands(found) == [REVIEW]


def test_whoever_must_decide_is_first_shown_both_sides() -> None:
    for known in ({"paypal_batch_id": "P"}, LOST, {"review_reason": "too old"}):
        (step,) = look(batch(B.REVIEW, {S.UNSENT: 1}, **known)).next
        assert (step.command, step.why.endswith("(changes nothing):")) == (REVIEW, True)
        assert step.why.startswith(f"A person must decide about c-0001-1: {known.get('review_reason', '')}")


def test_of_a_batch_in_review_it_is_said_whether_paypal_has_answered() -> None:
    named = look(batch(B.REVIEW, {S.UNSENT: 2}, named_batch_id="P", **LOST))
    words = "PayPal has a batch of this id, which is not proven equal to ours"
    assert named.what_is_open == f"2 items UNKNOWN: {words}; they may be paid"
    error = review_error([batch(B.REVIEW, {S.UNSENT: 2}, named_batch_id="P").record], ())
    assert error is not None
    assert f"{words}; nothing more is sent" in error.message
    assert "override" not in error.hint
    unanswered = look(batch(B.REVIEW, {S.UNSENT: 2}, **LOST))
    assert unanswered.what_is_open == "2 items UNKNOWN (PayPal did not answer (TIMEOUT)): they may be paid"


def one(
    report: BatchReport,
    state: S,
    money: Money,
    *others: BatchReport,
    conflicts: tuple[Conflict, ...] = (),
    came_back: bool = False,
) -> list[str]:
    """Return the commands for an item that is one of many in its batch."""
    payment = OnePayment(str(report.record.name), state, money, held_back=False, came_back=came_back)
    return [step.command for step in item_advice("c", [report, *others], payment, conflicts)]


def test_advice_about_one_item_is_about_no_other_of_its_batch() -> None:
    many = batch(B.ACCEPTED, {S.SUCCESS: 1, S.FAILED: 1, S.PENDING: 1, S.UNCLAIMED: 1}, **FAILED)
    assert one(many, S.SUCCESS, Money.PAID) == []
    assert one(many, S.FAILED, Money.UNPAID) == ["payouts retry c-0001-1 --failed-items"]
    assert one(many, S.PENDING, Money.OPEN) == [RUN]
    assert one(many, S.UNCLAIMED, Money.OPEN) == [SYNC]
    assert one(many, S.FAILED, Money.PAID) == []
    assert one(many, S.REFUNDED, Money.UNPAID) == []
    assert one(many, S.REFUNDED, Money.UNPAID, came_back=True) == [BACK]
    assert one(many, S.REFUNDED, Money.PAID, came_back=True) == []


def test_an_item_waits_for_the_decision_on_another_batch_unless_it_is_paid() -> None:
    done = batch(B.DONE, {S.FAILED: 1, S.SUCCESS: 1}, **FAILED)
    review = batch(B.REVIEW, {S.UNSENT: 1}, number=2, named_batch_id="P")
    assert one(done, S.FAILED, Money.UNPAID, review) == [REVIEW.replace("0001", "0002")]
    assert one(done, S.SUCCESS, Money.PAID, review) == []


def test_a_conflict_keeps_its_item_from_being_paid_again_and_quotes_its_name() -> None:
    conflict = Conflict("a b", "c-0001-1", S.SUCCESS, "SUCCESS", acknowledged=False)
    done = batch(B.DONE, {S.FAILED: 1}, **FAILED)
    settle = f"payouts override 'a b' --cycle c --to acknowledged --reason {WHY}"
    assert one(done, S.FAILED, Money.UNPAID, conflicts=(conflict,)) == [settle]
    assert commands(look(done, conflicts=(conflict,)))[:2] == ["payouts explain 'a b' --cycle c", settle]


def test_an_open_conflict_comes_first_and_an_acknowledged_one_is_silent() -> None:
    conflict = Conflict("a", "c-0001-1", S.SUCCESS, "FAILED", acknowledged=False)
    done = batch(B.DONE, {S.SUCCESS: 1}, paypal_batch_id="P")
    found = look(done, conflicts=(conflict,))
    assert commands(found)[0] == "payouts explain a --cycle c"
    assert commands(found)[1].startswith("payouts override a --cycle c --to acknowledged --reason ")
    assert "contradicts our record of 1 payment" in found.what_is_wrong
    assert [each.batch for each in found.open] == ["c-0001-1"]
    assert look(done, conflicts=(conflict._replace(acknowledged=True),)) == Outlook()


@pytest.mark.parametrize(
    ("report", "error_code"),
    [
        (batch(B.PLANNED, {S.UNSENT: 1}), None),
        (
            batch(B.PLANNED, {S.UNSENT: 1}, failed_try=FailedTry(makers.NOW, "refused (invalid_client)")),
            "invalid_client",
        ),
        (batch(B.IN_FLIGHT, {S.UNSENT: 1}, **LOST), "TIMEOUT"),
        (batch(B.IN_FLIGHT, {S.UNSENT: 1}, refusal=BAD_ROW, **LOST), "VALIDATION_ERROR"),
        (batch(B.REFUSED, {S.UNSENT: 1}, refusal=NO_FUNDS, **SENT), "INSUFFICIENT_FUNDS"),
        (batch(B.REVIEW, {S.UNSENT: 1}, **LOST), "TIMEOUT"),
        (batch(B.ACCEPTED, {S.PENDING: 1}, paypal_batch_id="P", **SENT), None),
        (batch(B.DONE, {S.UNRECOGNIZED: 1}, paypal_batch_id="P", **SENT), None),
    ],
    ids=lambda value: str(value.record.status) if isinstance(value, BatchReport) else None,
)
def test_every_batch_that_keeps_a_cycle_open_says_why_and_what_to_type(
    report: BatchReport, error_code: str | None
) -> None:
    (found,) = look(report).open
    assert (found.batch, found.error_code, found.since) == ("c-0001-1", error_code, report.record.last_sent_at)
    assert found.why
    assert found.next.startswith("payouts ")


def test_items_sent_without_an_answer_are_counted_as_unknown() -> None:
    lost, new = batch(B.IN_FLIGHT, {S.UNSENT: 2}, **LOST), batch(B.PLANNED, {S.UNSENT: 1, S.SUCCESS: 1}, number=2)
    states = lost.record.states + new.record.states
    assert items_in_words(states, [lost.record, new.record]) == "2 unknown, 1 unsent, 1 success"
    assert items_in_words(new.record.states, [new.record]) == "1 unsent, 1 success"


def test_refused_batches_that_the_same_command_sends_again_stand_in_one_sentence() -> None:
    refused = [batch(B.REFUSED, {S.UNSENT: 1}, number=number, refusal=NO_FUNDS, **SENT) for number in (1, 2)]
    (step,) = look(*refused).next
    assert step == ("Once the cause is fixed, c-0001-1 and c-0002-1 are sent again by:", RUN)
    more = [batch(B.REFUSED, {S.UNSENT: 1}, number=number, refusal=NO_FUNDS, **SENT) for number in (3, 4, 5)]
    (step,) = look(batch(B.IN_FLIGHT, {S.UNSENT: 1}, number=9, **LOST), *refused, *more).next
    assert step.why.endswith(
        "; once the cause is fixed, c-0001-1, c-0002-1, c-0003-1 and 2 more batches are sent again by:"
    )


HEALS = "and the next run asks again under the same id (nothing to do)"


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("HTTP_503: Service Unavailable", "PayPal answered 503"),
        ("SERVICE_UNAVAILABLE: Service Unavailable", "PayPal answered SERVICE_UNAVAILABLE"),
        ("TIMEOUT: no whole answer in time", "PayPal did not answer (TIMEOUT)"),
        ("CONNECTION_LOST: the connection broke", "PayPal did not answer (CONNECTION_LOST)"),
    ],
)
def test_of_what_is_not_known_the_last_answer_is_named_and_that_it_heals(last: str, said: str) -> None:
    found = look(batch(B.IN_FLIGHT, {S.UNSENT: 1}, **(LOST | {"last_retry_error": last})))
    assert found.what_is_open == f"1 item UNKNOWN ({said}): it may be paid, {HEALS}"
    assert f", and {said}. It may be paid. Do not pay it another way" in found.open[0].why
    others = [batch(B.REVIEW, {S.UNSENT: 1}, number=2, named_batch_id="P"), batch(B.IN_FLIGHT, {S.UNSENT: 1}, **LOST)]
    assert "nothing to do" not in look(*others).what_is_open, "nothing is sent while a person must decide"


def test_what_was_sent_without_an_answer_is_never_called_unsent_or_nothing_wrong() -> None:
    found = look(batch(B.IN_FLIGHT, {S.UNSENT: 2}, **LOST))
    assert found.what_is_open == f"2 items UNKNOWN (PayPal did not answer (TIMEOUT)): they may be paid, {HEALS}"
    assert "Do not pay them another way" in found.open[0].why
    refused = look(batch(B.IN_FLIGHT, {S.UNSENT: 2}, refusal=BAD_ROW, **LOST))
    assert "refused" in refused.what_is_wrong
    never = batch(B.IN_FLIGHT, {S.UNSENT: 2}, last_retry_error="NO_CONNECTION: refused", **SENT)
    assert look(never).what_is_open == "2 unsent"
    assert "not sent: PayPal could not be reached (NO_CONNECTION)" in look(never).open[0].why


def test_a_batch_refused_beside_a_lost_send_can_be_given_up_a_day_later() -> None:
    (found,) = look(batch(B.IN_FLIGHT, {S.UNSENT: 1}, refusal=BAD_ROW, **LOST)).open
    assert f"after {makers.NOW + timedelta(hours=24):%Y-%m-%d %H:%M} UTC" in found.why
    assert "`payouts override c-0001-1 --to abandoned --reason" in found.why


def test_batches_that_one_command_continues_are_told_together() -> None:
    stored = [batch(B.PLANNED, {S.UNSENT: 1}, number=number) for number in range(1, 6)]
    (step,) = look(*stored).next
    assert step == ("5 batches are stored and were never sent:", RUN)
    sent = [batch(B.IN_FLIGHT, {S.UNSENT: 1}, number=number) for number in range(1, 6)]
    (step,) = look(*sent, *stored).next
    assert step.command == RUN
    assert step.why.startswith("1 item of c-0001-1 ")
    assert step.why.endswith("; and 2 more batches; 5 batches are stored and were never sent:")


def test_a_batch_that_a_later_one_replaced_asks_for_nothing() -> None:
    old = batch(B.DENIED, {S.DENIED: 2}, taken_over=2)
    assert commands(look(old, batch(B.DONE, {S.SUCCESS: 2}, number=2))) == []
    refused = replace(old, record=replace(old.record, status=B.REFUSED))
    assert commands(look(refused, batch(B.DONE, {S.SUCCESS: 2}, number=2))) == []


def test_money_that_waits_for_its_payee_is_open_in_a_finished_cycle() -> None:
    found = look(batch(B.DONE, {S.SUCCESS: 1, S.UNCLAIMED: 2, S.BLOCKED: 1}, paypal_batch_id="P"))
    assert (found.what_is_open, found.what_is_unfinished) == (
        "2 unclaimed, 1 blocked, which no run waits for",
        "nothing",
    )


def test_who_must_act_is_said_before_the_payment_and_once() -> None:
    first, second = look(batch(B.DONE, {S.FAILED: 1}, **FAILED, held_back=1)).next
    assert first.why == "1 item in c-0001-1 was not paid, and its payee must act first. Who must do what:"
    assert second.why.startswith(
        "Correct the row in the cycle's file, then `payouts retry c-0001-1 --failed-items` pays what was corrected. "
        "Or, once its payee has acted, to pay all that is unpaid there all the same"
    )


def test_a_command_that_pays_only_some_says_so_and_names_what_pays_the_rest() -> None:
    (step,) = look(batch(B.DONE, {S.FAILED: 3}, **FAILED | {"payable_again": 3}, held_back=1)).next
    assert step.command == "payouts retry c-0001-1 --failed-items"
    assert step.why == (
        "3 items in c-0001-1 were not paid. 1 of them waits for its payee: once that payee has acted, `payouts retry "
        "c-0001-1 --failed-items --include-payee-errors` pays it, too. Correct the rows in the cycle's file where they "
        "are wrong, then pay what was corrected and the other 2 again:"
    )


def test_why_batches_were_never_sent_is_said_in_the_last_lines() -> None:
    tried = FailedTry(makers.NOW, "PayPal gave no token (SERVICE_UNAVAILABLE)")
    older = tried._replace(at=makers.NOW - timedelta(hours=1), why="no answer (TIMEOUT)")
    (step,) = look(
        batch(B.PLANNED, {S.UNSENT: 3}, failed_try=older),
        batch(B.PLANNED, {S.UNSENT: 2}, number=2, failed_try=tried),
    ).next
    assert step.why.startswith("2 batches are stored and were never sent; last try 20")
    assert step.why.endswith(": PayPal gave no token (SERVICE_UNAVAILABLE); nothing was sent:")


def test_rows_paid_under_another_id_are_not_advised_and_hold_up_no_other_batch() -> None:
    copied = batch(B.DONE, {S.FAILED: 1}, **FAILED, paid_since=1)
    (step,) = look(copied).next
    assert step.command == "payouts status --cycle c --items"
    assert "1 of it is stored again since under another item id" in step.why
    found = look(copied, batch(B.DONE, {S.FAILED: 1}, number=2, **FAILED))
    assert commands(found) == ["payouts status --cycle c --items", "payouts retry c-0002-1 --failed-items"]


def test_an_older_copy_of_the_database_never_advises_to_send_a_denied_batch() -> None:
    denied = batch(
        B.DENIED, {S.DENIED: 1}, paypal_batch_id="P", may_be_resent=True, payable_again=1, may_pay_again=True
    )
    assert commands(outlook("c", [denied], Tally(denied.record.states)))[0] == "payouts retry c-0001-1"
    behind = outlook("c", [denied], Tally(denied.record.states, lost=["c-0001-2"]))
    assert commands(behind) == ["payouts retry c-0001-1 --failed-items", "payouts review c-0001-2"]


def test_a_denied_batch_that_is_too_old_to_be_asked_about_is_put_before_a_person() -> None:
    (step,) = look(batch(B.DENIED, {S.DENIED: 1}, is_doubted=True, **LOST)).next
    assert step.command == "payouts retry c-0001-1"
    assert (
        "PayPal may have forgotten its id: nothing is sent. To put it before a person, who may give it up:" in step.why
    )
    assert "once the cause is fixed" not in step.why
