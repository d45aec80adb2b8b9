"""What PayPal says of an item, as a change of our row."""

import pytest

from paypal_payouts.domain.outcome import ErrorClass, ItemReading
from paypal_payouts.domain.standing import Standing
from paypal_payouts.domain.states import ItemState
from paypal_payouts.protocol.item_changes import item_change
from paypal_payouts.storage import ItemChange, StoredPayment


@pytest.mark.parametrize(("stored", "said"), [(None, 114), (114, None), (114, 115)])
def test_a_conversion_is_written_where_it_comes_or_goes(stored: int | None, said: int | None) -> None:
    assert _change(stored, said).converts


def test_where_nothing_is_converted_its_columns_are_left_alone() -> None:
    assert not _change(None, None).converts


def _change(stored: int | None, said: int | None) -> ItemChange:
    book = StoredPayment(
        1, "a", ItemState.PENDING, 100, None, None, None, None, None, 1, 1, "a@example.com", "EMAIL",
        debited_minor=stored,
    )  # fmt: skip
    nothing = ItemReading._make([None] * len(ItemReading._fields))
    item = nothing._replace(paypal_item_id="P", word="SUCCESS", debited_minor=said)
    stands = Standing(ItemState.SUCCESS, "SUCCESS", live=True, conflict=None)
    return item_change(book, item, stands, item_class=lambda _: ErrorClass.UNKNOWN)
