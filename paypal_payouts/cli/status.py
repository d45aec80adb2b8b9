"""`payouts status`."""

from pathlib import Path
from typing import Annotated

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common


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
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask PayPal first.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it again and again until nothing is open.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with the code of the state that is shown.")
    ] = False,
) -> None:
    """Show what is open, what is wrong and what to type: batches, items, attempts, locks. Changes nothing."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.watching import asking, watching
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.errors import UsageError
    from paypal_payouts.verbs import status as verb
    from paypal_payouts.verbs.arguments import checked_cycle

    common = Common.of(context)

    def work(wiring: Wiring) -> Finished:
        if batch is not None and cycle is not None:
            raise UsageError("BATCH and --cycle exclude each other.")
        if watch and csv is not None:
            raise UsageError("--watch and --csv exclude each other.")
        if cycle is not None:
            checked_cycle(cycle)
        wanted = verb.Wanted(verb.checked_states(state or ()), receiver)
        # To ask for some items is to ask for items; with --csv alone they go to the file, and not to the screen.
        lists = items or (csv is None and wanted != verb.Wanted())
        query = verb.Query(batch, cycle, lists, exit_code or watch, errors, wanted)
        export = None
        if csv is not None:
            from paypal_payouts.present.sheet import sheet

            export = verb.Export(csv, sheet)
        store = wiring.existing_store()

        def look() -> Finished:
            return verb.status(
                query,
                store=store,
                environment=wiring.settings.paypal.environment,
                account=wiring.settings.paypal.account,
                rules=wiring.settings.error_rules(),
                max_age_days=wiring.max_age_days,
                now=wiring.now(),
                export=export,
                lines_of=wiring.sent_lines,
            )

        before = asking(query, wiring, store) if refresh else None
        if watch:
            return watching(look, wiring, before=before, common=common)
        if before is not None:
            before()
        return look()

    raise typer.Exit(execute("status", common, work))
