"""Mass payouts through PayPal: each debt paid once, and every cent explained.

The names below are the library: the command line is made of the same verbs, and other programs may rely on them. Each
is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paypal_payouts.domain.explain import StoryEvent
    from paypal_payouts.domain.late_words import CameBack
    from paypal_payouts.domain.locks import LockReport
    from paypal_payouts.domain.newly_unpaid import NewlyUnpaid
    from paypal_payouts.domain.outlook import OpenBatch
    from paypal_payouts.domain.payout import AttemptRecord, Row
    from paypal_payouts.domain.plan import Notice
    from paypal_payouts.domain.report import Skipped
    from paypal_payouts.domain.retry import Eligibility
    from paypal_payouts.domain.states import BatchStatus, ItemState
    from paypal_payouts.domain.totals import Conflict
    from paypal_payouts.domain.unfinished import OpenCycle
    from paypal_payouts.domain.verdict import RunOutcome
    from paypal_payouts.errors import (
        Blocked,
        ClockSkew,
        ConfigInvalid,
        CredentialsMissing,
        DatabaseUnavailable,
        InputChanged,
        InputInvalid,
        InternalFault,
        Interrupted,
        LeaseLost,
        LockHeld,
        NeedsReview,
        NotConfirmed,
        NotFound,
        PayoutsError,
        PayPalRefused,
        Rejected,
        SealBroken,
        StorageFailed,
        UsageError,
        WrongAccount,
        WrongDatabase,
    )
    from paypal_payouts.library.payouts import Payouts, open_payouts
    from paypal_payouts.library.results import (
        Batch,
        BatchStatusResult,
        CancelResult,
        CycleStatus,
        ExplainResult,
        InvalidCell,
        Item,
        OpenRunResult,
        RunResult,
        StatusResult,
        SyncResult,
        Totals,
    )
    from paypal_payouts.library.wiring import open_wiring
    from paypal_payouts.protocol.locks import acquire_processing_lock, get_processing_lock_info, release_processing_lock
    from paypal_payouts.protocol.lookup import get_recent_payout_batches
    from paypal_payouts.protocol.planning import check_for_duplicate_transaction
    from paypal_payouts.protocol.submission import execute_phase2_with_retry, record_retry_attempt
    from paypal_payouts.verbs.retry import retry_transaction
    from paypal_payouts.verbs.run import execute_transaction, execute_transaction_with_retry

_MODULES = {
    "domain.outlook": ["OpenBatch"],
    "domain.payout": ["AttemptRecord", "Row"],
    "domain.plan": ["Notice"],
    "domain.explain": ["StoryEvent"],
    "domain.late_words": ["CameBack"],
    "domain.newly_unpaid": ["NewlyUnpaid"],
    "domain.locks": ["LockReport"],
    "domain.report": ["Skipped"],
    "domain.verdict": ["RunOutcome"],
    "domain.retry": ["Eligibility"],
    "domain.states": ["BatchStatus", "ItemState"],
    "domain.totals": ["Conflict"],
    "domain.unfinished": ["OpenCycle"],
    "errors": [
        "Blocked",
        "ClockSkew",
        "ConfigInvalid",
        "CredentialsMissing",
        "DatabaseUnavailable",
        "InputChanged",
        "InputInvalid",
        "InternalFault",
        "Interrupted",
        "LeaseLost",
        "LockHeld",
        "NeedsReview",
        "NotConfirmed",
        "NotFound",
        "PayPalRefused",
        "PayoutsError",
        "Rejected",
        "StorageFailed",
        "SealBroken",
        "UsageError",
        "WrongAccount",
        "WrongDatabase",
    ],
    "library.payouts": ["Payouts", "open_payouts"],
    "library.results": [
        "Batch",
        "BatchStatusResult",
        "CancelResult",
        "CycleStatus",
        "ExplainResult",
        "InvalidCell",
        "Item",
        "OpenRunResult",
        "RunResult",
        "StatusResult",
        "SyncResult",
        "Totals",
    ],
    "library.wiring": ["open_wiring"],
    "protocol.locks": ["acquire_processing_lock", "get_processing_lock_info", "release_processing_lock"],
    "protocol.lookup": ["get_recent_payout_batches"],
    "protocol.planning": ["check_for_duplicate_transaction"],
    "protocol.submission": ["execute_phase2_with_retry", "record_retry_attempt"],
    "verbs.retry": ["retry_transaction"],
    "verbs.run": ["execute_transaction", "execute_transaction_with_retry"],
}
"""Where each name lives: a module is imported when one of its names is first asked for."""

_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AttemptRecord",
    "Batch",
    "BatchStatus",
    "BatchStatusResult",
    "Blocked",
    "CameBack",
    "CancelResult",
    "ClockSkew",
    "ConfigInvalid",
    "Conflict",
    "CredentialsMissing",
    "CycleStatus",
    "DatabaseUnavailable",
    "Eligibility",
    "ExplainResult",
    "InputChanged",
    "InputInvalid",
    "InternalFault",
    "Interrupted",
    "InvalidCell",
    "Item",
    "ItemState",
    "LeaseLost",
    "LockHeld",
    "LockReport",
    "NeedsReview",
    "NewlyUnpaid",
    "NotConfirmed",
    "NotFound",
    "Notice",
    "OpenBatch",
    "OpenCycle",
    "OpenRunResult",
    "PayPalRefused",
    "Payouts",
    "PayoutsError",
    "Rejected",
    "Row",
    "RunOutcome",
    "RunResult",
    "SealBroken",
    "Skipped",
    "StatusResult",
    "StorageFailed",
    "StoryEvent",
    "SyncResult",
    "Totals",
    "UsageError",
    "WrongAccount",
    "WrongDatabase",
    "acquire_processing_lock",
    "check_for_duplicate_transaction",
    "execute_phase2_with_retry",
    "execute_transaction",
    "execute_transaction_with_retry",
    "get_processing_lock_info",
    "get_recent_payout_batches",
    "open_payouts",
    "open_wiring",
    "record_retry_attempt",
    "release_processing_lock",
    "retry_transaction",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
