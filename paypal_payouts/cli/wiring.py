"""Wiring: reads the clock, chance, environment, arguments and terminal, which no other room does, and hands them on."""

import getpass
import os
import random
import secrets
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from paypal_payouts.cli.cycle_files import cycles_with_a_file
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.config import Settings, load_credentials, load_settings
from paypal_payouts.domain.plan import Limits, Request
from paypal_payouts.domain.report import Progress
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.errors import ConfigInvalid, InputInvalid, NotConfirmed, UsageError
from paypal_payouts.intake import StagedInput, read_input
from paypal_payouts.locks import CycleLock, acquire_processing_lock, sent_lines
from paypal_payouts.log import hide
from paypal_payouts.orchestrator.lookup import did_you_mean
from paypal_payouts.present.progress import make_progress
from paypal_payouts.present.text import visible
from paypal_payouts.private import private_directory
from paypal_payouts.storage import Holder, Store, open_store

if TYPE_CHECKING:
    from paypal_payouts.orchestrator.terms import Terms
    from paypal_payouts.orchestrator.tools import Hold, Tools
    from paypal_payouts.paypal.client import PayPalClient
    from paypal_payouts.paypal.pace import Pace
    from paypal_payouts.simulator.mounts import SimulatorTransport

_HOSTS = {"sandbox": "https://api-m.sandbox.paypal.com", "live": "https://api-m.paypal.com"}

_EMBEDDED = "http://simulator.invalid"
"""The embedded simulator is no host; this name can be looked up nowhere."""


def now() -> datetime:
    """Read the clock, in UTC."""
    return datetime.now(UTC)


