"""What PayPal says of a batch and of an item, read field by field.

Source: PayPal's OpenAPI description, `payout_batch` and `payout_item-2`. A field of the wrong type is a field that
PayPal did not give; a reading without the ids that everything hangs on is no reading.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.money import all_reported, parse_reported
from paypal_payouts.domain.outcome import ItemReading, PageReading, ReadFailed
from paypal_payouts.paypal.document import count, dig, identifier, identifiers, listed, load, text, texts, word, words
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
    read = _item_readings(listed(dig(document, "items")))
    items = tuple([item for item in read if item is not None])
    if paypal_batch_id is None or len(items) < len(read) or not _is_list_or_absent(dig(document, "items")):
        return ReadFailed(malformed(reply, document, "PayPal's page of the batch lacks an id"), passing=True)
    currency = word(dig(header, "amount", "currency"))
    return PageReading(
        paypal_batch_id=paypal_batch_id,
        word=word(dig(header, "batch_status")),
        sender_batch_id=text(dig(header, "sender_batch_header", "sender_batch_id")),
        amount_minor=parse_reported(dig(header, "amount", "value"), currency),
        currency=currency,
        fees_minor=_fees_minor(_objects([dig(header, "fees")]), [currency])[0],
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
    """Read an item that stands alone; None where it has no id."""
    (item,) = _item_readings([document])
    return item


def _item_readings(documents: Sequence[object]) -> list[ItemReading | None]:
    """Read items side by side, a field of all of them at a time: a million of them are read, and most are alike."""
    said = _objects(documents)
    sent, fees = _objects(_each(said, "payout_item")), _objects(_each(said, "payout_item_fee"))
    amounts, errors = _objects(_each(sent, "amount")), _objects(_each(said, "errors"))
    paypal_item_ids = identifiers(_each(said, "payout_item_id"))
    currencies = words(_each(amounts, "currency"))
    fields = zip(
        paypal_item_ids,
        texts(_each(sent, "sender_item_id")),
        texts(_each(sent, "receiver")),
        all_reported(_each(amounts, "value"), currencies),
        currencies,
        words(_each(said, "transaction_status")),
        _fees_minor(fees, currencies),
        words(_each(said, "transaction_id")),
        words(_each(errors, "name")),
        texts(_each(errors, "message")),
        texts(_each(said, "sender_batch_id")),
        strict=True,
    )
    return [None if item[0] is None else ItemReading._make(item) for item in fields]


def _objects(values: Iterable[object]) -> list[Mapping[str, object]]:
    return [value if isinstance(value, dict) else _NOTHING for value in values]


def _each(objects: Sequence[Mapping[str, object]], key: str) -> list[object]:
    try:
        return list(map(itemgetter(key), objects))
    except KeyError:
        return [each.get(key) for each in objects]


def _fees_minor(fees: Sequence[Mapping[str, object]], currencies: Sequence[str | None]) -> list[int | None]:
    # A fee in another currency than the payment, or below zero, cannot be added up: it is one that we do not know.
    charged = _each(fees, "currency")
    if charged != currencies:
        currencies = [
            currency if currency == other else None for currency, other in zip(currencies, charged, strict=True)
        ]
    minor = all_reported(_each(fees, "value"), currencies)
    return [None if fee is None or fee < 0 else fee for fee in minor]


def _failed(reply: Reply, document: object) -> ReadFailed:
    failure = read_failure(Call.READ, reply, document).failure
    return ReadFailed(failure, passing=may_pass(Call.READ, failure))


def _is_list_or_absent(value: object) -> bool:
    return value is None or isinstance(value, list)


def _moment(value: object) -> datetime | None:
    """Read a time of PayPal's; None where it is no time with a zone."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
