"""Matching our payments with PayPal's rows: by PayPal's ids, then by ours, and at last by a guess that is shown as one.

Pure. Source: PayPal's reports name a payout by the transaction id of its item; what belongs to it, such as its return,
names that id as its reference, and has an id of its own, which the item has from then on.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import UTC, timedelta
from typing import Final, NamedTuple

from msgspec import Struct, field

from paypal_payouts.domain.comparing_books import conversion_differences, differences, missing
from paypal_payouts.domain.paypal_books import NEVER_MATCHED, BookKind, BookRow
from paypal_payouts.domain.reconcile import Finding, FindingKind, Guess, OurPayment, Reconciled, Scope

_GUESSED_WITHIN: Final = timedelta(days=3)
_BY_OUR_ID_WITHIN: Final = timedelta(days=35)
"""A payment is in PayPal's books on the day that it was sent; one that was held, some weeks later."""


class _Group(Struct):
    """What PayPal's books have of one payment of ours."""

    paid: list[BookRow] = field(default_factory=list)
    back: list[BookRow] = field(default_factory=list)
    converted: list[BookRow] = field(default_factory=list)


def is_wanted(payment: OurPayment, named: "Named", scope: Scope) -> bool:
    """Return whether a payment whose id no row has can matter: it was sent in these days, or a row may mean it."""
    sent = payment.sent_at.date()
    if scope.includes(payment) and scope.covers(sent):
        return True
    is_near = scope.first - _BY_OUR_ID_WITHIN <= sent <= scope.last + _GUESSED_WITHIN
    return is_near and (payment.item_id in named.items or payment.receiver.lower() in named.receivers)


class Named(Struct, frozen=True):
    """Whatever rows name a payment by, besides its transaction."""

    items: Container[str]
    receivers: Container[str]
    """In small letters."""


class Settled(NamedTuple):
    """An item of ours whose row agrees with it in everything."""

    cycle: str
    item_id: str


def agrees(payment: OurPayment, rows: Sequence[BookRow], scope: Scope) -> bool:
    """Return whether nothing need be looked at: one of the rows that name or refer to a payment paid it as we have it.

    The others, if there are any, converted what it took.
    """
    paid = [row for row in rows if row.kind is not BookKind.CONVERSION]
    converted = [row for row in rows if row.kind is BookKind.CONVERSION]
    if len(paid) != 1 or paid[0].transaction_id != payment.transaction_id:
        return False
    if paid[0].gross_minor >= 0 or paid[0].kind not in {BookKind.PAYMENT, BookKind.OTHER}:
        return False
    found = (*differences(payment, paid, (), scope), *conversion_differences(payment, converted))
    return not scope.includes(payment) or not found


def _none_like(_: BookRow) -> Settled | None:
    return None


def reconcile(
    ours: Sequence[OurPayment],
    rows: Sequence[BookRow],
    scope: Scope,
    like: Callable[[BookRow], Settled | None] = _none_like,
) -> Reconciled:
    """Hold payments of ours against PayPal's rows.

    Args:
        ours: the payments that were sent in these days, and those that a row may be about.
        rows: PayPal's, of these days and, where there are some, of the days around them.
        scope: what is looked at.
        like: finds, among what was settled before, an item with the same receiver and amount as a row.

    """
    matching = _Matching(ours, rows)
    findings: list[Finding] = []
    matched = other_cycles = too_late = 0
    for place, payment in enumerate(ours):
        group = matching.groups.get(place)
        if group is None:
            if scope.requires(payment):
                findings += missing(payment)
            too_late += scope.includes(payment) and not scope.is_told(payment.sent_at)
            continue
        if not scope.includes(payment):
            other_cycles += 1
            continue
        matched += 1
        findings += differences(payment, group.paid, group.back, scope)
        findings += conversion_differences(payment, group.converted)
    findings += matching.strangers(scope, like)
    other_rows = sum(row.kind in {BookKind.OTHER, BookKind.HOLD} for row in matching.left if scope.covers(row.day))
    return Reconciled(findings, matching.guesses, matched, other_cycles, other_rows, too_late)


