"""What every call of a `Payouts` goes through: its thread, its request to stop, what it opens, and how it ends."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from paypal_payouts.config import Credentials, Settings
from paypal_payouts.context.opening import Context
from paypal_payouts.context.process import now, system_user
from paypal_payouts.context.stopping import StopRequest
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.payout import Row
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.errors import ExitCode, InputInvalid, Interrupted, PayoutsError, UsageError
from paypal_payouts.intake import StagedInput
from paypal_payouts.library.converting import Converter, item_of
from paypal_payouts.library.results import Item, ReadItems, RunResult
from paypal_payouts.library.rows import NAME, RowStream, in_words_of_rows
from paypal_payouts.present.commands import Typed
from paypal_payouts.present.progress import SilentProgress
from paypal_payouts.storage import Store
from paypal_payouts.verbs.marking import marked

RESULT_CODES: Final = frozenset(code for code in ExitCode if code.comes_with != "error")
"""What ends with these is a result; whatever ends with another is raised (docs/design.md, 5.7)."""

Source = Path | str | None
"""An input: a file, or None for the configured one."""

_Kind = TypeVar("_Kind", bound=Report)
_ReadRows = Callable[[Store], Iterable[ItemReport]]


class Session:
    """One user of the library, in one thread."""

    def __init__(
        self,
        settings: Settings,
        *,
        credentials: Callable[[], Credentials],
        actor: str,
        user: str,
        config: str | None,
    ) -> None:
        """Begin without opening anything; `config` is what a command needs to mean the same, where one was named.

        `actor` is who is said to act, and `user` whom the system says.
        """
        self._owner = (os.getpid(), threading.current_thread())
        self._actor, self._config = actor, config
        self._stack = ExitStack()
        self._stop = StopRequest()
        self._is_busy = self._is_closed = False
        self._context = Context(
            settings,
            stack=self._stack,
            progress=SilentProgress(),
            now=now,
            stop=self._stop,
            credentials=credentials,
            operator=actor,
            user=user,
            command=actor,
        )

    def request_stop(self) -> None:
        """Ask the call that is at work to end at its next safe point, with Interrupted; no further one begins to act.

        It may be called from a signal handler and from any thread. Calls that only look still answer. To pay on, open
        another `Payouts`.
        """
        self._stop.make()

    def close(self) -> None:
        """Close what is open; every later call is refused."""
        self._is_closed = True
        self._stack.close()

    def _check_use(self) -> None:
        """Refuse a call that nobody must make, before anything is done.

        Raises:
            UsageError: in another thread or process than the one that opened it, or after it was closed.

        """
        if self._owner != (os.getpid(), threading.current_thread()):
            raise UsageError(
                f"This Payouts belongs to {self._owner[1].name}, where it was opened.",
                hint="Nothing was done. Open one in each thread; only request_stop() may be called from anywhere.",
            )
        if self._is_closed:
            raise UsageError("This Payouts was closed.", hint="Nothing was done. Open another one.")

    @contextmanager
    def _call(self, verb: str, *, acts: bool = False, pays: bool = False) -> Iterator[Context]:
        """Open the context of one call, and close in the end what it opened.

        A call that `acts` asks PayPal or writes, and does not begin once a stop was requested; one that `pays` needs a
        configuration.

        Raises:
            UsageError: it must not be made here or now.
            Interrupted: a stop was requested before.
            ConfigInvalid: nobody chose where money is paid.

        """
        self._check_use()
        if self._is_busy:
            raise UsageError(
                "This Payouts is at work.", hint="Nothing was done. Call it when the other call has ended."
            )
        if acts and self._stop.is_made:
            raise Interrupted("Stopped before anything was done.", hint="Open another Payouts to go on.")
        if pays:
            self._context.settings.must_name_environment()
        self._context.command = f"{self._actor}: {verb}, by {system_user()}"
        self._is_busy = True
        try:
            with self._context.scope(acts=acts):
                yield self._context
        except PayoutsError as error:
            self._complete(error, self._typed())
            raise
        finally:
            self._is_busy = False

    def _typed(self, cycle: str | None = None, source: Source = None, **flags: bool) -> Typed:
        """Return what a command that is told needs, to mean the same when it is typed."""
        given = tuple(f"--{flag.replace('_', '-')}" for flag, is_given in flags.items() if is_given)
        return Typed(self._config, cycle, None if source is None else str(source), given)

    @staticmethod
    def _complete(error: PayoutsError, typed: Typed) -> None:
        error.hint = typed.text(error.hint)

    def _read(
        self,
        context: Context,
        cycle: str,
        rows: Iterable[Row] | None,
        source: Source,
        *,
        skip_invalid: bool = False,
    ) -> StagedInput:
        """Read and check the rows that are handed in, or a file.

        Raises:
            UsageError: both are given.
            InputInvalid: `details` names each bad row, from 0 on, or each bad line of the file.

        """
        if rows is None:
            return context.read_input(cycle, source, skip_invalid=skip_invalid)
        self._not_both(rows, source)
        try:
            return context.read_stream(RowStream(rows), name=NAME, skip_invalid=skip_invalid)
        except InputInvalid as error:
            raise in_words_of_rows(error) from None

    @staticmethod
    def _not_both(rows: Iterable[Row] | None, source: Source) -> None:
        if rows is not None and source is not None:
            raise UsageError("Both rows and an input are given.", hint="Nothing was sent. Hand in one of them.")

    def _converter(self, typed: Typed) -> Converter:
        return Converter(typed, self._items_of_cycle, self._items_of_batch)

    def _run_result(self, finished: Finished, typed: Typed) -> RunResult:
        """Return what `run`, `retry` or `preview` came to, or raise what ended it.

        Raises:
            PayoutsError: with an exit code that is no result; its `result` tells of the cycle, where it was looked at.

        """
        finished = marked(finished, self._context.settings.paypal.environment)
        report, error = finished.report, finished.error
        if error is not None:
            self._complete(error, typed)
        result = None
        if isinstance(report, RunReport):
            result = self._converter(typed).run(report, finished.exit_code, error)
        if error is not None and (result is None or finished.exit_code not in RESULT_CODES):
            error.result = result
            raise error
        if result is None:
            raise RuntimeError("a call that ended well has no report")
        return result

    def _items_of_cycle(self, cycle: str) -> ReadItems:
        return partial(self._read_items, lambda store: store.items.rows_of_cycle(cycle))

    def _items_of_batch(self, name: str) -> ReadItems:
        def rows(store: Store) -> Iterable[ItemReport]:
            batch = store.batches.find(name)
            return () if batch is None else store.items.rows_of_batch(batch.id)

        return partial(self._read_items, rows)

    def _read_items(self, rows: _ReadRows) -> Iterator[Item]:
        self._check_use()
        return self._items(rows)

    def _items(self, rows: _ReadRows) -> Iterator[Item]:
        store = self._context.open_existing()
        if store is None:
            return
        try:
            yield from map(item_of, rows(store))
        finally:
            store.close()


def report_of(finished: Finished, kind: type[_Kind]) -> _Kind:
    """Return the report of a call that has one.

    Raises:
        PayoutsError: what ended it without one.

    """
    if isinstance(finished.report, kind):
        return finished.report
    raise finished.error or RuntimeError("a call that ended well has no report")
