"""What the verbs work with, handed in by whoever starts them: the command line, a test, a program of one's own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from paypal_payouts.domain.report import Progress
from paypal_payouts.locks import CycleLock
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.storage import Store

Hold = Callable[[str], AbstractContextManager[CycleLock]]
"""Takes the locks of a cycle for the time of a `with` block; raises LockHeld."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The database, PayPal, the locks, the clock and chance: all that the core does not reach by itself."""

    store: Store
    paypal: PayPalClient
    hold: Hold
    now: Callable[[], datetime]
    """The time, in UTC."""
    pause: Callable[[float], None]
    """Sleeps so many seconds and keeps a lease that is held; raises Interrupted when asked to stop. With
    0 seconds it is a safe point."""
    chance: Callable[[], float]
    """A number from 0 to 1, for the jitter of delays."""
    progress: Progress
    errors: ErrorRules = field(default_factory=ErrorRules)
    """What the configuration says of PayPal's error codes beyond the table."""
