"""What the page of one cycle is made of, and the course of its items, as the trail tells it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.payout import AttemptRecord
from paypal_payouts.domain.report import AuditEvent
from paypal_payouts.domain.states import NOT_FINAL, PAYABLE_AGAIN, STILL_MOVING, BatchEvent, ItemState
from paypal_payouts.domain.status import CycleReport

_I, _E = ItemState, BatchEvent


class Explained(NamedTuple):
    """An item that is not paid, or not yet, with who has to act and what it means."""

    item: ItemReport
    who: str
    sentence: str


class Send(NamedTuple):
    """One send of a batch."""

    batch: str
    attempt: AttemptRecord


class Moment(NamedTuple):
    """How many items were in which state from a time on."""

    at: datetime
    states: Counter[ItemState]


@dataclass(frozen=True, slots=True)
class CyclePage:
    """Everything that is known of a cycle."""

    environment: str
    account: str
    written_at: datetime
    cycle: CycleReport
    sends: Sequence[Send]
    explained: Iterable[Explained]
    """Lazy: they may be as many as the items."""
    course: Sequence[Moment]
    events: Sequence[AuditEvent]


_FROM: Final[Mapping[ItemState, tuple[ItemState, ...]]] = MappingProxyType(
    {
        _I.RETURNED: (_I.UNCLAIMED, _I.PENDING, _I.ONHOLD),
        _I.REFUNDED: (_I.SUCCESS, _I.UNCLAIMED, _I.PENDING),
        _I.REVERSED: (_I.SUCCESS, _I.PENDING),
    }
)
"""Where items come from that PayPal reports in a state; any other comes from what was not final."""

_NOT_FINAL: Final = tuple(state for state in ItemState if state in NOT_FINAL)
_MOVING: Final = (*_NOT_FINAL, *(state for state in ItemState if state in STILL_MOVING - NOT_FINAL))
_WHOLE_BATCH: Final[Mapping[str, tuple[tuple[ItemState, ...], ItemState]]] = MappingProxyType(
    {
        _E.ACCEPT: ((_I.UNSENT,), _I.PENDING),
        _E.ATTACH: ((_I.UNSENT,), _I.PENDING),
        _E.DENY: (_NOT_FINAL, _I.DENIED),
        _E.CANCEL: (_NOT_FINAL, _I.CANCELED),
        _E.ABANDON: (_NOT_FINAL, _I.ABANDONED),
        _E.REPLACE: (_NOT_FINAL, _I.ABANDONED),
        _E.PERMIT: ((_I.DENIED,), _I.UNSENT),
    }
)
"""What a move of a batch does to its items: from these states to that one."""


def course(events: Iterable[AuditEvent]) -> Iterator[Moment]:
    """Follow the newest payments of a cycle's items through its trail, which tells numbers and not names.

    Each event moves as many items as it says, from the states that they can have come from.
    """
    of_batch: dict[str, Counter[ItemState]] = {}
    for event in events:
        if event.batch is None:
            continue
        states = of_batch.setdefault(event.batch, Counter())
        before = states.copy()
        if event.action == "intent":
            _begin(of_batch, event.batch, int(event.evidence.get("items", 0)))
        elif event.action == "items_read":
            for word, number in event.evidence.get("items", {}).items():
                if word in set(_I):
                    to = _I(word)
                    _move(states, _FROM.get(to, _MOVING), to, int(number))
        elif event.action == "close":
            _move(states, (_I(event.from_state or _I.FAILED),), _I.CLOSED, 1)
        elif event.action in _WHOLE_BATCH:
            froms, to = _WHOLE_BATCH[event.action]
            _move(states, froms, to, sum(states.values()))
        if states != before:
            yield Moment(event.at, sum(of_batch.values(), Counter()))


def _begin(of_batch: dict[str, Counter[ItemState]], batch: str, items: int) -> None:
    """Put the items of a new batch beside the others; a later attempt takes its items over from the one before."""
    first, _, attempt = batch.rpartition("-")
    left = items
    for number in range(int(attempt) - 1, 0, -1):
        earlier = of_batch.get(f"{first}-{number}", Counter())
        for state in sorted(PAYABLE_AGAIN | NOT_FINAL):
            taken = min(left, earlier[state])
            earlier[state] -= taken
            left -= taken
    of_batch[batch][_I.UNSENT] = items


def _move(states: Counter[ItemState], froms: Sequence[ItemState], to: ItemState, number: int) -> None:
    for state in froms:
        if state is not to:
            moved = min(number, states[state])
            states[state] -= moved
            states[to] += moved
            number -= moved
