"""A page of a batch, as much of it as is read: decoded at once where it is as PayPal describes it, else field by field.

Source: PayPal's OpenAPI description, `payout_batch` and `payout_item-2`. Leaves may be anything: who reads them looks.
"""

from collections.abc import Sequence
from itertools import repeat
from operator import is_
from typing import Any, Final

from msgspec import DecodeError, Struct, json
from msgspec.structs import astuple

from paypal_payouts.paypal.document import dig, load


class PageMoney(Struct, frozen=True, gc=False):
    """An amount or a fee."""

    currency: Any = None
    value: Any = None


class Sent(Struct, frozen=True, gc=False):
    """What PayPal shows of the item as it was sent to it."""

    amount: PageMoney = PageMoney()
    receiver: Any = None
    sender_item_id: Any = None


class Errors(Struct, frozen=True, gc=False):
    """Why an item failed."""

    name: Any = None
    message: Any = None


class Conversion(Struct, frozen=True, gc=False):
    """What a payment took from another currency."""

    from_amount: PageMoney = PageMoney()
    exchange_rate: Any = None


class PageItem(Struct, frozen=True, gc=False):
    """One item."""

    payout_item_id: Any = None
    transaction_id: Any = None
    transaction_status: Any = None
    payout_item_fee: PageMoney = PageMoney()
    sender_batch_id: Any = None
    payout_item: Sent = Sent()
    errors: Errors = Errors()
    activity_id: Any = None
    time_processed: Any = None
    currency_conversion: Conversion = Conversion()


class ResultPage(Struct, frozen=True):
    """One page, with the header of the batch as it came."""

    batch_header: Any = None
    total_items: Any = None
    total_pages: Any = None
    items: list[PageItem] = []


_AS_DESCRIBED: Final = json.Decoder(ResultPage)


def load_page(body: bytes) -> ResultPage | None:
    """Read a page out of a body; None where it is none.

    A million items come in pages that are as described: decoding just what is read takes a third of the time.
    """
    try:
        # As a text, since what is passed over in bytes is not looked at: it need not be UTF-8.
        return _AS_DESCRIBED.decode(body.decode())
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return _page(load(body))


def _page(document: object) -> ResultPage | None:
    items = dig(document, "items")
    if not (items is None or isinstance(items, list)):
        return None
    return ResultPage(
        batch_header=dig(document, "batch_header"),
        total_items=dig(document, "total_items"),
        total_pages=dig(document, "total_pages"),
        items=[item_in(each) for each in items or ()],
    )


def item_in(document: object) -> PageItem:
    """Take an item apart that may be anything: what is not where it is described is not there."""
    return PageItem(
        payout_item_id=dig(document, "payout_item_id"),
        transaction_id=dig(document, "transaction_id"),
        transaction_status=dig(document, "transaction_status"),
        payout_item_fee=_money(dig(document, "payout_item_fee")),
        sender_batch_id=dig(document, "sender_batch_id"),
        payout_item=Sent(
            amount=_money(dig(document, "payout_item", "amount")),
            receiver=dig(document, "payout_item", "receiver"),
            sender_item_id=dig(document, "payout_item", "sender_item_id"),
        ),
        errors=Errors(name=dig(document, "errors", "name"), message=dig(document, "errors", "message")),
        activity_id=dig(document, "activity_id"),
        time_processed=dig(document, "time_processed"),
        currency_conversion=Conversion(
            from_amount=_money(dig(document, "currency_conversion", "from_amount")),
            exchange_rate=dig(document, "currency_conversion", "exchange_rate"),
        ),
    )


def _money(document: object) -> PageMoney:
    return PageMoney(currency=dig(document, "currency"), value=dig(document, "value"))


def columns(structs: Sequence[Struct]) -> dict[str, Sequence[Any]]:
    """Take structs of one kind apart, field by field; where all are the very one that stands for nothing, at a look."""
    first = structs[0]
    if all(map(is_, structs, repeat(first))):
        return {name: [getattr(first, name)] * len(structs) for name in first.__struct_fields__}
    return dict(zip(first.__struct_fields__, zip(*map(astuple, structs), strict=True), strict=True))
