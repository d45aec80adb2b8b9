"""`payouts` alone, where it is set up: what to type next, by what is stored and in this folder."""

import sys
from collections.abc import Sequence
from contextlib import suppress

from paypal_payouts.cli.actions.screens import screen
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.context.cycle_files import cycles_with_a_file, same_file
from paypal_payouts.context.unstored import READ_MAX, with_unstored_rows
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.errors import PayoutsError
from paypal_payouts.present.progress import SilentProgress
from paypal_payouts.present.start import show_start
from paypal_payouts.protocol.planning import check_for_duplicate_transaction
from paypal_payouts.storage import Store
from paypal_payouts.verbs.init import EXAMPLE_NAME
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query


def start(wiring: Wiring) -> Finished:
    """Show the cycles that are open, those that only have a file, and what to type."""
    wiring.wait_for_no_server()
    store = wiring.existing_store()
    answered = status(
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
    )
    shown = with_unstored_rows(answered, wiring.settings, store).report
    cycles, warnings = (shown.cycles, shown.warnings) if isinstance(shown, StatusReport) else ((), ())
    left_out = {cycle.cycle for cycle in cycles} | (set() if store is None else set(store.history.cycle_names()))
    if wiring.settings.paypal.environment != "simulator":
        left_out.add(EXAMPLE_NAME)
    files = cycles_with_a_file(wiring.settings)
    unsent = [cycle for cycle in files if cycle not in left_out]
    # Those that are stored first: of two files of which nothing is, either may be the copy.
    others = [cycle for cycle in files if cycle in left_out] + unsent
    show_start(
        cycles,
        unsent,
        warnings=warnings,
        copy_of=_copied(wiring, unsent[0], others, store) if unsent else None,
        file=wiring.settings.source.path.replace("{cycle}", "NAME"),
        **screen(sys.stdout),
    )
    return Finished(None)


def _copied(wiring: Wiring, cycle: str, others: Sequence[str], store: Store | None) -> str | None:
    """Say of which cycle's file that of another is a copy, to the byte or for the copy guard; None of none."""
    same = same_file(wiring.settings, cycle, others)
    if same is not None:
        return f"It has the same rows as {same}"
    if store is None:
        return None
    with suppress(PayoutsError, OSError):  # whatever is wrong with it, `preview` tells
        if wiring.settings.input_path(cycle).stat().st_size <= READ_MAX:
            wiring.progress = SilentProgress()  # nobody asked for the file to be read
            request, terms, staged = wiring.request(cycle), wiring.terms(cycle, wait=False), wiring.read_input(cycle)
            found = check_for_duplicate_transaction(staged, request, store=store, terms=terms, now=wiring.now())
            copied = (str(each.details[0]["cycle"]) for each in found if each.code == "duplicate_cycle")
            return next((f"Half of its rows or more are those of {name}" for name in copied), None)
    return None
