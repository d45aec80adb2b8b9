"""Rows as nearly every file has them, checked a block at a time by patterns over whole columns.

A million rows take a third of the time so. It finds nothing wrong by itself: a block that has anything unusual is left
to the checks of single rows (`intake.rows`), which know what to say. What passes here passes there, with the same
values.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, repeat
from typing import Final

from paypal_payouts.domain.money import DECIMALS, WHOLE_DIGITS_MAX, parse_amount
from paypal_payouts.intake.rows import (
    EMAIL,
    KEY,
    NOTE_MAX,
    PURPOSES,
    RECEIVER_MAX,
    Staged,
    is_language,
    right_type_of,
)

_Match = Callable[[str], re.Match[str] | None]


def _each(line: str) -> _Match:
    """Match lines of which each has this form; none is taken back, so that it takes linear time."""
    return re.compile(rf"(?>{line})(?:\n(?>{line}))*+").fullmatch


_emails = _each(EMAIL)
_keys = _each(KEY)
_keys_or_nothing = _each(rf"(?:{KEY})?")

_SANDBOX_NOTES: Final = ("ERRP", "POSP")
"""Each of PayPal's test values has one of these in it."""
_CURRENCY_SETS: Final = 64


def usual_rows(first: int, text: str, names: Sequence[str], *, is_live: bool) -> Iterator[Staged] | None:
    """Return the rows of these lines, where all of them are right and usual; None where that is not known.

    `names` are the columns of the file, `first` is the number of the first line.
    """
    columns = None if '"' in text else _columns(text, names)
    if columns is None:
        return None
    receivers, currencies = columns["receiver"], columns["currency"]
    kinds = _kinds(receivers, columns.get("recipient_type", ()))
    minors = _minors(columns["amount"], currencies)
    if kinds is None or minors is None or not _are_keys(columns.get("item_id"), _keys):
        return None
    if not (_are_keys(columns.get("payee_id"), _keys_or_nothing) and _extras_are_usual(columns, is_live=is_live)):
        return None
    nothing = repeat("")
    extras = (columns.get(name, nothing) for name in ("note", "purpose", "recipient_wallet", "language", "payee_id"))
    return zip(count(first), columns.get("item_id", nothing), receivers, kinds, minors, currencies, *extras)


def _columns(text: str, names: Sequence[str]) -> dict[str, list[str]] | None:
    """Cut lines into columns; None where a line has more or fewer values than the file has columns."""
    step = len(names) + 1
    values = text.replace("\n", ",\n,").split(",")
    ends = values[len(names) :: step]
    if len(values) != step * (len(ends) + 1) - 1 or ends.count("\n") != len(ends):
        return None
    return {name: values[at::step] for at, name in enumerate(names)}


def _kinds(receivers: Sequence[str], given: Iterable[str]) -> Iterable[str] | None:
    """Return the recipient types, where all receivers are right and, by what is given, could be no others."""
    others = {receiver for receiver in receivers if "@" not in receiver}
    types = {*given}
    if not types <= {"", "EMAIL"} or (others and "EMAIL" in types) or max(map(len, receivers)) > RECEIVER_MAX:
        return None
    kinds: dict[str, str] = {}
    for receiver in others:
        kind = right_type_of(receiver)
        if kind is None:
            return None
        kinds[receiver] = kind
    emails = receivers if not others else [receiver for receiver in receivers if receiver not in others]
    if emails and not _emails("\n".join(emails)):
        return None
    return repeat("EMAIL") if not others else [kinds.get(receiver, "EMAIL") for receiver in receivers]


def _minors(amounts: Sequence[str], currencies: Sequence[str]) -> list[int] | None:
    """Read all amounts; None where one of them cannot be paid."""
    known = frozenset(currencies)
    if not known <= DECIMALS.keys():
        return None
    if _with_all_decimals(known)("\n".join(map(",".join, zip(amounts, currencies, strict=True)))):
        minors = [int(amount.replace(".", "")) for amount in amounts]
        return None if 0 in minors else minors
    try:
        return list(map(parse_amount, amounts, currencies))
    except ValueError:
        return None


@lru_cache(_CURRENCY_SETS)
def _with_all_decimals(currencies: frozenset[str]) -> _Match:
    """Match amounts beside their currencies that are written with all decimals, so that the digits are minor units."""
    forms = []
    for currency in sorted(currencies):
        decimals = DECIMALS[currency]
        fraction = rf"\.[0-9]{{{decimals}}}" if decimals else ""
        forms.append(rf"[0-9]{{1,{WHOLE_DIGITS_MAX}}}{fraction},{currency}")
    return _each("|".join(forms))


def _are_keys(values: Sequence[str] | None, pattern: _Match) -> bool:
    return values is None or pattern("\n".join(values)) is not None


def _extras_are_usual(columns: Mapping[str, Sequence[str]], *, is_live: bool) -> bool:
    """Return whether all that is optional is right, and nothing asks for rules of its own, as Venmo does."""
    notes = columns.get("note", ())
    written = "".join(notes)
    if max(map(len, notes), default=0) > NOTE_MAX or not written.isprintable():
        return False
    if is_live and any(part in written for part in _SANDBOX_NOTES):
        return False
    return (
        {*columns.get("purpose", ())} <= {"", *PURPOSES}
        and {*columns.get("recipient_wallet", ())} <= {"", "PAYPAL"}
        and all(map(is_language, {*columns.get("language", ())} - {""}))
    )
