"""What is a difference, and what is only not shown yet: over all that PayPal can show of a batch of two items."""

from itertools import product
from typing import Any

import pytest

from paypal_payouts.domain.adoption import BatchComparison, DiffersIn, Owed, compare
from paypal_payouts.domain.outcome import ItemReading, PageReading

from .makers import batch

OWED = {"a": Owed("a@x.example", 100, "USD", "EMAIL"), "b": Owed("+1-555-012-3456", 200, "USD", "PHONE")}
BATCH = batch(items=2, amount_minor=300)
ENDED = {"SUCCESS", "DENIED", "CANCELED"}


def shown(item_id: str | None, **changes: Any) -> ItemReading:
    receiver, amount_minor, currency, _ = OWED[item_id if item_id in OWED else "a"]
    item = ItemReading(f"P{item_id}", item_id, receiver, amount_minor, currency, "SUCCESS", 0, None, None, None)
    return item._replace(**changes)


def compared(
    *items: ItemReading, word: str | None = "SUCCESS", total: int | None = 2, **header: Any
) -> BatchComparison:
    told = {"sender_batch_id": BATCH.sender_batch_id, "amount_minor": 300, "currency": "USD", **header}
    page = PageReading(
        paypal_batch_id="P1",
        word=word,
        fees_minor=None,
        completed_at=None,
        total_items=total,
        total_pages=None,
        items=items,
        **told,
    )
    return compare(BATCH, "P1", OWED, header=page, items=items, has_ended=word in ENDED)


A, B = shown("a"), shown("b")
OURS: dict[str, list[ItemReading]] = {"none": [], "one": [A], "both": [A, B], "moved": [A, A], "both, moved": [A, B, A]}
WORDS = [None, "PENDING", "PROCESSING", "NEW", *sorted(ENDED)]


@pytest.mark.parametrize("items", OURS.values(), ids=OURS)
def test_only_all_of_ours_is_equal_and_what_may_come_yet_is_no_difference(items: list[ItemReading]) -> None:
    for word, total, amount in product(WORDS, [None, 0, 1, 2, 3], [None, 0, 100, 300, 301]):
        found = compared(*items, word=word, total=total, amount_minor=amount)
        case = f"{word}, total {total}, amount {amount}: {found}"
        is_equal = not found.differences and found.not_shown is None
        assert is_equal == (items == [A, B] and total in {None, 2} and amount in {None, 300}), case
        may_still_come = word not in ENDED and items != [A, B] and items != OURS["both, moved"]
        if may_still_come:
            assert bool(found.differences) == (total == 3 or amount == 301), case
        if total == 3 or amount == 301:
            assert found.differences, case


FOREIGN: dict[str, tuple[list[ItemReading], DiffersIn]] = {
    "another receiver": ([A, shown("b", receiver="+1-555-012-3457")], DiffersIn.RECEIVER),
    "another amount": ([A, shown("b", amount_minor=201)], DiffersIn.AMOUNT),
    "another currency": ([A, shown("b", currency="IDR", amount_minor=None)], DiffersIn.CURRENCY),
    "as much of another currency": ([A, shown("b", currency="EUR")], DiffersIn.CURRENCY),
    "an item of somebody else": ([A, shown("z")], DiffersIn.NOT_OURS),
    "an item without an id": ([A, shown(None)], DiffersIn.NOT_OURS),
    "two payments of one item": ([A, shown("a", paypal_item_id="other")], DiffersIn.TWICE),
}


@pytest.mark.parametrize(("items", "field"), FOREIGN.values(), ids=FOREIGN)
def test_what_cannot_be_ours_is_a_difference_whatever_else_is_shown(items: list[ItemReading], field: DiffersIn) -> None:
    for word, total, more in product(WORDS, [None, 0, 1, 2], [[], [A], [B]]):
        fields = {difference.field for difference in compared(*items, *more, word=word, total=total).differences}
        assert field in fields, (word, total, more)


def test_a_header_of_another_batch_is_a_difference_even_where_nothing_is_listed() -> None:
    for changes, field in (
        ({"sender_batch_id": "other"}, DiffersIn.SENDER_BATCH_ID),
        ({"currency": "EUR", "amount_minor": 1}, DiffersIn.CURRENCY),
    ):
        found = compared(word="PENDING", total=0, **changes)
        assert [difference.field for difference in found.differences] == [field]
    page = compared(A, B).differences
    assert page == ()
    assert compared(A, B, sender_batch_id=None).not_shown == "its sender_batch_id is not shown"


def test_what_an_item_does_not_say_is_no_difference() -> None:
    found = compared(A, shown("b", receiver=None, amount_minor=None))
    assert (found.differences, found.not_shown) == ((), "1 of its 2 items are shown without receiver or amount")


def test_receivers_alone_differ_only_where_everything_was_compared() -> None:
    other = shown("b", receiver="ben@x.example")
    assert compared(A, other).is_of_receivers_alone
    assert not compared(other, word="PENDING", total=1).is_of_receivers_alone
    assert not compared(A, other, amount_minor=301).is_of_receivers_alone
    assert not compared(A, shown("b", receiver="ben@x.example", amount_minor=7)).is_of_receivers_alone
    assert not compared(A, B).is_of_receivers_alone


def test_another_writing_of_a_receiver_is_equal() -> None:
    found = compared(shown("a", receiver="A@X.EXAMPLE"), shown("b", receiver="15550123456"))
    assert (found.differences, found.not_shown) == ((), None)
