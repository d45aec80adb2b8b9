"""The picture of `status --watch`: it fits the screen, whatever there is to show."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pyte
import pytest
from msgspec.structs import replace

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.status import BatchStatusReport, CycleReport
from paypal_payouts.domain.totals import Tally
from paypal_payouts.present.live import LivePicture, bar_of, picture, word_from
from present import reports
from present.screens import Terminal

BAR = bar_of("#-")


def lines(report: Report, notes: Sequence[str] = (), *, width: int = 80, height: int = 24) -> list[str]:
    return [line for line, _ in picture(report, notes, width=width, height=height, bar=BAR)]


def moving(cycle: str = "2026-11", *, batches: int = 1) -> CycleReport:
    """Make a cycle of which half is on its way."""
    shown = [
        reports.batch(
            number,
            cycle=cycle,
            status=BatchStatus.ACCEPTED,
            states={ItemState.SUCCESS: 5, ItemState.PENDING: 5},
        )
        for number in range(1, batches + 1)
    ]
    states = {ItemState.SUCCESS: 5 * batches, ItemState.PENDING: 5 * batches}
    return reports.cycle_report(cycle, Tally(Counter(states)), shown)


LONG_NAME = reports.LONG_CYCLE[:-3]
CROWDS = {
    "a little of everything": (1, 1, "c", 0),
    "many cycles": (40, 1, LONG_NAME, 0),
    "many batches and notes": (1, 300, LONG_NAME, 9),
}
"""Cycles, batches of each, the name of the cycles, notes."""


@pytest.mark.parametrize("crowd", CROWDS)
@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 50), (20, 6), (9, 4), (80, 1)])
def test_it_is_never_larger_than_the_screen(width: int, height: int, crowd: str) -> None:
    cycles, batches, name, notes = CROWDS[crowd]
    report = reports.overview([moving(f"{name}{number}", batches=batches) for number in range(cycles)])
    shown = lines(report, ["c was not read " * 20] * notes, width=width, height=height)
    assert len(shown) <= height
    assert max(map(len, shown)) <= width
    if height > 6:
        assert shown[0] == f"Cycle {name}0"[:width]
    assert shown[-1].startswith("Ctrl-C ends the watc"[:width])


def test_what_was_noted_stands_above_the_last_line_and_more_of_it_is_counted() -> None:
    shown = lines(reports.overview([moving()]), [f"c{number} was not read" for number in range(5)])
    assert shown[-6:] == [
        "",
        "c0 was not read",
        "c1 was not read",
        "c2 was not read",
        "... and 2 more notes",
        "Ctrl-C ends the watch, and nothing else.",
    ]


def test_a_note_is_shown_in_one_picture_and_what_no_picture_showed_is_given_back() -> None:
    stream = Terminal()
    with LivePicture(stream, colour=False, now=lambda: reports.NOON) as live:
        live.note("never shown")
        assert stream.getvalue() == "", "the screen is left alone until there is a picture"
        assert list(live.take_notes()) == ["never shown"]
        live.note("shown once")
        live.show(reports.status())
        live.show(reports.status())
        assert not live.take_notes()
    assert stream.getvalue().count("shown once") == 1
    assert "never shown" not in stream.getvalue()


def test_each_batch_has_a_bar_of_what_is_final() -> None:
    shown = lines(reports.overview([moving(batches=2)]))
    assert [line for line in shown if "2026-11-000" in line] == [
        "  2026-11-0001-1  ##############---------------  5/10  50 %  accepted, 5 pending",
        "  2026-11-0002-1  ##############---------------  5/10  50 %  accepted, 5 pending",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_count_is_cut_the_bar_gives_way_and_what_is_said_is_broken_into_lines(width: int) -> None:
    states = {
        ItemState.SUCCESS: 620,
        ItemState.FAILED: 7,
        ItemState.UNCLAIMED: 21,
        ItemState.ONHOLD: 12,
        ItemState.BLOCKED: 1,
    }
    batch = reports.batch(1, states=states)
    cycle = replace(moving(), tally=Tally(Counter(states)), batches=[batch])
    shown = lines(reports.overview([cycle]), ["no answer, " * 9 + "after all"], width=width)
    together = " ".join(" ".join(shown).split())
    assert "done, 7 failed, 21 unclaimed, 12 onhold, 1 blocked" in together
    assert "Items: 620 success, 7 failed, 21 unclaimed, 12 onhold, 1 blocked" in together
    assert "after all" in together
    assert "########" in together
    assert max(map(len, shown)) <= width


def test_the_picture_is_left_standing_for_whoever_ends_the_watch() -> None:
    stream = Terminal()
    with LivePicture(stream, colour=False, now=lambda: reports.NOON) as live:
        live.show(reports.overview([moving()]))
        live.leave_standing()
        live.fit()
    left = stream.getvalue().rpartition("\x1b[?1049l")[2]
    assert "2026-11-0001-1  ###" in left
    assert "5/10  50 %  accepted, 5 pending" in left
    assert "Ctrl-C" not in left
    assert "The watch has ended. Nothing else was stopped" in left


def test_it_says_what_is_open_and_what_is_wrong() -> None:
    shown = lines(reports.status())
    assert "Open: 12 pending; 1 batch that PayPal has not closed; 1 unclaimed, which no run" in shown
    assert "Wrong: not paid: 2 failed." in shown


def test_open_batches_come_first_and_what_does_not_fit_is_counted() -> None:
    cycle = moving(batches=40)
    done = [reports.batch(number) for number in range(41, 60)]
    shown = lines(reports.overview([replace(cycle, batches=[*done, *cycle.batches])]))
    assert "2026-11-0001-1" in shown[4]
    assert not any("2026-11-0041-1" in line for line in shown)
    bars = sum("2026-11-" in line for line in shown[4:])
    assert f"  ... and {59 - bars} more batches" in shown


def test_cycles_of_which_all_is_final_are_not_watched() -> None:
    over = replace(moving("over"), tally=Tally(Counter({ItemState.SUCCESS: 3})))
    shown = lines(reports.overview([over, moving("open")]))
    assert "Cycle open" in shown
    assert "Cycle over" not in shown


def test_one_batch_can_be_watched_and_a_long_id_is_whole() -> None:
    batch = reports.yen_batch(cycle=reports.LONG_CYCLE)
    shown = lines(BatchStatusReport(batch, [], None))
    assert f"  {batch.record.name}" in shown


def test_the_screen_is_given_back_as_it_was() -> None:
    stream = Terminal()
    stream.write("before\r\n")
    with LivePicture(stream, colour=False, now=lambda: reports.NOON) as live:
        live.show(reports.status())
    written = stream.getvalue()
    assert "\x1b[?1049h" in written
    assert written.rindex("\x1b[?1049l") > written.index("\x1b[?1049h")
    assert "\x1b[?25h" in written[written.rindex("\x1b[?25l") :]


def test_on_a_screen_of_80_by_24_every_line_stands_where_it_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    stream = Terminal()
    live = LivePicture(stream, colour=True, now=lambda: reports.NOON)
    with live:
        live.show(reports.overview([moving(batches=300)]))
        live.show(reports.overview([moving(batches=299)]))
        seen = pyte.Screen(80, 24)
        pyte.Stream(seen).feed(stream.getvalue().replace("\n", "\r\n"))
    assert seen.display[0].rstrip() == "Cycle 2026-11"
    assert seen.display[20].rstrip() == "  ... and 283 more batches"
    assert seen.display[22].rstrip() == "PayPal's word: not asked yet."
    assert seen.display[23].rstrip() == "Ctrl-C ends the watch, and nothing else."


def test_a_picture_says_how_old_the_oldest_word_on_what_is_open_is() -> None:
    open_one, finished = reports.yen_batch(), reports.batch(4)
    old = replace(open_one, record=replace(open_one.record, last_read_at=reports.NOON - timedelta(minutes=3)))
    newer = replace(open_one, record=replace(open_one.record, last_read_at=reports.NOON))
    (cycle,) = reports.status().cycles
    report = reports.overview([replace(cycle, batches=[newer, old, finished])])
    assert word_from(report, reports.NOON) == "PayPal's word: 3 min ago."
    plan = "it is asked again in 9 s"
    assert word_from(report, reports.NOON, plan) == f"PayPal's word: 3 min ago; {plan}."
    assert word_from(reports.overview([moving()]), reports.NOON, plan) == f"PayPal's word: not asked yet; {plan}."
    now = reports.NOON
    stream = Terminal()
    with LivePicture(stream, colour=False, now=lambda: now) as live:
        live.show(report)
        drawn = len(stream.getvalue())
        live.fit()
        assert len(stream.getvalue()) == drawn
        now += timedelta(minutes=1)
        live.fit()
        assert "PayPal's word: 4 min ago." in stream.getvalue()[drawn:]
