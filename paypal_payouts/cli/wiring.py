"""Wiring: opens the database, the locks and the way to PayPal, and hands them on with clock and chance."""

import os
import random
import secrets
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from paypal_payouts.cli.asking import Asking
from paypal_payouts.cli.inputs import Inputs
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.cli.process import is_living, now, settings_here, system_user
from paypal_payouts.cli.rules import Rules
from paypal_payouts.config import Settings, load_credentials
from paypal_payouts.domain.report import Progress
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.log import hide
from paypal_payouts.present.progress import make_progress
from paypal_payouts.private import private_directory
from paypal_payouts.protocol.locks import CycleLock, acquire_processing_lock, sent_lines
from paypal_payouts.storage import Holder, Store, open_store

if TYPE_CHECKING:
    from paypal_payouts.paypal.client import PayPalClient
    from paypal_payouts.paypal.pace import Pace
    from paypal_payouts.protocol.tools import Hold, Terms, Tools
    from paypal_payouts.simulator.mounts import SimulatorTransport

_HOSTS = {"sandbox": "https://api-m.sandbox.paypal.com", "live": "https://api-m.paypal.com"}

_EMBEDDED = "http://simulator.invalid"
"""The embedded simulator is no host; this name can be looked up nowhere."""


class Wiring(Asking, Inputs, Rules):
    """Everything that a command is handed, opened when it is asked for and closed in the end."""

    def __init__(self, settings: Settings, *, progress: Progress, stack: ExitStack) -> None:
        """Keep what is there from the start."""
        self.settings = settings
        self.progress = progress
        self.now = now
        self.chance = random.random
        self.operator = system_user()
        self._stack = stack
        self._lock: CycleLock | None = None
        self._pace: Pace | None = None

    def pause(self, seconds: float) -> None:
        """Sleep, keep the lease of a cycle that is held, and end at once when the program was asked to stop.

        Raises:
            Interrupted: asked to stop.
            LeaseLost: somebody else holds the cycle now.

        """
        if self._lock is None:
            INTERRUPTS.pause(seconds)
        else:
            self._lock.sleep(seconds, INTERRUPTS.pause)

    def store(self) -> Store:
        """Open the database for writing, made and migrated where needed."""
        paypal = self.settings.paypal
        store = open_store(self.settings.database.url, environment=paypal.environment, account=paypal.account)
        if store is None:
            raise RuntimeError("a database that was to be made is not there")
        self._stack.callback(store.close)
        return store

    def existing_store(self) -> Store | None:
        """Open the database for reading alone; None where there is none yet. Writes nothing at all."""
        paypal = self.settings.paypal
        store = open_store(
            self.settings.database.url, environment=paypal.environment, account=paypal.account, read_only=True
        )
        if store is not None:
            self._stack.callback(store.close)
        return store

    def paypal(self, terms: "Terms | None" = None, *, leaves_no_book: bool = False) -> "PayPalClient":
        """Open the way to PayPal, or to the embedded simulator: to its book, or to one that leaves no file.

        Raises:
            CredentialsMissing: the environment holds none.

        """
        # The network library is loaded by those who ask PayPal, not by `status`.
        from paypal_payouts.paypal.client import PayPalClient
        from paypal_payouts.paypal.pace import Pace

        paypal = self.settings.paypal
        credentials = load_credentials(os.environ, paypal.environment)
        for credential in (credentials.client_id, credentials.client_secret):
            hide(credential.get_secret_value())
        embedded = paypal.environment == "simulator"
        if self._pace is None and not embedded:
            self._pace = Pace(paypal.requests_per_minute, monotonic=time.monotonic, pause=self.pause)
        policy = self.settings.retry_policy("")[0] if terms is None else terms.policy
        client = PayPalClient(
            base_url=_EMBEDDED if embedded else paypal.base_url or _HOSTS[paypal.environment],
            client_id=credentials.client_id.get_secret_value(),
            client_secret=credentials.client_secret,
            timeout_s=paypal.timeout_s,
            policy=policy,
            now=self.now,
            monotonic=time.monotonic,
            pause=self.pause,
            chance=self.chance,
            pace=self._pace,
            transport=self._embedded_transport(None if leaves_no_book else self.simulator_book()) if embedded else None,
        )
        self._stack.callback(client.close)
        return client

    def _embedded_transport(self, book: Path | None) -> "SimulatorTransport":
        from paypal_payouts.simulator.core import Simulator
        from paypal_payouts.simulator.mounts import SimulatorTransport

        try:
            if book is not None and self.settings.database.path is None:
                private_directory(book.parent)
            simulator = self._stack.enter_context(Simulator(book, self.now))
        except OSError as error:
            raise ConfigInvalid(
                f"The simulator's book {book} cannot be used: {error.strerror or error}.",
                hint="Nothing was sent. Let database.url, or lock.directory, name a folder that this user can write.",
            ) from error
        return SimulatorTransport(simulator, pause=self.pause)

    def simulator_book(self) -> Path:
        """Say where the embedded simulator keeps its book: beside an SQLite database, else beside the locks."""
        path = self.settings.database.path
        if path is None:
            return self.settings.lock.directory / "simulator.book"
        return path.with_name(path.name + ".simulator")

    def tools(self, paypal: "PayPalClient", *, same_account: bool = False, any_account: bool = False) -> "Tools":
        """Give what the verbs work with: this way to PayPal, the database and all the rest.

        With `same_account` a person says that these credentials belong to the account that the database was used with;
        with `any_account` they are not compared, as for a verb that takes no word of PayPal's for ours.

        Raises:
            WrongAccount: the database was used with another client id; PayPal was not asked.

        """
        from paypal_payouts.protocol.tools import Tools

        store = self.store()
        if self.settings.paypal.environment != "simulator":
            self._check_account(store, paypal, same_account=same_account, any_account=any_account)
        return Tools(
            store=store,
            paypal=paypal,
            hold=self._hold(store),
            now=self.now,
            pause=self.pause,
            chance=self.chance,
            progress=self.progress,
            errors=self.settings.error_rules(),
        )

    def _check_account(self, store: Store, paypal: "PayPalClient", *, same_account: bool, any_account: bool) -> None:
        """Compare the client id before the first exchange; the first one is remembered once PayPal has let it in."""
        salt = secrets.token_hex(16)
        if same_account:
            store.account.replace(paypal.client_id, salt=salt, now=self.now(), actor=self.operator)
        if not any_account and not store.account.is_known(paypal.client_id):
            paypal.on_first_token(partial(store.account.remember, paypal.client_id, salt=salt))

    def _hold(self, store: Store) -> "Hold":
        """Give the function that takes the locks of a cycle; from then on signals wait for safe points."""
        lock = self.settings.lock
        holder = Holder(host=socket.gethostname(), pid=os.getpid(), command=" ".join(["payouts", *sys.argv[1:]])[:200])

        @contextmanager
        def held(cycle: str) -> Iterator[CycleLock]:
            INTERRUPTS.begin()
            with acquire_processing_lock(
                cycle,
                store=store,
                directory=lock.directory,
                holder=holder,
                lease_s=lock.lease_s,
                now=self.now,
                new_identity=lambda: uuid.uuid4().hex,
            ) as taken:
                self._lock = taken
                try:
                    yield taken
                finally:
                    self._lock = None

        return held

    def sent_lines(self, cycle: str) -> list[SentLine]:
        """Read the sent log of a cycle without taking its lock."""
        return sent_lines(cycle, directory=self.settings.lock.directory)

    is_living = staticmethod(is_living)


@contextmanager
def open_wiring(config: Path | str | None = None) -> Iterator[Wiring]:
    """Open what the functions of the library are handed, as a command opens it, and close it in the end.

    `config` is found as `--config` is; credentials and overrides come from the environment of this process.

    Raises:
        ConfigInvalid: the configuration, or what it names, cannot be used.

    """
    with ExitStack() as stack:
        progress = stack.enter_context(make_progress(sys.stderr, quiet=True, plain=True))
        settings = settings_here(None if config is None else Path(config))
        yield Wiring(settings, progress=progress, stack=stack)
