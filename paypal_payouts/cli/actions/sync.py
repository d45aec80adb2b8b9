"""What `payouts sync` does."""

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.verbs import sync as verb
from paypal_payouts.verbs.arguments import checked_cycle


def sync(wiring: Wiring, cycle: str | None, *, paid_within_days: int, same_account: bool) -> Finished:
    """Ask PayPal about one cycle, or about all that is not final."""
    wanted = None if cycle is None else checked_cycle(cycle)
    if wiring.settings.nothing_here() and not wiring.settings.lock.directory.exists():
        # A database of the simulator, left in a wrong folder, would stand in the way of a configuration made there.
        return verb.nothing_to_ask(wanted)
    tools = wiring.tools(wiring.paypal(), same_account=same_account)
    return verb.sync(
        wanted,
        tools=tools,
        paid_within_days=paid_within_days,
        lines_of=wiring.sent_lines,
        unrecorded=wiring.unrecorded,
    )