class _Matching:
    """Which rows are about which payment; `left` are those about none."""

    def __init__(self, ours: Sequence[OurPayment], rows: Sequence[BookRow]) -> None:
        self._ours = ours
        self._rows = rows
        self.groups: dict[int, _Group] = {}
        self.guesses: list[Guess] = []
        self._owner = {payment.transaction_id: place for place, payment in enumerate(ours) if payment.transaction_id}
        # A return is known by its id; the payment that it gives back is the one that it refers to.
        for row in rows:
            if row.kind in NEVER_MATCHED:
                continue
            if row.gross_minor > 0 and row.reference and row.transaction_id in self._owner:
                self._owner.setdefault(row.reference, self._owner[row.transaction_id])
        left = self._by_paypals_ids(rows)
        left = self._by_our_ids(left)
        left = self._by_guess(left)
        self.left = self._follow(left)

    def _group(self, place: int) -> _Group:
        return self.groups.setdefault(place, _Group())

    def _by_paypals_ids(self, rows: Iterable[BookRow]) -> list[BookRow]:
        left = []
        for row in rows:
            place = self._owner.get(row.transaction_id)
            if place is not None and row.gross_minor < 0 and row.kind in {BookKind.PAYMENT, BookKind.OTHER}:
                self._group(place).paid.append(row)
            else:
                left.append(row)
        return left

    def _by_our_ids(self, rows: Iterable[BookRow]) -> list[BookRow]:
        """Match what PayPal shows as the id that we sent: the same in many cycles, so with all else that it shows."""
        candidates: dict[tuple[str, str, int], list[int]] = defaultdict(list)
        for place, payment in enumerate(self._ours):
            if place not in self.groups or not self.groups[place].paid:
                candidates[payment.item_id, payment.currency, -payment.amount_minor].append(place)
        left = []
        for row in rows:
            found = None
            if row.kind is BookKind.PAYMENT and row.custom:
                alike = candidates[row.custom, row.currency, row.gross_minor]
                found = self._nearest([place for place in alike if self._may_be(place, row)], row)
                if found is not None:
                    alike.remove(found)
            if found is None:
                left.append(row)
                continue
            self._owner[row.transaction_id] = found
            self._group(found).paid.append(row)
        return left

    def _may_be(self, place: int, row: BookRow) -> bool:
        receiver = self._ours[place].receiver
        near = abs(row.at.replace(tzinfo=UTC) - self._ours[place].sent_at) <= _BY_OUR_ID_WITHIN
        return near and row.receiver.lower() in {"", receiver.lower()}

    def _nearest(self, places: Sequence[int], row: BookRow) -> int | None:
        at = row.at.replace(tzinfo=UTC)
        return min(places, key=lambda place: abs(at - self._ours[place].sent_at), default=None)

    def _by_guess(self, rows: Sequence[BookRow]) -> list[BookRow]:
        """Match what has no id at all, where one row and one payment alone fit each other."""
        candidates: dict[tuple[str, str, int], list[int]] = defaultdict(list)
        for place, payment in enumerate(self._ours):
            if place not in self.groups and payment.transaction_id is None:
                candidates[payment.receiver.lower(), payment.currency, -payment.amount_minor].append(place)
        alike: dict[tuple[str, str, int], list[BookRow]] = defaultdict(list)
        for row in rows:
            if row.kind is BookKind.PAYMENT and not row.custom:
                alike[row.receiver.lower(), row.currency, row.gross_minor].append(row)
        taken = set()
        for key, (row, *others) in alike.items():
            places = candidates.get(key, [])
            if others or len(places) != 1:
                continue
            payment = self._ours[places[0]]
            if abs(row.at.replace(tzinfo=UTC) - payment.sent_at) <= _GUESSED_WITHIN:
                taken.add(row.key)
                self._owner[row.transaction_id] = places[0]
                self._group(places[0]).paid.append(row)
                self.guesses.append(Guess(payment.cycle, payment.item_id, row.transaction_id, row.day))
        return [row for row in rows if row.key not in taken]

    def _follow(self, rows: Iterable[BookRow]) -> list[BookRow]:
        """Put what came back, and conversions, to the payment that they belong to."""
        left = []
        for row in rows:
            place = self._owner.get(row.reference, self._owner.get(row.transaction_id))
            came_back = row.kind in {BookKind.RETURN, BookKind.REFUND, BookKind.OTHER} and row.gross_minor > 0
            if place is not None and came_back:
                self._group(place).back.append(row)
            elif row.kind is BookKind.CONVERSION and place in self.groups:
                self.groups[place].converted.append(row)
            else:
                left.append(row)
        return left

    def strangers(self, scope: Scope, settled: Callable[[BookRow], Settled | None]) -> Iterable[Finding]:
        """Tell of the rows that no payment of ours explains, and that somebody must explain."""
        same_debt = {
            (payment.receiver.lower(), payment.currency, -payment.amount_minor): Settled(payment.cycle, payment.item_id)
            for payment in self._ours
            if scope.includes(payment)
        }
        for row in self.left:
            like = same_debt.get((row.receiver.lower(), row.currency, row.gross_minor)) or settled(row)
            is_payout = row.kind in {BookKind.PAYMENT, BookKind.RETURN, BookKind.REFUND}
            is_hand_made = row.kind is BookKind.OTHER and row.gross_minor < 0 and like is not None
            if scope.covers(row.day) and (is_payout or is_hand_made):
                yield _stranger(row, like)


def _stranger(row: BookRow, like: Settled | None) -> Finding:
    if row.gross_minor > 0:
        sentence = "Money of a payout came back, and no payment of ours is known that it belongs to."
    elif like is not None:
        sentence = (
            f"PayPal has one payment more than we do, of the same amount to the same receiver as item {like.item_id} "
            f"of cycle {like.cycle}: was it paid twice, by hand or by another program?"
        )
    else:
        sentence = "PayPal has this payment and we do not: was it made by hand, or by another program?"
    return Finding(
        FindingKind.ONLY_PAYPAL,
        sentence,
        item_id=row.custom or None,
        receiver=row.receiver or None,
        currency=row.currency,
        amount_minor=-row.gross_minor,
        transaction_id=row.transaction_id,
        day=row.day,
        place=row.place or None,
    )
