"""The payee guard: whose receiver is new, what is shown of it, and what stops."""

import pytest

from paypal_payouts.domain.findings import EXAMPLES_MAX
from paypal_payouts.domain.guard import Guard, NewReceivers, PayeeRow

ARRIVED = {"emp-1": "ann@x.example", "emp-2": "+49 170 1", "emp-3": "ABCDEFGHJKLMN"}


def pay(payee_id: str, receiver: str, recipient_type: str = "EMAIL", item_id: str = "i") -> PayeeRow:
    return PayeeRow(payee_id, item_id, 7, receiver, recipient_type, 100, "USD")


def looked_at(*rows: PayeeRow) -> NewReceivers:
    found = NewReceivers()
    found.add(rows, ARRIVED)
    return found


@pytest.mark.parametrize(
    ("row", "is_new"),
    [
        (pay("emp-1", "ann@x.example"), False),
        (pay("emp-1", "Ann@X.example"), False),
        (pay("emp-1", "anne@x.example"), True),
        (pay("emp-2", "+49-170-1", "PHONE"), False),
        (pay("emp-2", "+49-170-2", "PHONE"), True),
        (pay("emp-3", "abcdefghjklmn", "PAYPAL_ID"), True),
        (pay("emp-4", "new@x.example"), False),
    ],
    ids=["the same", "in capitals", "another", "another writing", "another number", "another id", "never paid"],
)
def test_a_receiver_is_new_where_it_is_another_payee_than_the_one_before(row: PayeeRow, *, is_new: bool) -> None:
    assert looked_at(row).count == is_new


def test_the_receiver_before_is_shown_beside_the_new_one() -> None:
    found = looked_at(pay("emp-1", "thief@x.example", item_id="inv-3"))
    (notice,) = found.notices()
    assert notice.code == "new_receiver"
    assert notice.message == (
        "emp-1 (inv-3) is to be paid at thief@x.example; the money last arrived at ann@x.example: confirm the change "
        "with the payee by a number known before."
    )
    assert found.examples == [
        {"payee_id": "emp-1", "item_id": "inv-3", "line": 7, "before": "ann@x.example", "now": "thief@x.example"}
    ]


def test_payees_are_counted_once_whatever_their_rows() -> None:
    found = looked_at(*[pay(payee, "new@x.example") for payee in ["emp-1", "emp-9", "emp-1", "emp-9", "emp-8"]])
    messages = [(notice.code, notice.message) for notice in found.notices()]
    assert found.count == 1
    assert messages[1:] == [("new_payee", "2 payees never got money from here before: emp-9, emp-8.")]


def test_of_payees_who_are_paid_for_the_first_time_the_first_are_named() -> None:
    (notice,) = looked_at(*[pay(f"n{number}", "new@x.example") for number in range(3000)]).notices()
    assert notice.message == "3,000 payees never got money from here before: n0, n1, n2, n3, n4 and 2,995 more."


def test_many_are_counted_beyond_the_examples() -> None:
    found = NewReceivers()
    ids = [f"p{number}" for number in range(EXAMPLES_MAX + 5)]
    found.add([pay(one, "b@x.example") for one in ids], dict.fromkeys(ids, "a@x.example"))
    notices = list(found.notices())
    assert (len(notices), notices[-1].message) == (EXAMPLES_MAX + 1, "and 5 more such payees.")


@pytest.mark.parametrize(
    ("guard", "stops"),
    [
        (Guard(), False),
        (Guard("refuse"), True),
        (Guard("approve"), True),
        (Guard("refuse", accepts=True), False),
        (Guard("approve", accepts=True), False),
    ],
)
def test_a_new_receiver_stops_where_the_rule_says_so_until_it_is_accepted(guard: Guard, *, stops: bool) -> None:
    found = looked_at(pay("emp-1", "thief@x.example"))
    refusals = list(found.refusals(guard, again="payouts run c --accept-new-receivers"))
    assert [refusal.code for refusal in refusals] == ["new_receiver"] * stops
    for refusal in refusals:
        assert "1 payee would be paid at another receiver" in refusal.message
        assert "`payouts run c --accept-new-receivers`" in refusal.hint
        assert ("approval" in refusal.hint) is (guard.rule == "approve")
        assert refusal.details == found.examples


def test_nothing_new_stops_nothing() -> None:
    assert list(looked_at(pay("emp-1", "ann@x.example")).refusals(Guard("refuse"), again="")) == []
