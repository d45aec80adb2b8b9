import io
import re
import time

import pyte
import pytest

from paypal_payouts.present.progress import PlainProgress, SilentProgress, TerminalProgress, make_progress
from present.screens import Terminal


def work(progress: SilentProgress) -> None:
    """Report everything that a run has to tell."""
    for count in range(0, 100_001, 10_000):
        progress.rows_read(count)
    for stored in range(0, 101, 5):
        progress.storing(stored, 100)
    progress.sent("2026-11-0001-1", 1, 2, "accepted")
    progress.waiting(4.6, "PayPal did not answer")
    progress.waiting(0.2, "PayPal did not answer")
    progress.sent("2026-11-0002-1", 2, 2, "accepted")
    for final in (0, 5, 50, 50, 100):
        progress.reading(final, 100)
        progress.waiting(5, "PayPal is working on 2 batches")
    progress.note("2026-11-0001-1 could not be read: \x1b[2J")


def test_without_a_terminal_each_thing_is_told_on_a_line_of_its_own() -> None:
    stream = io.StringIO()
    with make_progress(stream, quiet=False) as progress:
        assert isinstance(progress, PlainProgress)
        work(progress)
    lines = stream.getvalue().splitlines()
    assert lines[:4] == ["10,000 rows read", "20,000 rows read", "40,000 rows read", "80,000 rows read"]
    assert lines[4:15] == [f"{stored} of 100 items stored" for stored in range(0, 101, 10)]
    assert lines[15:] == [
        "batch 1 of 2, 2026-11-0001-1: accepted",
        "waiting 5 s: PayPal did not answer",
        "batch 2 of 2, 2026-11-0002-1: accepted",
        "0 of 100 items final",
        "waiting 5 s: PayPal is working on 2 batches",
        "50 of 100 items final",
        "100 of 100 items final",
        r"2026-11-0001-1 could not be read: \x1b[2J",
    ]
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()


def screen_of(written: str) -> list[str]:
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(written.replace("\n", "\r\n"))
    return [line.rstrip() for line in screen.display if line.strip()]


def test_a_bar_goes_on_while_nothing_is_told_until_it_is_left_or_closed() -> None:
    def grows(stream: Terminal) -> bool:
        before, end = len(stream.getvalue()), time.monotonic() + 3
        while time.monotonic() < end:
            if len(stream.getvalue()) > before:
                return True
            time.sleep(0.05)
        return False

    for end_it in (TerminalProgress.go_on_below, TerminalProgress.close):
        stream = Terminal()
        progress = TerminalProgress(stream)
        progress.sending(0, 4)
        assert grows(stream)
        assert re.search(r"Sending .*0 of 4 items 0:0[1-4]", screen_of(stream.getvalue())[0])
        end_it(progress)
        assert not grows(stream)


def test_what_happened_is_broken_between_words() -> None:
    stream, words = Terminal(), "Send 2026-11-0002-1 (4 items, 15,040.75 USD), now in_flight, again under the same id"
    with TerminalProgress(stream, columns=lambda: 80) as progress:
        progress.note(words)
        assert stream.getvalue().splitlines() == [words.removesuffix(" same id"), "  same id"]


KEPT = [
    "batch 1 of 2, 2026-11-0001-1: accepted",
    "batch 2 of 2, 2026-11-0002-1: accepted",
    r"2026-11-0001-1 could not be read: \x1b[2J",
]


def test_a_terminal_keeps_what_happened_above_a_bar_and_what_is_waited_for() -> None:
    stream = Terminal()
    with make_progress(stream, quiet=False) as progress:
        assert isinstance(progress, TerminalProgress)
        work(progress)
        *kept, bar, words = screen_of(stream.getvalue())
        assert (kept, words) == (KEPT, "waiting 5 s: PayPal is working on 2 batches")
        assert re.fullmatch(r"Reading ━{24} 100 of 100 items final 0:00", bar)
        progress.reading(7, 100)
        progress.waiting(5, "PayPal is working on 2 batches")
        *kept, bar, words = screen_of(stream.getvalue())
        assert kept == KEPT
        assert bar.startswith("Reading ━")
        assert "7 of 100 items final 0:00" in bar
        assert words == "waiting 5 s: PayPal is working on 2 batches"
        progress.close()
        assert screen_of(stream.getvalue()) == KEPT
    assert screen_of(stream.getvalue()) == KEPT


def test_a_bar_says_how_long_it_took_so_far_and_will_take(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr("rich.console.monotonic", lambda: now_s)
    stream = Terminal()
    with make_progress(stream, quiet=False) as progress:
        for stored in (0, 250_000, 500_000):
            progress.storing(stored, 1_000_000)
            now_s += 1_300
        progress.storing(750_000, 1_000_000)
        (bar,) = screen_of(stream.getvalue())
    assert re.fullmatch(r"Storing [━╸ ]{24} 750,000 of 1,000,000 items 1:05:00, 21:40 left", bar)
    assert len(bar) <= 80


def test_the_line_is_wiped_when_the_work_breaks_off() -> None:
    def broken_off(stream: Terminal) -> None:
        with make_progress(stream, quiet=False) as progress:
            progress.reading(1, 2)
            raise KeyboardInterrupt

    stream = Terminal()
    with pytest.raises(KeyboardInterrupt):
        broken_off(stream)
    assert screen_of(stream.getvalue()) == []


def test_a_long_line_is_broken_and_not_cut() -> None:
    stream = Terminal()
    with make_progress(stream, quiet=False) as progress:
        progress.waiting(5, "word " * 30 + "last")
        progress.waiting(4, "word " * 30 + "last")
        lines = screen_of(stream.getvalue())
        assert len(lines) == 3
        assert " ".join(lines) == f"waiting 4 s: {'word ' * 30}last"
    assert screen_of(stream.getvalue()) == []


def test_the_cursor_is_never_hidden_from_whoever_kills_the_program() -> None:
    stream = Terminal()
    with make_progress(stream, quiet=False) as progress:
        work(progress)
    assert "\x1b[?25l" not in stream.getvalue()


def test_a_terminal_that_cannot_wipe_a_line_gets_plain_lines() -> None:
    stream = Terminal()
    with make_progress(stream, quiet=False, plain=True) as progress:
        work(progress)
    assert "\x1b" not in stream.getvalue()


def test_quiet_tells_nothing() -> None:
    stream = Terminal()
    with make_progress(stream, quiet=True) as progress:
        work(progress)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["plain", "terminal"])
def test_a_million_rows_write_next_to_nothing(stream: io.StringIO) -> None:
    with make_progress(stream, quiet=False) as progress:
        for count in range(0, 1_000_000, 100):
            progress.rows_read(count)
    assert len(stream.getvalue()) < 8_000


def test_a_cycle_without_items_is_no_division() -> None:
    for stream in (io.StringIO(), Terminal()):
        with make_progress(stream, quiet=False) as progress:
            progress.reading(0, 0)
        assert "0 of 0 items final" in stream.getvalue()
