"""Rows that were added to the file of a stored cycle, and that nothing is stored of: the cooldown refuses them, too."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from paypal_payouts.config import Settings
from paypal_payouts.config.checks import CYCLE
from paypal_payouts.domain.plan import Request
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.status import CycleReport, StatusReport
from paypal_payouts.domain.steps import SEALS, Advice
from paypal_payouts.domain.words import counted
from paypal_payouts.errors import PayoutsError
from paypal_payouts.intake import read_input
from paypal_payouts.protocol.planning import rows_not_stored
from paypal_payouts.storage import Store

READ_MAX: Final = 2_000_000
"""So many bytes of files are compared with what is stored, in all: a look is quick."""


def with_unstored_rows(finished: Finished, settings: Settings, store: Store | None) -> Finished:
    """Add to what is to be done for each cycle of `status` that its file has rows which nobody is paid by."""
    report = finished.report
    if store is None or not isinstance(report, StatusReport):
        return finished
    files = _CycleFiles(settings, store)
    return replace(finished, report=replace(report, cycles=[files.looked_at(cycle) for cycle in report.cycles]))


class _CycleFiles:
    """The files of cycles, as far as they are read."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store, self._left = settings, store, READ_MAX

    def looked_at(self, cycle: CycleReport) -> CycleReport:
        # What another hand changed is compared with nothing.
        if cycle.stored_at is None or cycle.archive is not None or SEALS in cycle.outlook.next:
            return cycle
        steps = [*cycle.outlook.next, *self._steps(cycle, cycle.stored_at)]
        return replace(cycle, outlook=replace(cycle.outlook, next=tuple(steps)))

    def _steps(self, cycle: CycleReport, stored_at: datetime) -> Iterator[Advice]:
        """Compare a file that was changed after the cycle was stored; of one that is too large say no more than that.

        Whatever else is wrong with a file `preview` says.
        """
        name, path = cycle.cycle, self._settings.input_path(cycle.cycle)
        shown = self._settings.source.path.replace(CYCLE, name)
        with suppress(PayoutsError, OSError):
            found = path.stat()
            changed = datetime.fromtimestamp(found.st_mtime, UTC)
            if changed <= stored_at:
                return
            if found.st_size > self._left:
                if changed > max(batch.record.created_at for batch in cycle.batches):
                    why = f"{shown} was changed after the cycle was stored. To see whether each of its rows is stored:"
                    yield Advice(why, f"payouts preview {name}")
                return
            self._left -= found.st_size
            paypal = self._settings.paypal
            with read_input(path, name=str(path), is_live=paypal.environment == "live") as staged:
                new = rows_not_stored(staged, Request(name, paypal.environment, paypal.account), store=self._store)
                option = "" if staged.derived_ids else " --append"
            if new:
                are, nobody = ("is", "it is not paid") if new == 1 else ("are", "they are not paid")
                why = f"{shown} has {counted(new, 'row')} that {are} not stored: {nobody}. To look at what is new:"
                yield Advice(why, f"payouts preview {name}{option}")
