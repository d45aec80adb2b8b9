"""How a cycle, or one batch of it, stands: what is open, and what is wrong.

Source: docs/design.md, 5.4 and 10.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.domain.advice import BatchReport, next_commands
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.open_and_wrong import what_is_open, what_is_unfinished, what_is_wrong
from paypal_payouts.domain.paid_otherwise import PaidOtherwise, otherwise_in_words
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.refusal import refused_words
from paypal_payouts.domain.states import NOT_FINAL, WITHOUT_WORD, BatchStatus, ItemState
from paypal_payouts.domain.steps import (
    CHANGED,
    SEALS,
    Advice,
    batch_step,
    conflict_words,
    explain_command,
    last_error_code,
    pending_step,
)
from paypal_payouts.domain.totals import Conflict, Tally
from paypal_payouts.domain.words import listed

_B, _I = BatchStatus, ItemState


class OpenBatch(NamedTuple):
    """A batch that keeps its cycle from being finished, and the one command that takes it further."""

    batch: str
    why: str
    error_code: str | None
    since: datetime | None
    """Its last send."""
    next: str


class Outlook(Struct, frozen=True):
    """Is anything open, is anything wrong, what do I type."""

    open: tuple[OpenBatch, ...] = ()
    next: tuple[Advice, ...] = ()
    what_is_open: str = "nothing"
    what_is_wrong: str = "nothing"
    what_is_unfinished: str = "nothing"
    """Of what is open, what keeps the cycle from being finished."""


class ReportWithOutlook(Report, frozen=True, kw_only=True):
    """A report of what was done to a cycle, or found of it, and of how the cycle stands then."""

    outlook: Outlook = Outlook()


def outlook(
    cycle: str,
    batches: Sequence[BatchReport],
    tally: Tally,
    otherwise: Sequence[PaidOtherwise] = (),
    *,
    shows_errors: bool = False,
) -> Outlook:
    """Look at a cycle, or at one batch of it, as it is stored.

    `otherwise` went another way than their rows said; `shows_errors`: it stands beside what went wrong.
    """
    records = [batch.record for batch in batches]
    waiting = (_open(cycle, batch, tally.conflicts) for batch in batches)
    return Outlook(
        open=tuple(found for found in waiting if found is not None),
        next=tuple(next_commands(cycle, batches, tally, shows_errors=shows_errors)),
        what_is_open="; ".join(what_is_open(records, tally)) or "nothing",
        what_is_wrong="; ".join(filter(None, [*what_is_wrong(records, tally), otherwise_in_words(otherwise)]))
        or "nothing",
        what_is_unfinished="; ".join(what_is_unfinished(records, tally)) or "nothing",
    )


def distrusted(outlook: Outlook) -> Outlook:
    """Return how something stands that another hand changed: wrong, and no command but a look is accepted."""
    wrong = "" if outlook.what_is_wrong == "nothing" else f"; {outlook.what_is_wrong}"
    return replace(outlook, next=(SEALS,), what_is_wrong=f"{CHANGED}{wrong}")


def _open(cycle: str, batch: BatchReport, conflicts: Sequence[Conflict]) -> OpenBatch | None:
    """Describe what keeps a batch from its end; None where nothing does."""
    record = batch.record
    step = (
        _conflict_step(cycle, record, conflicts)
        or batch_step(cycle, record, rows_differ=batch.rows_differ)
        or _item_step(cycle, record)
    )
    if step is None:
        return None
    reason = f"{refused_words(record)}. " if record.status is _B.REFUSED else ""
    code = last_error_code(record) if record.failed_try is None else record.failed_try.code
    return OpenBatch(str(record.name), f"{reason}{step.why}", code, record.last_sent_at, step.command)


def _conflict_step(cycle: str, record: BatchRecord, conflicts: Sequence[Conflict]) -> Advice | None:
    disputed = [each for each in conflicts if each.batch == str(record.name) and not each.acknowledged]
    if not disputed:
        return None
    first = disputed[0]
    more = f" (and of {len(disputed) - 1} more items)" if len(disputed) > 1 else ""
    return Advice(f"{conflict_words(first)}{more}.", explain_command(first.item_id, cycle))


def _item_step(cycle: str, record: BatchRecord) -> Advice | None:
    """Describe what the items of a batch wait for that PayPal has."""
    if record.paypal_batch_id is None:
        return None
    pending = pending_step(cycle, record)
    if pending is not None:
        return pending
    held = {state: record.states[state] for state in NOT_FINAL - WITHOUT_WORD if record.states[state]}
    if held:
        return Advice(f"PayPal has not decided on {listed(held)} of {record.name}", f"payouts sync --cycle {cycle}")
    return None
