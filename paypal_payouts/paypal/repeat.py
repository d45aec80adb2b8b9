"""Asking again: for reads and the token only, never around the POST of money, each of which needs its own permit.

This is the one module that knows `backoff`. Its decorators sleep with `time.sleep` and draw from global chance, which
neither a signal nor a test can reach; so its generator gives the delays, and the loop is ours.
"""

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import TypeVar

import backoff

from paypal_payouts.domain.outcome import Failure
from paypal_payouts.domain.retry import GiveUp, RetryPolicy, decide

T = TypeVar("T")


def delays(base_s: float, max_s: float) -> Iterator[float]:
    """Yield the longest wait before the first, second, third … repetition, in seconds: doubling, capped, endless."""
    if base_s == 0:
        return repeat(0.0)  # backoff would double a zero for ever, up to a number too large for a float
    ceilings = backoff.expo(factor=base_s, max_value=max_s)
    next(ceilings)  # backoff begins with a bare yield, for callers that send values in
    return ceilings


def repeated(
    ask: Callable[[], T],
    passing_failure: Callable[[T], Failure | None],
    *,
    policy: RetryPolicy,
    pause: Callable[[float], None],
    chance: Callable[[], float],
) -> T:
    """Ask until the result is no passing failure or the policy ends it; return the last result."""
    asked, ceilings_s = 0, delays(policy.base_delay_s, policy.max_delay_s)
    while True:
        result = ask()
        failure = passing_failure(result)
        if failure is None:
            return result
        asked += 1
        decision = decide(policy, failure, sends=asked, ceiling_s=next(ceilings_s), jitter=chance())
        if isinstance(decision, GiveUp):
            return result
        pause(decision.delay_s)
