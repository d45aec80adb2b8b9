"""What is asked before `retry`: which cycle it is about, and what would be sent."""

from collections.abc import Iterable
from typing import NamedTuple

from paypal_payouts.domain.payout import InputRow, OwedItem
from paypal_payouts.domain.retry import may_send
from paypal_payouts.errors import NotFound
from paypal_payouts.intake import StagedInput
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.protocol.repayment import called_unpaid, new_receivers, plan_repayments, repayment_words
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.storage import Store
from paypal_payouts.verbs.retry_choice import batches_to_retry, check_may_be_resent, resend_words


class RetryQuestion(NamedTuple):
    """What would be sent."""

    words: str
    going: Iterable[OwedItem]


def cycle_of(batch: str | None, cycle: str | None, *, failed_items: bool, store: Store | None) -> str:
    """Return the cycle of a batch, or the one that is named, which must be there.

    Raises:
        NotFound: there is no such batch or cycle.

    """
    if batch is not None:
        try:
            return find_batch(batch, store=store).name.cycle
        except NotFound as error:
            if store is None or batch not in store.history.cycle_names():
                raise
            option = " --failed-items" if failed_items else ""
            hint = f"Nothing was sent. {batch} is a cycle: `payouts retry --cycle {batch}{option}`."
            raise NotFound(error.message, hint=hint) from None
    return find_cycles(cycle, store=store)[0]


def retry_question(
    batch: str | None,
    cycle: str,
    *,
    staged: StagedInput | None,
    failed_items: bool,
    include_payee_errors: bool,
    terms: Terms,
    tools: Tools,
) -> RetryQuestion:
    """Describe what retrying a batch, or without one every batch of a cycle that asks for it, would send.

    Raises:
        NotFound: there is no such batch.
        Blocked: the batch is not sent again, or nothing of the cycle is.

    """
    if batch is None:
        chosen = batches_to_retry(cycle, store=tools.store, terms=terms, tools=tools, failed_items=failed_items)
    else:
        chosen = [find_batch(batch, store=tools.store)]
    if not failed_items:
        for each in chosen:
            check_may_be_resent(each, terms=terms, tools=tools)
        now, days = tools.now(), terms.policy.max_age_days
        # What is too old is not sent: it is moved to review.
        going = [each.id for each in chosen if may_send(each, now=now, max_age_days=days).eligible]
        return RetryQuestion(resend_words(chosen), tools.store.payees.owed_in_batches(going))
    plans = plan_repayments(
        chosen, staged, store=tools.store, errors=tools.errors, include_payee_errors=include_payee_errors
    )
    notices = [*called_unpaid(plans, store=tools.store), *new_receivers(plans, store=tools.store).notices()]
    words = "\n".join([*(notice.message for notice in notices), repayment_words(plans)])
    return RetryQuestion(words, (_owed(row) for plan in plans for row in plan.rows))


def _owed(row: InputRow) -> OwedItem:
    return OwedItem(row.item_id, row.payee_id, row.receiver, row.amount_minor, row.currency)
