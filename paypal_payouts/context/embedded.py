"""The embedded simulator in PayPal's place, and the file that its book is in."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from paypal_payouts.config import Settings
from paypal_payouts.disks import cause_of
from paypal_payouts.errors import SENT_NOTHING, ConfigInvalid
from paypal_payouts.private import private_directory
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.mounts import SimulatorTransport
from paypal_payouts.trust import check_trusted_sqlite


def simulator_book(settings: Settings) -> Path:
    """Return where the embedded simulator keeps its book: beside an SQLite database, else beside the locks."""
    path = settings.database.path
    return settings.lock.directory / "simulator.book" if path is None else path.with_name(f"{path.name}.simulator")


@contextmanager
def embedded_simulator(
    settings: Settings, *, leaves_no_book: bool, now: Callable[[], datetime], pause: Callable[[float], None]
) -> Iterator[SimulatorTransport]:
    """Hold the simulator, with its book or with one that leaves no file.

    Raises:
        UntrustedFile: somebody else could have written the book.
        ConfigInvalid: the book cannot be used.

    """
    book = None if leaves_no_book else simulator_book(settings)
    try:
        if book is not None:
            if settings.database.path is None:
                private_directory(book.parent)
            book = check_trusted_sqlite(book)
        simulator = Simulator(book, now)
    except (OSError, sqlite3.OperationalError) as error:
        cause = None if book is None else cause_of(book, error)
        words, fix = cause or (
            getattr(error, "strerror", None) or error,
            (
                "Let this user write it and its folder (`chmod u+w` where they are yours), or let database.url, or "
                "lock.directory, name a folder that this user can write"
            ),
        )
        raise ConfigInvalid(
            f"The simulator's book {book} cannot be used: {words}.", hint=f"{SENT_NOTHING} {fix}."
        ) from error
    with simulator:
        yield SimulatorTransport(simulator, pause=pause)
