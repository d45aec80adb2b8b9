"""What `payouts archive` does."""

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.archive import ArchiveReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.verbs import archive as verb
from paypal_payouts.verbs.arguments import checked_date


def archive(wiring: Wiring, before: str, *, forget: bool, yes: bool) -> Finished:
    """Let finished cycles leave the database, after a question."""
    until, directory = checked_date(before), wiring.settings.archive.directory
    if wiring.must_ask(yes=yes):
        chosen = verb.choose(until, forget=forget, store=wiring.existing_store(), now=wiring.now())
        if chosen.cycles or chosen.forgotten:
            wiring.ask(f"{wiring.header()}{chosen.question(directory, forget=forget)}")
    if wiring.settings.nothing_here():
        return Finished(ArchiveReport(until, str(directory), [], [], [], wiring.operator))
    store = wiring.store()
    return verb.archive(
        until,
        directory=directory,
        forget=forget,
        operator=wiring.operator,
        store=store,
        hold=wiring.hold(store),
        now=wiring.now,
        progress=wiring.progress,
    )
