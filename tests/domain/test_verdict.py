"""The exit code and the word of a cycle, by its state (docs/design.md, 6)."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.totals import Tally
from paypal_payouts.domain.verdict import exit_code_of_state, verdict

B = BatchStatus
S = ItemState

BY_STATE = {
    **dict.fromkeys((S.SUCCESS, S.UNCLAIMED, S.CLOSED), 0),
    **dict.fromkeys((S.FAILED, S.RETURNED, S.BLOCKED, S.REFUNDED, S.REVERSED, S.DENIED, S.CANCELED, S.ABANDONED), 5),
    **dict.fromkeys((S.UNSENT, S.PENDING, S.ONHOLD, S.UNRECOGNIZED), 6),
}
BY_STATUS = {B.REVIEW: 8, B.REFUSED: 7, B.IN_FLIGHT: 6}


@pytest.mark.parametrize("state", list(S), ids=str)
def test_each_state_of_an_item_has_its_exit_code(state: S) -> None:
    assert exit_code_of_state([B.DONE], {state: 1}, open_conflicts=0) == BY_STATE[state]


@given(
    st.lists(st.sampled_from(B)),
    st.dictionaries(st.sampled_from(S), st.integers(0, 3)),
    st.integers(0, 2),
    st.integers(0, 1),
)
def test_the_largest_code_that_applies_is_the_code(
    statuses: list[B], states: dict[S, int], left_out: int, open_conflicts: int
) -> None:
    codes = [BY_STATE[state] for state, count in states.items() if count]
    codes += [BY_STATUS.get(status, 0) for status in statuses]
    codes += [5 if left_out else 0, 8 if open_conflicts else 0]
    assert exit_code_of_state(statuses, states, open_conflicts=open_conflicts, left_out=left_out) == max(codes)


def test_nothing_at_all_is_0() -> None:
    assert exit_code_of_state([], {}, open_conflicts=0) == 0


WORDS = {
    0: {"completed", "nothing_to_do"},
    5: {"completed_with_failures"},
    6: {"pending"},
    7: {"refused"},
    8: {"review"},
}


@pytest.mark.parametrize(("refused_us", "open_outcome", "acted"), list(itertools.product([False, True], repeat=3)))
@given(st.lists(st.sampled_from(B)), st.dictionaries(st.sampled_from(S), st.integers(0, 3)))
def test_the_word_goes_with_the_code_and_what_happened_to_us_counts_too(
    refused_us: bool,
    open_outcome: bool,
    acted: bool,
    statuses: list[B],
    states: dict[S, int],
) -> None:
    tally = Tally(Counter(states))
    found = verdict(statuses, tally, refused_us=refused_us, open_outcome=open_outcome, acted=acted)
    least = max(7 if refused_us else 0, 6 if open_outcome else 0)
    assert found.exit_code == max(least, exit_code_of_state(statuses, states, open_conflicts=0))
    assert found.outcome in WORDS[found.exit_code]
    if found.exit_code == 0:
        assert found.outcome == ("completed" if acted else "nothing_to_do")
