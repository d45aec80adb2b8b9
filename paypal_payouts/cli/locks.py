"""`payouts locks` and `payouts unlock`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.completion import complete_cycles


def locks(
    context: typer.Context,
) -> None:
    """Show who holds which cycle, since when and until when."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.verbs import unlock as verb

    def work(wiring: Wiring) -> Finished:
        return verb.locks(store=wiring.existing_store(), is_living=wiring.is_living)

    raise typer.Exit(execute("locks", Common.of(context), work))


def unlock(
    context: typer.Context,
    cycle: Annotated[
        str,
        typer.Argument(
            metavar="CYCLE",
            help="The cycle whose lease is broken.",
            show_default=False,
            autocompletion=complete_cycles,
        ),
    ],
    reason: options.Reason,
    operator: options.Operator = None,
) -> None:
    """Break the lease of a host that is surely off. A living holder on this machine is left alone."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.protocol.locks import file_lock_is_free
    from paypal_payouts.verbs import unlock as verb
    from paypal_payouts.verbs.arguments import checked_cycle, checked_reason

    def work(wiring: Wiring) -> Finished:
        checked_cycle(cycle)
        why = checked_reason(reason)
        return verb.unlock(
            cycle,
            reason=why,
            operator=wiring.acting_for(operator),
            store=wiring.existing_store() and wiring.store(),
            is_living=wiring.is_living,
            file_lock_is_free=lambda name: file_lock_is_free(name, directory=wiring.settings.lock.directory),
            now=wiring.now,
        )

    raise typer.Exit(execute("unlock", Common.of(context), work))
