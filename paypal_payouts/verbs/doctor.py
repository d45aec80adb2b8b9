"""`doctor`: checks what operators get wrong, one line each, with the fix; changes nothing and sends nothing."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from paypal_payouts.domain.doctor import Check, CheckState, DoctorReport
from paypal_payouts.domain.identity import Environment
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.words import GO_THERE
from paypal_payouts.errors import ConfigInvalid, Interrupted, PayoutsError
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.signatures import check_signers
from paypal_payouts.storage import Proof, Store
from paypal_payouts.trust import UntrustedFile
from paypal_payouts.verbs.doctor_database import check_database
from paypal_payouts.verbs.doctor_files import check_files
from paypal_payouts.verbs.doctor_paypal import check_paypal
from paypal_payouts.verbs.machine import (
    Machine,
)
from paypal_payouts.verbs.unlock import IsLiving

_OK, _WARNING, _FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED


class Premises(Struct, frozen=True):
    """Where everything lies, as the configuration says."""

    configuration: Path | None
    """None: there is no file, and variables of the environment or the defaults hold."""
    environment: Environment
    account: str
    lock_directory: Path
    database: str
    """As it may be shown."""
    database_file: Path | None
    """None where the database is a server."""
    holds_password: bool
    """Whether the configuration says a password of the database."""
    variables: Sequence[str] = ()
    """Those that hold the URL of somebody who is notified: a login shell may have them, and cron not."""
    limited: frozenset[str] = frozenset()
    """The currencies of which `limits.max_item` or `limits.max_cycle` stop a wrong file."""
    signers: Path | None = None
    """Who may approve of plans; None where nobody is named."""
    base_url: str | None = None
    """What is asked in place of PayPal's sandbox."""
    nothing_chosen: str | None = None
    """Where a file was looked for, if nobody has chosen where money is paid."""


def doctor(
    premises: Premises,
    *,
    prove_server: Callable[[], Sequence[Proof]],
    open_database: Callable[[], Store | None],
    open_paypal: Callable[[], PayPalClient],
    is_living: IsLiving,
    machine: Machine,
    look_at_notifier: Callable[[], Finished] | None,
    errors: ErrorRules,
    every_cycle: bool = False,
) -> Finished:
    """Check everything, in this order, whatever fails on the way; exit 3 when a check failed.

    Seals and sent logs of `every_cycle`, or else of those that `status` lists.
    """
    return _finished(
        [
            _check_configuration(premises),
            *check_paypal(premises.environment, open_paypal),
            *check_database(
                premises.database,
                premises.lock_directory,
                prove_server,
                open_database,
                is_living,
                errors=errors,
                every_cycle=every_cycle,
            ),
            *check_files(
                premises.database_file,
                premises.lock_directory,
                premises.configuration if premises.holds_password else None,
                machine,
            ),
            *_check_notifier(look_at_notifier, premises),
            *_check_approval(premises.signers),
            *_check_limits(premises, open_database),
        ]
    )


def misconfigured(error: ConfigInvalid) -> Finished:
    """Give a line for each problem of a configuration that cannot be used; without one nothing else can be checked."""
    fix = "correct it; config.example.toml holds every key with its default"
    checks = [
        Check(
            "configuration",
            _FAILED,
            ": ".join(str(part) for part in (detail["file"], detail["key"], detail["problem"]) if part),
            error.fix if isinstance(error, UntrustedFile) else fix,
        )
        for detail in error.details
    ]
    return Finished(DoctorReport(checks), error.exit_code, error)


def _finished(checks: list[Check]) -> Finished:
    failed = [check for check in checks if check.state is _FAILED]
    if not failed:
        return Finished(DoctorReport(checks))
    error = ConfigInvalid(
        f"Checks failed: {', '.join(dict.fromkeys(check.name for check in failed))}.",
        hint=failed[0].mend,
        details=[{"name": check.name, "found": check.found, "mend": check.mend} for check in failed],
    )
    return Finished(DoctorReport(checks), error.exit_code, error)


def _check_configuration(premises: Premises) -> Check:
    at = f" at {premises.base_url}, which is not PayPal's" if premises.base_url else ""
    whose = f"{premises.environment}{at}, account {premises.account}"
    if premises.nothing_chosen is not None:
        found = f"{premises.nothing_chosen}; so built-in defaults: {whose}"
        return Check("configuration", _WARNING, found, f"{GO_THERE} To begin one here: `payouts init`")
    if premises.configuration is None:
        return Check("configuration", _OK, f"no file, but the variables of the environment: {whose}")
    return Check("configuration", _OK, f"{premises.configuration}: {whose}")


def _check_notifier(look: Callable[[], Finished] | None, premises: Premises) -> Iterator[Check]:
    """Look whether those who are to be told can be; without the library for it `run` does not begin."""
    if look is None:
        if premises.environment == "live":
            fix = "name somebody in [[notify.targets]], and try `payouts notify --test`"
            yield Check("notifier", _WARNING, "nobody is told how a run ends", fix)
        return
    try:
        error = look().error
    except ConfigInvalid as refused:
        yield Check.failed("notifier", refused)
        return
    if error is None:
        here = f", where {', '.join(premises.variables)} is set (in cron, too?)" if premises.variables else ""
        yield Check(
            "notifier",
            _OK,
            f"the URL of everyone who is to be told can be used{here}; `payouts notify --test` tries it",
        )
        return
    for detail in error.details:
        yield Check(
            "notifier",
            _WARNING,
            f"{detail['name']} cannot be told: {detail['problem']}",
            "correct it, then `payouts notify --test`; cron has only the variables of its crontab, so name a url_file",
        )


def _check_approval(signers: Path | None) -> Iterator[Check]:
    """Look whether a second person's signature could be verified."""
    if signers is None:
        return
    try:
        check_signers(signers)
    except ConfigInvalid as refused:
        yield Check.failed("approval", refused)
        return
    yield Check("approval", _OK, f"signatures can be verified, by {signers}")


def _check_limits(premises: Premises, open_database: Callable[[], Store | None]) -> Iterator[Check]:
    """Look, where real money has limits, for currencies that were paid and have none: nothing else says so to cron."""
    if not premises.limited or premises.environment != "live":
        return
    try:
        store = open_database()
        paid = frozenset[str]() if store is None else store.metrics.currencies()
    except Interrupted:
        raise
    except PayoutsError:
        # The check of the database says why.
        return
    missing = ", ".join(sorted(paid - premises.limited))
    if missing:
        fix = f"set limits.max_item and limits.max_cycle of {missing}, too"
        yield Check("limits", _WARNING, f"{missing} was paid and has no limit: a wrong file is paid as it is", fix)
    else:
        yield Check("limits", _OK, f"of {', '.join(sorted(premises.limited))}; any other currency has none")
