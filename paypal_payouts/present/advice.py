"""What the operator types next, by the state of a cycle.

Sources: contract, section 5 (what an exit code means) and section 6 (which move is open from where).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import BatchReport
from paypal_payouts.domain.states import NOT_FINAL, BatchStatus, ItemState
from paypal_payouts.present.text import counted
from paypal_payouts.present.words import listed, not_final, not_paid

_B, _I = BatchStatus, ItemState

_MOVES_BY_ITSELF = frozenset({_I.UNCLAIMED, _I.ONHOLD, _I.BLOCKED, _I.UNRECOGNIZED})
"""`run` does not wait for these; reading PayPal now and then is enough."""


class Advice(NamedTuple):
    """Why something is to be done, and the command that does it."""

    why: str
    command: str


def what_is_open(batches: Sequence[BatchRecord], states: Mapping[ItemState, int]) -> str:
    """Say what PayPal, or the next run, will still change: "3 pending", or "nothing"."""
    current = [batch.status for batch in batches if not batch.superseded]
    still = [listed(waiting)] if (waiting := not_final(states)) else []
    told = [
        *still,
        *_counted_batches(current, _B.IN_FLIGHT, "{} sent without an answer"),
        *_counted_batches(current, _B.ACCEPTED, "{} that PayPal has not closed"),
    ]
    return "; ".join(told) or "nothing"


def what_is_wrong(batches: Sequence[BatchRecord], states: Mapping[ItemState, int]) -> str:
    """Say what does not mend itself: "2 failed", or "nothing"."""
    current = [batch.status for batch in batches if not batch.superseded]
    told = [
        *_counted_batches(current, _B.REVIEW, "{} for a person to decide"),
        *_counted_batches(current, _B.REFUSED, "{} refused by PayPal"),
    ]
    told += [f"not paid: {listed(unpaid)}"] if (unpaid := not_paid(states)) else []
    return "; ".join(told) or "nothing"


def _counted_batches(statuses: Sequence[BatchStatus], status: BatchStatus, words: str) -> list[str]:
    number = statuses.count(status)
    return [words.format(counted(number, "batch"))] if number else []


def advice(cycle: str, batches: Sequence[BatchReport], states: Mapping[ItemState, int]) -> Iterator[Advice]:
    """Name the next commands, the most urgent first; none when nothing is left to do.

    `states` counts the newest payment of every item: an old attempt still shows failures that were paid anew.
    """
    yield from _review(batches)
    yield from _refused(cycle, batches)
    yield from _unfinished(cycle, batches, states)
    yield from _denied(batches)
    yield from _payable_again(batches)
    yield from _moving(cycle, batches, states)


def _review(batches: Sequence[BatchReport]) -> Iterator[Advice]:
    for batch in _with_status(batches, _B.REVIEW):
        yield Advice(
            f"A person must decide about {batch.record.name}: look for it in PayPal's activity list. Where PayPal has "
            "it, name PayPal's id; where it surely does not, use `--to abandoned` or `--to in_flight` instead.",
            f"payouts override {batch.record.name} --to accepted --paypal-batch-id ID --reason TEXT",
        )


def _refused(cycle: str, batches: Sequence[BatchReport]) -> Iterator[Advice]:
    refused = list(_with_status(batches, _B.REFUSED))
    for batch in refused:
        cause = f" ({batch.record.last_retry_error})" if batch.record.last_retry_error else ""
        yield Advice(
            f"PayPal refused {batch.record.name}{cause} and paid nobody of it.", f"payouts status {batch.record.name}"
        )
    if refused:
        yield Advice("Once the cause is mended, the same id is sent again by:", f"payouts run --cycle {cycle}")


def _unfinished(cycle: str, batches: Sequence[BatchReport], states: Mapping[ItemState, int]) -> Iterator[Advice]:
    """Send on to `run` for what it waits for: sends to be made or answered, results to be read."""
    statuses = {batch.record.status for batch in batches}
    if states.get(_I.PENDING) or statuses & {_B.PLANNED, _B.IN_FLIGHT}:
        yield Advice("To go on from here, safe to repeat at any time:", f"payouts run --cycle {cycle}")


def _denied(batches: Sequence[BatchReport]) -> Iterator[Advice]:
    for batch in _with_status(batches, _B.DENIED):
        if batch.eligibility.eligible:
            yield Advice(
                f"PayPal denied {batch.record.name}; once the cause is mended:", f"payouts retry {batch.record.name}"
            )


def _payable_again(batches: Sequence[BatchReport]) -> Iterator[Advice]:
    """Name the batches that hold items proven unpaid."""
    for batch in batches:
        ended = batch.record.status in {_B.DONE, _B.CANCELED, _B.ABANDONED}
        if ended and batch.record.payable_again and batch.eligibility.eligible:
            yield Advice(
                f"{counted(batch.record.payable_again, 'item')} of {batch.record.name} proven unpaid. "
                "To pay anew what the cycle's file still holds, as it stands there:",
                f"payouts retry {batch.record.name} --failed-items",
            )


def _moving(cycle: str, batches: Sequence[BatchReport], states: Mapping[ItemState, int]) -> Iterator[Advice]:
    moving = {state: count for state, count in states.items() if state in _MOVES_BY_ITSELF and count}
    accepted = any(batch.record.status is _B.ACCEPTED for batch in batches)
    if moving:
        yield Advice(
            f"PayPal may still change {listed(moving)}. To read its word, sending nothing:",
            f"payouts sync --cycle {cycle}",
        )
    elif accepted and not states.keys() & NOT_FINAL:
        yield Advice(
            "PayPal has not closed every batch. To read its word, sending nothing:", f"payouts sync --cycle {cycle}"
        )


def _with_status(batches: Sequence[BatchReport], status: BatchStatus) -> Iterator[BatchReport]:
    return (batch for batch in batches if batch.record.status is status and not batch.record.superseded)
