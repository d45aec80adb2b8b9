"""What `payouts reconcile` does."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

from paypal_payouts.cli.actions.outlook import with_outlook
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.reconcile import ReconcileReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import UsageError
from paypal_payouts.intake import StagedInput
from paypal_payouts.intake.activity_values import DayOrder
from paypal_payouts.present.reconcile_page import reconcile_page
from paypal_payouts.verbs import reconcile as verb
from paypal_payouts.verbs.arguments import checked_cycle


def reconcile(
    wiring: Wiring,
    cycle: str | None,
    *,
    first: datetime | None,
    last: datetime | None,
    activity: Sequence[Path],
    order: DayOrder | None,
    html: Path | None,
) -> Finished:
    """Check what is to be compared, and compare it."""
    days = _days(first, last)
    if (cycle is None) is (days is None):
        raise UsageError("Give --from and --to, or --cycle.", hint="Nothing was sent.")
    from_day, to_day = days or (None, None)
    asked = verb.ReconcileQuery(None if cycle is None else checked_cycle(cycle), from_day, to_day, activity, order)
    finished = verb.reconcile(
        asked,
        store=wiring.existing_store(),
        open_paypal=wiring.paypal,
        file_of=partial(_file_of, wiring),
        environment=wiring.settings.paypal.environment,
        account=wiring.settings.paypal.account,
        now=wiring.now(),
        html=html,
        render=reconcile_page,
    )
    compared = finished.report.cycles if isinstance(finished.report, ReconcileReport) else ()
    return with_outlook(wiring, finished, *compared)


def _days(first: datetime | None, last: datetime | None) -> tuple[date, date] | None:
    """Return the days, both included; None where none are named."""
    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        raise UsageError("--from and --to: two days, the earlier one first.", hint="Nothing was sent.")
    return first.date(), last.date()


def _file_of(wiring: Wiring, cycle: str) -> StagedInput | None:
    """Read the file of a cycle; None where there is none, or one that every cycle is read from."""
    settings = wiring.settings
    if settings.input_path(cycle) == settings.input_path(f"{cycle}-x") or not settings.input_path(cycle).exists():
        return None
    return wiring.read_input(cycle, skip_invalid=True)
