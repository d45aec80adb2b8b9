"""What is shown on a stream: how wide, in which colour, and by whose clock."""

from typing import TextIO, TypedDict

from paypal_payouts.cli.terminal import colour, width
from paypal_payouts.context.process import now
from paypal_payouts.present.text import Clock


class Screen(TypedDict):
    """What `present` knows of a stream."""

    stream: TextIO
    width: int
    colour: bool
    clock: Clock | None


def screen(stream: TextIO) -> Screen:
    """Describe a stream: a terminal has somebody who looks now, and here; whatever else is a file."""
    clock = Clock(now()) if stream.isatty() else None
    return Screen(stream=stream, width=width(stream), colour=colour(stream), clock=clock)
