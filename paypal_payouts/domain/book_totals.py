"""Adding up PayPal's rows by currency and day, and holding the sums against the balance that the rows tell."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.paypal_books import BookKind, BookRow
from paypal_payouts.domain.reconcile import BalanceTotal, Finding, FindingKind, Scope


def book_totals(rows: Sequence[BookRow], scope: Scope) -> tuple[list[BalanceTotal], list[BalanceTotal], list[Finding]]:
    """Return the totals by currency, those by day, and what does not add up; only the days of the scope count."""
    by_currency: dict[str, list[BookRow]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    totals, days, findings = list[BalanceTotal](), list[BalanceTotal](), list[Finding]()
    for currency, of_currency in sorted(by_currency.items()):
        ordered = _in_order(of_currency)
        breaks = {id(row): expected for row, expected in _breaks(ordered)}
        covered = [row for row in ordered if scope.covers(row.day)]
        if not covered:
            continue
        findings += (_contradiction(row) for row in covered if row.net_minor != row.gross_minor + row.fee_minor)
        findings += (_break(row, breaks[id(row)]) for row in covered if id(row) in breaks)
        totals.append(_total(currency, None, covered))
        by_day: dict[date, list[BookRow]] = defaultdict(list)
        for row in covered:
            by_day[row.day].append(row)
        days += (_total(currency, day, of_day) for day, of_day in sorted(by_day.items()))
    return totals, days, findings


def _total(currency: str, day: date | None, ordered: Sequence[BookRow]) -> BalanceTotal:
    parts: Counter[str] = Counter()
    for row in ordered:
        parts[row.kind] += row.gross_minor
        parts[BookKind.FEE] += row.fee_minor
    first, last = ordered[0], ordered[-1]
    told = first.balance_minor is not None and last.balance_minor is not None
    return BalanceTotal(
        currency,
        day,
        {kind: parts[kind] for kind in BookKind},
        sum(parts.values()),
        (first.balance_minor or 0) - first.net_minor if told else None,
        last.balance_minor if told else None,
    )


def _in_order(rows: Sequence[BookRow]) -> Sequence[BookRow]:
    """Put rows of one currency in the order in which the balance changed.

    A download may begin with the newest row, several may overlap, and those of one second stand in any order: what is
    told in the order of the balance is taken as it stands, else it is sorted by time and, within a second, by balance.
    """
    if any(row.balance_minor is None for row in rows):
        return sorted(rows, key=lambda row: row.at)
    orders = (rows, rows[::-1], _by_time(rows))
    return min(orders, key=lambda order: sum(1 for _ in _breaks(order)))


def _by_time(rows: Sequence[BookRow]) -> list[BookRow]:
    ordered: list[BookRow] = []
    of_second: dict[object, list[BookRow]] = defaultdict(list)
    for row in rows:
        of_second[row.at].append(row)
    balance: int | None = None
    for _, together in sorted(of_second.items(), key=lambda pair: str(pair[0])):
        for row in _chained(together, balance):
            ordered.append(row)
            balance = row.balance_minor
    return ordered


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
