from dataclasses import replace

import pytest

from paypal_payouts.domain.report import BatchReport
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.present.advice import advice, what_is_open, what_is_wrong
from present import reports

B, S = BatchStatus, ItemState


def commands(batches: list[BatchReport], states: dict[ItemState, int] | None = None) -> list[str]:
    if states is None:
        states = {}
        for batch in batches:
            for state, count in batch.record.states.items():
                states[state] = states.get(state, 0) + count
    return [each.command for each in advice("2026-11", batches, states)]


def batch(status: BatchStatus, states: dict[ItemState, int], *, eligible: bool = False, number: int = 1) -> BatchReport:
    return reports.batch(number, status=status, states=states, eligible=eligible)


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([batch(B.DONE, {S.SUCCESS: 3, S.CLOSED: 1})], [], id="all well"),
        pytest.param([batch(B.PLANNED, {S.UNSENT: 3})], ["payouts run --cycle 2026-11"], id="planned"),
        pytest.param([batch(B.IN_FLIGHT, {S.UNSENT: 3})], ["payouts run --cycle 2026-11"], id="in flight"),
        pytest.param([batch(B.ACCEPTED, {S.PENDING: 3})], ["payouts run --cycle 2026-11"], id="accepted"),
        pytest.param([batch(B.ACCEPTED, {S.SUCCESS: 3})], ["payouts sync --cycle 2026-11"], id="batch not closed"),
        pytest.param([batch(B.DONE, {S.UNCLAIMED: 1})], ["payouts sync --cycle 2026-11"], id="unclaimed"),
        pytest.param([batch(B.ACCEPTED, {S.ONHOLD: 1})], ["payouts sync --cycle 2026-11"], id="onhold"),
        pytest.param(
            [batch(B.REVIEW, {S.UNSENT: 3})],
            ["payouts override 2026-11-0001-1 --to accepted --paypal-batch-id ID --reason TEXT"],
            id="review",
        ),
        pytest.param(
            [batch(B.REFUSED, {S.UNSENT: 3})],
            ["payouts status 2026-11-0001-1", "payouts run --cycle 2026-11"],
            id="refused",
        ),
        pytest.param([batch(B.DENIED, {S.DENIED: 3}, eligible=True)], ["payouts retry 2026-11-0001-1"], id="denied"),
        pytest.param([batch(B.DENIED, {S.DENIED: 3})], [], id="denied but not eligible"),
        pytest.param(
            [batch(B.DONE, {S.SUCCESS: 3, S.FAILED: 1}, eligible=True)],
            ["payouts retry 2026-11-0001-1 --failed-items"],
            id="failed",
        ),
        pytest.param([batch(B.DONE, {S.FAILED: 1})], [], id="failed but not eligible"),
        pytest.param(
            [batch(B.ABANDONED, {S.ABANDONED: 3}, eligible=True)],
            ["payouts retry 2026-11-0001-1 --failed-items"],
            id="abandoned",
        ),
        pytest.param([batch(B.DONE, {S.REFUNDED: 1}, eligible=True)], [], id="refunded money is not owed"),
        pytest.param(
            [batch(B.DONE, {S.FAILED: 1}, eligible=True), batch(B.PLANNED, {S.UNSENT: 1}, number=2)],
            ["payouts run --cycle 2026-11", "payouts retry 2026-11-0001-1 --failed-items"],
            id="what is open comes first",
        ),
    ],
)
def test_the_state_says_what_to_type(batches: list[BatchReport], expected: list[str]) -> None:
    assert commands(batches) == expected


def test_items_that_were_paid_anew_are_not_to_be_paid_again() -> None:
    first = reports.batch(states={S.SUCCESS: 1, S.FAILED: 2}, eligible=True, superseded=True, paid_anew=2)
    paid = reports.batch(attempt=2, states={S.SUCCESS: 2})
    assert commands([first, paid], {S.SUCCESS: 3}) == []
    failed = reports.batch(attempt=2, states={S.FAILED: 2}, eligible=True)
    assert commands([first, failed], {S.SUCCESS: 1, S.FAILED: 2}) == ["payouts retry 2026-11-0001-2 --failed-items"]
    half = reports.batch(attempt=2, states={S.FAILED: 1}, eligible=True)
    left = reports.batch(states={S.SUCCESS: 1, S.FAILED: 2}, eligible=True, superseded=True, paid_anew=1)
    assert commands([left, half], {S.SUCCESS: 1, S.FAILED: 2}) == [
        "payouts retry 2026-11-0001-1 --failed-items",
        "payouts retry 2026-11-0001-2 --failed-items",
    ]


def test_a_superseded_batch_asks_for_nothing() -> None:
    denied = reports.batch(status=B.DENIED, states={S.DENIED: 2}, eligible=True, superseded=True)
    assert commands([denied, reports.batch(attempt=2)], {S.SUCCESS: 3}) == []


def test_a_refusal_tells_its_cause() -> None:
    refused = reports.batch(status=B.REFUSED, states={S.UNSENT: 3})
    refused = replace(refused, record=replace(refused.record, last_retry_error="INSUFFICIENT_FUNDS"))
    first = next(advice("2026-11", [refused], {S.UNSENT: 3}))
    assert first.why == "PayPal refused 2026-11-0001-1 (INSUFFICIENT_FUNDS) and paid nobody of it."


@pytest.mark.parametrize(
    ("batches", "states", "still", "wrong"),
    [
        ([], {}, "nothing", "nothing"),
        ([batch(B.DONE, {S.SUCCESS: 3})], {S.SUCCESS: 3, S.UNCLAIMED: 1}, "nothing", "nothing"),
        (
            [batch(B.DONE, {})],
            {S.FAILED: 2, S.PENDING: 1, S.REVERSED: 1},
            "1 pending",
            "not paid: 2 failed, 1 reversed",
        ),
        ([batch(B.REVIEW, {}), batch(B.REVIEW, {})], {}, "nothing", "2 batches for a person to decide"),
        ([batch(B.REFUSED, {})], {S.UNSENT: 3}, "3 unsent", "1 batch refused by PayPal"),
        ([batch(B.IN_FLIGHT, {})], {S.UNSENT: 3}, "3 unsent; 1 batch sent without an answer", "nothing"),
        ([batch(B.ACCEPTED, {})], {S.SUCCESS: 3}, "1 batch that PayPal has not closed", "nothing"),
        ([reports.batch(status=B.REFUSED, superseded=True)], {S.SUCCESS: 3}, "nothing", "nothing"),
    ],
)
def test_two_lines_answer_what_is_open_and_what_is_wrong(
    batches: list[BatchReport], states: dict[ItemState, int], still: str, wrong: str
) -> None:
    records = [report.record for report in batches]
    assert what_is_open(records, states) == still
    assert what_is_wrong(records, states) == wrong
