"""Pages that are taken a column at a time change what they change when each item is taken alone."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pytest

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.outcome import ErrorClass, ItemReading
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.protocol.item_changes import ItemMatcher
from paypal_payouts.storage import ItemChange, OpenPayments, PlainChanges, StoredPayment

if TYPE_CHECKING:
    from paypal_payouts.domain.payout import BatchRecord
    from paypal_payouts.protocol.tools import Tools

WORDS = [
    *(None, "PENDING", "SUCCESS", "FAILED", "UNCLAIMED", "RETURNED", "ONHOLD", "BLOCKED", "REFUNDED", "REVERSED"),
    *("DENIED", "CANCELED", "NEVER_HEARD_OF"),
]
STATUSES = [BatchStatus.ACCEPTED, BatchStatus.DONE, BatchStatus.DENIED, BatchStatus.CANCELED, BatchStatus.REVIEW]


class Outcome(NamedTuple):
    """What a matcher made of some pages."""

    changes: dict[int, ItemChange]
    contradictions: list[str]
    seen: dict[str, str]
    came_back: set[CameBack]
    plain: PlainChanges


@dataclass
class Books:
    """Stands in for the store."""

    payments: Sequence[StoredPayment]

    def books(self, _: int) -> dict[str, StoredPayment]:
        return {payment.item_id: payment for payment in self.payments}

    def open_payments(self, _: int) -> OpenPayments:
        columns = zip(*([getattr(each, name) for name in OpenPayments._fields] for each in self.payments), strict=True)
        return OpenPayments._make(columns)


def item_class(_: str) -> ErrorClass:
    return ErrorClass.PAYEE


def matched(
    payments: Sequence[StoredPayment],
    pages: Sequence[Sequence[ItemReading]],
    *,
    by_column: bool,
    status: BatchStatus = BatchStatus.ACCEPTED,
    compares_receivers: bool = True,
) -> Outcome:
    """Let pages be taken, by column or, as of a batch of which PayPal has said more, item by item."""
    batch = cast(
        "BatchRecord",
        SimpleNamespace(
            id=1,
            name=BatchName("c1", 1, 1),
            currency="USD",
            status=status,
            items=len(payments),
            states=Counter({ItemState.PENDING: len(payments)} if by_column else {}),
        ),
    )
    readings = Books(payments)
    tools = cast(
        "Tools",
        SimpleNamespace(store=SimpleNamespace(readings=readings), errors=SimpleNamespace(item_class=item_class)),
    )
    matcher = ItemMatcher(batch, tools, compares_receivers=compares_receivers)
    for page in pages:
        matcher.take(page)
    changes = {change.id: change for change in matcher.changes()}
    return Outcome(changes, matcher.contradictions, matcher.seen, set(matcher.came_back()), matcher.plain_changes())


def written(outcome: Outcome) -> dict[int, dict[str, Any]]:
    """Return every change as it is written, of plain ones what the store does not write left out."""
    all_of_them: dict[int, dict[str, Any]] = {}
    for key, change in outcome.changes.items():
        facts = change._asdict()
        is_plain = change.is_plain and not (change.keeps_record or change.converts or change.revives or change.before)
        all_of_them[key] = {name: facts[name] for name in PlainChanges._fields} if is_plain else facts
    for values in zip(*outcome.plain, strict=True):
        facts = dict(zip(PlainChanges._fields, values, strict=True))
        assert facts["id"] not in all_of_them
        all_of_them[facts["id"]] = facts
    return all_of_them


def payment(number: int, raw_state: str | None = None, *, kind: str = "EMAIL") -> StoredPayment:
    return StoredPayment(
        id=number * 10,
        item_id=f"i{number}",
        state=ItemState.PENDING,
        amount_minor=100 + number,
        raw_state=raw_state,
        fee_minor=None,
        paypal_item_id=None,
        transaction_id=None,
        error_code=None,
        live=1,
        newest=1,
        receiver={"EMAIL": f"p{number}@example.com", "PHONE": f"+1555000{number}"}[kind],
        recipient_type=kind,
    )


def shown(of: StoredPayment, word: str | None) -> ItemReading:
    return ItemReading(
        paypal_item_id=f"P{of.id}",
        item_id=of.item_id,
        receiver=of.receiver,
        amount_minor=of.amount_minor,
        currency="USD",
        word=word,
        fee_minor=25,
        transaction_id=f"T{of.id}",
        error_code=None,
        error_message=None,
        activity_id=f"A{of.id}",
        time_processed="2026-11-05T10:00:00Z",
    )


ODD: list[dict[str, Any]] = [
    {"receiver": None},
    {"receiver": "P1@EXAMPLE.COM"},
    {"receiver": "1555-0001"},
    {"receiver": "eve@example.com"},
    {"amount_minor": None},
    {"amount_minor": 1},
    {"currency": "EUR"},
    {"currency": None},
    {"item_id": None},
    {"item_id": "not-ours"},
    {"item_id": "i0"},
    {"paypal_item_id": "ANOTHER"},
    {"error_code": "RECEIVER_UNREGISTERED", "error_message": "no account"},
    {"debited_minor": 90, "debited_currency": "EUR", "exchange_rate": "1.1"},
    {"fee_minor": None, "transaction_id": None},
    {"activity_id": None, "time_processed": None},
]


BOOKS: list[dict[str, Any]] = [
    {},
    {"raw_state": "PENDING"},
    {"paypal_item_id": "P10"},
    {"raw_state": "PENDING", "paypal_item_id": "P10", "fee_minor": 25, "transaction_id": "T10", "activity_id": "A10"},
]


def invented(chance: random.Random) -> tuple[list[StoredPayment], list[list[ItemReading]]]:
    """Invent a batch, and pages of it in no order: most items as usual, some shown twice, some odd."""
    payments = []
    for number in range(chance.randint(1, 5)):
        known = chance.choice(BOOKS)
        payments.append(payment(number, kind=chance.choice(["EMAIL", "PHONE"]))._replace(**known))
    usual = chance.choice(["SUCCESS", "UNCLAIMED", "PENDING", None])
    pages = []
    for _ in range(chance.randint(1, 3)):
        those = chance.sample(payments, chance.randint(0, len(payments)))
        those += chance.choices(payments, k=chance.choice([0, 0, 0, 1]))
        page = [shown(each, usual if chance.random() < 0.7 else chance.choice(WORDS)) for each in those]
        pages.append([item._replace(**(chance.choice(ODD) if chance.random() < 0.15 else {})) for item in page])
    return payments, pages


def check(payments: Sequence[StoredPayment], pages: Sequence[Sequence[ItemReading]], **how: Any) -> None:
    """Hold what pages come to by column against what they come to item by item."""
    columns, items = (matched(payments, pages, by_column=by_column, **how) for by_column in (True, False))
    assert items.plain == PlainChanges()
    assert written(columns) == written(items)
    assert columns[1:4] == items[1:4]


@pytest.mark.parametrize("compares_receivers", [True, False], ids=["compared", "attached"])
@pytest.mark.parametrize("word", WORDS, ids=str)
def test_one_odd_item_of_a_page_comes_to_the_same_as_alone(word: str | None, *, compares_receivers: bool) -> None:
    for odd, book, kind, status in product([{}, *ODD], BOOKS, ["EMAIL", "PHONE"], STATUSES):
        payments = [payment(0), payment(1, kind=kind)._replace(**book), payment(2)]
        page = [shown(each, word) for each in payments]
        page[1] = page[1]._replace(**odd)
        check(payments, [page], compares_receivers=compares_receivers, status=status)


@pytest.mark.parametrize("seed", range(10))
def test_whatever_pages_show_comes_to_the_same_by_column_and_by_item(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(300):
        check(*invented(chance), status=chance.choice(STATUSES), compares_receivers=chance.random() < 0.8)


def test_a_page_that_is_as_usual_is_taken_by_column_alone() -> None:
    payments = [payment(0), payment(1, "PENDING")]
    page = [shown(payments[1], "SUCCESS"), shown(payments[0], "UNCLAIMED")]
    outcome = matched(payments, [page], by_column=True)
    assert (outcome.changes, outcome.contradictions) == ({}, [])
    assert outcome.plain.id == (10, 0)
    assert outcome.plain.state == (ItemState.SUCCESS, ItemState.UNCLAIMED)


def test_of_a_page_with_failures_the_others_are_taken_by_column() -> None:
    payments = [payment(number) for number in range(3)]
    failed = shown(payments[1], "FAILED")._replace(error_code="RECEIVER_UNREGISTERED")
    page = [shown(payments[0], "SUCCESS"), failed, shown(payments[2], "SUCCESS")]
    outcome = matched(payments, [page], by_column=True)
    assert list(outcome.changes) == [10]
    assert outcome.plain.id == (0, 20)
