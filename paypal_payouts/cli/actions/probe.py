"""What `payouts doctor --probe` does."""

from collections.abc import Mapping
from pathlib import Path

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.domain.report import Finished
from paypal_payouts.verbs import probe as verb


def probe(
    wiring: Wiring, *, file: Path, continues: bool, named: Mapping[str, str], agreed: frozenset[str], yes: bool
) -> Finished:
    """Ask before anything is sent, and make the experiments that are due."""
    paypal = wiring.settings.paypal
    verb.refuse_elsewhere(paypal.environment)
    if wiring.must_ask(yes=yes):
        wiring.ask(f"{wiring.header()}Pay with the sandbox's money, to find out what only the sandbox can tell?")
    # From here on a signal waits for a pause between two exchanges, so that none is left half recorded.
    INTERRUPTS.begin()
    return verb.probe(
        verb.ProbeQuery(file, continues=continues, named=named, agreed=agreed),
        environment=paypal.environment,
        base_url=paypal.base_url or "sandbox",
        open_paypal=wiring.paypal,
        now=wiring.now,
        pause=wiring.pause,
        progress=wiring.progress,
    )
