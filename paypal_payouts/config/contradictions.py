"""The rules between keys: values that are right alone and wrong together.

Source: docs/design.md, 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from paypal_payouts.config.settings import Retry, Sections
from paypal_payouts.domain.retry import RetryPolicy

Place = tuple[str, ...]
"""Where a key stands in the file: `("retry", "cycles", "weekly-*", "max_retries")`."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A key that does not go with others; `involved` are all of them."""

    place: Place
    involved: tuple[Place, ...]
    problem: str


def contradictions(sections: Sections) -> Iterator[Contradiction]:
    """Find the keys that are right alone and wrong together."""
    paypal, lock = sections.paypal, sections.lock
    if paypal.base_url is not None and paypal.environment != "sandbox":
        base_url = ("paypal", "base_url")
        yield Contradiction(
            base_url,
            (base_url, ("paypal", "environment")),
            f'only with environment = "sandbox"; it is {paypal.environment}',
        )
    if not lock.lease_s > 2 * paypal.timeout_s:
        lease_s = ("lock", "lease_s")
        yield Contradiction(
            lease_s,
            (lease_s, ("paypal", "timeout_s")),
            f"{lock.lease_s:g} is not more than {2 * paypal.timeout_s:g}, twice paypal.timeout_s",
        )
    yield from _delays_in_disorder(sections.retry)


def _delays_in_disorder(retry: Retry) -> Iterator[Contradiction]:
    default = retry.over(RetryPolicy())
    policies: dict[Place, RetryPolicy] = {("retry",): default}
    for pattern, rules in retry.cycles.items():
        if rules.model_fields_set & {"base_delay_s", "max_delay_s"}:
            policies["retry", "cycles", pattern] = rules.over(default)
    for place, policy in policies.items():
        if not policy.is_in_order:
            yield Contradiction(
                (*place, "max_delay_s"),
                tuple((*table, key) for table in (("retry",), place) for key in ("base_delay_s", "max_delay_s")),
                f"{policy.max_delay_s:g} is less than base_delay_s, which is {policy.base_delay_s:g}",
            )
