"""The words and colours of states, and amounts aligned on their decimal point.

Source: docs/design.md, 9 and 5.5. A colour only repeats what the word beside it says.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.doctor import CheckState
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import NOT_FINAL, SETTLED_WELL, BatchStatus, ItemState
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.domain.words import in_order, not_paid
from paypal_payouts.present.page import Cell

_B, _I, _O, _C = BatchStatus, ItemState, RunOutcome, CheckState

STATE_STYLES: Final[Mapping[ItemState, str]] = MappingProxyType(
    {
        **dict.fromkeys(ItemState, "red"),
        **dict.fromkeys(NOT_FINAL, "yellow"),
        **dict.fromkeys(SETTLED_WELL, "green"),
        _I.UNCLAIMED: "cyan",
        _I.CLOSED: "dim",
    }
)

STATUS_STYLES: Final[Mapping[BatchStatus, str]] = MappingProxyType(
    {
        _B.PLANNED: "cyan",
        _B.IN_FLIGHT: "yellow",
        _B.ACCEPTED: "yellow",
        _B.DONE: "green",
        _B.DENIED: "red",
        _B.CANCELED: "red",
        _B.REFUSED: "red",
        _B.REVIEW: "bold magenta",
        _B.ABANDONED: "dim",
    }
)

OUTCOME_STYLES: Final[Mapping[RunOutcome, str]] = MappingProxyType(
    {
        _O.PLANNED: "cyan",
        _O.COMPLETED: "green",
        _O.COMPLETED_WITH_FAILURES: "red",
        _O.PENDING: "yellow",
        _O.NOTHING_TO_DO: "green",
        _O.REFUSED: "red",
        _O.REVIEW: "bold magenta",
        _O.BLOCKED: "red",
    }
)

CHECK_STYLES: Final[Mapping[CheckState, str]] = MappingProxyType(
    {_C.OK: "green", _C.WARNING: "yellow", _C.FAILED: "red"}
)

_UNREMARKABLE: Final[Mapping[BatchStatus, frozenset[ItemState]]] = MappingProxyType(
    {
        _B.DENIED: frozenset({_I.DENIED}),
        _B.CANCELED: frozenset({_I.CANCELED}),
        _B.ABANDONED: frozenset({_I.ABANDONED}),
    }
)
"""States that a batch's status says already."""


def status_cell(batch: BatchRecord) -> Cell:
    """Say a batch's status, and every item state that the status alone would hide: `done, 2 failed`."""
    hidden = {_I.SUCCESS, _I.UNSENT} | _UNREMARKABLE.get(batch.status, frozenset())
    told = [f"{count} {state}" for state, count in in_order(batch.states).items() if state not in hidden]
    later = ["superseded"] if batch.superseded else []
    unpaid = batch.status is _B.DONE and any(batch.states[state] for state in not_paid(batch.states))
    style = "red" if unpaid else STATUS_STYLES[batch.status]
    return Cell(", ".join([batch.status, *told, *later]), style)


def state_cell(state: ItemState, raw: str | None = None) -> Cell:
    """Say an item's state; for one that PayPal never documented, its raw word too."""
    text = f"{state} ({raw})" if state is _I.UNRECOGNIZED and raw else str(state)
    return Cell(text, STATE_STYLES[state])


def aligned(amounts: Iterable[tuple[int | None, str]], *, currency: bool = True) -> list[str]:
    """Write amounts so that, set to the right, their decimal points and currencies stand under each other."""
    written = [("-" if minor is None else format_amount(minor, code), code) for minor, code in amounts]
    tails = [len(text) - len(text.partition(".")[0]) for text, _ in written]
    room = max(tails, default=0)
    padded = [text + " " * (room - tail) for (text, _), tail in zip(written, tails, strict=True)]
    if not currency:
        return padded
    codes = [" " * len(code) if text == "-" else code for text, code in written]
    return [f"{text} {code}" for text, code in zip(padded, codes, strict=True)]
