"""What of an installation a shell completes: the names of its cycles and batches."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from paypal_payouts.config import Settings
from paypal_payouts.context.cycle_files import cycles_with_a_file
from paypal_payouts.context.process import now, settings_here
from paypal_payouts.storage import Store, open_store

_PATIENCE_S: Final = 1.0


def cycles(config: Path | str | None, incomplete: str) -> list[str]:
    """Return the cycles of the database, the newest first, then those that only have a file."""
    with _installation(config) as (settings, store):
        stored = [] if store is None else store.history.cycle_names()
        names = dict.fromkeys([*stored, *cycles_with_a_file(settings)])
    return [name for name in names if name.startswith(incomplete)]


def batches(config: Path | str | None, incomplete: str) -> list[str]:
    """Return the batches of every cycle that the word may still mean, those of the newest cycle first."""
    with _installation(config) as (_, store):
        if store is None:
            return []
        cycles = [
            name for name in store.history.cycle_names() if name.startswith(incomplete) or incomplete.startswith(name)
        ]
        names = [str(batch.name) for cycle in cycles for batch in store.batches.of_cycle(cycle)]
    return [name for name in names if name.startswith(incomplete)]


class _TooLong(BaseException):
    """The time is over; nobody below takes it for a fault of the database, to be tried again."""


@contextmanager
def _patience() -> Iterator[None]:
    """Break off what takes longer than a person waits for a key: a server that is dead does not say so.

    Raises:
        TimeoutError: it did.

    """

    def break_off(_number: int, _frame: object) -> None:
        raise _TooLong

    signal.signal(signal.SIGALRM, break_off)
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE_S)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _TooLong:
        raise TimeoutError from None


@contextmanager
def _installation(config: Path | str | None) -> Iterator[tuple[Settings, Store | None]]:
    """Open what the line's --config, the environment and the folder say, for reading alone."""
    settings = settings_here(Path(config) if config else None)
    paypal = settings.paypal
    with ExitStack() as stack:
        if settings.database.path is None:
            stack.enter_context(_patience())
        store = open_store(
            settings.database.url,
            environment=paypal.environment,
            account=paypal.account,
            key_file=settings.seal.key_file,
            now=now(),
            read_only=True,
        )
        if store is not None:
            stack.callback(store.close)
        yield settings, store
