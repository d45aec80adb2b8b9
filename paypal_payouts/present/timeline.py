"""When the batches of a cycle were sent and ended, on an axis of time: from what is recorded, nothing is guessed."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from paypal_payouts.domain.account import Send
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import STATUS_MEANING, Money
from paypal_payouts.domain.words import counted
from paypal_payouts.present.html import html_text
from paypal_payouts.present.text import moment

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS: Final = (
    *(1, 2, 5, 10, 15, 30),
    *(number * _MINUTE for number in (1, 2, 5, 10, 15, 30)),
    *(number * _HOUR for number in (1, 2, 3, 6, 12)),
    *(number * _DAY for number in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)),
)
"""Seconds from one mark of the axis to the next."""
_PARTS_MAX: Final = 4
"""The axis has so many parts at most: its times stand side by side on a phone, too."""
_BATCHES_MAX: Final = 70
"""So many batches are drawn, those of a million items; the table has all."""


class _Axis(NamedTuple):
    """Equal parts of time, each as long as a step, in seconds."""

    begin: datetime
    step: int
    parts: int

    def place(self, at: datetime) -> float:
        """Return where a time stands, in per cent of the axis."""
        return (at - self.begin) / timedelta(seconds=self.step * self.parts) * 100

    def marks(self) -> Iterator[datetime]:
        """Yield the times that are written: its ends are among them."""
        return (self.begin + timedelta(seconds=self.step * number) for number in range(self.parts + 1))


class _Lane(NamedTuple):
    """One batch on the axis."""

    name: str
    words: str
    first: datetime
    last: datetime
    kind: str
    """What its bar is of: `bar`, `open`; empty where it has none."""
    sends: Sequence[datetime]

    def drawn(self, axis: _Axis) -> Iterator[str]:
        """Yield its name, its bar and its sends."""
        yield f'<p>{html_text(self.words)}</p><div class="lane">'
        if self.kind:
            left, right = axis.place(self.first), axis.place(self.last)
            yield f'<i class="{self.kind}" style="left:{left:.2f}%;width:{right - left:.2f}%"></i>'
        yield from (f'<i class="send" style="left:{axis.place(at):.2f}%"></i>' for at in self.sends)
        yield "</div>\n"


def timeline(batches: Iterable[BatchRecord], sends: Sequence[Send], written_at: datetime) -> Iterator[str]:
    """Draw each batch that was sent: a bar to its end, and a line for each send; or say that nothing was sent."""
    lanes = [_lane(batch, sends, written_at) for batch in batches if batch.first_sent_at is not None]
    if not lanes:
        yield "<p>Nothing was sent.</p>\n"
        return
    drawn = lanes[:_BATCHES_MAX]
    axis = _axis([at for lane in drawn for at in (lane.first, lane.last, *lane.sends)])
    yield '<p class="key">A bar reaches from the first send of a batch to its end at PayPal; dashed, it has not ended. '
    yield "A line across it is a send.</p>\n"
    yield '<div class="when"><div class="axis">'
    yield "".join(_mark(at, axis) for at in axis.marks())
    yield "</div>\n"
    for lane in drawn:
        yield from lane.drawn(axis)
    yield "</div>\n"
    if len(lanes) > len(drawn):
        yield f"<p>{counted(len(lanes) - len(drawn), 'batch')} more: in the table of batches.</p>\n"


def _lane(batch: BatchRecord, sends: Sequence[Send], written_at: datetime) -> _Lane:
    name, first = str(batch.name), batch.first_sent_at or written_at
    status = STATUS_MEANING[batch.status]
    kind, last, words = "", first, f"{name}: sent {moment(first)}"
    if batch.completed_at is not None:
        # By PayPal's clock, which need not be ours.
        kind, last = "bar", max(first, batch.completed_at)
        words += f", ended {moment(batch.completed_at)}"
    elif status.money in {Money.OPEN, Money.UNKNOWN} and not status.ended_by_paypal:
        kind, last = "open", max(first, written_at)
        words += ", not ended"
    return _Lane(name, words, first, last, kind, [send.attempt.started_at for send in sends if send.batch == name])


def _axis(times: Sequence[datetime]) -> _Axis:
    """Choose the smallest step by which few parts hold all times; the axis begins and ends at a whole step."""
    first, last = min(times).timestamp(), max(times).timestamp()
    made = ((step, int(first // step), max(math.ceil(last / step), int(first // step) + 1)) for step in _STEPS)
    step, begin, end = next(each for each in made if each[2] - each[1] <= _PARTS_MAX or each[0] == _STEPS[-1])
    return _Axis(datetime.fromtimestamp(begin * step, UTC), step, end - begin)


def _mark(at: datetime, axis: _Axis) -> str:
    clock = "" if axis.step % _DAY == 0 else f"{at:%H:%M:%S}<br>" if axis.step % _MINUTE else f"{at:%H:%M}<br>"
    return f'<span style="left:{axis.place(at):.2f}%">{clock}{at:%Y-%m-%d}</span>'
