"""The bytes of a payout request: the same rows give the same bytes, for ever.

Source: PayPal's OpenAPI description, `create_payout_request`. They are stored before the first send, and every resend
carries them unchanged (design, section 2, rule 1).
"""

import json
from collections.abc import Sequence

from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import Row


def build_request(
    rows: Sequence[Row], *, sender_batch_id: str, email_subject: str | None, email_message: str | None
) -> bytes:
    """Write the body of POST /v1/payments/payouts: compact ASCII JSON, keys in a fixed order, absent values left out.

    Each item names its own recipient type, since PayPal's pages disagree about the default; `sync_mode`, which PayPal
    has closed, is never sent.
    """
    header = {"sender_batch_id": sender_batch_id}
    if email_subject is not None:
        header["email_subject"] = email_subject
    if email_message is not None:
        header["email_message"] = email_message
    document = {"sender_batch_header": header, "items": [_item(row) for row in rows]}
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def _item(row: Row) -> dict[str, object]:
    item: dict[str, object] = {
        "recipient_type": row.recipient_type,
        "receiver": row.receiver,
        "amount": {"currency": row.currency, "value": format_amount(row.amount_minor, row.currency)},
        "sender_item_id": row.item_id,
    }
    if row.note is not None:
        item["note"] = row.note
    if row.purpose is not None:
        item["purpose"] = row.purpose
    if row.recipient_wallet is not None:
        item["recipient_wallet"] = row.recipient_wallet
    if row.language is not None:
        item["notification_language"] = row.language
    return item
