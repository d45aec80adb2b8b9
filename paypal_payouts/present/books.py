"""The entries of a cycle in the forms that bookkeeping programs read: beancount, hledger, and CSV.

Source: the documents of beancount 3 and hledger. Nothing in a file changes by being written again: no time of writing,
no chance. All decimals of a currency are written, as beancount tolerates half of the last digit that it is shown.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.books import Accounts, BookEntry, Posting
from paypal_payouts.domain.money import format_amount
from paypal_payouts.present.sheet import lines
from paypal_payouts.present.text import visible
from paypal_payouts.results.books import PostingJson

_LINK: Final = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)
_NOT_IN_JOURNALS: Final = re.compile(r"[,;|()\s]+")
"""What ends a payee, a code or a tag of hledger's."""


def books_file(
    form: str, entries: Iterable[BookEntry], accounts: Accounts, *, cycle: str, opened: date | None
) -> Iterator[str]:
    """Yield the file piece by piece.

    Args:
        form: `beancount`, `hledger` or `csv`.
        entries: what is booked.
        accounts: to what.
        cycle: what it is of.
        opened: the day on which the file opens its accounts; None where it does not.

    """
    return _FORMS[form](entries, accounts, cycle, opened)


def _beancount(entries: Iterable[BookEntry], accounts: Accounts, cycle: str, opened: date | None) -> Iterator[str]:
    yield f"; PayPal payouts of cycle {cycle}\n"
    for account in dict.fromkeys(accounts) if opened is not None else ():
        yield f"{opened} open {account}\n"
    for entry in entries:
        payment = entry.payment
        link = entry.transaction_id or ""
        flag = "*" if entry.settled else "!"
        narration = f"{_what(entry)} {payment.item_id} of {payment.cycle}"
        yield (
            f"\n{entry.day} {flag} {_quoted(payment.receiver)} {_quoted(narration)}"
            f"{f' ^{link}' if _LINK.fullmatch(link) else ''}\n"
            f"  id: {_quoted(entry.id)}\n"
            f"  cycle: {_quoted(payment.cycle)}\n"
            f"  batch: {_quoted(payment.batch)}\n"
            f"  item: {_quoted(payment.item_id)}\n"
        )
        yield _postings(entry, indent=2)


def _hledger(entries: Iterable[BookEntry], accounts: Accounts, cycle: str, opened: date | None) -> Iterator[str]:
    yield f"; PayPal payouts of cycle {cycle}\n"
    for account in dict.fromkeys(accounts) if opened is not None else ():
        yield f"account {account}\n"
    for entry in entries:
        payment = entry.payment
        code = f"({_plain(entry.transaction_id)}) " if entry.transaction_id else ""
        yield (
            f"\n{entry.day} {'*' if entry.settled else '!'} {code}{_plain(payment.receiver)} | "
            f"{_what(entry)} {_plain(payment.item_id)} of {payment.cycle}  "
            f"; id:{entry.id}, cycle:{payment.cycle}, batch:{payment.batch}, item:{_plain(payment.item_id)}\n"
        )
        yield _postings(entry, indent=4)


def _csv(entries: Iterable[BookEntry], accounts: Accounts, cycle: str, opened: date | None) -> Iterator[str]:
    del accounts, cycle, opened  # each row has its account and its cycle
    rows = (PostingJson.of(entry, posting) for entry in entries for posting in entry.postings)
    return lines(PostingJson, rows, numbers={"amount", "price"})


def _postings(entry: BookEntry, *, indent: int) -> str:
    margin = " " * indent
    return "".join(
        f"{margin}{each.account}  {format_amount(each.amount_minor, each.currency)} {each.currency}{_price(each)}\n"
        for each in entry.postings
    )


def _price(posting: Posting) -> str:
    """Write what all of a posting took from another currency, which balances exactly, as a rate need not."""
    if posting.price_minor is None or posting.price_currency is None:
        return ""
    return f" @@ {format_amount(posting.price_minor, posting.price_currency)} {posting.price_currency}"


def _what(entry: BookEntry) -> str:
    return "Payout" if entry.event == "payment" else entry.event.capitalize()


def _quoted(text: str) -> str:
    """Write a text of beancount's."""
    shown = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'


def _plain(text: str) -> str:
    """Write a text that ends nothing in a journal."""
    return _NOT_IN_JOURNALS.sub("_", visible(text))


_FORMS: Final[Mapping[str, Callable[[Iterable[BookEntry], Accounts, str, date | None], Iterator[str]]]] = (
    MappingProxyType({"beancount": _beancount, "hledger": _hledger, "csv": _csv})
)
