"""The context: opens the database, the locks and the way to PayPal, and hands them on with clock and chance."""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Final

from paypal_payouts.config import Credentials, Settings
from paypal_payouts.context.holding import Holding
from paypal_payouts.context.inputs import Inputs
from paypal_payouts.context.rules import Rules
from paypal_payouts.context.stopping import StopRequest
from paypal_payouts.domain.progress import Progress
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.log import hide
from paypal_payouts.paypal.pace import Pace
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.storage import Patience, Proof, Store, open_store, prove, reseal
from paypal_payouts.trust import check_trusted, check_trusted_folder, check_trusted_sqlite

if TYPE_CHECKING:
    from paypal_payouts.paypal.client import PayPalClient
    from paypal_payouts.simulator.mounts import SimulatorTransport

_HOSTS: Final = {"sandbox": "https://api-m.sandbox.paypal.com", "live": "https://api-m.paypal.com"}

_EMBEDDED: Final = "http://simulator.invalid"
"""The embedded simulator is no host; this name can be looked up nowhere."""


class Context(Holding, Inputs, Rules):
    """Everything that a verb is handed, opened when it is asked for and closed in the end."""

    def __init__(
        self,
        settings: Settings,
        *,
        stack: ExitStack,
        progress: Progress,
        now: Callable[[], datetime],
        stop: StopRequest,
        credentials: Callable[[], Credentials],
        operator: str,
        command: str,
        user: str | None = None,
    ) -> None:
        """Keep what is there from the start.

        `stack` closes what is opened. `credentials` is asked when PayPal is needed, and may raise CredentialsMissing.
        `operator` is who acts, for the trail; `command` is what is at work, as the lease of a cycle shows it. `user` is
        whom the system says, where `operator` is another's word.
        """
        self.settings = settings
        self.progress = progress
        self.now = now
        self.chance = random.random
        self.operator = operator
        self.command = command
        self._user = user if user != operator else None
        self._stop = stop
        self._patience = Patience(settings.database.patience_s, stop)
        self._credentials = credentials
        self._stack = stack
        self._pace: Pace | None = None

    @contextmanager
    def scope(self, *, acts: bool) -> Iterator[None]:
        """Close at the end of the block what was opened within it; how fast PayPal was asked is remembered.

        Only in a block that `acts` does a request to stop break off a wait for the database.
        """
        self._patience.renew(heeds_stop=acts)
        before, self._stack = self._stack, ExitStack()
        try:
            with self._stack:
                yield
        finally:
            self._stack = before
            self._patience.renew(heeds_stop=False)

    def wait_for_no_server(self) -> None:
        """Say at once that the database's server is away, to whoever asks just that."""
        self._patience = Patience(0, self._stop)

    def store(self) -> Store:
        """Open the database for writing, made and migrated where needed."""
        store = self._open_store(read_only=False)
        if store is None:
            raise RuntimeError("a database that was to be made is not there")
        self._stack.callback(store.close)
        return store

    def existing_store(self) -> Store | None:
        """Open the database for reading alone; None where there is none yet. Writes nothing at all."""
        store = self.open_existing()
        if store is not None:
            self._stack.callback(store.close)
        return store

    def open_existing(self) -> Store | None:
        """Open the database as `existing_store` does, for a caller that closes it."""
        return self._open_store(read_only=True)

    def _open_store(self, *, read_only: bool) -> Store | None:
        paypal = self.settings.paypal
        return open_store(
            self.settings.database.url,
            environment=paypal.environment,
            account=paypal.account,
            key_file=self.settings.seal.key_file,
            now=self.now(),
            read_only=read_only,
            user=self._user,
            patience=self._patience,
        )

    def prove_server(self) -> list[Proof]:
        """Look at everything of the database's server that decides whether a run can begin; changes nothing.

        Raises:
            ConfigInvalid: it cannot be reached, or not be used at all.

        """
        return prove(self.settings.database.url, patience=self._patience)

    def reseal(self, *, reason: str, operator: str) -> int:
        """Seal the database as it stands, because a person vouches for it; return how many batches there are.

        Raises:
            ConfigInvalid: the database or the key cannot be used.

        """
        paypal = self.settings.paypal
        return reseal(
            self.settings.database.url,
            environment=paypal.environment,
            account=paypal.account,
            key_file=self.settings.seal.key_file,
            now=self.now(),
            actor=operator,
            reason=reason,
            patience=self._patience,
        )

    def paypal(
        self, terms: Terms | None = None, *, leaves_no_book: bool = False, timeout_s: float = inf
    ) -> "PayPalClient":
        """Open the way to PayPal, or to the embedded simulator: to its book, or to one that leaves no file.

        Reads and tokens are asked for again by the policy of these terms; without them, by that of the cycle that is
        held at the moment. No exchange takes longer than `timeout_s`, nor than is configured.

        Raises:
            UntrustedFile: somebody else could have written what this program goes by.
            CredentialsMissing: there are none, or they cannot be used.

        """
        from paypal_payouts.paypal.client import PayPalClient  # noqa: PLC0415 - `status` loads no network library
        from paypal_payouts.paypal.threads import Threads  # noqa: PLC0415 - as above

        self._check_files()
        paypal = self.settings.paypal
        credentials = self._credentials()
        for credential in (credentials.client_id, credentials.client_secret):
            hide(credential.get_secret_value())
        embedded = paypal.environment == "simulator"
        if self._pace is None and not embedded:
            self._pace = Pace(paypal.requests_per_minute, monotonic=time.monotonic, pause=self.pause)
        client = PayPalClient(
            base_url=_EMBEDDED if embedded else paypal.base_url or _HOSTS[paypal.environment],
            client_id=credentials.client_id.get_secret_value(),
            client_secret=credentials.client_secret,
            timeout_s=min(paypal.timeout_s, timeout_s),
            policy=partial(self._retry_policy, None if terms is None else terms.policy),
            now=self.now,
            monotonic=time.monotonic,
            pause=self.pause,
            chance=self.chance,
            pace=self._pace,
            transport=self._embedded_simulator(leaves_no_book=leaves_no_book) if embedded else None,
            executor=None if embedded else Threads(paypal.reads_in_parallel),
            reads_in_parallel=paypal.reads_in_parallel,
        )
        self._stack.callback(client.close)
        return client

    def _check_files(self) -> None:
        """Look, before anybody is asked anything, at what is opened only later."""
        lock, database = self.settings.lock, self.settings.database.path
        try:
            check_trusted_folder(lock.directory)
            for path in (lock.directory / "id", lock.notified):
                check_trusted(path)
            if database is not None:
                check_trusted_sqlite(database)
        except OSError as error:
            raise ConfigInvalid(
                f"{error.filename} cannot be looked at: {error.strerror}.",
                hint="Nothing was sent. Let database.url and lock.directory name what this user can use.",
            ) from error

    def _retry_policy(self, fixed: RetryPolicy | None) -> RetryPolicy:
        """Return the policy in force now: the one that is fixed, else that of the cycle that is held."""
        cycle = "" if self._lock is None else self._lock.lease.key
        return self.settings.retry_policy(cycle)[0] if fixed is None else fixed

    def _embedded_simulator(self, *, leaves_no_book: bool) -> "SimulatorTransport":
        from paypal_payouts.context.embedded import embedded_simulator  # noqa: PLC0415 - only where it is PayPal

        simulator = embedded_simulator(self.settings, leaves_no_book=leaves_no_book, now=self.now, pause=self.pause)
        return self._stack.enter_context(simulator)

    def tools(self, paypal: "PayPalClient", *, same_account: bool = False, any_account: bool = False) -> Tools:
        """Return what the verbs work with: this way to PayPal, the database and all the rest.

        With `same_account` a person says that these credentials belong to the account that the database was used with;
        with `any_account` they are not compared, as for a verb that takes no word of PayPal's for ours.

        Raises:
            WrongAccount: the database was used with another client id; PayPal was not asked.

        """
        store = self.store()
        if self.settings.paypal.environment != "simulator":
            self._check_account(store, paypal, same_account=same_account, any_account=any_account)
        return Tools(
            store=store,
            paypal=paypal,
            hold=self.hold(store),
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
