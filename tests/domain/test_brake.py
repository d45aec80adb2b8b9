"""The brake: which share of what is finished may be unpaid, and which batches are the canary of a stored plan."""

from collections import Counter
from collections.abc import Sequence

import pytest

from paypal_payouts.domain.brake import canary_of, is_final, of_sequences, share_refusal, stored_refusal
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, BatchRecord
from paypal_payouts.domain.states import ItemState

from .makers import NOW, batch

S = ItemState


def counted(**states: int) -> Counter[ItemState]:
    return Counter({ItemState(name): number for name, number in states.items()})


SHARES: dict[str, tuple[Counter[ItemState], float | None, bool]] = {
    "more than the share": (counted(success=15, failed=5), 0.2, True),
    "just the share": (counted(success=16, failed=4), 0.2, False),
    "just the share, in hundredths": (counted(success=71, failed=29), 0.29, False),
    "of finished items": (counted(success=14, failed=6, pending=500, unsent=9000), 0.2, True),
    "too few to say": (counted(failed=19), 0.2, False),
    "unclaimed is not unpaid": (counted(unclaimed=20), 0.2, False),
    "returned, blocked and denied are": (counted(success=14, returned=2, blocked=2, denied=2), 0.2, True),
    "what a person ended is not counted": (counted(success=20, abandoned=10, closed=10), 0.2, False),
    "nothing finished": (counted(pending=500), 0.2, False),
    "no limit": (counted(failed=500), None, False),
    "all may fail": (counted(failed=500), 1.0, False),
}


@pytest.mark.parametrize(("states", "limit", "stops"), list(SHARES.values()), ids=list(SHARES))
def test_nothing_more_is_sent_once_too_much_is_unpaid(
    states: Counter[ItemState], limit: float | None, *, stops: bool
) -> None:
    refusal = share_refusal(states, limit, cycle="c")
    assert (refusal is not None) is stops


def test_the_figures_are_told() -> None:
    refusal = share_refusal(counted(success=15, failed=5), 0.2, cycle="c")
    assert refusal is not None
    assert refusal.message == "5 of 20 finished items are unpaid (25%); limits.max_failed_share is 0.2."
    assert refusal.details == [{"finished": 20, "unpaid": 5, "share": 0.25, "max_failed_share": 0.2}]


@pytest.mark.parametrize(
    ("states", "limit", "stops"),
    [
        (counted(success=4, failed=1), None, True),
        (counted(success=4, failed=1), 0.2, False),
        (counted(success=3, failed=2), 0.2, True),
        (counted(success=4, unclaimed=1), None, False),
        (counted(closed=5), None, False),
    ],
    ids=["one unpaid, no limit", "one unpaid, within the limit", "above the limit", "unclaimed", "all closed"],
)
def test_of_a_canary_each_item_counts(states: Counter[ItemState], limit: float | None, *, stops: bool) -> None:
    refusal = share_refusal(states, limit, cycle="c", canary=[batch()])
    assert (refusal is not None) is stops


def plan(*sizes: tuple[str, int]) -> list[BatchRecord]:
    return [
        batch(id=number, name=BatchName("c", number, 1), currency=currency, items=items, created_at=NOW)
        for number, (currency, items) in enumerate(sizes, 1)
    ]


FULL = ITEMS_PER_BATCH_MAX
PLANS: dict[str, tuple[list[BatchRecord], list[int]]] = {
    "one batch": (plan(("USD", 3)), []),
    "a batch for each currency": (plan(("EUR", 3), ("USD", 3)), []),
    "full batches": (plan(("EUR", 2), ("USD", FULL), ("USD", FULL), ("USD", 7)), []),
    "a canary": (plan(("USD", 3), ("USD", FULL), ("USD", 7)), [1]),
    "of each currency": (plan(("EUR", 3), ("USD", 3), ("EUR", 9), ("USD", 9)), [1, 2]),
    "of a currency that has no more": (plan(("EUR", 2), ("USD", 3), ("USD", 9)), [1, 2]),
}


@pytest.mark.parametrize(("batches", "canary"), list(PLANS.values()), ids=list(PLANS))
def test_a_canary_is_known_by_the_plan_that_it_was_stored_with(batches: list[BatchRecord], canary: list[int]) -> None:
    found = {each.name.sequence: [one.name.sequence for one in canary_of(each, batches)] for each in batches}
    rest = {each.name.sequence for each in batches} - set(canary)
    assert found == {sequence: canary if sequence in rest and canary else [] for sequence in found}


def with_states(batches: Sequence[BatchRecord], *states: Counter[ItemState]) -> list[BatchRecord]:
    for each, counts in zip(batches, states, strict=True):
        each.newest.update(counts)
    return list(batches)


def test_a_canary_item_that_was_paid_since_is_paid() -> None:
    batches = with_states(plan(("USD", 2), ("USD", 9)), counted(success=1), counted(unsent=9))
    again = batch(id=9, name=BatchName("c", 1, 2), items=1, newest=counted(success=1))
    assert of_sequences([*batches, again], [1]) == counted(success=2)
    assert stored_refusal(batches[1:], [*batches, again], None, cycle="c") is None


def test_a_canary_without_its_final_word_says_nothing_yet() -> None:
    batches = with_states(plan(("USD", 2), ("USD", 9)), counted(failed=1, pending=1), counted(unsent=9))
    assert not is_final(of_sequences(batches, [1]))
    assert stored_refusal(batches[1:], batches, None, cycle="c") is None
