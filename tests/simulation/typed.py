"""Printed commands, typed as they stand: read out of the program's words by the program's own command line."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import typer

from paypal_payouts.cli.app import app
from paypal_payouts.domain.outlook import Outlook

_PRINTED: Final = re.compile(r"`(payouts [^`]+)`")

PLACEHOLDERS: Final = frozenset({"ID", "TEXT", "ITEM", "BATCH", "CYCLE", "...", "PATH", "FILE", "TOKEN", "ID..."})
"""What a person fills in, after having looked."""

LOOKING: Final = frozenset(
    {"status", "audit", "locks", "preview", "doctor", "review", "explain", "reconcile", "report", "notify"}
)
"""Commands that change nothing: whether they are accepted is all that there is to see."""


class NotTypable(Exception):
    """The command line does not have such a command, or not so."""


@dataclass(frozen=True)
class Typed:
    """A command as it was printed, and what the command line makes of it."""

    text: str
    verb: str
    options: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.options.get(name)

    @property
    def has_placeholder(self) -> bool:
        return any(value in PLACEHOLDERS for value in self.options.values() if isinstance(value, str))


@cache
def _commands() -> Any:
    return typer.main.get_command(app)


def read(text: str) -> Typed:
    """Read one printed command as the command line does.

    Raises:
        NotTypable: it is refused as wrong usage.

    """
    words = shlex.split(text)
    assert words[0] == "payouts"
    if len(words) == 1:
        return Typed(text, "", {})
    command = _commands().commands.get(words[1])
    if command is None:
        raise NotTypable(f"`{text}`: there is no command {words[1]}")
    try:
        return Typed(text, words[1], dict(command.make_context(words[1], words[2:]).params))
    except typer.TyperException as error:
        raise NotTypable(f"`{text}`: {error.format_message()}") from error


def printed_in(*texts: str | None) -> Iterator[str]:
    """Give the commands that stand in backticks, each once, in their order."""
    found = (match for text in texts if text for match in _PRINTED.findall(text))
    yield from dict.fromkeys(command for command in found if not command.endswith("--help"))


def advised_by(outlook: Outlook) -> list[tuple[str, str]]:
    """Give the commands that a screen prints for what it shows, each with its sentence."""
    lines = [*outlook.next, *((batch.why, batch.next) for batch in outlook.open)]
    return [(command, why) for why, said in lines for command in dict.fromkeys([said, *printed_in(why)])]
