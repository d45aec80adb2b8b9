"""`payouts` alone, where it is set up: what to type next, by what is stored and in this folder."""

import sys

from paypal_payouts.cli.actions.screens import screen
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.context.cycle_files import cycles_with_a_file
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.present.start import show_start
from paypal_payouts.verbs.init import EXAMPLE_NAME
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query


def start(wiring: Wiring) -> Finished:
    """Show the cycles that are open, those that only have a file, and what to type."""
    wiring.wait_for_no_server()
    store = wiring.existing_store()
    shown = status(
        Query(None, None, items=False, exit_code=False),
        store=store,
        environment=wiring.settings.paypal.environment,
        account=wiring.settings.paypal.account,
        rules=wiring.settings.error_rules(),
        max_age_days=wiring.max_age_days,
        now=wiring.now(),
        lines_of=wiring.sent_lines,
        is_living=wiring.is_living,
        unrecorded=wiring.unrecorded,
    ).report
    cycles, warnings = (shown.cycles, shown.warnings) if isinstance(shown, StatusReport) else ((), ())
    left_out = {cycle.cycle for cycle in cycles} | (set() if store is None else set(store.history.cycle_names()))
    if wiring.settings.paypal.environment != "simulator":
        left_out.add(EXAMPLE_NAME)
    show_start(
        cycles,
        [cycle for cycle in cycles_with_a_file(wiring.settings) if cycle not in left_out],
        warnings=warnings,
        file=wiring.settings.source.path.replace("{cycle}", "NAME"),
        **screen(sys.stdout),
    )
    return Finished(None)
