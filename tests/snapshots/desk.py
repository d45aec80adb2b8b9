"""An operator's desk: a folder, the real command line in this process, and nothing by chance or by the real clock."""

import gc
import os
import pwd
import random
import re
import shlex
import shutil
import socket
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import wraps
from pathlib import Path
from typing import Any, Final, Self
from unittest.mock import patch

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace
from support.quick import quick_folder
from typer.main import get_command

from paypal_payouts import present
from paypal_payouts.cli import actions, app
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.context import holding, process
from paypal_payouts.errors import PayoutsError
from paypal_payouts.present import start
from paypal_payouts.protocol import locks
from paypal_payouts.simulator.core import Simulator
from snapshots.terminal import WIDTHS, Keyboard, Terminals

PID: Final = 4711
_BEGIN: Final = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
_HOST: Final = "pay1"
_SHOWN_FOLDER: Final = "/srv/payouts"
_USER: Final = pwd.struct_passwd(("maria", "x", 1000, 1000, "", "/home/maria", "/bin/sh"))
_ENVIRONMENT: Final = {
    "COLUMNS": str(WIDTHS[0]),
    "HOME": "/home/maria",
    "PATH": os.defpath,
    "TERM": "xterm-256color",
    "TZ": "Europe/Berlin",
}
_COMMAND_LINE: Final = get_command(app.app)
"""Built once: that takes longer than most commands."""
_NEW_ENGINE: Final = sa.create_engine
_DIALECT: Final = _NEW_ENGINE("sqlite://").dialect
_STATEMENTS: Final[dict[Any, Any]] = {}
"""What SQLAlchemy has compiled for the databases of all commands: half of the time."""


class Clock(datetime):
    """The one of the program: it stands still until somebody waits."""

    at = _BEGIN

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        assert tz is UTC
        return cls.at  # type: ignore[return-value]


def wait(**time_gone: float) -> None:
    """Let time pass."""
    Clock.at += timedelta(**time_gone)


@dataclass
class Desk:
    """A folder in which commands are typed."""

    folder: Path

    @contextmanager
    def simulator(self) -> Iterator[Simulator]:
        """Open the book of the embedded simulator, to have something go wrong at PayPal."""
        with Simulator(self.folder / "payouts.db.simulator", lambda: Clock.at) as simulator:
            yield simulator

    def write(self, cycle: str, rows: Sequence[str]) -> None:
        """Write the input of a cycle."""
        path = self.folder / "cycles" / f"{cycle}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("item_id,receiver,amount,currency\n" + "".join(f"{row}\n" for row in rows))

    def type(self, line: str, *, answer: str = "y") -> tuple[int, Terminals]:
        """Type what follows `payouts`, answer what it asks, and return its exit code and what was shown."""
        if not line.endswith("--help"):
            return self._type(line, answer)
        # Help is no report: it is laid out for the one width that the program finds.
        code, together = 0, Terminals()
        for width in WIDTHS:
            with patch.dict(os.environ, COLUMNS=str(width)):
                code, screens = self._type(line, answer)
            together.each[width].write(screens.each[width].getvalue())
        return code, together

    def _type(self, line: str, answer: str) -> tuple[int, Terminals]:
        arguments, screens = shlex.split(line), Terminals()
        os.chdir(self.folder)
        with (
            patch.object(sys, "argv", ["payouts", *arguments]),
            patch.object(sys, "stdout", screens),
            patch.object(sys, "stderr", screens),
            patch.object(sys, "stdin", Keyboard(answer, screens)),
        ):
            return app.execute(arguments), screens

    @contextmanager
    def copied(self) -> Iterator["Desk"]:
        """Provide a copy of all of it, so that what is done there leaves this as it is."""
        aside, at = self.folder.with_name("copy"), Clock.at
        shutil.copytree(self.folder, aside)
        yield Desk(aside)
        shutil.rmtree(aside)
        Clock.at = at


@contextmanager
def fixed_world(*, living: Collection[int] = ()) -> Iterator[Path]:
    """Provide a folder, and fix whatever differs between two machines or two runs.

    `living`: the processes that are at work.
    """

    def is_living(host: str, pid: int, *, here: str) -> bool | None:
        return pid in living if host == here else None

    umask, here, environment, Clock.at = os.umask(0o077), Path.cwd(), os.environ.copy(), _BEGIN
    with ExitStack() as stack:
        folder = stack.enter_context(quick_folder())
        stack.callback(time.tzset)
        stack.callback(os.environ.update, environment)
        stack.callback(os.environ.clear)
        stack.callback(os.chdir, here)
        stack.callback(os.umask, umask)
        stack.callback(gc.enable)
        # As the program itself: rows hold no cycles.
        gc.disable()
        os.environ.clear()
        os.environ.update(_ENVIRONMENT)
        time.tzset()
        for owner, name, value in (
            (process, "datetime", Clock),
            (process, "_LOGIN_UID", Path("/nowhere")),
            (pwd, "getpwuid", lambda _: _USER),
            (os, "getpid", lambda: PID),
            (random, "random", lambda: 0.5),
            (socket, "gethostname", lambda: _HOST),
            (holding, "is_living", is_living),
            (locks, "is_living", is_living),
            (INTERRUPTS, "pause", lambda seconds: wait(seconds=seconds)),
            (app, "_application", lambda _arguments: _COMMAND_LINE),
            (sa, "create_engine", _create_engine),
            (actions.start, "show_start", _at_every_width(start.show_start, folder)),
            *(
                (present.tables, name, _at_every_width(getattr(present.tables, name), folder))
                for name in ("show", "show_error", "show_plan", "show_open_plan")
            ),
        ):
            stack.enter_context(patch.object(owner, name, value))
        yield folder


def _create_engine(*values: Any, **named: Any) -> sa.Engine:
    """Make an engine that compiles no statement that another has compiled."""
    engine = _NEW_ENGINE(*values, **named)
    engine.update_execution_options(compiled_cache=_STATEMENTS)
    engine.dialect = _DIALECT
    return engine


def _at_every_width(show: Callable[..., None], folder: Path) -> Callable[..., None]:
    """Write to each terminal what the program would, were it as wide; and the folder by another name."""
    place = re.compile(rf"{re.escape(str(folder))}/\w+")

    def read(value: Any) -> Any:
        """Read what comes row by row, so that it can be shown again."""
        match value:
            case str() | Path():
                return type(value)(place.sub(_SHOWN_FOLDER, str(value)))
            case tuple() if hasattr(value, "_make"):
                return type(value)._make(map(read, value))
            case list() | tuple() | Iterator():
                return list(map(read, value))
            case PayoutsError():
                error = type(value).__new__(type(value))
                error.__dict__.update({name: read(inner) for name, inner in vars(value).items()})
                error.details = [{name: read(inner) for name, inner in each.items()} for each in value.details]
                return error
            case Struct():
                return replace(value, **{name: read(getattr(value, name)) for name in value.__struct_fields__})
            case _:
                return value

    @wraps(show)
    def showing(*values: Any, stream: Terminals, width: int, **named: Any) -> None:  # noqa: ARG001 - each has its own
        values, named = tuple(map(read, values)), {name: read(value) for name, value in named.items()}
        for columns, terminal in stream.each.items():
            show(*values, stream=terminal, width=columns, **named)

    return showing
