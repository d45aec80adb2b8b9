"""States over time as an SVG picture: a column for each moment, stacked by state."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from paypal_payouts.domain.account import Moment
from paypal_payouts.domain.states import MEANING, ItemState
from paypal_payouts.domain.words import counted, listed
from paypal_payouts.present.text import moment

_WIDTH, _HEIGHT = 800, 240
_LEFT, _TOP, _BOTTOM = 60, 10, 30
_COLUMNS_MAX: Final = 60


def chart(course: Sequence[Moment]) -> str:
    """Draw the course of a cycle's items; where there are too many moments, some between the first and last."""
    shown = _some(course)
    most = max((sum(at.states.values()) for at in shown), default=0)
    if not most:
        return "<p>None.</p>\n"
    label = escape(f"States of {counted(most, 'item')} over time; at the end: {listed(shown[-1].states)}.")
    body = "".join([*_axes(shown, most), *_columns(shown, most)])
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">{body}</svg>\n'


def _some(course: Sequence[Moment]) -> list[Moment]:
    if len(course) <= _COLUMNS_MAX:
        return list(course)
    last = len(course) - 1
    return [course[place * last // (_COLUMNS_MAX - 1)] for place in range(_COLUMNS_MAX)]


def _axes(shown: Sequence[Moment], most: int) -> Iterator[str]:
    bottom = _HEIGHT - _BOTTOM
    for number, y in ((most, _TOP), (0, bottom)):
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - 5}" y2="{y}" stroke="#bbb"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{number}</text>'
    first, last = moment(shown[0].at), moment(shown[-1].at)
    yield f'<text x="{_LEFT}" y="{_HEIGHT - 10}">{first}</text>'
    yield f'<text x="{_WIDTH - 5}" y="{_HEIGHT - 10}" text-anchor="end">{last}</text>'


def _columns(shown: Sequence[Moment], most: int) -> Iterator[str]:
    room = (_WIDTH - _LEFT - 5) / len(shown)
    scale = (_HEIGHT - _TOP - _BOTTOM) / most
    for place, at in enumerate(shown):
        x, y = _LEFT + place * room, float(_HEIGHT - _BOTTOM)
        yield f"<g><title>{escape(f'{moment(at.at)}: {listed(at.states)}')}</title>"
        for state in ItemState:
            if number := at.states[state]:
                y -= number * scale
                size = f'width="{max(1.0, room - 1):.2f}" height="{number * scale:.2f}"'
                yield f'<rect x="{x:.2f}" y="{y:.2f}" {size} fill="{MEANING[state].colour}"/>'
        yield "</g>"
