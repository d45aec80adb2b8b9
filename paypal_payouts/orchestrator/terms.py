"""The rules that a `run` or `retry` works under."""

from dataclasses import dataclass

from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.orchestrator.intent import Email


@dataclass(frozen=True, slots=True)
class Waiting:
    """How often PayPal is asked, and for how long, in seconds; a `limit_s` of 0 looks once."""

    interval_s: float
    limit_s: float


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules that a `run` or `retry` works under, as configured."""

    policy: RetryPolicy
    policy_source: str
    email: Email
    cooldown_s: float
    duplicate_days: float
    waiting: Waiting | None
    """How results are waited for; None ends once PayPal has accepted."""
    operator: str
