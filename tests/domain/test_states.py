"""States and moves: every pair, legal or not; and what the answer to a send means beside the earlier ones."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain import states
from paypal_payouts.domain.after_send import event_after_send
from paypal_payouts.domain.moves import MOVES, may_move_by_hand
from paypal_payouts.domain.outcome import (
    OUTCOME_WORD,
    Accepted,
    AttemptOutcome,
    Duplicate,
    ErrorClass,
    Failure,
    NotSent,
    Refused,
    SendOutcome,
    Unknown,
)
from paypal_payouts.domain.states import (
    CAME_BACK,
    ENDED_BY_PAYPAL,
    ENDED_UNPAID,
    FREED,
    NOT_FINAL,
    NOT_PAID,
    OPEN_STATUSES,
    PAYABLE_AGAIN,
    SAID_BY_A_PERSON,
    SENDABLE_BY_RETRY,
    SENDABLE_BY_RUN,
    SETTLED,
    SETTLED_WELL,
    STILL_MOVING,
    UNDECIDED,
    UNPAID_SO_FAR,
    WAITS_FOR_A_PERSON,
    WITHOUT_WORD,
    BatchEvent,
    BatchStatus,
    ItemState,
    item_state,
    item_state_in_ended_batch,
)

B = BatchStatus
E = BatchEvent
S = ItemState
A = AttemptOutcome


LEGAL = {
    B.PLANNED: {E.PERMIT: B.IN_FLIGHT, E.ABANDON: B.ABANDONED, E.DOUBT: B.REVIEW},
    B.IN_FLIGHT: {
        E.PERMIT: B.IN_FLIGHT,
        E.ACCEPT: B.ACCEPTED,
        E.REFUSE: B.REFUSED,
        E.DOUBT: B.REVIEW,
        E.ABANDON: B.ABANDONED,
        E.ATTACH: B.ACCEPTED,
    },
    B.ACCEPTED: {E.FINISH: B.DONE, E.DENY: B.DENIED, E.CANCEL: B.CANCELED, E.DOUBT: B.REVIEW},
    B.REFUSED: {E.PERMIT: B.IN_FLIGHT, E.ABANDON: B.ABANDONED, E.REPLACE: B.ABANDONED},
    B.DENIED: {E.PERMIT: B.IN_FLIGHT, E.DOUBT: B.REVIEW, E.ABANDON: B.ABANDONED},
    B.REVIEW: {E.ATTACH: B.ACCEPTED, E.RESUME: B.IN_FLIGHT, E.ABANDON: B.ABANDONED},
}
"""The contract's moves, by the status that they leave; the other tests take them from the program."""

BY_HAND = {
    B.PLANNED: {B.ABANDONED},
    B.REFUSED: {B.ABANDONED},
    B.IN_FLIGHT: {B.ACCEPTED, B.REVIEW, B.ABANDONED},
    B.ACCEPTED: {B.REVIEW},
    B.REVIEW: {B.ACCEPTED, B.IN_FLIGHT, B.ABANDONED},
}
"""Those that the contract leaves to a person."""


def test_the_moves_are_those_of_the_contract() -> None:
    legal = {(status, event): to for status, moves in LEGAL.items() for event, to in moves.items()}
    assert dict(MOVES) == legal


def test_the_moves_that_a_person_can_make_are_those_of_the_contract() -> None:
    by_hand = {(before, after) for before in B for after in B if may_move_by_hand("batch", before, after)}
    assert by_hand == {(before, after) for before, goals in BY_HAND.items() for after in goals}


def test_the_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        MOVES[B.DONE, E.PERMIT] = B.IN_FLIGHT  # type: ignore[index]


def test_run_and_retry_send_what_the_contract_says() -> None:
    assert frozenset({B.PLANNED, B.IN_FLIGHT, B.REFUSED}) == SENDABLE_BY_RUN
    assert {B.DENIED} == SENDABLE_BY_RETRY - SENDABLE_BY_RUN
    assert all((status, E.PERMIT) in MOVES for status in SENDABLE_BY_RETRY)


def test_a_batch_that_may_have_paid_is_never_sendable() -> None:
    assert not SENDABLE_BY_RETRY & {B.ACCEPTED, B.DONE, B.CANCELED, B.REVIEW, B.ABANDONED}


def test_payable_again_is_exactly_what_is_proven_unpaid() -> None:
    assert {S.FAILED, S.RETURNED, S.DENIED, S.CANCELED, S.ABANDONED} == PAYABLE_AGAIN
    assert PAYABLE_AGAIN | {S.UNSENT} == UNPAID_SO_FAR
    assert PAYABLE_AGAIN | {S.CLOSED} == ENDED_UNPAID
    assert {S.REFUNDED, S.REVERSED} == CAME_BACK


def test_every_item_state_has_one_place_in_the_exit_codes() -> None:
    assert {S.UNSENT, S.PENDING, S.ONHOLD, S.UNRECOGNIZED} == NOT_FINAL
    assert {S.SUCCESS, S.UNCLAIMED, S.CLOSED} == SETTLED_WELL
    assert set(S) == NOT_FINAL | SETTLED_WELL | NOT_PAID
    assert not NOT_FINAL & SETTLED_WELL
    assert PAYABLE_AGAIN < NOT_PAID


