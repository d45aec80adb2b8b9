"""Asking again: for reads and the token only, never around the POST of money, each of which needs its own permit.

This is the one module that knows `backoff`. Its decorators sleep with `time.sleep` and draw from global chance, which
neither a signal nor a test can reach; so its generator gives the delays, and the loop is ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Final, TypeVar

import backoff

from paypal_payouts.domain.outcome import Failure

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RepeatPolicy:
    """How often and how fast a safe request is asked again; `max_delay_s` also bounds an obeyed Retry-After."""

    max_retries: int = 3
    base_delay_s: float = 5.0
    max_delay_s: float = 300.0


DEFAULT_POLICY: Final = RepeatPolicy()


def delays(base_s: float, max_s: float) -> Iterator[float]:
    """Give the longest wait before the first, second, third … repetition, in seconds: doubling, capped, endless."""
    if base_s == 0:
        return repeat(0.0)  # backoff would double a zero for ever, up to a number too large for a float
    ceilings = backoff.expo(factor=base_s, max_value=max_s)
    next(ceilings)  # backoff begins with a bare yield, for callers that send values in
    return ceilings


def repeated(
    ask: Callable[[], T],
    passing_failure: Callable[[T], Failure | None],
    *,
    policy: RepeatPolicy,
    pause: Callable[[float], None],
    chance: Callable[[], float],
) -> T:
    """Ask until the result is no passing failure or the policy ends it; give the last result.

    Waits are exponential with full jitter. A Retry-After is waited out in full, or, past `max_delay_s`, not at all:
    then the failure that names it is the result.
    """
    for ceiling_s in islice(delays(policy.base_delay_s, policy.max_delay_s), policy.max_retries):
        result = ask()
        failure = passing_failure(result)
        if failure is None:
            return result
        wanted_s = failure.retry_after_s
        if wanted_s is not None and wanted_s > policy.max_delay_s:
            return result
        pause(ceiling_s * chance() if wanted_s is None else wanted_s)
    return ask()
