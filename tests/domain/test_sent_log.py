"""What the sent log means: every line beside every stored batch."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import BatchRecord, FailedTry, NewBatch
from paypal_payouts.domain.recalled import as_recorded
from paypal_payouts.domain.sent_log import SentLine, UnrecordedSends, active, judge
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.words import rfc3339

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAME = BatchName("c", 1, 1)
LINE = SentLine(NOON, NAME, "sum")
B, STATUSES = BatchStatus, list(BatchStatus)

STORED = BatchRecord(
    id=1,
    name=NAME,
    sender_batch_id="main-sandbox-c-0001-1",
    paypal_batch_id=None,
    status=B.PLANNED,
    items=1,
    currency="USD",
    amount_minor=100,
    fees_minor=None,
    checksum="sum",
    created_at=NOON,
    first_sent_at=None,
    last_sent_at=None,
    completed_at=None,
    retry_count=0,
    last_retry_at=None,
    last_retry_error=None,
    open_sends=0,
    last_open_send_at=None,
    states=Counter({ItemState.UNSENT: 1}),
)


def new(checksum: str = "sum", name: BatchName = NAME) -> NewBatch:
    return NewBatch(name, "id", "USD", 100, [], b"", checksum)


def judged(
    *batches: BatchRecord,
    lines: Sequence[SentLine] = (LINE,),
    coming: Sequence[NewBatch] | None = None,
    days: float = 1,
) -> UnrecordedSends:
    return judge(lines, batches, coming, now=NOON + timedelta(days=days), max_age_days=25)


@pytest.mark.parametrize("status", STATUSES)
def test_a_line_that_the_database_knows_says_nothing(status: BatchStatus) -> None:
    verdict = judged(replace(STORED, status=status, last_sent_at=NOON), coming=(), days=40)
    assert (verdict.sends, verdict.stop, verdict.notices()) == ([], None, [])


@pytest.mark.parametrize("days", [0, 40])
@pytest.mark.parametrize("last_sent_at", [None, NOON - timedelta(seconds=1)])
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_answer_to_a_send_that_it_does_not_know(
    status: BatchStatus, last_sent_at: datetime | None, days: int
) -> None:
    verdict = judged(replace(STORED, status=status, last_sent_at=last_sent_at), coming=(), days=days)
    told = {B.PLANNED, B.IN_FLIGHT, B.REFUSED, B.DENIED, B.REVIEW}
    assert [recall.sends for recall in verdict.recalls] == [[LINE]] * (status in told)
    assert [recall.doubt for recall in verdict.recalls] == [None] * (status in told)
    assert list(verdict.accepted) == [LINE] * (status is B.ACCEPTED)
    assert list(verdict.lost) == [LINE] * (status is B.ABANDONED)
    assert (verdict.stop is not None) is (status is B.ABANDONED)
    assert (verdict.why_not_again(NAME) is not None) is (status in {B.ACCEPTED, B.ABANDONED})
    assert bool(verdict.notices()) is (status not in {B.DONE, B.CANCELED})


def test_a_stored_batch_with_other_contents_is_doubted() -> None:
    (recall,) = judged(replace(STORED, checksum="other")).recalls
    assert recall.doubt is not None
    assert "other contents" in recall.doubt


@pytest.mark.parametrize(
    "batch",
    [
        replace(STORED, status=B.DENIED, taken_over=1, states=Counter({ItemState.DENIED: 1})),
        replace(STORED, status=B.DENIED, states=Counter({ItemState.DENIED: 1, ItemState.CLOSED: 1})),
    ],
    ids=["paid again", "closed"],
)
def test_a_batch_whose_items_are_no_longer_its_own_is_doubted(batch: BatchRecord) -> None:
    (recall,) = judged(batch).recalls
    assert recall.doubt is not None
    assert "paid again or closed" in recall.doubt


@pytest.mark.parametrize(
    ("coming", "stops"),
    [
        (None, False),
        ((), True),
        ((new(),), False),
        ((new("other"),), True),
        ((new(name=BatchName("c", 2, 1)),), True),
    ],
    ids=["nothing sent", "what is stored", "the same", "other contents", "another batch"],
)
def test_a_batch_that_is_not_stored_stops_whatever_is_not_the_same(
    coming: Sequence[NewBatch] | None, *, stops: bool
) -> None:
    assert (judged(coming=coming).stop is not None) is stops


def test_a_batch_that_is_not_stored_stops_once_paypal_may_have_forgotten_it() -> None:
    assert judged(coming=[new()], days=24.9).stop is None
    stop = judged(coming=[new()], days=25).stop
    assert stop is not None
    assert stop.exit_code == 8
    assert "c-0001-1 (2026-11-20 12:00 UTC)" in stop.message
    assert stop.details == [{"batch": "c-0001-1", "sent_at": rfc3339(NOON)}]
    assert stop.hint.startswith("(1) Put the newest copy of the database back")
    assert "(2) If there is none, and from 2026-11-21 12:00 UTC on: look in PayPal's activity list" in stop.hint
    assert "`payouts run" not in stop.hint, "PayPal would not know the id"
    assert "`payouts override c-0001-1 --to abandoned" in stop.hint


def test_a_line_without_a_checksum_takes_any_contents_for_the_same() -> None:
    line = replace(LINE, checksum=None)
    assert judged(lines=[line], coming=[new("any")]).stop is None
    assert [recall.doubt for recall in judged(STORED, lines=[line]).recalls] == [None]


def test_sends_of_one_batch_are_told_in_the_order_of_their_times() -> None:
    later = replace(LINE, at=NOON + timedelta(hours=1))
    (recall,) = judged(STORED, lines=[later, LINE]).recalls
    assert recall.sends == [LINE, later]


def test_a_void_line_takes_back_the_line_of_its_batch_and_time_alone() -> None:
    other, later = replace(LINE, batch=BatchName("c", 2, 1)), replace(LINE, at=NOON + timedelta(hours=1))
    void = replace(LINE, checksum=None, is_void=True)
    assert active([LINE, other, void, later]) == [other, later]
    assert active([void]) == []


def test_a_send_that_was_taken_back_stops_nothing() -> None:
    verdict = judged(lines=[LINE, replace(LINE, is_void=True)], coming=(), days=40)
    assert (verdict.sends, verdict.stop) == ([], None)


def test_nothing_was_sent_is_not_said_of_a_batch_that_was_sent_since() -> None:
    tried = replace(STORED, failed_try=FailedTry(NOON - timedelta(hours=1), "PayPal could not be reached"))
    (batch,) = as_recorded([tried], judged(tried).recalls)
    assert (batch.status, batch.failed_try) == (B.IN_FLIGHT, None)
