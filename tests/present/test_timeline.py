"""The axis of time on the page of a cycle: all is where it says, and nothing is guessed."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.account import Send
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.present.timeline import timeline
from present import reports

NOON = reports.NOON


def sent(status: BatchStatus = BatchStatus.DONE, *, after: float = 0, lasted: float | None = None) -> BatchRecord:
    first = NOON + timedelta(seconds=after)
    ended = None if lasted is None else first + timedelta(seconds=lasted)
    record = reports.batch(status=status).record
    return replace(record, first_sent_at=first, last_sent_at=first, completed_at=ended)


def drawn(*batches: BatchRecord, sends: Sequence[Send] = (), written_after: float = 0) -> str:
    return "".join(timeline(batches, sends, NOON + timedelta(seconds=written_after)))


def labels(page: str) -> list[tuple[float, str]]:
    found = re.findall(r'<span style="left:([\d.]+)%">(.*?)</span>', page)
    return [(float(left), words.replace("<br>", " ")) for left, words in found]


def bars(page: str) -> list[tuple[str, float, float]]:
    found = re.findall(r'<i class="(bar|open)" style="left:([\d.]+)%;width:([\d.]+)%">', page)
    return [(kind, float(left), float(width)) for kind, left, width in found]


def test_times_are_where_the_axis_says() -> None:
    page = drawn(sent(lasted=900), sent(after=1800, lasted=1800))
    noon = f"{NOON:%Y-%m-%d}"
    assert NOON.minute == NOON.second == 0
    assert labels(page) == [
        (place, f"{NOON + timedelta(minutes=minutes):%H:%M} {noon}")
        for place, minutes in ((0, 0), (25, 15), (50, 30), (75, 45), (100, 60))
    ]
    assert bars(page) == [("bar", 0, 25), ("bar", 50, 50)]


@pytest.mark.parametrize("lasted", [0, 0.2, 1, 7, 61, 3599, 3601, 86_399, 86_401, 40 * 86_400, 4000 * 86_400])
def test_few_marks_of_equal_distance_hold_whatever_happened(lasted: float) -> None:
    page = drawn(sent(after=0.3, lasted=lasted))
    places = [place for place, _ in labels(page)]
    assert 2 <= len(places) <= 5
    assert places == pytest.approx([100 * number / (len(places) - 1) for number in range(len(places))], abs=0.01)
    ((_, left, width),) = bars(page)
    assert 0 <= left <= left + width <= 100.01
    form = "%H:%M:%S %Y-%m-%d" if lasted < 200 else "%H:%M %Y-%m-%d" if lasted < 90_000 else "%Y-%m-%d"
    times = [datetime.strptime(f"{words}Z", f"{form}%z") for _, words in labels(page)]
    first = NOON + timedelta(seconds=0.3)
    assert times[0] <= first
    assert first + timedelta(seconds=lasted) <= times[-1]


def test_what_has_not_ended_is_open_until_the_page_was_written() -> None:
    page = drawn(sent(BatchStatus.ACCEPTED), sent(BatchStatus.REVIEW), written_after=3600)
    assert bars(page) == [("open", 0, 100), ("open", 0, 100)]
    assert page.count(", not ended<") == 2


@pytest.mark.parametrize("status", [BatchStatus.REFUSED, BatchStatus.ABANDONED, BatchStatus.DONE])
def test_what_paypal_gave_no_end_of_has_no_bar(status: BatchStatus) -> None:
    page = drawn(sent(status), written_after=3600)
    assert (bars(page), ", not ended<" in page) == ([], False)


def test_an_end_before_the_send_by_paypals_clock_stays_on_the_axis() -> None:
    ((_, left, width),) = bars(drawn(sent(after=5, lasted=-30)))
    assert 0 <= left <= 100
    assert width == 0


def test_each_send_of_a_batch_is_a_line_across_it() -> None:
    first = reports.batch_status().attempts[0]
    sends = [
        Send("2026-11-0001-1", replace(first, started_at=NOON + timedelta(seconds=after))) for after in (0, 1800, 3600)
    ]
    page = drawn(sent(lasted=3600), sends=[*sends, Send("another-0001-1", first)])
    assert re.findall(r'class="send" style="left:([\d.]+)%', page) == ["0.00", "50.00", "100.00"]


def test_where_nothing_was_sent_nothing_is_drawn() -> None:
    assert drawn(reports.batch(status=BatchStatus.PLANNED).record) == "<p>Nothing was sent.</p>\n"


def test_of_very_many_batches_the_first_are_drawn_and_the_rest_counted() -> None:
    page = drawn(*[sent(lasted=60)] * 75)
    assert page.count('class="lane"') == 70
    assert "5 batches more: in the table of batches." in page
