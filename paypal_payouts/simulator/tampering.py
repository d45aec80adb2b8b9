"""Answers that say something else than the book: what a client must notice, and not believe."""

from collections.abc import Callable
from typing import Final

from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.money import format_value, parse_value

OTHER_HOST: Final = "elsewhere.example"


def duplicate_link(document: JsonObject) -> JsonObject | None:
    """Return the link of an answer that refuses a used sender_batch_id; any other answer has none."""
    details: list[JsonObject] = document.get("details") or [{}]
    links = details[0].get("link") if details[0].get("field") == "SENDER_BATCH_ID" else None
    return links[0] if links else None


def drop_duplicate_link(document: JsonObject) -> None:
    """Refuse a used id as PayPal did in 2015: without a link."""
    del document["details"][0]["link"]
    document["details"][0]["issue"] = "Duplicate batch request"


def items_of(document: JsonObject) -> list[JsonObject]:
    """Return the items of a page, or the one item of a single read."""
    if "payout_item" in document:
        return [document]
    items: list[JsonObject] = document.get("items") or []
    return items


def change_amount(item: JsonObject, by_minor: int) -> None:
    """Let an item read as more or less than it was."""
    amount = item["payout_item"]["amount"]
    minor = parse_value(amount["value"], amount["currency"]) or 0
    amount["value"] = format_value(minor + by_minor, amount["currency"])


def list_fewer(document: JsonObject, listed: int, *, tells_total: bool) -> None:
    """Let a batch read as one that PayPal is still at work on, with the first items alone."""
    document["batch_header"]["batch_status"] = "PENDING"
    document["items"] = document["items"][:listed]
    if "total_items" in document:
        document["total_items"], document["total_pages"] = len(document["items"]), 1
    if not tells_total:
        document.pop("total_items", None)
        document.pop("total_pages", None)


def rewrite_receivers(document: JsonObject) -> None:
    """Read addresses back in small letters, and phones as their digits alone."""
    for item in items_of(document):
        sent = item["payout_item"]
        if sent["recipient_type"] == "EMAIL":
            sent["receiver"] = sent["receiver"].lower()
        elif sent["recipient_type"] == "PHONE":
            sent["receiver"] = "".join(filter(str.isdigit, sent["receiver"]))


def pick(items: list[JsonObject], index: int) -> JsonObject:
    """Return an item of a page; beyond its end, the last one."""
    return items[min(index, len(items) - 1)]


def _other_receiver(document: JsonObject) -> None:
    for item in items_of(document):
        item["payout_item"]["receiver"] = "other-" + item["payout_item"]["receiver"]


def _other_item_id(document: JsonObject) -> None:
    for item in items_of(document):
        item["payout_item"]["sender_item_id"] = "other-" + item["payout_item"].get("sender_item_id", "")


def _other_amount(document: JsonObject) -> None:
    for item in items_of(document):
        change_amount(item, 1)


def _other_total(document: JsonObject) -> None:
    amount = document["batch_header"]["amount"]
    minor = parse_value(amount["value"], amount["currency"]) or 0
    amount["value"] = format_value(minor + 1, amount["currency"])


def _other_currency(document: JsonObject) -> None:
    header = document["batch_header"]
    other = "CHF" if header["amount"]["currency"] != "CHF" else "EUR"
    header["amount"]["currency"] = header["fees"]["currency"] = other
    for item in items_of(document):
        item["payout_item"]["amount"]["currency"] = item["payout_item_fee"]["currency"] = other


def _other_count(document: JsonObject) -> None:
    document["items"] = document["items"][:-1]
    if "total_items" in document:
        document["total_items"] -= 1


def _other_batch_id(document: JsonObject) -> None:
    header = document["batch_header"]["sender_batch_header"]
    header["sender_batch_id"] = "other-" + header.get("sender_batch_id", "")


_DISGUISES: Final[dict[str, Callable[[JsonObject], None]]] = {
    "receiver": _other_receiver,
    "item_id": _other_item_id,
    "amount": _other_amount,
    "total": _other_total,
    "currency": _other_currency,
    "count": _other_count,
    "batch_id": _other_batch_id,
}
DISGUISES: Final = tuple(_DISGUISES)
"""What of a batch can be read back differently."""


def disguise(document: JsonObject, what: str) -> None:
    """Let a batch read as if it had other contents."""
    _DISGUISES[what](document)
