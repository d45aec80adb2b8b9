"""What is read beside the sums of a plan: what the fees may come to, who pays, and what is in the account."""

import io
from datetime import UTC, datetime

from msgspec.structs import replace

from paypal_payouts.domain.findings import Notice
from paypal_payouts.domain.outline import GoneReceiver, NewReceiver, ToPay
from paypal_payouts.domain.payer import Balances, Payer
from paypal_payouts.present.tables import show_plan
from present import reports

TO_PAY = [ToPay("JPY", 2, 1, 160_000, 1_200, 3_200), ToPay("USD", 2, 2, 223_050, 28_00, 44_61)]
NINE = datetime(2026, 11, 16, 9, tzinfo=UTC)
TOLD = Balances({"JPY": 200_000, "USD": -100}, frozenset(), NINE, NINE, "5JZK7XKL9A2Q4")


def test_receivers_add_up_though_some_are_named_in_the_warnings_alone() -> None:
    difference = reports.outline().difference
    assert difference is not None
    receivers = [NewReceiver(f"n{number}", f"n{number}@x.example", None) for number in range(13)]
    outline = replace(reports.outline(), difference=replace(difference, new=13, changed=0, receivers=receivers))
    warned = Notice("new_receiver", "P09 (n3) is to be paid at n3@x.example; the money last arrived at o@x.example.")
    stream = io.StringIO()
    report = replace(reports.preview(), outline=outline, warnings=[warned])
    show_plan(report, stream=stream, width=100, colour=False)
    lines = stream.getvalue().splitlines()
    at = lines.index("13 new receivers, 0 changed receivers since 2026-10; 1 of them named in the warnings:")
    assert len([line for line in lines[at + 1 :] if line.startswith("  new")]) == 10
    assert lines[at + 11].split() == ["and", "2", "more"]


def test_receivers_that_are_gone_stand_beside_those_that_are_new() -> None:
    gone = [GoneReceiver(f"g{number:02}", f"g{number}@x.example") for number in range(12)]
    difference = reports.outline().difference
    assert difference is not None
    outline = replace(reports.outline(), difference=replace(difference, gone=12, gone_receivers=gone))
    stream = io.StringIO()
    show_plan(replace(reports.preview(), outline=outline), stream=stream, width=100, colour=False)
    lines = [" ".join(line.split()) for line in stream.getvalue().splitlines()]
    assert any("2 changed receivers, 12 gone" in line for line in lines)
    at = lines.index("gone g00: g0@x.example")
    assert (lines[at + 9], lines[at + 10]) == ("gone g09: g9@x.example", "and 2 more")


def told(balances: Balances | None, *, may_not_look: bool = False) -> str:
    payer = Payer("AbCdEfGh…", "APP-1", balances, may_not_look=may_not_look)
    outline = replace(reports.outline(), to_pay=TO_PAY, payer=payer)
    stream = io.StringIO()
    show_plan(replace(reports.preview(), outline=outline), stream=stream, width=80, colour=False)
    return stream.getvalue()


def test_each_balance_stands_beside_what_is_needed() -> None:
    shown = told(TOLD)
    assert "Paid by: PayPal account 5JZK7XKL9A2Q4, app AbCdEfGh… (APP-1).\n" in shown
    assert "Against PayPal's balances of 2026-11-16 09:00:00Z, which may be three hours\nbehind:\n" in shown
    assert "JPY  200,000     161,200             -   \n".replace(" ", "") in shown.replace(" ", "")
    assert "USD-1.002,258.502,259.50\n" in shown.replace(" ", "")


def test_what_the_fees_come_to_with_all_payees_abroad_is_said() -> None:
    assert "with all of them abroad 3,200 JPY, 44.61 USD." in " ".join(told(None).split())


def test_what_is_not_told_is_one_line_at_most() -> None:
    assert "Balance: not checked: PayPal did not tell it.\n" in told(None)
    assert "Balance: not checked: PayPal does not let this app read balances.\n" in told(None, may_not_look=True)
    assert "alance" not in told(Balances({}, payer_id="5JZK7XKL9A2Q4"))
