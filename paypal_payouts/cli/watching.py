"""`status --watch`: the same question again and again, until nothing is open."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from paypal_payouts.cli.terminal import colour, width
from paypal_payouts.domain.report import Finished, Report
from paypal_payouts.orchestrator.status import is_open

if TYPE_CHECKING:
    from paypal_payouts.cli.wiring import Common, Wiring


def watching(
    look: Callable[[], Finished],
    wiring: "Wiring",
    *,
    before: Callable[[], None] | None,
    common: "Common",
) -> Finished:
    """Show what `look` gives until nothing is open, and give the last; Ctrl-C ends it sooner.

    A terminal shows one living picture; elsewhere every look is written in full. With --json or --quiet nothing is
    shown meanwhile: the result is all that was asked for.
    """
    if common.json or common.quiet:
        return _until_closed(look, wiring, before=before, show=lambda _: None)
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from paypal_payouts.present.live import LivePicture

        with LivePicture(sys.stdout, colour=colour(sys.stdout)) as picture:
            return _until_closed(look, wiring, before=before, show=picture.show)
    from paypal_payouts.present.tables import show

    def write(report: Report) -> None:
        show(report, stream=sys.stdout, width=width(sys.stdout), colour=False, verbose=common.verbose)
        sys.stdout.flush()

    return _until_closed(look, wiring, before=before, show=write)


def _until_closed(
    look: Callable[[], Finished],
    wiring: "Wiring",
    *,
    before: Callable[[], None] | None,
    show: Callable[[Report], None],
) -> Finished:
    while True:
        if before is not None:
            before()
        finished = look()
        if finished.report is None or not is_open(finished.report):
            return finished
        show(finished.report)
        wiring.pause(wiring.settings.paypal.poll_interval_s)
