"""Mass payouts through PayPal: each debt paid once, and every cent explained.

The names below are the library: the command line is made of them, and other programs may rely on them. Each is loaded
when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paypal_payouts.cli.wiring import open_wiring
    from paypal_payouts.locks import acquire_processing_lock, get_processing_lock_info, release_processing_lock
    from paypal_payouts.orchestrator.lookup import get_recent_payout_batches
    from paypal_payouts.orchestrator.planning import check_for_duplicate_transaction
    from paypal_payouts.orchestrator.retry import retry_transaction
    from paypal_payouts.orchestrator.run import execute_transaction, execute_transaction_with_retry
    from paypal_payouts.orchestrator.submission import execute_phase2_with_retry, record_retry_attempt

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
    "acquire_processing_lock": "locks",
    "check_for_duplicate_transaction": "orchestrator.planning",
    "execute_phase2_with_retry": "orchestrator.submission",
    "execute_transaction": "orchestrator.run",
    "execute_transaction_with_retry": "orchestrator.run",
    "get_processing_lock_info": "locks",
    "get_recent_payout_batches": "orchestrator.lookup",
    "open_wiring": "cli.wiring",
    "record_retry_attempt": "orchestrator.submission",
    "release_processing_lock": "locks",
    "retry_transaction": "orchestrator.retry",
}


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
