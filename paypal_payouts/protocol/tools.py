"""What a command works with, and under which rules: handed in by whoever starts it, as nothing here is global."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from paypal_payouts.domain.approval import ApprovalRules
from paypal_payouts.domain.progress import Progress
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.log import event
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.intent import Email
from paypal_payouts.storage import Store

if TYPE_CHECKING:
    # The network library is loaded by those who open a client, not by whoever is handed one.
    from paypal_payouts.paypal.client import PayPalClient

_LOG: Final = logging.getLogger(__name__)

Hold = Callable[[str], AbstractContextManager[CycleLock]]
"""Takes the locks of a cycle for the time of a `with` block; raises LockHeld."""


class Tools(Struct, frozen=True):
    """The database, PayPal, the locks, the clock and chance: all that the core does not reach by itself."""

    store: Store
    paypal: "PayPalClient"
    hold: Hold
    now: Callable[[], datetime]
    """The time, in UTC."""
    pause: Callable[[float], None]
    """Sleeps so many seconds and keeps a lease that is held; raises Interrupted when asked to stop."""
    chance: Callable[[], float]
    """A number from 0 to 1, for the jitter of delays."""
    progress: Progress
    errors: ErrorRules = field(default_factory=ErrorRules)
    """What the configuration says of PayPal's error codes beyond the table."""

    def wait(self, seconds: float, why: str, *, cycle: str) -> None:
        """Sleep, and tell so; ends at once when the program was asked to stop."""
        event(_LOG, "waiting", why, cycle=cycle, seconds=round(seconds, 3))
        while True:
            self.progress.waiting(seconds, why)
            part_s = min(seconds, self.progress.tick_s)
            self.pause(part_s)
            seconds -= part_s
            if seconds <= 0:
                return

    def safe_point(self) -> None:
        """End here, between two effects, when the program was asked to stop."""
        self.pause(0)


class Waiting(Struct, frozen=True):
    """How often PayPal is asked, and for how long, in seconds; a `limit_s` of 0 looks once."""

    interval_s: float
    limit_s: float


class Terms(Struct, frozen=True):
    """The rules that a `run` or `retry` works under, as configured."""

    policy: RetryPolicy
    policy_source: str
    email: Email
    cooldown_s: float
    duplicate_days: float
    waiting: Waiting | None
    """How results are waited for; None ends once PayPal has accepted."""
    operator: str
    canary_waiting: Waiting = Waiting(5.0, 900.0)
    """How the final word on a canary is waited for, whatever `waiting` says."""
    approval: ApprovalRules | None = None
    """What is asked of what would be paid for the first time, or again; None where nobody needs to approve."""
