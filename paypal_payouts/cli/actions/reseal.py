"""What `payouts reseal` does."""

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished, ResealReport
from paypal_payouts.errors import NotFound
from paypal_payouts.verbs.arguments import checked_reason


def reseal(wiring: Wiring, *, reason: str, operator: str, yes: bool) -> Finished:
    """Seal what is stored as it stands, and keep who vouched for it, and why."""
    why = checked_reason(reason, may_be_asked=not yes)
    if wiring.settings.nothing_here():
        raise NotFound("There is nothing to vouch for.", hint="Nothing was stored or sent.")
    if wiring.must_ask(yes=yes):
        wiring.ask(f"{wiring.header()}Has somebody compared all that is stored with PayPal, and vouches for it?")
        why = wiring.asked_reason(why)
    batches = wiring.reseal(reason=why, operator=operator)
    return Finished(ResealReport(batches, str(wiring.settings.seal.key_file), operator, why))
