"""Payees who have the same amount of a cycle already: who is found, and what is said of what they have."""

import pytest

from paypal_payouts.domain.guard import PayeeRow
from paypal_payouts.domain.paid_already import LivePayment, PaidAlready
from paypal_payouts.domain.states import BatchStatus, ItemState

from .makers import batch


def row(number: int, payee: str = "p", receiver: str = "new@x.example") -> PayeeRow:
    return PayeeRow(payee, f"n{number}", 2, receiver, "EMAIL", 7070, "USD")


def live(number: int, payee: str | None = "p", state: ItemState = ItemState.SUCCESS, batch_id: int = 1) -> LivePayment:
    return LivePayment(payee, "old@x.example", 7070, "USD", f"a{number}", state, batch_id)


@pytest.mark.parametrize(
    ("state", "status", "said"),
    [
        (ItemState.SUCCESS, BatchStatus.DONE, "paid"),
        (ItemState.ONHOLD, BatchStatus.DONE, "on hold, may still be paid"),
        (ItemState.UNSENT, BatchStatus.PLANNED, "stored and never sent, may still be paid"),
        (ItemState.UNSENT, BatchStatus.IN_FLIGHT, "sent without an answer, may still be paid"),
        (ItemState.UNSENT, BatchStatus.ACCEPTED, "pending, may still be paid"),
    ],
)
def test_it_says_what_the_payee_has(state: ItemState, status: BatchStatus, said: str) -> None:
    found = PaidAlready([batch(status)])
    found.add([row(1)], [live(1, state=state)])
    refusal = found.refusal(cycle="c", again="payouts run c --append --allow-duplicate")
    assert refusal.message == f"n1: p already has 70.70 USD in this cycle: a1, {said}."
    assert refusal.details == [
        {"cycle": "c", "item_id": "n1", "line": 2, "payee_id": "p", "paid_as": "a1", "state": str(state)}
    ]


def test_each_row_is_counted_once_and_the_first_are_named() -> None:
    found = PaidAlready([batch(BatchStatus.DONE)])
    found.add([row(number, f"p{number}") for number in range(30)], [live(n, f"p{n}") for n in range(30) for _ in "ab"])
    refusal = found.refusal(cycle="c", again="")
    assert (found.count, len(refusal.details)) == (30, 20)
    assert refusal.message.endswith("n4: p4 already has 70.70 USD in this cycle: a4, paid; and 25 more such rows.")


def test_a_batch_that_was_stored_since_is_planned() -> None:
    found = PaidAlready()
    found.add([row(1)], [live(1, state=ItemState.UNSENT, batch_id=9)])
    assert "stored and never sent" in found.refusal(cycle="c", again="").message


def test_another_payee_no_payee_and_the_same_receiver_are_no_finding() -> None:
    found = PaidAlready([batch(BatchStatus.DONE)])
    found.add([row(1), row(2, receiver="OLD@x.example")], [live(1, "q"), live(2, None)])
    found.add([row(2, receiver="OLD@x.example")], [live(1)])
    assert found.count == 0


def test_where_some_went_elsewhere_the_rows_of_all_others_are_taken_out_first() -> None:
    of_cycle = batch(BatchStatus.DONE)
    found = PaidAlready([of_cycle], {(str(of_cycle.name), "a1"): "ada@x.example"})
    found.add([row(1, "p1"), row(2, "p2")], [live(1, "p1"), live(2, "p2")])
    refusal = found.refusal(cycle="c", again="payouts run c --append --allow-duplicate")
    assert refusal.hint == (
        "Nothing was sent. Take out the rows of those who have it: n2. a1 went to ada@x.example (a person decided "
        "so); if p1 has not got it: `payouts run c --append --allow-duplicate`."
    )
