"""Fields of many items at once: as each alone, whatever the others are."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.paypal.document import identifier, identifiers, text, texts, word, words

ODD = [
    "",
    "a\nb",
    "\n",
    "\ud800",
    "\u202e",
    "x" * 129,
    "x" * 1001,
    "snow \N{SNOWMAN}",
    "a" * 64,
    "a" * 65,
    7,
    None,
    ["a"],
]

values = st.lists(st.one_of(st.from_regex(r"[A-Z0-9]{1,13}", fullmatch=True), st.sampled_from(ODD)), max_size=4)

PAIRS: list[tuple[Callable[[Sequence[object]], Sequence[str | None]], Callable[[object], str | None]]] = [
    (texts, text),
    (words, word),
    (identifiers, identifier),
]


@pytest.mark.parametrize(("many", "one"), PAIRS, ids=["texts", "words", "identifiers"])
@given(given_values=values)
def test_many_at_once_are_kept_as_each_alone(
    many: Callable[[Sequence[object]], Sequence[str | None]],
    one: Callable[[object], str | None],
    given_values: list[object],
) -> None:
    assert list(many(given_values)) == [one(value) for value in given_values]


@pytest.mark.parametrize(("many", "one"), PAIRS, ids=["texts", "words", "identifiers"])
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_one_odd_value_among_usual_ones_is_looked_at_alone(
    many: Callable[[Sequence[object]], Sequence[str | None]], one: Callable[[object], str | None], odd: object
) -> None:
    assert list(many(["A1", odd, "B2"])) == ["A1", one(odd), "B2"]
