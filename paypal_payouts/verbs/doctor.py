"""`doctor`: checks what operators get wrong, one line each, with the fix; changes nothing and sends nothing."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final

from paypal_payouts.domain.doctor import Check, CheckState, DoctorReport
from paypal_payouts.domain.identity import Environment
from paypal_payouts.domain.outcome import TokenRefused, TokenUnavailable
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.sent_log import compare
from paypal_payouts.errors import ConfigInvalid, CredentialsMissing, PayoutsError
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.protocol.clock import CLOCK_SKEW_MAX
from paypal_payouts.protocol.locks import cycles_with_a_sent_log, sent_lines
from paypal_payouts.storage import HEAD, NewerSchema, OlderSchema, Store, durability
from paypal_payouts.trust import UntrustedFile, check_trusted_folder
from paypal_payouts.verbs.machine import (
    NETWORK,
    ExposedFile,
    Machine,
    file_system,
    nearest,
    open_to_others,
)
from paypal_payouts.verbs.unlock import IsLiving

ROOM_MIN: Final = 200 * 1000 * 1000
"""Bytes: a cycle of a million items needs less."""

_OK, _WARNING, _FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED


_NAMED_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Premises:
    """Where everything lies, as the configuration says."""

    configuration: Path | None
    """None: there is no file, and the defaults hold."""
    environment: Environment
    account: str
    lock_directory: Path
    database: str
    """As it may be shown."""
    database_file: Path | None
    """None where the database is a server."""
    holds_password: bool
    """Whether the configuration says a password of the database."""


def doctor(
    premises: Premises,
    *,
    open_database: Callable[[], Store | None],
    open_paypal: Callable[[], PayPalClient],
    is_living: IsLiving,
    machine: Machine,
    look_at_notifier: Callable[[], Finished] | None,
) -> Finished:
    """Check everything, in this order, whatever fails on the way; exit 3 when a check failed."""
    return _finished(
        [
            _check_configuration(premises),
            *_check_paypal(premises, open_paypal),
            *_check_database(premises, open_database, is_living),
            *_check_database_file(premises, machine),
            *_check_lock_directory(premises.lock_directory, machine),
            *_check_file_modes(premises, machine),
            *_check_room(premises, machine),
            *_check_notifier(look_at_notifier),
        ]
    )


def misconfigured(error: ConfigInvalid) -> Finished:
    """Give a line for each problem of a configuration that cannot be used; without one nothing else can be checked."""
    mend = "correct it; config.example.toml holds every key with its default"
    checks = [
        Check(
            "configuration",
            _FAILED,
            ": ".join(str(part) for part in (detail["file"], detail["key"], detail["problem"]) if part),
            error.fix if isinstance(error, UntrustedFile) else mend,
        )
        for detail in error.details
    ]
    return Finished(DoctorReport(checks), error.exit_code, error)


def _finished(checks: list[Check]) -> Finished:
    failed = [check for check in checks if check.state is _FAILED]
    if not failed:
        return Finished(DoctorReport(checks))
    error = ConfigInvalid(
        f"Checks failed: {', '.join(dict.fromkeys(check.name for check in failed))}.",
        hint=failed[0].mend,
        details=[{"name": check.name, "found": check.found, "mend": check.mend} for check in failed],
    )
    return Finished(DoctorReport(checks), error.exit_code, error)


def _failed(name: str, error: PayoutsError) -> Check:
    return Check(name, _FAILED, error.message, error.hint)


def _check_configuration(premises: Premises) -> Check:
    whose = f"{premises.environment}, account {premises.account}"
    if premises.configuration is None:
        return Check("configuration", _OK, f"no file, so built-in defaults: {whose}")
    return Check("configuration", _OK, f"{premises.configuration}: {whose}")


def _check_paypal(premises: Premises, open_paypal: Callable[[], PayPalClient]) -> Iterator[Check]:
    try:
        paypal = open_paypal()
    except CredentialsMissing as error:
        for detail in error.details:
            where = f"{detail['key']}: {detail['file']}" if detail["file"] else detail["key"]
            yield Check("credentials", _FAILED, f"{where}: {detail['problem']}", error.hint)
        return
    except UntrustedFile as error:
        yield Check("credentials", _FAILED, f"not given to PayPal: {error.message}", error.fix)
        return
    yield Check(
        "credentials",
        _OK,
        "the simulator needs none" if premises.environment == "simulator" else f"given for {premises.environment}",
    )
    lacking = paypal.ensure_token()
    if lacking is None:
        yield Check("token", _OK, "PayPal gives one")
        yield _check_permission(paypal)
    else:
        yield _no_token(lacking, premises.environment)
    yield _check_clock(paypal)


def _no_token(lacking: TokenRefused | TokenUnavailable, environment: Environment) -> Check:
    said = f"{lacking.failure.message} ({lacking.failure.code})"
    if isinstance(lacking, TokenUnavailable):
        mend = "let this machine reach PayPal (name service, firewall, port 443), or wait if PayPal is down"
        return Check("token", _FAILED, f"PayPal gave no token: {said}", mend)
    other = "live" if environment == "sandbox" else "sandbox"
    return Check(
        "token",
        _FAILED,
        f"PayPal's {environment} does not know these credentials: {said}",
        f"id and secret must be those of one {environment} app; if they are those of {other}, set paypal.environment",
    )


def _check_permission(paypal: PayPalClient) -> Check:
    if paypal.may_pay_out is False:
        return Check(
            "permission",
            _FAILED,
            "the token does not carry the payouts scope",
            "switch Payouts on for the app in PayPal's developer dashboard, then make new credentials",
        )
    if paypal.may_pay_out is None:
        return Check(
            "permission", _WARNING, "PayPal told no scopes", "see that the app has Payouts in PayPal's dashboard"
        )
    return Check("permission", _OK, "the token carries the payouts scope")


def _check_clock(paypal: PayPalClient) -> Check:
    offset_s = paypal.clock_offset_s
    if offset_s is None:
        return Check("clock", _WARNING, "PayPal told no time", "compare the clock by hand")
    if abs(offset_s) > CLOCK_SKEW_MAX.total_seconds():
        return Check(
            "clock",
            _FAILED,
            f"{abs(offset_s):.0f} s {'behind' if offset_s > 0 else 'ahead of'} PayPal's: nothing would be sent",
            "set the clock (`timedatectl status`)",
        )
    return Check("clock", _OK, f"within {abs(offset_s):.0f} s of PayPal's")


def _check_database(
    premises: Premises, open_database: Callable[[], Store | None], is_living: IsLiving
) -> Iterator[Check]:
    try:
        store = open_database()
        if store is None:
            yield Check("database", _OK, f"{premises.database} is not there yet; the first `run` makes it")
            return
        store.database.check_for_writing()
        cycles = store.history.cycle_names()
        held = store.locks.held()
        kept = durability(store.database)
    except OlderSchema as error:
        yield Check("schema", _WARNING, error.message, error.hint)
        return
    except NewerSchema as error:
        yield _failed("schema", error)
        return
    except PayoutsError as error:
        yield _failed("database", error)
        return
    yield Check("database", _OK, f"{premises.database}, {len(cycles)} cycles")
    yield Check("schema", _OK, f"of {HEAD}, the newest that this program knows")
    yield Check("durability", _WARNING if kept.fix else _OK, kept.words, kept.fix)
    dead = [lock for lock in held if is_living(lock.host, lock.pid) is False]
    for lock in dead:
        yield Check(
            "locks",
            _WARNING,
            f"{lock.key} is held by process {lock.pid} of this machine, which is dead",
            f"`payouts run --cycle {lock.key}` takes it over and goes on",
        )
    if not dead:
        yield Check("locks", _OK, f"{len(held)} cycles are being worked on")
    yield _check_sent_log(premises.lock_directory, store)


def _check_sent_log(directory: Path, store: Store) -> Check:
    """Hold what this lock directory knows of sends against the database, cycle by cycle."""
    unknown, unlogged = dict[str, int](), dict[str, int]()
    cycles = sorted({*store.history.cycle_names(), *cycles_with_a_sent_log(directory)})
    try:
        for cycle in cycles:
            batches, lines = store.batches.of_cycle(cycle), sent_lines(cycle, directory=directory)
            logged = {line.batch for line in lines}
            unknown[cycle] = len(compare(lines, batches).sends)
            unlogged[cycle] = sum(batch.sends > 0 and batch.name not in logged for batch in batches)
    except PayoutsError as error:
        return _failed("sent log", error)
    if any(unknown.values()):
        return Check(
            "sent log",
            _WARNING,
            f"it knows sends that the database does not: {_counted(unknown)}",
            "put the newest copy of the database back; where there is none, `payouts run --cycle "
            f"{next(cycle for cycle in cycles if unknown[cycle])}` says how to go on",
        )
    if any(unlogged.values()):
        return Check(
            "sent log",
            _WARNING,
            f"{directory} does not know of every batch that was sent: {_counted(unlogged)}",
            "where another host sent them, nothing is wrong; else put the newest copy of the lock directory back",
        )
    return Check("sent log", _OK, f"it and the database know the same sends, in {len(cycles)} cycles")


def _counted(numbers: Mapping[str, int]) -> str:
    """Name the cycles, the first few, with their numbers."""
    named = [f"{number} of {cycle}" for cycle, number in numbers.items() if number]
    more = len(named) - _NAMED_MAX
    return ", ".join(named[:_NAMED_MAX]) + (f" and {more} more cycles" if more > 0 else "")


def _check_database_file(premises: Premises, machine: Machine) -> Iterator[Check]:
    """Say what would keep an SQLite file from being written, or from being kept; a server has no file here."""
    path = premises.database_file
    if path is None:
        return
    kind = file_system(path, machine.mounts())
    mend = ""
    if not path.parent.is_dir():
        found, mend = f"the folder {path.parent} is not there", f"`mkdir -p {quote(str(path.parent))}`"
    elif not os.access(path.parent, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        found, mend = (
            f"{path} cannot be written by this user",
            "run as the owner of file and folder",
        )
    elif kind in NETWORK:
        found = f"{path} lies on a network file system ({kind}), where SQLite can lose what it wrote"
        mend = "put it on a local disk, or use Postgres"
    else:
        found = f"on a local disk ({kind})" if kind else str(path)
    yield Check("database file", _FAILED if mend else _OK, found, mend)


def _check_lock_directory(directory: Path, machine: Machine) -> Iterator[Check]:
    place = nearest(directory)
    kind = file_system(directory, machine.mounts())
    try:
        check_trusted_folder(directory)
    except UntrustedFile as error:
        yield Check("lock directory", _FAILED, error.message, error.fix)
        return
    except OSError:
        place = directory  # told as one that cannot be written
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        yield Check(
            "lock directory",
            _FAILED,
            f"{directory} cannot be written",
            "set lock.directory to a local folder that this user can write",
        )
    elif kind in NETWORK:
        yield Check(
            "lock directory",
            _WARNING,
            f"{directory} lies on a network file system ({kind}), where a file lock may not keep other hosts out",
            "set lock.directory to a local folder; copy its files there, which tell what was sent",
        )
    else:
        yield Check("lock directory", _OK, str(directory))


def _check_file_modes(premises: Premises, machine: Machine) -> Iterator[Check]:
    """Look at every file of ours: receivers stand in the database, what was sent in the sent logs."""
    directory = premises.lock_directory
    paths = [path for path in (directory / "id", *directory.glob("*.lock"), *directory.glob("*.sent")) if path.exists()]
    if premises.database_file is not None:
        database = premises.database_file
        names = (database.name + suffix for suffix in ("", "-wal", "-shm", ".simulator"))
        paths += [path for path in map(database.with_name, names) if path.exists()]
    if premises.configuration is not None and premises.holds_password:
        paths.append(premises.configuration)
    found = open_to_others(paths, machine.uid)
    yield from (_open_file(each) for each in found)
    if not found:
        yield Check("file modes", _OK, f"their owner's alone, all {len(paths)}")


def _open_file(each: ExposedFile) -> Check:
    return Check(
        "file modes",
        _FAILED if each.writable else _WARNING,
        f"{each.path} {each.words}",
        "run `payouts` as that user alone" if each.foreign else f"`chmod 600 {quote(str(each.path))}`",
    )


def _check_room(premises: Premises, machine: Machine) -> Iterator[Check]:
    """Look once at each disk that we write to."""
    places = [premises.lock_directory]
    if premises.database_file is not None:
        places.insert(0, premises.database_file.parent)
    disks = {place.stat().st_dev: place for place in reversed([nearest(place) for place in places])}
    for place in reversed(disks.values()):
        free = machine.free_bytes(place)
        found = f"{free // 1_000_000} MB are free at {place}"
        if free < ROOM_MIN:
            yield Check("disk space", _WARNING, found, f"make room: {ROOM_MIN // 1_000_000} MB at least")
        else:
            yield Check("disk space", _OK, found)


def _check_notifier(look: Callable[[], Finished] | None) -> Iterator[Check]:
    """Look whether those who are to be told can be; without the library for it `run` does not begin."""
    if look is None:
        return
    try:
        error = look().error
    except ConfigInvalid as refused:
        yield _failed("notifier", refused)
        return
    if error is None:
        yield Check("notifier", _OK, "everyone who is to be told can be; `payouts notify --test` tries it")
        return
    for detail in error.details:
        yield Check(
            "notifier",
            _WARNING,
            f"{detail['name']} cannot be told: {detail['problem']}",
            "fix it, then try `payouts notify --test`",
        )
