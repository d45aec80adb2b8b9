"""Every screen in every state of a cycle is as somebody has looked at it; `python -m snapshots` writes what is new."""

from difflib import unified_diff

import pytest

from snapshots.golden import GOLDEN, golden_file, screens
from snapshots.states import STATES


@pytest.mark.parametrize("name", STATES)
def test_the_screens_of_a_state_are_as_they_were_looked_at(name: str) -> None:
    expected, found = golden_file(name).read_text(encoding="utf-8"), screens(name)
    assert found == expected, "\n".join(unified_diff(expected.splitlines(), found.splitlines(), lineterm="", n=1))


def test_there_is_no_file_of_a_state_that_is_gone() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(STATES)
