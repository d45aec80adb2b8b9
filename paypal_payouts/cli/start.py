"""`payouts` alone: what to type next, by what is in this folder."""

import os
import sys
from typing import TYPE_CHECKING

import typer

from paypal_payouts.errors import ExitCode

if TYPE_CHECKING:
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished

_INTRODUCTION = """\
payouts pays many people through PayPal: each debt once, and every cent explained.

There is no configuration here. To write one, and a sample cycle that the embedded simulator pays:
  payouts init
Every command:
  payouts --help"""


def start() -> int:
    """Tell it, and give the exit code: 0, unless the configuration or the database cannot be read."""
    if not _is_set_up():
        # Nothing is loaded for somebody who only wants to know what this is.
        typer.echo(_INTRODUCTION)
        return ExitCode.DONE
    from paypal_payouts.cli.common import Common
    from paypal_payouts.cli.execution import execute

    return execute("start", Common(config=None, json=False, verbose=False, quiet=False), _tell)


def _is_set_up() -> bool:
    """Tell whether a configuration, or a variable in its place, says where money is paid: without one `run` refuses."""
    return os.path.lexists("payouts.toml") or any(
        name in os.environ for name in ("PAYOUTS_CONFIG", "PAYOUTS_PAYPAL__ENVIRONMENT")
    )


def _tell(wiring: "Wiring") -> "Finished":
    from paypal_payouts.cli.terminal import colour, width
    from paypal_payouts.context.cycle_files import cycles_with_a_file
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.domain.status import StatusReport
    from paypal_payouts.present.start import show_start
    from paypal_payouts.verbs.status import Query, status

    store = wiring.existing_store()
    query = Query(None, None, items=False, exit_code=False)
    report = status(
        query,
        store=store,
        environment=wiring.settings.paypal.environment,
        account=wiring.settings.paypal.account,
        rules=wiring.settings.error_rules(),
        max_age_days=wiring.max_age_days,
        now=wiring.now(),
    ).report
    stored = set() if store is None else set(store.history.cycle_names())
    show_start(
        report.cycles if isinstance(report, StatusReport) else [],
        [cycle for cycle in cycles_with_a_file(wiring.settings) if cycle not in stored],
        file=wiring.settings.source.path.replace("{cycle}", "NAME"),
        stream=sys.stdout,
        width=width(sys.stdout),
        colour=colour(sys.stdout),
    )
    return Finished(None)
