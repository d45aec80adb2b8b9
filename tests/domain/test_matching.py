"""Knowing rows again whose derived ids changed: pure, total, and never a payment for what may be paid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.matching import stand_ins
from paypal_payouts.domain.payout import Debt, StoredItem
from paypal_payouts.domain.states import PAYABLE_AGAIN, ItemState

Owed = tuple[str, int]


def is_unpaid(item: StoredItem) -> bool:
    return item.state in PAYABLE_AGAIN


def derived(owed: list[Owed]) -> list[tuple[str, str, int]]:
    """Assign each its derived id, as intake does: the n-th of its receiver by amount."""
    numbered = []
    counts: dict[str, int] = {}
    for receiver, amount in sorted(owed):
        counts[receiver] = counts.get(receiver, 0) + 1
        numbered.append((f"{receiver}#{counts[receiver]}", receiver, amount))
    return sorted(numbered)


def items(*stored: tuple[str, int, ItemState]) -> list[StoredItem]:
    states = {(receiver, amount): state for receiver, amount, state in stored}
    return [
        StoredItem(item_id, receiver, amount, "USD", states[receiver, amount], 1)
        for item_id, receiver, amount in derived([one[:2] for one in stored])
    ]


def debts(*owed: Owed) -> list[Debt]:
    return [
        Debt(key, key + 1, item_id, receiver, amount, "USD")
        for key, (item_id, receiver, amount) in enumerate(derived(list(owed)))
    ]


def rows_of(found: dict[str, Debt | None]) -> dict[str, Owed | None]:
    return {item_id: None if row is None else (row.receiver, row.amount_minor) for item_id, row in found.items()}


F, S = ItemState.FAILED, ItemState.SUCCESS

CASES: dict[str, tuple[list[tuple[str, int, ItemState]], list[Owed], dict[str, Owed | None]]] = {
    "nothing changed": ([("a", 1, F), ("b", 2, S)], [("a", 1), ("b", 2)], {}),
    "stands alone": ([("a", 1, F), ("b", 2, S)], [("x", 1), ("b", 2)], {"a#1": ("x", 1)}),
    "not proven unpaid": ([("a", 1, S)], [("x", 1)], {"a#1": None}),
    "two are gone": ([("a", 1, F), ("b", 1, S)], [("x", 1)], {"a#1": None, "b#1": None}),
    "two are new": ([("a", 1, F)], [("x", 1), ("y", 1)], {"a#1": None}),
    "another amount": ([("a", 1, F)], [("x", 2)], {"a#1": None}),
    "an amount corrected": ([("a", 1, F)], [("a", 2)], {"a#1": ("a", 2)}),
    "the second becomes the first": (
        [("a", 1, F), ("a", 2, S)],
        [("a", 2), ("x", 1)],
        {"a#2": ("a", 2), "a#1": ("x", 1)},
    ),
    "one of two is left, otherwise": ([("a", 1, F), ("a", 2, S)], [("a", 3)], {"a#2": ("a", 3), "a#1": None}),
}


@pytest.mark.parametrize(("stored", "owed", "expected"), list(CASES.values()), ids=list(CASES))
def test_which_row_stands_for_which_item(
    stored: list[tuple[str, int, ItemState]], owed: list[Owed], expected: dict[str, Owed | None]
) -> None:
    assert rows_of(stand_ins(debts(*owed), items(*stored), is_unpaid=is_unpaid)) == expected


def test_an_id_that_the_operator_gave_is_known_by_nothing_else() -> None:
    known = StoredItem("inv-7", "a", 1, "USD", F, 1)
    assert stand_ins(debts(("a", 1)), [known], is_unpaid=is_unpaid) == {"inv-7": None}


stored_rows = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.integers(1, 3)), st.sampled_from([F, S, ItemState.UNCLAIMED]), max_size=6
)


@given(stored_rows, st.lists(st.tuples(st.sampled_from("abcdxy"), st.integers(1, 3)), max_size=6))
def test_every_row_stands_once_and_what_was_paid_as_it_stands_is_never_paid_again(
    stored: dict[Owed, ItemState], owed: list[Owed]
) -> None:
    known = items(*((*one, state) for one, state in stored.items()))
    found = stand_ins(debts(*owed), known, is_unpaid=is_unpaid)
    own = {row.item_id: row for row in debts(*owed)}
    now = {item.item_id: found[item.item_id] if item.item_id in found else own[item.item_id] for item in known}
    keys = [row.key for row in now.values() if row is not None]
    assert len(keys) == len(set(keys))
    paid = [item[1:3] for item in known if not is_unpaid(item)]
    paid_again = [row[3:5] for item in known if is_unpaid(item) and (row := now[item.item_id]) is not None]
    for one in set(paid) & set(paid_again):
        assert paid.count(one) + paid_again.count(one) <= owed.count(one)
