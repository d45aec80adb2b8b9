"""What an unwelcome reply says: its name, its fields, when to come back, and its row in the table of errors."""

import json
import re
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.domain.outcome import ErrorClass, Failure, Problem
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX
from paypal_payouts.paypal.document import dig, listed, text, word
from paypal_payouts.paypal.error_entry import ApiCall, Entry
from paypal_payouts.paypal.error_table import find
from paypal_payouts.paypal.reply import NoAnswer, Reply, RequestNotSent, http_date

WAIT_MAX_S: Final = 10.0**9
"""Retry-After beyond this is read as this: whoever asks for 30 years is obeyed as well as one who asks for 300."""

_HTTP_SERVER_FAULT: Final = 500


class FailureReading(Struct, frozen=True):
    """An unwelcome reply, read."""

    failure: Failure
    entry: Entry | None
    """Its row in the table; None where PayPal has not documented the reply as it came."""

    @property
    def moved_nothing(self) -> bool:
        """PayPal documents that the request it answers so moved nothing."""
        return self.entry is not None and self.entry.moved_nothing


def read_failure(call: ApiCall, reply: Reply, document: object) -> FailureReading:
    """Read a reply that is not what was asked for; raises nothing, whatever it holds."""
    name = word(dig(document, "name"))
    oauth_name = word(dig(document, "error")) if name is None else None
    code = name or oauth_name or f"HTTP_{reply.status}"
    entry = find(call, reply.status, code)
    if entry is not None and entry.moved_nothing and not _has_documented_shape(document, entry):
        entry = None
    message = text(dig(document, "message")) or text(dig(document, "error_description"))
    failure = Failure(
        code=code,
        message=message or f"PayPal answered HTTP {reply.status}",
        error_class=_class_of(reply.status) if entry is None else entry.error_class,
        http_status=reply.status,
        debug_id=debug_id(reply, document),
        retry_after_s=_retry_after_s(reply),
        problems=_problems(document),
        documented=None if entry is None else entry.documented,
    )
    return FailureReading(failure, entry)


def malformed(reply: Reply, document: object, message: str) -> Failure:
    """Describe a reply with the right status and the wrong content; it may have been cut, so asking again may help."""
    return Failure(
        code="MALFORMED_REPLY",
        message=message,
        error_class=ErrorClass.TRANSIENT,
        http_status=reply.status,
        debug_id=debug_id(reply, document),
    )


def about_another_batch(reply: Reply, document: object, named: str | None, paypal_batch_id: str) -> Failure:
    """Describe a reply that accepts a batch under another sender_batch_id than ours: ours may be taken, or not."""
    return Failure(
        code="OTHER_BATCH",
        message=f"PayPal answered {reply.status} with batch {paypal_batch_id} of sender_batch_id {named}, which is not "
        "ours",
        error_class=ErrorClass.TRANSIENT,
        http_status=reply.status,
        debug_id=debug_id(reply, document),
    )


def no_reply(fact: RequestNotSent | NoAnswer) -> Failure:
    """Describe an exchange that ended without a whole reply."""
    return Failure(code=fact.code, message=fact.message, error_class=ErrorClass.TRANSIENT)


def may_pass(call: ApiCall, failure: Failure) -> bool:
    """Return whether asking a safe call again, unchanged, may help."""
    entry = find(call, failure.http_status or 0, failure.code)
    return failure.error_class is ErrorClass.TRANSIENT if entry is None else entry.again


def unfit_id() -> Failure:
    """Describe an id that cannot be one of PayPal's; nothing was asked."""
    return Failure(
        code="ID_UNFIT",
        message="this is not an id of PayPal's: letters, digits, - and _, at most 64",
        error_class=ErrorClass.INVALID_REQUEST,
    )


def as_duplicate(failure: Failure) -> Failure:
    """Return a failure in the class of what PayPal already knows."""
    return replace(failure, error_class=ErrorClass.DUPLICATE)


def debug_id(reply: Reply, document: object) -> str | None:
    """Find the id under which PayPal's support finds the exchange."""
    return word(dig(document, "debug_id")) or word(reply.headers.get("paypal-debug-id"))


def _has_documented_shape(document: object, entry: Entry) -> bool:
    # OAuth names its errors in small letters under `error`; the API in capitals under `name`, with a message.
    if entry.name.islower():
        return isinstance(dig(document, "error"), str)
    details = dig(document, "details")
    return isinstance(dig(document, "message"), str) and (details is None or isinstance(details, list))


def _class_of(status: int) -> ErrorClass:
    return ErrorClass.TRANSIENT if status >= _HTTP_SERVER_FAULT else ErrorClass.UNKNOWN


def _retry_after_s(reply: Reply) -> float | None:
    """Read Retry-After as seconds from the reply; a date counts from the server's own clock."""
    asked = reply.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(WAIT_MAX_S, float(asked))
    at = http_date(asked)
    if at is None or reply.date is None:
        return None
    return min(WAIT_MAX_S, max(0.0, (at - reply.date).total_seconds()))


def _problems(document: object) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            field=text(dig(detail, "field")) or "",
            issue=_said_of_it(detail),
            value=text(dig(detail, "value")) or "",
        )
        for detail in listed(dig(document, "details"))[:ITEMS_PER_BATCH_MAX]
        if isinstance(detail, dict)
    )


def _said_of_it(detail: object) -> str:
    """Keep all that PayPal says of a field: its code and its sentence, as the documented error details hold both."""
    said = (text(dig(detail, "issue")), text(dig(detail, "description")))
    return ": ".join(dict.fromkeys(words for words in said if words))


_ITEM_FIELD: Final = re.compile(r"items\[([0-9]{1,5})\](?:\..*)?", re.ASCII | re.DOTALL)


def with_item_ids(failure: Failure, request: bytes) -> Failure:
    """Name the items that PayPal finds fault with, as the request has them that it answered."""
    places = [problem_item_index(problem) for problem in failure.problems]
    if not any(place is not None for place in places):
        return failure
    ids = [item["sender_item_id"] for item in json.loads(request)["items"]]
    named = (None if place is None or place >= len(ids) else ids[place] for place in places)
    problems = (replace(problem, item_id=item) for problem, item in zip(failure.problems, named, strict=True))
    return replace(failure, problems=tuple(problems))


def problem_item_index(problem: Problem) -> int | None:
    """Return which item of the request a problem is about: 17 for `items[17].receiver`, None where it names none."""
    match = _ITEM_FIELD.fullmatch(problem.field)
    index = int(match[1]) if match else ITEMS_PER_BATCH_MAX
    return index if index < ITEMS_PER_BATCH_MAX else None
