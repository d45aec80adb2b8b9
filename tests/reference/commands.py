"""The commands and their options, as the command line declares them."""

from collections.abc import Iterator
from typing import Any

import typer
from support.readme import table

from paypal_payouts.cli.app import app


def commands() -> str:
    """Write what each command does, then the options of each, then those that all have."""
    group: Any = typer.main.get_command(app)
    every = dict(_leaves(group, ""))
    shared = set.intersection(*({option.name for option in command.params} for command in every.values()))
    told = table(["command", "what it does"], ([_usage(name, each), _help(each)] for name, each in every.items()))
    options = [["`payouts`", *_told(option)] for option in group.params if not option.hidden]
    for name, command in every.items():
        options += [[f"`{name}`", *_told(option)] for option in command.params if option.name not in shared]
    some = next(iter(every.values()))
    options += [["each", *_told(option)] for option in some.params if option.name in shared]
    return f"{told}\n{table(['of', 'argument or option', 'what it does'], options)}"


def _leaves(group: Any, above: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _leaves(command, f"{above}{name} ")
        else:
            yield above + name, command


def _usage(name: str, command: Any) -> str:
    words = [f"payouts {name}"]
    for parameter in command.params:
        if _is_argument(parameter):
            words.append(parameter.metavar if parameter.required else f"[{parameter.metavar}]")
        elif parameter.required:
            words.append(f"{parameter.opts[0]} {parameter.metavar}")
    return f"`{' '.join(words)}`"


def _help(command: Any) -> str:
    """Return the help on one line."""
    paragraphs = command.help.split("\n\n")
    return "".join(each + (" " if each[-1] in ".:" else "; ") for each in paragraphs).rstrip("; ")


def _is_argument(parameter: Any) -> bool:
    return not parameter.opts[0].startswith("-")


def _told(parameter: Any) -> list[str]:
    """Write how a parameter is given, and what it does."""
    words = [parameter.help]
    if parameter.min is not None:
        words.append(f"{parameter.min} to {parameter.max}.")
    if parameter.required:
        words.append("Required.")
    if parameter.secondary_opts:
        words.append(f"Default: `{(parameter.opts if parameter.default else parameter.secondary_opts)[0]}`.")
    elif parameter.default is not None and parameter.default is not False and parameter.default != "":
        words.append(f"Default: {parameter.default}.")
    return [_form(parameter), " ".join(words)]


def _form(parameter: Any) -> str:
    if _is_argument(parameter):
        return f"`{parameter.metavar}`"
    value = parameter.metavar or "|".join(parameter.type_descriptor.choices or ())
    names: list[str] = [*parameter.opts, *parameter.secondary_opts]
    return ", ".join(f"`{each}`" for each in (f"{names[0]} {value}".strip(), *names[1:]))
