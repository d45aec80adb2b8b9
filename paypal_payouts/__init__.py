"""Mass payouts through PayPal: each debt paid once, and every cent explained.

The names below are the library: the command line is made of them, and other programs may rely on them. Each is loaded
when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paypal_payouts.library.wiring import open_wiring
    from paypal_payouts.protocol.locks import acquire_processing_lock, get_processing_lock_info, release_processing_lock
    from paypal_payouts.protocol.lookup import get_recent_payout_batches
    from paypal_payouts.protocol.planning import check_for_duplicate_transaction
    from paypal_payouts.protocol.submission import execute_phase2_with_retry, record_retry_attempt
    from paypal_payouts.verbs.retry import retry_transaction
    from paypal_payouts.verbs.run import execute_transaction, execute_transaction_with_retry

__all__ = [
    "acquire_processing_lock",
    "check_for_duplicate_transaction",
    "execute_phase2_with_retry",
    "execute_transaction",
    "execute_transaction_with_retry",
    "get_processing_lock_info",
    "get_recent_payout_batches",
    "open_wiring",
    "record_retry_attempt",
    "release_processing_lock",
    "retry_transaction",
]

_ROOMS = {
    "acquire_processing_lock": "protocol.locks",
    "check_for_duplicate_transaction": "protocol.planning",
    "execute_phase2_with_retry": "protocol.submission",
    "execute_transaction": "verbs.run",
    "execute_transaction_with_retry": "verbs.run",
    "get_processing_lock_info": "protocol.locks",
    "get_recent_payout_batches": "protocol.lookup",
    "open_wiring": "library.wiring",
    "record_retry_attempt": "protocol.submission",
    "release_processing_lock": "protocol.locks",
    "retry_transaction": "verbs.retry",
}


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
