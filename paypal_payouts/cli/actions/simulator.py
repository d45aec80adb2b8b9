"""What `payouts simulator serve` and `payouts simulator activity` do."""

from functools import partial
from pathlib import Path

from paypal_payouts.cli.actions.execution import execute_without_settings, tell
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.context.embedded import simulator_book
from paypal_payouts.context.process import now
from paypal_payouts.domain.reconcile import ActivityReport
from paypal_payouts.domain.report import Finished, ServeReport
from paypal_payouts.errors import ConfigInvalid, Interrupted
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.server import server
from paypal_payouts.trust import check_trusted_sqlite
from paypal_payouts.verbs.export import write_export


def serve(common: Common, *, port: int, book: Path | None) -> int:
    """Serve the simulator until it is stopped."""
    return execute_without_settings(common, partial(_serve, common, port=port, book=book))


def _serve(common: Common, *, port: int, book: Path | None) -> None:
    try:
        with server(None if book is None else check_trusted_sqlite(book), now, port=port) as listening:
            tell(Finished(ServeReport(listening.url, None if book is None else str(book))), common)
            INTERRUPTS.begin()
            listening.at_each_turn = partial(INTERRUPTS.pause, 0)
            listening.serve_forever()
    except OSError as error:
        what = f"serve on port {port}" if error.filename is None else f"use the book {error.filename}"
        raise ConfigInvalid(f"The simulator cannot {what}: {error.strerror or error}.") from error
    except Interrupted:
        # Being stopped is how a server ends well; it has told its address, and has nothing to add.
        return


def activity(wiring: Wiring, output: Path, language: str) -> Finished:
    """Write the activity download of the embedded simulator."""
    if wiring.settings.paypal.environment != "simulator":
        raise ConfigInvalid(
            "paypal.environment is not simulator: here PayPal's own site writes the activity download.",
            hint="Activity > All reports > Activity report, as CSV. A `payouts simulator serve` gives its own at "
            "/__simulator/activity.",
        )
    book = simulator_book(wiring.settings)
    with Simulator(check_trusted_sqlite(book) if book.exists() else None, now) as simulator:
        text = simulator.activity(language)
    write_export(output, [text])
    return Finished(ActivityReport(str(output), max(0, text.count("\n") - 1)))
