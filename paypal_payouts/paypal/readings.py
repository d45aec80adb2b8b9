"""What PayPal says of a batch and of an item, read field by field.

Source: PayPal's OpenAPI description, `payout_batch` and `payout_item-2`. A field of the wrong type is a field that
PayPal did not give; a reading without the ids that everything hangs on is no reading.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.money import parse_reported
from paypal_payouts.domain.outcome import ItemReading, PageReading, ReadFailed
from paypal_payouts.paypal.document import are_short_and_fit, count, dig, identifier, listed, load, text, word
from paypal_payouts.paypal.error_table import Call
from paypal_payouts.paypal.failures import malformed, may_pass, read_failure
from paypal_payouts.paypal.reply import Reply

OK: Final = 200

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})

_COUNT_MAX: Final = 1_000_000
"""PayPal says at most 15,000 items and 1,000 pages; what is above that is compared, not believed."""


def parse_page(reply: Reply) -> PageReading | ReadFailed:
    """Read one page of a batch; raises nothing, whatever the reply holds."""
    document = load(reply.body)
    if reply.status != OK:
        return _failed(reply, document)
    header = dig(document, "batch_header")
    paypal_batch_id = identifier(dig(header, "payout_batch_id"))
    read = [item_reading(item) for item in listed(dig(document, "items"))]
    items = tuple(item for item in read if item is not None)
    if paypal_batch_id is None or len(items) < len(read) or not _is_list_or_absent(dig(document, "items")):
        return ReadFailed(malformed(reply, document, "PayPal's page of the batch lacks an id"), passing=True)
    currency = word(dig(header, "amount", "currency"))
    return PageReading(
        paypal_batch_id=paypal_batch_id,
        word=word(dig(header, "batch_status")),
        sender_batch_id=text(dig(header, "sender_batch_header", "sender_batch_id")),
        amount_minor=parse_reported(dig(header, "amount", "value"), currency),
        currency=currency,
        fees_minor=_minor_of(_object(dig(header, "fees")), currency),
        completed_at=_moment(dig(header, "time_completed")),
        total_items=count(dig(document, "total_items"), _COUNT_MAX),
        total_pages=count(dig(document, "total_pages"), _COUNT_MAX),
        items=items,
    )


def parse_item(reply: Reply) -> ItemReading | ReadFailed:
    """Read one item; raises nothing, whatever the reply holds."""
    document = load(reply.body)
    if reply.status != OK:
        return _failed(reply, document)
    item = item_reading(document)
    if item is None:
        return ReadFailed(malformed(reply, document, "PayPal's item lacks its id"), passing=True)
    return item


def item_reading(document: object) -> ItemReading | None:
    """Read an item as it stands in a page or alone; None where it has no id."""
    # A million of these are read: each object is taken once, and the texts of a usual item are looked at together.
    said = _object(document)
    paypal_item_id = identifier(said.get("payout_item_id"))
    if paypal_item_id is None:
        return None
    sent, fee = _object(said.get("payout_item")), _object(said.get("payout_item_fee"))
    amount = _object(sent.get("amount"))
    texts = (
        sent.get("sender_item_id"),
        sent.get("receiver"),
        amount.get("currency"),
        said.get("transaction_status"),
        said.get("transaction_id"),
    )
    item_id, receiver, currency, status, transaction_id = (
        texts if are_short_and_fit(texts) else (*map(text, texts[:2]), *map(word, texts[2:]))
    )
    errors = _object(said.get("errors"))
    return ItemReading(
        paypal_item_id,
        item_id,
        receiver,
        parse_reported(amount.get("value"), currency),
        currency,
        status,
        _minor_of(fee, currency),
        transaction_id,
        word(errors.get("name")) if errors else None,
        text(errors.get("message")) if errors else None,
        text(said.get("sender_batch_id")),
    )


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else _NOTHING


def _failed(reply: Reply, document: object) -> ReadFailed:
    failure = read_failure(Call.READ, reply, document).failure
    return ReadFailed(failure, passing=may_pass(Call.READ, failure))


def _is_list_or_absent(value: object) -> bool:
    return value is None or isinstance(value, list)


def _minor_of(amount: Mapping[str, object], currency: str | None) -> int | None:
    # A fee in another currency than the payment, or below zero, cannot be added up: it is one that we do not know.
    if amount.get("currency") != currency:
        return None
    minor = parse_reported(amount.get("value"), currency)
    return None if minor is None or minor < 0 else minor


def _moment(value: object) -> datetime | None:
    """Read a time of PayPal's; None where it is no time with a zone."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
