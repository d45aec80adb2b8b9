"""What `doctor` checks of the database: its server, its tables, its durability, locks, seals, and the sent logs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from paypal_payouts.domain.doctor import Check, CheckState
from paypal_payouts.domain.words import counted
from paypal_payouts.errors import PayoutsError
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.sent_log import sent_lines
from paypal_payouts.protocol.unrecorded import unrecorded_sends
from paypal_payouts.storage import HEAD, NewerSchema, OlderSchema, Proof, Store, durability
from paypal_payouts.verbs.reports import led_out
from paypal_payouts.verbs.status_query import Selection, overview
from paypal_payouts.verbs.unlock import IsLiving

_OK, _WARNING, _FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED

_NAMED_MAX: Final = 5


def check_database(
    shown_as: str,
    lock_directory: Path,
    prove_server: Callable[[], Sequence[Proof]],
    open_database: Callable[[], Store | None],
    is_living: IsLiving,
    *,
    errors: ErrorRules,
    every_cycle: bool = False,
) -> Iterator[Check]:
    """Check what the database is, and whether it agrees with the files of the lock directory.

    Without `every_cycle` seals and sent logs are those of the cycles that `status` lists: years of finished ones would
    take minutes.
    """
    try:
        yield from map(_check_of, prove_server())
        store = open_database()
        if store is None:
            yield Check("database", _OK, f"{shown_as} is not there yet; the first `run` makes it")
            yield check_sent_log(lock_directory, None, Selection([]), errors=errors)
            return
        glances = store.history.glances()
        looked_at = Selection([glance.name for glance in glances]) if every_cycle else overview(glances)
        held = store.locks.held()
        kept = durability(store.database)
    except OlderSchema as error:
        yield Check("schema", _WARNING, error.message, error.hint)
        return
    except NewerSchema as error:
        yield Check.failed("schema", error)
        return
    except PayoutsError as error:
        yield Check.failed("database", error)
        return
    yield Check("database", _OK, f"{shown_as}, {counted(len(glances), 'cycle')}")
    yield Check("schema", _OK, f"of {HEAD}, the newest that this program knows")
    yield Check("durability", _WARNING if kept.fix else _OK, kept.words, kept.fix)
    dead = [lock for lock in held if is_living(lock.host, lock.pid) is False]
    for lock in dead:
        yield Check(
            "locks",
            _WARNING,
            f"{lock.key} is held by process {lock.pid} of this machine, which is dead",
            f"`payouts run {lock.key}` takes it over and goes on",
        )
    if not dead:
        yield Check("locks", _OK, f"{counted(len(held), 'cycle')} being worked on")
    yield _check_seals(store, looked_at)
    yield check_sent_log(lock_directory, store, looked_at, errors=errors)


def _check_of(proof: Proof) -> Check:
    wrong = _FAILED if proof.stops else _WARNING
    return Check(proof.name, wrong if proof.fix else _OK, proof.words, proof.fix)


def _check_seals(store: Store, looked_at: Selection) -> Check:
    """Look whether somebody else changed what is stored, or the trail."""
    try:
        for cycle in looked_at.cycles:
            store.seals.check_cycle(cycle)
        store.audit.check()
    except PayoutsError as error:
        return Check.failed("seals", error)
    return Check(
        "seals",
        _OK,
        f"of {counted(len(looked_at.cycles), 'cycle')}, and the trail: all as this program wrote it{_older(looked_at)}",
    )


def check_sent_log(directory: Path, store: Store | None, looked_at: Selection, *, errors: ErrorRules) -> Check:
    """Hold what this lock directory knows of sends against the database, cycle by cycle; None: there is none yet.

    Sends that it knows and the database does not are looked for in every cycle; the other way round, in those that are
    looked at.
    """
    unlogged = dict[str, int]()
    try:
        unrecorded = unrecorded_sends(directory, store=store)
        doubt = led_out(unrecorded.whole.doubt(), store=store, errors=errors)
        if unrecorded.unreadable is not None:
            return Check.failed("sent log", unrecorded.unreadable)
        for cycle in looked_at.cycles:
            logged = {line.batch for line in sent_lines(cycle, directory=directory)}
            batches = [] if store is None else store.batches.of_cycle(cycle)
            unlogged[cycle] = sum(batch.sends > 0 and batch.name not in logged for batch in batches)
    except PayoutsError as error:
        return Check.failed("sent log", error)
    for warning in unrecorded.whole.notices():
        if doubt is None:
            return Check("sent log", _WARNING, warning.message, "`payouts run --open` asks PayPal about them")
        return Check("sent log", _FAILED, warning.message, doubt.hint)
    if any(unlogged.values()):
        return Check(
            "sent log",
            _WARNING,
            f"{directory} does not know of every batch that was sent: {_counted(unlogged)}",
            "where another host sent them, nothing is wrong; else put the newest copy of the lock directory back",
        )
    return Check(
        "sent log",
        _OK,
        f"it and the database know the same sends, in {counted(len(looked_at.cycles), 'cycle')}{_older(looked_at)}",
    )


def _older(looked_at: Selection) -> str:
    return f"; `payouts doctor --all` looks at {looked_at.older} older ones, too" if looked_at.older else ""


def _counted(numbers: Mapping[str, int]) -> str:
    """Name the cycles, the first few, with their numbers."""
    named = [f"{number} of {cycle}" for cycle, number in numbers.items() if number]
    more = len(named) - _NAMED_MAX
    return ", ".join(named[:_NAMED_MAX]) + (f" and {more} more cycles" if more > 0 else "")
