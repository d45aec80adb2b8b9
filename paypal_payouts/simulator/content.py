"""The faults of content: which answers each one can change, and how."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from paypal_payouts.simulator.fates import fate_of_word
from paypal_payouts.simulator.faults import FaultKind, FaultRule
from paypal_payouts.simulator.ids import BATCH_ID, ITEM_ID
from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.problems import item_error
from paypal_payouts.simulator.replies import BuiltReply, created_document, http_date, item_document
from paypal_payouts.simulator.service import Desk
from paypal_payouts.simulator.tampering import (
    change_amount,
    drop_duplicate_link,
    duplicate_link,
    items_of,
    list_fewer,
    pick,
    rewrite_receivers,
)

_CREATED: Final = 201


class ContentFault(NamedTuple):
    """`fits` tells whether an answer holds what the fault changes: until then it waits."""

    fits: Callable[[BuiltReply, FaultRule], bool]
    change: Callable[[BuiltReply, FaultRule, Desk], None]


def _is_linked_duplicate(reply: BuiltReply, _: FaultRule) -> bool:
    return duplicate_link(reply.document) is not None


def _has_page(reply: BuiltReply, _: FaultRule) -> bool:
    return bool(reply.document.get("items"))


def _has_item(reply: BuiltReply, _: FaultRule) -> bool:
    return bool(items_of(reply.document))


def _has_batch(reply: BuiltReply, _: FaultRule) -> bool:
    return "batch_header" in reply.document


def _is_created_or_linked_duplicate(reply: BuiltReply, rule: FaultRule) -> bool:
    return reply.status == _CREATED or _is_linked_duplicate(reply, rule)


def _has_word(reply: BuiltReply, rule: FaultRule) -> bool:
    return _has_batch(reply, rule) if rule.argument("where") == "batch" else _has_item(reply, rule)


def _is_any(_: BuiltReply, __: FaultRule) -> bool:
    return True


def _drop_link(reply: BuiltReply, _: FaultRule, __: Desk) -> None:
    drop_duplicate_link(reply.document)


def _point_elsewhere(reply: BuiltReply, rule: FaultRule, _: Desk) -> None:
    link = duplicate_link(reply.document) or {}
    link["href"] = f"https://{rule.argument('host')}/v1/payments/payouts/{link['href'].rpartition('/')[2]}"


def _disguise_linked_batch(reply: BuiltReply, rule: FaultRule, desk: Desk) -> None:
    link = duplicate_link(reply.document) or {}
    desk.book.disguise(BATCH_ID.read(link["href"].rpartition("/")[2]) or 0, rule.argument("what"))


def _name_another_id(reply: BuiltReply, rule: FaultRule, _: Desk) -> None:
    reply.document["batch_header"]["sender_batch_header"]["sender_batch_id"] = rule.argument("named")


def _succeed_otherwise(reply: BuiltReply, rule: FaultRule, desk: Desk) -> None:
    """Answer with the batch that has the id, taken now or earlier, under another status than 201."""
    link = duplicate_link(reply.document)
    if link is not None:
        batch = desk.book.batch(BATCH_ID.read(link["href"].rpartition("/")[2]) or 0, desk.now_ms)
        if batch is not None:
            reply.document = created_document(batch)
    reply.status = rule.argument("status")


def _list_fewer(reply: BuiltReply, rule: FaultRule, _: Desk) -> None:
    list_fewer(reply.document, rule.argument("listed"), tells_total=rule.argument("total"))


def _move_items(reply: BuiltReply, rule: FaultRule, desk: Desk) -> None:
    """Show the page as it is once the list has moved: another page read before or after it does not fit to it."""
    items = reply.document["items"]
    batch = desk.book.batch(BATCH_ID.read(reply.document["batch_header"]["payout_batch_id"]) or 0, desk.now_ms)
    first = ITEM_ID.read(items[0]["payout_item_id"])
    if batch is None or first is None:
        return
    start = max(batch.first_item, first + rule.argument("by"))
    end = min(start + len(items), batch.first_item + batch.items)
    reply.document["items"] = [item_document(item) for item in desk.book.items(start, end, desk.now_ms)]


def _rewrite_receivers(reply: BuiltReply, _: FaultRule, __: Desk) -> None:
    rewrite_receivers(reply.document)


def _empty_page(reply: BuiltReply, _: FaultRule, __: Desk) -> None:
    reply.document["items"] = []


def _drop_item(reply: BuiltReply, rule: FaultRule, _: Desk) -> None:
    reply.document["items"].remove(pick(reply.document["items"], rule.argument("item")))


def _change_amount(reply: BuiltReply, rule: FaultRule, _: Desk) -> None:
    change_amount(pick(items_of(reply.document), rule.argument("item")), rule.argument("by_minor"))


def _change_word(reply: BuiltReply, rule: FaultRule, _: Desk) -> None:
    if rule.argument("where") == "batch":
        reply.document["batch_header"]["batch_status"] = rule.argument("word")
    else:
        pick(items_of(reply.document), rule.argument("item"))["transaction_status"] = rule.argument("word")


def _named(reply: BuiltReply, rule: FaultRule) -> list[JsonObject]:
    """Return the items that a told word is about: those with the ids that it names, or all."""
    ours, theirs = rule.argument("sender_item_id"), rule.argument("payout_item_id")
    return [
        item
        for item in items_of(reply.document)
        if ours in {"", item["payout_item"].get("sender_item_id")} and theirs in {"", item["payout_item_id"]}
    ]


def _is_named(reply: BuiltReply, rule: FaultRule) -> bool:
    return bool(_named(reply, rule))


def _tell_word(reply: BuiltReply, rule: FaultRule, _: Desk) -> None:
    fate = fate_of_word(rule.argument("word"))
    for item in _named(reply, rule):
        item["transaction_status"] = fate.state
        item.pop("errors", None)
        if fate.error is not None:
            item["errors"] = item_error(fate.error)


def _drop_id(reply: BuiltReply, _: FaultRule, __: Desk) -> None:
    del reply.document["batch_header"]["payout_batch_id"]


def _drop_date(reply: BuiltReply, _: FaultRule, __: Desk) -> None:
    del reply.headers["Date"]


def _change_date(reply: BuiltReply, rule: FaultRule, desk: Desk) -> None:
    reply.headers["Date"] = http_date(desk.now_ms + round(rule.argument("offset_s") * 1000))


CONTENT: Final[Mapping[FaultKind, ContentFault]] = {
    FaultKind.DUPLICATE_WITHOUT_LINK: ContentFault(_is_linked_duplicate, _drop_link),
    FaultKind.DUPLICATE_FOREIGN_HOST: ContentFault(_is_linked_duplicate, _point_elsewhere),
    FaultKind.DUPLICATE_OTHER_CONTENTS: ContentFault(_is_linked_duplicate, _disguise_linked_batch),
    FaultKind.OTHER_SENDER_BATCH_ID: ContentFault(_has_batch, _name_another_id),
    FaultKind.OTHER_SUCCESS: ContentFault(_is_created_or_linked_duplicate, _succeed_otherwise),
    FaultKind.NOT_LISTED_YET: ContentFault(_has_page, _list_fewer),
    FaultKind.MOVED_ITEMS: ContentFault(_has_page, _move_items),
    FaultKind.RECEIVERS_REWRITTEN: ContentFault(_has_item, _rewrite_receivers),
    FaultKind.MISSING_PAGE: ContentFault(_has_page, _empty_page),
    FaultKind.MISSING_ITEM: ContentFault(_has_page, _drop_item),
    FaultKind.CHANGED_AMOUNT: ContentFault(_has_item, _change_amount),
    FaultKind.UNKNOWN_WORD: ContentFault(_has_word, _change_word),
    FaultKind.WORD: ContentFault(_is_named, _tell_word),
    FaultKind.NO_ID: ContentFault(_has_batch, _drop_id),
    FaultKind.NO_DATE: ContentFault(_is_any, _drop_date),
    FaultKind.WRONG_DATE: ContentFault(_is_any, _change_date),
}
"""All other kinds are faults of travel."""
