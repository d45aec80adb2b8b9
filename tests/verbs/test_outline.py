"""What a preview comes to: sums, what is new or changed, and what differs from the last finished cycle."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from support.world import World

from paypal_payouts.domain.funding import Funds
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.outline import CurrencyChange, GoneReceiver, LargeItem, NewReceiver, Outline, ToPay
from paypal_payouts.domain.payer import Balances, Payer
from paypal_payouts.domain.payout import OwedItem
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.verbs.outline import funds_of

HEADER = "item_id,receiver,amount,currency,payee_id"
OCTOBER = [
    "ann-10,ann@x.example,100.00,USD,p-ann",
    "bob-10,bob@x.example,50.00,USD,p-bob",
    "jpy-10,ann@x.example,9000,JPY,p-ann",
]
NOVEMBER = [
    "ann-11,ann@x.example,120.00,USD,p-ann",
    "bob-11,bob@y.example,50.00,USD,p-bob",
    "cyd-11,cyd@x.example,2000.00,USD,p-cyd",
    "ann-12,Ann@X.example,1.00,USD,p-ann",
]


def table(rows: Sequence[str]) -> str:
    return "\n".join([HEADER, *rows])


def outline_of(finished: Finished) -> Outline:
    assert isinstance(finished.report, RunReport)
    assert finished.report.outline is not None
    return finished.report.outline


def test_a_plan_adds_up_payees_amounts_and_estimated_fees_by_currency(lite: World) -> None:
    found = outline_of(lite.preview(table([*NOVEMBER, "jpy-11,ann@x.example,9000,JPY,p-ann"]), cycle="nov"))
    assert found.to_pay == [
        ToPay("JPY", 1, 1, 9000, 180, 180),
        ToPay("USD", 4, 3, 217_100, 240 + 100 + 1400 + 2, 240 + 100 + 4000 + 2),
    ]
    assert found.largest[:2] == [
        LargeItem("jpy-11", "ann@x.example", 9000, "JPY"),
        LargeItem("cyd-11", "cyd@x.example", 200_000, "USD"),
    ]
    assert (found.new, found.changed, found.unchanged, found.missing) == (5, 0, 0, 0)
    assert found.difference is None


def test_items_above_what_paypal_documents_for_one_payment_are_a_warning(lite: World) -> None:
    amounts = {"a": "60000.01", "b": "60000.00", "c": "20000.00"}
    finished = lite.preview(
        [*(f"{name},{name}@x.example,{amount},USD" for name, amount in amounts.items()), "e,e@x.example,90000,EUR"]
    )
    assert finished.exit_code == 0
    assert isinstance(finished.report, RunReport)
    above, unregistered = [each.message for each in finished.report.warnings if each.code == "above_paypal_limit"]
    assert above.startswith("1 item above 60,000.00 USD")
    assert unregistered.startswith("1 item above 20,000.00 USD")


def test_it_is_held_beside_the_last_finished_cycle(world: World) -> None:
    world.run(table(OCTOBER), cycle="oct")
    world.pass_time(days=30)
    found = outline_of(world.preview(table(NOVEMBER), cycle="nov")).difference
    assert found is not None
    assert found.cycle == "oct"
    assert found.changes == [CurrencyChange("JPY", 0, 1, 0, 9000), CurrencyChange("USD", 3, 2, 217_100, 15_000)]
    assert (found.new, found.changed) == (1, 1)
    assert found.receivers == [
        NewReceiver("bob-11", "bob@y.example", "bob@x.example"),
        NewReceiver("cyd-11", "cyd@x.example", None),
    ]


FOUR = [f"{name}-10,{name}@x.example,{amount}.00,USD" for amount, name in enumerate(["ann", "bob", "cyd", "dan"], 1)]


def same_rows(finished: Finished) -> list[str]:
    assert isinstance(finished.report, RunReport)
    return [notice.message for notice in finished.report.warnings if notice.code == "same_rows"]


@pytest.mark.parametrize(("kept", "same"), [(4, 4), (2, 2), (1, 0)])
def test_a_file_that_was_paid_under_another_name_is_told_at_any_age(lite: World, kept: int, same: int) -> None:
    lite.run(FOUR, cycle="oct")
    lite.pass_time(days=90)
    rows = [*FOUR[:kept], *(row.replace(".00", ".50") for row in FOUR[kept:])]
    finished = lite.preview(rows, cycle="copy")
    day = f"{lite.now() - timedelta(days=90):%Y-%m-%d}"
    assert finished.exit_code == 0
    assert [message.partition(":")[0] for message in same_rows(finished)] == [
        f"{same} of 4 rows are the same as in cycle oct of {day}"
    ] * bool(same)
    ran = lite.run(rows, cycle="copy")
    assert (ran.exit_code, same_rows(ran)) == (0, []), "a note before paying, so that cron is quiet"
    assert same_rows(lite.preview(rows, cycle="copy")) == []


def test_receivers_that_are_gone_are_named_where_rows_have_no_payee(lite: World) -> None:
    lite.run([*FOUR, "1,eve@x.example,1.00,USD"], cycle="oct")
    lite.pass_time(days=30)
    rows = [
        "ann-11,Ann@x.example,1.00,USD",
        "bob-11,b0b@x.example,2.00,USD",
        "cyd-10,cyd@y.example,3.00,USD",
        "1,dan@x.example,4.00,USD",
    ]
    found = outline_of(lite.preview(rows, cycle="nov")).difference
    assert found is not None
    assert [each.receiver for each in found.receivers] == ["cyd@y.example", "b0b@x.example"]
    assert found.gone == 2
    assert found.gone_receivers == [GoneReceiver("1", "eve@x.example"), GoneReceiver("bob-10", "bob@x.example")]


def test_whoever_has_a_payee_id_is_not_gone(lite: World) -> None:
    lite.run(table(OCTOBER), cycle="oct")
    lite.pass_time(days=30)
    found = outline_of(lite.preview(table(NOVEMBER[:1]), cycle="nov")).difference
    assert found is not None
    assert found.gone == 0


def test_a_payee_without_an_id_is_known_by_the_item_unless_it_only_numbers_rows(lite: World) -> None:
    lite.run(["1,ann@x.example,1.00,USD", "2,bob@x.example,1.00,USD", "3,cyd@x.example,1.00,USD"], cycle="oct")
    lite.pass_time(days=30)
    # A row has moved down: who stands at 2 and 3 now is not a changed receiver of who stood there.
    rows = ["1,eve@x.example,1.00,USD", "2,dan@x.example,1.00,USD", "3,bob@x.example,1.00,USD"]
    found = outline_of(lite.preview(rows, cycle="nov")).difference
    assert found is not None
    assert [(each.item_id, each.before) for each in found.receivers] == [("1", "ann@x.example"), ("2", None)]


def test_a_cycle_is_compared_with_one_before_it_and_never_with_an_open_one(lite: World) -> None:
    lite.run(["a,ann@x.example,1.00,USD"], cycle="first")
    lite.pass_time(days=30)
    lite.run(["b,hold@x.example,1.00,USD"], cycle="open")
    lite.pass_time(days=30)
    lite.run(["c,cyd@x.example,1.00,USD"], cycle="third")
    before = {
        cycle: outline_of(lite.preview([row], cycle=cycle)).difference
        for cycle, row in {"new": "d,dan@x.example,1.00,USD", "third": "c,cyd@x.example,1.00,USD"}.items()
    }
    assert {cycle: found and found.cycle for cycle, found in before.items()} == {"new": "third", "third": "first"}


def test_what_is_stored_and_unsent_is_paid_and_what_is_done_is_not(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "refused", "times": 4})
    lite.run(["a,ann@x.example,1.00,USD"])
    found = outline_of(lite.preview(["a,ann@x.example,1.00,USD"]))
    assert found.to_pay == [ToPay("USD", 1, 1, 100, 2, 2)]
    assert (found.new, found.unchanged) == (0, 1)
    lite.run(["a,ann@x.example,1.00,USD"])
    assert outline_of(lite.preview(["a,ann@x.example,1.00,USD"])).to_pay == []


def test_changed_and_missing_rows_are_counted(lite: World) -> None:
    lite.run(["a,ann@x.example,1.00,USD", "b,fail@x.example,1.00,USD", "c,cyd@x.example,1.00,USD"])
    found = outline_of(lite.preview(["a,ann@x.example,1.00,USD", "b,bob@x.example,1.00,USD"]))
    assert (found.new, found.changed, found.unchanged, found.missing) == (0, 1, 1, 1)


def test_the_items_of_a_plan_are_the_stored_and_the_new_by_item_id(world: World) -> None:
    world.run(["b,bob@x.example,1.00,USD"])
    world.pass_time(hours=1)
    rows = ["c,cyd@x.example,2.00,EUR", "a,ann@x.example,1.00,USD"]
    items = list[ItemReport]()
    world.preview(rows, append=True, items=items)
    assert [(item.item_id, item.batch, item.state, item.receiver) for item in items] == [
        ("a", "c-0003-1", "unsent", "ann@x.example"),
        ("b", "c-0001-1", "success", "bob@x.example"),
        ("c", "c-0002-1", "unsent", "cyd@x.example"),
    ]


def test_what_would_be_sent_without_an_input_is_put_beside_the_account_that_pays() -> None:
    payer = Payer("id", None, Balances({"USD": 100_00}))
    going = [OwedItem("a", None, "ann@x.example", 60_00, "USD"), OwedItem("b", "p-bob", "bob@x.example", 50_00, "USD")]
    funds = funds_of(going, lambda: payer)
    assert funds == Funds([ToPay("USD", 2, 2, 110_00, 2_20, 2_20)], payer)
    (notice,) = funds.notices()
    assert "112.20 USD are needed with the estimated fees: 12.20 USD are missing" in notice.message
    assert list(Funds(funds.to_pay, Payer("id", None, None)).notices()) == []
    assert funds_of(going, lambda: None) is None


def test_nobody_is_asked_for_a_balance_where_nothing_would_be_sent() -> None:
    def look_at_payer() -> Payer | None:
        raise AssertionError("PayPal was asked")

    assert funds_of([], look_at_payer) is None
