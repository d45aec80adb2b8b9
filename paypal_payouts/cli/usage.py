"""What is wrong with a command line, in one sentence, and what to type."""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Final

import typer

from paypal_payouts.errors import UsageError

_CHOICES: Final = re.compile(r"Choose from:\s*(.*)", re.DOTALL)


def usage_error(error: typer.TyperException, arguments: Sequence[str], command: str | None, group: Any) -> UsageError:  # noqa: ANN401 - Typer's own type of it is private
    """Return what Typer refuses as the program says it; `group` holds every command."""
    hint = f"`payouts {command} --help`" if command not in {None, "help"} else "`payouts --help`"
    message, hint = error.format_message().replace("Value error, ", ""), f"{hint} shows the usage."
    if command is not None and (option := _stands_before(error, arguments, command, group)) is not None:
        at = arguments.index(command)
        typed = shlex.join(["payouts", *arguments[at:], *arguments[:at]])
        message, hint = f"{option} stands after the command.", f"`{typed}`"
    elif message.startswith("Missing command"):
        message = f"`payouts {command}` needs one of: {', '.join(group.commands[command].commands)}."
    elif message.startswith("Missing argument"):
        # Typer lists them one below the other.
        message = _CHOICES.sub(lambda found: f"Choose from: {' '.join(found[1].split())}", message)
    return UsageError(message, hint=f"Nothing was sent. {hint}")


def _stands_before(error: typer.TyperException, arguments: Sequence[str], command: str, group: Any) -> str | None:  # noqa: ANN401 - as above
    """Return the option of a command that was typed before it, and so is none of the program's own."""
    option = getattr(error, "option_name", None)
    before = [word.partition("=")[0] for word in arguments[: arguments.index(command)]]
    return option if option in before and option in _options(group.commands[command]) else None


def _options(command: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    """Name the options of a command, or of those of a group."""
    for each in getattr(command, "commands", {"": command}).values():
        for param in each.params:
            yield from (*param.opts, *param.secondary_opts)
