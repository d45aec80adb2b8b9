"""A refusal in words: each fact once, however many batches it is about."""

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.outcome import Documented, ErrorClass, Failure, Problem
from paypal_payouts.domain.payout import BatchRecord, StandingRefusal
from paypal_payouts.domain.refusal import refusal_error
from paypal_payouts.domain.states import BatchStatus

from .makers import NOW, batch

MEANS = Documented("us", "The paying account is restricted.", "https://paypal.example/page")


def refused(sequence: int, code: str, error_class: ErrorClass) -> tuple[BatchRecord, Failure]:
    record = batch(
        BatchStatus.REFUSED,
        id=sequence,
        name=BatchName("c", sequence, 1),
        first_sent_at=NOW,
        refusal=StandingRefusal(1, code, f"{code.title()}.", error_class),
    )
    return record, Failure(code, f"{code.title()}.", error_class, 403, documented=MEANS)


def test_what_a_reason_means_is_said_once_for_all_batches_that_were_refused_for_it() -> None:
    made = [refused(number, "SENDER_LOCKED", ErrorClass.SENDER) for number in (1, 2)]
    error = refusal_error([record for record, _ in made], answers={record.id: answer for record, answer in made})
    assert error.message == (
        "PayPal refused c-0001-1 (SENDER_LOCKED: Sender_Locked) and paid nobody of it. "
        "PayPal refused c-0002-1 (SENDER_LOCKED: Sender_Locked) and paid nobody of it. "
        "The paying account is restricted. You need to fix this (sender side). https://paypal.example/page"
    )
    assert error.hint == "Once the cause is fixed, c-0001-1 and c-0002-1 are sent again by: `payouts run c`."


@pytest.mark.parametrize("error_class", [ErrorClass.INVALID_REQUEST, ErrorClass.PAYEE])
def test_rows_that_paypal_refused_are_named_with_their_lines_and_the_way_out(
    error_class: ErrorClass,
) -> None:
    record, answer = refused(1, "VALIDATION_ERROR", error_class)
    problems = (Problem("items[0].receiver", "is invalid", "x", "a"), Problem("sender_batch_header", "is missing"))
    error = refusal_error([record], answers={record.id: replace(answer, problems=problems)}, lines={"a": 7})
    found = error.details[0]["problems"]
    assert [(each["item_id"], each["line"]) for each in found] == [("a", 7), (None, None)]
    assert "correct them, then: `payouts retry c-0001-1 --failed-items`" in error.hint


def test_a_refusal_of_an_earlier_command_is_told_from_what_is_stored() -> None:
    record, _ = refused(1, "SENDER_LOCKED", ErrorClass.SENDER)
    error = refusal_error([record])
    assert error.message == "PayPal refused c-0001-1 (SENDER_LOCKED: Sender_Locked) and paid nobody of it."
