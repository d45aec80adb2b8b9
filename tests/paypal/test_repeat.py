"""Repeating: how often, how long, and never a Retry-After cut short."""

from itertools import islice, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.outcome import ErrorClass, Failure
from paypal_payouts.domain.retry import RetryIn, RetryPolicy, decide
from paypal_payouts.paypal.repeat import delays, repeated


def failure(retry_after_s: float | None = None) -> Failure:
    return Failure("HTTP_503", "out of service", ErrorClass.TRANSIENT, retry_after_s=retry_after_s)


class Script:
    """Answers what it was told to, once each, and notes the pauses."""

    def __init__(self, *answers: Failure | None) -> None:
        self.answers = list(answers)
        self.pauses: list[float] = []

    def run(self, policy: RetryPolicy, chance: float = 1.0) -> Failure | None:
        return repeated(
            lambda: self.answers.pop(0),
            lambda answer: answer,
            policy=policy,
            pause=self.pauses.append,
            chance=lambda: chance,
        )


def test_delays_double_up_to_the_cap() -> None:
    assert list(islice(delays(5, 300), 8)) == [5, 10, 20, 40, 80, 160, 300, 300]


@given(st.just(0.0) | st.floats(0.001, 3600), st.floats(0, 86_400))
def test_delays_never_end_overflow_or_shrink(base_s: float, extra_s: float) -> None:
    waits = list(islice(delays(base_s, base_s + extra_s), 1100))
    assert waits == sorted(waits)
    assert len(waits) == 1100
    assert waits[-1] in {0, base_s + extra_s}


def test_goes_on_until_it_goes_well() -> None:
    script = Script(failure(), failure(), None, failure())
    assert script.run(RetryPolicy(3, 1, 60)) is None
    assert script.pauses == [1, 2]
    assert len(script.answers) == 1


def test_gives_the_last_failure_when_the_policy_ends() -> None:
    last = failure(0.5)
    script = Script(failure(), failure(), last)
    assert script.run(RetryPolicy(2, 1, 60)) is last
    assert script.pauses == [1, 2]


def test_no_retries_is_one_question() -> None:
    script = Script(failure())
    assert script.run(RetryPolicy(0, 1, 60)) is not None
    assert script.pauses == []


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 0.0), (0.25, 2.5), (1.0, 10.0)])
def test_jitter_takes_any_part_of_the_delay(chance: float, pause: float) -> None:
    script = Script(failure(), None)
    script.run(RetryPolicy(1, 10, 60), chance)
    assert script.pauses == [pause]


def test_retry_after_is_waited_out_in_full() -> None:
    script = Script(failure(59.5), None)
    script.run(RetryPolicy(1, 1, 60), chance=0.1)
    assert script.pauses == [59.5]


def test_retry_after_beyond_the_cap_ends_it() -> None:
    asked = failure(60.5)
    script = Script(asked, None)
    assert script.run(RetryPolicy(5, 1, 60)) is asked
    assert script.pauses == []


@given(
    st.builds(
        RetryPolicy,
        max_retries=st.integers(0, 5),
        base_delay_s=st.floats(0, 60),
        max_delay_s=st.floats(60, 300),
    ),
    st.lists(st.none() | st.floats(0, 400), min_size=6, max_size=6),
    st.floats(0, 1),
)
def test_what_is_read_is_asked_for_again_by_the_rule_of_what_is_sent(
    policy: RetryPolicy, wanted_s: list[float | None], chance: float
) -> None:
    failures = [failure(seconds) for seconds in wanted_s]
    decisions = [
        decide(policy, each, sends=number, ceiling_s=ceiling_s, jitter=chance)
        for number, (each, ceiling_s) in enumerate(
            zip(failures, delays(policy.base_delay_s, policy.max_delay_s), strict=False), 1
        )
    ]
    script = Script(*failures)
    last = script.run(policy, chance)
    repeated_after = takewhile(lambda each: isinstance(each, RetryIn), decisions)
    pauses = [each.delay_s for each in repeated_after if isinstance(each, RetryIn)]
    assert script.pauses == pauses
    assert last is failures[len(pauses)]
