"""From a reply to one of a closed set of outcomes: any status, headers and bytes give one, never an exception.

`Refused` is said only of a status and name that PayPal documents as having moved nothing, in a body of the documented
shape. Whatever else is not surely accepted is unknown: a wrong `Unknown` waits, a wrong `Refused` may pay twice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from paypal_payouts.domain.outcome import (
    Accepted,
    Cancelled,
    CancelOutcome,
    CancelRefused,
    CancelUnknown,
    Duplicate,
    ErrorClass,
    Refused,
    TokenRefused,
    TokenUnavailable,
    Unknown,
)
from paypal_payouts.paypal.document import dig, identifier, listed, load, text, word
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.failures import (
    about_another_batch,
    as_duplicate,
    debug_id,
    malformed,
    read_failure,
)
from paypal_payouts.paypal.readings import OK, item_reading, parse_item, parse_page
from paypal_payouts.paypal.reply import Reply

__all__ = ["Token", "parse_cancel", "parse_create", "parse_item", "parse_page", "parse_token"]

_CREATED: Final = 201
_REDIRECTION: Final = 300
_BAD_REQUEST: Final = 400

_TOKEN_TEXT: Final = re.compile(r"[!-~]{1,8192}", re.ASCII)
"""What can stand in an Authorization header."""

LIFE_MAX_S: Final = 86_400.0
"""No token is held for longer, whatever PayPal says: a lost POST counts as dead after 24 hours."""


PAYOUTS_SCOPE: Final = "https://uri.paypal.com/payments/payouts"
"""What all four calls need (OpenAPI description, `securitySchemes`)."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; its text shows in no repr."""

    text: str = field(repr=False)
    life_s: float
    """How long PayPal says it lives, in seconds from the reply; 0 where it does not say."""
    may_pay_out: bool | None
    """Whether it carries the scope of payouts; None where PayPal told no scopes."""
    app_id: str | None = None
    """PayPal's own id of the app that it was given to."""


def parse_token(reply: Reply) -> Token | TokenRefused | TokenUnavailable:
    """Read the token service's reply; only its documented words mean that the credentials are wrong."""
    document = load(reply.body)
    if reply.status == OK:
        token, life_s = dig(document, "access_token"), _life_s(dig(document, "expires_in"))
        if isinstance(token, str) and _TOKEN_TEXT.fullmatch(token) and life_s is not None:
            return Token(token, life_s, _may_pay_out(dig(document, "scope")), word(dig(document, "app_id")))
        return TokenUnavailable(malformed(reply, document, "PayPal's token cannot be read"))
    reading = read_failure(ApiCall.TOKEN, reply, document)
    if reading.moved_nothing and reading.failure.error_class is ErrorClass.AUTH:
        return TokenRefused(reading.failure)
    return TokenUnavailable(reading.failure)


def _may_pay_out(scope: object) -> bool | None:
    return PAYOUTS_SCOPE in scope.split() if isinstance(scope, str) else None


def _life_s(value: object) -> float | None:
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    return float(min(value, LIFE_MAX_S))


def parse_create(reply: Reply, *, sender_batch_id: str) -> Accepted | Duplicate | Refused | Unknown:
    """Describe what the answer to POST /v1/payments/payouts means for the money of the batch that was sent.

    PayPal may leave our id out of the answer (OpenAPI description, `payout_sender_batch_header`); another one than ours
    says that the answer is not about our batch.
    """
    document = load(reply.body)
    paypal_batch_id = identifier(dig(document, "batch_header", "payout_batch_id"))
    named = dig(document, "batch_header", "sender_batch_header", "sender_batch_id")
    if reply.status == _CREATED:
        if paypal_batch_id is None:
            return Unknown(malformed(reply, document, "PayPal answered 201 without the id of a batch"))
        if named is not None and named != sender_batch_id:
            return Unknown(about_another_batch(reply, document, text(named), paypal_batch_id))
        return Accepted(paypal_batch_id, debug_id(reply, document), reply.status)
    reading = read_failure(ApiCall.CREATE, reply, document)
    if paypal_batch_id is not None and named == sender_batch_id:
        # PayPal has a batch under our id. With a success it says so; with any other status it contradicts itself.
        has_taken_it = OK <= reply.status < _REDIRECTION
        return Duplicate(paypal_batch_id, as_duplicate(reading.failure)) if has_taken_it else Unknown(reading.failure)
    naming = list(_details_that_name_a_batch(document))
    if naming and reply.status == _BAD_REQUEST:
        return Duplicate(_linked_batch(naming), as_duplicate(reading.failure))
    # Whoever names a batch of this id, with a status that PayPal never gave a duplicate, refuses nothing for sure.
    return Refused(reading.failure) if reading.moved_nothing and not naming else Unknown(reading.failure)


_KNOWN_BATCH: Final = re.compile(r"batch\b.*\balready exists|duplicate batch", re.IGNORECASE | re.DOTALL)
"""PayPal's sentences of 2017 to 2026, and of 2015 (recorded replies)."""

_BATCH_PATH: Final = re.compile(
    r"(?:https?://[^/?#]*)?/v1/payments/payouts/([A-Za-z0-9_-]{1,64})/?(?:[?#].*)?", re.ASCII
)


def _details_that_name_a_batch(document: object) -> Iterator[object]:
    """Yield the details by which PayPal says that it knows the sender_batch_id already (recorded replies)."""
    for detail in listed(dig(document, "details")):
        named, issue = text(dig(detail, "field")) or "", text(dig(detail, "issue")) or ""
        if named.casefold() == "sender_batch_id" or _KNOWN_BATCH.search(issue):
            yield detail


def _linked_batch(details: list[object]) -> str | None:
    """Take the one batch id out of the links' paths; their host is never followed, two different ids are none."""
    links = [link for detail in details for key in ("link", "links") for link in listed(dig(detail, key))]
    hrefs = [href for link in links if isinstance(href := dig(link, "href"), str)]
    found = {match[1] for href in hrefs if (match := _BATCH_PATH.fullmatch(href))}
    return found.pop() if len(found) == 1 else None


def parse_cancel(reply: Reply) -> CancelOutcome:
    """Describe what the answer to POST /v1/payments/payouts-item/{id}/cancel means.

    Cancelled is only what PayPal documents as cancelled: 200 and the item, RETURNED.
    """
    document = load(reply.body)
    if reply.status == OK:
        item = item_reading(document)
        if item is not None and item.word == "RETURNED":
            return Cancelled(item)
        return CancelUnknown(malformed(reply, document, "PayPal answered 200 without an item that is RETURNED"))
    reading = read_failure(ApiCall.CANCEL, reply, document)
    return CancelRefused(reading.failure) if reading.moved_nothing else CancelUnknown(reading.failure)
