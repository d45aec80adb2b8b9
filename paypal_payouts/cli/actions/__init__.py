"""What each command does: its options are checked, its input is read, the question is asked, its verb is called.

A module here is imported when it is first used, so that it may import whatever it needs at its top, and `payouts
--help` still loads no database and no network library.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paypal_payouts.cli.actions import approve as approve
    from paypal_payouts.cli.actions import archive as archive
    from paypal_payouts.cli.actions import audit as audit
    from paypal_payouts.cli.actions import cancel as cancel
    from paypal_payouts.cli.actions import completion as completion
    from paypal_payouts.cli.actions import config as config
    from paypal_payouts.cli.actions import doctor as doctor
    from paypal_payouts.cli.actions import execution as execution
    from paypal_payouts.cli.actions import explain as explain
    from paypal_payouts.cli.actions import init as init
    from paypal_payouts.cli.actions import locks as locks
    from paypal_payouts.cli.actions import metrics as metrics
    from paypal_payouts.cli.actions import notify as notify
    from paypal_payouts.cli.actions import override as override
    from paypal_payouts.cli.actions import preview as preview
    from paypal_payouts.cli.actions import probe as probe
    from paypal_payouts.cli.actions import program as program
    from paypal_payouts.cli.actions import reconcile as reconcile
    from paypal_payouts.cli.actions import report as report
    from paypal_payouts.cli.actions import reseal as reseal
    from paypal_payouts.cli.actions import retry as retry
    from paypal_payouts.cli.actions import review as review
    from paypal_payouts.cli.actions import run as run
    from paypal_payouts.cli.actions import simulator as simulator
    from paypal_payouts.cli.actions import start as start
    from paypal_payouts.cli.actions import status as status
    from paypal_payouts.cli.actions import sync as sync
    from paypal_payouts.cli.actions import version as version
    from paypal_payouts.cli.actions import watching as watching
    from paypal_payouts.cli.actions import wiring as wiring
else:

    def __getattr__(name: str) -> object:
        if find_spec(f"{__name__}.{name}") is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module(f"{__name__}.{name}")
