"""Where the money of payees last arrived."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.states import ItemState
from paypal_payouts.storage import CheckedOnce, Store
from storage.makers import accepted, leased, new_batch, opened, read, row, stored

ODD = 'o\'r "x" \\ {1,2}'


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = opened(database_url)
    yield made
    made.close()


def paid(store: Store, cycle: str, state: ItemState, receiver: str, payee_id: str = "emp-1") -> None:
    lease, batch = leased(store, cycle), new_batch(["a"], cycle=cycle)
    batch = replace(batch, rows=[row("a")._replace(receiver=receiver, payee_id=payee_id)])
    (batch_id,) = stored(store, lease, batch, cycle=cycle)
    accepted(store, lease, batch_id, f"PAYPAL-{cycle}")
    read(store, lease, batch_id, {"a": state})


def test_the_newest_payment_that_arrived_says_where(store: Store) -> None:
    paid(store, "c1", ItemState.SUCCESS, "first@x.example")
    paid(store, "c2", ItemState.SUCCESS, "second@x.example")
    for number, state in enumerate((ItemState.FAILED, ItemState.UNCLAIMED, ItemState.RETURNED, ItemState.REFUNDED), 3):
        paid(store, f"c{number}", state, f"{state}@x.example")
    paid(store, "d", ItemState.SUCCESS, "odd@x.example", ODD)
    paid(store, "e", ItemState.UNCLAIMED, "never@x.example", "emp-2")
    assert store.payees.last_arrived(["emp-1", ODD, "emp-2", "emp-3"], CheckedOnce()) == {
        "emp-1": "second@x.example",
        ODD: "odd@x.example",
    }
    assert store.payees.last_arrived([], CheckedOnce()) == {}
