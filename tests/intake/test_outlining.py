"""What a plan comes to, added up in SQL, is what its rows come to one by one."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.fees import CAPS_ABROAD_MINOR, CAPS_MINOR
from paypal_payouts.domain.money import DECIMALS, format_amount
from paypal_payouts.domain.outline import ToPay
from paypal_payouts.domain.payout import OwedItem
from paypal_payouts.domain.paypal_limits import ITEM_LIMITS
from paypal_payouts.intake import read_input
from paypal_payouts.intake.outlining import LARGEST_MAX, added_up


def fees(amount_minor: int, currency: str) -> tuple[int, int]:
    (sums,) = added_up([OwedItem("a", None, "a@x", amount_minor, currency)])
    return sums.fees_minor, sums.fees_abroad_minor


@pytest.mark.parametrize(
    ("amount_minor", "currency", "fee_minor"),
    [
        # As the sandbox charged.
        (7400, "USD", 148),
        (2_000_001, "USD", 1400),
        (26_200, "GBP", 524),
        (100, "EUR", 2),
        (1, "USD", 0),
        (25, "USD", 1),
        (160_000, "JPY", 1200),
        # No cap is documented.
        (10_000_000, "HKD", 200_000),
    ],
)
def test_a_fee_is_two_per_cent_up_to_the_documented_cap(amount_minor: int, currency: str, fee_minor: int) -> None:
    assert fees(amount_minor, currency)[0] == fee_minor


def test_payees_abroad_cost_up_to_a_higher_cap() -> None:
    assert fees(100_000, "USD") == (1400, 2000)
    assert fees(10_000_000, "USD") == (1400, 9000)
    assert CAPS_ABROAD_MINOR.keys() == CAPS_MINOR.keys()
    assert all(CAPS_ABROAD_MINOR[currency] > cap for currency, cap in CAPS_MINOR.items())


def test_every_currency_has_an_estimate() -> None:
    assert all(fees(100, currency) == (2, 2) for currency in DECIMALS)


OWED = st.builds(
    OwedItem,
    st.just(""),
    st.sampled_from([None, "p1", "p2"]),
    st.sampled_from(["a@x", "A@x", "b@x"]),
    st.integers(1, 7_000_000) | st.sampled_from([each for limit in ITEM_LIMITS.values() for each in limit]),
    st.sampled_from(["USD", "GBP", "JPY", "HKD"]),
)


def one_by_one(items: Sequence[OwedItem]) -> list[ToPay]:
    return [
        sums(currency, [i for i in items if i.currency == currency]) for currency in sorted({i.currency for i in items})
    ]


def sums(currency: str, items: Sequence[OwedItem]) -> ToPay:
    def capped(caps: Mapping[str, int]) -> int:
        exact = (Decimal(item.amount_minor) * 2 / 100 for item in items)
        rounded = (int(fee.to_integral_value(ROUND_HALF_UP)) for fee in exact)
        return sum(min(fee, caps.get(currency, fee)) for fee in rounded)

    limit = ITEM_LIMITS.get(currency)
    above = [item for item in items if limit and item.amount_minor > limit.registered]
    some = [item for item in items if limit and limit.unregistered < item.amount_minor <= limit.registered]
    payees = {item.payee_id or item.receiver.lower() for item in items}
    amount = sum(item.amount_minor for item in items)
    home, abroad = capped(CAPS_MINOR), capped(CAPS_ABROAD_MINOR)
    return ToPay(currency, len(items), len(payees), amount, home, abroad, len(above), len(some))


@pytest.mark.parametrize("payees", [1, 2_000])
def test_comparing_takes_no_longer_where_one_payee_is_owed_everything(payees: int) -> None:
    lines = [f"I{number:04},p{number % payees}@x,{number + 1},JPY" for number in range(2_000)]
    content = "\n".join(["item_id,receiver,amount,currency", *lines]).encode()
    before = [OwedItem(f"I{number:04}", None, f"p{number % payees}@x", 1, "JPY") for number in range(2_000)]
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    with read_input(io.BytesIO(content), name="input") as staged:
        staged._database.set_progress_handler(count, 1_000)
        found = staged.outlining().difference("before", before, stored_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert (found.rows, found.same, found.new, found.gone) == (2_000, 1, 0, 0)
    assert steps < 1_000


@given(st.lists(OWED, max_size=12))
def test_stored_items_come_to_what_they_come_to_one_by_one(items: list[OwedItem]) -> None:
    assert added_up(items) == one_by_one(items)


@given(st.lists(OWED, min_size=1, max_size=12), st.lists(OWED, max_size=3), st.data())
def test_new_rows_come_to_the_same_whether_all_or_some_are_new(
    items: list[OwedItem], stored: list[OwedItem], data: st.DataObject
) -> None:
    named = [item._replace(item_id=f"{number:02}") for number, item in enumerate(items)]
    lines = ["item_id,payee_id,receiver,amount,currency"]
    lines += [f"{i[0]},{i[1] or ''},{i[2]},{format_amount(i[3], i[4])},{i[4]}" for i in named]
    with read_input(io.BytesIO("\n".join(lines).encode()), name="input") as staged:
        keys = [debt.key for debt in staged.debts()]
        for new in (keys, data.draw(st.lists(st.sampled_from(keys), unique=True)), keys):
            at = data.draw(st.integers(0, len(new)))
            adding = staged.outlining()
            adding.add_new([new[:at], new[at:]])
            adding.add_stored(stored)
            going = [named[keys.index(key)] for key in new] + stored
            assert adding.to_pay() == one_by_one(going)
            largest = sorted((i for i in going if i.currency == "USD"), key=lambda i: (-i.amount_minor, i.item_id))
            shown = [(each.item_id, each.amount_minor) for each in adding.largest(["USD"])]
            assert shown == [(i.item_id, i.amount_minor) for i in largest[:LARGEST_MAX]]