def test_what_paypal_may_still_change_and_what_needs_no_more_words() -> None:
    assert {S.PENDING, S.UNCLAIMED, S.ONHOLD, S.BLOCKED, S.UNRECOGNIZED} == STILL_MOVING
    assert {S.UNSENT, S.PENDING} == WITHOUT_WORD
    assert {S.ABANDONED, S.CLOSED} == SAID_BY_A_PERSON
    assert {S.SUCCESS, S.CLOSED} == SETTLED


def test_every_batch_status_says_whom_it_waits_for() -> None:
    assert OPEN_STATUSES == (B.PLANNED, B.IN_FLIGHT, B.ACCEPTED, B.REFUSED, B.REVIEW)
    assert {B.PLANNED, B.IN_FLIGHT, B.REVIEW} == UNDECIDED
    assert {B.DONE, B.DENIED, B.CANCELED} == ENDED_BY_PAYPAL
    assert {B.REFUSED, B.REVIEW} == WAITS_FOR_A_PERSON
    assert {B.REFUSED, B.DENIED} == FREED


@pytest.mark.parametrize(
    ("enum", "after"), [("BatchStatus", 'ABANDONED = "abandoned"'), ("ItemState", 'CLOSED = "closed"')]
)
def test_a_state_that_was_forgotten_stops_the_program_at_its_import(tmp_path: Path, enum: str, after: str) -> None:
    """In a copy of the program one more state is made up, and has no row anywhere."""
    copied = tmp_path / "paypal_payouts"
    shutil.copytree(Path(states.__file__).parents[1], copied)
    file = copied / "domain" / "states.py"
    head, found, tail = file.read_text().partition(f"class {enum}(StrEnum):")
    assert found
    assert after in tail
    file.write_text(head + found + tail.replace(after, f'{after}\n    MADE_UP = "made_up"', 1))
    command = [sys.executable, "-c", "import paypal_payouts.domain.states"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert f"a table of {enum} has no row for MADE_UP" in ended.stderr


WORDS = ["PENDING", "SUCCESS", "FAILED", "UNCLAIMED", "RETURNED", "ONHOLD", "BLOCKED", "REFUNDED", "REVERSED"]


@pytest.mark.parametrize("word", WORDS)
def test_paypals_word_is_shown_in_lower_case(word: str) -> None:
    assert item_state(word) == word.lower()


@given(st.text().filter(lambda word: word not in {*WORDS, "ON_HOLD", "DENIED"}))
def test_a_word_that_paypal_never_documented_is_unrecognized(word: str) -> None:
    assert item_state(word) is S.UNRECOGNIZED


@pytest.mark.parametrize("word", ["CANCELED", "CLOSED", "ABANDONED", "UNSENT", "success", ""])
def test_our_own_words_in_paypals_mouth_are_unrecognized(word: str) -> None:
    assert item_state(word) is S.UNRECOGNIZED


def test_words_of_paypals_newer_pages_are_known_and_a_denied_item_is_no_proof() -> None:
    assert item_state("ON_HOLD") is S.ONHOLD
    assert item_state("DENIED") is S.BLOCKED
    assert item_state("DENIED", B.DENIED) is S.DENIED


def test_no_word_yet_is_pending() -> None:
    assert item_state(None) is S.PENDING


@pytest.mark.parametrize("state", list(S), ids=str)
@pytest.mark.parametrize(("ended", "word"), [(B.DENIED, S.DENIED), (B.CANCELED, S.CANCELED), (B.DONE, None)], ids=str)
def test_only_items_without_a_final_word_take_that_of_their_batch(state: S, ended: B, word: S | None) -> None:
    takes = word is not None and state in {S.PENDING, S.UNSENT}
    assert item_state_in_ended_batch(state, ended) == (word if takes else state)


FAILURE = Failure("X", "x", ErrorClass.UNKNOWN)
OUTCOMES: list[SendOutcome] = [
    Accepted("P"),
    Duplicate("P", FAILURE),
    Duplicate(None, FAILURE),
    Refused(FAILURE),
    Unknown(FAILURE),
    NotSent(FAILURE),
]

histories = st.lists(st.sampled_from([*A, None]), max_size=6)


@given(st.sampled_from(OUTCOMES), histories)
def test_only_an_acceptance_accepts_and_only_a_proven_refusal_refuses(
    outcome: SendOutcome, earlier: Sequence[A | None]
) -> None:
    event = event_after_send(outcome, earlier)
    if isinstance(outcome, Accepted):
        assert event is E.ACCEPT
    elif isinstance(outcome, Refused) and set(earlier) <= {A.REFUSED, A.NOT_SENT}:
        assert event is E.REFUSE
    else:
        assert event is None


@pytest.mark.parametrize("lost", [None, A.UNKNOWN, A.ACCEPTED, A.DUPLICATE], ids=str)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_send_that_may_have_arrived_outweighs_every_refusal(lost: A | None, place: int) -> None:
    earlier: list[A | None] = [A.REFUSED, A.NOT_SENT]
    earlier.insert(place, lost)
    assert event_after_send(Refused(FAILURE), earlier) is None


def test_every_outcome_has_a_word_of_its_own() -> None:
    assert sorted(OUTCOME_WORD.values()) == sorted(A)
    assert {OUTCOME_WORD[type(outcome)] for outcome in OUTCOMES} == set(A)


def test_of_what_no_run_can_go_on_with_it_is_said_whose_turn_it_is() -> None:
    assert {state for state in S if states.MEANING[state].waits_for} == STILL_MOVING - WITHOUT_WORD
