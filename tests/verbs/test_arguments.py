"""What a verb is asked is checked where its words alone tell that it is wrong."""

import shlex

import pytest

from paypal_payouts.domain.steps import PLACEHOLDER_REASON, WHY
from paypal_payouts.errors import UsageError
from paypal_payouts.verbs.arguments import checked_reason


@pytest.mark.parametrize("text", [*shlex.split(WHY), WHY, PLACEHOLDER_REASON.upper(), f" {PLACEHOLDER_REASON}. "])
def test_the_words_that_stand_for_a_reason_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no reason") as refused:
        checked_reason(text)
    assert "Nothing was changed" in refused.value.hint


def test_a_reason_may_speak_of_them() -> None:
    assert checked_reason(f"printed was: {PLACEHOLDER_REASON}") == f"printed was: {PLACEHOLDER_REASON}"
