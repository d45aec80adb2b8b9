"""PayPal's side of the counter: each operation, done once, on the book."""

from collections import Counter
from typing import Final, assert_never
from urllib.parse import parse_qsl

from msgspec import Struct

from paypal_payouts.simulator import triggers
from paypal_payouts.simulator.activity import Movement, movements
from paypal_payouts.simulator.book import BatchRow, Book, ItemRow
from paypal_payouts.simulator.calls import Call, Operation, digest
from paypal_payouts.simulator.conversions import debits_of, show_conversions
from paypal_payouts.simulator.fates import fates_of, is_denied, refuse_rejected, transient_receivers
from paypal_payouts.simulator.guesses import NOT_HELD
from paypal_payouts.simulator.ids import BATCH_ID, ITEM_ID
from paypal_payouts.simulator.journal import Journal
from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.money import fee_minor
from paypal_payouts.simulator.problems import SimulatedRefusal, TokenRefusal, detail, refusal_body
from paypal_payouts.simulator.replies import (
    BuiltReply,
    batch_link,
    created_document,
    page_document,
    single_item_document,
)
from paypal_payouts.simulator.reports import balances_document, transactions_document
from paypal_payouts.simulator.rules import BatchOrder, read_order
from paypal_payouts.simulator.settings import SimulatorSettings, available_minor
from paypal_payouts.simulator.tampering import disguise

_SCOPE: Final = "https://uri.paypal.com/payments/payouts"
_PAGE_MAX: Final = 1000


class Desk(Struct, frozen=True):
    """What an operation works with, at one moment."""

    book: Book
    journal: Journal
    settings: SimulatorSettings
    now_ms: int


def perform(call: Call, desk: Desk, debug_id: str) -> BuiltReply:
    """Do what a call asks for, or refuse it and leave the book as it was."""
    try:
        return _perform(call, desk)
    except SimulatedRefusal as refusal:
        body = refusal_body(refusal, debug_id)
        if call.operation in {Operation.TRANSACTIONS, Operation.BALANCES}:
            body.pop("information_link", None)  # PayPal's description of them knows no such link
        return BuiltReply(refusal.status, body)


def _perform(call: Call, desk: Desk) -> BuiltReply:  # noqa: PLR0911 - one for each operation
    if call.operation is not Operation.TOKEN:
        _authenticate(call, desk)
    match call.operation:
        case Operation.TOKEN:
            return BuiltReply(200, _token(call, desk))
        case Operation.CREATE:
            return BuiltReply(201, _create(call, desk))
        case Operation.BATCH:
            return BuiltReply(200, _batch(call, desk))
        case Operation.ITEM:
            return BuiltReply(200, _item(call, desk))
        case Operation.CANCEL:
            return BuiltReply(200, _cancel(call, desk))
        case Operation.TRANSACTIONS:
            return BuiltReply(200, transactions_document(call, _reported(desk), desk.now_ms))
        case Operation.BALANCES:
            return BuiltReply(200, balances_document(_reported(desk), _available(desk), desk.now_ms))
        case _:
            assert_never(call.operation)


def _reported(desk: Desk) -> list[Movement]:
    if not desk.settings.reports:
        raise SimulatedRefusal(403, "NOT_AUTHORIZED")
    return movements(desk.book, desk.settings, desk.now_ms)


def _available(desk: Desk) -> dict[str, int]:
    """Count what is left of each balance that was set."""
    left = {name: available_minor(name, desk.settings, desk.book, desk.now_ms) for name in desk.settings.balances or ()}
    return {currency: minor for currency, minor in left.items() if minor is not None}


def _authenticate(call: Call, desk: Desk) -> None:
    if call.credential is None:
        raise SimulatedRefusal(401, "AUTHENTICATION_FAILURE")
    if not desk.journal.knows_token(call.credential, desk.now_ms):
        raise TokenRefusal("invalid_token", "Access Token not found in cache")


def _token(call: Call, desk: Desk) -> JsonObject:
    """Hand out a token: the same one again while it lives.

    It is made from its number, so that no file ever holds it.
    """
    if call.credential is None:
        raise TokenRefusal("invalid_client", "Client Authentication failed")
    form = dict(parse_qsl(call.body.decode("latin-1")))
    if form.get("grant_type") != "client_credentials":
        raise TokenRefusal("unsupported_grant_type", "unsupported grant_type", status=400)
    number, expires_ms = desk.journal.live_token(call.credential, desk.now_ms) or (0, 0)
    if not number:
        number = desk.journal.next_number("tokens")
        expires_ms = desk.now_ms + round(desk.settings.token_life_s * 1000)
        desk.journal.add_token(number, call.credential, digest(_token_text(number)), expires_ms)
    return {
        "scope": f"{_SCOPE} https://uri.paypal.com/services/applications/webhooks openid",
        "access_token": _token_text(number),
        "token_type": "Bearer",
        "app_id": "APP-80W284485P519543T",
        "expires_in": (expires_ms - desk.now_ms) // 1000,
        "nonce": f"nonce-{number}",
    }


def _token_text(number: int) -> str:
    return "A21AA" + digest(f"simulated token {number}")


