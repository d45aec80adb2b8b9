"""PayPal's answers about batches and items, as documents.

Where the specification leaves room, they are what recorded answers show: links carry the older host name, defaults are
filled in, fees are shown from PROCESSING on.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from msgspec import Struct, field

from paypal_payouts.simulator.book import BatchRow, ItemRow
from paypal_payouts.simulator.ids import ACTIVITY_ID, BATCH_ID, ITEM_ID, payment_id, return_id
from paypal_payouts.simulator.messages import Answer, JsonObject
from paypal_payouts.simulator.money import format_value
from paypal_payouts.simulator.problems import item_error

HOST: Final = "https://api.sandbox.paypal.com"
_BATCH_URL: Final = HOST + "/v1/payments/payouts/"
_ITEM_URL: Final = HOST + "/v1/payments/payouts-item/"


class BuiltReply(Struct):
    """An answer while it can still be changed."""

    status: int
    document: JsonObject
    headers: dict[str, str] = field(default_factory=dict)

    def seal(self) -> Answer:
        """Write the document as bytes."""
        body = json.dumps(self.document, separators=(",", ":")).encode()
        return Answer(self.status, {"Content-Type": "application/json", **self.headers}, body)


def moment(ms: int) -> datetime:
    """Return a moment of the book as a time."""
    return datetime.fromtimestamp(ms // 1000, tz=UTC)


@lru_cache(maxsize=16)  # the items of a page share their moments
def timestamp(ms: int) -> str:
    """Write a moment as PayPal does: whole seconds, UTC."""
    return f"{moment(ms):%Y-%m-%dT%H:%M:%SZ}"


def http_date(ms: int) -> str:
    """Write a moment as a `Date` header."""
    return format_datetime(moment(ms), usegmt=True)


@lru_cache(maxsize=16)  # and their batch
def _batch_id(number: int) -> str:
    return BATCH_ID.write(number)


def money(minor: int, currency: str) -> JsonObject:
    """Write an amount."""
    return {"currency": currency, "value": format_value(minor, currency)}


def link(url: str, rel: str, method: str = "GET") -> JsonObject:
    """Write a link."""
    return {"href": url, "rel": rel, "method": method, "encType": "application/json"}


def batch_link(batch_id: str) -> JsonObject:
    """Write the link by which PayPal names a batch."""
    return link(_BATCH_URL + batch_id, "self")


def created_document(batch: BatchRow) -> JsonObject:
    """Answer a POST: the batch is accepted, and no item has an id yet."""
    batch_id = _batch_id(batch.number)
    header = {
        "payout_batch_id": batch_id,
        "batch_status": batch.status,
        "time_created": timestamp(batch.created_ms),
        "sender_batch_header": json.loads(batch.header),
    }
    return {"batch_header": header, "links": [batch_link(batch_id)]}


def header_document(batch: BatchRow) -> JsonObject:
    """Describe a batch as a whole."""
    header = {
        "payout_batch_id": _batch_id(batch.number),
        "batch_status": batch.status,
        "time_created": timestamp(batch.created_ms),
        "sender_batch_header": json.loads(batch.header),
        "funding_source": "BALANCE",
        "amount": money(batch.amount_minor, batch.currency),
    }
    if batch.status != "PENDING":
        header["fees"] = money(batch.fees_minor, batch.currency)
    if batch.is_final:
        header["time_completed"] = header["time_closed"] = timestamp(batch.ready_ms)
    return header


def item_document(item: ItemRow) -> JsonObject:
    """Describe an item as it stands in a batch."""
    item_id, state, currency = ITEM_ID.write(item.number), item.state, item.currency
    payout: JsonObject = {
        "recipient_type": item.recipient_type,
        "amount": money(item.amount_minor, currency),
        "receiver": item.receiver,
        "recipient_wallet": item.wallet,
        "purpose": item.purpose,
    }
    if item.note is not None:
        payout["note"] = item.note
    if item.sender_item_id is not None:
        payout["sender_item_id"] = item.sender_item_id
    is_decided = state not in {None, "PENDING"}
    document: JsonObject = {
        "payout_item_id": item_id,
        "payout_batch_id": _batch_id(item.batch),
        "payout_item": payout,
        "links": [link(_ITEM_URL + item_id, "item")],
    }
    if item.is_in_work:
        document["payout_item_fee"] = money(item.fee_minor, currency)
    if state is not None:
        document["transaction_status"] = state
    if item.error is not None:
        document["errors"] = item_error(item.error)
    if is_decided:
        document["time_processed"] = timestamp(item.settled_ms)
        if state != "FAILED":
            document["transaction_id"] = (return_id if state == "RETURNED" else payment_id)(item.number)
            document["activity_id"] = ACTIVITY_ID.write(item.number)
    return document


def single_item_document(item: ItemRow) -> JsonObject:
    """Describe an item read by its own id: the sender's batch id is added."""
    document = item_document(item)
    if item.sender_batch_id:
        document["sender_batch_id"] = item.sender_batch_id
    document["links"] += [batch_link(document["payout_batch_id"]) | {"rel": "batch"}]
    return document


def page_document(batch: BatchRow, items: Sequence[ItemRow], page: int, page_size: int) -> JsonObject:
    """Describe a batch with one page of its items."""
    url = f"{_BATCH_URL}{_batch_id(batch.number)}?page_size={page_size}&page="
    pages = -(-batch.items // page_size)
    links = [link(f"{url}{page}", "self")]
    if page < pages:
        links.append(link(f"{url}{page + 1}", "next"))
    if page > 1:
        links.append(link(f"{url}{page - 1}", "prev"))
    return {
        "batch_header": header_document(batch),
        "items": [item_document(item) for item in items],
        "links": links,
    }
