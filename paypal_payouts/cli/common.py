"""The options that every command has, declared once and added to each by its class; and how help is laid out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.main import get_command

from paypal_payouts.cli import options
from paypal_payouts.cli.terminal import LogFormat, set_up_logging
from paypal_payouts.errors import UsageError
from paypal_payouts.present.commands import NOTHING_TYPED, Typed


@dataclass(frozen=True, slots=True)
class Common:
    """The command that is run, and the options that every command has."""

    command: str | None
    """As the result names it; None where the command line names none."""
    config: Path | None = None
    json: bool = False
    verbose: bool = False
    quiet: bool = False
    log_format: LogFormat | None = None
    """None: as the configuration says."""
    as_csv: bool = False
    """Items are written as CSV, in place of the screen."""
    typed: Typed = NOTHING_TYPED
    """What a command that is printed needs of this command line, beside --config."""

    @classmethod
    def of(cls, context: typer.Context, typed: Typed = NOTHING_TYPED, *, as_csv: bool = False) -> "Common":
        """Return those of the command that is run.

        Raises:
            UsageError: two forms are asked for at once.

        """
        common = replace(cast("Common", context.obj), typed=typed, as_csv=as_csv)
        if as_csv and common.json:
            raise UsageError("--format csv and --json exclude each other.", hint="Nothing was sent. Leave one out.")
        return common

    @property
    def as_typed(self) -> Typed:
        """What a command that is printed needs of this command line."""
        return self.typed if self.config is None else replace(self.typed, config=str(self.config))

    @property
    def logs_lines(self) -> bool:
        """Whether stderr is for a machine: JSON lines and nothing else."""
        return self.log_format == "json"

    def set_up_logging(self) -> None:
        """Begin to log as these options want it."""
        set_up_logging(verbose=self.verbose, quiet=self.quiet, log_format=self.log_format or "text")


_declaring = typer.Typer(add_completion=False)


@_declaring.command()
def _declared(
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = None,
) -> None:
    """Declare them; it is never run."""


_RANGE: Final = re.compile(r"\[([\d.]+)<=x<=([\d.]+)\]")
_PARAMETERS: Final = get_command(_declaring).params


class _Laid:
    """Lays help out so that nothing of it is cut at 80 columns: definitions in two columns, examples line by line."""

    epilog: str | None

    def format_epilog(self, _: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer's own types are private
        """Write the epilog line by line; Typer would make one paragraph of the lines."""
        if self.epilog:
            formatter.write_paragraph()
            formatter.write("".join(f"{line}\n" for line in self.epilog.splitlines()))


class Group(_Laid, TyperGroup):
    """The commands, in their panels, each with the whole sentence that says what it does."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Write the panels."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            words = (command.help or "").split("\n\n")[0]
            panels.setdefault(command.rich_help_panel or "Commands", []).append((name, words))
        for panel, rows in panels.items():
            with formatter.section(panel):
                formatter.write_dl(rows)


class Command(_Laid, TyperCommand):
    """A command that has, after its own options, those that every command has; it finds them by `Common.of`."""

    def __init__(self, *args: Any, params: list[Any] | None = None, **settings: Any) -> None:  # noqa: ANN401 - Typer's
        super().__init__(*args, params=[*(params or ()), *_PARAMETERS], **settings)

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Write the command's own options before those that every command has."""
        arguments = [each for each in self.params if isinstance(each, TyperArgument)]
        common = [*_PARAMETERS, *(each for each in self.get_params(ctx) if each not in self.params)]
        own = [each for each in self.params if each not in arguments and each not in common]
        for title, params in (("Arguments", arguments), ("Options", own), ("Common options", common)):
            if rows := list(_told(params, ctx)):
                with formatter.section(title):
                    formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own type of it is private
        """Run the command's function with its own options alone."""
        given = {str(each.name): ctx.params.pop(each.name) for each in _PARAMETERS}
        config = given.pop("config")
        # `simulator serve` is named as its group.
        _, command, *_ = ctx.command_path.split()
        ctx.obj = Common(command, None if config is None else Path(config), **given)
        return super().invoke(ctx)


def _told(params: list[Any], ctx: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    """Write each parameter as it is typed, and what it does; of an argument its name says all of its type."""
    for each in params:
        if (record := each.get_help_record(ctx)) is not None:
            name, words = record
            yield str(each.metavar) if isinstance(each, TyperArgument) else name, _RANGE.sub(r"[\1 to \2]", words)