def _create(call: Call, desk: Desk) -> JsonObject:
    order = read_order(call.body)
    triggers.refuse_create(order)
    refuse_rejected(order)
    if order.sender_batch_id is not None:
        # PayPal compares the id alone, never the contents.
        holder = desk.book.holder_of(order.sender_batch_id, desk.now_ms)
        if holder is not None:
            raise _duplicate(BATCH_ID.write(holder.number))
    _require_holding(order.currency, desk)
    _require_funds(order, desk)
    receivers = transient_receivers(order)
    ending, fates = fates_of(order, desk.book.paid_before(receivers), desk.settings.paypal_ids)
    if is_denied(fates, all_failed_is_denied=desk.settings.all_failed_is_denied):
        ending = "DENIED"
    if ending != "DENIED":
        desk.book.remember_transient(receivers)
    ready_ms = desk.now_ms + round(desk.settings.processing_s * 1000)
    number = desk.book.add_batch(order, ending, fates, desk.now_ms, ready_ms)
    return created_document(_existing_batch(number, desk)._replace(status="PENDING"))


def _duplicate(batch_id: str) -> SimulatedRefusal:
    """Refuse a used id; the key `link`, an array, is PayPal's, though its specification does not know it."""
    issue = detail("SENDER_BATCH_ID", "Batch with given sender_batch_id already exists")
    return SimulatedRefusal(400, "USER_BUSINESS_ERROR", [issue | {"link": [batch_link(batch_id)]}])


def _require_holding(currency: str, desk: Desk) -> None:
    if currency in NOT_HELD and currency not in (desk.settings.balances or {}):
        raise SimulatedRefusal(400, "NON_HOLDING_CURRENCY")


def _require_funds(order: BatchOrder, desk: Desk) -> None:
    if not desk.settings.balances:
        return
    needed: Counter[str] = Counter()
    for item in order.items:
        fee = fee_minor(item.amount_minor, order.currency)
        needed.update(debits_of(item.amount_minor, fee, order.currency, desk.settings.conversions))
    for currency, minor in needed.items():
        left = available_minor(currency, desk.settings, desk.book, desk.now_ms)
        if left is not None and minor > left:
            raise SimulatedRefusal(422, "INSUFFICIENT_FUNDS")


def _existing_batch(number: int | None, desk: Desk) -> BatchRow:
    batch = None if number is None else desk.book.batch(number, desk.now_ms)
    if batch is None:
        raise SimulatedRefusal(404, "INVALID_RESOURCE_ID")
    return batch


def _batch(call: Call, desk: Desk) -> JsonObject:
    parameters = call.parameters
    page = _page_number(parameters.get("page", ""), "page") or 1
    page_size = _page_number(parameters.get("page_size", ""), "page_size") or _PAGE_MAX
    canned = triggers.canned_batch(call.target, desk.now_ms)
    batch, items = (canned[0], list(canned[1:])) if canned else (_existing_batch(BATCH_ID.read(call.target), desk), [])
    start = batch.first_item + (page - 1) * page_size
    end = min(start + page_size, batch.first_item + batch.items)
    if "batch_header" in parameters.get("fields", ""):
        items = []
    elif not canned:
        items = desk.book.items(start, end, desk.now_ms)
    document = page_document(batch, items, page, page_size)
    show_conversions(document["items"], desk.settings.conversions)
    if parameters.get("total_required", "").lower() == "true":
        document = {"total_items": batch.items, "total_pages": -(-batch.items // page_size)} | document
    if batch.disguise is not None:
        disguise(document, batch.disguise)
    return document


def _page_number(text: str, name: str) -> int:
    """Read `page` or `page_size`; nothing, and PayPal's forbidden 0, mean the default."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_PAGE_MAX)) and int(text) <= _PAGE_MAX):
        raise SimulatedRefusal(
            400, "VALIDATION_ERROR", [detail(name, f"Must be a number from 1 to {_PAGE_MAX}", "query")]
        )
    return int(text)


def _existing_item(call: Call, desk: Desk) -> ItemRow:
    number = ITEM_ID.read(call.target)
    item = None if number is None else desk.book.item(number, desk.now_ms)
    if item is None:
        raise SimulatedRefusal(404, "INVALID_RESOURCE_ID")
    return item


def _item(call: Call, desk: Desk) -> JsonObject:
    item = triggers.canned_item(call.target, desk.now_ms) or _existing_item(call, desk)
    return _shown(item, desk)


def _shown(item: ItemRow, desk: Desk) -> JsonObject:
    document = single_item_document(item)
    show_conversions([document], desk.settings.conversions)
    return document


def _cancel(call: Call, desk: Desk) -> JsonObject:
    canned = triggers.canned_cancel(call.target, desk.now_ms)
    if canned is not None:
        return single_item_document(canned)
    item = _existing_item(call, desk)
    if not _existing_batch(item.batch, desk).is_final:
        raise SimulatedRefusal(400, "BATCH_NOT_COMPLETED")
    if item.cancelled_ms is not None:
        raise SimulatedRefusal(400, "ITEM_ALREADY_CANCELLED")
    if item.state != "UNCLAIMED":
        raise SimulatedRefusal(400, "ITEM_INCORRECT_STATUS")
    desk.book.cancel(item.number, desk.now_ms)
    return _shown(_existing_item(call, desk), desk)
