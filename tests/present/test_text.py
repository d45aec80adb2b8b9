import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from paypal_payouts.domain.words import counted
from paypal_payouts.present.text import Clock, age, moment, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[31mred", r"\x1b[31mred", id="escape"),
        pytest.param("a\x00b\x7f", r"a\x00b\x7f", id="nul-and-del"),
        pytest.param("one\r\ntwo\tthree", r"one\x0d\x0atwo\x09three", id="lines-and-tabs"),
        pytest.param("\x9b31m", r"\x9b31m", id="c1"),
        pytest.param("100\u202e.52", r"100\u202e.52", id="turns-the-line"),
        pytest.param("\u200e\u200f\u061c\u2066\u2069", r"\u200e\u200f\u061c\u2066\u2069", id="marks-and-isolates"),
        pytest.param("a\u2028b\u2029", r"a\u2028b\u2029", id="separators"),
        pytest.param("\ud800x\udfff", r"\ud800x\udfff", id="lone-surrogates"),
        pytest.param("pay\u200bpal\ufeff\u2060", r"pay\u200bpal\ufeff\u2060", id="no-width"),
        pytest.param("pay\u00adpal\u2063\U000e0041", r"pay\xadpal\u2063\U000e0041", id="never-seen"),
        pytest.param("Zoë, Łódź, 東京, 👩‍👧, नमस्ते", "Zoë, Łódź, 東京, 👩‍👧, नमस्ते", id="ordinary-text"),
        pytest.param("[bold]x[/bold]", "[bold]x[/bold]", id="markup-is-text"),
        pytest.param("", "", id="empty"),
    ],
)
def test_what_would_move_the_cursor_or_turn_the_line_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_character_that_acts_on_a_terminal_is_left() -> None:
    everything = visible("".join(map(chr, range(sys.maxunicode + 1))))
    acting = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)}
    assert not acting & set(map(ord, everything))
    everything.encode()


def test_a_number_carries_its_noun() -> None:
    assert [counted(number, "batch") for number in (0, 1, 2)] == ["0 batches", "1 batch", "2 batches"]
    assert counted(2, "item") == "2 items"


def test_a_moment_is_told_in_utc() -> None:
    assert moment(datetime(2026, 11, 24, 1, 0, tzinfo=timezone(timedelta(hours=2)))) == "2026-11-23 23:00:00Z"
    assert moment(datetime(2026, 11, 24, 1, 0, 0, 999999, tzinfo=UTC)) == "2026-11-24 01:00:00Z"
    assert moment(None) == "-"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "now"),
        (3, "3 s ago"),
        (59, "59 s ago"),
        (180, "3 min ago"),
        (7_200, "2 h ago"),
        (86_400, "1 day ago"),
        (30 * 86_400, "30 days ago"),
        (-240, "in 4 min"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert age(noon - timedelta(seconds=seconds), noon) == words


def test_a_time_by_a_clock_is_local_with_its_offset() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    clock = Clock(noon + timedelta(minutes=5), timezone(timedelta(hours=-3, minutes=-30)))
    assert moment(noon, clock) == "2026-11-24 08:30:00 -03:30"
    assert moment(noon, clock, aged=True) == "2026-11-24 08:30:00 -03:30 (5 min ago)"
    assert moment(None, clock, aged=True) == "-"
