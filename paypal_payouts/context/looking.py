"""A look at the account that pays, for whoever reads a plan: it keeps nobody waiting, and nothing hangs on it."""

from typing import Final

from msgspec.structs import replace

from paypal_payouts.context.opening import Context
from paypal_payouts.domain.payer import Payer
from paypal_payouts.errors import Rejected, StorageFailed
from paypal_payouts.protocol.tools import Terms
from paypal_payouts.storage import Store

_LOOK_S: Final = 3.0
"""So long each of the two requests may take: a plan without balances is better than one that is waited for."""


def look_at_payer(context: Context, terms: Terms, store: Store | None) -> Payer | None:
    """Ask PayPal once who pays and what is in the account; None where it cannot be asked, or does not answer in time.

    The embedded simulator is not asked: nothing is held there, as it tops up what is paid.
    """
    if context.settings.paypal.environment == "simulator":
        return None
    from paypal_payouts.paypal import balances  # noqa: PLC0415 - only where a network is

    once = replace(terms, policy=replace(terms.policy, max_retries=0))
    try:
        paypal = context.paypal(once, timeout_s=_LOOK_S)
        if store is not None:
            # Another app than the database was used with is refused by `run`, and its balances say nothing.
            store.account.is_known(paypal.client_id)
        return balances.look_at_payer(paypal)
    except (Rejected, StorageFailed):
        return None
