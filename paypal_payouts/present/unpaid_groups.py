"""The items of a cycle that are not paid, or not yet, on its page: in groups, by who has to act and why.

They come sorted: what we have to do first, and the largest group of it; within a group by item id. A reader may have
the largest amounts first: on a screen a browser orders rows by a number beside each, without a script. Rows are written
to a file aside as they come, as they may be as many as the items.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from types import MappingProxyType
from typing import IO, Final, NamedTuple

from paypal_payouts.domain.account import Explained
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.money import DECIMALS, grouped_amount
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.words import counted
from paypal_payouts.present.html import TABLE_END, even_row, html_text, table_head
from paypal_payouts.present.words import UNKNOWN

WHO: Final[Mapping[str, str]] = MappingProxyType(
    {"us": "we", "payee": "the payee", "paypal": "PayPal", "nobody": "nobody: it heals by itself"}
)
"""Who has to act, in the order in which it matters to whoever reads the page."""

_HEADERS: Final = ("Item", "Receiver", "#Amount", "Batch")
_IN_MEMORY: Final = 1 << 20
_BLOCK: Final = 1 << 16
_CURRENCIES: Final = {currency: number for number, currency in enumerate(DECIMALS)}
_AMOUNT_BITS: Final = 25
"""So many bits of an order are the amount: no payment has more minor units; above them is the currency."""


class _Kind(NamedTuple):
    """What the items of one group have in common."""

    who: str
    state: str
    error_code: str
    sentence: str


class _UnpaidGroup:
    """The rows of one group, written already, and what they come to."""

    def __init__(self, rows: IO[bytes]) -> None:
        self.rows = rows
        self.number = 0
        self.amounts_minor: Counter[str] = Counter()

    def add(self, item: ItemReport) -> None:
        amount = f"{grouped_amount(item.amount_minor, item.currency)} {item.currency}"
        cells = [item.item_id, item.receiver, amount, item.batch]
        self.rows.write(even_row(_HEADERS, cells, order=_largest_first(item)).encode())
        self.number += 1
        self.amounts_minor[item.currency] += item.amount_minor

    def written(self) -> Iterator[str]:
        self.rows.seek(0)
        pending = b""
        while block := self.rows.read(_BLOCK):
            # A character may lie across two blocks; a line end never does.
            whole, end, rest = (pending + block).rpartition(b"\n")
            yield (whole + end).decode()
            pending = rest


def unpaid_groups(rows: Iterable[Explained], unanswered: Container[str] = ()) -> Iterator[str]:
    """Write each group with what it means, open until a reader closes it; or that there is nobody.

    `unanswered`: the batches that may have been paid, though PayPal has not said so.
    """
    with ExitStack() as stack:
        groups: dict[_Kind, _UnpaidGroup] = {}
        for item, who, sentence in rows:
            kind = _Kind(who, _state(item, unanswered), item.error_code or "", sentence)
            if kind not in groups:
                groups[kind] = _UnpaidGroup(stack.enter_context(SpooledTemporaryFile(_IN_MEMORY)))
            groups[kind].add(item)
        if not groups:
            yield "<p>None.</p>\n"
        order = list(WHO)
        ordered = sorted(groups.items(), key=lambda each: (order.index(each[0].who), -each[1].number))
        for number, (kind, group) in enumerate(ordered):
            yield f"<details open><summary>{html_text(_title(kind, group))}</summary>\n"
            yield f"<p>{html_text(kind.sentence)}</p>\n"
            if group.number > 1:
                yield from _choice(f"g{number}")
            yield table_head(_HEADERS, even=True)
            yield from group.written()
            yield f"{TABLE_END}</details>\n"


def _choice(name: str) -> Iterator[str]:
    """Let a reader choose an order; what follows is ordered by the style of the page."""
    for order, words, chosen in (("", "by item", " checked"), ("largest", "largest amount first", "")):
        field = f'<input type="radio" class="choice {order}" name="{name}" id="{name}{order}"{chosen}>'
        yield f'{field}<label class="sort" for="{name}{order}">{words}</label>\n'


def _largest_first(item: ItemReport) -> int:
    """Return the place of a row, such that currencies stay together, and the largest amount of each comes first."""
    highest = (1 << _AMOUNT_BITS) - 1
    return (_CURRENCIES[item.currency] << _AMOUNT_BITS) - min(item.amount_minor, highest)


def _state(item: ItemReport, unanswered: Container[str]) -> str:
    if item.state is ItemState.UNSENT and item.batch in unanswered:
        return UNKNOWN.text
    return f"{item.state} ({item.raw_state})" if item.state is ItemState.UNRECOGNIZED else item.state


def _title(kind: _Kind, group: _UnpaidGroup) -> str:
    amounts = (f"{grouped_amount(minor, code)} {code}" for code, minor in sorted(group.amounts_minor.items()))
    code = f", {kind.error_code}" if kind.error_code else ""
    return f"{counted(group.number, 'item')} {kind.state}{code}: {', '.join(amounts)}. Who acts: {WHO[kind.who]}."
