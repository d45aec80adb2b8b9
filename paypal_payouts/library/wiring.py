"""`open_wiring`: what the single functions of the library are handed, for programs that call them by themselves."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from paypal_payouts.config import load_credentials
from paypal_payouts.context.opening import Context
from paypal_payouts.context.process import acting, now, settings_here, system_user
from paypal_payouts.context.stopping import StopRequest
from paypal_payouts.present.progress import SilentProgress
from paypal_payouts.protocol.tools import Terms

if TYPE_CHECKING:
    from paypal_payouts.paypal.client import PayPalClient


class ProgramContext(Context):
    """The context of a program of one's own, which pays nowhere unless somebody chose where."""

    def paypal(
        self, terms: Terms | None = None, *, leaves_no_book: bool = False, timeout_s: float = inf
    ) -> "PayPalClient":
        """Open the way to PayPal, as `Context.paypal` does.

        Raises:
            ConfigInvalid: no configuration was found.
            CredentialsMissing: there are none, or they cannot be used.

        """
        self.settings.must_name_environment()
        return super().paypal(terms, leaves_no_book=leaves_no_book, timeout_s=timeout_s)


@contextmanager
def open_wiring(config: Path | str | None = None) -> Iterator[ProgramContext]:
    """Open what the functions of the library are handed, and close it in the end; `open_payouts` does more.

    `config` is found as `--config` is; credentials and overrides come from the environment of this process. Nobody is
    asked anything, and nothing of this process's command line is read.

    Raises:
        ConfigInvalid: the configuration, or what it names, cannot be used.

    """
    settings = settings_here(None if config is None else Path(config))
    with ExitStack() as stack:
        yield ProgramContext(
            settings,
            stack=stack,
            progress=SilentProgress(),
            now=now,
            stop=StopRequest(),
            credentials=partial(load_credentials, os.environ, settings.paypal.environment),
            operator=acting(),
            command=f"{system_user()}, from Python",
        )
