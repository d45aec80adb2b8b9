"""What `doctor` checks of this machine's files: where database and locks lie, who can reach them, free space."""

import os
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Final

from paypal_payouts.disks import cause_of
from paypal_payouts.domain.doctor import Check, CheckState
from paypal_payouts.trust import UntrustedFile, check_trusted_folder
from paypal_payouts.verbs.machine import (
    NETWORK,
    ExposedFile,
    Machine,
    file_system,
    nearest,
    open_to_others,
)

FREE_BYTES_MIN: Final = 200 * 1000 * 1000
"""Bytes: a cycle of a million items needs less."""

_OK, _WARNING, _FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED


def check_files(
    database: Path | None, lock_directory: Path, configuration: Path | None, machine: Machine
) -> Iterator[Check]:
    """Check what lies on this machine: the database where it is a file, and the configuration where it is a secret."""
    yield from _check_database_file(database, machine)
    yield from _check_lock_directory(lock_directory, machine)
    yield from _check_file_modes(database, lock_directory, configuration, machine)
    yield from _check_disks(database, lock_directory, machine)


def _check_database_file(path: Path | None, machine: Machine) -> Iterator[Check]:
    """Say what would keep an SQLite file from being written, or from being kept; a server has no file here."""
    if path is None:
        return
    kind = file_system(path, machine.mounts())
    fix = ""
    if not path.parent.is_dir():
        found, fix = f"the folder {path.parent} is not there", f"`mkdir -p {quote(str(path.parent))}`"
    elif not os.access(path.parent, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        cause = cause_of(path)
        found = f"{path} cannot be written{' by this user' if cause is None else f': {cause.words}'}"
        fix = "run as the owner of file and folder" if cause is None else cause.fix
    elif kind in NETWORK:
        found = f"{path} lies on a network file system ({kind}), where SQLite can lose what it wrote"
        fix = "put it on a local disk, or use Postgres"
    else:
        found = f"on a local disk ({kind})" if kind else str(path)
    yield Check("database file", _FAILED if fix else _OK, found, fix)


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
        cause = cause_of(directory)
        yield Check(
            "lock directory",
            _FAILED,
            f"{directory} cannot be written{'' if cause is None else f': {cause.words}'}",
            "set lock.directory to a local folder that this user can write" if cause is None else cause.fix,
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


def _check_file_modes(
    database: Path | None, directory: Path, configuration: Path | None, machine: Machine
) -> Iterator[Check]:
    """Look at every file of ours: receivers stand in the database, what was sent in the sent logs."""
    paths = [path for path in (directory / "id", *directory.glob("*.lock"), *directory.glob("*.sent")) if path.exists()]
    if database is not None:
        names = (database.name + suffix for suffix in ("", "-wal", "-shm", ".simulator"))
        paths += [path for path in map(database.with_name, names) if path.exists()]
    if configuration is not None:
        paths.append(configuration)
    found = open_to_others(paths, machine.uid)
    yield from (_open_file(each) for each in found)
    if not found:
        yield Check("file modes", _OK, f"their owner's alone, all {len(paths)}" if paths else "there are no files yet")


def _open_file(each: ExposedFile) -> Check:
    return Check(
        "file modes",
        _FAILED if each.writable else _WARNING,
        f"{each.path} {each.words}",
        "run `payouts` as that user alone" if each.foreign else f"`chmod 600 {quote(str(each.path))}`",
    )


def _check_disks(database: Path | None, lock_directory: Path, machine: Machine) -> Iterator[Check]:
    """Look once at each disk that we write to."""
    places = [lock_directory] if database is None else [database.parent, lock_directory]
    disks = {place.stat().st_dev: place for place in reversed([nearest(place) for place in places])}
    for place in reversed(disks.values()):
        free = machine.free_bytes(place)
        found = f"{free // 1_000_000:,} MB are free at {place}"
        if free < FREE_BYTES_MIN:
            yield Check("disk space", _WARNING, found, f"free some space: {FREE_BYTES_MIN // 1_000_000} MB at least")
        else:
            yield Check("disk space", _OK, found)
