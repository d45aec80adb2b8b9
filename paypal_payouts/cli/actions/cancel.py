"""What `payouts cancel` does."""

from paypal_payouts.cli.actions.outlook import with_outlook
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.protocol.lookup import find_item
from paypal_payouts.verbs import cancel as verb
from paypal_payouts.verbs.arguments import checked_cycle, checked_reason


def cancel(
    wiring: Wiring, item: str, cycle: str, *, closes: bool, reason: str, operator: str, same_account: bool, yes: bool
) -> Finished:
    """Call unclaimed money back, or close an item, after a question."""
    why = checked_reason(reason, may_be_asked=not yes)
    checked_cycle(cycle)
    asks = wiring.must_ask(yes=yes)
    store = wiring.existing_store()
    found = find_item(item, cycle, store=store)
    paypal = wiring.paypal()
    if asks and store is not None:
        verb.check_cancellable(found, cycle, store=store)
        wiring.ask(f"{wiring.header()}{verb.what_is_cancelled(found, closes=closes)}?")
        why = wiring.asked_reason(why)
    tools = wiring.tools(paypal, same_account=same_account)
    finished = verb.cancel(item, cycle=cycle, closes=closes, reason=why, operator=operator, tools=tools)
    return with_outlook(wiring, finished, cycle)
