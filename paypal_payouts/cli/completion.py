"""What a shell completes: cycles, batches, states. Whatever goes wrong, nothing is offered and nothing is said."""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from paypal_payouts.config import Settings
    from paypal_payouts.storage import Store

_PATIENCE_S: Final = 1.0

_Names = Callable[["Settings", "Store | None", str], Iterable[str]]


def complete_cycles(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the cycles of the database, the newest first, then those that only have a file."""
    return _offered(_cycles, ctx, incomplete)


def complete_batches(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the batches of every cycle that the word may still mean, those of the newest cycle first."""
    return _offered(_batches, ctx, incomplete)


def complete_states(incomplete: str) -> list[str]:
    """Offer the states of items."""
    from paypal_payouts.domain.states import ItemState

    return [state.value for state in ItemState if state.value.startswith(incomplete)]


def complete_moves(incomplete: str) -> list[str]:
    """Offer where a batch or an item may be moved to by hand."""
    from paypal_payouts.domain.moves import goals_by_hand

    goals = dict.fromkeys([*goals_by_hand("batch"), *goals_by_hand("item")])
    return [goal for goal in goals if goal.startswith(incomplete)]


def _cycles(settings: "Settings", store: "Store | None", incomplete: str) -> Iterable[str]:
    from paypal_payouts.context.cycle_files import cycles_with_a_file

    stored = [] if store is None else store.history.cycle_names()
    names = dict.fromkeys([*stored, *cycles_with_a_file(settings)])
    return [name for name in names if name.startswith(incomplete)]


def _batches(_settings: "Settings", store: "Store | None", incomplete: str) -> Iterable[str]:
    if store is None:
        return []
    cycles = [
        name for name in store.history.cycle_names() if name.startswith(incomplete) or incomplete.startswith(name)
    ]
    batches = (str(batch.name) for cycle in cycles for batch in store.batches.of_cycle(cycle))
    return [name for name in batches if name.startswith(incomplete)]


def _offered(names: _Names, ctx: typer.Context, incomplete: str) -> list[str]:
    try:
        with _installation(ctx.params.get("config")) as (settings, store):
            return list(names(settings, store, incomplete))
    except (Exception, _TooLong):  # noqa: BLE001 - a person is in the middle of a line: nothing may be written into it
        return []


class _TooLong(BaseException):
    """The time is over; nobody below takes it for a fault of the database, to be tried again."""


@contextmanager
def _patience() -> Iterator[None]:
    """Break off what takes longer than a person waits for a key: a server that is dead does not say so."""

    def break_off(_number: int, _frame: object) -> None:
        raise _TooLong

    signal.signal(signal.SIGALRM, break_off)
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _installation(config: Path | str | None) -> Iterator[tuple["Settings", "Store | None"]]:
    """Open what the line's --config, the environment and the folder say, for reading alone."""
    from paypal_payouts.context.process import settings_here
    from paypal_payouts.storage import open_store

    settings = settings_here(Path(config) if config else None)
    paypal = settings.paypal
    with ExitStack() as stack:
        if settings.database.path is None:
            stack.enter_context(_patience())
        store = open_store(
            settings.database.url, environment=paypal.environment, account=paypal.account, read_only=True
        )
        if store is not None:
            stack.callback(store.close)
        yield settings, store
