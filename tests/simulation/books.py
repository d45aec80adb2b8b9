"""PayPal's own books beside ours: they agree where all is read, and one cent is found wherever it is moved.

Five sides: the file of each cycle, the database, PayPal's book, its activity download as the program reads it, and the
entries of `report --books`, added up here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from random import Random
from typing import Any, Final

from paypal_payouts.domain.book_totals import book_totals
from paypal_payouts.domain.books import Accounts, entries
from paypal_payouts.domain.comparing_books import file_differences
from paypal_payouts.domain.money import DECIMALS
from paypal_payouts.domain.paypal_books import BookKind, BookRow
from paypal_payouts.domain.reconcile import Finding, OurPayment, Scope
from paypal_payouts.intake.activity import read_activity
from paypal_payouts.intake.staged_books import StagedBooks
from paypal_payouts.simulator.words import OUT
from paypal_payouts.verbs.reconcile import compare
from simulation.hosts import Hosts

ACCOUNTS: Final = Accounts("Assets:PayPal", "Expenses:Payouts", "Expenses:Fees", "Assets:InTransit")
_PAYOUTS: Final = {BookKind.PAYMENT, BookKind.RETURN, BookKind.REFUND, BookKind.CONVERSION}
_IN_TRANSIT: Final = OUT - {"SUCCESS", "PENDING"}
_NEVER_CHARGED: Final = {"FAILED", "DENIED", "PENDING", None}


def difference(hosts: Hosts, chance: Random) -> str | None:
    """Return what does not agree, or what is not found of what `chance` moves; None where all is well."""
    with hosts.store() as store:
        ours = list(store.items.sent())
    if not ours:
        return None
    download = hosts.home / "Download.CSV"
    download.write_text(hosts.paypal.activity(), newline="")
    with closing(StagedBooks()) as staged:
        read_activity([download], staged, order="mdy")
        rows = list(staged)
    # A host's clock may have been wrong when it sent.
    days = [*(each.sent_at.date() for each in ours), *(each.day for each in rows), hosts.now().date()]
    scope = Scope(min(days), max(days))
    if found := _found(ours, rows, scope):
        return f"reconcile finds {found[0]}"
    return _booked_otherwise(ours, rows, hosts.paypal.book()["payments"]) or _not_found(ours, rows, scope, chance)


def in_the_file(hosts: Hosts, cycle: str, lines: Sequence[str], chance: Random) -> str | None:
    """Return what the file of a cycle says otherwise than the database, or which cent moved in it is not found."""
    with hosts.staged(lines) as staged, hosts.store() as store:
        rows, items = list(staged.debts()), list(store.items.newest(cycle))
        name = staged.name
    if found := list(file_differences(cycle, name, rows, items)):
        return f"reconcile finds {found[0]}"
    place = chance.randrange(len(rows))
    moved = rows[place]._replace(amount_minor=rows[place].amount_minor + 1)
    found = list(file_differences(cycle, name, [*rows[:place], moved, *rows[place + 1 :]], items))
    return None if moved.item_id in {each.item_id for each in found} else f"reconcile does not name a cent in {moved}"


def _found(ours: Sequence[OurPayment], rows: Sequence[BookRow], scope: Scope) -> list[Finding]:
    with closing(StagedBooks()) as staged:
        staged.add(rows)
        return [*compare(ours, staged, scope)[0].findings, *book_totals(staged, scope)[2]]


def _not_found(ours: Sequence[OurPayment], rows: Sequence[BookRow], scope: Scope, chance: Random) -> str | None:
    """Move one cent in one row of PayPal's, and one in a payment, or its fee, of ours that it has: each is named."""
    # What the balance was before the first row of a currency is in no book.
    first = {each.currency: place for place, each in reversed(list(enumerate(rows)))}
    others = [place for place, each in enumerate(rows) if place != first[each.currency]]
    if not others:
        return None
    place = chance.choice(others)
    cent = chance.choice((1, -1))
    row = rows[place]
    fields = ["gross_minor", "fee_minor", "net_minor", "balance_minor"]
    together = sum((each.at, each.currency) == (row.at, row.currency) for each in rows)
    # Which row of a second came first nobody knows: two that are no payments may hide a cent of each other.
    field = chance.choice([*fields, "both"] if row.kind in _PAYOUTS or together == 1 else fields)
    names = ("gross_minor", "net_minor") if field == "both" else (field,)
    moved = row._replace(**{name: getattr(row, name) + cent for name in names})
    found = _found(ours, [*rows[:place], moved, *rows[place + 1 :]], scope)
    if row.transaction_id not in {each.transaction_id for each in found}:
        return f"reconcile does not name {cent} in {field} of {row}"
    paid = {each.custom for each in rows if each.kind is BookKind.PAYMENT}
    of_ours = [place for place, each in enumerate(ours) if each.item_id in paid and each.fee_minor is not None]
    for place in chance.sample(of_ours, min(1, len(of_ours))):
        payment = ours[place]
        # PayPal tells its fee of an item once it has finished with it.
        field = "amount_minor" if payment.state == "pending" else chance.choice(("amount_minor", "fee_minor"))
        changed = payment._replace(**{field: getattr(payment, field) + cent})
        found = _found([*ours[:place], changed, *ours[place + 1 :]], rows, scope)
        is_booked = payment.transaction_id in {each.transaction_id for each in rows}
        if is_booked and payment.item_id not in {each.item_id for each in found}:
            return f"reconcile does not name {cent} in {field} of {payment}"
    return None


def _booked_otherwise(
    ours: Sequence[OurPayment], rows: Sequence[BookRow], payments: Iterable[dict[str, Any]]
) -> str | None:
    """Return where the accounts of `report --books` have something else than PayPal's rows, or its book, come to."""
    booked: Counter[tuple[str, str]] = Counter()
    for entry in entries(ours, ACCOUNTS):
        weights: Counter[str] = Counter()
        for posting in entry.postings:
            booked[posting.account, posting.currency] += posting.amount_minor
            weights.update(dict([posting.weight]))
        if any(weights.values()):
            return f"{entry} does not balance"
    pending = {payment.item_id for payment in ours if payment.state == "pending"}
    told: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row.kind in _PAYOUTS and row.custom not in pending:
            told[ACCOUNTS.paypal, row.currency] += row.net_minor
    for account, currency, minor in chain.from_iterable(map(_accounts, payments)):
        told[account, currency] += minor
    places = sorted(booked.keys() | told.keys())
    wrong = [(place, booked[place], told[place]) for place in places if booked[place] != told[place]]
    return f"the books have {wrong[0][1]} on {wrong[0][0]}, and PayPal {wrong[0][2]}" if wrong else None


def _accounts(payment: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Say where the money of one payment is, by PayPal's own book."""
    currency, state = payment["currency"], payment["state"]
    if state in _NEVER_CHARGED:
        return
    yield ACCOUNTS.fees, currency, _minor(payment["fee"], currency)
    if state == "SUCCESS" or state in _IN_TRANSIT:
        account = ACCOUNTS.payouts if state == "SUCCESS" else ACCOUNTS.in_transit
        yield account, currency, _minor(payment["amount"], currency)


def _minor(amount: str, currency: str) -> int:
    return int(amount.replace(".", "")) if DECIMALS[currency] else int(amount)
