"""Fields of many items at once: as each alone, whatever the others are."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.paypal.document import identifier, identifiers, of_each, text, texts, word, words

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
    (partial(of_each, word), word),
]
NAMES = ["texts", "words", "identifiers", "of each"]


@pytest.mark.parametrize(("many", "one"), PAIRS, ids=NAMES)
@given(given_values=values)
def test_many_at_once_are_kept_as_each_alone(
    many: Callable[[Sequence[object]], Sequence[str | None]],
    one: Callable[[object], str | None],
    given_values: list[object],
) -> None:
    assert list(many(given_values)) == [one(value) for value in given_values]


@pytest.mark.parametrize(("many", "one"), PAIRS, ids=NAMES)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_one_odd_value_among_usual_ones_is_looked_at_alone(
    many: Callable[[Sequence[object]], Sequence[str | None]], one: Callable[[object], str | None], odd: object
) -> None:
    assert list(many(["A1", odd, "B2"])) == ["A1", one(odd), "B2"]


@pytest.mark.parametrize("number", [1, 64, 65, 1000])
def test_however_many_things_are_said_each_is_read(number: int) -> None:
    said = [f"w{place % number}" for place in range(1000)]
    asked: list[object] = []

    def read(value: object) -> str | None:
        asked.append(value)
        return word(value)

    assert list(of_each(read, said)) == said
    assert len(asked) == (number if number <= 64 else 1000)
