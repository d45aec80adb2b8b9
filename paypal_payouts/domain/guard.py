"""The payee guard: whose money would go to another receiver than the one at which it last arrived.

The commonest theft from payers is a changed address. Source: docs/design.md, 5.8.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from paypal_payouts.domain.approval import ApprovalRules
from paypal_payouts.domain.findings import EXAMPLES_MAX, Notice, Refusal, named
from paypal_payouts.domain.receivers import HashedReceiver, same_receiver
from paypal_payouts.domain.words import counted

NEW_PAYEE: Final = "new_payee"
"""The warning of those who are paid for the first time. It is for whoever still decides: nobody needs it afterwards."""

_FIRST_TIME_MAX: Final = 5

NewReceiverRule = Literal["warn", "approve", "refuse"]
"""What `guard.new_receiver` makes of a receiver that is new for its payee."""


class Guard(Struct, frozen=True):
    """The rule that is configured, and what the operator says to it."""

    rule: NewReceiverRule = "warn"
    accepts: bool = False
    """--accept-new-receivers: whoever runs it has made sure of them."""
    approval: ApprovalRules | None = None
    """By which an approval of the plan lets them pass, with the rule `approve`."""

    @property
    def stops(self) -> bool:
        """Whether a new receiver is refused."""
        return self.rule != "warn" and not self.accepts


class PayeeRow(NamedTuple):
    """As much of a row as the guard goes by; a tuple, because a million of them pass by."""

    payee_id: str
    item_id: str
    line: int
    receiver: str
    recipient_type: str
    amount_minor: int
    currency: str


class NewReceivers:
    """The payees among some rows whose receiver is not the one at which their money last arrived.

    Nothing in memory grows with the rows but 8 bytes for each payee that it counts.
    """

    def __init__(self, examples_max: int = EXAMPLES_MAX) -> None:
        """Begin with none; up to `examples_max` are kept with what they were and are."""
        self._max = examples_max
        self._changed, self._unpaid = array("q"), array("q")
        self._first_time: dict[str, None] = {}
        self._examples: dict[tuple[str, str], dict[str, object]] = {}

    def add(self, rows: Iterable[PayeeRow], arrived: Mapping[str, str | HashedReceiver]) -> None:
        """Look at rows; `arrived` has the receiver at which the money of a payee last arrived, where any ever did."""
        for row in rows:
            before = arrived.get(row.payee_id)
            if before is None:
                self._unpaid.append(hash(row.payee_id))
                if len(self._first_time) < _FIRST_TIME_MAX:
                    self._first_time[row.payee_id] = None
            elif not _is_same(row, before):
                key = (row.payee_id, row.receiver)
                self._changed.append(hash(key))
                if len(self._examples) < self._max:
                    where = {"payee_id": row.payee_id, "item_id": row.item_id, "line": row.line}
                    self._examples.setdefault(key, {**where, "before": _words(before), "now": row.receiver})

    @property
    def examples(self) -> list[dict[str, object]]:
        """The first of them: payee, item, line, the receiver before and now."""
        return list(self._examples.values())

    @property
    def count(self) -> int:
        """How many payees have a new receiver; one who has two counts twice."""
        return _distinct(self._changed)

    def notices(self) -> Iterator[Notice]:
        """Show each, the receiver before beside the one now, and count those who are paid for the first time."""
        examples = self.examples
        for example in examples:
            yield Notice(
                "new_receiver",
                f"{example['payee_id']} ({example['item_id']}) is to be paid at {example['now']}; the money last "
                f"arrived at {example['before']}: confirm the change with the payee by a number known before.",
            )
        more = self.count - len(examples)
        if more:
            yield Notice("new_receiver", f"and {more:,} more such payees.", more)
        first_time = _distinct(self._unpaid)
        if first_time:
            who = named(self._first_time, first_time)
            yield Notice(NEW_PAYEE, f"{counted(first_time, 'payee')} never got money from here before: {who}.")

    def refusals(self, guard: Guard, *, again: str) -> Iterator[Refusal]:
        """Refuse them where the rule says so; `again` is the command that accepts them."""
        if not self.count or not guard.stops:
            return
        approval = " An approval of this plan by a second person lets it pass, too." if guard.rule == "approve" else ""
        yield Refusal(
            "new_receiver",
            f"{counted(self.count, 'payee')} would be paid at another receiver than the one at which the money last "
            f"arrived: {named((str(example['payee_id']) for example in self.examples), self.count)}.",
            "Nothing was sent. Ask each of them, by a way that you knew before the change. Once they all have "
            f"confirmed it: `{again}`.{approval}",
            self.examples,
        )


def _is_same(row: PayeeRow, before: str | HashedReceiver) -> bool:
    if isinstance(before, HashedReceiver):
        return before.is_same(row.receiver)
    return same_receiver(row.receiver, before, row.recipient_type)


def _words(receiver: str | HashedReceiver) -> str:
    return receiver.words if isinstance(receiver, HashedReceiver) else receiver


def _distinct(hashes: "array[int]") -> int:
    return sum(1 for _ in groupby(sorted(hashes)))
