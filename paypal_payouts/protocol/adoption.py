"""Comparing a batch that PayPal has with the one that we stored, item by item, before it is called ours.

Source: docs/design.md, 8.4. What is a difference, and what is only not shown yet: `domain.adoption`.
"""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from paypal_payouts.domain.adoption import Difference, compare
from paypal_payouts.domain.outcome import ErrorClass, Failure, ReadFailed
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.protocol.reading import ENDED, BatchReading, read_pages
from paypal_payouts.protocol.tools import Tools

_SAID_MAX: Final = 3
"""So many differences are said in words."""

_KEPT_MAX: Final = 100
"""So many are kept in the trail, row beside row."""


class NotEqual(Struct, frozen=True):
    """PayPal's batch is another one than ours: a person must decide."""

    reason: str
    differences: tuple[Difference, ...]
    reading: BatchReading
    """The batch as it was read, for whoever takes it over all the same."""
    is_of_receivers_alone: bool
    """Everything was compared, and nothing but the text of receivers differs: no amount, no item, no total."""

    def evidence(self) -> dict[str, Any]:
        """Give what differs, row beside row, for the trail."""
        kept = [difference.facts() for difference in self.differences[:_KEPT_MAX]]
        return {"differences": kept, "differ": len(self.differences)}


class AdoptionFailed(Struct, frozen=True):
    """The batch could not be read, or not be compared as a whole, just now: asked again later, it may."""

    failure: Failure


def read_for_adoption(
    batch: BatchRecord, paypal_batch_id: str, *, tools: Tools
) -> BatchReading | NotEqual | AdoptionFailed:
    """Read every page of a batch at PayPal and compare it with ours."""
    reading = read_pages(batch, paypal_batch_id, tools=tools)
    if isinstance(reading, ReadFailed):
        return AdoptionFailed(reading.failure)
    return compare_with_ours(batch, paypal_batch_id, reading, tools=tools)


def compare_with_ours(
    batch: BatchRecord, paypal_batch_id: str, reading: BatchReading, *, tools: Tools
) -> BatchReading | NotEqual | AdoptionFailed:
    """Compare a batch that was read whole with ours."""
    compared = compare(
        batch,
        paypal_batch_id,
        tools.store.readings.debts(batch.id),
        header=reading.header,
        items=reading.items,
        has_ended=reading.header.word in ENDED,
    )
    if compared.differences:
        reason = f"PayPal's batch {paypal_batch_id} differs: {_words(compared.differences)}"
        return NotEqual(reason, compared.differences, reading, compared.is_of_receivers_alone)
    if compared.not_shown is not None:
        return AdoptionFailed(_not_shown_yet(compared.not_shown))
    return reading


def _words(differences: Sequence[Difference]) -> str:
    said = [difference.words() for difference in differences[:_SAID_MAX]]
    more = len(differences) - len(said)
    return "; ".join([*said, f"and {more} more"] if more else said)


def _not_shown_yet(what: str) -> Failure:
    return Failure(
        code="NOT_SHOWN_YET",
        message=f"{what}; it cannot be compared yet",
        error_class=ErrorClass.TRANSIENT,
    )
