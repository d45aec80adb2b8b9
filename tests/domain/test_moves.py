"""What a person's move does to the money, said by the table of moves."""

import pytest

from paypal_payouts.domain.moves import MOVES_BY_HAND, MoveByHand, meaning_by_hand
from paypal_payouts.domain.states import BatchStatus


@pytest.mark.parametrize("move", MOVES_BY_HAND, ids=MoveByHand.words)
def test_the_meaning_of_a_move_is_the_one_of_its_options(move: MoveByHand) -> None:
    for before in move.before:
        for after in move.after:
            assert meaning_by_hand(move.what, before, after, move.options) == move.meaning


def test_what_nobody_can_do_has_no_meaning() -> None:
    assert meaning_by_hand("batch", BatchStatus.DONE, BatchStatus.ABANDONED) == ""
    assert meaning_by_hand("batch", BatchStatus.REVIEW, BatchStatus.ACCEPTED) == "", "it needs PayPal's id of the batch"
