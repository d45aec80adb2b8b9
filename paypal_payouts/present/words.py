"""The words and colours of states, and amounts aligned on their decimal point.

Source: docs/design.md, 9 and 5.5. A colour only repeats what the word beside it says.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from paypal_payouts.domain.completeness import complete
from paypal_payouts.domain.doctor import CheckState
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import MEANING, STATUS_MEANING, STILL_MOVING, BatchStatus, ItemState
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.domain.words import in_order, not_paid
from paypal_payouts.present.page import Cell

_O, _C = RunOutcome, CheckState

_CALM_LAST: Final = ("red", "yellow", "cyan")
"""Of what may still move, by the colours of its states: what to look at first."""

UNKNOWN: Final = Cell("unknown", "bold magenta")
"""Of an item that was sent, and has no word of PayPal's: nobody knows whether it is paid."""

OUTCOME_STYLES: Final[Mapping[RunOutcome, str]] = complete(
    RunOutcome,
    {
        _O.PLANNED: "cyan",
        _O.COMPLETED: "green",
        _O.COMPLETED_WITH_FAILURES: "red",
        _O.PENDING: "yellow",
        _O.NOTHING_TO_DO: "green",
        _O.REFUSED: "red",
        _O.REVIEW: "bold magenta",
        _O.BLOCKED: "red",
    },
)

CHECK_STYLES: Final[Mapping[CheckState, str]] = complete(
    CheckState, {_C.OK: "green", _C.WARNING: "yellow", _C.FAILED: "red"}
)


def status_cell(batch: BatchRecord) -> Cell:
    """Describe a batch's status, and every item state that the status alone would hide: `done, 2 failed`."""
    meaning = STATUS_MEANING[batch.status]
    hidden = {ItemState.SUCCESS, ItemState.UNSENT, meaning.items_become}
    told = [f"{count:,} {state}" for state, count in in_order(batch.states).items() if state not in hidden]
    later = ["superseded"] if batch.superseded else []
    style = meaning.style
    if batch.status is BatchStatus.DONE:
        moving = [MEANING[state].style for state in STILL_MOVING if batch.states[state]]
        style = "red" if not_paid(batch.states) else min(moving, key=_CALM_LAST.index, default=style)
    return Cell(", ".join([batch.status, *told, *later]), style)


def state_cell(state: ItemState, raw: str | None = None) -> Cell:
    """Describe an item's state; for one that PayPal never documented, its raw word too."""
    text = f"{state} ({raw})" if state is ItemState.UNRECOGNIZED and raw else str(state)
    return Cell(text, MEANING[state].style)


def aligned(amounts: Iterable[tuple[int | None, str]], *, currency: bool = True) -> list[str]:
    """Write amounts so that, set to the right, their decimal points and currencies stand under each other."""
    written = [("-" if minor is None else grouped_amount(minor, code), code) for minor, code in amounts]
    tails = [len(text) - len(text.partition(".")[0]) for text, _ in written]
    room = max(tails, default=0)
    padded = [text + " " * (room - tail) for (text, _), tail in zip(written, tails, strict=True)]
    if not currency:
        return padded
    codes = [" " * len(code) if text == "-" else code for text, code in written]
    return [f"{text} {code}" for text, code in zip(padded, codes, strict=True)]
