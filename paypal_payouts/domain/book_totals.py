"""Adding up PayPal's rows by currency and day, and holding the sums against the balance that the rows tell."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from operator import attrgetter

from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.paypal_books import BookKind, BookRow, Rows
from paypal_payouts.domain.reconcile import BalanceTotal, Finding, FindingKind, Scope

_InOrder = Callable[[], Iterator[BookRow]]
"""Rows of one currency in the order in which the balance changed, as often as they are asked for."""


def book_totals(rows: Rows, scope: Scope) -> tuple[list[BalanceTotal], list[BalanceTotal], list[Finding]]:
    """Return the totals by currency, those by day, and what does not add up; only the days of the scope count."""
    totals, days, findings = list[BalanceTotal](), list[BalanceTotal](), list[Finding]()
    for currency in sorted(rows.currencies()):
        in_order = _in_order(rows, currency)
        whole, by_day = _Sum(), defaultdict[date, _Sum](_Sum)
        for row in in_order():
            if scope.covers(row.day):
                whole.add(row)
                by_day[row.day].add(row)
                if row.net_minor != row.gross_minor + row.fee_minor:
                    findings.append(_contradiction(row))
        if by_day:
            findings += (_break(row, expected) for row, expected in _breaks(in_order()) if scope.covers(row.day))
            totals.append(whole.total(currency, None))
            days += (of_day.total(currency, day) for day, of_day in sorted(by_day.items()))
    return totals, days, findings


class _Sum:
    """What rows add up to, and the balance around them; they come in the order in which the balance changed."""

    def __init__(self) -> None:
        self._parts: Counter[str] = Counter()
        self._first: BookRow | None = None
        self._last: BookRow | None = None

    def add(self, row: BookRow) -> None:
        """Add a row."""
        self._parts[row.kind] += row.gross_minor
        self._parts[BookKind.FEE] += row.fee_minor
        self._first, self._last = self._first or row, row

    def total(self, currency: str, day: date | None) -> BalanceTotal:
        """Return what they come to."""
        opening = closing = None
        first, last = self._first, self._last
        if first is not None and last is not None and None not in {first.balance_minor, last.balance_minor}:
            opening, closing = _before(first), last.balance_minor
        parts: dict[str, int] = {kind: self._parts[kind] for kind in BookKind}
        return BalanceTotal(currency, day, parts, sum(self._parts.values()), opening, closing)


def _in_order(rows: Rows, currency: str) -> _InOrder:
    """Put rows of one currency in the order in which the balance changed.

    A download may begin with the newest row, several may overlap, and those of one second stand in any order: what is
    told in the order of the balance is taken as it stands, else it is sorted by time and, within a second, by balance.
    It is not read against its times: a row that was changed could look right so.
    """
    told = partial(rows.of_currency, currency, "told")
    backwards = partial(rows.of_currency, currency, "backwards")
    if not rows.tells_balances(currency):
        return partial(rows.of_currency, currency, "time")
    fewest: _InOrder = told
    least = None
    first, last = (next(iter(order()), None) for order in (told, backwards))
    begins_with_newest = first is not None and last is not None and first.at >= last.at
    for order in (told, *((backwards,) if begins_with_newest else ()), partial(_by_time, rows, currency)):
        breaks = sum(1 for _ in _breaks(order()))
        if least is None or breaks < least:
            fewest, least = order, breaks
        if not breaks:
            break
    return fewest


def _by_time(rows: Rows, currency: str) -> Iterator[BookRow]:
    balance: int | None = None
    for _, together in groupby(rows.of_currency(currency, "time"), attrgetter("at")):
        for row in _chained(list(together), balance):
            yield row
            balance = row.balance_minor


def _chained(rows: Sequence[BookRow], balance: int | None) -> Iterator[BookRow]:
    """Yield rows of one second so that each begins with the balance that the one before it left, where that goes."""
    left = dict(enumerate(rows))
    begins: dict[int, list[int]] = defaultdict(list)
    for place, row in reversed(left.items()):
        begins[_before(row)].append(place)
    if balance is None:
        ends = {row.balance_minor for row in rows}
        balance = next((_before(row) for row in rows if _before(row) not in ends), None)
    while left:
        waiting = begins.get(balance if balance is not None else _before(next(iter(left.values()))), [])
        while waiting and waiting[-1] not in left:
            waiting.pop()
        place = waiting.pop() if waiting else next(iter(left))
        row = left.pop(place)
        yield row
        balance = row.balance_minor


def _before(row: BookRow) -> int:
    return (row.balance_minor or 0) - row.net_minor


def _breaks(ordered: Iterable[BookRow]) -> Iterator[tuple[BookRow, int]]:
    """Yield the rows whose balance is not the one before plus what they moved, with what it should be; each break once.

    Where one balance alone is wrong, the next one is right again.
    """
    running: int | None = None
    told: int | None = None
    for row in ordered:
        if row.balance_minor is None:
            running = told = None
            continue
        if running is not None and told is not None and row.balance_minor != running + row.net_minor:
            if row.balance_minor == told + row.net_minor:
                running = row.balance_minor
            else:
                running += row.net_minor
                yield row, running
        else:
            running = row.balance_minor
        told = row.balance_minor


def _contradiction(row: BookRow) -> Finding:
    expected = format_amount(row.gross_minor + row.fee_minor, row.currency)
    told = format_amount(row.net_minor, row.currency)
    return _of_row(row, FindingKind.ROW, "net", told, f"Gross and fee of this row add up to {expected}.")


def _break(row: BookRow, expected: int) -> Finding:
    told = format_amount(row.balance_minor or 0, row.currency)
    said = format_amount(expected, row.currency)
    sentence = f"By the rows up to this one the balance is {said}: a row is missing before it, or was changed."
    return _of_row(row, FindingKind.BALANCE, "balance", told, sentence)


def disagreement(before: BookRow, after: BookRow) -> Finding:
    """Tell that two downloads have the same row with other amounts."""
    told = format_amount(after.gross_minor, after.currency)
    other = format_amount(before.gross_minor, before.currency)
    sentence = f"{before.place} has the same row with a gross of {other}, or another fee, net or balance."
    return _of_row(after, FindingKind.ROW, "gross", told, sentence)


def _of_row(row: BookRow, kind: FindingKind, field: str, told: str, sentence: str) -> Finding:
    return Finding(
        kind,
        sentence,
        field=field,
        paypal=told,
        receiver=row.receiver or None,
        currency=row.currency,
        amount_minor=-row.gross_minor,
        transaction_id=row.transaction_id,
        day=row.day,
        place=row.place or None,
    )