def _system_user() -> str:
    """Name who runs this: a container may run as a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # up to Python 3.12, and from 3.13 on
        return f"uid {os.getuid()}"


class Wiring:
    """Everything that a command is handed, opened when it is asked for and closed in the end."""

    def __init__(self, settings: Settings, *, progress: Progress, stack: ExitStack) -> None:
        """Keep what is there from the start."""
        self.settings = settings
        self.progress = progress
        self.now = now
        self.chance = random.random
        self.operator = _system_user()
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
        from paypal_payouts.paypal.client import PayPalClient, RepeatPolicy
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
            policy=RepeatPolicy(policy.max_retries, policy.base_delay_s, policy.max_delay_s),
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
        from paypal_payouts.orchestrator.tools import Tools

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

    def read_input(self, cycle: str, source: str | None = None, *, skip_invalid: bool = False) -> StagedInput:
        """Read and check the cycle's input."""
        if source == "-":
            staged = read_input(
                sys.stdin.buffer, name="standard input", skip_invalid=skip_invalid, progress=self.progress.rows_read
            )
        else:
            path = Path(source) if source is not None else self._input_path(cycle)
            staged = read_input(path, name=str(path), skip_invalid=skip_invalid, progress=self.progress.rows_read)
        return self._stack.enter_context(staged)

    def _input_path(self, cycle: str) -> Path:
        """Say where the cycle's own file is.

        Raises:
            InputInvalid: it is not there.

        """
        path = self.settings.input_path(cycle)
        if not path.exists():
            store = self.existing_store()
            if store is not None and cycle in store.history.cycle_names():
                meant = f"What is stored of {cycle} is continued without its file by `payouts run --open`. "
            else:
                meant = did_you_mean(cycle, cycles_with_a_file(self.settings))
            raise InputInvalid(
                f"{path} is not there",
                hint=f"{meant}Write who is owed what into it, or name another file with --input. Nothing was sent.",
            )
        return path

    def read_input_if_there(self, cycle: str, source: str | None) -> StagedInput | None:
        """Read the cycle's input; None where none was named and the configured file is not there."""
        if source is None and not self.settings.input_path(cycle).exists():
            return None
        try:
            return self.read_input(cycle, source, skip_invalid=False)
        except InputInvalid as error:
            hint = "Nothing was sent. Correct the file: `retry` pays from no file that has bad rows."
            raise InputInvalid(error.message, hint=hint, details=error.details) from None

    def request(
        self, cycle: str, *, append: bool = False, allow_duplicate: bool = False, expect_digest: str | None = None
    ) -> Request:
        """Put what the operator asked for beside what is configured."""
        return Request(
            cycle=cycle,
            environment=self.settings.paypal.environment,
            account=self.settings.paypal.account,
            append=append,
            allow_duplicate=allow_duplicate,
            expect_digest=expect_digest,
            limits=self.limits(),
        )

    def limits(self) -> Limits:
        """Give the configured limits, in minor units."""
        limits = self.settings.limits
        return Limits(max_item=limits.max_item, max_cycle=limits.max_cycle)

    def terms(
        self,
        cycle: str,
        *,
        wait: bool = True,
        max_retries: int | None = None,
        base_delay_s: float | None = None,
        max_delay_s: float | None = None,
    ) -> "Terms":
        """Give the rules that a run of this cycle works under.

        Raises:
            UsageError: a policy of the command line that contradicts itself.

        """
        from paypal_payouts.orchestrator.intent import Email
        from paypal_payouts.orchestrator.terms import Terms, Waiting

        settings = self.settings
        policy, source = settings.retry_policy(cycle)
        configured = policy
        policy = replace(
            policy,
            max_retries=policy.max_retries if max_retries is None else max_retries,
            base_delay_s=policy.base_delay_s if base_delay_s is None else base_delay_s,
            max_delay_s=policy.max_delay_s if max_delay_s is None else max_delay_s,
        )
        if policy != configured:
            source = f"{source}, command line"
        if policy.max_delay_s < policy.base_delay_s:
            raise UsageError(
                f"The longest delay ({policy.max_delay_s:g} s) is shorter than the first ({policy.base_delay_s:g} s).",
                hint="Nothing was sent. Give --max-delay too, at least as long as --base-delay.",
            )
        paypal = settings.paypal
        return Terms(
            policy=policy,
            policy_source=source,
            email=Email(settings.email_subject(cycle), settings.email_message(cycle)),
            cooldown_s=settings.lock.cooldown_s,
            duplicate_days=settings.limits.duplicate_days,
            waiting=Waiting(paypal.poll_interval_s, paypal.poll_timeout_s) if wait else None,
            operator=self.operator,
        )

    def max_age_days(self, cycle: str) -> int:
        """Say for how many days after its first send a batch of this cycle may be sent again."""
        return self.settings.retry_policy(cycle)[0].max_age_days

    @staticmethod
    def is_living(host: str, pid: int) -> bool | None:
        """Tell whether a process of a host lives; None where that cannot be known from here."""
        if host != socket.gethostname():
            return None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True

    def must_ask(self, *, yes: bool) -> bool:
        """Tell whether the operator is asked before money is sent or a batch is moved (contract, "Asking").

        Raises:
            NotConfirmed: nobody can be asked, and the money is real.

        """
        if yes:
            return False
        if sys.stdin.isatty() and sys.stderr.isatty():
            return True
        if self.settings.paypal.environment == "live":
            raise NotConfirmed(
                "There is no terminal to ask on, and paypal.environment is live.",
                hint="Nothing was sent. Add --yes where that is meant.",
            )
        return False

    def ask(self, question: str) -> None:
        """Ask on stderr, and go on only after a yes.

        Raises:
            NotConfirmed: any other answer.

        """
        self.progress.close()
        sys.stderr.write("\n".join(map(visible, question.split("\n"))) + " [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise NotConfirmed("Declined.", hint="Nothing was changed or sent.")

    def header(self) -> str:
        """Say whose money a question is about."""
        paypal = self.settings.paypal
        return f"Environment {paypal.environment.upper()}, account {paypal.account}.\n"


def settings_here(config: Path | None) -> Settings:
    """Read the configuration as this process finds it: by an option, its environment, or the folder it works in.

    Raises:
        ConfigInvalid: it cannot be used.

    """
    try:
        folder = Path.cwd()
    except FileNotFoundError:
        raise ConfigInvalid(
            "The folder that this was started in is gone.", hint="Nothing was sent. Go into one that is there."
        ) from None
    return load_settings(path=config, environ=os.environ, cwd=folder)


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
