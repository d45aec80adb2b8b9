"""When a batch may be sent again, when its items may be paid again, and how long to wait."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.outcome import ErrorClass, Failure
from paypal_payouts.domain.retry import (
    GiveUp,
    RetryIn,
    RetryPolicy,
    decide,
    eligibility,
    may_pay_again,
    may_send,
    too_old,
)
from paypal_payouts.domain.states import BatchStatus

from .makers import NOW, batch

B = BatchStatus


def failure(retry_after_s: float | None = None) -> Failure:
    return Failure("X", "x", ErrorClass.TRANSIENT, retry_after_s=retry_after_s)


policies = st.builds(
    RetryPolicy,
    max_retries=st.integers(0, 20),
    base_delay_s=st.floats(0, 3600),
    max_delay_s=st.floats(3600, 86_400),
)


@given(policies, st.integers(1, 40), st.floats(0, 1))
def test_a_pause_is_never_longer_than_the_policy_and_never_negative(
    policy: RetryPolicy, sends: int, jitter: float
) -> None:
    decision = decide(policy, failure(), sends=sends, ceiling_s=policy.max_delay_s, jitter=jitter)
    if sends > policy.max_retries:
        assert isinstance(decision, GiveUp)
    else:
        assert isinstance(decision, RetryIn)
        assert 0 <= decision.delay_s <= policy.max_delay_s


def test_jitter_is_full() -> None:
    assert decide(RetryPolicy(), failure(), sends=1, ceiling_s=5, jitter=0.0) == RetryIn(0)
    assert decide(RetryPolicy(), failure(), sends=2, ceiling_s=10, jitter=0.5) == RetryIn(5)
    assert decide(RetryPolicy(), failure(), sends=2, ceiling_s=10, jitter=1.0) == RetryIn(10)


@pytest.mark.parametrize(
    ("wanted_s", "decision"),
    [(0.0, RetryIn(0.0)), (7.0, RetryIn(7.0)), (300.0, RetryIn(300.0)), (301.0, GiveUp)],
    ids=str,
)
def test_retry_after_is_obeyed_up_to_the_longest_pause(wanted_s: float, decision: object) -> None:
    found = decide(RetryPolicy(), failure(wanted_s), sends=1, ceiling_s=5, jitter=0.1)
    assert found == decision or (decision is GiveUp and isinstance(found, GiveUp))


def test_the_number_of_sends_ends_a_round_whatever_retry_after_says() -> None:
    assert decide(RetryPolicy(max_retries=3), failure(1.0), sends=3, ceiling_s=5, jitter=1.0) == RetryIn(1.0)
    assert isinstance(decide(RetryPolicy(max_retries=3), failure(1.0), sends=4, ceiling_s=5, jitter=1.0), GiveUp)
    assert isinstance(decide(RetryPolicy(max_retries=0), failure(), sends=1, ceiling_s=5, jitter=1.0), GiveUp)


SENT_AGAIN = {B.PLANNED, B.IN_FLIGHT, B.REFUSED, B.DENIED}


@pytest.mark.parametrize("status", list(B), ids=str)
def test_retry_sends_open_refused_and_denied_batches_and_gives_a_reason_for_each(status: B) -> None:
    allowed = may_send(batch(status), now=NOW, max_age_days=25)
    assert allowed.eligible is (status in SENT_AGAIN)
    assert allowed.reason


@pytest.mark.parametrize("status", sorted(SENT_AGAIN), ids=str)
def test_nothing_is_sent_again_at_25_days_or_once_a_later_attempt_exists(status: B) -> None:
    at = NOW - timedelta(days=25)
    assert not may_send(batch(status, first_sent_at=at), now=NOW, max_age_days=25).eligible
    assert may_send(batch(status, first_sent_at=at + timedelta(seconds=1)), now=NOW, max_age_days=25).eligible
    assert not may_send(batch(status, taken_over=1), now=NOW, max_age_days=25).eligible


def test_a_batch_whose_items_a_later_one_pays_names_no_command_that_would_be_refused() -> None:
    allowed = may_send(batch(B.ABANDONED, taken_over=1), now=NOW, max_age_days=25)
    assert (allowed.eligible, allowed.reason) == (False, "a later attempt has taken its items over")
    assert "--failed-items" in may_send(batch(B.ABANDONED), now=NOW, max_age_days=25).reason


def test_a_batch_that_was_never_sent_is_never_too_old() -> None:
    assert not too_old(batch(), now=NOW + timedelta(days=999), max_age_days=1)


@pytest.mark.parametrize("status", [B.PLANNED, B.IN_FLIGHT, B.REVIEW], ids=str)
def test_items_of_an_open_batch_are_never_paid_again(status: B) -> None:
    assert not may_pay_again(batch(status, last_sent_at=NOW)).eligible


@pytest.mark.parametrize("status", [B.ACCEPTED, B.DONE, B.CANCELED, B.ABANDONED, B.REFUSED, B.DENIED], ids=str)
def test_items_of_a_batch_with_every_send_answered_may_be_paid_again_one_by_one(status: B) -> None:
    assert may_pay_again(batch(status, last_sent_at=NOW)).eligible


LOST = {
    "nobody knows when": (None, NOW, False),
    "the last send itself": (NOW, NOW, False),
    "a day less a minute before the last send": (NOW - timedelta(hours=23, minutes=59), NOW, False),
    "a day before the last send": (NOW - timedelta(hours=24), NOW, True),
}


@pytest.mark.parametrize("status", [B.REFUSED, B.DENIED], ids=str)
@pytest.mark.parametrize(("lost", "asked", "eligible"), list(LOST.values()), ids=list(LOST))
def test_after_a_lost_send_paypal_must_have_been_asked_under_the_same_id_a_day_later(
    status: B,
    lost: datetime | None,
    asked: datetime,
    eligible: bool,
) -> None:
    found = may_pay_again(batch(status, open_sends=1, last_open_send_at=lost, last_sent_at=asked))
    assert found.eligible is eligible


@pytest.mark.parametrize("status", list(B), ids=str)
def test_every_batch_has_a_reason_and_unpaid_items_are_worth_a_new_attempt(status: B) -> None:
    for unpaid in (0, 2):
        found = eligibility(batch(status, payable_again=unpaid), now=NOW, max_age_days=25)
        assert found.reason
        if status in {B.ACCEPTED, B.DONE, B.CANCELED, B.ABANDONED}:
            assert found.eligible is bool(unpaid)
