"""Three sides that agree, and each thing that can be moved in one of them: it is found, and named."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.book_totals import book_totals
from paypal_payouts.domain.comparing_books import file_differences
from paypal_payouts.domain.payout import Debt, StoredItem
from paypal_payouts.domain.paypal_books import BookKind, BookRow, kind_of
from paypal_payouts.domain.reconcile import Finding, FindingKind, OurPayment, Reconciled, Scope
from paypal_payouts.domain.reconciling import Named, is_wanted, reconcile
from paypal_payouts.domain.states import ItemState
from paypal_payouts.intake.staged_books import StagedBooks
from paypal_payouts.verbs.reconcile import compare

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
DAY = NOON.date()
PENDING = False
SCOPE = Scope(date(2026, 11, 23), date(2026, 11, 29))


def payment(item_id: str, state: ItemState = ItemState.SUCCESS, **changes: Any) -> OurPayment:
    made = OurPayment(
        "2026-11", item_id, "2026-11-0001-1", f"{item_id}@example.com", 10_000, "USD", 200, state, f"P-{item_id}",
        None, None, NOON, NOON,
    )  # fmt: skip
    return made._replace(**changes)


def row(name: str, kind: BookKind = BookKind.PAYMENT, **changes: Any) -> BookRow:
    gross = changes.pop("gross_minor", -10_000)
    fee = changes.pop("fee_minor", -200 if kind is BookKind.PAYMENT else 0)
    said = {BookKind.PAYMENT: "T0001", BookKind.RETURN: "T1114", BookKind.REFUND: "T1115"}.get(kind, "T0300")
    receiver = f"{name}@example.com" if kind is not BookKind.OTHER else ""
    at, place, custom = NOON.replace(tzinfo=None), "D.CSV, line 2", name if kind is BookKind.PAYMENT else ""
    made = BookRow(
        place, f"P-{name}", "", kind, said, PENDING, at, "USD", gross, fee, gross + fee, None, receiver, custom
    )  # fmt: skip
    return made._replace(**changes)


def back(name: str, kind: BookKind) -> BookRow:
    return row(name, kind, transaction_id=f"R-{name}", reference=f"P-{name}", gross_minor=10_000)


OURS = [
    payment("ann"),
    payment("eve", ItemState.RETURNED, transaction_id="R-eve"),
    payment("fay", ItemState.REFUNDED),
    payment("gil", ItemState.UNCLAIMED),
    payment("bob", ItemState.FAILED, transaction_id=None, fee_minor=None),
]
THEIRS = [
    row("begin", BookKind.OTHER, gross_minor=1),
    row("top", BookKind.OTHER, gross_minor=99_999),
    row("ann"),
    row("eve"),
    back("eve", BookKind.RETURN),
    row("fay"),
    back("fay", BookKind.REFUND),
    row("gil", pending=True),
]


def balanced(rows: Sequence[BookRow]) -> list[BookRow]:
    """Tell the balance after each row, as PayPal does."""
    told, balance = [], 0
    for each in rows:
        balance += each.net_minor
        told.append(each._replace(balance_minor=balance))
    return told


ROWS = balanced(THEIRS)
AFTER_THE_FIRST = range(1, len(ROWS))
"""What the balance was before the first row is in no book; from there on each balance follows from the one before."""
DEBTS = [
    Debt(place, place + 2, name, f"{name}@example.com", 10_000, "USD")
    for place, name in enumerate(["ann", "bob", "eve"])
]
ITEMS = [StoredItem(name, f"{name}@example.com", 10_000, "USD", ItemState.SUCCESS, 1) for name in ("ann", "bob", "eve")]


def everything(
    ours: Sequence[OurPayment] = OURS, rows: Sequence[BookRow] = ROWS, debts: Sequence[Debt] = DEBTS
) -> list[Finding]:
    """Return what all three sides together do not agree on."""
    with closing(kept(rows)) as staged:
        unbalanced = book_totals(staged, SCOPE)[2]
    found = compared(ours, rows).findings
    return [*file_differences("2026-11", "c.csv", debts, ITEMS), *found, *unbalanced]


def compared(ours: Sequence[OurPayment], rows: Sequence[BookRow]) -> Reconciled:
    """Compare all together, and again with what agrees set aside first: to the same end."""
    together = reconcile(ours, rows, SCOPE)
    with closing(kept(rows)) as staged:
        assert compare(ours, staged, SCOPE)[0] == together, "what is set aside is what agrees"
    return together


def kept(rows: Sequence[BookRow]) -> StagedBooks:
    """Read rows as from one download."""
    staged = StagedBooks()
    staged.add(rows)
    return staged


def changed(rows: Sequence[Any], place: int, **changes: Any) -> list[Any]:
    return [each._replace(**changes) if at == place else each for at, each in enumerate(rows)]


def kinds(found: Reconciled) -> list[tuple[FindingKind, str | None, str | None]]:
    return [(each.kind, each.field, each.item_id) for each in found.findings]


def test_three_sides_that_agree_have_no_finding() -> None:
    assert everything() == []
    found = reconcile(OURS, ROWS, SCOPE)
    assert (found.matched, found.other_rows, found.other_cycles) == (4, 2, 0)


CONVERTED = [payment("ann", currency="EUR", debited_minor=11_430, debited_currency="USD")]
CONVERSION = [
    row("out", BookKind.CONVERSION, gross_minor=-11_430, reference="P-ann"),
    row("in", BookKind.CONVERSION, gross_minor=10_000, currency="EUR", reference="P-ann"),
    row("ann", currency="EUR"),
]


def test_a_conversion_belongs_to_its_payment() -> None:
    assert compared(CONVERTED, CONVERSION).findings == []
    unknown = [CONVERTED[0]._replace(debited_minor=None, debited_currency=None)]
    assert compared(unknown, CONVERSION).findings == [], "PayPal need not tell it of an item"
    alone = compared(CONVERTED, CONVERSION[:2])
    assert [(each.kind, each.item_id) for each in alone.findings] == [(FindingKind.ONLY_OURS, "ann")]


@pytest.mark.parametrize("by", [1, -1])
def test_one_cent_of_what_was_taken_from_another_currency_is_found_and_named(by: int) -> None:
    moved = changed(CONVERSION, 0, gross_minor=CONVERSION[0].gross_minor + by)
    (found,) = compared(CONVERTED, moved).findings
    assert (found.field, found.item_id, found.ours, found.transaction_id) == (
        "conversion",
        "ann",
        "114.30 USD",
        "P-out",
    )
    (found,) = compared(changed(CONVERTED, 0, debited_minor=11_430 + by), CONVERSION).findings
    assert (found.field, found.item_id) == ("conversion", "ann")


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("field", ["gross_minor", "fee_minor", "net_minor", "balance_minor"])
@pytest.mark.parametrize("place", AFTER_THE_FIRST)
def test_one_cent_in_any_amount_of_paypals_is_found_and_named(place: int, field: str, by: int) -> None:
    moved = changed(ROWS, place, **{field: getattr(ROWS[place], field) + by})
    found = everything(rows=moved)
    assert ROWS[place].transaction_id in {each.transaction_id for each in found}
    wanted = {"gross_minor": "amount", "fee_minor": "fee", "net_minor": "net", "balance_minor": "balance"}[field]
    if moved[place].kind is BookKind.PAYMENT or field in {"net_minor", "balance_minor"}:
        assert wanted in {each.field for each in found}


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("place", AFTER_THE_FIRST)
def test_one_cent_in_a_row_that_adds_up_is_found_all_the_same(place: int, by: int) -> None:
    before = ROWS[place]
    moved = changed(ROWS, place, gross_minor=before.gross_minor + by, net_minor=before.net_minor + by)
    assert before.transaction_id in {each.transaction_id for each in everything(rows=moved)}


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize(("field", "named"), [("amount_minor", "amount"), ("fee_minor", "fee")])
@pytest.mark.parametrize("place", range(4))
def test_one_cent_in_our_books_is_found_and_named(place: int, field: str, named: str, by: int) -> None:
    moved = changed(OURS, place, **{field: getattr(OURS[place], field) + by})
    (first, *_) = everything(ours=moved)
    assert (first.kind, first.field, first.item_id) == (FindingKind.DIFFERENT, named, OURS[place].item_id)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("amount_minor", 10_001, "amount"),
        ("amount_minor", 9_999, "amount"),
        ("currency", "EUR", "currency"),
        ("receiver", "ann@example.org", "receiver"),
    ],
)
def test_what_is_changed_in_the_file_is_found_and_named(field: str, value: Any, named: str) -> None:
    (found,) = everything(debts=changed(DEBTS, 0, **{field: value}))
    assert (found.kind, found.field, found.item_id) == (FindingKind.DIFFERENT, named, "ann")
    assert found.place == "c.csv, line 2"


def test_a_row_that_is_only_in_the_file_and_one_that_is_gone_from_it() -> None:
    assert [(each.kind, each.item_id) for each in everything(debts=DEBTS[1:])] == [(FindingKind.NOT_IN_FILE, "ann")]
    more = [*DEBTS, Debt(9, 9, "new", "new@example.com", 1, "USD")]
    assert [(each.kind, each.item_id) for each in everything(debts=more)] == [(FindingKind.ONLY_FILE, "new")]


@pytest.mark.parametrize(
    ("state", "rows", "said"),
    [
        (ItemState.SUCCESS, [row("ann"), back("ann", BookKind.REFUND)], "100.00 came back"),
        (ItemState.SUCCESS, [row("ann"), back("ann", BookKind.RETURN)], "100.00 came back"),
        (ItemState.UNCLAIMED, [row("ann")], "paid"),
        (ItemState.FAILED, [row("ann")], "paid"),
        (ItemState.DENIED, [row("ann", pending=True)], "paid"),
        (ItemState.RETURNED, [row("ann")], "paid"),
        (ItemState.ONHOLD, [row("ann")], "paid"),
        (ItemState.ONHOLD, [row("ann", pending=True)], None),
        (ItemState.PENDING, [], None),
        (ItemState.CLOSED, [row("ann"), back("ann", BookKind.RETURN)], None),
    ],
)
def test_paypals_rows_against_the_state(state: ItemState, rows: list[BookRow], said: str | None) -> None:
    found = reconcile([payment("ann", state)], rows, SCOPE).findings
    assert [(each.field, each.paypal) for each in found] == ([] if said is None else [("state", said)])


@pytest.mark.parametrize("state", [ItemState.SUCCESS, ItemState.UNCLAIMED, ItemState.RETURNED, ItemState.REVERSED])
def test_a_payment_that_paypals_books_do_not_have(state: ItemState) -> None:
    assert kinds(reconcile([payment("ann", state)], [], SCOPE)) == [(FindingKind.ONLY_OURS, None, "ann")]
    early = payment("ann", state, sent_at=NOON.replace(month=10))
    assert kinds(reconcile([early], [], SCOPE)) == [], "it was not sent on these days"
    refreshed = SCOPE._replace(until=NOON.replace(hour=11))
    assert reconcile([payment("ann", state)], [], refreshed).too_late == 1, "PayPal does not know it yet"


def test_a_payment_that_only_paypal_has() -> None:
    (found,) = reconcile([], [row("zoe")], SCOPE).findings
    assert (found.kind, found.transaction_id, found.amount_minor) == (FindingKind.ONLY_PAYPAL, "P-zoe", 10_000)


def test_a_second_payment_of_an_item_is_said_to_look_like_one() -> None:
    twice = row("ann", transaction_id="P-other")
    (found,) = reconcile([payment("ann")], [row("ann"), twice], SCOPE).findings
    assert (found.kind, found.transaction_id) == (FindingKind.ONLY_PAYPAL, "P-other")
    assert "item ann of cycle 2026-11" in found.sentence


def test_the_same_amount_sent_by_hand_to_the_same_receiver_is_found() -> None:
    by_hand = row("ann", BookKind.OTHER, transaction_id="H-1", receiver="ANN@example.com")
    assert kinds(reconcile([payment("ann")], [row("ann"), by_hand], SCOPE)) == [(FindingKind.ONLY_PAYPAL, None, None)]
    other = by_hand._replace(gross_minor=-9_999)
    assert kinds(reconcile([payment("ann")], [row("ann"), other], SCOPE)) == []


def test_payments_of_other_cycles_that_are_known_are_no_finding() -> None:
    found = reconcile(
        [payment("ann"), payment("old", cycle="2026-10")], [row("ann"), row("old")], SCOPE._replace(cycle="2026-11")
    )
    assert (kinds(found), found.matched, found.other_cycles) == ([], 1, 1)


def test_the_same_item_id_in_two_cycles_goes_by_the_nearest_send() -> None:
    november = payment("ann", transaction_id=None, fee_minor=200)
    october = november._replace(cycle="2026-10", sent_at=NOON.replace(month=10, day=30))
    found = reconcile([october, november], [row("ann")], SCOPE)
    assert (kinds(found), found.matched) == ([], 1)


def test_another_id_of_the_same_payment_is_named() -> None:
    found = reconcile([payment("ann", transaction_id="P-another")], [row("ann")], SCOPE)
    assert kinds(found) == [(FindingKind.DIFFERENT, "transaction_id", "ann")]


def test_a_return_whose_payment_was_long_ago() -> None:
    long_ago = payment("eve", ItemState.RETURNED, transaction_id="R-eve", sent_at=NOON.replace(month=10))
    found = reconcile([long_ago], [back("eve", BookKind.RETURN)], SCOPE)
    assert (kinds(found), found.matched) == ([], 1)


def test_an_item_that_was_called_back_and_closed() -> None:
    closed = payment("eve", ItemState.CLOSED, transaction_id="R-eve")
    assert kinds(reconcile([closed], [row("eve"), back("eve", BookKind.RETURN)], SCOPE)) == []
    assert kinds(reconcile([closed], [row("eve")], SCOPE)) == [(FindingKind.DIFFERENT, "state", "eve")]


def test_a_row_without_ids_is_a_guess_and_shown_as_one() -> None:
    without = row("ann", custom="", transaction_id="X-1")
    found = reconcile([payment("ann", transaction_id=None)], [without], SCOPE)
    assert [(guess.item_id, guess.transaction_id) for guess in found.guesses] == [("ann", "X-1")]
    assert kinds(found) == []
    two = [without, without._replace(transaction_id="X-2")]
    assert len(reconcile([payment("ann", transaction_id=None)], two, SCOPE).findings) == 3, "nobody guesses then"


def test_a_download_in_another_language_goes_by_ids() -> None:
    german = [row("ann", BookKind.OTHER, receiver="ann@example.com", fee_minor=-200)]
    assert kinds(reconcile([payment("ann")], german, SCOPE)) == []


NAMES = st.sampled_from(["ann", "bob", "cy"])
IDS = st.sampled_from(["P-ann", "P-bob", "P-cy", "R-ann", ""])
PAYMENTS = st.builds(
    payment,
    NAMES,
    st.sampled_from([ItemState.SUCCESS, ItemState.RETURNED, ItemState.UNCLAIMED, ItemState.FAILED]),
    transaction_id=st.sampled_from(["P-ann", "P-bob", "P-cy", "R-ann", None]),
    cycle=st.sampled_from(["2026-11", "2026-10"]),
)
BOOK_ROWS = st.builds(
    row,
    NAMES,
    st.sampled_from(BookKind),
    transaction_id=IDS.filter(bool),
    reference=IDS,
    gross_minor=st.sampled_from([-10_000, -10_001, 10_000]),
    custom=st.sampled_from(["ann", "bob", ""]),
)


@given(
    st.lists(PAYMENTS, max_size=5, unique_by=lambda each: each.transaction_id or id(each)),
    st.lists(BOOK_ROWS, max_size=6),
    st.sampled_from([SCOPE, SCOPE._replace(cycle="2026-11")]),
)
def test_what_is_set_aside_changes_nothing_of_what_is_found(
    ours: list[OurPayment], rows: list[BookRow], scope: Scope
) -> None:
    with closing(kept(rows)) as staged:
        assert compare(ours, staged, scope)[0] == reconcile(ours, rows, scope)


def test_a_second_payment_is_named_beside_the_item_that_agrees() -> None:
    again = row("ann", transaction_id="P-again", custom="")
    with closing(kept([row("ann"), again, row("top", BookKind.HOLD)])) as staged:
        found, cycles = compare([payment("ann")], staged, SCOPE)
    (finding,) = found.findings
    assert "same receiver as item ann of cycle 2026-11" in finding.sentence
    assert (found.matched, found.other_rows, cycles) == (1, 1, ["2026-11"])
    assert found == compared([payment("ann")], [row("ann"), again, row("top", BookKind.HOLD)])


def test_a_row_that_refers_to_itself_is_one_row() -> None:
    rows = [row("ann"), row("ann", BookKind.CONVERSION, reference="P-ann", currency="EUR", gross_minor=-9_000)]
    with closing(kept(rows)) as staged:
        assert compare([payment("ann")], staged, SCOPE)[0] == reconcile([payment("ann")], rows, SCOPE)


def test_what_is_looked_up() -> None:
    named = Named({"ann"}, {"ann@x.example"})
    october = payment("ann", transaction_id="Y", sent_at=NOON.replace(month=10, day=30))
    assert is_wanted(october, named, SCOPE), "the item id is the same, and it is near"
    assert not is_wanted(october._replace(sent_at=NOON.replace(month=5)), named, SCOPE)
    with closing(kept([row("ann", transaction_id="X")])) as staged:
        long_ago = october._replace(sent_at=NOON.replace(month=5), transaction_id="X")
        assert compare([long_ago], staged, SCOPE)[0].matched == 1, "PayPal's row of these days is about it"


@pytest.mark.parametrize("order", ["oldest first", "newest first", "any order within a second"])
def test_balances_are_followed_in_whatever_order_rows_come(order: str) -> None:
    shuffled = [*ROWS[3:], *ROWS[:3]]
    rows = {"oldest first": ROWS, "newest first": ROWS[::-1], "any order within a second": shuffled}[order]
    totals, days, findings = book_totals(kept(rows), SCOPE)
    assert findings == []
    (total,), (of_day,) = totals, days
    assert (total.opening_minor, total.closing_minor, total.unexplained_minor) == (0, 79_200, 0)
    assert (total.parts_minor["payment"], total.parts_minor["fee"], of_day.day) == (-40_000, -800, DAY)
    assert sum(total.parts_minor.values()) == total.net_minor


def test_a_missing_row_is_found_by_the_balance() -> None:
    _, _, findings = book_totals(kept([*ROWS[:3], *ROWS[4:]]), SCOPE)
    assert [(each.kind, each.transaction_id) for each in findings] == [(FindingKind.BALANCE, "R-eve")]


def test_a_changed_row_is_not_taken_for_one_of_a_book_that_begins_with_the_newest() -> None:
    later = NOON.replace(tzinfo=None) + timedelta(minutes=30)
    rows = balanced(
        [
            row("top", BookKind.OTHER, gross_minor=100),
            row("held", BookKind.HOLD, gross_minor=-100),
            row("released", BookKind.HOLD, gross_minor=100, at=later),
        ]
    )
    changed = rows[2]._replace(gross_minor=101, net_minor=101)
    # Read against its times, each balance would follow from the one before.
    _, _, findings = book_totals(kept([*rows[:2], changed]), SCOPE)
    assert [(each.kind, each.transaction_id) for each in findings] == [(FindingKind.BALANCE, "P-released")]


def test_without_balances_there_are_sums_alone() -> None:
    (total,), _, findings = book_totals(kept(THEIRS), SCOPE)
    assert (total.unexplained_minor, findings) == (None, [])


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("T0001", "", BookKind.PAYMENT),
        ("T0200", "", BookKind.CONVERSION),
        ("T9999", "Mass Pay Payment", BookKind.OTHER),
        ("", "Mass Pay Payment", BookKind.PAYMENT),
        ("", "Mass payment", BookKind.PAYMENT),
        ("", "Allgemeine Währungsumrechnung", BookKind.CONVERSION),
        ("", "General Payment", BookKind.OTHER),
    ],
)
def test_what_a_row_is(code: str, text: str, kind: BookKind) -> None:
    assert kind_of(code, text) is kind
