"""What PayPal says of a batch and of an item, read field by field.

Source: PayPal's OpenAPI description, `payout_batch` and `payout_item-2`. A field of the wrong type is a field that
PayPal did not give; a reading without the ids that everything hangs on is no reading.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from paypal_payouts.domain.money import all_reported, parse_reported
from paypal_payouts.domain.outcome import ItemReading, PageReading, ReadFailed
from paypal_payouts.paypal.document import count, dig, identifier, identifiers, load, of_each, text, texts, word, words
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.failures import malformed, may_pass, read_failure
from paypal_payouts.paypal.page import Conversion, PageItem, columns, item_in, load_page
from paypal_payouts.paypal.reply import Reply

OK: Final = 200

_NOT_CONVERTED: Final = Conversion()
_MOMENT_MAX: Final = 100
"""The length of a time (OpenAPI description, `time_processed`)."""

_COUNT_MAX: Final = 1_000_000
"""PayPal says at most 15,000 items and 1,000 pages; what is above that is compared, not believed."""


def parse_page(reply: Reply) -> PageReading | ReadFailed:
    """Read one page of a batch; raises nothing, whatever the reply holds."""
    if reply.status != OK:
        return _failed(reply)
    page = load_page(reply.body)
    header = None if page is None else page.batch_header
    paypal_batch_id = identifier(dig(header, "payout_batch_id"))
    read = [] if page is None else _item_readings(page.items)
    items = tuple([item for item in read if item is not None])
    if page is None or paypal_batch_id is None or len(items) < len(read):
        return ReadFailed(malformed(reply, load(reply.body), "PayPal's page of the batch lacks an id"), passing=True)
    currency = word(dig(header, "amount", "currency"))
    fee = dig(header, "fees")
    return PageReading(
        paypal_batch_id=paypal_batch_id,
        word=word(dig(header, "batch_status")),
        sender_batch_id=text(dig(header, "sender_batch_header", "sender_batch_id")),
        amount_minor=parse_reported(dig(header, "amount", "value"), currency),
        currency=currency,
        fees_minor=_fees_minor([dig(fee, "value")], [dig(fee, "currency")], [currency])[0],
        completed_at=moment(dig(header, "time_completed")),
        total_items=count(page.total_items, _COUNT_MAX),
        total_pages=count(page.total_pages, _COUNT_MAX),
        items=items,
        funding_source=word(dig(header, "funding_source")),
    )


def parse_item(reply: Reply) -> ItemReading | ReadFailed:
    """Read one item; raises nothing, whatever the reply holds."""
    if reply.status != OK:
        return _failed(reply)
    document = load(reply.body)
    item = item_reading(document)
    if item is None:
        return ReadFailed(malformed(reply, document, "PayPal's item lacks its id"), passing=True)
    return item


def item_reading(document: object) -> ItemReading | None:
    """Read an item that stands alone; None where it has no id."""
    (item,) = _item_readings([item_in(document)])
    return item


def _item_readings(said: Sequence[PageItem]) -> list[ItemReading | None]:
    """Read items side by side, a field of all of them at a time: a million of them are read, and most are alike."""
    if not said:
        return []
    items, sent = columns(said), columns([item.payout_item for item in said])
    amounts, fees = columns(sent["amount"]), columns(items["payout_item_fee"])
    errors = columns(items["errors"])
    currencies = of_each(word, amounts["currency"])
    paypal_item_ids = identifiers(items["payout_item_id"])
    fields = zip(
        paypal_item_ids,
        texts(sent["sender_item_id"]),
        texts(sent["receiver"]),
        all_reported(amounts["value"], currencies),
        currencies,
        of_each(word, items["transaction_status"]),
        _fees_minor(fees["value"], fees["currency"], currencies),
        words(items["transaction_id"]),
        of_each(word, errors["name"]),
        of_each(text, errors["message"]),
        texts(items["sender_batch_id"]),
        words(items["activity_id"]),
        of_each(_time_processed, items["time_processed"]),
        *_debited(items["currency_conversion"]),
        strict=True,
    )
    readings: list[ItemReading | None] = list(map(_reading, fields))
    if None in paypal_item_ids:
        return [None if of is None else item for of, item in zip(paypal_item_ids, readings, strict=True)]
    return readings


_reading: Final[Callable[[tuple[Any, ...]], ItemReading]] = partial(tuple.__new__, ItemReading)
"""As `ItemReading._make`, which is no more than this in Python, and takes half as long again."""


def _debited(
    conversions: Sequence[Conversion],
) -> tuple[Sequence[int | None], Sequence[str | None], Sequence[str | None]]:
    """Read what was taken from other currencies, which ones, and at which rates: all None where it is no amount."""
    if conversions.count(_NOT_CONVERTED) == len(conversions):
        nothing = [None] * len(conversions)
        return nothing, nothing, nothing
    converted = columns(conversions)
    taken = columns(converted["from_amount"])
    currencies = words(taken["currency"])
    minor = _not_below_zero(all_reported(taken["value"], currencies))
    rates = words(converted["exchange_rate"])
    known = [value is not None for value in minor]
    return (
        minor,
        [currency if is_known else None for currency, is_known in zip(currencies, known, strict=True)],
        [rate if is_known else None for rate, is_known in zip(rates, known, strict=True)],
    )


def _time_processed(value: object) -> str | None:
    at = moment(value) if isinstance(value, str) and len(value) <= _MOMENT_MAX else None
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _fees_minor(
    values: Sequence[object], charged: Sequence[object], currencies: Sequence[str | None]
) -> Sequence[int | None]:
    # A fee in another currency than the payment, or below zero, cannot be added up: it is one that we do not know.
    if list(charged) != list(currencies):
        currencies = [
            currency if currency == other else None for currency, other in zip(currencies, charged, strict=True)
        ]
    return _not_below_zero(all_reported(values, currencies))


def _not_below_zero(minor: Sequence[int | None]) -> Sequence[int | None]:
    try:
        if min(minor, default=0) >= 0:  # type: ignore[type-var, operator]  # what is no number is the question
            return minor
    except TypeError:
        pass
    return [None if value is None or value < 0 else value for value in minor]


def _failed(reply: Reply) -> ReadFailed:
    failure = read_failure(ApiCall.READ, reply, load(reply.body)).failure
    return ReadFailed(failure, passing=may_pass(ApiCall.READ, failure))


def moment(value: object) -> datetime | None:
    """Read a time of PayPal's; None where it is no time with a zone."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
