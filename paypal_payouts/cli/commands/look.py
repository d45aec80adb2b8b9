"""The commands that show what is stored, and what PayPal says of it; none of them sends anything."""

from pathlib import Path
from typing import Annotated

import typer

from paypal_payouts.cli import actions, options
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.completion import complete_batches
from paypal_payouts.domain.ranges import (
    AUDIT_ROWS_DEFAULT,
    METRICS_CYCLES_DEFAULT,
    PAID_WITHIN_DAYS,
    PAID_WITHIN_DAYS_DEFAULT,
)


def status(
    context: typer.Context,
    batch: options.BatchFilter = None,
    cycle: options.CycleFilter = None,
    items: Annotated[bool, typer.Option("--items", help="List every item.")] = False,
    state: options.States = None,
    receiver: Annotated[
        str,
        typer.Option("--receiver", metavar="TEXT", help="Only items whose receiver holds this.", show_default=False),
    ] = "",
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the items to a file, for a spreadsheet.")
    ] = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="Count what went wrong: what it means, and who has to act.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Cycles that were stored since this day, such as 2026-11-01."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every cycle that was ever stored.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask PayPal first.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it again and again until nothing is open.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with the code of the state that is shown.")
    ] = False,
) -> int:
    """Show a line for each cycle; of one cycle or BATCH: batches, items, attempts, locks. Changes nothing."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.status.status(
            wiring,
            batch,
            cycle,
            items=items,
            states=state or (),
            receiver=receiver,
            csv=csv,
            errors=errors,
            since=since,
            every=all_,
            refresh=refresh,
            watch=watch,
            exit_code=exit_code,
        ),
    )


def explain(
    context: typer.Context,
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="An item id, payee id, part of a receiver, PayPal's item or transaction id, or a batch.",
            show_default=False,
            autocompletion=complete_batches,
        ),
    ],
    cycle: options.CycleFilter = None,
) -> int:
    """Tell the whole story of a payment, and whether the payee has the money. Looks at every cycle ever stored."""
    return actions.execution.execute(
        Common.of(context), lambda wiring: actions.explain.explain(wiring, text, cycle=cycle)
    )


def sync(
    context: typer.Context,
    cycle: options.CycleFilter = None,
    paid_within: Annotated[
        int,
        typer.Option(
            "--paid-within",
            metavar="DAYS",
            min=PAID_WITHIN_DAYS.least,
            max=PAID_WITHIN_DAYS.greatest,
            help="Once a day, ask again about what was paid in so many days: refunds come late. 0: never.",
        ),
    ] = PAID_WITHIN_DAYS_DEFAULT,
    same_account: options.SameAccount = False,
) -> int:
    """Ask PayPal about everything that is not final, and about late refunds. Only reads, never sends: for cron."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.sync.sync(wiring, cycle, paid_within_days=paid_within, same_account=same_account),
    )


def report(
    context: typer.Context,
    cycle: options.Cycle,
    html: Annotated[
        Path, typer.Option("--html", metavar="FILE", help="The file to write; its owner alone can read it.")
    ],
) -> int:
    """Write one page about a cycle, to read offline, print and keep: totals, fates, failures, the trail."""
    return actions.execution.execute(Common.of(context), lambda wiring: actions.report.report(wiring, cycle, html))


def audit(
    context: typer.Context,
    batch: options.BatchFilter = None,
    cycle: options.CycleFilter = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Exit 3 where a row was changed, removed or added by another hand.")
    ] = False,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Show no more than the newest N rows.")
    ] = AUDIT_ROWS_DEFAULT,
) -> int:
    """Show the trail: who did what, when, why, from which state to which."""
    return actions.execution.execute(
        Common.of(context), lambda wiring: actions.audit.audit(wiring, batch, cycle, verify=verify, limit=limit)
    )


def locks(context: typer.Context) -> int:
    """Show who holds which cycle, since when and until when."""
    return actions.execution.execute(Common.of(context), actions.locks.locks)


def metrics(
    context: typer.Context,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The file to write; - is standard output.", show_default=False
        ),
    ],
    cycles: Annotated[
        int, typer.Option("--cycles", metavar="N", min=0, help="Have a series of their own for the newest N cycles.")
    ] = METRICS_CYCLES_DEFAULT,
) -> int:
    """Write what is stored as figures for Prometheus, to a file that its node exporter reads. Changes nothing else."""
    return actions.execution.execute(
        Common.of(context), lambda wiring: actions.metrics.metrics(wiring, output, cycles=cycles)
    )
