"""What comparing finds, in words: refusals with their way out, and notices.

A command in a hint is one that is accepted in the state that printed it, and that pays nobody twice.
Source: docs/design.md, 5.2 and 5.4.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from shlex import quote
from typing import Any, Final, Literal

from msgspec import Struct

from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import BatchRecord, Debt, StoredItem
from paypal_payouts.domain.retry import may_pay_again
from paypal_payouts.domain.states import CAME_BACK, MEANING, STATUS_MEANING, BatchStatus, ItemState, Money
from paypal_payouts.domain.words import counted
from paypal_payouts.errors import BlockCode, Blocked

EXAMPLES_MAX: Final = 20
"""How many items a warning or refusal names one by one; the rest is counted."""

NO_FINAL_NEWLINE: Final = "no_final_newline"
"""The warning that a file may be cut: shown where nobody reads the others, too."""

_COMMANDS_MAX: Final = 3
"""For how many batches or items a hint spells out its commands."""


class Notice(Struct, frozen=True):
    """Something the operator should know that stops nothing; `code` is one of the documented warning codes."""

    code: str
    message: str
    more: int = 0
    """So many others it only counts."""


class Refusal(Struct, frozen=True):
    """A rule of re-run prevention that stops the run before anything is sent: exit 4."""

    code: BlockCode
    message: str
    hint: str
    details: Sequence[dict[str, Any]] = ()

    def error(self, *others: "Refusal") -> Blocked:
        """Return the error that stops the run; other rules that are broken are named beside this one."""
        also = "".join(f" Also: {other.message}" for other in others)
        return Blocked(self.code, self.message + also, hint=self.hint, details=self.details)


_Way = Literal[
    "in review", "paid", "may be paid", "more is owed", "too much was paid", "it is as it was sent", "not owed any more"
]
_PUT_BACK: Final[Mapping[_Way, str]] = {
    "in review": "put the {row} back; a person decides first whether this is paid: {reviews}.",
    "paid": "paid, so put the {row} back; a new address counts from the next cycle.",
    "may be paid": "this may still be paid, so put the {row} back and wait: `payouts sync --cycle {cycle}`.",
    "more is owed": "put the {row} back as sent; only the difference is owed, {on_top}.",
    "too much was paid": "put the {row} back as sent, and ask for what is too much: PayPal does not take it back.",
    "it is as it was sent": "put the {row} back as sent; what may be paid is not changed any more.",
    "not owed any more": "put the {row} back as sent; what is owed all the same is paid {on_top}.",
}
"""What becomes of a row that differs from what may be paid, by why it does."""

_NEW_PERIOD: Final = "The pay of a new period needs a cycle name of its own."

_TOLD_MAX: Final = 5


def _way_of(known: StoredItem, debt: Debt) -> _Way:
    money = MEANING[known.state].money
    if known.state in CAME_BACK or money is Money.CLOSED:
        return "not owed any more"
    if (debt.amount_minor, debt.currency) == (known.amount_minor, known.currency):
        return "paid" if money is Money.PAID else "may be paid"
    if debt.currency != known.currency:
        return "it is as it was sent"
    if debt.amount_minor > known.amount_minor:
        return "more is owed"
    return "too much was paid" if money is Money.PAID else "it is as it was sent"


class Findings:
    """Items that break one rule: the first few by name, the rest by number."""

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[dict[str, Any]] = []

    def add(self, **example: object) -> None:
        """Count an item, and keep it while there are few."""
        self.count += 1
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append(example)

    def add_change(self, debt: Debt, known: StoredItem, batch: BatchRecord) -> None:
        """Count an item that the input has otherwise than it is stored."""
        before = f"{known.receiver} {format_amount(known.amount_minor, known.currency)} {known.currency}"
        after = f"{debt.receiver} {format_amount(debt.amount_minor, debt.currency)} {debt.currency}"
        self.add(item_id=known.item_id, batch=str(batch.name), state=str(known.state), stored=before, input=after)

    def listing(self) -> str:
        """Name them."""
        return named((str(example["item_id"]) for example in self.examples), self.count)


ItemLimit = Literal["max_item", "min_item"]
"""The limits of `[limits]` that each item must keep."""


class ItemsBeyondLimits:
    """Items whose amount alone breaks a limit."""

    def __init__(self) -> None:
        self._found: dict[ItemLimit, Findings] = {"max_item": Findings(), "min_item": Findings()}

    def add(self, limit: ItemLimit, item_id: str, line: int, amount_minor: int, currency: str) -> None:
        """Count an item."""
        self._found[limit].add(item_id=item_id, line=line, amount=format_amount(amount_minor, currency))

    def refusals(self) -> Iterator[Refusal]:
        """Refuse them, those of each limit at once."""
        for limit, findings in self._found.items():
            if findings.count:
                side, way = ("above", "raise") if limit == "max_item" else ("below", "lower")
                yield Refusal(
                    "limit_exceeded",
                    f"{_rows(findings)} {side} limits.{limit}: {findings.listing()}.",
                    f"Nothing was sent. Correct the amounts, or {way} the limit in the configuration.",
                    findings.examples,
                )


class WaysOut:
    """How rows that were corrected can be paid where their items are not proven unpaid yet, and what else to do."""

    def __init__(self) -> None:
        self._planned: dict[str, None] = {}
        self._unclaimed: dict[str, str] = {}
        self._put_back = {way: list[str]() for way in _PUT_BACK}
        """The first of each way; the rest is counted."""
        self._counts = Counter[_Way]()
        self._in_review: dict[str, None] = {}

    def add(self, known: StoredItem, batch: BatchRecord, debt: Debt | None = None) -> None:
        """Note an item that the input has otherwise than it is stored, as `debt`, or under another derived id."""
        if batch.status is BatchStatus.PLANNED:
            self._planned[str(batch.name)] = None
        elif known.state is ItemState.UNCLAIMED:
            if len(self._unclaimed) <= EXAMPLES_MAX:
                self._unclaimed[known.item_id] = str(batch.name)
        elif debt is not None:
            word = known.state if known.state is not ItemState.UNSENT else STATUS_MEANING[batch.status].words
            way = _way_of(known, debt)
            if batch.status is BatchStatus.REVIEW:
                way, self._in_review[str(batch.name)] = "in review", None
            self._counts[way] += 1
            if self._counts[way] <= _TOLD_MAX:
                self._put_back[way].append(f"{known.item_id} ({word})")

    def put_back(self, cycle: str, *, on_top: str) -> list[str]:
        """Describe what becomes of rows that must be put back; `on_top` is how a new row of the same payee is paid."""
        said, reviews = [], _commands(f"payouts review {name}" for name in self._in_review)
        for way, items in self._put_back.items():
            if items:
                row = "row" if self._counts[way] == 1 else "rows"
                words = _PUT_BACK[way].format(row=row, cycle=cycle, on_top=on_top, reviews=reviews)
                said.append(f"{named(items, self._counts[way])}: {words}")
        return said

    def may_be_of_new_period(self, rows: int) -> bool:
        """Return whether most of so many rows differ from what the cycle has, and not a single one was corrected."""
        return max(1, rows // 2) < self._counts.total() - self._counts["in review"]

    def words(self, cycle: str) -> list[str]:
        """Describe what to type; nothing where there is no way to change what may be paid."""
        said = []
        if self._planned:
            said.append(f"Never sent, so a row of it can still be corrected: {give_up(self._planned)}.")
        if self._unclaimed:
            cancels = ", ".join(
                f'`payouts cancel {quote(item_id)} --cycle {cycle} --reason "the row was corrected"`'
                for item_id in list(self._unclaimed)[:_COMMANDS_MAX]
            )
            also = " (and so for the others)" if len(self._unclaimed) > _COMMANDS_MAX else ""
            pays = _retries(dict.fromkeys(self._unclaimed.values()))
            said.append(f"Unclaimed money can be called back: {cancels}{also}; once it is returned, {pays}.")
        return said


def named(names: Iterable[str], count: int | None = None) -> str:
    """List names; of `count` that there are, the rest by number."""
    listed = list(names)
    more = 0 if count is None else count - len(listed)
    words = ", ".join(listed)
    return f"{words} and {more:,} more" if more else words


def give_up(batches: Iterable[str]) -> str:
    """Describe how batches that were never sent are given up, and their items paid as the input has them now."""
    names = list(batches)
    overrides = ", ".join(
        f'`payouts override {name} --to abandoned --reason "its rows were corrected"`' for name in names[:_COMMANDS_MAX]
    )
    also = " (and so for the others)" if len(names) > _COMMANDS_MAX else ""
    return f"{overrides}{also}, then {_retries(names)}"


def _rows(findings: Findings) -> str:
    return f"{counted(findings.count, 'row')} {'is' if findings.count == 1 else 'are'}"


def _retries(batches: Iterable[str]) -> str:
    return _commands(f"payouts retry {name} --failed-items" for name in batches)


def _commands(commands: Iterable[str]) -> str:
    """Spell out the first few of the same kind."""
    listed = [f"`{command}`" for command in commands]
    return ", ".join(listed[:_COMMANDS_MAX]) + (" (and so for the others)" if len(listed) > _COMMANDS_MAX else "")


def changed_refusal(changed: Findings, ways: WaysOut, *, rows: int, cycle: str, derived: bool) -> Refusal:
    """Refuse items that differ from what is stored and may be paid; the input has `rows` in all."""
    on_top = "in a cycle of its own" if derived else "under a new item_id with --append"
    new_period = [_NEW_PERIOD] if ways.may_be_of_new_period(rows) else []
    said = [*ways.words(cycle), *ways.put_back(cycle, on_top=on_top), *new_period]
    return Refusal(
        "changed_item",
        f"{counted(changed.count, 'stored item')} {'differs' if changed.count == 1 else 'differ'} in the input, and "
        f"may be paid: {changed.listing()}.",
        " ".join(["Nothing was sent.", *said]),
        changed.examples,
    )


def extra_refusal(extra: Findings, hint: Sequence[str]) -> Refusal:
    """Refuse rows that a cycle which has batches does not know."""
    return Refusal(
        "extra_item",
        f"{_rows(extra)} new in a cycle that has batches: {extra.listing()}.",
        " ".join(["Nothing was sent.", *hint]),
        extra.examples,
    )


def missing_refusal(missing: Findings) -> Refusal:
    """Refuse to send a planned batch of which the input has not every item any more."""
    batches = sorted({str(example["batch"]) for example in missing.examples})
    are, rows = ("is", "row") if missing.count == 1 else ("are", "rows")
    return Refusal(
        "missing_item",
        f"{counted(missing.count, 'item')} stored in {', '.join(batches)} and not yet sent {are} missing from the "
        f"input: {missing.listing()}.",
        f"Nothing was sent. Put the {rows} back. Or give up what is stored, and pay what the input still has: "
        f"{give_up(batches)}.",
        missing.examples,
    )


def correction_notices(corrected: Findings, batches: Iterable[BatchRecord]) -> Iterator[Notice]:
    """Report items that are proven unpaid and stand otherwise in the input: who pays the corrected rows."""
    payable = {
        str(batch.name)
        for batch in batches
        if may_pay_again(batch).eligible and (batch.payable_again or batch.status is BatchStatus.REFUSED)
    }
    for example in corrected.examples:
        batch = example["batch"]
        pays = (
            f"`payouts retry {batch} --failed-items` pays the corrected row"
            if batch in payable
            else f"the corrected row cannot be paid yet, and `payouts status {batch}` shows why"
        )
        yield Notice(
            "corrected_item",
            f"{example['item_id']} was {example['stored']} in {batch} ({example['state']}) and is {example['input']} "
            f"now: {pays}.",
        )
    yield from _others("corrected_item", corrected)


def missing_notices(missing: Findings) -> Iterator[Notice]:
    """Report items that the input does not have any more."""
    for example in missing.examples:
        yield Notice(
            "missing_item",
            f"{example['item_id']} of {example['batch']} ({example['state']}) is missing from the input.",
        )
    yield from _others("missing_item", missing)


def _others(code: str, findings: Findings) -> Iterator[Notice]:
    more = findings.count - len(findings.examples)
    if more:
        yield Notice(code, f"and {more} more such items.")
