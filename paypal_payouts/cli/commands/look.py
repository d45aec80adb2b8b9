"""The commands that show what is stored, and what PayPal says of it; none of them sends anything."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from paypal_payouts.cli import actions, options
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.completion import complete_batches, complete_cycles
from paypal_payouts.cli.help_texts import Declared
from paypal_payouts.domain.ranges import (
    AUDIT_ROWS_DEFAULT,
    METRICS_CYCLES_DEFAULT,
    PAID_WITHIN_DAYS,
    PAID_WITHIN_DAYS_DEFAULT,
)
from paypal_payouts.errors import UsageError


def status(
    context: typer.Context,
    batch: options.BatchFilter = None,
    cycle: options.CycleFilter = None,
    items: Annotated[bool, typer.Option("--items", help="List every item.")] = False,
    state: options.States = None,
    receiver: Annotated[
        str,
        typer.Option("--receiver", metavar="TEXT", help="Only items whose receiver contains TEXT.", show_default=False),
    ] = "",
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the items to a file, for a spreadsheet.")
    ] = None,
    form: options.CsvFormat = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="Count failures by error code: what each means, and who has to act.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only cycles stored since this day, such as 2026-11-01."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Show every cycle that was ever stored.")] = False,
    refused_payees: options.RefusedPayees = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask PayPal first.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Update the screen until nothing is open.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with the exit code of the state that is shown.")
    ] = False,
) -> int:
    """Show a line for each cycle; for one cycle or BATCH its batches, items, attempts, locks. Changes nothing."""
    if watch and form is not None:
        raise UsageError("--watch and --format exclude each other.")
    if refused_payees:
        options.must_be_alone("--refused-payees", context, but={"refused_payees", "form"})
        return actions.execution.execute(Common.of(context, as_csv=form is not None), actions.status.refused_payees)
    return actions.execution.execute(
        Common.of(context, as_csv=form is not None),
        lambda wiring: actions.status.status(
            wiring,
            batch,
            cycle,
            items=items or form is not None,
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
    form: options.CsvFormat = None,
) -> int:
    """Show a payment's whole history, and whether the payee has the money. Searches every cycle ever stored."""
    return actions.execution.execute(
        Common.of(context, as_csv=form is not None), lambda wiring: actions.explain.explain(wiring, text, cycle=cycle)
    )


def review(
    context: typer.Context,
    batch: options.Batch,
    paypal_batch_id: Annotated[
        str | None,
        typer.Option(
            "--paypal-batch-id",
            metavar="ID",
            help="Compare with this batch of PayPal's, if PayPal has not named one.",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Show a batch in review: our rows beside PayPal's, what differs, and what a person can do. Changes nothing."""
    return actions.execution.execute(
        Common.of(context), lambda wiring: actions.review.review(wiring, batch, paypal_batch_id)
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
            help="Once a day, read the payments of the last DAYS again, as refunds come late. 0: never.",
        ),
    ] = PAID_WITHIN_DAYS_DEFAULT,
    same_account: options.SameAccount = False,
) -> int:
    """Ask PayPal about everything that is not final, and about late refunds. Only reads, never sends: for cron."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.sync.sync(wiring, cycle, paid_within_days=paid_within, same_account=same_account),
    )


def reconcile(
    context: typer.Context,
    first: options.FirstDay = None,
    last: options.LastDay = None,
    cycle: Annotated[
        str | None,
        typer.Option(
            "--cycle",
            "-c",
            metavar="CYCLE",
            help="Check this cycle, from its first send until now, instead of days.",
            autocompletion=complete_cycles,
        ),
    ] = None,
    activity: Annotated[
        list[Path] | None,
        typer.Option(
            "--activity",
            metavar="FILE",
            help="PayPal's activity download as CSV; may be repeated. Default: ask PayPal's Transaction Search.",
            show_default=False,
        ),
    ] = None,
    dates: Annotated[
        Literal["dmy", "mdy"] | None,
        typer.Option("--dates", help="The order of dates in the download, if it is not clear."),
    ] = None,
    csv: options.CsvFormat = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write the result to an HTML page.")
    ] = None,
) -> int:
    """Compare our books with PayPal's: what is only in ours, only in PayPal's, or differs. Exit 5 if anything is."""
    return actions.execution.execute(
        Common.of(context, as_csv=csv is not None),
        lambda wiring: actions.reconcile.reconcile(
            wiring,
            cycle,
            first=first,
            last=last,
            activity=activity or (),
            order=dates,
            html=html,
        ),
    )


def report(
    context: typer.Context,
    name: options.CycleName = None,
    cycle: options.CycleOption = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="The page to write. Only its owner can read it, as with the books."
        ),
    ] = None,
    books: Annotated[
        Path | None,
        typer.Option("--books", metavar="FILE", help="The books to write, for accounting software; needs --format."),
    ] = None,
    form: Annotated[
        Literal["beancount", "hledger", "csv"] | None,
        typer.Option("--format", help="The format of the books.", show_default=False),
    ] = None,
) -> int:
    """Write a page about a cycle, to read offline, print and keep, or its books: balanced entries for all payments."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.report.report(
            wiring, options.named_cycle(name, cycle), html=html, books=books, form=form
        ),
    )


def audit(
    context: typer.Context,
    batch: options.BatchFilter = None,
    cycle: options.CycleFilter = None,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Check the trail: exit 3 if somebody else changed, removed or added a row."),
    ] = False,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Show only the newest N rows.")
    ] = AUDIT_ROWS_DEFAULT,
) -> int:
    """Show the trail: who did what, when, why, from which state to which."""
    return actions.execution.execute(
        Common.of(context), lambda wiring: actions.audit.audit(wiring, batch, cycle, verify=verify, limit=limit)
    )


def locks(context: typer.Context) -> int:
    """Show who holds the lock of which cycle, since when and until when."""
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
        int,
        typer.Option("--cycles", metavar="N", min=0, help="Write a separate series for each of the newest N cycles."),
    ] = METRICS_CYCLES_DEFAULT,
) -> int:
    """Write metrics of what is stored to a file for Prometheus's node exporter. Changes nothing else."""
    return actions.execution.execute(
        Common.of(context), lambda wiring: actions.metrics.metrics(wiring, output, cycles=cycles)
    )


COMMANDS: Final[Declared] = {
    status: (
        "payouts status --cycle 2026-11 --watch",
        "payouts status --cycle 2026-11 --state unpaid --csv unpaid.csv",
    ),
    explain: (
        "payouts explain maria@example.com",
        "payouts explain inv-7 --cycle 2026-11 --json",
    ),
    review: (
        "payouts review 2026-11-0001-1",
        "payouts review 2026-11-0001-1 --paypal-batch-id 5UXD2E8A7EBQJ --json",
    ),
    sync: (
        "payouts sync",
        "payouts sync --paid-within 90 --json",
    ),
    reconcile: (
        "payouts reconcile --from 2026-11-16 --to 2026-11-22 --activity Download.CSV",
        "payouts reconcile --cycle 2026-11 --json",
    ),
    report: (
        "payouts report --cycle 2026-11 --html 2026-11.html",
        "payouts report --cycle 2026-11 --books 2026-11.beancount --format beancount",
    ),
    audit: (
        "payouts audit --cycle 2026-11",
        "payouts audit --verify --json",
    ),
    locks: (
        "payouts locks",
        "payouts locks --json",
    ),
    metrics: (
        "payouts metrics --output -",
        "payouts metrics --output /var/lib/node_exporter/textfile/payouts.prom",
    ),
}
