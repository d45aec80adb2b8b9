"""When a batch without an answer is due again: on the screen as long as that is to come, in a script always."""

import io
from datetime import timedelta, timezone

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.present.tables import show
from paypal_payouts.present.text import Clock
from present import reports
from present.screens import document, shown

UNTIL = reports.NOON + timedelta(seconds=3_000)


def paused() -> dict[str, Report]:
    """Return a cycle of which PayPal asks to be left alone for fifty minutes, a line about it, and its batch."""
    waiting = reports.batch(status=BatchStatus.IN_FLIGHT, states={ItemState.UNSENT: 2})
    batch = replace(waiting, record=replace(waiting.record, paused_until=UNTIL))
    whole = reports.status()
    cycles = [replace(whole.cycles[0], batches=[batch])]
    return {
        "cycle": replace(whole, cycles=cycles),
        "line": replace(whole, cycles=cycles, in_full=False),
        "batch": replace(reports.batch_status(), batch=batch),
    }


def at(report: Report, *, minutes: int) -> str:
    """Show a report to somebody an hour east of Greenwich, so many minutes after noon there."""
    stream = io.StringIO()
    clock = Clock(reports.NOON + timedelta(minutes=minutes), timezone(timedelta(hours=1)))
    show(report, stream=stream, width=200, colour=False, clock=clock)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["cycle", "batch"])
def test_a_pause_is_a_time_of_day_there_and_in_utc_elsewhere(name: str) -> None:
    report = paused()[name]
    due = "Next send of 2026-11-0001-1: due"
    assert f"{due} 2026-11-24 13:50:00 +01:00 (in 49 min)" in at(report, minutes=1)
    assert f"{due} 2026-11-24 12:50:00Z" in shown(report, width=200)


def test_the_line_of_a_cycle_names_it_too() -> None:
    assert "due again 2026-11-24 13:50:00 +01:00" in at(paused()["line"], minutes=1)


@pytest.mark.parametrize("name", ["cycle", "line", "batch"])
def test_a_pause_that_is_over_is_told_to_nobody(name: str) -> None:
    assert "due" not in at(paused()[name], minutes=51)


def test_a_script_reads_it() -> None:
    (cycle,) = document(report=paused()["cycle"])["result"]["cycles"]
    assert cycle["batches"][0]["paused_until"].startswith("2026-11-24T12:50:00")
