"""The two tables of the truth about a debt, over every combination and over PayPal's words in any order."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.standing import MAY_BE_PAID, Standing, after_word, money_of
from paypal_payouts.domain.states import MEANING, PAYABLE_AGAIN, Money, item_state
from paypal_payouts.domain.states import BatchStatus as B
from paypal_payouts.domain.states import ItemState as S

OWN_WORDS = [
    *(state.upper() for state in S if MEANING[state].said_by == "paypal" and state is not S.UNRECOGNIZED),
    "ON_HOLD",
]
WORDS = [None, "PENDING", *OWN_WORDS, "DENIED", "LIMBO"]
READ = [B.ACCEPTED, B.DONE, B.DENIED, B.CANCELED]
"""A batch that PayPal has is read in one of these."""
CAME_BACK = {S.REFUNDED, S.REVERSED, S.RETURNED}

words = st.sampled_from(WORDS)
statuses = st.sampled_from(READ)


def fresh(state: S = S.PENDING) -> Standing:
    return Standing(state, None, live=True, conflict=None)


def told(stands: Standing, word: str | None, *, newest: bool = True, status: B = B.DONE) -> Standing:
    state, raw_state, _, conflict = stands
    return after_word(state, raw_state, conflict, word, is_newest=newest, status=status)


ALL = list(product(S, [None, *OWN_WORDS], [None, "SUCCESS", "FAILED", "LIMBO"], WORDS, [True, False], B))


def test_every_combination_has_an_answer_that_keeps_the_promises() -> None:
    for state, raw_state, conflict, word, newest, status in ALL:
        stands = after_word(state, raw_state, conflict, word, is_newest=newest, status=status)
        case = (state, raw_state, conflict, word, newest, status, stands)
        money = MEANING[stands.state].money
        assert not (stands.live and stands.state in PAYABLE_AGAIN), case
        assert stands.live or money not in MAY_BE_PAID, case
        assert newest or stands.conflict or money not in MAY_BE_PAID, case
        if state is S.SUCCESS:
            assert stands.state in {S.SUCCESS, *CAME_BACK}, case
        if item_state(word) is S.SUCCESS and word != raw_state:
            assert stands.state is S.SUCCESS, case


def test_the_same_word_again_changes_nothing() -> None:
    for state, raw_state, conflict, word, newest, status in ALL:
        once = after_word(state, raw_state, conflict, word, is_newest=newest, status=status)
        again = told(once, word, newest=newest, status=status)
        assert again == once, (state, raw_state, conflict, word, newest, status)


@given(st.lists(words), statuses)
def test_what_arrived_is_never_unpaid_until_it_came_back(said: Sequence[str | None], status: B) -> None:
    stands = fresh()
    for word in said:
        before, stands = stands, told(stands, word, status=status)
        if before.state is S.SUCCESS and stands.state is not S.SUCCESS:
            assert item_state(word) in CAME_BACK
        if before.state is S.SUCCESS and item_state(word) not in {S.SUCCESS, *CAME_BACK}:
            assert (stands.state, stands.conflict) == (S.SUCCESS, word or "PENDING")


@given(st.lists(st.tuples(st.booleans(), words)), st.sampled_from([S.FAILED, S.RETURNED]))
def test_two_payments_of_one_debt_never_stand_without_a_conflict(
    said: Sequence[tuple[bool, str | None]], first: S
) -> None:
    older, newest = Standing(first, first.upper(), live=False, conflict=None), fresh()
    for of_newest, word in said:
        if of_newest:
            newest = told(newest, word)
        else:
            older = told(older, word, newest=False)
        if older.live:
            assert older.conflict
        if item_state(word) is S.SUCCESS and not of_newest:
            assert MEANING[older.state].money is Money.PAID


@pytest.mark.parametrize(
    ("state", "word", "after", "conflict"),
    [
        (S.SUCCESS, "PENDING", S.SUCCESS, "PENDING"),
        (S.SUCCESS, "FAILED", S.SUCCESS, "FAILED"),
        (S.SUCCESS, "RETURNED", S.RETURNED, None),
        (S.SUCCESS, "REFUNDED", S.REFUNDED, None),
        (S.REFUNDED, "SUCCESS", S.SUCCESS, "SUCCESS"),
        (S.REFUNDED, "RETURNED", S.REFUNDED, "RETURNED"),
        (S.FAILED, "SUCCESS", S.SUCCESS, None),
        (S.FAILED, "PENDING", S.PENDING, None),
        (S.FAILED, "RETURNED", S.RETURNED, None),
        (S.CLOSED, "RETURNED", S.CLOSED, None),
        (S.CLOSED, "SUCCESS", S.SUCCESS, "SUCCESS"),
        (S.ABANDONED, "UNCLAIMED", S.UNCLAIMED, "UNCLAIMED"),
        (S.UNCLAIMED, "SUCCESS", S.SUCCESS, None),
        (S.PENDING, "DENIED", S.BLOCKED, None),
        (S.PENDING, "ON_HOLD", S.ONHOLD, None),
        (S.PENDING, "LIMBO", S.UNRECOGNIZED, None),
    ],
    ids=str,
)
def test_what_a_word_makes_of_the_only_payment(state: S, word: str, after: S, conflict: str | None) -> None:
    stands = after_word(state, "WHATEVER", None, word, is_newest=True, status=B.DONE)
    assert (stands.state, stands.conflict) == (after, conflict)


@pytest.mark.parametrize("word", ["SUCCESS", "PENDING", "UNCLAIMED", "ONHOLD", "BLOCKED", "LIMBO"])
def test_an_older_payment_that_may_be_paid_is_a_conflict_until_it_is_unpaid_again(word: str) -> None:
    stands = told(Standing(S.FAILED, "FAILED", live=False, conflict=None), word, newest=False)
    assert (stands.live, stands.conflict) == (True, word)
    assert stands.state is item_state(word)
    assert told(stands, "REFUNDED", newest=False) == Standing(S.REFUNDED, "REFUNDED", live=False, conflict=None)


def test_a_word_that_comes_back_to_our_record_ends_the_conflict() -> None:
    doubted = told(told(fresh(), "SUCCESS"), "FAILED")
    assert doubted.conflict == "FAILED"
    assert told(doubted, "SUCCESS") == told(fresh(), "SUCCESS")


def test_a_person_s_word_stands_until_paypal_says_something_new() -> None:
    by_hand = Standing(S.FAILED, "BLOCKED", live=False, conflict=None)
    assert told(by_hand, "BLOCKED") == by_hand
    assert told(by_hand, "SUCCESS").state is S.SUCCESS


@pytest.mark.parametrize("status", [B.DENIED, B.CANCELED], ids=str)
def test_items_without_a_word_of_their_own_end_with_their_batch(status: B) -> None:
    for word in (None, "PENDING"):
        assert told(fresh(), word, status=status).state is S(status.value)
        assert told(Standing(S.FAILED, "FAILED", live=False, conflict=None), word, status=status).state is S.FAILED
    assert told(fresh(), "SUCCESS", status=status).state is S.SUCCESS


def test_the_money_of_every_state_in_every_batch() -> None:
    for state, status, may_have_moved in product(S, B, [True, False]):
        money = money_of(state, status, may_have_moved=may_have_moved)
        if state is not S.UNSENT:
            assert money is MEANING[state].money
        elif status is B.REVIEW or (status is B.IN_FLIGHT and may_have_moved):
            assert money is Money.UNKNOWN
        else:
            assert money is (Money.OPEN if status in {B.ACCEPTED, B.DONE} else Money.UNPAID)
