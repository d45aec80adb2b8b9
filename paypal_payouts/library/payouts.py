"""`open_payouts`: pays from another program, by the same verbs as the command line.

Source: docs/design.md, 5.7. Nothing is asked, no signal is handled, nothing of the process is changed. What ends a
call before anything is sent is raised; what came of the money is a result.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self, overload

from paypal_payouts.config import Credentials, checked_credentials, load_credentials
from paypal_payouts.context.process import acting, settings_here
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.ranges import PAID_WITHIN_DAYS_DEFAULT
from paypal_payouts.domain.report import CancelReport, Finished, SyncReport
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.errors import PayPalRefused, UsageError
from paypal_payouts.library.converting import cancel_result
from paypal_payouts.library.paying import Paying
from paypal_payouts.library.results import BatchStatusResult, CancelResult, ExplainResult, StatusResult, SyncResult
from paypal_payouts.library.session import report_of
from paypal_payouts.protocol.lookup import find_item
from paypal_payouts.verbs import cancel, explain, status, sync
from paypal_payouts.verbs.arguments import checked_cycle, checked_reason
from paypal_payouts.verbs.status_query import Query

_ACTOR_MAX: Final = 100


class Payouts(Paying):
    """Pays, and answers what became of it; for one thread. Close it, or use it in a `with`.

    Every call raises PayoutsError for what ends it before anything is sent: wrong use (2), a refused input or
    configuration (3), re-run prevention such as LockHeld (4); and Interrupted where it was stopped (130), StorageFailed
    where the database failed (1). What came of the money (0, 5 to 8) is a result. Where a raised error ended a call
    that had looked at the cycle, its `result` holds what is known.
    """

    def __enter__(self) -> Self:
        """Return itself, to be closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    @overload
    def status(self, batch: str) -> BatchStatusResult: ...
    @overload
    def status(self, batch: None = None, *, cycle: str | None = None) -> StatusResult: ...

    def status(self, batch: str | None = None, *, cycle: str | None = None) -> StatusResult | BatchStatusResult:
        """Show how one batch, one cycle, or all that is open and the newest cycles stand; asks nobody, changes nothing.

        `sync` asks PayPal first. The exit code of what is shown is that of its state.

        Raises:
            PayoutsError: as the class says; NotFound for a batch or cycle that is not there.

        """
        if batch is not None and cycle is not None:
            raise UsageError("A batch and a cycle are named.", hint="Nothing was done. Name one of them.")
        with self._call("status") as context:
            query = Query(batch, None if cycle is None else checked_cycle(cycle), items=False, exit_code=True)
            finished = status.status(
                query,
                store=context.existing_store(),
                environment=context.settings.paypal.environment,
                account=context.settings.paypal.account,
                rules=context.settings.error_rules(),
                max_age_days=context.max_age_days,
                now=context.now(),
                lines_of=context.sent_lines,
                unrecorded=context.unrecorded,
            )
        convert = self._converter(self._typed())
        if isinstance(finished.report, BatchStatusReport):
            return convert.batch_status(finished.report, finished.exit_code)
        return convert.status(report_of(finished, StatusReport))

    def explain(self, text: str, *, cycle: str | None = None) -> ExplainResult:
        """Find an item by whatever is known of it, in every cycle ever stored, and tell what became of its money.

        Raises:
            PayoutsError: as the class says; NotFound where nothing fits.

        """
        with self._call("explain") as context:
            finished = explain.explain(
                text,
                cycle=None if cycle is None else checked_cycle(cycle),
                store=context.existing_store(),
                errors=context.settings.error_rules(),
                now=context.now(),
                max_age_days=context.max_age_days,
                lines_of=context.sent_lines,
                place=context.settings.place(),
            )
        return self._converter(self._typed()).explain(report_of(finished, ExplainReport))

    def sync(
        self, cycle: str | None = None, *, paid_within_days: int = PAID_WITHIN_DAYS_DEFAULT, same_account: bool = False
    ) -> SyncResult:
        """Ask PayPal about everything that is not final, or about one cycle whole. Only reads, never sends.

        Without a cycle, what was paid in the last `paid_within_days` days is read again once a day: refunds come late.

        Raises:
            PayoutsError: as the class says; NotFound for a cycle that is not there.

        """
        with self._call("sync", acts=True) as context:
            wanted = None if cycle is None else checked_cycle(cycle)
            tools = context.tools(context.paypal(), same_account=same_account)
            finished = sync.sync(
                wanted,
                tools=tools,
                paid_within_days=paid_within_days,
                lines_of=context.sent_lines,
                unrecorded=context.unrecorded,
            )
        typed = self._typed()
        if finished.error is not None:
            self._complete(finished.error, typed)
        report = report_of(finished, SyncReport)
        return self._converter(typed).sync(report, finished.exit_code, finished.error)

    def cancel(
        self, item: str, *, cycle: str, reason: str, close: bool = False, same_account: bool = False
    ) -> CancelResult:
        """Call the unclaimed money of an item back, so that a corrected row can be paid; or `close` what is not owed.

        `reason` is kept in the trail: at least ten characters that are not blanks.

        Raises:
            PayoutsError: as the class says; NotFound for an item that is not there, Blocked where it cannot be done.

        """
        with self._call(f"cancel in {cycle}", acts=True, pays=True) as context:
            why = checked_reason(reason)
            tools = context.tools(context.paypal(), same_account=same_account)
            try:
                finished = cancel.cancel(
                    item,
                    cycle=checked_cycle(cycle),
                    closes=close,
                    reason=why,
                    operator=context.operator,
                    tools=tools,
                )
            except PayPalRefused as error:
                self._complete(error, self._typed())
                found = find_item(item, cycle, store=tools.store)
                report = CancelReport(found, found.state, found.state, context.operator, why)
                finished = Finished(report, error.exit_code, error)
        return cancel_result(report_of(finished, CancelReport), finished.exit_code, finished.error)


def open_payouts(
    config: Path | str | None = None,
    *,
    credentials: tuple[str, str] | None = None,
    actor: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Payouts:
    """Open the way to pay from this thread; nothing is contacted before the first call.

    `config` is found as `--config` is. `credentials` are PayPal's client id and secret; without them they come from
    `environ`, as do overrides of the configuration: the environment of this process unless another mapping is given.
    `actor` is who acts, for the trail and for whoever finds a cycle locked: the system's user unless it is given. Where
    it is, the system's user stands beside it in the evidence of the trail (`user`).

    Raises:
        ConfigInvalid: the configuration cannot be used.
        CredentialsMissing: those that are handed in are no such texts as PayPal gives.
        UsageError: the actor is no name.

    """
    variables = os.environ if environ is None else environ
    settings = settings_here(None if config is None else Path(config), variables)
    user = acting(environ=variables)
    who = user if actor is None else actor.strip()
    if not who or len(who) > _ACTOR_MAX or not who.isprintable():
        raise UsageError(f"{actor!r} names nobody.", hint=f"An actor has 1 to {_ACTOR_MAX} printable characters.")
    given = None if credentials is None else checked_credentials(*credentials)

    def known() -> Credentials:
        return given or load_credentials(variables, settings.paypal.environment)

    return Payouts(settings, credentials=known, actor=who, user=user, config=None if config is None else str(config))
