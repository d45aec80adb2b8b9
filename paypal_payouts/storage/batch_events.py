"""What the trail says of a batch, in a statement over the batches."""

from typing import Any

import sqlalchemy as sa

from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.trail import NOT_REACHED
from paypal_payouts.storage.tables import audit_events, batches


def _of_last_event(fact: sa.ColumnElement[Any], which: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    """Report one fact of the last such row of a batch's trail."""
    events = sa.select(fact).where(audit_events.c.batch_id == batches.c.id, which)
    return events.order_by(audit_events.c.id.desc()).limit(1).scalar_subquery()


def of_failed_try(fact: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Report one fact of the last try to send a batch that was never sent."""
    return sa.case(
        (batches.c.status == BatchStatus.PLANNED, _of_last_event(fact, audit_events.c.action == NOT_REACHED))
    )


_WENT_INTO_REVIEW: sa.ColumnElement[bool] = audit_events.c.to_state == BatchStatus.REVIEW.value
REVIEW_REASON: sa.ColumnElement[Any] = sa.case(
    (batches.c.status == BatchStatus.REVIEW, _of_last_event(audit_events.c.reason, _WENT_INTO_REVIEW))
)
"""Why it was put into review, for the last time."""
