"""Dates and amounts as PayPal's activity download writes them: in the account's own form, which no column names."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from paypal_payouts.domain.money import DECIMALS

DayOrder = Literal["dmy", "mdy", "ymd"]

_DATE: Final = re.compile(r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})", re.ASCII)
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)
_AMOUNT: Final = re.compile(r"([-+\u2212]?)([0-9][0-9.,' \u00a0\u202f\u2019]*)", re.ASCII)
_GROUPS: Final = re.compile(r"[' \u00a0\u202f\u2019]")
_YEAR_DIGITS: Final = 4
_MONTHS: Final = 12
_GROUP_DIGITS: Final = 3
_kept = lru_cache(maxsize=4096)
"""What is written the same again is read once: a million rows have few days, and many equal amounts and fees."""


class DateParts(NamedTuple):
    """The three numbers of a date in the order in which they stand."""

    numbers: tuple[int, int, int]
    separator: str
    year_first: bool


@_kept
def date_parts(text: str) -> DateParts | None:
    """Take a date apart; None where it is none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    first, separator, second, third = match.groups()
    year_first = len(first) == _YEAR_DIGITS
    if year_first == (len(third) == _YEAR_DIGITS):
        return None
    return DateParts((int(first), int(second), int(third)), separator, year_first)


@_kept
def day_of(parts: DateParts, order: DayOrder) -> date | None:
    """Read a date in an order; None where there is no such day."""
    first, second, third = parts.numbers
    year, month, day = {"ymd": (first, second, third), "dmy": (third, second, first), "mdy": (third, first, second)}[
        order
    ]
    try:
        return date(year, month, day)
    except ValueError:
        return None


class DayOrders:
    """Finds out in which order dates are written, from all of them: one alone may be 3 April or 4 March."""

    def __init__(self) -> None:
        self._seen: set[DateParts] = set()

    def note(self, parts: DateParts) -> None:
        """Take one date into account."""
        self._seen.add(parts)

    def possible(self, window: tuple[date, date] | None) -> list[DayOrder]:
        """Return the orders in which every date is one; of two, that in which they lie in the days that are asked for.

        None at all where no order fits.
        """
        if any(parts.year_first for parts in self._seen):
            orders: tuple[DayOrder, ...] = ("ymd",)
        elif any(parts.separator == "." for parts in self._seen):
            orders = ("dmy",)
        else:
            orders = ("dmy", "mdy")
        fitting = {order: [day_of(parts, order) for parts in self._seen] for order in orders}
        possible = [order for order, days in fitting.items() if None not in days]
        if len(possible) > 1 and all(fitting[possible[0]][place] == day for place, day in enumerate(fitting["mdy"])):
            return possible[:1]  # all of them are such as 5/5: the same in both
        if len(possible) > 1 and window is not None:
            first, last = window
            inside = [
                order for order in possible if all(day is not None and first <= day <= last for day in fitting[order])
            ]
            return inside if len(inside) == 1 else possible
        return possible


@_kept
def moment_of(day: date, text: str) -> datetime:
    """Put a time of the day to a day; midnight where it cannot be read."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return datetime.combine(day, time())
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime.combine(day, time(hour, minute, second))
    except ValueError:
        return datetime.combine(day, time())


@_kept
def amount_of(text: str, currency: str) -> int | None:
    """Read an amount in minor units, with a point or a comma before the decimals; None where it is none.

    The two cannot be mistaken for each other: what groups digits is followed by three of them, and no currency has
    three decimals.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    sign, digits = match.groups()
    decimals = DECIMALS[currency]
    digits = _GROUPS.sub("", digits)
    place = max(digits.rfind("."), digits.rfind(","))
    whole, fraction = (digits, "") if place < 0 else (digits[:place], digits[place + 1 :])
    if len(fraction) == _GROUP_DIGITS:
        whole, fraction = digits, ""
    whole = whole.replace(".", "").replace(",", "")
    if not (whole.isdigit() and (not fraction or fraction.isdigit())) or fraction[decimals:].strip("0"):
        return None
    minor = int(whole + fraction[:decimals].ljust(decimals, "0"))
    return minor if sign in {"", "+"} else -minor
