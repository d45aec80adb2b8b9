"""Names: a cycle is never a path, a batch id is read back as it was written, and an id holds no chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.identity import BatchName, is_account_name, is_cycle_name

cycles = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True)
names = st.builds(BatchName, cycles, st.integers(1, 99_999), st.integers(1, 9999))


@given(names)
def test_a_batch_id_is_read_back_as_it_was_written(name: BatchName) -> None:
    assert BatchName.parse(str(name)) == name


@given(names, names)
def test_two_batches_never_share_an_id(one: BatchName, other: BatchName) -> None:
    assert (str(one) == str(other)) is (one == other)


@given(st.text(max_size=90))
def test_any_text_is_a_batch_id_that_writes_itself_or_none(text: str) -> None:
    name = BatchName.parse(text)
    assert name is None or str(name) == text


@given(names)
def test_the_id_at_paypal_is_account_environment_cycle_sequence_attempt_and_fits(name: BatchName) -> None:
    text = name.sender_batch_id(account="a" * 20, environment="simulator")
    assert text == f"{'a' * 20}-simulator-{name.cycle}-{name.sequence:04d}-{name.attempt}"
    assert len(text) <= 127


GOOD = ["2026-11", "weekly-2026-w47", "a", "0", "a.b_c-d", "a" * 64, "a-0001-1", "a..b"]
BAD = ["", ".", "..", "-a", "_a", ".a", "A", "a/b", "a\\b", "a b", "a" * 65, "ä", "a\n", "a\x00", "٣", "../x"]


@pytest.mark.parametrize(("text", "good"), [(t, True) for t in GOOD] + [(t, False) for t in BAD], ids=repr)
def test_a_cycle_name_is_1_to_64_of_its_characters_and_never_a_path(text: str, good: bool) -> None:
    assert is_cycle_name(text) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [("main", True), ("a" * 20, True), ("0", True), ("", False), ("a" * 21, False), ("a-b", False), ("A", False)],
)
def test_an_account_name_is_1_to_20_letters_and_digits(text: str, good: bool) -> None:
    assert is_account_name(text) is good


READ = {
    "c-0001-1": BatchName("c", 1, 1),
    "2026-11-0001-2": BatchName("2026-11", 1, 2),
    "a-0001-1-0002-3": BatchName("a-0001-1", 2, 3),
    "c-12345-10": BatchName("c", 12345, 10),
    "c-1-1": None,
    "c-001-1": None,
    "c-00001-1": None,
    "c-0001-0": None,
    "c-0001-01": None,
    "c-0001": None,
    "-0001-1": None,
    "../c-0001-1": None,
    "c-0001-1\n": None,
    "C-0001-1": None,
}


@pytest.mark.parametrize(("text", "name"), list(READ.items()), ids=repr)
def test_a_batch_id_is_read_or_is_none(text: str, name: BatchName | None) -> None:
    assert BatchName.parse(text) == name


def test_batches_are_ordered_by_sequence_then_attempt() -> None:
    first, second, third = BatchName("c", 1, 2), BatchName("c", 2, 1), BatchName("c", 10, 1)
    assert sorted([third, second, first]) == [first, second, third]
