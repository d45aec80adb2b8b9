"""`payouts cancel`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common


def cancel(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The item_id of a debt.", show_default=False)],
    cycle: options.Cycle,
    reason: options.Reason,
    operator: options.Operator = None,
    close: Annotated[
        bool, typer.Option("--close", help="The item is not owed: once its money is back, never pay it.")
    ] = False,
    same_account: options.SameAccount = False,
    yes: options.Yes = False,
) -> None:
    """Call unclaimed money back, so that a corrected row can be paid; or close an item that is not owed."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.protocol.lookup import find_item
    from paypal_payouts.verbs import cancel as verb
    from paypal_payouts.verbs.arguments import checked_cycle, checked_reason

    def work(wiring: Wiring) -> Finished:
        why = checked_reason(reason)
        checked_cycle(cycle)
        asks = wiring.must_ask(yes=yes)
        found = find_item(item, cycle, store=wiring.existing_store())
        paypal = wiring.paypal()
        if asks:
            wiring.ask(f"{wiring.header()}{verb.what_is_cancelled(found, closes=close)}?")
        return verb.cancel(
            item,
            cycle=cycle,
            closes=close,
            reason=why,
            operator=wiring.acting_for(operator),
            tools=wiring.tools(paypal, same_account=same_account),
        )

    raise typer.Exit(execute("cancel", Common.of(context), work))
