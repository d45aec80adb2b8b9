"""Says in words what of a batch is not as it was sealed."""

import hashlib
import json
import zlib
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.money import DECIMALS, format_amount
from paypal_payouts.errors import SealBroken
from paypal_payouts.storage.tables import batches

_REQUEST_OF: Final = sa.select(batches.c.request).where(batches.c.id == sa.bindparam("of_batch"))


def broken(batch: str, what: str, /, **facts: str | None) -> SealBroken:
    """Name a batch that somebody else changed, and what is wrong with it."""
    return SealBroken(
        f"{batch} was changed in the database by another hand: {what}.", details=[{"batch": batch, **facts}]
    )


def what_differs(
    connection: sa.Connection, batch: sa.Row[Any], rows: Iterable[sa.Row[Any]], otherwise: str
) -> SealBroken:
    """Name the first item that is not as the stored request has it; where the request shows none, say `otherwise`.

    `rows` are the items of the batch as they stand.
    """
    try:
        request = zlib.decompress(connection.execute(_REQUEST_OF, {"of_batch": batch.id}).scalar_one())
        asked = {item["sender_item_id"]: _asked(item) for item in json.loads(request)["items"]}
    except (zlib.error, ValueError, KeyError, TypeError):
        return broken(batch.batch, "its stored request cannot be read")
    stored = {row.item_id: _stored(row) for row in rows}
    for item_id in sorted(asked.keys() | stored.keys()):
        if asked.get(item_id) != stored.get(item_id):
            differing = {"item_id": item_id, "row": stored.get(item_id), "request": asked.get(item_id)}
            return broken(batch.batch, f"its row of {item_id} is not what its stored request says", **differing)
    if hashlib.sha256(request).hexdigest() != batch.checksum:
        return broken(batch.batch, "its stored request does not fit its checksum")
    return broken(batch.batch, otherwise)


def _asked(item: dict[str, Any]) -> str:
    return f"{item['receiver']} {item['amount']['value']} {item['amount']['currency']}"


def _stored(row: sa.Row[Any]) -> str:
    # The currency may be a word that nobody knows: anything may stand there.
    amount = format_amount(row.amount_minor, row.currency) if row.currency in DECIMALS else row.amount_minor
    return f"{row.receiver} {amount} {row.currency}"
