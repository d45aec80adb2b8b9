"""`payouts override`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.completion import complete_moves
from paypal_payouts.domain.states import MOVES_BY_HAND

HELP = "\n\n".join(
    [
        "Move a stuck batch by hand, where the table of moves allows it. Who did it and why is kept.",
        "The moves:",
        *(
            f"[bold]{', '.join(before)} → {after}[/bold]{f': {condition}' if condition else ''}"
            for before, after, condition in MOVES_BY_HAND
        ),
    ]
)


def override(
    batch: options.Batch,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="STATUS",
            help="abandoned, accepted, review or in_flight; see the table of moves.",
            autocompletion=complete_moves,
        ),
    ],
    reason: options.Reason,
    operator: options.Operator = None,
    paypal_batch_id: Annotated[
        str | None,
        typer.Option(
            "--paypal-batch-id", metavar="ID", help="With --to accepted: PayPal's batch, compared item by item."
        ),
    ] = None,
    same_account: options.SameAccount = False,
    yes: options.Yes = False,
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = None,
) -> None:
    """Move a stuck batch by hand; HELP is what `--help` shows."""
    from paypal_payouts.cli.arguments import checked_reason
    from paypal_payouts.cli.execution import Common, execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.domain.states import BatchStatus
    from paypal_payouts.orchestrator import override as orchestrator
    from paypal_payouts.orchestrator.lookup import find_batch

    def work(wiring: Wiring) -> Finished:
        why, status = checked_reason(reason), orchestrator.checked_status(to)
        asks = wiring.must_ask(yes=yes)
        found = find_batch(batch, store=wiring.existing_store())
        paypal = wiring.paypal()
        if asks:
            wiring.ask(f"{wiring.header()}Move {found.name} ({found.words()}) from {found.status} to {status}?")
        return orchestrator.override(
            batch,
            to=status,
            reason=why,
            operator=operator or wiring.operator,
            paypal_batch_id=paypal_batch_id,
            max_age_days=wiring.settings.retry_policy(found.name.cycle)[0].max_age_days,
            tools=wiring.tools(paypal, same_account=same_account, any_account=status is not BatchStatus.ACCEPTED),
        )

    raise typer.Exit(execute("override", Common(config, json, verbose, quiet, log_format), work))
