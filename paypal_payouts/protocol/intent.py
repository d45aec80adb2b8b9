"""The intent of a batch: its name, and the exact bytes that every send of it will carry, fixed once."""

import hashlib
from collections.abc import Mapping, Sequence

from msgspec import Struct

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import InputRow, NewBatch
from paypal_payouts.paypal.request import build_request


class Email(Struct, frozen=True):
    """What PayPal writes to each payee; None leaves the words to PayPal."""

    subject: str | None
    message: str | None


def new_batch(
    name: BatchName,
    rows: Sequence[InputRow],
    *,
    account: str,
    environment: str,
    email: Email,
    source: str | None = None,
    copy_allowed: bool = False,
    evidence: Mapping[str, object] | None = None,
) -> NewBatch:
    """Fix a batch of one currency, its rows in the order of item ids."""
    sender_batch_id = name.sender_batch_id(account=account, environment=environment)
    request = build_request(
        rows, sender_batch_id=sender_batch_id, email_subject=email.subject, email_message=email.message
    )
    return NewBatch(
        name=name,
        sender_batch_id=sender_batch_id,
        currency=rows[0].currency,
        amount_minor=sum(row.amount_minor for row in rows),
        rows=rows,
        request=request,
        checksum=hashlib.sha256(request).hexdigest(),
        source=source,
        copy_allowed=copy_allowed,
        evidence=evidence or {},
    )
