"""`payouts simulator serve`."""

from pathlib import Path
from typing import Annotated

import typer

from paypal_payouts.cli.common import Command, Common
from paypal_payouts.cli.help_texts import examples

app = typer.Typer(help="The embedded PayPal simulator, for rehearsal and for other clients.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    pass


@app.command(cls=Command, epilog=examples("simulator"))
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", metavar="P", min=0, max=65535, help="0 takes a free one.")] = 0,
    book: Annotated[
        Path | None, typer.Option("--book", metavar="FILE", help="Keep the book in this file. Default: in memory.")
    ] = None,
) -> None:
    """Serve the simulator on loopback until it is stopped; prints its address first."""
    from paypal_payouts.cli.execution import execute_without_settings, tell
    from paypal_payouts.cli.interrupts import INTERRUPTS
    from paypal_payouts.context.process import now
    from paypal_payouts.domain.report import Finished, ServeReport
    from paypal_payouts.errors import ConfigInvalid, Interrupted
    from paypal_payouts.simulator.server import server
    from paypal_payouts.trust import check_trusted_sqlite

    common = Common.of(context)

    def work() -> Finished | None:
        try:
            with server(None if book is None else check_trusted_sqlite(book), now, port=port) as listening:
                tell(
                    Finished(ServeReport(listening.url, None if book is None else str(book))),
                    command="simulator",
                    common=common,
                )
                INTERRUPTS.begin()
                listening.at_each_turn = lambda: INTERRUPTS.pause(0)
                listening.serve_forever()
        except OSError as error:
            raise ConfigInvalid(f"The simulator cannot serve on port {port}: {error.strerror or error}.") from error
        except Interrupted:
            # Being stopped is how a server ends well; it has told its address, and has nothing to add.
            return None
        return None

    raise typer.Exit(execute_without_settings("simulator", common, work))
