"""What `payouts doctor` does."""

from functools import partial

from paypal_payouts.cli.actions.execution import execute, execute_without_settings
from paypal_payouts.cli.actions.notify import show_targets
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.cli.common import Common
from paypal_payouts.context.process import settings_here
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.verbs import doctor as verb
from paypal_payouts.verbs.machine import this_machine


def doctor(common: Common, *, every_cycle: bool = False) -> int:
    """Check the installation; a configuration that cannot be used is a check that failed, as any other."""
    try:
        settings_here(common.config)
    except ConfigInvalid as error:
        # A line for each problem, as for every other check.
        misconfigured = verb.misconfigured(error)
        return execute_without_settings(common, lambda: misconfigured)
    return execute(common, partial(_check, every_cycle=every_cycle))


def _check(wiring: Wiring, *, every_cycle: bool) -> Finished:
    wiring.wait_for_no_server()
    settings = wiring.settings
    premises = verb.Premises(
        configuration=settings.file,
        environment=settings.paypal.environment,
        account=settings.paypal.account,
        lock_directory=settings.lock.directory,
        database=settings.database.masked_url,
        database_file=settings.database.path,
        holds_password=settings.database.masked_url != settings.database.url,
        variables=[target.url_env for target in settings.notify.targets if target.url_env is not None],
        limited=frozenset(settings.limits.max_item.keys() | settings.limits.max_cycle.keys()),
        signers=settings.approval.signers,
        base_url=settings.paypal.base_url,
        nothing_chosen=settings.nothing_chosen(),
    )
    return verb.doctor(
        premises,
        prove_server=wiring.prove_server,
        open_database=wiring.existing_store,
        open_paypal=partial(wiring.paypal, leaves_no_book=True),
        is_living=wiring.is_living,
        machine=this_machine(),
        look_at_notifier=partial(show_targets, settings, test=False) if settings.notify.targets else None,
        errors=settings.error_rules(),
        every_cycle=every_cycle,
    )
