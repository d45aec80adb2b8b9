"""PayPal's Transaction Search: what moved money between two days, as rows of PayPal's books.

Source: PayPal's OpenAPI description of Transaction Search, and replies that were captured. It takes up to 31 days in
one question, and may be three hours behind.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from paypal_payouts.domain.money import DECIMALS, parse_reported
from paypal_payouts.domain.outcome import ReadFailed
from paypal_payouts.domain.paypal_books import BookRow, Books, Rows, kind_of
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.document import count, dig, listed, load, text, word
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.failures import malformed, may_pass, read_failure
from paypal_payouts.paypal.readings import OK, moment
from paypal_payouts.paypal.reply import Reply

_PATH: Final = "/v1/reporting/transactions"
_DAYS_AT_ONCE: Final = timedelta(days=31)
_PAGE_SIZE: Final = 200
"""PayPal gives up to 500; but a page of 200 stays well below the size that a reply may have."""
_PAGES_MAX: Final = 10_000
_TOO_MANY: Final = "RESULTSET_TOO_LARGE"
"""PayPal answers so where a question has more than 10,000 rows: it is asked in halves then."""
_SECOND: Final = timedelta(seconds=1)
_DENIED: Final = "D"
_COMPLETED: Final = frozenset({"S", "V", "F"})
"""Done, done and reversed later, done and refunded in part."""


class TransactionPage(Struct, frozen=True):
    """One page of an answer."""

    rows: list[BookRow]
    pages: int
    refreshed: datetime | None
    """Up to when PayPal knew everything."""
    foreign: frozenset[str]


def read_transactions(
    paypal: PayPalClient, first: date, last: date, into: Rows, *, now: datetime
) -> Books | ReadFailed:
    """Ask for everything that moved money on these days, in UTC, and on a day before and after them; add its rows.

    Args:
        paypal: whom to ask; nothing is changed there.
        first: the first day.
        last: the last day; what is later than now is not asked for.
        into: where the rows go.
        now: the time.

    """
    at = datetime.combine(first, time(), UTC) - timedelta(days=1)
    end = min(datetime.combine(last, time(), UTC) + timedelta(days=2), now + _SECOND)
    failed, foreign, refreshed = list[ReadFailed](), set[str](), list[datetime]()

    def rows(at: datetime) -> Iterator[BookRow]:
        while at < end:
            until = min(at + _DAYS_AT_ONCE, end)
            for page in _window(paypal, at, until):
                if isinstance(page, ReadFailed):
                    failed.append(page)
                    return
                yield from page.rows
                foreign.update(page.foreign)
                refreshed.extend([page.refreshed] if page.refreshed is not None else [])
            at = until

    into.add(rows(at))
    return failed[0] if failed else Books([], min(refreshed, default=None), [], frozenset(foreign))


def _window(paypal: PayPalClient, start: datetime, end: datetime) -> Iterator[TransactionPage | ReadFailed]:
    """Read all pages from one moment up to, not including, another."""
    number, pages = 1, 1
    while number <= pages:
        page = _page(paypal, start, end, number)
        if isinstance(page, ReadFailed):
            if page.failure.code == _TOO_MANY and end - start > _SECOND:
                middle = start + timedelta(seconds=(end - start) // _SECOND // 2)
                yield from _window(paypal, start, middle)
                yield from _window(paypal, middle, end)
            else:
                yield page
            return
        yield page
        number, pages = number + 1, page.pages


def _page(paypal: PayPalClient, start: datetime, end: datetime, number: int) -> TransactionPage | ReadFailed:
    params = {
        "start_date": _written(start),
        "end_date": _written(end - _SECOND),
        "fields": "transaction_info,payer_info",
        "page_size": str(_PAGE_SIZE),
        "page": str(number),
    }
    return paypal.read(_PATH, params, parse_transactions)


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_transactions(reply: Reply) -> TransactionPage | ReadFailed:
    """Read one page; raises nothing, whatever the reply holds."""
    document = load(reply.body)
    if reply.status != OK:
        failure = read_failure(ApiCall.READ, reply, document).failure
        return ReadFailed(failure, passing=may_pass(ApiCall.READ, failure))
    pages = count(dig(document, "total_pages"), _PAGES_MAX)
    rows, foreign = list[BookRow](), set[str]()
    for each in listed(dig(document, "transaction_details")):
        currency = word(dig(each, "transaction_info", "transaction_amount", "currency_code"))
        if currency is not None and currency not in DECIMALS:
            foreign.add(currency)
        elif dig(each, "transaction_info", "transaction_status") != _DENIED:
            row = _row(each, currency)
            if row is None:
                return ReadFailed(
                    malformed(reply, document, "PayPal's transaction lacks what it hangs on"), passing=False
                )
            rows.append(row)
    if pages is None:
        return ReadFailed(malformed(reply, document, "PayPal's answer lacks the number of its pages"), passing=True)
    return TransactionPage(rows, pages, moment(dig(document, "last_refreshed_datetime")), frozenset(foreign))


def _row(document: object, currency: str | None) -> BookRow | None:
    """Read one transaction; None where it has no id, time or amount."""
    info = dig(document, "transaction_info")
    transaction_id = word(dig(info, "transaction_id"))
    at = moment(dig(info, "transaction_initiation_date"))
    gross = parse_reported(dig(info, "transaction_amount", "value"), currency)
    fee = _optional(info, "fee_amount", currency)
    if transaction_id is None or at is None or gross is None or fee is None or currency is None:
        return None
    code = word(dig(info, "transaction_event_code")) or ""
    return BookRow(
        place="",
        transaction_id=transaction_id,
        reference=word(dig(info, "paypal_reference_id")) or "",
        kind=kind_of(code, ""),
        said=code,
        pending=dig(info, "transaction_status") not in _COMPLETED,
        at=at.replace(tzinfo=None),
        currency=currency,
        gross_minor=gross,
        fee_minor=fee,
        net_minor=gross + fee,
        balance_minor=parse_reported(
            dig(info, "ending_balance", "value"), dig(info, "ending_balance", "currency_code")
        ),
        receiver=text(dig(document, "payer_info", "email_address")) or "",
        custom=text(dig(info, "custom_field")) or "",
    )


def _optional(info: object, field: str, currency: str | None) -> int | None:
    """Read an amount that may be left out; None where it is there and cannot be read."""
    value = dig(info, field, "value")
    return 0 if value is None else parse_reported(value, currency)
