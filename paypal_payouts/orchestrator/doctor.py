"""`doctor`: checks what operators get wrong, one line each, with the mend; changes nothing and sends nothing."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from paypal_payouts.domain.report import Check, CheckState, DoctorReport, Finished
from paypal_payouts.errors import ConfigInvalid, PayoutsError
from paypal_payouts.orchestrator.submission import CLOCK_SKEW_MAX
from paypal_payouts.orchestrator.unlock import IsLiving
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.storage import Store


def doctor(
    *,
    configuration: str,
    environment: str,
    account: str,
    lock_directory: Path,
    database: str,
    open_database: Callable[[], Store | None],
    open_paypal: Callable[[], PayPalClient],
    is_living: IsLiving,
) -> Finished:
    """Check everything, whatever fails on the way; exit 3 when a check failed."""
    checks = [
        Check("configuration", CheckState.OK, f"{configuration}: {environment}, account {account}"),
        *_check_database(database, open_database, is_living),
        _check_lock_directory(lock_directory),
        *_check_paypal(open_paypal),
    ]
    failed = [check for check in checks if check.state is CheckState.FAILED]
    if not failed:
        return Finished(DoctorReport(checks))
    error = ConfigInvalid(
        f"Checks failed: {', '.join(check.name for check in failed)}.",
        hint=failed[0].mend,
        details=[{"name": check.name, "found": check.found, "mend": check.mend} for check in failed],
    )
    return Finished(DoctorReport(checks), error.exit_code, error)


def _failed(name: str, error: PayoutsError) -> Check:
    return Check(name, CheckState.FAILED, error.message, error.hint)


def _check_database(database: str, open_database: Callable[[], Store | None], is_living: IsLiving) -> Iterator[Check]:
    try:
        store = open_database()
        if store is None:
            yield Check("database", CheckState.OK, f"{database} is not there yet; the first `run` makes it")
            return
        cycles = store.history.cycle_names()
        held = store.locks.held()
    except PayoutsError as error:
        yield _failed("database", error)
        return
    yield Check("database", CheckState.OK, f"{database}, {len(cycles)} cycles")
    dead = [lock for lock in held if is_living(lock.host, lock.pid) is False]
    for lock in dead:
        yield Check(
            "locks",
            CheckState.WARNING,
            f"{lock.key} is held by process {lock.pid} of this machine, which is dead",
            f"`payouts run --cycle {lock.key}` takes it over and goes on",
        )
    if not dead:
        yield Check("locks", CheckState.OK, f"{len(held)} cycles are being worked on")


def _check_lock_directory(directory: Path) -> Check:
    place = directory if directory.exists() else directory.parent
    if not os.access(place, os.W_OK | os.X_OK) or (directory.exists() and not directory.is_dir()):
        return Check(
            "lock directory",
            CheckState.FAILED,
            f"{directory} cannot be written",
            "set lock.directory to a local folder that this user can write",
        )
    return Check("lock directory", CheckState.OK, str(directory))


def _check_paypal(open_paypal: Callable[[], PayPalClient]) -> Iterator[Check]:
    try:
        paypal = open_paypal()
    except PayoutsError as error:
        yield _failed("credentials", error)
        return
    token = paypal.ensure_token()
    if token is not None:
        yield Check(
            "credentials",
            CheckState.FAILED,
            f"PayPal gave no token: {token.failure.message} ({token.failure.code})",
            "check PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET against paypal.environment",
        )
        return
    yield Check("credentials", CheckState.OK, "PayPal accepts them")
    yield _check_permission(paypal)
    yield _check_clock(paypal)


def _check_permission(paypal: PayPalClient) -> Check:
    if paypal.may_pay_out is False:
        return Check(
            "permission",
            CheckState.FAILED,
            "the token does not carry the payouts scope",
            "switch Payouts on for the app in PayPal's developer dashboard, then make new credentials",
        )
    return Check("permission", CheckState.OK, "the token carries the payouts scope")


def _check_clock(paypal: PayPalClient) -> Check:
    offset_s = paypal.clock_offset_s
    if offset_s is None:
        return Check("clock", CheckState.WARNING, "PayPal told no time", "compare the clock by hand")
    if abs(offset_s) > CLOCK_SKEW_MAX.total_seconds():
        return Check(
            "clock",
            CheckState.FAILED,
            f"{abs(offset_s):.0f} s {'behind' if offset_s > 0 else 'ahead of'} PayPal's: nothing would be sent",
            "set the clock (`timedatectl status`)",
        )
    return Check("clock", CheckState.OK, f"within {abs(offset_s):.0f} s of PayPal's")
