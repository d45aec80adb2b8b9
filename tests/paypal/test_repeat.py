"""Repeating: how often, how long, and never a Retry-After cut short."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.outcome import ErrorClass, Failure
from paypal_payouts.paypal.repeat import RepeatPolicy, delays, repeated


def failure(retry_after_s: float | None = None) -> Failure:
    return Failure("HTTP_503", "out of service", ErrorClass.TRANSIENT, retry_after_s=retry_after_s)


class Script:
    """Answers what it was told to, once each, and notes the pauses."""

    def __init__(self, *answers: Failure | None) -> None:
        self.answers = list(answers)
        self.pauses: list[float] = []

    def run(self, policy: RepeatPolicy, chance: float = 1.0) -> Failure | None:
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
    assert script.run(RepeatPolicy(3, 1, 60)) is None
    assert script.pauses == [1, 2]
    assert len(script.answers) == 1


def test_gives_the_last_failure_when_the_policy_ends() -> None:
    last = failure(0.5)
    script = Script(failure(), failure(), last)
    assert script.run(RepeatPolicy(2, 1, 60)) is last
    assert script.pauses == [1, 2]


def test_no_retries_is_one_question() -> None:
    script = Script(failure())
    assert script.run(RepeatPolicy(0, 1, 60)) is not None
    assert script.pauses == []


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 0.0), (0.25, 2.5), (1.0, 10.0)])
def test_jitter_takes_any_part_of_the_delay(chance: float, pause: float) -> None:
    script = Script(failure(), None)
    script.run(RepeatPolicy(1, 10, 60), chance)
    assert script.pauses == [pause]


def test_retry_after_is_waited_out_in_full() -> None:
    script = Script(failure(59.5), None)
    script.run(RepeatPolicy(1, 1, 60), chance=0.1)
    assert script.pauses == [59.5]


def test_retry_after_beyond_the_cap_ends_it() -> None:
    asked = failure(60.5)
    script = Script(asked, None)
    assert script.run(RepeatPolicy(5, 1, 60)) is asked
    assert script.pauses == []
