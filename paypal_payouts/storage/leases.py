"""The row of a lease: how it is found as long as it is ours, and renewed with every write under it."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from paypal_payouts.errors import LeaseLost
from paypal_payouts.storage.tables import locks
from paypal_payouts.storage.values import Lease

OF_LEASE: Final = sa.and_(
    locks.c.key == sa.bindparam("our_key"),
    locks.c.fence == sa.bindparam("our_fence"),
    locks.c.holder == sa.bindparam("our_name"),
    locks.c.directory_id == sa.bindparam("our_directory"),
)
"""The row of a lease, as long as it is ours; its values come from `of_lease`."""

# Built once, as it begins every write.
_RENEW: Final = (
    locks.update()
    .where(OF_LEASE)
    .values(expires_at=sa.bindparam("until"), writes=locks.c.writes + 1)
    .returning(locks.c.writes)
)


def of_lease(lease: Lease) -> dict[str, object]:
    """Return the values of `OF_LEASE` for a lease."""
    return {
        "our_key": lease.key,
        "our_fence": lease.fence,
        "our_name": lease.holder,
        "our_directory": lease.directory_id,
    }


def renew(connection: sa.Connection, lease: Lease, now: datetime) -> int:
    """Extend a lease by its full length from now, or stop; give the number of this write.

    On Postgres the row stays locked until the transaction ends, so that all writers of one key queue here.

    Raises:
        LeaseLost: another holder was granted the key, or an operator broke the lease.

    """
    until = now + timedelta(seconds=lease.lease_s)
    number = connection.execute(_RENEW, {**of_lease(lease), "until": until}).scalar()
    if number is None:
        raise LeaseLost(
            f"The lease of {lease.key} is no longer ours: it was broken, it ran out and somebody else took it over, "
            "or a newer program changed the tables.",
            hint=f"Nothing more was written. See who works on it with `payouts locks`; then run {lease.key} again.",
        )
    return int(number)
